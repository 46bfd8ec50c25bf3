"""Checks a Data Package.

    python validate.py [PACKAGE]              a folder with a datapackage.json, or a descriptor; this folder if not given
    python validate.py --status [PACKAGE]     what became of each call, and what sources say of each claim
    python validate.py --source FILE          prove every pointer against your own copy of the statement, text or saved page
                       [--quotes]             and show each claim and call beside its words
                       [--quotes-to FILE.csv] and write those down, outside the package
    python validate.py --against OLD          what changed since an older version: a folder, descriptor, zip or git revision
    python validate.py --fix [--dry-run]      put the files into their one form, or show what that would change
    python validate.py --cite [ROW_ID]        how to cite the dataset, or one row with the hash of its content
    python validate.py --list-rules           every rule, a line each
    python validate.py --explain ID           one rule: why it matters, how to mend what breaks it

Exit code: 0 valid or done, 1 findings (warnings count with --strict), 2 the package could not be checked. Nothing is fetched,
and nothing is written but by `--fix` and `--quotes-to`.
"""

import argparse
import os
import sys
from pathlib import Path
from shutil import get_terminal_size


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="validate.py", description="Check a Data Package: the standard, and the rules of claim tracking.")
    parser.add_argument("package", nargs="?", default=".", help="a package's folder or descriptor (default: this folder)")
    parser.add_argument("--strict", action="store_true", help="let warnings fail the package, as errors do")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how --status and --against print (default: text)")
    parser.add_argument("--dry-run", action="store_true", help="with --fix: write nothing, print the diff")
    parser.add_argument("--quotes", action="store_true", help="with --source: show each claim and call beside its words")
    parser.add_argument("--quotes-to", metavar="FILE.csv", help="with --source: write the words of each claim and call, for private use, outside the package")
    parser.add_argument("--style", choices=["apa", "bibtex", "ris", "csl"], default="apa", help="with --cite: the form of the citation (default: apa)")
    parser.add_argument("--expect", metavar="HASH", help="with --cite ROW_ID: exit with 1 unless the row's content has this SHA-256")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--status", action="store_true", help="show what became of each call and what sources say of each claim")
    ways.add_argument("--source", action="append", metavar="FILE", help="prove the pointers against a copy of the statement; - reads standard input")
    ways.add_argument("--against", metavar="OLD", help="compare with an older version: a folder, a descriptor, a zip or a git revision")
    ways.add_argument("--fix", action="store_true", help="rewrite the form of the files (line ends, quoting, order of rows, checksums), never their meaning")
    ways.add_argument("--cite", nargs="?", const="", metavar="ROW_ID", help="print the citation of the dataset or of one row")
    ways.add_argument("--list-rules", action="store_true", help="list every rule and stop")
    ways.add_argument("--explain", metavar="ID", help="explain one rule and stop")
    options = parser.parse_args(arguments)
    if options.format != "text" and not (options.status or options.against):
        parser.error("--format goes with --status or --against")
    if options.dry_run and not options.fix:
        parser.error("--dry-run goes with --fix")
    if (options.quotes or options.quotes_to) and not options.source:
        parser.error("--quotes and --quotes-to go with --source, your own copy of the text")
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
    from validator.text import visible

    try:
        if options.fix:
            return rewrite(Path(options.package), options.dry_run)
        report = validate(options.package, strict=options.strict)
        if options.source:
            return prove(Path(options.package), report, options)
        if options.against:
            return compare(Path(options.package), report, options)
        if options.cite is not None:
            return cite(Path(options.package), report, options)
    except Unusable as error:
        print(visible(str(error)), file=sys.stderr)
        return 2
    if options.status:
        return show_status(Path(options.package), report, options.format)
    print(text(report))
    return report.exit_code


def prove(package: Path, report, options) -> int:
    """Proves the pointers of a valid package against each source; 1 if a statement is not found whole in any of them."""
    from validator import quotes
    from validator.proof import Source, describe, proofs
    from validator.source import read_source

    if refused := _refusal(report, "nothing to prove", "statements", "segments", "anchors"):
        return refused
    path = quotes.refuse_place(options.quotes_to, package) if options.quotes_to else None
    best = {}  # for each statement the proof that shows most of it
    for name in options.source:
        source = Source(read_source(name))
        for proof in proofs(package, source):
            print("\n".join(f"{name}: {line}" for line in describe(proof)))
            if proof.statement_id not in best or len(proof.places) > len(best[proof.statement_id][0].places):
                best[proof.statement_id] = proof, source
    if options.quotes or path:
        rows = quotes.quotes(package, best.values())
        if options.quotes:
            print("\n".join(quotes.beside(rows, get_terminal_size().columns)))
        if path:
            quotes.write(rows, path)
            print(f"{path}: {len(rows)} quotes written, for your own use")
    return int(any(proof.absent or proof.several for proof, _ in best.values()))


def compare(package: Path, report, options) -> int:
    """Compares a valid package with an older version of it; 1 if the history is unsound."""
    from validator import changes, history, store, version

    if refused := _refusal(report, "nothing to compare"):
        return refused
    old, new = (version.read(store.open_store(where, package)) for where in (options.against, str(package)))
    comparison = history.compare(old, new, strict=options.strict)
    print(changes.as_json(comparison) if options.format == "json" else changes.as_text(comparison))
    return comparison.exit_code


def rewrite(package: Path, dry: bool) -> int:
    """Rewrites the form of a package's files, or shows the diff; 1 if meaning is at stake, or a dry run has something to show."""
    from validator import fix
    from validator.text import visible

    plan = fix.plan(package)
    if plan.refusals:
        print("\n".join([*map(visible, plan.refusals), "nothing is written, since more than form is at stake"]), file=sys.stderr)
        return 1
    if not dry:
        fix.write(plan)
    print("\n".join([*(fix.diff(plan) if dry else ()), *fix.summary(plan)]) or "nothing to do")
    return int(dry and bool(plan.rewrites))


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
