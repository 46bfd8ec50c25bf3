"""Raises the version of a claim package."""

import argparse

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, one_package
from claimtrack.commands.options import parser as parser_of


def parser() -> Parser:
    """Returns the parser of `bump`'s options."""
    words = (
        "Begin the next version of a package, in every place: the descriptor with its day, CHANGELOG.md, CITATION.cff "
        "and the documents. MINOR for new rows, PATCH for corrected cells, MAJOR for other columns."
    )
    made = parser_of("bump", "major|minor|patch [PACKAGE]", words, "bump minor")
    made.add_argument("part", choices=["major", "minor", "patch"], metavar="PART", help="major, minor or patch")
    add_package(made)
    return made


def run(options: argparse.Namespace) -> int:
    """Writes the next version into every file that has it, and says which."""
    with bootstrap.loading():
        from claimtrack.authoring.next_version import raised
        from claimtrack.commands import cite, docs
        from claimtrack.commands.valid import claim_package
        from claimtrack.core.writing import write_together

    where = one_package(options)
    opened = claim_package(where)
    version, files = raised(opened, options.part)
    write_together(files)
    print(f"version {version}: {', '.join(path.name for path in files)}; say in CHANGELOG.md what is new")
    if opened.source.has("CITATION.cff"):
        cite.run(cite.parser().parse_args(["--write", "--package", where]))
    return docs.run(docs.parser().parse_args([where]))
