"""Prints what became of each call, and what sources say of each claim."""

import argparse
from datetime import UTC, date, datetime

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, one_package
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `status`'s options."""
    words = (
        "What became of each call, with its source and the answers to it; how many independent voices bear on each "
        "claim in which way; and who has reviewed rows."
    )
    examples = ("status", "status --as-of 2024-01-31 --known-on 2026-11-24", "status --due 180 --format json")
    made = parser_of("status", "[PACKAGE]", words, *examples)
    add_package(made)
    made.add_argument("--as-of", type=day, metavar="DATE", help="what was so up to that day")
    made.add_argument("--known-on", type=day, metavar="DATE", help="what this dataset had recorded up to that day")
    words = "only what nobody has looked at for so many days, up to today or --known-on"
    made.add_argument("--due", type=days, metavar="DAYS", help=words)
    made.add_argument("--format", choices=["text", "json"], default="text", metavar="FORMAT", help="text, or json")
    made.add_argument("--strict", action="store_true", help="refuse a package with warnings, too")
    return made


def day(text: str) -> str:
    """Checks that an option is a day. Raises ArgumentTypeError, with the form that is expected."""
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f'"{text[:50]}" is no day; write it as YYYY-MM-DD, such as 2024-01-31')


def days(text: str) -> int:
    """Checks that an option is a number of days. Raises ArgumentTypeError, with the form that is expected."""
    if text.isascii() and text.isdigit() and len(text) < 7:
        return int(text)
    raise argparse.ArgumentTypeError(f'"{text[:50]}" is no number of days; write a whole number, such as 180')


def run(options: argparse.Namespace) -> int:
    """Prints the status of a claim-tracking package. Another or an invalid package is refused, as it could mislead."""
    with bootstrap.loading():
        import json

        from claimtrack.commands.valid import valid_package
        from claimtrack.tracking import status

    if options.due is not None and options.as_of:
        raise Unusable("--due counts from the day of the last look; leave --as-of out, or name a day with --known-on")
    clocks = status.Clocks(options.as_of, options.known_on)
    is_json = options.format == "json"
    with valid_package(one_package(options), "no status", strict=options.strict) as (opened, _):
        if options.due is None:
            print(status.as_json(opened, clocks) if is_json else status.as_text(opened, clocks))
        else:
            today = options.known_on or datetime.now(UTC).date().isoformat()
            found = status.due(opened, options.due, today)
            told = json.dumps({"due": found}, indent=2, ensure_ascii=False)
            print(told if is_json else status.due_text(found, options.due))
    return 0
