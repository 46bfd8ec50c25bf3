"""Checks every pointer of a package against the user's own copy of the statement."""

import argparse
from collections.abc import Callable
from functools import partial
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
        "Find each segment and anchor in your own copy of the statement, text or saved page. Only exact matches count."
    )
    made = parser_of("prove", "--source FILE [PACKAGE]", words, "prove --source statement.txt --quotes")
    add_package(made)
    add = made.add_argument
    add("--source", type=filled, action="append", required=True, metavar="FILE", help="your copy; - is standard input")
    add("--quotes", action="store_true", help="show each claim and call beside its words")
    add("--quotes-to", type=filled, metavar="FILE.csv", help="write those down, outside the package")
    add("--strict", action="store_true", help="refuse a package with warnings, too")
    return made


def _within_time(name: str, search: Callable[[], "list[Proof]"]) -> "list[Proof]":
    """Returns the proofs that a search in the source `name` finds. Raises Unusable where it takes too long."""
    try:
        with deadline(limits.SECONDS), watchdog(name, float("inf")):
            return search()
    except OutOfTime:
        words = f"the search took more than {limits.SECONDS} seconds, so nothing is known of it"
        raise Unusable(f"{name}: {words}; save the statement alone, without near copies of it") from None


def run(options: argparse.Namespace) -> int:
    """Searches each source for the pointers of a valid package. Returns 1 if no source has a statement completely."""
    with bootstrap.loading():
        from claimtrack.commands.valid import valid_package
        from claimtrack.tracking import quotes
        from claimtrack.tracking.source_text import read_source
        from claimtrack.tracking.verify import Source, describe, proofs

    if options.quotes_to == "-":
        raise Unusable("--quotes-to writes no file to standard output; name a file")
    best: dict[str, tuple[Proof, Source]] = {}  # for each statement, the proof with the most pointers found
    with valid_package(one_package(options), "nothing to prove", strict=options.strict) as (opened, _):
        path = quotes.refuse_place(options.quotes_to, opened.root) if options.quotes_to else None
        for name in options.source:
            source = Source(read_source(name))
            for proof in _within_time(name, partial(proofs, opened, source)):
                print("\n".join(f"{name}: {line}" for line in describe(proof)))
                shown = best.get(proof.statement_id)
                if shown is None or len(proof.places) > len(shown[0].places):
                    best[proof.statement_id] = proof, source
        rows = quotes.quotes(opened, best.values()) if options.quotes or path else []
    if options.quotes:
        print("\n".join(quotes.beside(rows, get_terminal_size().columns)))
    if path:
        quotes.write(rows, path)
        print(f"{path}: {len(rows)} quotes written, for your own use")
    return int(any(proof.absent or proof.several for proof, _ in best.values()))
