"""Takes in what was coded of a statement: a worksheet, or the words on which claims and calls rest."""

import argparse
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable

MOST = 20  # findings that are told beside what is missing


def parser() -> Parser:
    """Returns the parser of `point`'s options."""
    words = (
        "Take a worksheet in: compute positions, hashes and check letters, give ids, fill in what follows, and say "
        "what is still missing. A worksheet with a mistake changes nothing. With --quotes, only the positions of what "
        "is coded already are computed. Both files have the statement's words and stay outside the package."
    )
    made = parser_of("point", "STATEMENT_ID", words, "point AB24 --source AB24.txt --worksheet ../AB24.csv")
    made.add_argument("statement_id", type=filled, metavar="STATEMENT_ID", help="such as AB24")
    made.add_argument("--source", type=filled, required=True, metavar="TEXT", help="a plain-text copy, UTF-8")
    made.add_argument("--worksheet", type=filled, metavar="FILE.csv", help="what `claimtrack add statement` wrote")
    made.add_argument("--quotes", type=filled, metavar="QUOTES.csv", help="what `claimtrack prove --quotes-to` wrote")
    made.add_argument("--package", type=filled, default=".", metavar="PACKAGE", help="the package (this folder)")
    return made


def run(options: argparse.Namespace) -> int:
    """Writes the tables. Returns 1 where a worksheet was taken in and the package is not valid yet."""
    with bootstrap.loading():
        from claimtrack.commands.valid import claim_package
        from claimtrack.tracking import pointers

    if bool(options.worksheet) == bool(options.quotes):
        raise Unusable("point takes either --worksheet or --quotes; give one of them")
    package, text = claim_package(options.package), pointers.read_text(Path(options.source))
    if options.worksheet:
        return _take_in(options, text)
    pointers.compute(options.statement_id, text, pointers.read_quotes(Path(options.quotes)), package.root)
    print("positions, hashes and check letters written; run `claimtrack check`")
    return 0


def _take_in(options: argparse.Namespace, text: str) -> int:
    """Takes a worksheet in, and says what is still missing. Returns 1 if anything is."""
    from claimtrack.authoring.coding import Coding
    from claimtrack.authoring.draft import Draft
    from claimtrack.authoring.lacking import in_words, is_told, lacking
    from claimtrack.authoring.worksheet import read
    from claimtrack.commands.valid import claim_package
    from claimtrack.core.visible import visible
    from claimtrack.package.opened import open_package
    from claimtrack.pipeline.profile import CLAIM_TRACKING
    from claimtrack.pipeline.run import validate_opened

    draft, path = Draft(claim_package(options.package)), Path(options.worksheet)
    coding = Coding(draft, options.statement_id, text, path)
    coding.take(*read(path, draft))
    written = draft.write()
    claims, calls = (sum(item.table == table for item in coding.items.values()) for table in ("claims", "calls"))
    print(f"{claims} claims and {calls} calls; written: {', '.join(written) or 'nothing, since all is there already'}")
    lines = lacking(draft, options.statement_id, coding.bare)
    opened = open_package(draft.opened.path)
    report = validate_opened(opened, (CLAIM_TRACKING,))
    others = [found for found in report.findings if not (lines and is_told(found))]
    lines += in_words(Draft(opened), options.statement_id, others[:MOST])
    if len(others) > MOST:
        lines.append(f"and {len(others) - MOST} findings more, which `claimtrack check` tells")
    print("\n".join(map(visible, lines or ["valid"])))
    return int(bool(lines) or bool(report.exit_code))
