"""Prints how far two coders agree."""

import argparse

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, one_package
from claimtrack.commands.options import parser as parser_of


def parser() -> Parser:
    """Returns the parser of `agreement`'s options."""
    words = "Krippendorff's alpha of each variable that two coders coded, with its interval, as a Markdown table."
    made = parser_of("agreement", "[PACKAGE]", words, "agreement")
    add_package(made)
    return made


def run(options: argparse.Namespace) -> int:
    """Prints the agreement in a claim-tracking package as a table."""
    with bootstrap.loading():
        from claimtrack.commands.valid import claim_package
        from claimtrack.tracking import agreement

    print(agreement.table(claim_package(one_package(options))))
    return 0
