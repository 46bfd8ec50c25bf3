"""Renders reports as SARIF 2.1.0, which code scanning and editors read.

Standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from claimtrack.core.about import version
from claimtrack.core.findings import Finding
from claimtrack.core.report import Report
from claimtrack.core.rules import Rule
from claimtrack.reports import TOOL
from claimtrack.reports.rule_pages import rule_page
from claimtrack.reports.words import how_to_accept, left_out, unchecked, verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(reports: list[Report]) -> str:
    """Renders the reports as one SARIF run, because code scanning accepts only one for each tool.

    Equal reports give equal bytes.
    """
    reports = [report.fold() for report in reports]
    rules = {id: rule for report in reports for id, rule in report.catalogue.items()}
    broken = sorted({rule for report in reports for rule, _ in report.totals})
    seen: Counter[str] = Counter()
    bases = {"%SRCROOT%": {"description": {"text": "The folder in which the validator was run."}}}
    results = []
    for number, report in enumerate(reports, 1):
        base = "%SRCROOT%" if report.uri(".") is not None else f"PACKAGE{number}"
        bases.setdefault(base, {"description": {"text": f"The package {report.where}."}})
        results += [_result(report, found, broken.index(found.rule), base, seen) for found in report.findings]
    run = {
        "tool": {"driver": {"name": TOOL, "version": version(), "rules": [_rule(rules[id]) for id in broken]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": bases,
        "invocations": [_invocation(report) for report in reports],
        "results": results,
        "properties": {
            "totals": [{"package": report.where, **count._asdict()} for report in reports for count in report.counts()]
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)


def _rule(rule: Rule) -> dict:
    """Returns the SARIF object that describes a rule."""
    example = f"\n\n**Example.** {rule.example}" if rule.example else ""
    page = rule_page(rule)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        **({"helpUri": page} if page else {}),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": f"{rule.title}. {rule.why}"},
        "help": {
            "text": f"{rule.why} {rule.mend}",
            "markdown": f"**Why.** {rule.why}\n\n**Mend.** {rule.mend}{example}",
        },
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(report: Report, found: Finding, index: int, base: str, seen: Counter[str]) -> dict:
    """Returns the SARIF object of a finding. `index` is the position of its rule, `base` the name of its base path."""
    uri = report.uri(found.file) or found.file
    place: dict[str, Any] = {
        "artifactLocation": {"uri": quote(uri.encode("utf-8", "surrogateescape")), "uriBaseId": base}
    }
    if found.line is not None:
        place["region"] = {"startLine": found.line} | ({"startColumn": found.column} if found.column else {})
    return {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": f"{found.message}\n{found.mend}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"finding/v1": _fingerprint(report, found, seen)},
    }


def _fingerprint(report: Report, found: Finding, seen: Counter[str]) -> str:
    """Returns a hash of a finding that stays the same when rows move.

    It covers the file, rule, column and value of the finding. The number of equal findings so far is appended.
    """
    parts = [
        report.uri(found.file) or found.file,
        found.rule,
        found.field,
        found.message if found.value is None else found.value,
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _invocation(report: Report) -> dict:
    """Returns the SARIF object that tells how the run went."""
    notes = [*(f"settings: {name}" for name in report.settings), *left_out(report), verdict(report)]
    said = [("error", line) for line in [report.error, *report.internal_errors] if line]
    said += [("warning", f"{unchecked(report, part)}\n{how_to_accept(part)}") for part in report.not_checked]
    said += [("warning", line) for line in report.skipped] + [("note", line) for line in notes]
    notifications = [{"level": level, "message": {"text": f"{report.where}: {line}"}} for level, line in said]
    return {
        "executionSuccessful": report.complete,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notifications,
    }
