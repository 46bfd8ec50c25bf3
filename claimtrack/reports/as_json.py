"""Renders reports as JSON for programs, in the format `claim-tracking-report-1`.

Its JSON Schema is schemas/report/claim-tracking-report-1.json.
"""

import json
from collections import Counter
from dataclasses import asdict

from claimtrack.core.about import version
from claimtrack.core.findings import Cause
from claimtrack.core.report import Report
from claimtrack.reports import TOOL

FORMAT = "claim-tracking-report-1"


def render(reports: list[Report]) -> str:
    """Renders the reports as one JSON object. Equal reports give equal bytes."""
    told = {
        "format": FORMAT,
        "tool": {"name": TOOL, "version": version()},
        "exit_code": max((report.exit_code for report in reports), default=0),
        "packages": [_package(report) for report in reports],
    }
    return json.dumps(told, indent=1, ensure_ascii=False)


def _package(report: Report) -> dict:
    """Returns the JSON object of one report."""
    return {
        "package": report.where,
        "title": report.title,
        "version": report.version,
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "strict": report.strict,
        "error": report.error or None,
        "errors": report.total("error"),
        "warnings": report.total("warning"),
        "notes": report.total("note"),
        "consequences": report.consequences,
        "tables": [{"name": name, "rows": rows} for name, rows in report.tables.items()],
        "summary": report.summary or None,
        "rules_run": report.rules,
        "totals": [count._asdict() for count in report.counts()],
        "findings": _findings(report),
        "internal_errors": report.internal_errors,
        "not_checked": [asdict(part) for part in report.not_checked],
        "accepted": [asdict(part) for part in report.accepted],
        "skipped": report.skipped,
        "ignored": _counted(report.ignored),
        "known": _counted(report.known),
        "no_longer_found": report.stale,
        "not_heeded": report.unheeded,
        "settings": report.settings,
    }


def _findings(report: Report) -> list[dict]:
    """Returns the listed findings as JSON objects. The first one of each cause has the number of its consequences."""
    causes, told = report.causes(), []
    for found in report.findings:
        number = causes.pop(Cause(found.rule, found.file), 0)
        told.append(asdict(found) | {"table": report.files.get(found.file), "consequences": number})
    return told


def _counted(counts: Counter) -> list[dict]:
    """Returns counts by rule and file as JSON objects."""
    return [{"rule": rule, "file": file, "total": total} for (rule, file), total in sorted(counts.items())]
