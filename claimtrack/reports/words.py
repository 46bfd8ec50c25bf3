"""What every report says in the same words."""

from collections import Counter
from collections.abc import Iterator

from ..report import Report
from ..text import visible


def plural(count: int, word: str) -> str:
    """`1 error`, `2,000 errors`."""
    return f"{count:,} {word}{'s' * (count != 1)}"


def left_out(report: Report) -> Iterator[str]:
    """What does not count, on the user's word: a line each for what is ignored, known to the baseline, and gone from it."""
    for word, counts in (("ignored", report.ignored), ("known to the baseline", report.known)):
        if counts:
            by_rule: Counter[str] = Counter()
            for (rule, _), number in counts.items():
                by_rule[rule] += number
            yield f"{word}: {plural(counts.total(), 'finding')} (" + ", ".join(f"{rule} {number:,}" for rule, number in sorted(by_rule.items())) + ")"
    if report.stale:
        yield f"no longer found: {plural(report.stale, 'finding')} of the baseline; write it anew with --write-baseline"


def verdict(report: Report) -> str:
    """The verdict in a line, with the number of errors and warnings."""
    if report.error:
        return f"could not be checked: {visible(report.error)}"
    errors, warnings = report.total("error"), report.total("warning")
    counted = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"
    if not report.complete:
        return f"could not be checked whole: {counted}"
    return report.verdict if not errors + warnings else f"{report.verdict}: {counted}"
