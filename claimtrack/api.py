"""One package from where it lies to the report that the user asked for: archive, settings, selection and baseline."""

from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path

from . import archive, baseline, limits, selection, settings
from .findings import Unusable
from .report import Report
from .reports import output
from .reports.words import plural
from .run import silent, validate
from .settings import Settings


def check(where: str, given: Settings, use_settings: bool = True, all_for_baseline: bool = False, memory: int = limits.MEMORY, tell=silent, engine=None) -> Report:
    """The report on the package at `where`; one that says why, when it cannot be checked at all.

    What is `given` goes before what the package's own settings say; `memory` is in bytes, as `run.validate` has it. With `all_for_baseline` the report lists whatever a
    baseline has to know. `engine` is that of `run.validate`.
    """
    try:
        with archive.opened(where) as path:
            home = path if path.is_dir() else path.parent
            own = settings.read(home) if use_settings else Settings()
            wishes = _merged(own, given)
            known = baseline.read(wishes.baseline) if wishes.baseline and not all_for_baseline else None
            samples = limits.SAMPLES if wishes.max_samples is None else wishes.max_samples
            more = max(samples, baseline.LIMIT) if known is not None or all_for_baseline else samples
            with engine.failing(where) if engine else nullcontext():
                report = validate(path, strict=bool(wishes.strict), samples=more, memory=memory, tell=tell, engine=engine)
            report.where, report.home = where, home if path == Path(where) else None
            selection.check_tables([*(own.select or []), *(own.ignore or [])], [report], str(own.path))
            counts = selection.counting(report, wishes.select or [], wishes.ignore or [])
            selection.apply(report, counts)
            if known is not None:
                baseline.apply(report, known, counts)
                baseline.shorten(report, samples)
            told = [str(path) for path in (wishes.path, wishes.baseline) if path]
            report.settings = [name.replace(str(home), where) if report.home is None else name for name in told]
            return report
    except Unusable as error:
        return Report(where, error=str(error), complete=False)


def keep(report: Report, path: Path) -> int:
    """Writes the baseline of a report that was made for it, says so, and returns the exit code."""
    if not report.complete:
        raise Unusable(f"{report.where}: no baseline is written of a package that could not be checked whole; run validate.py without it to see why")
    output.write(path, baseline.write(report))
    print(f"{path}: knows {plural(report.totals.total(), 'finding')} of {report.where}; check against it with --baseline {path}")
    return 0


def _merged(own: Settings, given: Settings) -> Settings:
    told = {f.name: getattr(given, f.name) for f in fields(Settings)}
    return Settings(**{name: getattr(own, name) if value is None else value for name, value in told.items()})
