"""Checks a Data Package.

    python validate.py [PACKAGE]              a folder with a datapackage.json, or a descriptor; this folder if not given
    python validate.py --status [PACKAGE]     what became of each call, and what sources say of each claim
    python validate.py --source FILE          prove every pointer against your own copy of the statement, text or saved page
    python validate.py --against OLD          what changed since an older version: a folder, descriptor, zip or git revision

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
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how --status and --against print (default: text)")
    parser.add_argument("--source", action="append", metavar="FILE", help="prove the pointers against a copy of the statement; - reads standard input")
    parser.add_argument("--against", metavar="OLD", help="compare with an older version: a folder, a descriptor, a zip or a git revision")
    options = parser.parse_args(arguments)
    if options.format != "text" and not (options.status or options.against):
        parser.error("--format goes with --status or --against")
    try:
        report = validate(options.package)
        if options.source:
            return prove(Path(options.package), report, options.source)
        if options.against:
            return compare(Path(options.package), report, options.against, options.format)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    if options.status:
        return show_status(Path(options.package), report, options.format)
    print(text(report))
    return report.exit_code


def prove(package: Path, report, names: list[str]) -> int:
    """Proves the pointers of a valid package against each source; 1 if a statement is not found whole in any of them."""
    from validator.proof import Source, describe, proofs
    from validator.source import read_source

    if refused := _refusal(report, "nothing to prove", "statements", "segments", "anchors"):
        return refused
    proven, every = set(), set()
    for name in names:
        for proof in proofs(package, Source(read_source(name))):
            print("\n".join(f"{name}: {line}" for line in describe(proof)))
            every.add(proof.statement_id)
            if not proof.absent and not proof.several:
                proven.add(proof.statement_id)
    return int(proven != every)


def compare(package: Path, report, old: str, form: str) -> int:
    """Compares a valid package with an older version of it; 1 if the history is unsound."""
    from validator import changes, former, history, version

    if refused := _refusal(report, "nothing to compare"):
        return refused
    comparison = history.compare(version.read(former.open_store(old, package)), version.read(former.open_store(str(package), package)))
    print(changes.as_json(comparison) if form == "json" else changes.as_text(comparison))
    return comparison.exit_code


def show_status(package: Path, report, form: str) -> int:
    """Prints the status of a valid claim-tracking package; of any other it could mislead, so it is refused."""
    from validator import status

    if refused := _refusal(report, "no status", "calls", "follow_ups", "claims", "evidence", "sources"):
        return refused
    print(status.as_json(package) if form == "json" else status.as_text(package))
    return 0


def _refusal(report, what: str, *tables: str) -> int:
    """0 if a package is valid and has the tables; otherwise says on standard error why it is refused, and the exit code."""
    if not report.exit_code and set(tables) <= report.tables.keys():
        return 0
    reason = "is not valid: run validate.py on it first" if report.exit_code else "is no claim-tracking package"
    print(f"{report.where}: {what}, since the package {reason}", file=sys.stderr)
    return report.exit_code or 2


if __name__ == "__main__":
    sys.exit(main())
