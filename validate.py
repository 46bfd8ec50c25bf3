"""Checks a Data Package.

    python validate.py [PACKAGE]     a folder with a datapackage.json, or a descriptor; this folder if not given

Exit code: 0 valid, 1 findings, 2 the package could not be checked. Nothing is fetched and nothing is written.
"""

import argparse
import sys

from validator.findings import Unusable
from validator.report import text
from validator.run import validate


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="validate.py", description="Check a Data Package: the standard, and the rules of claim tracking.")
    parser.add_argument("package", nargs="?", default=".", help="a package's folder or descriptor (default: this folder)")
    options = parser.parse_args(arguments)
    try:
        report = validate(options.package)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    print(text(report))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
