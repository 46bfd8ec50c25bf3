"""Checks packages and writes the requested reports."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from claimtrack.commands import bootstrap
from claimtrack.commands.options import Parser, add_package, add_profiles, count, filled, mebibytes, named
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `check`'s options."""
    words = "Check Data Packages: the standard, and the profile's rules."
    example = "a b.zip --ignore HYG113:codings --output a.sarif --output a.html"
    made = parser_of("check", "[PACKAGE ...]", words, example)
    add_package(made, several=True)
    add = made.add_argument
    add("--strict", action="store_true", default=None, help="warnings fail the package, as errors do")
    add("--select", type=filled, action="append", metavar="RULE[:TABLE]", help="only this rule (HYG109) or group (HYG)")
    add("--ignore", type=filled, action="append", metavar="RULE[:TABLE]", help="not this rule or group")
    add("--baseline", type=filled, metavar="FILE", help="only findings that this file does not know")
    add("--write-baseline", type=filled, metavar="FILE", help="write the findings of now there")
    words = "trust its validate.toml; leave it aside"
    add("--settings", action=argparse.BooleanOptionalAction, help=words)
    add_profiles(made)
    add("--schema", type=filled, metavar="FILE", help="PACKAGE is a table's file, FILE its Table Schema")
    copies = "use a local copy of what lies elsewhere"
    add("--map", type=filled, action="append", default=[], metavar="URL=FILE", help=copies)
    add("--backend", choices=["local", "spark"], metavar="BACKEND", help="local, or spark (docs/spark.md)")
    add("--memory", type=mebibytes, metavar="MIB", help="hold so much of the rows, the rest on disk (512)")
    formats = "text, json, sarif, junit, github or html"
    add("--format", type=filled, action="append", default=[], metavar="FORMAT", help=formats)
    add(
        "--output",
        type=filled,
        action="append",
        default=[],
        metavar="FILE",
        help="write there; the ending says the format",
    )
    add("--max-samples", type=count, metavar="N", help="list N findings a rule and file (100)")
    add("--no-values", action="store_true", help="names and places alone, no value of a cell")
    loudness = made.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="findings alone, a line each")
    loudness.add_argument("-v", "--verbose", action="store_true", help="also why a rule matters, and which ran")
    return made


def run(options: argparse.Namespace) -> int:
    """Checks every package and writes every requested report. Returns the highest exit code."""
    packages = named(options.packages)
    with bootstrap.loading():
        from claimtrack.commands.profiles import profiles_of
        from claimtrack.commands.progress import Progress, wanted
        from claimtrack.core.report import Report
        from claimtrack.core.visible import visible
        from claimtrack.package.local_copies import parsed
        from claimtrack.pipeline import selection
        from claimtrack.pipeline.check import check, every_rule
        from claimtrack.pipeline.settings import NAME, Settings
        from claimtrack.reports import output

    _refuse_what_does_not_go_together(options, packages)
    pairs = output.pair(options.format, options.output)
    baselines = [name for name in (options.baseline, options.write_baseline) if name]
    schema = Path(options.schema) if options.schema else None
    kept = [
        *([schema] if schema else []),
        *([options.baseline] if options.baseline else []),
        *(Path(where) / NAME for where in packages),
    ]
    output.refuse([name for _, name in pairs], packages, kept)
    writes = baselines[-1:] if options.write_baseline else []
    output.refuse(writes, packages, kept[-len(packages) :], "--write-baseline", output.BASELINE)
    profiles = profiles_of(options.profile)
    baseline = Path(options.baseline) if options.baseline else None
    copies = dict(map(parsed, options.map)) or None
    given = Settings(strict=options.strict, max_samples=options.max_samples, baseline=baseline, copies=copies)
    if options.select or options.ignore:
        rules = every_rule(profiles)
        given.select = selection.parse(options.select, "--select", rules) if options.select else None
        given.ignore = selection.parse(options.ignore, "--ignore", rules) if options.ignore else None
    backend, reports = _backend(options), list[Report]()
    for where in packages:
        if reports and reports[-1].interrupted:
            words = f"{where}: not checked, since the run was interrupted before it"
            reports.append(Report(where, error=words, finished=False, interrupted=True))
            continue
        reading = backend()
        with Progress(wanted(options.quiet)) as tell:
            whole, trusted = bool(options.write_baseline), bool(options.settings)
            found = check(
                where, given, profiles, reading, options.settings is not False, whole, tell, trusted, schema,
                not options.no_values,
            )  # fmt: skip
        reports.append(found)
        for note in reading.notes if reading and not options.quiet else ():
            print(visible(note), file=sys.stderr)
    for option in ("select", "ignore"):
        selection.check_tables(getattr(given, option) or [], reports, f"--{option}")
    for report in reports:
        if report.error:
            print(visible(report.error), file=sys.stderr)
    if options.write_baseline:
        return _keep(reports[0], Path(options.write_baseline))
    for form, name in pairs:
        _write(form, name, reports, options)
    return max(report.exit_code for report in reports)


