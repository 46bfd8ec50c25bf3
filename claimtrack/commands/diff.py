"""Compares a package with an older version of it."""

import argparse

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, add_profiles, filled, one_package
from claimtrack.commands.options import parser as parser_of


def parser() -> Parser:
    """Returns the parser of `diff`'s options."""
    words = "What changed since an older version, row by row, and whether every id still stands for what it stood for."
    examples = ("diff HEAD", "diff old/package.zip path/to/package --format json")
    words += " Where calls are tracked: which changed their status, and why."
    made = parser_of("diff", "OLD [PACKAGE]", words, *examples)
    made.add_argument("old", type=filled, metavar="OLD", help="a folder, descriptor, zip or git revision")
    add_package(made)
    made.add_argument("--format", choices=["text", "json"], default="text", metavar="FORMAT", help="text, or json")
    made.add_argument("--strict", action="store_true", help="warnings count as errors")
    add_profiles(made)
    return made


def run(options: argparse.Namespace) -> int:
    """Compares a valid package with an older version of it. Returns 1 if the history is unsound."""
    with bootstrap.loading():
        from pathlib import Path

        from claimtrack.commands.profiles import profiles_of
        from claimtrack.commands.valid import valid_package
        from claimtrack.package.revision import older_version
        from claimtrack.pipeline.check import every_rule
        from claimtrack.tracking import status_changes
        from claimtrack.versions import changes
        from claimtrack.versions.comparison import compare
        from claimtrack.versions.snapshot import read_snapshot

    where, profiles = one_package(options), profiles_of(options.profile)
    with valid_package(where, "nothing to compare", profiles, claims=False, strict=options.strict) as (opened, _):
        old, new = read_snapshot(older_version(options.old, Path(where))), read_snapshot(opened.source, where)
        comparison = compare(old, new, every_rule(profiles).values(), strict=options.strict)
    statuses = status_changes.changes(*(version.rows(status_changes.COLUMNS) for version in (old, new)))
    as_ = changes.as_json if options.format == "json" else changes.as_text
    print(as_(comparison, statuses))
    return comparison.exit_code
