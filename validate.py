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
and nothing is written but by `--fix` and the options that name a file to write, and temporary files for what goes beyond `--memory`.
"""

import argparse
import errno
import os
import signal
import sys
from pathlib import Path
from shutil import get_terminal_size


# What can be asked instead of whether packages are valid, each with the options that go with it; any other would be ignored.
WAYS = {
    "source": ("quotes", "quotes_to", "strict", "format"),
    "status": ("strict", "format"),
    "against": ("strict", "format"),
    "fix": ("dry_run", "format"),
    "cite": ("style", "expect", "strict", "format"),
    "list_rules": (),
    "explain": (),
    "version": (),
    "write_baseline": ("select", "ignore", "no_settings", "memory", "engine", "quiet"),  # quiet of progress
}
COMPANIONS = {"quotes": "source", "quotes_to": "source", "dry_run": "fix", "style": "cite", "expect": "cite"}  # of no use alone
OF_NO_PACKAGE = ("list_rules", "explain", "version")


def filled(text: str) -> str:
    """The value of an option, which may not be empty: a variable that a script forgot to set must turn no check off."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the value is empty; give one, or leave it out (in a script: is the variable set?)")
    return text


def count(text: str) -> int:
    """The value of an option that is a number of something."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise argparse.ArgumentTypeError("the value must be a whole number from 0; the totals are exact whatever it is")
    return int(text)


def mebibytes(text: str) -> int:
    """The value of `--memory`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError("the value must be a whole number of MiB from 1; keys and rows that take more are put on disk")
    return int(text)


class Arguments(argparse.ArgumentParser):
    """A parser whose sentence on an unknown option names the one that was meant."""

    def error(self, message: str) -> None:
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown != message:
            from difflib import get_close_matches

            near = get_close_matches(unknown.partition(" ")[0].partition("=")[0], self._option_string_actions, 1)
            message += f"; did you mean {near[0]}?" if near else "; --help lists the options"
        super().error(message)


def arguments_of_command() -> argparse.ArgumentParser:
    """The command's arguments, in the groups in which `--help` shows them."""
    parser = Arguments(
        prog="validate.py",
        usage="validate.py [options] [PACKAGE ...]",
        description="Check Data Packages: the standard, and the rules of claim tracking. A PACKAGE is a folder, descriptor or zip (default: this folder).",
        epilog="Exit code: 0 valid, 1 findings, 2 could not be checked.",
        add_help=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=26),
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=argparse.SUPPRESS)
    check = parser.add_argument_group("what counts")
    check.add_argument("--strict", action="store_true", default=None, help="warnings fail the package, as errors do")
    check.add_argument("--select", type=filled, action="append", metavar="RULE[:TABLE]", help="only this rule (HYG109) or group (HYG)")
    check.add_argument("--ignore", type=filled, action="append", metavar="RULE[:TABLE]", help="not this rule or group")
    check.add_argument("--baseline", type=filled, metavar="FILE", help="only findings that this file does not know")
    check.add_argument("--write-baseline", type=filled, metavar="FILE", help="write the findings of now there, and stop")
    check.add_argument("--engine", choices=["local", "spark"], metavar="ENGINE", help="local, or spark to read tables there (docs/spark.md)")
    check.add_argument("--no-settings", action="store_true", help="leave the package's own validate.toml aside")
    check.add_argument("--memory", type=mebibytes, metavar="MIB", help="hold so much of keys and rows, put more on disk (512)")
    report = parser.add_argument_group("report")
    report.add_argument("--format", type=filled, action="append", default=[], metavar="FORMAT", help="text, json, sarif, junit, github or html")
    report.add_argument("--output", type=filled, action="append", default=[], metavar="FILE", help="write there; its ending says the format")
    report.add_argument("--max-samples", type=count, metavar="N", help="list N findings a rule and file (100)")
    loudness = report.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="findings alone, a line each")
    loudness.add_argument("-v", "--verbose", action="store_true", help="also why a rule matters, and which ran")
    other = parser.add_argument_group("instead of a check")
    ways = other.add_mutually_exclusive_group()
    ways.add_argument("--status", action="store_true", help="what became of calls and bears on claims; or as json")
    ways.add_argument("--source", type=filled, action="append", metavar="FILE", help="prove the pointers against this text; - is stdin")
    other.add_argument("--quotes", action="store_true", help="with --source: show each item beside its words")
    other.add_argument("--quotes-to", type=filled, metavar="FILE.csv", help="with --source: write them elsewhere")
    ways.add_argument("--against", type=filled, metavar="OLD", help="what changed since that version; or as json")
    ways.add_argument("--fix", action="store_true", help="rewrite the form of the files, never their meaning")
    other.add_argument("--dry-run", action="store_true", help="with --fix: write nothing, print the diff")
    ways.add_argument("--cite", nargs="?", const=True, type=filled, metavar="ROW_ID", help="how to cite the dataset, or one row")
    other.add_argument("--style", choices=["apa", "bibtex", "ris", "csl"], metavar="STYLE", help="with --cite: apa, bibtex, ris, csl")
    other.add_argument("--expect", type=filled, metavar="HASH", help="with --cite: 1 unless the row has this SHA-256")
    ways.add_argument("--list-rules", action="store_true", help="list every rule")
    ways.add_argument("--explain", type=filled, metavar="ID", help="explain one rule")
    ways.add_argument("--version", action="store_true", help="the versions of this and of what it rests on")
    other.add_argument("-h", "--help", action="help", help="show this")
    return parser


def way_of(options: argparse.Namespace) -> str | None:
    """Which of `WAYS` is asked; None where it is whether packages are valid."""
    return next((way for way in WAYS if is_given(options, way)), None)


