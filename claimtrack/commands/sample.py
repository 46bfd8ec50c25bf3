"""Makes a blind form by which a person can review rows, and reads it once it is filled in."""

import argparse
from datetime import UTC, datetime

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, filled, one_package
from claimtrack.commands.options import parser as parser_of
from claimtrack.commands.status import day
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `sample`'s options."""
    words = (
        "A blind form to review rows: drawn at random, without the value that is asked for, as CSV. Filled in and "
        "given back with --read, it becomes rows of data/reviews.csv."
    )
    examples = (
        "sample --by evidence.relation --rows 60 --seed 1 > form.csv",
        "sample --by evidence.about --read f.csv --reviewer me --kind person",
    )
    made = parser_of("sample", "--by TABLE.COLUMN [PACKAGE]", words, *examples)
    add_package(made)
    made.add_argument("--by", type=filled, metavar="TABLE.COLUMN", help="the value that is asked for")
    made.add_argument("--rows", type=int, default=60, metavar="N", help="how many rows to draw (60)")
    made.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed draws the same rows (1)")
    made.add_argument("--read", type=filled, metavar="FORM.csv", help="add this form, filled in, to data/reviews.csv")
    made.add_argument("--reviewer", type=filled, metavar="LABEL", help="with --read: a label for who filled it in")
    made.add_argument(
        "--kind", choices=["person", "automated"], metavar="KIND", help="with --read: person or automated"
    )
    made.add_argument("--reviewed", type=day, metavar="DATE", help="with --read: the day of reading (today)")
    return made


def run(options: argparse.Namespace) -> int:
    """Prints a form, or adds one to the reviews of a valid package."""
    with bootstrap.loading():
        from pathlib import Path

        from claimtrack.commands.valid import valid_package
        from claimtrack.package.table_io import read_rows, write_rows
        from claimtrack.tracking import reviews

    if not options.by:
        raise Unusable("--by is missing; name the value that is asked for, such as --by evidence.relation")
    about = {"reviewer": options.reviewer, "reviewer_kind": options.kind, "reviewed": options.reviewed}
    if options.read and not (options.reviewer and options.kind):
        raise Unusable("--read says who filled it in, and what they are; give --reviewer and --kind, too")
    if not options.read and any(about.values()):
        raise Unusable("--reviewer, --kind and --reviewed go with a form that was filled in; name it with --read")
    if options.rows < 1:
        raise Unusable(f"--rows {options.rows} draws nothing; give a number from 1")
    with valid_package(one_package(options), "no form") as (opened, _):
        if not options.read:
            print(reviews.sample(opened, options.by, options.rows, options.seed), end="")
            return 0
        about["reviewed"] = options.reviewed or datetime.now(UTC).date().isoformat()
        about["version_added"] = opened.descriptor["version"]
        made = reviews.filled(opened, options.by, Path(options.read), about)
        path = opened.root / next(each["path"] for each in opened.resources if each["name"] == "reviews")
        if not path.is_file():
            raise Unusable(f"{path}: the reviews are not in a file of a folder; unpack the package first")
        names, rows = read_rows(path)
        write_rows(path, names, [*rows, *made])
    print(f"{len(made)} reviews added to {path}; run `claimtrack fix` to refresh the checksums")
    return 0
