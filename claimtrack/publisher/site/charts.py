"""Computes the numbers of the site's charts. Positions are per cent of a chart's width, and counts are rows.

The templates draw the charts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

from claimtrack.core import edtf
from claimtrack.publisher.model import CALL, CLAIM, Dataset, Item, Segment, Statement
from claimtrack.publisher.parts import Code, FollowUp, Right

LEVELS = (1, 3, 6, 10)  # with this number of items in a segment, its bar gets the next darker colour
TAIL = 0.03  # the share of the oldest rows that may be shown as "before", so that a few of them do not stretch the axis
QUARTERS = 4  # in a year


@dataclass(frozen=True)
class Covered:
    """One segment: its length, also as a share of the longest segment's, and the numbers of claims and calls on it."""

    segment: Segment
    length: int
    share: float
    claims: int
    calls: int

    @property
    def level(self) -> int:
        """How dark the segment's bar is, from 0 to 4."""
        return sum(self.claims + self.calls >= least for least in LEVELS)


def coverage(dataset: Dataset, statement: Statement) -> list[Covered]:
    """Returns the segments of a statement in order, with the numbers of active claims and calls on each."""
    segments = dataset.segments_of.get(statement.id, [])
    longest = max(one.end - one.start for one in segments)
    kinds = dataset.active_kinds
    covered = []
    for one in segments:
        found = Counter(kinds.get(id) for id in one.item_ids)
        covered.append(
            Covered(one, one.end - one.start, percent((one.end - one.start) / longest), found[CLAIM], found[CALL])
        )
    return covered


@dataclass(frozen=True)
class Engaged:
    """One right, with the numbers of claims and calls that engage it.

    `named` and `inferred` are the numbers by basis (a code of the list `right_basis`), and the shares are of the number
    for the most engaged right.
    """

    right: Right
    claims: int
    calls: int
    named: int
    inferred: int
    share_named: float
    share_inferred: float


def rights(dataset: Dataset) -> list[Engaged]:
    """Returns the rights, the most engaged right first."""
    found = Counter((engaged.right.id, engaged.basis.code) for item in _active(dataset) for engaged in item.rights)
    kinds = Counter((engaged.right.id, item.kind) for item in _active(dataset) for engaged in item.rights)
    total = Counter(right for right, _ in found.elements())
    most = max(total.values(), default=1)
    bars = []
    for right in sorted(dataset.rights, key=lambda one: -total[one.id]):
        named, inferred = found[right.id, "named"], found[right.id, "inferred"]
        shares = percent(named / most), percent(inferred / most)
        bars.append(Engaged(right, kinds[right.id, CLAIM], kinds[right.id, CALL], named, inferred, *shares))
    return bars


@dataclass(frozen=True)
class Lane:
    """The findings of one relation or status: their number in each bin of the timeline, in each year, and undated."""

    code: Code
    evidence: bool
    bins: tuple[int, ...]
    years: dict[int | None, int]  # the key None is the time before the first year
    undated: int

    @property
    def total(self) -> int:
        """The number of dated findings."""
        return sum(self.bins)


