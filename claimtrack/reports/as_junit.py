"""Renders reports as JUnit XML, which nearly every CI service shows.

A package is a test suite, and a rule on a table is a test case. The form follows the common schema:
https://github.com/windyroad/JUnit-Schema
"""

import os
import time
import xml.etree.ElementTree as ET

from claimtrack.core.findings import Finding
from claimtrack.core.report import Count, Report
from claimtrack.core.visible import visible
from claimtrack.reports.words import left_out, unchecked, verdict


def render(reports: list[Report]) -> str:
    """Renders the reports as XML. Warnings fail a case if the run is strict. Else they are in the suite's output.

    Notes are always there.
    """
    reports = [report.fold() for report in reports]
    suites = ET.Element("testsuites")
    for number, report in enumerate(reports):
        _suite(suites, number, report)
    ET.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _suite(suites: ET.Element, number: int, report: Report) -> None:
    """Adds the test suite of one report."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())))
    name = visible(report.title or report.where)
    # The report says nothing about the computer. The schema asks for "localhost" where the host's name is not known.
    suite = ET.SubElement(
        suites,
        "testsuite",
        package=visible(report.where),
        id=str(number),
        name=name,
        timestamp=now,
        hostname="localhost",
        time="0",
    )
    facts = ET.SubElement(suite, "properties")
    told = {
        "errors": report.total("error"),
        "warnings": report.total("warning"),
        "notes": report.total("note"),
        "verdict": report.verdict,
        "exit_code": report.exit_code,
    }
    told |= {f"total {count.rule} {count.file}": count.total for count in report.counts()}
    for key, value in told.items():
        ET.SubElement(facts, "property", name=visible(key), value=str(value))
    whole = _case(suite, "package", "can be checked whole")
    if not report.complete:
        parts = [unchecked(report, part) for part in report.not_checked]
        _outcome(whole, "error", report.verdict, verdict(report), [*report.internal_errors, *parts, *report.skipped])
    listed, spared = report.listed(), []
    for (rule, table), counts in _cases(report).items():
        case = _case(suite, table, f"{rule} {report.catalogue[rule].title}")
        lines = [line for count in counts for line in _lines(count, listed.get((rule, count.file), []))]
        if counts and report.catalogue[rule].severity in ("error", *(["warning"] if report.strict else [])):
            _outcome(
                case,
                "failure",
                rule,
                f"{sum(count.total for count in counts):,} in all",
                [*lines, f"mend: {report.catalogue[rule].mend}"],
            )
        else:
            spared += lines
    for line in report.skipped:
        ET.SubElement(_case(suite, "skipped", line), "skipped", message=visible(line))
    for kind, tag in (
        ("tests", "testcase"),
        ("failures", "testcase/failure"),
        ("errors", "testcase/error"),
        ("skipped", "testcase/skipped"),
    ):
        suite.set(kind, str(len(suite.findall(tag))))
    ET.SubElement(suite, "system-out").text = "\n".join([*spared, *map(visible, left_out(report)), verdict(report)])
    ET.SubElement(suite, "system-err").text = visible(report.error)


def _cases(report: Report) -> dict[tuple[str, str], list[Count]]:
    """Returns the test cases by rule and table, each with its counts.

    Each rule that ran has a case for each table. A rule between tables has only one, for the table of its findings.
    """
    cases: dict[tuple[str, str], list[Count]] = {}
    for id in report.rules:
        tables = report.catalogue[id].tables[:1] or (["package"] if id.startswith("PKG") else report.tables)
        cases |= {(id, table): [] for table in tables}
    for count in report.counts():
        cases.setdefault((count.rule, count.table or "package"), []).append(count)
    return cases


def _case(suite: ET.Element, table: str, name: str) -> ET.Element:
    """Adds a test case to a suite."""
    return ET.SubElement(suite, "testcase", classname=visible(table), name=visible(name), time="0")


def _lines(count: Count, samples: list[Finding]) -> list[str]:
    """Returns a line for each listed finding, and one for the total if it exceeds them."""
    more = (
        [f"{count.file}: {count.total:,} in all, of which {count.listed:,} are listed"]
        if count.total > count.listed
        else []
    )
    return [visible(line) for line in [*(f"{found.place}: {found.message}" for found in samples), *more]]


def _outcome(case: ET.Element, tag: str, kind: str, message: str, lines: list[str]) -> None:
    """Adds a failure or an error to a test case."""
    ET.SubElement(case, tag, type=kind, message=visible(message)).text = "\n".join(map(visible, lines))
