"""Reports as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), which code scanning and editors read."""

import hashlib
import json
from collections import Counter
from urllib.parse import quote

from ..about import version
from ..catalogue import RULES
from ..findings import Finding
from ..report import Report
from . import TOOL
from .words import left_out, verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(reports: list[Report]) -> str:
    """The reports as one SARIF run: code scanning takes only one of a tool. Equal reports give equal bytes."""
    broken = sorted({rule for report in reports for rule, _ in report.totals})
    seen: Counter[str] = Counter()
    bases = {"%SRCROOT%": {"description": {"text": "The folder in which the validator was run."}}}
    results = []
    for number, report in enumerate(reports, 1):
        base = "%SRCROOT%" if report.uri(".") is not None else f"PACKAGE{number}"
        bases.setdefault(base, {"description": {"text": f"The package {report.where}."}})
        results += [_result(report, found, broken.index(found.rule), base, seen) for found in report.findings]
    run = {
        "tool": {"driver": {"name": TOOL, "version": version(), "rules": [_rule(id) for id in broken]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": bases,
        "invocations": [_invocation(report) for report in reports],
        "results": results,
        "properties": {"totals": [{"package": report.where, **count._asdict()} for report in reports for count in report.counts()]},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)


def _rule(id: str) -> dict:
    rule = RULES[id]
    example = f"\n\n**Example.** {rule.example}" if rule.example else ""
    return {
        "id": id,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": f"{rule.title}. {rule.why}"},
        "help": {"text": f"{rule.why} {rule.mend}", "markdown": f"**Why.** {rule.why}\n\n**Mend.** {rule.mend}{example}"},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(report: Report, found: Finding, index: int, base: str, seen: Counter[str]) -> dict:
    uri = report.uri(found.file) or found.file
    place = {"artifactLocation": {"uri": quote(uri.encode("utf-8", "surrogateescape")), "uriBaseId": base}}
    if found.line is not None:
        place["region"] = {"startLine": found.line, **({"startColumn": found.column} if found.column else {})}
    return {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": f"{found.message}\n{found.help}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"finding/v1": _fingerprint(report, found, seen)},
    }


def _fingerprint(report: Report, found: Finding, seen: Counter[str]) -> str:
    """What stays the same of a finding when rows move: its rule, place and value, and how many of the same came before."""
    parts = [report.uri(found.file) or found.file, found.rule, found.field, found.message if found.value is None else found.value]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _invocation(report: Report) -> dict:
    said = [("note", line) for line in (*(f"settings: {name}" for name in report.settings), *left_out(report), verdict(report))]
    said = [("error" if report.error else "warning", line) for line in [report.error or "", *report.skipped] if line] + said
    return {
        "executionSuccessful": report.complete,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [{"level": level, "message": {"text": f"{report.where}: {line}"}} for level, line in said],
    }
