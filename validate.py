"""Checks a Data Package.

    python validate.py [PACKAGE]              a folder with a datapackage.json, or a descriptor; this folder if not given
    python validate.py --status [PACKAGE]     what became of each call, and what sources say of each claim

Exit code: 0 valid, 1 findings, 2 the package could not be checked. Nothing is fetched and nothing is written.
"""

import argparse
import sys
from pathlib import Path

from validator.findings import Unusable
from validator.report import text
from validator.run import validate


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="validate.py", description="Check a Data Package: the standard, and the rules of claim tracking.")
    parser.add_argument("package", nargs="?", default=".", help="a package's folder or descriptor (default: this folder)")
    parser.add_argument("--status", action="store_true", help="show what became of each call and what sources say of each claim")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how --status prints (default: text)")
    options = parser.parse_args(arguments)
    if options.format != "text" and not options.status:
        parser.error("--format goes with --status")
    try:
        report = validate(options.package)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    if options.status:
        return show_status(Path(options.package), report, options.format)
    print(text(report))
    return report.exit_code


def show_status(package: Path, report, form: str) -> int:
    """Prints the status of a valid claim-tracking package; of any other it could mislead, so it is refused."""
    from validator import status

    if report.exit_code or not {"calls", "follow_ups", "claims", "evidence", "sources"} <= report.tables.keys():
        reason = "is not valid: run validate.py on it first" if report.exit_code else "is no claim-tracking package"
        print(f"{package}: no status, since the package {reason}", file=sys.stderr)
        return report.exit_code or 2
    print(status.as_json(package) if form == "json" else status.as_text(package))
    return 0


if __name__ == "__main__":
    sys.exit(main())
