"""Reads, writes and applies a baseline: the findings that are known already, so that only new ones count.

This lets users mend old data step by step. A known finding is identified by its rule, file, column and value, or by its
message if it is about a whole file. The baseline also counts equal findings. It has no line numbers, because lines
move. A part that was not checked stands in it as a finding does. If a rule is broken more than `LIMIT` times in one
file, only this number is kept.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, Tally, Unchecked, kind_of
from claimtrack.core.opening import read_regular
from claimtrack.core.report import Report

FORMAT = "claim-tracking-baseline-1"
LIMIT = 1000  # findings of one rule in one file that are listed one by one: a baseline is a file that people read

# Rule, file, column, and value or message. Column and value are None where only the number of findings is kept.
Key = tuple[str, str, str | None, str | None]


def _key(found: Finding) -> Key:
    """Returns the key of one finding."""
    return found.rule, found.file, found.field, found.message if found.value is None else found.value


def _bare(rule: str, file: str) -> Key:
    """Returns the key for all findings of a rule in a file."""
    return rule, file, None, None


def write(report: Report) -> str:
    """Makes the baseline of a report, as JSON. The report must list up to `LIMIT` findings of a rule in a file."""
    listed = {(count.rule, count.file): count.listed for count in report.counts()}
    known: Counter[Key] = Counter()
    for key, total in report.totals.items():
        if total > listed[key]:
            known[_bare(*key)] = total
    known.update(_key(found) for found in report.findings if _bare(found.rule, found.file) not in known)
    known.update(_key(part) for part in report.not_checked)
    entries = [
        dict(zip(("rule", "file", "field", "value"), key, strict=True), count=known[key])
        for key in sorted(known, key=lambda key: tuple(part or "" for part in key))
    ]
    return json.dumps({"format": FORMAT, "known": entries}, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> Counter[Key]:
    """Reads a baseline: returns the known findings with their numbers. Raises Unusable when the file is no baseline."""
    mend = "write one with --write-baseline"
    try:
        raw = read_regular(path, limits.MAX_DESCRIPTOR)
        if len(raw) > limits.MAX_DESCRIPTOR:
            raise Unusable(f"{path}: larger than {limits.MAX_DESCRIPTOR // limits.MIB} MiB, so no baseline; {mend}")
        told = json.loads(raw.decode("utf-8"))
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise Unusable(f'{path}: not a baseline of the format "{FORMAT}"; {mend}')
        known: Counter[Key] = Counter()
        for entry in told["known"]:
            key = rule, file, *rest = entry["rule"], entry["file"], entry["field"], entry["value"]
            if (
                not isinstance(rule, str)
                or not isinstance(file, str)
                or not all(isinstance(part, (str, type(None))) for part in rest)
            ):
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
        raise Unusable(
            f"{path}: an entry of this baseline lacks its rule, file, field, value or count; {mend}"
        ) from None


def apply(report: Report, known: Counter[Key], counts: Callable[[str, str], bool]) -> None:
    """Moves the findings that a baseline knows from a report's `totals` to its `known`.

    `counts` tells whether the findings of a rule in a file count. Other entries of the baseline are ignored.
    """
    known = Counter({key: number for key, number in known.items() if counts(*key[:2])})
    left = known.copy()
    for count in report.counts():
        bare = _bare(count.rule, count.file)
        taken = min(left[bare], count.total)
        _take(report, count.rule, count.file, taken)
        left[bare] -= taken
        report.known[count.rule, count.file] += taken
    accept(report, lambda part: left[_key(part)] > 0)
    left.subtract(Counter(_key(part) for part in report.accepted if left[_key(part)] > 0))
    unknown = []
    room = report.totals - report.known
    for found in report.findings:
        if room[found.rule, found.file] <= 0:
            continue
        room[found.rule, found.file] -= 1
        if left[_key(found)] > 0:
            left[_key(found)] -= 1
            report.known[found.rule, found.file] += 1
            report.kinds[kind_of(found)] -= 1
        else:
            unknown.append(found)
    report.findings, report.kinds = unknown, +report.kinds
    report.known = +report.known
    report.totals = report.totals - report.known
    report.unopened = {key for key in report.unopened if not report.known[key]}
    # A finding of a rule that did not run is not found either, but it may still exist. It is not counted as stale.
    report.stale = sum(number for key, number in (+left).items() if key[0] in report.rules) if report.complete else 0


def _take(report: Report, rule: str, file: str, number: int) -> None:
    """Takes a number of known findings of which no more is known out of a report's counts by column."""
    for kind in [kind for kind in report.kinds if kind[:2] == (rule, file)]:
        taken = min(report.kinds[kind], number)
        report.kinds[kind] -= taken
        number -= taken


def accept(report: Report, does: Callable[[Unchecked], bool]) -> None:
    """Moves the parts that were not checked, and that the user accepts as such, to a report's `accepted`."""
    report.accepted += [part for part in report.not_checked if does(part)]
    report.not_checked = [part for part in report.not_checked if part not in report.accepted]


def list_fewer(report: Report, samples: int) -> None:
    """Shortens the list of findings to that of a run with this number of `samples`."""
    tally = Tally(samples)
    tally.add(*report.findings)
    report.findings = tally.samples
