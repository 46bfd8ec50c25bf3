"""Builds a release of a claim-tracking package: all forms for download, citation and viewing."""

import argparse
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, filled, one_package
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable

# The range of dates in a zip, which has MS-DOS dates (APPNOTE.TXT 4.4.6).
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)


def parser() -> Parser:
    """Returns the parser of `publish`'s options."""
    words = (
        "Build a release of a valid claim-tracking package. The same package gives the same bytes: files bear the "
        "moment in SOURCE_DATE_EPOCH (seconds since 1970), or that in the descriptor's `created`."
    )
    made = parser_of("publish", "[PACKAGE]", words, "publish", "publish path/to/package --output release")
    add_package(made)
    made.add_argument("--output", type=filled, default="dist", metavar="DIR", help="the folder to build (dist)")
    words = "also tell what changed since OLD, a folder, descriptor, zip or git revision"
    made.add_argument("--since", type=filled, metavar="OLD", help=words)
    words = "the language of the site's own words, such as fr (en); what the dataset says stays in its language"
    made.add_argument("--language", type=filled, default="en", metavar="TAG", help=words)
    return made


def run(options: argparse.Namespace) -> int:
    """Validates the package and builds the release."""
    with bootstrap.loading():
        from claimtrack.commands.valid import valid_package
        from claimtrack.package.revision import older_version
        from claimtrack.publisher.build import build
        from claimtrack.publisher.facts import read_facts
        from claimtrack.publisher.language import read_language

    output, where = Path(options.output), one_package(options)
    language = read_language(options.language)
    with valid_package(where, "not published") as (opened, report):
        when = moment(read_facts(opened).created, os.environ.get("SOURCE_DATE_EPOCH"))
        older = older_version(options.since, Path(where)) if options.since else None
        names = build(opened, output, when, older, language)
    print(f"{report.title} {report.version}: {len(names)} files in {output}")
    return 0


def moment(created: str, epoch: str | None) -> datetime:
    """Returns the date and time of the release: SOURCE_DATE_EPOCH, or else `created`.

    Raises Unusable for an epoch that is no number of seconds.
    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    if epoch:
        try:
            if not re.fullmatch("-?[0-9]+", epoch):
                raise ValueError
            when = datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            words = "it must be a whole number of seconds since 1970"
            raise Unusable(f'SOURCE_DATE_EPOCH is "{epoch}"; {words}') from None
    else:
        when = datetime.fromisoformat(created)
    try:
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:  # a time at the edge of the calendar, in another time zone
        when = EARLIEST
    return min(max(when, EARLIEST), LATEST).replace(tzinfo=None)
