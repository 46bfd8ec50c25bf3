"""Builds a release of a claim-tracking package: every form to download, cite and look at.

    python publish.py [PACKAGE] [--output DIR]     a folder with a datapackage.json, or a descriptor; this folder if not given

The package is validated first; an invalid one is not published. The same package gives the same bytes: files bear the moment in
SOURCE_DATE_EPOCH (seconds since 1970), or that in the descriptor's `created`. Nothing is fetched.

Exit code: 0 built, 1 the package is invalid, 2 it could not be built.
"""

import argparse
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from publisher.build import build
from publisher.facts import read_facts
from validator.findings import Unusable
from validator.package import PROFILE
from validator.run import validate
from validator.seal import read_descriptor

# What a zip can hold (APPNOTE.TXT 4.4.6): an MS-DOS date, from 1980 on.
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="publish.py", description="Build a release of a claim-tracking Data Package.")
    parser.add_argument("package", nargs="?", default=".", help="a package's folder or descriptor (default: this folder)")
    parser.add_argument("--output", default="dist", metavar="DIR", help="the folder to build (default: dist)")
    options = parser.parse_args(arguments)
    package, output = Path(options.package), Path(options.output)
    try:
        report = validate(package)
        if report.exit_code:
            print(f"{package}: not published, since the package is not valid: run validate.py on it first", file=sys.stderr)
            return report.exit_code
        if read_descriptor(package)[1].get("conformsTo") != PROFILE:
            raise Unusable(f'{package}: not published, since it is no claim-tracking package ("conformsTo" is not "{PROFILE}")')
        names = build(package, output, moment(read_facts(package).created, os.environ.get("SOURCE_DATE_EPOCH")))
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{output}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{report.title} {report.version}: {len(names)} files in {output}")
    return 0


def moment(created: str, epoch: str | None) -> datetime:
    """When the release is dated: SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), or `created`."""
    if epoch:
        try:
            if not re.fullmatch("-?[0-9]+", epoch):
                raise ValueError
            when = datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            raise Unusable(f'SOURCE_DATE_EPOCH is "{epoch}"; it must be a whole number of seconds since 1970') from None
    else:
        when = datetime.fromisoformat(created)
    try:
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:  # a moment at the edge of the calendar, in another time zone
        when = EARLIEST
    return min(max(when, EARLIEST), LATEST).replace(tzinfo=None)


if __name__ == "__main__":
    sys.exit(main())
