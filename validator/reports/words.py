"""What every report says in the same words."""

import re
from collections import Counter
from collections.abc import Iterator

from ..run import Report

# What a terminal obeys, XML forbids or nobody can see: control characters, lone surrogates, non-characters, marks that reorder text.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """A text on one line, in which what cannot be shown is spelt out as in Python. Packages are not to be trusted with a terminal."""
    return _UNSEEN.sub(lambda c: f"\\u{ord(c[0]):04x}", text)


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
        return f"could not be checked: {printable(report.error)}"
    errors, warnings = report.total("error"), report.total("warning")
    counted = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"
    if not report.complete:
        return f"could not be checked whole: {counted}"
    return report.verdict if not errors + warnings else f"{report.verdict}: {counted}"
