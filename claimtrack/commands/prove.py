"""Checks every pointer of a package, and whether its words are its own, against the user's copy of the statement."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, filled, one_package
from claimtrack.commands.options import parser as parser_of
from claimtrack.core import limits
from claimtrack.core.errors import OutOfTime, Unusable
from claimtrack.core.watchdog import deadline, watchdog

if TYPE_CHECKING:
    from claimtrack.tracking.verify import Proof


def parser() -> Parser:
    """Returns the parser of `prove`'s options."""
    words = (
        "Find each segment and anchor in your own copy of the statement, text or saved page; only exact matches count. "
        "Then find the runs of words that the package's texts share with the statement."
    )
    made = parser_of("prove", "--source FILE [PACKAGE]", words, "prove --source statement.txt --quotes")
    add_package(made)
    add = made.add_argument
    add("--source", type=filled, action="append", required=True, metavar="FILE", help="your copy; - is standard input")
    add("--quotes", action="store_true", help="show each claim and call beside its words")
    add("--quotes-to", type=filled, metavar="FILE.csv", help="write those down, outside the package")
    add("--shared-words", type=_bound, metavar="N", help="words in a row that are told (6)")
    add("--no-settings", action="store_true", help="leave the package's own validate.toml aside")
    add("--strict", action="store_true", help="refuse a package with warnings, too")
    return made


def _bound(text: str) -> int:
    """Converts the value of `--shared-words`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError("the value must be a whole number of words from 1")
    return int(text)


def _within_time(name: str, search: Callable[[], "list[Proof]"]) -> "list[Proof]":
    """Returns the proofs that a search in the source `name` finds. Raises Unusable where it takes too long."""
    try:
        with deadline(limits.SECONDS), watchdog(name, float("inf")):
            return search()
    except OutOfTime:
        words = f"the search took more than {limits.SECONDS} seconds, so nothing is known of it"
        raise Unusable(f"{name}: {words}; save the statement alone, without near copies of it") from None


def run(options: argparse.Namespace) -> int:
    """Searches each source for the pointers of a valid package, and compares its texts with what was found.

    Returns 1 if no source has a statement completely, or if a text shares a run of words with a statement.
    """
    with bootstrap.loading():
        from claimtrack.commands.valid import valid_package
        from claimtrack.pipeline.profile import CLAIM_TRACKING
        from claimtrack.tracking import own_words, quotes
        from claimtrack.tracking.source_text import read_source
        from claimtrack.tracking.verify import Source, describe, proofs

    if options.quotes_to == "-":
        raise Unusable("--quotes-to writes no file to standard output; name a file")
    best: dict[str, tuple[Proof, Source]] = {}  # for each statement, the proof with the most pointers found
    where = one_package(options)
    with valid_package(where, "nothing to prove", strict=options.strict) as (opened, _):
        length, exempt = _bounds(options, where, opened.root)
        path = quotes.refuse_place(options.quotes_to, opened.root) if options.quotes_to else None
        for name in options.source:
            source = Source(read_source(name))
            for proof in _within_time(name, partial(proofs, opened, source)):
                print("\n".join(f"{name}: {line}" for line in describe(proof)))
                shown = best.get(proof.statement_id)
                if shown is None or len(proof.places) > len(shown[0].places):
                    best[proof.statement_id] = proof, source
        tables = [each["name"] for each in opened.resources if each["name"] in CLAIM_TRACKING.loaded.table_schemas]
        compared = own_words.compare(opened, best.values(), tables, length, exempt)
        rows = quotes.quotes(opened, best.values()) if options.quotes or path else []
    print("\n".join(line for each in compared for line in own_words.describe(each, length)))
    if options.quotes:
        print("\n".join(quotes.beside(rows, get_terminal_size().columns)))
    if path:
        quotes.write(rows, path)
        print(f"{path}: {len(rows)} quotes written, for your own use")
    if any(each.shared for each in compared):
        return 1
    return int(any(proof.absent or proof.several for proof, _ in best.values()))


def _bounds(options: argparse.Namespace, where: str, root: Path) -> tuple[int, list[str]]:
    """Returns from how many words on a run is told, and the phrases that may stand. Says what the package asks for.

    Raises Unusable where the package's settings are not valid.
    """
    from claimtrack.core.visible import shorten, visible
    from claimtrack.pipeline import settings
    from claimtrack.pipeline.check import every_rule
    from claimtrack.pipeline.profile import CLAIM_TRACKING
    from claimtrack.tracking.own_words import WORDS

    own = settings.Settings()
    if not options.no_settings:
        try:
            own = settings.read(root, lambda: every_rule([CLAIM_TRACKING]))
        except Unusable as error:
            raise Unusable(str(error).replace(str(root), where)) from None
    if own.shared_words and not options.shared_words:
        print(f"{settings.NAME}: shared-words = {own.shared_words}")
    if own.may_share:
        print(visible(f"{settings.NAME}: may-share = {shorten(', '.join(own.may_share))}"))
    return options.shared_words or own.shared_words or WORDS, own.may_share or []
