"""Renders reports as text for people: an overview, a line for each finding, what was checked, and the verdict."""

from collections import Counter
from collections.abc import Callable, Iterator

from claimtrack.core.report import Report
from claimtrack.core.rules import SEVERITIES, Severity
from claimtrack.core.visible import shorten, visible
from claimtrack.reports.words import how_to_accept, left_out, plural, unchecked, verdict

ORDER: dict[str, int] = {severity: number for number, severity in enumerate(SEVERITIES)}
COLUMNS = 5  # columns of a file that the overview names for one rule
Paint = Callable[[str, str], str]  # a text and the name of a style

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold blue",
    "place": "bold",
    "mend": "dim",
    "valid": "bold green",
    "invalid": "bold red",
}


def render(reports: list[Report], quiet: bool = False, verbose: bool = False, colour: bool = False) -> str:
    """Renders the reports as lines of text.

    With `quiet`, these are only findings, internal errors, what was not checked and what settings leave out. With
    `verbose`, they also tell why each rule matters, which rules ran, and what follows from other findings. `colour`
    adds colours for a terminal.
    """
    paint = _painter() if colour else lambda text, style: text
    parts = []
    for report in reports if verbose else [report.fold() for report in reports]:
        lines = [] if quiet else list(_overview(report, paint))
        lines += list(_findings(report, quiet, verbose, paint))
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
    """Yields a line for each listed finding, errors first, and a line for each total that exceeds them.

    The help of a rule follows its first finding.
    """
    told = set[tuple[str, str]]()
    for found in sorted(report.findings, key=lambda found: ORDER[found.severity]):
        place = ":".join(str(part) for part in (report.shown(found.file), found.line, found.column) if part is not None)
        mark = paint(f"{found.rule} {found.severity}", found.severity)
        cause = f" (follows from {found.follows_from.rule})" if found.follows_from else ""
        yield f"{paint(visible(place), 'place')}: {mark}: {visible(found.message)}{cause}"
        if quiet or (found.rule, found.mend) in told:
            continue
        told.add((found.rule, found.mend))
        yield paint(f"    mend: {visible(found.mend)}", "mend")
        if verbose:
            yield paint(f"    why: {report.catalogue[found.rule].why}", "mend")
    for count in report.counts():
        if count.total > count.listed:
            yield visible(
                f"{report.shown(count.file)}: {count.rule} {count.total:,} in all, of which {count.listed:,} are listed"
            )


def _overview(report: Report, paint: Paint) -> Iterator[str]:
    """Yields a line for each rule in each column, with the number of its findings, errors first."""
    kinds: dict[tuple[Severity, str, str], Counter[str]] = {}
    for (rule, file, field, _), number in report.kinds.items():
        of_rule = kinds.setdefault((report.catalogue[rule].severity, rule, file), Counter())
        of_rule[field or ""] += number
    lines: list[tuple[int, Severity, str, str, str]] = []
    for (severity, rule, file), columns in sorted(kinds.items(), key=lambda kind: (ORDER[kind[0][0]], *kind[0][1:])):
        most = columns.most_common(COLUMNS)
        lines += [(number, severity, rule, file, _column(name)) for name, number in most]
        if rest := columns.total() - sum(number for _, number in most):
            lines.append((rest, severity, rule, file, f" in {plural(len(columns) - COLUMNS, 'other column')}"))
    if sum(line[0] for line in lines) < 2:
        return
    width = max(len(f"{number:,}") for number, *_ in lines)
    for number, severity, rule, file, column in lines:
        mark = paint(f"{rule} {severity}", severity) + " " * (len("warning") - len(severity))
        yield f"  {number:>{width},}  {mark}  {visible(report.shown(file))}{column}"
    yield ""


def _column(name: str) -> str:
    """Returns the words for a column, or for no column."""
    return f' column "{shorten(name, 100)}"' if name else ""


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
