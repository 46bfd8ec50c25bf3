"""A baseline: the findings that are known already, so that only new ones count while old data are mended bit by bit.

A finding is known by its rule, file, column and value (or, of a whole file, its message), and by how many such there
are: never by its line, since lines move. Of a rule that is broken more than `LIMIT` times in one file only the number is
kept.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from . import limits
from .findings import Finding, Tally, Unusable
from .report import Report

FORMAT = "claim-tracking-baseline-1"
LIMIT = 1000  # findings of one rule in one file that are told apart: a baseline is a file that people read

Key = tuple[str, str, str | None, str | None]  # rule, file, column, value or message; of a bare number the last two are None


def _key(found: Finding) -> Key:
    return found.rule, found.file, found.field, found.message if found.value is None else found.value


def _bare(rule: str, file: str) -> Key:
    return rule, file, None, None


def write(report: Report) -> str:
    """The baseline of a report, which has to list `LIMIT` findings, as JSON."""
    listed = {(count.rule, count.file): count.listed for count in report.counts()}
    known: Counter[Key] = Counter()
    for key, total in report.totals.items():
        if total > listed[key]:
            known[_bare(*key)] = total
    known.update(_key(found) for found in report.findings if _bare(found.rule, found.file) not in known)
    entries = [dict(zip(("rule", "file", "field", "value"), key), count=known[key]) for key in sorted(known, key=lambda key: tuple(part or "" for part in key))]
    return json.dumps({"format": FORMAT, "known": entries}, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> Counter[Key]:
    """What a baseline knows, and how often. Raises Unusable when it is none."""
    mend = "write one with --write-baseline"
    try:
        if path.stat().st_size > limits.MAX_DESCRIPTOR:
            raise Unusable(f"{path}: larger than {limits.MAX_DESCRIPTOR // limits.MIB} MiB, so no baseline; {mend}")
        told = json.loads(path.read_bytes().decode("utf-8"))
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise Unusable(f'{path}: not a baseline of the format "{FORMAT}"; {mend}')
        known: Counter[Key] = Counter()
        for entry in told["known"]:
            key = rule, file, *rest = entry["rule"], entry["file"], entry["field"], entry["value"]
            if not isinstance(rule, str) or not isinstance(file, str) or not all(isinstance(part, (str, type(None))) for part in rest):
                raise TypeError
            if type(entry["count"]) is not int:
                raise TypeError
            known[key] += entry["count"]
        return known
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}; {mend}") from None
    except (ValueError, RecursionError):
        raise Unusable(f"{path}: not JSON; {mend}") from None
    except (KeyError, TypeError, AttributeError):
        raise Unusable(f"{path}: an entry of this baseline lacks its rule, file, field, value or count; {mend}") from None


def apply(report: Report, known: Counter[Key], counts: Callable[[str, str], bool]) -> None:
    """Moves the findings that a baseline knows from a report's `totals` to its `known`.

    `counts` tells whether those of a rule in a file were looked at: of others the baseline says nothing.
    """
    known = Counter({key: number for key, number in known.items() if counts(*key[:2])})
    left = known.copy()
    for count in report.counts():
        bare = _bare(count.rule, count.file)
        taken = min(left[bare], count.total)
        left[bare] -= taken
        report.known[count.rule, count.file] += taken
    unknown = []
    room = report.totals - report.known
    for found in report.findings:
        if room[found.rule, found.file] <= 0:
            continue
        room[found.rule, found.file] -= 1
        if left[_key(found)] > 0:
            left[_key(found)] -= 1
            report.known[found.rule, found.file] += 1
        else:
            unknown.append(found)
    report.findings = unknown
    report.known = +report.known
    report.totals = report.totals - report.known
    # What was not looked for is not found, and may be there all the same.
    report.stale = sum(number for key, number in (+left).items() if key[0] in report.rules) if report.complete else 0


def shorten(report: Report, samples: int) -> None:
    """Lists no more findings than a run with `samples` would."""
    tally = Tally(samples)
    tally.add(*report.findings)
    report.findings = tally.samples
