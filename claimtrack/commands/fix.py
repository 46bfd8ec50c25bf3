"""Rewrites the form of a package's files."""

import argparse
import sys
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, filled, one_package
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `fix`'s options."""
    words = (
        "Put the files into their one form (line ends, quoting, Unicode NFC, trailing blanks, order of rows, "
        "checksums), never touching what they say; refuse where it would have to."
    )
    made = parser_of("fix", "[PACKAGE]", words, "fix --dry-run", "fix path/to/package --reseal claims,calls")
    add_package(made)
    made.add_argument("--sort", action="store_true", help="sort rows by their primary key, as those of a profile are")
    made.add_argument("--dry-run", action="store_true", help="write nothing, print the diff")
    words = "take these tables as they are, though their checksums are others"
    made.add_argument("--reseal", type=filled, action="append", default=[], metavar="TABLE[,TABLE]", help=words)
    return made


def run(options: argparse.Namespace) -> int:
    """Rewrites the files, or shows the diff. Returns 1 if the meaning could change, or if a dry run finds changes."""
    with bootstrap.loading():
        from claimtrack.core.visible import visible
        from claimtrack.fixing import plan
        from claimtrack.package import archive
        from claimtrack.package.opened import open_package

    where = one_package(options)
    with archive.opened(where) as path:
        if path != Path(where):
            raise Unusable(f"{where}: a zip is not rewritten; unpack it and name the folder")
        reseal = [name for names in options.reseal for name in names.split(",")]
        made = plan.plan(open_package(path, keep=True), reseal, options.sort)
    if made.refusals:
        last = "nothing is written, since more than form is at stake"
        print("\n".join([*map(visible, made.refusals), last]), file=sys.stderr)
        return 1
    if not options.dry_run:
        plan.write(made)
    print("\n".join([*(plan.diff(made) if options.dry_run else ()), *plan.summary(made)]) or "nothing to do")
    return int(options.dry_run and bool(made.rewrites))
