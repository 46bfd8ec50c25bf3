"""Prints the citation of a package or of rows of it, or writes its CITATION.cff."""

import argparse
import re
import sys
from typing import TYPE_CHECKING

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable

if TYPE_CHECKING:
    from claimtrack.package.opened import OpenedPackage
    from claimtrack.publisher.metadata.citation import Row, Rows

HASH = re.compile(r"[0-9a-f]{8,64}")  # as few digits as leave a false match out of the question


def parser() -> Parser:
    """Returns the parser of `cite`'s options."""
    words = "How to cite the dataset, or some rows, with the SHA-256 of what the rows say."
    examples = ("cite --style bibtex", "cite KH23-C012", "cite KH23-C012 --with-evidence --expect 1a2b3c4d5e6f")
    made = parser_of("cite", "[ROW_ID ...]", words, *examples)
    made.add_argument("rows", nargs="*", type=filled, metavar="ROW_ID", help="a primary key, such as KH23-C012")
    made.add_argument("--package", type=filled, default=".", metavar="PACKAGE", help="the package (this folder)")
    made.add_argument("--style", choices=["apa", "bibtex", "ris", "csl"], metavar="STYLE", help="apa, bibtex, ris, csl")
    words = "with the rows of evidence, follow-ups and answers on the claims and calls that are named"
    made.add_argument("--with-evidence", action="store_true", help=words)
    words = "exit with 1 unless the rows have this SHA-256, of which the first 8 digits or more will do"
    made.add_argument("--expect", type=_hash, metavar="HASH", help=words)
    words = "where a row has another, say what changed since OLD, a folder, descriptor, zip or git revision"
    made.add_argument("--since", type=filled, metavar="OLD", help=words)
    made.add_argument("--write", action="store_true", help="write the package's CITATION.cff anew instead")
    made.add_argument("--strict", action="store_true", help="refuse a package with warnings, too")
    return made


def run(options: argparse.Namespace) -> int:
    """Prints the citation of a valid package or of rows of it. Returns 1 if the rows have another hash."""
    _refuse(options)
    with bootstrap.loading():
        from claimtrack.commands.valid import claim_package, valid_package
        from claimtrack.core.writing import write_whole
        from claimtrack.publisher.metadata import row_hash

    if options.write:
        from claimtrack.publisher.join import load
        from claimtrack.publisher.metadata.cff import cff

        opened = claim_package(options.package)
        write_whole(opened.root / "CITATION.cff", cff(load(opened)).encode("utf-8"))
        return 0
    with valid_package(options.package, "no citation", claims=False, strict=options.strict) as (opened, _):
        # A list may have been copied from a citation, with its commas.
        ids = [id for given in options.rows for id in re.split(r",\s*", given.strip(" ,"))]
        rows = row_hash.find_all(opened, ids, options.with_evidence) if ids else None
        print(row_hash.text(opened, rows, options.style or "apa"), end="")
        if not options.expect or rows is None:
            return 0
        same = rows.sha256.startswith(options.expect)
        words = "unchanged" if same else f"not what has the SHA-256 {options.expect}"
        print(f"{', '.join(rows.ids)}: {words}", file=sys.stderr)
        if not same and options.since:
            print(_told(opened, rows, options), file=sys.stderr)
    return int(not same)


def _refuse(options: argparse.Namespace) -> None:
    """Raises Unusable for options that do not go together."""
    for name in ("expect", "with_evidence"):
        if getattr(options, name) and not options.rows:
            raise Unusable(f"--{name.replace('_', '-')} goes with a ROW_ID; name the row")
    if options.since and not options.expect:
        raise Unusable("--since goes with --expect; give the hash that was cited")
    if options.write and (options.rows or options.style):
        raise Unusable("--write writes the whole CITATION.cff; leave the rows and --style out")


def _told(opened: "OpenedPackage", rows: "Row | Rows", options: argparse.Namespace) -> str:
    """Returns what changed in the rows since an older version."""
    from pathlib import Path

    from claimtrack.package.revision import older_version
    from claimtrack.publisher.metadata import row_hash
    from claimtrack.versions.snapshot import read_snapshot

    old = read_snapshot(older_version(options.since, Path(options.package)))
    tables = old.rows({name: table.columns for name, table in old.tables.items()})
    return "\n".join(row_hash.changes(opened, rows, tables, options.expect))


def _hash(text: str) -> str:
    """Checks that an option is the beginning of a SHA-256. Raises ArgumentTypeError, with the form that is expected."""
    digits = filled(text).strip().lower().removeprefix("sha256:")
    if HASH.fullmatch(digits):
        return digits
    words = "give 8 to 64 of its hexadecimal digits, as the citation has them"
    raise argparse.ArgumentTypeError(f'"{text[:80]}" is no SHA-256; {words}')
