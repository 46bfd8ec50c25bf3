"""Reports as GitHub workflow commands, which put each finding beside its line in a pull request.

The commands and their escaping: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands and
`toCommandValue` in github.com/actions/toolkit, packages/core/src/command.ts.
"""

import secrets

from ..catalogue import RULES
from ..report import Report
from ..text import visible
from .words import verdict


def render(reports: list[Report]) -> str:
    """A command a finding, one for each rule and file of which not all are listed, and a notice with the verdict."""
    lines = []
    for report in reports:
        for found in report.findings:
            place = {"file": report.uri(found.file), "line": found.line, "col": found.column}
            where = "" if place["file"] else f"{found.place}: "
            lines.append(_command(found.severity, f"{where}{found.message}\n{found.help}", **place, title=found.rule))
        for count in report.counts():
            if count.total > count.listed:
                more = f"{RULES[count.rule].title}: {count.total:,} in all, of which {count.listed:,} are listed"
                lines.append(_command(count.severity, more, file=report.uri(count.file), title=count.rule))
        lines += [_command("warning", line, title=f"{report.where}: skipped") for line in report.skipped]
        lines.append(_command("error" if report.exit_code else "notice", verdict(report), title=report.where))
    return "\n".join(lines)


def fenced(text: str) -> str:
    """A text that comes from a package, printed where GitHub looks for commands: until the token, which nobody can guess, it looks for none."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}\n::{token}::"


def _command(severity: str, message: str, **properties) -> str:
    """One workflow command. A property that is None or empty is left out."""
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{severity} {told}::{_data(message)}"


def _data(text: str) -> str:
    return "%0A".join(visible(line.replace("%", "%25")) for line in text.split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
