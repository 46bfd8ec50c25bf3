"""Checks Data Packages.

    python validate.py [PACKAGE ...]          folders with a datapackage.json, descriptors, or zips of a folder; else this folder
    python validate.py --format sarif         the report for a program: json, sarif, junit, github or html
    python validate.py --status [PACKAGE]     what became of each call, and what sources say of each claim
    python validate.py --source FILE          prove every pointer against your own copy of the statement, text or saved page
                       [--quotes]             and show each claim and call beside its words
                       [--quotes-to FILE.csv] and write those down, outside the package
    python validate.py --against OLD          what changed since an older version: a folder, descriptor, zip or git revision
    python validate.py --fix [--dry-run]      put the files into their one form, or show what that would change
    python validate.py --cite [ROW_ID]        how to cite the dataset, or one row with the hash of its content
    python validate.py --list-rules           every rule, a line each
    python validate.py --explain ID           one rule: why it matters, how to mend what breaks it

Exit code: 0 valid or done, 1 findings (warnings count with --strict), 2 a package could not be checked. Nothing is fetched,
and nothing is written but by `--fix` and the options that name a file to write, and temporary files for keys beyond `--memory`.
"""

import argparse
import os
import sys
from pathlib import Path
from shutil import get_terminal_size


def arguments_of_command() -> argparse.ArgumentParser:
    """The command's arguments, in the groups in which `--help` shows them."""
    parser = argparse.ArgumentParser(
        prog="validate.py",
        usage="validate.py [options] [PACKAGE ...]",
        description="Check Data Packages: the standard, and the rules of claim tracking.",
        epilog="Exit code: 0 valid, 1 findings, 2 could not be checked.",
        add_help=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=26),
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="folder, descriptor or zip (default: this folder)")
    check = parser.add_argument_group("what counts")
    check.add_argument("--strict", action="store_true", default=None, help="warnings fail the package, as errors do")
    check.add_argument("--select", action="append", metavar="RULE[:TABLE]", help="only this rule (HYG109) or group (HYG)")
    check.add_argument("--ignore", action="append", metavar="RULE[:TABLE]", help="not this rule or group")
    check.add_argument("--baseline", metavar="FILE", help="only findings that this file does not know")
    check.add_argument("--write-baseline", metavar="FILE", help="write the findings of now there, and stop")
    check.add_argument("--engine", choices=["local", "spark"], help="where tables are read: here, or in Spark (docs/spark.md)")
    check.add_argument("--no-settings", action="store_true", help="leave the package's own validate.toml aside")
    check.add_argument("--memory", type=int, metavar="MIB", help="hold so much of the keys, put more on disk (512)")
    report = parser.add_argument_group("report")
    report.add_argument("--format", action="append", default=[], metavar="FORMAT", help="text, json, sarif, junit, github or html")
    report.add_argument("--output", action="append", default=[], metavar="FILE", help="write there; its ending says the format")
    report.add_argument("--max-samples", type=int, metavar="N", help="list N findings a rule and file (100)")
    loudness = report.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="findings alone, a line each")
    loudness.add_argument("-v", "--verbose", action="store_true", help="also why a rule matters, and which ran")
    other = parser.add_argument_group("instead of a check")
    ways = other.add_mutually_exclusive_group()
    ways.add_argument("--status", action="store_true", help="what became of calls and bears on claims; or as json")
    ways.add_argument("--source", action="append", metavar="FILE", help="prove the pointers against this text; - is stdin")
    other.add_argument("--quotes", action="store_true", help="with --source: show each item beside its words")
    other.add_argument("--quotes-to", metavar="FILE.csv", help="with --source: write them elsewhere")
    ways.add_argument("--against", metavar="OLD", help="what changed since that version; or as json")
    ways.add_argument("--fix", action="store_true", help="rewrite the form of the files, never their meaning")
    other.add_argument("--dry-run", action="store_true", help="with --fix: write nothing, print the diff")
    ways.add_argument("--cite", nargs="?", const="", metavar="ROW_ID", help="how to cite the dataset, or one row")
    other.add_argument("--style", choices=["apa", "bibtex", "ris", "csl"], metavar="STYLE", help="with --cite: apa, bibtex, ris, csl")
    other.add_argument("--expect", metavar="HASH", help="with --cite: 1 unless the row has this SHA-256")
    ways.add_argument("--list-rules", action="store_true", help="list every rule")
    ways.add_argument("--explain", metavar="ID", help="explain one rule")
    ways.add_argument("--version", action="store_true", help="the versions of this and of what it rests on")
    other.add_argument("-h", "--help", action="help", help="show this")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    end = given.index("--") if "--" in given else len(given)  # argparse forgets it where options and packages are mixed
    command = arguments_of_command()
    options = command.parse_intermixed_args(given[:end])
    options.packages = [*options.packages, *given[end + 1 :]] or ["."]
    if options.dry_run and not options.fix:
        command.error("--dry-run goes with --fix")
    if (options.quotes or options.quotes_to) and not options.source:
        command.error("--quotes and --quotes-to go with --source, your own copy of the text")
    if options.style and options.cite is None:
        command.error("--style goes with --cite")
    if options.expect and not options.cite:
        command.error("--expect goes with --cite ROW_ID")
    if hasattr(sys.stdout, "reconfigure"):  # a name that the terminal cannot show is no reason to stop
        sys.stdout.reconfigure(errors="backslashreplace")
    where = ", ".join(options.packages)
    try:
        code = _run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough, as `head` does after ten lines
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("validate.py: stopped", file=sys.stderr)
    except MemoryError:
        print(f"{where}: out of memory", file=sys.stderr)
    except BaseException as error:  # Polars panics with an exception of its own that is no Exception
        if isinstance(error, SystemExit):
            raise
        said = " ".join(str(error).split())[:300]
        print(f"{where}: internal error, please report it: {type(error).__name__}: {said}", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    # Imported where needed: start-up is most of a small package's time.
    if options.version:
        from validator.about import described

        print(described())
        return 0
    if options.list_rules or options.explain:
        return _explain(options.explain)
    from validator import startup

    if options.engine != "spark":  # beside which a quick start counts for nothing, and which looks for what has a stand-in
        startup.load()
    from validator.findings import Unusable
    from validator.text import visible

    try:
        if options.source or options.status or options.against or options.fix or options.cite is not None:
            return _of_one(options)
        return _check(options)
    except Unusable as error:
        print(visible(str(error)), file=sys.stderr)
        return 2


def _of_one(options: argparse.Namespace) -> int:
    """What is asked of one package other than whether it is valid."""
    from validator.archive import opened
    from validator.findings import Unusable
    from validator.run import validate

    asked = next(f"--{name}" for name in ("source", "status", "against", "fix", "cite") if getattr(options, name) not in (None, False))
    if len(options.packages) > 1:
        raise Unusable(f"{asked} is about one package, and {len(options.packages)} are named; run it on each")
    forms = ["text", "json"] if options.status or options.against else ["text"]
    if options.output or options.format not in ([], *([form] for form in forms)):
        raise Unusable(f"{asked} prints {' or '.join(forms)} on standard output; leave other formats and --output out, and redirect with >")
    alien = ["select", "ignore", "baseline", "write_baseline", "no_settings", "memory", "engine", "max_samples", "quiet", "verbose"]
    if named := [f"--{name.replace('_', '-')}" for name in alien if not any(getattr(options, name) is unsaid for unsaid in (None, False))]:
        raise Unusable(f"{asked} has no use for {named[0]}; leave it out")
    where, form = Path(options.packages[0]), (options.format or ["text"])[0]
    with opened(where) as path:
        if options.fix:
            if path != where:
                raise Unusable(f"{where}: a zip is not rewritten; unpack it and name the folder")
            return rewrite(path, options.dry_run)
        report = validate(path, strict=bool(options.strict))
        report.where = str(where)
        if options.source:
            return prove(path, report, options)
        if options.cite is not None:
            return cite(path, report, options)
        return compare(where, report, options.against, form) if options.against else show_status(path, report, form)


def _check(options: argparse.Namespace) -> int:
    """Checks every package and writes every report that is asked for."""
    from validator import check, limits, progress, selection
    from validator.findings import Unusable
    from validator.reports import output
    from validator.text import visible
    from validator.settings import Settings

    pairs = output.pair(options.format, options.output)
    output.refuse([name for _, name in pairs], options.packages)
    output.refuse([options.write_baseline] if options.write_baseline else [], options.packages, "--write-baseline")
    if options.max_samples is not None and options.max_samples < 0:
        raise Unusable("--max-samples is a whole number from 0; the totals are exact whatever it is")
    if options.memory is not None and options.memory < 1:
        raise Unusable("--memory is a whole number of MiB from 1; keys that take more are put on disk")
    memory = limits.KEYS if options.memory is None else options.memory * limits.MIB
    given = Settings(strict=options.strict, max_samples=options.max_samples, baseline=Path(options.baseline) if options.baseline else None)
    given.select = selection.parse(options.select, "--select") if options.select else None
    given.ignore = selection.parse(options.ignore, "--ignore") if options.ignore else None
    if (options.baseline or options.write_baseline) and len(options.packages) > 1:
        raise Unusable('a baseline is that of one package; for several say `baseline = "FILE"` in the validate.toml of each')
    engine = _engine(options)
    reports = []
    for where in options.packages:
        with progress.Progress(progress.wanted(options.quiet)) as tell:
            reading = engine() if engine else None
            reports.append(check.check(where, given, not options.no_settings, bool(options.write_baseline), memory, tell, reading))
        for note in reading.notes if reading and not options.quiet else ():
            print(visible(note), file=sys.stderr)
    for option in ("select", "ignore"):
        selection.check_tables(getattr(given, option) or [], reports, f"--{option}")
    for report in reports:
        if report.error:
            print(visible(report.error), file=sys.stderr)
    if options.write_baseline:
        return check.keep(reports[0], Path(options.write_baseline))
    for form, name in pairs:
        _write(form, name, reports, options)
    return max(report.exit_code for report in reports)


def _engine(options: argparse.Namespace):
    """What makes the engine for one package; None where that is this machine."""
    if options.engine != "spark":
        return None
    from functools import partial

    from validator import spark
    from validator.findings import Unusable

    if options.memory is not None:
        raise Unusable("--memory is of keys that are held here, and --engine spark holds them in Spark, which has settings of its own; leave one out")

    return partial(spark.Spark, spark.session())


def _write(form: str, name: str, reports: list, options: argparse.Namespace) -> None:
    """Writes one report; to standard output within GitHub Actions also the commands that put findings beside their lines."""
    from validator.progress import coloured
    from validator.reports import as_text, output, render

    if name != output.STDOUT:
        output.write(Path(name), render(form, reports) + "\n")
    elif form != "text":
        output.to_stdout(render(form, reports) + "\n")
    else:
        text = as_text.render(reports, options.quiet, options.verbose, coloured(sys.stdout)) if not all(r.error for r in reports) else ""
        if os.environ.get("GITHUB_ACTIONS") == "true":
            from validator.reports import as_github

            text = "\n".join([*([as_github.fenced(text)] if text else []), as_github.render(reports)])
        if text:
            print(text)


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


def compare(package: Path, report, against: str, form: str) -> int:
    """Compares a valid package with an older version of it; 1 if the history is unsound."""
    from validator import changes, history, store, version

    if refused := _refusal(report, "nothing to compare"):
        return refused
    old, new = (version.read(store.open_store(where, package)) for where in (against, str(package)))
    comparison = history.compare(old, new, strict=report.strict)
    print(changes.as_json(comparison) if form == "json" else changes.as_text(comparison))
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
    row = cite.find(package, options.cite) if options.cite else None
    print(cite.text(package, row, options.style or "apa"), end="")
    return cite.compare(options.cite, row, options.expect) if options.expect else 0


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
