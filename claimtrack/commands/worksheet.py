"""Writes the worksheet of a statement anew, from the package and the user's copy of the text."""

import argparse
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `worksheet`'s options."""
    words = (
        "Write the worksheet of a statement as it is coded now, to correct it or go on with it. It has the "
        "statement's words, from your own copy, and stays outside the package."
    )
    made = parser_of("worksheet", "STATEMENT_ID", words, "worksheet AB24 --source AB24.txt --to ../AB24.csv")
    made.add_argument("statement_id", type=filled, metavar="STATEMENT_ID", help="such as AB24")
    made.add_argument("--source", type=filled, required=True, metavar="TEXT", help="a plain-text copy, UTF-8")
    made.add_argument("--to", type=filled, required=True, metavar="FILE.csv", help="a new file, outside the package")
    made.add_argument("--package", type=filled, default=".", metavar="PACKAGE", help="the package (this folder)")
    return made


def run(options: argparse.Namespace) -> int:
    """Writes the worksheet."""
    with bootstrap.loading():
        from claimtrack.authoring import statement, worksheet
        from claimtrack.authoring.draft import Draft
        from claimtrack.commands.valid import claim_package
        from claimtrack.core.writing import PRIVATE, write_whole
        from claimtrack.tracking.canonical import sha256
        from claimtrack.tracking.pointers import read_text

    draft, text = Draft(claim_package(options.package)), read_text(Path(options.source))
    rows = [row for row in draft.rows("statements") if row["statement_id"] == options.statement_id]
    if not rows:
        raise Unusable(f'there is no statement "{options.statement_id}"; add it by `claimtrack add statement`')
    if rows[0]["sha256"] != sha256(text):
        raise Unusable(f"{options.source}: is not the text of {options.statement_id}, whose hash is another")
    content = worksheet.written(draft, options.statement_id, text)
    write_whole(statement.place_for(Path(options.to), draft.root, content), content, PRIVATE)
    print(f"{options.to}: written, for your own use")
    return 0
