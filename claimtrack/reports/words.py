"""The sentences that are the same in every report."""

from collections import Counter
from collections.abc import Iterator

from claimtrack.core.findings import Unchecked
from claimtrack.core.report import Report
from claimtrack.core.rules import SEVERITIES
from claimtrack.core.visible import shorten, visible


def plural(count: int, word: str) -> str:
    """Returns a number with its noun, such as `1 error` or `2,000 errors`."""
    return f"{count:,} {word}{'s' * (count != 1)}"


def unchecked(report: Report, part: Unchecked) -> str:
    """Returns the line on a part that was not checked: its place, its rule, and what was not checked."""
    place = ":".join(str(each) for each in (report.shown(part.file), part.line, part.column) if each is not None)
    return visible(f"not checked: {place}: {part.rule} {part.message}")


def how_to_accept(part: Unchecked) -> str:
    """Returns the remedy for a part that was not checked, and how to accept it as it is."""
    # A name of another kind could not be typed.
    table = f":{part.table}" if part.table and part.table == shorten(part.table) else ""
    return visible(f"{part.mend} To accept it as not checked: --ignore {part.rule}{table}")


def left_out(report: Report) -> Iterator[str]:
    """Yields the lines on findings that the user left out.

    There is a line for parts that the user accepts as not checked, one for ignored findings, one for those that the
    baseline knows, one for what the package's own settings may not leave out, and one for those that the baseline lists
    and that were not found.
    """
    if report.accepted:
        parts = Counter(f"{part.rule}{f':{part.table}' if part.table else ''}" for part in report.accepted)
        each = ", ".join(visible(f"{name} {number:,}") for name, number in sorted(parts.items()))
        yield f"not checked, as accepted: {plural(len(report.accepted), 'part')} ({each})"
    for word, counts in (("ignored", report.ignored), ("known to the baseline", report.known)):
        if counts:
            by_rule: Counter[str] = Counter()
            for (rule, _), number in counts.items():
                by_rule[rule] += number
            each = ", ".join(f"{rule} {number:,}" for rule, number in sorted(by_rule.items()))
            yield f"{word}: {plural(counts.total(), 'finding')} ({each})"
    yield from (f"not heeded: {line}" for line in report.unheeded)
    if report.stale:
        yield f"no longer found: {plural(report.stale, 'finding')} of the baseline; write it anew with --write-baseline"


def verdict(report: Report) -> str:
    """Returns the verdict in one line, with the numbers of errors, warnings and notes."""
    if report.error:
        return f"could not be checked: {visible(report.error)}"
    errors, warnings, notes = map(report.total, SEVERITIES)
    counted = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}" + (
        f", {plural(notes, 'note')}" if notes else ""
    )
    if report.consequences:
        follow = "follows" if report.consequences == 1 else "follow"
        counted += f", from which {plural(report.consequences, 'further finding')} {follow}"
    if not report.complete:
        return f"could not be checked whole: {counted}"
    return report.verdict if not errors + warnings + notes else f"{report.verdict}: {counted}"
