"""Reports as JSON for programs: `claim-tracking-report-1`, whose JSON Schema is schemas/report/claim-tracking-report-1.json."""

import json
from collections import Counter
from dataclasses import asdict

from ..about import version
from ..report import Report
from . import TOOL

FORMAT = "claim-tracking-report-1"


def render(reports: list[Report]) -> str:
    """The reports as one JSON object; equal reports give equal bytes."""
    told = {
        "format": FORMAT,
        "tool": {"name": TOOL, "version": version()},
        "exit_code": max((report.exit_code for report in reports), default=0),
        "packages": [_package(report) for report in reports],
    }
    return json.dumps(told, indent=1, ensure_ascii=False)


def _package(report: Report) -> dict:
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
        "tables": [{"name": name, "rows": rows} for name, rows in report.tables.items()],
        "coverage": report.coverage or None,
        "rules_run": report.rules,
        "totals": [count._asdict() for count in report.counts()],
        "findings": [asdict(found) | {"table": report.files.get(found.file)} for found in report.findings],
        "skipped": report.skipped,
        "ignored": _counted(report.ignored),
        "known": _counted(report.known),
        "no_longer_found": report.stale,
        "settings": report.settings,
    }


def _counted(counts: Counter) -> list[dict]:
    return [{"rule": rule, "file": file, "total": total} for (rule, file), total in sorted(counts.items())]
