"""Renders reports as one HTML page without scripts, fonts or network access.

The page suits a phone, a printer and a screen reader.
"""

import re
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from claimtrack.core.about import version
from claimtrack.core.findings import Finding
from claimtrack.core.report import Report
from claimtrack.core.rules import SEVERITIES
from claimtrack.core.visible import visible
from claimtrack.reports.words import how_to_accept, left_out, plural, unchecked, verdict


def render(reports: list[Report]) -> str:
    """Renders the reports as a page. Equal reports give equal bytes."""
    reports = [report.fold() for report in reports]
    # Every text from a package is escaped, and shown on one line with its invisible characters spelt out.
    pages = Environment(
        loader=PackageLoader("claimtrack.reports", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"plain": visible, "plural": plural, "number": "{:,}".format, "coded": _coded}
    told = [
        {
            "report": report,
            "verdict": verdict(report),
            "left_out": list(left_out(report)),
            "not_checked": [(unchecked(report, part), how_to_accept(part)) for part in report.not_checked],
            "groups": _groups(report),
        }
        for report in reports
    ]
    return pages.get_template("page.html").render(packages=told, version=version())


def _said(found: Finding, title: str) -> str:
    """Returns a finding's message without its rule's `title`, which is shown above it, unless nothing else is left."""
    return found.message.removeprefix(title).lstrip(": ") or found.message


def _coded(text: str) -> Markup:
    """Converts a rule's text to HTML, with the text between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _groups(report: Report) -> list[dict]:
    """Groups the findings by rule, errors first. A group has the rule, its total, and the listed findings by file."""
    groups, listed = [], report.listed()
    errors_first = sorted(report.counts(), key=lambda count: (SEVERITIES.index(count.severity), count.rule, count.file))
    for id, counts in groupby(errors_first, key=lambda count: count.rule):
        rule, here = report.catalogue[id], list(counts)
        files = [
            {"count": each, "findings": [(one, _said(one, rule.title)) for one in listed.get((id, each.file), [])]}
            for each in here
        ]
        groups.append({"rule": rule, "total": sum(each.total for each in here), "files": files})
    return groups
