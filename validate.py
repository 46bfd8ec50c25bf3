"""Checks a Data Package.

    python validate.py [PACKAGE]              a folder with a datapackage.json, or a descriptor; this folder if not given
    python validate.py --status [PACKAGE]     what became of each call, and what sources say of each claim
    python validate.py --source FILE          prove every pointer against your own copy of the statement, text or saved page
    python validate.py --cite [ROW_ID]        how to cite the dataset, or one row with the hash of its content
    python validate.py --list-rules           every rule, a line each
    python validate.py --explain ID           one rule: why it matters, how to mend what breaks it

Exit code: 0 valid, 1 findings (warnings count with --strict), 2 the package could not be checked. Nothing is fetched and
nothing is written.
"""

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="validate.py", description="Check a Data Package: the standard, and the rules of claim tracking.")
    parser.add_argument("package", nargs="?", default=".", help="a package's folder or descriptor (default: this folder)")
    parser.add_argument("--strict", action="store_true", help="let warnings fail the package, as errors do")
    parser.add_argument("--status", action="store_true", help="show what became of each call and what sources say of each claim")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how --status prints (default: text)")
    parser.add_argument("--source", action="append", metavar="FILE", help="prove the pointers against a copy of the statement; - reads standard input")
    parser.add_argument("--cite", nargs="?", const="", metavar="ROW_ID", help="print the citation of the dataset or of one row")
    parser.add_argument("--style", choices=["apa", "bibtex", "ris", "csl"], default="apa", help="the form of --cite (default: apa)")
    parser.add_argument("--expect", metavar="HASH", help="with --cite ROW_ID: exit with 1 unless the row's content has this SHA-256")
    parser.add_argument("--list-rules", action="store_true", help="list every rule and stop")
    parser.add_argument("--explain", metavar="ID", help="explain one rule and stop")
    options = parser.parse_args(arguments)
    if options.format != "text" and not options.status:
        parser.error("--format goes with --status")
    if options.expect and not options.cite:
        parser.error("--expect goes with --cite ROW_ID")
    if hasattr(sys.stdout, "reconfigure"):  # a name that the terminal cannot show is no reason to stop
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough, as `head` does after ten lines
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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
        if options.source:
            return prove(Path(options.package), report, options.source)
        if options.cite is not None:
            return cite(Path(options.package), report, options)
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


def show_status(package: Path, report, form: str) -> int:
    """Prints the status of a valid claim-tracking package; of any other it could mislead, so it is refused."""
    from validator import status

    if refused := _refusal(report, "no status", "calls", "follow_ups", "claims", "evidence", "sources"):
        return refused
    print(status.as_json(package) if form == "json" else status.as_text(package))
    return 0


def cite(package: Path, report, options: argparse.Namespace) -> int:
    """Prints the citation of a valid package or of one of its rows; 1 if the row is not the one that `--expect` names."""
    from publisher import cite

    if refused := _refusal(report, "no citation"):
        return refused
    print(cite.text(package, options.cite, options.style), end="")
    return cite.compare(package, options.cite, options.expect) if options.expect else 0


def _refusal(report, what: str, *tables: str) -> int:
    """0 if a package is valid and has the tables; otherwise says on standard error why it is refused, and the exit code."""
    if not report.exit_code and set(tables) <= report.tables.keys():
        return 0
    reason = "is not valid: run validate.py on it first" if report.exit_code else "is no claim-tracking package"
    print(f"{report.where}: {what}, since the package {reason}", file=sys.stderr)
    return report.exit_code or 2


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
