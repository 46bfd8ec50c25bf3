"""Checks one package and makes the report that the user asked for: archive, settings, selection and baseline."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path

from claimtrack.backends.protocol import Backend
from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.report import Report
from claimtrack.core.visible import shorten
from claimtrack.package import archive
from claimtrack.package.bare_table import open_named
from claimtrack.package.local_copies import Copies
from claimtrack.pipeline import baseline, selection, settings
from claimtrack.pipeline.guard import internal
from claimtrack.pipeline.profile import AnyProfile, catalogue
from claimtrack.pipeline.progress import Tell, silent
from claimtrack.pipeline.settings import Settings
from claimtrack.pipeline.validation import validate

SHOWN = 5  # files and rules that a sentence names


def check(
    where: str,
    given: Settings,
    profiles: Sequence[AnyProfile],
    backend: Backend | None = None,
    use_settings: bool = True,
    all_for_baseline: bool = False,
    tell: Tell = silent,
    trust_settings: bool = False,
    schema: Path | None = None,
    values: bool = True,
) -> Report:
    """Returns the report on the package at `where`. If it cannot be checked at all, the report says why.

    With a `schema`, `where` is the file of a table that no package describes. Such a table has no settings of its own.

    The settings that are `given` take precedence over the package's own. The package's own leave out warnings alone,
    unless the user says with `trust_settings` that they may leave out errors, too. With `all_for_baseline`, the report
    lists all findings that a baseline needs. Unless `values` is set, it has no value of a cell.
    """
    try:
        with nullcontext(Path(where)) if schema else archive.opened(where) as path:
            root = path if path.is_dir() else path.parent
            own, lost = Settings(), []
            try:
                own = settings.read(root, lambda: every_rule(profiles)) if use_settings and not schema else own
            except Unusable as error:
                lost.append(f"the package's own settings: {str(error).replace(str(root), where)}")
            wishes = _merged(own, given)
            known = _known(wishes, given, lost) if wishes.baseline and not all_for_baseline else None
            samples = limits.SAMPLES if wishes.max_samples is None else wishes.max_samples
            more = max(samples, baseline.LIMIT) if known is not None or all_for_baseline else samples
            with backend.failing(where) if backend else nullcontext():
                copies = Copies({**(own.copies or {}), **(given.copies or {})})
                opened = open_named(path, schema, copies, values=values)
                report = validate(opened, profiles, backend, bool(wishes.strict), more, tell)
            report.where, report.root = where, root if path == Path(where) else None
            try:
                selection.check_tables([*(own.select or []), *(own.ignore or [])], [report], str(own.path))
            except Unusable as error:
                lost.append(f"the package's own settings: {str(error).replace(str(root), where)}")
                wishes, own = given, Settings(path=own.path)
            _leave_out(report, given, own, trust_settings, known)
            if known is not None:
                baseline.list_fewer(report, samples)
            report.skipped += lost
            report.finished = report.finished and not lost
            told = [str(path) for path in (wishes.path, wishes.baseline) if path]
            report.settings = [name.replace(str(root), where) if report.root is None else name for name in told]
            return report
    except Unusable as error:
        return Report(where, error=str(error), finished=False)
    except OSError as error:
        return Report(where, error=f"{shorten(where, 500)}: cannot be read: {error.strerror or error}", finished=False)
    except Exception as error:  # the reports on other packages are kept
        words = f"opening and checking {shorten(where, 500)}: {internal(error, values)}"
        return Report(where, internal_errors=[f"{words}; please report it"], finished=False)


def _known(wishes: Settings, given: Settings, lost: list[str]) -> Counter | None:
    """Reads the baseline. One that the package names and that cannot be read is noted in `lost`. Raises Unusable."""
    assert wishes.baseline is not None
    try:
        return baseline.read(wishes.baseline)
    except Unusable as error:
        if given.baseline:
            raise
        lost.append(f"the package's own settings: {error}")
        return None


def _leave_out(report: Report, given: Settings, own: Settings, trusted: bool, known: Counter | None) -> None:
    """Leaves out of a report what the user and the package's settings say. Errors stay, unless the user says it."""

    def is_held(rule: str) -> bool:
        return not trusted and rule in report.catalogue and report.catalogue[rule].severity not in ("warning", "note")

    users = selection.counting(report, given.select or [], given.ignore or [])
    select = own.select if given.select is None else None
    ignore = own.ignore if given.ignore is None else None
    theirs = selection.counting(report, select or [], ignore or [])
    kept: Counter[tuple[str, str]] = Counter()

    def counts(rule: str, file: str | None) -> bool:
        return users(rule, file) and (theirs(rule, file) or is_held(rule))

    for (rule, file), total in report.totals.items():
        if users(rule, file) and not theirs(rule, file) and is_held(rule):
            kept[rule, file] += total
    selection.apply(report, counts)
    ignored = [*(given.ignore or []), *((ignore or []) if trusted else [])]
    baseline.accept(report, lambda part: selection.accepts(ignored, part))
    report.unopened = {key for key in report.unopened if not selection.accepts_missing(ignored, report, *key)}
    if known is not None:
        mine = given.baseline is not None
        for (rule, file, *_), number in known.items():
            if not mine and rule in report.catalogue and is_held(rule) and report.totals[rule, file]:
                kept[rule, file] += number
        baseline.apply(report, known, lambda rule, file: counts(rule, file) and (mine or not is_held(rule)))
    if kept:
        each = ", ".join(f"{rule} in {file}" for rule, file in sorted(kept)[:SHOWN])
        report.unheeded.append(f"{settings.NAME} would leave out errors ({each}), which --settings alone allows")


def every_rule(profiles: Sequence[AnyProfile]) -> dict:
    """Returns every rule that a setting or an option may name, by id."""
    return catalogue([profile.loaded for profile in profiles])


def _merged(own: Settings, given: Settings) -> Settings:
    """Merges the settings: those that are given, and the package's own where none is given."""
    told = {each.name: getattr(given, each.name) for each in fields(Settings)}
    return Settings(**{name: getattr(own, name) if value is None else value for name, value in told.items()})