@dataclass(frozen=True)
class Timeline:
    """The timeline: a bin for each quarter from the first year to the last.

    If `before` is true, there is one more bin for the time before the first year.
    """

    first: int
    last: int
    before: bool
    lanes: tuple[Lane, ...]

    @property
    def size(self) -> int:
        """The number of bins."""
        return self.before + (self.last - self.first + 1) * QUARTERS

    @property
    def most(self) -> int:
        """The number of findings in the fullest bin."""
        return max(count for lane in self.lanes for count in lane.bins)

    @property
    def years(self) -> range:
        """The years from the first to the last."""
        return range(self.first, self.last + 1)

    def label(self, bin: int) -> tuple[int | None, int]:
        """Returns the year and the quarter (1 to 4) of a bin, or (None, 0) for the bin before the first year."""
        quarter = bin - self.before
        return (None, 0) if quarter < 0 else (self.first + quarter // QUARTERS, quarter % QUARTERS + 1)

    def days(self, bin: int) -> tuple[str | None, str]:
        """Returns the first and the last day of a bin. The bin before the first year has no first day."""
        year, quarter = self.label(bin)
        if year is None:
            return None, f"{self.first - 1:04}-12-31"
        return f"{year:04}-{3 * quarter - 2:02}-01", f"{year:04}-{3 * quarter:02}-{'31' if quarter in (1, 4) else '30'}"


def timeline(dataset: Dataset) -> Timeline | None:
    """Returns the findings with a source over time, or None if no row has a date."""
    rows = [(True, row.relation, row.event_date) for item in _active(dataset) for row in item.evidence if row.source]
    rows += [(False, row.status, row.as_of) for item in _active(dataset) for row in item.follow_ups if row.source]
    dated = sorted(moment(date) for _, _, date in rows if date)
    if not dated:
        return None
    first, last = int(dated[int(len(dated) * TAIL)]), int(dated[-1])
    before = int(dated[0]) < first
    lanes = []
    for evidence, codes in ((True, dataset.codes["relation"]), (False, dataset.codes["follow_up_status"])):
        for code in codes:
            dates = [date for of_evidence, of_code, date in rows if (of_evidence, of_code) == (evidence, code)]
            if dates:
                lanes.append(_lane(code, evidence, dates, first, last, before))
    return Timeline(first, last, before, tuple(lanes))


def _lane(code: Code, evidence: bool, dates: Sequence[str | None], first: int, last: int, before: bool) -> Lane:
    """Counts the dates of one relation or status by bin and by year."""
    moments = [moment(date) for date in dates if date]
    bins = Counter(max(floor((at - first) * QUARTERS), -1) + before for at in moments)
    years = Counter(int(at) if at >= first else None for at in moments)
    size = before + (last - first + 1) * QUARTERS
    return Lane(code, evidence, tuple(bins[n] for n in range(size)), dict(years), sum(not date for date in dates))


@dataclass(frozen=True)
class Line:
    """The follow-ups of a call that have a source, oldest first, each with its position on the axis in per cent."""

    item: Item
    marks: tuple[tuple[FollowUp, float], ...]


@dataclass(frozen=True)
class Progress:
    """The active calls on one axis from date `first` to date `last`, and the number of calls with each status."""

    first: str
    last: str
    lines: tuple[Line, ...]
    tally: tuple[tuple[Code, int], ...]


def progress(dataset: Dataset) -> Progress:
    """Returns the progress of the calls, from the publication of the first statement to the newest follow-up."""
    calls = [item for item in _active(dataset) if item.kind == CALL]
    tally = Counter(item.current.status for item in calls if item.current)
    dates = [row.as_of for item in calls for row in item.follow_ups if row.source] + [
        one.published for one in dataset.statements
    ]
    first, last = min(dates, key=moment), max(dates, key=moment)
    low, width = moment(first), moment(last) - moment(first) or 1

    def line(item: Item) -> Line:
        rows = sorted((row for row in item.follow_ups if row.source), key=lambda row: (moment(row.as_of), row.id))
        return Line(item, tuple((row, percent((moment(row.as_of) - low) / width)) for row in rows))

    counted = tuple((code, tally[code]) for code in dataset.codes["follow_up_status"] if tally[code])
    return Progress(first, last, tuple(map(line, calls)), counted)


def moment(date: str) -> float:
    """Returns the position of an EDTF date on the time axis, in years.

    This is the last day that the date can mean, or the first day if it has an open end. Every month counts as a twelfth
    of a year and every day as a 31st of a month; a chart does not show the difference.
    """
    low, high = edtf.bounds(date)
    year, month, day = map(int, (low if high == edtf.LATEST else high).split("-"))
    return year + (month - 1 + (day - 1) / 31) / 12


def percent(share: float) -> float:
    """Converts a share to per cent with two decimals, so that a chart is the same on every computer."""
    return round(100 * share, 2)


def _active(dataset: Dataset) -> Iterable[Item]:
    """Yields the items that are not retired."""
    return (item for item in dataset.items if not item.retired)
