"""Adds a statement to code, or single rows, to a claim package."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable

if TYPE_CHECKING:
    from claimtrack.package.opened import OpenedPackage

KINDS = ("statement", "actor", "source", "evidence", "criterion", "follow-up", "response", "right", "code")


def parser() -> Parser:
    """Returns the parser of `add`'s options."""
    words = (
        f"Add a row to a package: {', '.join(KINDS)}. Without any COLUMN=VALUE, it says what the columns hold. Ids, "
        "the version and today's date are filled in. Several ids with commas in claim_id or call_id make a row for "
        "each, and --rows takes the rows of a sheet, all of them or none. A statement also takes its text, cuts it "
        "into sentences and writes the worksheet to code it in."
    )
    made = parser_of(
        "add",
        "KIND [COLUMN=VALUE ...]",
        words,
        "add evidence",
        "add code list=country code=LVA",
        "add criterion --rows ../criteria.csv",
        "add statement statement_id=AB24 --text AB.txt --worksheet ../AB.csv",
    )
    made.add_argument("kind", choices=KINDS, metavar="KIND", help="what the row is")
    made.add_argument("words", nargs="*", metavar="COLUMN=VALUE", help="its cells")
    made.add_argument(
        "--text", type=filled, metavar="FILE", help="a statement's text, UTF-8, blank lines between paragraphs"
    )
    made.add_argument(
        "--worksheet", type=filled, metavar="FILE.csv", help="the worksheet to write, outside the package"
    )
    made.add_argument("--rows", type=filled, metavar="FILE.csv", help="rows, with the names of columns in the first")
    made.add_argument("--package", type=filled, default=".", metavar="PACKAGE", help="the package (this folder)")
    return made


def run(options: argparse.Namespace) -> int:
    """Adds the rows, or says what the columns hold. Returns 1 where a row is added that a rule finds at odds."""
    with bootstrap.loading():
        from claimtrack.authoring import entries, statement
        from claimtrack.authoring.draft import Draft
        from claimtrack.commands.valid import claim_package
        from claimtrack.core.visible import visible

    draft = Draft(claim_package(options.package))
    is_statement = options.kind == "statement"
    if options.rows and (options.words or is_statement):
        raise Unusable("--rows takes no COLUMN=VALUE beside it, and no statement; write each cell into the file")
    if not options.words and not options.rows:
        lines = entries.described(draft, options.kind)
        print("\n".join([f"claimtrack add {options.kind} COLUMN=VALUE ..., with the columns", *map(visible, lines)]))
        return 0
    if is_statement != bool(options.text) or is_statement != bool(options.worksheet):
        needed = "needs --text and --worksheet" if is_statement else "takes no --text and no --worksheet"
        raise Unusable(f"`claimtrack add {options.kind}` {needed}")
    if is_statement:
        text = statement.read_text(Path(options.text))
        sentences = statement.add(draft, options.words, text, Path(options.worksheet))
        print(f"{options.worksheet}: {len(sentences)} sentences to code; open it in a spreadsheet, save it as CSV")
        for number, sentence in enumerate(sentences, 1):
            if sentence.doubt:
                print(visible(f'S{number:02}: look at the cut: {sentence.doubt}: "{sentence.text[:60]}"'))
        return 0
    if options.rows:
        rows = entries.add_all(draft, options.kind, Path(options.rows))
    else:
        rows = entries.add(draft, options.kind, options.words)
    draft.write()
    key = draft.schema(entries.TABLES[options.kind])["primaryKey"]
    print("added: " + ", ".join(visible("/".join(row[name] for name in key)) for row in rows))
    lines = _at_odds(draft.opened, entries.TABLES[options.kind], key, rows)
    print("".join(f"{visible(line)}\n" for line in lines), end="")
    return int(bool(lines))


def _at_odds(before: "OpenedPackage", table: str, key: list[str], rows: list[dict[str, str]]) -> list[str]:
    """Returns what the rules between columns find in new rows. What rows of other tables are to add is told later."""
    from claimtrack.authoring.draft import Draft
    from claimtrack.authoring.lacking import in_words
    from claimtrack.package.opened import open_package
    from claimtrack.pipeline.profile import CLAIM_TRACKING
    from claimtrack.pipeline.run import validate_opened

    opened = open_package(before.path)
    alone = {rule.id for rule in CLAIM_TRACKING.loaded.rules.values() if rule.tables == (table,)}
    added = [[row[name] for name in key] for row in rows]
    there = Draft(opened).rows(table)
    own = {number for number, row in enumerate(there, 2) if [row[name] for name in key] in added}
    file = opened.resource(table).get("path")
    findings = validate_opened(opened, (CLAIM_TRACKING,)).findings
    return [*in_words(Draft(opened), "", [f for f in findings if f.rule in alone and f.file == file and f.row in own])]
