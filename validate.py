"""Checks a Data Package.

    python validate.py [PACKAGE]              a folder with a datapackage.json, or a descriptor; this folder if not given
    python validate.py --status [PACKAGE]     what became of each call, and what sources say of each claim
    python validate.py --list-rules           every rule, a line each
    python validate.py --explain ID           one rule: why it matters, how to mend what breaks it

Exit code: 0 valid, 1 findings (warnings count with --strict), 2 the package could not be checked. Nothing is fetched and
nothing is written.
"""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="validate.py", description="Check a Data Package: the standard, and the rules of claim tracking.")
    parser.add_argument("package", nargs="?", default=".", help="a package's folder or descriptor (default: this folder)")
    parser.add_argument("--strict", action="store_true", help="let warnings fail the package, as errors do")
    parser.add_argument("--list-rules", action="store_true", help="list every rule and stop")
    parser.add_argument("--explain", metavar="ID", help="explain one rule and stop")
    parser.add_argument("--status", action="store_true", help="show what became of each call and what sources say of each claim")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how --status prints (default: text)")
    options = parser.parse_args(arguments)
    if options.format != "text" and not options.status:
        parser.error("--format goes with --status")
    try:
        return _run(options)
    except KeyboardInterrupt:
        print("validate.py: stopped", file=sys.stderr)
    except MemoryError:
        print(f"{options.package}: out of memory", file=sys.stderr)
    except BaseException as error:  # Polars panics with an exception of its own that is no Exception
        if isinstance(error, SystemExit):
            raise
        said = " ".join(str(error).split())[:300]
        print(f"{options.package}: internal error, please report it: {type(error).__name__}: {said}", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    # Imported where needed: start-up is most of a small package's time.
    if options.list_rules or options.explain:
        return _explain(options.explain)
    from validator.findings import Unusable
    from validator.report import text
    from validator.run import validate

    try:
        report = validate(options.package, strict=options.strict)
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


def _explain(id: str | None) -> int:
    """Prints one rule, or all where no id is given."""
    from validator import explain

    try:
        print(explain.explanation(id) if id else explain.listing())
    except KeyError as error:
        print(f"validate.py: {error.args[0]}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
