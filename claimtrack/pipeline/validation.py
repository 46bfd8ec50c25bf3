"""Validates an opened package: in the short way where it is small and certainly valid, and else by a run."""

from __future__ import annotations

from collections.abc import Sequence

from claimtrack.backends.protocol import Backend
from claimtrack.checks.descriptor import check_descriptor, is_applicable
from claimtrack.checks.key_kinds import are_comparable, columns_of_keys
from claimtrack.checks.small_table import SmallTable, keys_hold, prove
from claimtrack.checks.texts import check_texts
from claimtrack.core import limits
from claimtrack.core.errors import Stuck
from claimtrack.core.loading import loading
from claimtrack.core.report import Report
from claimtrack.core.watchdog import deadline, is_possible, watchdog
from claimtrack.package import files
from claimtrack.package.opened import OpenedPackage
from claimtrack.pipeline.profile import AnyProfile, new_report, undeclared
from claimtrack.pipeline.progress import Tell, silent

SECONDS = 2  # that the short way may take; it needs a tenth of one, and more on a busy machine
SMALL = limits.MIB  # bytes of all files together; beyond that Polars takes less time, loading included


def validate(
    opened: OpenedPackage,
    profiles: Sequence[AnyProfile] = (),
    backend: Backend | None = None,
    strict: bool = False,
    samples: int = limits.SAMPLES,
    tell: Tell = silent,
) -> Report:
    """Checks a whole package and returns the report, as `run.validate_opened` does. `backend` is None for a new one."""
    if backend is None and is_possible():  # Python's engine for patterns may hang where that of Polars cannot
        try:
            with deadline(SECONDS), watchdog("a small package", SECONDS):
                report = proven(opened, profiles, strict)
        except (Exception, Stuck):  # the run tells what is wrong
            report = None
        if report:
            return report
    with loading():
        from claimtrack.pipeline.run import validate_opened  # only here, since it loads Polars

    return validate_opened(opened, profiles, backend, strict, samples, tell=tell)


def proven(opened: OpenedPackage, profiles: Sequence[AnyProfile], strict: bool) -> Report | None:
    """Returns the report on a small package of which nothing is to be told, or None where this is not certain.

    Raises any exception that a part of the package raises which is not as it should be.
    """
    package = opened.package
    told = (opened.findings, opened.not_checked, opened.left_out, opened.profiles)
    if package is None or any(told) or len(opened.described) != len(opened.resources):
        return None
    if any(profile.name == opened.conforms_to for profile in profiles):  # its rules need Polars, and are loaded with it
        return None
    size = sum(files.size_of(opened.root / name) for each in package.resources for name in each.paths)
    if size > SMALL or any(files.refusal(each, opened.source) for each in package.resources):
        return None
    checks = (check_texts(opened), undeclared(opened, profiles), files.strangers(opened))
    if check_descriptor(opened) or any(any(found) for found in checks) or not is_applicable(opened):
        return None
    keys, tables = columns_of_keys(package), dict[str, SmallTable]()
    for resource in package.resources:
        if not are_comparable(resource, package) or not (small := prove(opened, resource, keys[resource.name])):
            return None
        tables[resource.name] = small
    if not keys_hold(tables):
        return None
    report = new_report(opened, None, strict)
    report.title, report.version = opened.title, opened.text("version")
    report.tables = {name: small.rows for name, small in tables.items()}
    return report