def _refuse_what_does_not_go_together(options: argparse.Namespace, packages: list[str]) -> None:
    """Raises Unusable for options that cannot be combined."""
    if options.baseline and len(packages) > 1:
        mend = 'for several say `baseline = "FILE"` in the validate.toml of each'
        raise Unusable(f"a baseline is that of one package; {mend}")
    if not options.write_baseline:
        return
    if len(packages) > 1:
        mend = "write one for each, and name it in the validate.toml of each"
        raise Unusable(f"a baseline is that of one package; {mend}")
    if options.write_baseline == "-":
        raise Unusable("--write-baseline writes no file to standard output; name a file")
    idle = ("strict", "baseline", "format", "output", "max_samples", "verbose")
    given = [name for name in idle if getattr(options, name) not in (None, False, [])]
    if given:
        raise Unusable(f"--write-baseline has no use for --{given[0].replace('_', '-')}; leave it out")


def _backend(options: argparse.Namespace) -> Callable[[], Any]:
    """Returns the function that makes a backend for one package, or returns None for the local one as it is."""
    if options.backend == "spark":
        if options.memory is not None:
            words = "--backend spark holds them in Spark, which has settings of its own; leave one out"
            raise Unusable(f"--memory is of keys and rows that are held here, and {words}")
        from claimtrack.backends.spark.backend import Spark
        from claimtrack.backends.spark.session import session

        spark = session()
        return lambda: Spark(spark)
    if options.memory is None:
        return lambda: None
    from claimtrack.backends.local.backend import Local
    from claimtrack.core import limits

    memory = options.memory * limits.MIB
    return lambda: Local(memory)


def _keep(report: Any, path: Path) -> int:
    """Writes the baseline of a report, says so, and returns the exit code. Raises Unusable for an incomplete report."""
    from claimtrack.pipeline import baseline
    from claimtrack.reports import output
    from claimtrack.reports.words import plural

    if not report.finished:
        mend = "run claimtrack without --write-baseline to see why"
        raise Unusable(f"{report.where}: no baseline is written of a package that could not be checked whole; {mend}")
    output.write(path, baseline.write(report))
    known = plural(report.totals.total(), "finding")
    print(f"{path}: knows {known} of {report.where}; check against it with --baseline {path}")
    return 0


def _write(form: str, name: str, reports: list, options: argparse.Namespace) -> None:
    """Writes one report.

    In GitHub Actions, it also writes commands to standard output, so that GitHub shows findings beside their lines.
    """
    from claimtrack.commands.printing import beneath
    from claimtrack.commands.progress import coloured
    from claimtrack.reports import as_text, output, render

    if name != output.STDOUT:
        output.write(Path(name), render(form, reports) + "\n")
    elif form != "text":
        output.to_stdout(render(form, reports) + "\n", form)
    else:
        text, colour = "", coloured(sys.stdout)
        if not all(report.error for report in reports):
            text = as_text.render(reports, options.quiet, options.verbose, colour)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            from claimtrack.reports import as_github

            text = "\n".join([*([as_github.fenced(text)] if text else []), as_github.render(reports)])
            colour = True
        if text:  # our own colours and commands would not be harmless; `as_text` and `as_github` spell out all others
            print(text, file=beneath(sys.stdout) if colour else None)
