"""Renders reports as text for people: a line for each finding, what was checked, and the verdict."""

from collections import Counter
from collections.abc import Callable, Iterator

from claimtrack.core.report import Report
from claimtrack.core.visible import visible
from claimtrack.reports.words import how_to_accept, left_out, plural, unchecked, verdict

Paint = Callable[[str, str], str]  # a text and the name of a style

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "place": "bold",
    "mend": "dim",
    "valid": "bold green",
    "invalid": "bold red",
}


def render(reports: list[Report], quiet: bool = False, verbose: bool = False, colour: bool = False) -> str:
    """Renders the reports as lines of text.

    With `quiet`, these are only findings, internal errors, what was not checked and what settings leave out. With
    `verbose`, they also tell why each rule matters, and which rules ran. `colour` adds colours for a terminal.
    """
    paint = _painter() if colour else lambda text, style: text
    parts = []
    for report in reports:
        lines = list(_findings(report, quiet, verbose, paint))
        if quiet:  # without these lines, nothing would explain an exit code of 2
            lines += _internal_errors(report, paint)
            lines += [unchecked(report, part) for part in report.not_checked]
            lines += [visible(f"skipped: {line}") for line in report.skipped if not report.complete]
            if report.settings or report.accepted:  # nobody should miss what a stranger's settings leave out
                lines += map(visible, left_out(report))
        else:
            lines += [""] * bool(lines) + list(_summary(report, verbose, paint))
            if len(reports) > 1:
                lines.insert(0, paint(visible(f"{report.where}:"), "place"))
        if lines:
            parts.append("\n".join(lines))
    if len(reports) > 1 and not quiet:
        verdicts = Counter(report.verdict for report in reports)
        parts.append(
            f"{len(reports)} packages: " + ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
        )
    return ("\n" if quiet else "\n\n").join(parts)


def _painter() -> Paint:
    """Returns the function that colours a text in one of `STYLES`."""
    from rich.color import ColorSystem
    from rich.style import Style

    return lambda text, style: Style.parse(STYLES[style]).render(text, color_system=ColorSystem.STANDARD)


def _findings(report: Report, quiet: bool, verbose: bool, paint: Paint) -> Iterator[str]:
    """Yields a line for each listed finding, with its help below, and a line for each total that exceeds them."""
    told = set()
    for found in report.findings:
        place = ":".join(str(part) for part in (report.shown(found.file), found.line, found.column) if part is not None)
        yield f"{paint(visible(place), 'place')}: {paint(found.rule, found.severity)} {visible(found.message)}"
        if not quiet:
            yield paint(f"    mend: {visible(found.mend)}", "mend")
        if verbose and found.rule not in told:
            yield paint(f"    why: {report.catalogue[found.rule].why}", "mend")
            told.add(found.rule)
    for count in report.counts():
        if count.total > count.listed:
            yield visible(
                f"{report.shown(count.file)}: {count.rule} {count.total:,} in all, of which {count.listed:,} are listed"
            )


def _internal_errors(report: Report, paint: Paint) -> Iterator[str]:
    """Yields a line for each internal error."""
    yield from (paint(visible(f"internal error: {line}"), "invalid") for line in report.internal_errors)


def _summary(report: Report, verbose: bool, paint: Paint) -> Iterator[str]:
    """Yields the lines on what was checked, what was left out, and the verdict."""
    if report.error:
        yield paint(f"could not be checked: {visible(report.error)}", "invalid")
        return
    yield from _internal_errors(report, paint)
    for part in report.not_checked:
        yield unchecked(report, part)
        yield paint(f"    mend: {how_to_accept(part)}", "mend")
    yield from (visible(f"skipped: {line}") for line in report.skipped)
    if report.internal_errors or report.not_checked or report.skipped:
        yield ""
    # Some CI runners take a line that begins with `::` for a command, even in a report that is printed later.
    yield visible(f"{report.title} {report.version}").strip(": ") or report.where
    tables = {visible(name).lstrip(":"): rows for name, rows in report.tables.items()}
    width = max(map(len, tables), default=0)
    yield from (f"  {name:<{width}}  {rows:>7,} row{'s' * (rows != 1)}" for name, rows in tables.items())
    counts = {"table": len(report.tables), "row": sum(report.tables.values()), "rule": len(report.rules)}
    yield ", ".join(plural(count, word) for word, count in counts.items()) + " run"
    if verbose:
        yield f"rules run: {', '.join(report.rules)}"
    if report.summary:
        yield report.summary
    yield from (visible(f"settings: {name}") for name in report.settings)
    yield from left_out(report)
    yield paint(verdict(report), "valid" if not report.exit_code else "invalid")
