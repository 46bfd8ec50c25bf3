"""Renders reports as GitHub workflow commands, which show each finding beside its line in a pull request.

Sources for the commands and their escaping:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
and `toCommandValue` in github.com/actions/toolkit, packages/core/src/command.ts.
"""

import secrets

from claimtrack.core.report import Report
from claimtrack.core.visible import visible
from claimtrack.reports.words import how_to_accept, left_out, verdict


def render(reports: list[Report]) -> str:
    """Renders a command for each listed finding, for each total that exceeds them, and for the verdict."""
    reports = [report.fold() for report in reports]
    lines = []
    for report in reports:
        for found in report.findings:
            place = {"file": report.uri(found.file), "line": found.line, "col": found.column}
            where = "" if place["file"] else f"{found.place}: "
            lines.append(_command(found.severity, f"{where}{found.message}\n{found.mend}", **place, title=found.rule))
        for count in report.counts():
            if count.total > count.listed:
                more = (
                    f"{report.catalogue[count.rule].title}: {count.total:,} in all, "
                    f"of which {count.listed:,} are listed"
                )
                lines.append(_command(count.severity, more, file=report.uri(count.file), title=count.rule))
        lines += [_command("error", line, title=f"{report.where}: internal error") for line in report.internal_errors]
        for part in report.not_checked:
            place = {"file": report.uri(part.file), "line": part.line, "col": part.column}
            title = f"{report.where}: not checked"
            lines.append(_command("warning", f"{part.message}\n{how_to_accept(part)}", **place, title=title))
        lines += [_command("warning", line, title=f"{report.where}: skipped") for line in report.skipped]
        if report.settings or report.accepted:
            lines += [_command("notice", line, title=report.where) for line in left_out(report)]
        lines.append(_command("error" if report.exit_code else "notice", verdict(report), title=report.where))
    return "\n".join(lines)


def fenced(text: str) -> str:
    """Encloses a text from a package, so that GitHub does not run commands in it.

    GitHub ignores commands until it reads the token, which nobody can guess.
    """
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}\n::{token}::"


def _command(severity: str, message: str, **properties: str | int | None) -> str:
    """Makes one workflow command. A property that is None or empty is left out."""
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{'notice' if severity == 'note' else severity} {told}::{_data(message)}"


def _data(text: str) -> str:
    """Escapes the message of a command."""
    return "%0A".join(visible(line.replace("%", "%25")) for line in text.split("\n"))


def _property(text: str) -> str:
    """Escapes the value of a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
