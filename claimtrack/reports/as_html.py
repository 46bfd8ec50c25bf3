"""Reports as one HTML page that needs nothing else: no script, no network, no font; for a phone, a printer, a screen reader."""

import re
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ..about import version
from ..catalogue import RULES
from ..findings import Finding
from ..report import Report
from ..text import visible
from .words import left_out, plural, verdict


def render(reports: list[Report]) -> str:
    """The reports as a page. Equal reports give equal bytes."""
    # Everything from a package is escaped, and shown on one line without what nobody can see.
    pages = Environment(loader=PackageLoader("validator.reports", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters |= {"plain": visible, "plural": plural, "number": "{:,}".format, "said": _said, "coded": _coded}
    told = [{"report": report, "verdict": verdict(report), "left_out": list(left_out(report)), "groups": _groups(report)} for report in reports]
    return pages.get_template("page.html").render(packages=told, rules=RULES, version=version())


def _said(found: Finding) -> str:
    """A finding's message without its rule's title, which stands above it; the title where there is nothing else."""
    return found.message.removeprefix(RULES[found.rule].title).lstrip(": ") or found.message


def _coded(text: str) -> Markup:
    """A rule's own words, with what stands between backticks set as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _groups(report: Report) -> list[dict]:
    """The findings of each rule, those of errors first: the rule, its total, and by file the findings that are listed."""
    groups, listed = [], report.listed()
    for rule, counts in groupby(sorted(report.counts(), key=lambda c: (c.severity, c.rule, c.file)), key=lambda c: c.rule):
        files = [{"count": count, "findings": listed.get((rule, count.file), [])} for count in counts]
        groups.append({"rule": RULES[rule], "total": sum(file["count"].total for file in files), "files": files})
    return groups
