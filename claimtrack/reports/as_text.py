"""Reports as text for people: a line a finding, what was checked, the verdict."""

from collections import Counter
from collections.abc import Iterator

from ..catalogue import RULES
from ..report import Report
from ..text import visible
from .words import left_out, plural, verdict

STYLES = {"error": "bold red", "warning": "bold yellow", "place": "bold", "help": "dim", "valid": "bold green", "invalid": "bold red"}


def render(reports: list[Report], quiet: bool = False, verbose: bool = False, colour: bool = False) -> str:
    """The reports as lines. `quiet`: findings alone. `verbose`: also why each rule matters and what was left out. `colour`: for a terminal."""
    paint = _painter() if colour else lambda text, style: text
    parts = []
    for report in reports:
        lines = list(_findings(report, quiet, verbose, paint))
        if not quiet:
            lines += [""] * bool(lines) + list(_summary(report, verbose, paint))
            if len(reports) > 1:
                lines.insert(0, paint(visible(f"{report.where}:"), "place"))
        if lines:
            parts.append("\n".join(lines))
    if len(reports) > 1 and not quiet:
        verdicts = Counter(report.verdict for report in reports)
        parts.append(f"{len(reports)} packages: " + ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()))
    return ("\n" if quiet else "\n\n").join(parts)


def _painter():
    from rich.color import ColorSystem
    from rich.style import Style

    return lambda text, style: Style.parse(STYLES[style]).render(text, color_system=ColorSystem.STANDARD)


def _findings(report: Report, quiet: bool, verbose: bool, paint) -> Iterator[str]:
    """A line a finding with its help below, and a line for each rule and file of which not all findings are listed."""
    told = set()
    for found in report.findings:
        place = ":".join(str(part) for part in (report.shown(found.file), found.line, found.column) if part is not None)
        yield f"{paint(visible(place), 'place')}: {paint(found.rule, found.severity)} {visible(found.message)}"
        if not quiet:
            yield paint(f"    help: {visible(found.help)}", "help")
        if verbose and found.rule not in told:
            yield paint(f"    why: {RULES[found.rule].why}", "help")
            told.add(found.rule)
    for count in report.counts():
        if count.total > count.listed:
            yield visible(f"{report.shown(count.file)}: {count.rule} {count.total:,} in all, of which {count.listed:,} are listed")


def _summary(report: Report, verbose: bool, paint) -> Iterator[str]:
    if report.error:
        yield paint(f"could not be checked: {visible(report.error)}", "invalid")
        return
    yield from (visible(f"skipped: {line}") for line in report.skipped)
    if report.skipped:
        yield ""
    # A line that begins with `::` is a command to some CI runners, even in a report that is printed later.
    yield visible(f"{report.title} {report.version}").strip(": ") or report.where
    tables = {visible(name).lstrip(":"): rows for name, rows in report.tables.items()}
    width = max(map(len, tables), default=0)
    yield from (f"  {name:<{width}}  {rows:>7,} row{'s' * (rows != 1)}" for name, rows in tables.items())
    counts = {"table": len(report.tables), "row": sum(report.tables.values()), "rule": len(report.rules)}
    yield ", ".join(plural(count, word) for word, count in counts.items()) + " run"
    if verbose:
        yield f"rules run: {', '.join(report.rules)}"
    if report.coverage:
        yield report.coverage
    yield from (visible(f"settings: {name}") for name in report.settings)
    yield from left_out(report)
    yield paint(verdict(report), "valid" if not report.exit_code else "invalid")