def is_given(options: argparse.Namespace, name: str) -> bool:
    """Whether an option was given."""
    value = getattr(options, name)
    return not any(value is unsaid for unsaid in (None, False)) and value != []


def misuse(options: argparse.Namespace) -> str | None:
    """What is wrong with the options as they stand together, in a sentence that names the mend; None where nothing is."""
    way, spelt = way_of(options), "--{}".format
    if not all(map(str.strip, options.packages)):
        return "argument PACKAGE: the name is empty; name a folder, descriptor or zip (in a script: is the variable set?)"
    for name, owner in COMPANIONS.items():
        if is_given(options, name) and way != owner:
            return f"{spelt(name.replace('_', '-'))} goes with {spelt(owner)}"
    if is_given(options, "expect") and options.cite is True:
        return "--expect goes with --cite ROW_ID"
    if way is None:
        return None
    asked = spelt(way.replace("_", "-"))
    if way == "write_baseline" and len(options.packages) > 1:
        return "a baseline is that of one package; write one for each, and name it in the validate.toml of each"
    if "-" in (options.write_baseline, options.quotes_to):
        return f"{asked} writes no file to standard output; name a file"
    if way in OF_NO_PACKAGE and options.packages:
        return f"{asked} is about no package; leave {options.packages[0]} out"
    if len(options.packages) > 1:
        return f"{asked} is about one package, and {len(options.packages)} are named; run it on each"
    forms = ["text", "json"] if way in ("status", "against") else ["text"]
    if "format" in WAYS[way] and (options.output or options.format not in ([], *([form] for form in forms))):
        return f"{asked} prints {' or '.join(forms)} on standard output; leave other formats and --output out, and redirect with >"
    idle = [name for name in vars(options) if name not in ("packages", way, *WAYS[way]) and is_given(options, name)]
    return f"{asked} has no use for {spelt(idle[0].replace('_', '-'))}; leave it out" if idle else None


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    end = given.index("--") if "--" in given else len(given)  # argparse forgets it where options and packages are mixed
    command = arguments_of_command()
    options = command.parse_intermixed_args(given[:end])
    if sys.flags.optimize > 1:
        command.error("rules take their words from docstrings, which python -OO strips; leave it out, and PYTHONOPTIMIZE")
    options.packages = [*options.packages, *given[end + 1 :]]
    if wrong := misuse(options):
        command.error(wrong)
    options.packages = options.packages or ["."]
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
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        what = "what is to be written finds no room" if full else f"internal error, please report it: {type(error).__name__}"
        print(f"{where}: {what}: {said}", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    # Imported where needed: start-up is most of a small package's time.
    way = way_of(options)
    if way == "version":
        from validator.about import described

        print(described())
        return 0
    if way in ("list_rules", "explain"):
        return _explain(options.explain)
    from validator import startup

    if options.engine != "spark":  # beside which a quick start counts for nothing, and which looks for what has a stand-in
        startup.load()
    from validator.findings import Unusable
    from validator.text import visible

    try:
        return _check(options) if way in (None, "write_baseline") else _of_one(options, way)
    except Unusable as error:
        print(visible(str(error)), file=sys.stderr)
        return 2


def _of_one(options: argparse.Namespace, way: str) -> int:
    """What is asked of one package other than whether it is valid."""
    from validator.archive import opened
    from validator.findings import Unusable
    from validator.run import validate

    where, form = Path(options.packages[0]), (options.format or ["text"])[0]
    with opened(where) as path:
        if way == "fix":
            if path != where:
                raise Unusable(f"{where}: a zip is not rewritten; unpack it and name the folder")
            return rewrite(path, options.dry_run)
        report = validate(path, strict=bool(options.strict))
        report.where = str(where)
        if way == "source":
            return prove(path, report, options)
        if way == "cite":
            return cite(path, report, options)
        return compare(where, report, options.against, form) if way == "against" else show_status(path, report, form)


def _check(options: argparse.Namespace) -> int:
    """Checks every package and writes every report that is asked for."""
    from validator import check, limits, progress, selection
    from validator.findings import Unusable
    from validator.report import Report
    from validator.reports import output
    from validator.text import visible
    from validator.settings import Settings

    pairs = output.pair(options.format, options.output)
    output.refuse([name for _, name in pairs], options.packages, kept=[options.baseline] if options.baseline else [])
    output.refuse([options.write_baseline] if options.write_baseline else [], options.packages, what="--write-baseline")
    memory = limits.MEMORY if options.memory is None else options.memory * limits.MIB
    given = Settings(strict=options.strict, max_samples=options.max_samples, baseline=Path(options.baseline) if options.baseline else None)
    given.select = selection.parse(options.select, "--select") if options.select else None
    given.ignore = selection.parse(options.ignore, "--ignore") if options.ignore else None
    if options.baseline and len(options.packages) > 1:
        raise Unusable('a baseline is that of one package; for several say `baseline = "FILE"` in the validate.toml of each')
    engine = _engine(options)
    reports = []
    for where in options.packages:
        if reports and reports[-1].interrupted:
            reports.append(Report(where, error=f"{where}: not checked, since the run was interrupted before it", complete=False, interrupted=True))
            continue
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
        raise Unusable("--memory is of keys and rows that are held here, and --engine spark holds them in Spark, which has settings of its own; leave one out")
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
    row = None if options.cite is True else cite.find(package, options.cite)
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


def command() -> None:
    """Runs the command as a process."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by who started it; else a file opened later would stand in its place
            setattr(sys, name, open(os.devnull, mode))
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:  # which would leave behind what lies in temporary files
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    code = main()
    from validator import startup

    startup.leave(code)


if __name__ == "__main__":
    if sys.flags.safe_path:  # Python then leaves out the script's folder, where all the rest lies
        sys.path.insert(0, str(Path(__file__).parent))
    command()
