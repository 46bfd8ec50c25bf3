"""What the site's charts show, as numbers: positions are per cent of a chart's width, counts are rows. The templates draw them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from validator import edtf

from .model import CALL, CLAIM, Code, Dataset, FollowUp, Item, Right, Segment, Statement

LEVELS = (1, 3, 6, 10)  # items in a segment from which its bar takes the next darker step
TAIL = 0.03  # the share of the oldest rows that may be told as "before", lest a few of them stretch the axis
QUARTERS = 4


@dataclass(frozen=True)
class Covered:
    """One segment: how much of the longest segment's length it has, what rests on it, and how dark that makes its bar (0 to 4)."""

    segment: Segment
    length: int
    share: float
    claims: int
    calls: int

    @property
    def level(self) -> int:
        return sum(self.claims + self.calls >= least for least in LEVELS)


def coverage(dataset: Dataset, statement: Statement) -> list[Covered]:
    """The segments of a statement in its order, with the active items that rest on each."""
    segments = [one for one in dataset.segments if one.statement_id == statement.id]
    longest = max(one.end - one.start for one in segments)
    kinds = {item.id: item.kind for item in dataset.items if not item.retired}
    covered = []
    for one in segments:
        found = Counter(kinds.get(id) for id in one.item_ids)
        covered.append(Covered(one, one.end - one.start, percent((one.end - one.start) / longest), found[CLAIM], found[CALL]))
    return covered


@dataclass(frozen=True)
class Engaged:
    """One right: how many claims and calls engage it, by the basis, a code of the list `right_basis`."""

    right: Right
    claims: int
    calls: int
    named: int
    inferred: int
    share_named: float
    share_inferred: float


def rights(dataset: Dataset) -> list[Engaged]:
    """The rights, that which most items engage first; shares are of the most engaged one."""
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
    """The dated findings of one relation or one status: how many in each bin of the timeline, and how many in each year."""

    code: Code
    evidence: bool
    bins: tuple[int, ...]
    years: dict[int | None, int]  # None holds what lies before the first year
    undated: int

    @property
    def total(self) -> int:
        return sum(self.bins)


@dataclass(frozen=True)
class Timeline:
    """Quarters from the first year to the last, after a bin for what lies before if there is any; `most` is the fullest bin."""

    first: int
    last: int
    before: bool
    lanes: tuple[Lane, ...]

    @property
    def size(self) -> int:
        return self.before + (self.last - self.first + 1) * QUARTERS

    @property
    def most(self) -> int:
        return max(count for lane in self.lanes for count in lane.bins)

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def label(self, bin: int) -> tuple[int | None, int]:
        """The year and the quarter (1 to 4) of a bin; the year is None for the bin before the first year."""
        quarter = bin - self.before
        return (None, 0) if quarter < 0 else (self.first + quarter // QUARTERS, quarter % QUARTERS + 1)


def timeline(dataset: Dataset) -> Timeline | None:
    """The findings that have a source, over time. None if no row has a date."""
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
    moments = [moment(date) for date in dates if date]
    bins = Counter(max(int((at - first) * QUARTERS), -1) + before for at in moments)
    years = Counter(int(at) if at >= first else None for at in moments)
    size = before + (last - first + 1) * QUARTERS
    return Lane(code, evidence, tuple(bins[n] for n in range(size)), dict(years), sum(not date for date in dates))


@dataclass(frozen=True)
class Line:
    """A call's follow-ups that have a source, oldest first, with their place between the axis's two ends."""

    item: Item
    marks: tuple[tuple[FollowUp, float], ...]


@dataclass(frozen=True)
class Progress:
    """The active calls on one axis, and how many of them stand where, a code of the list `follow_up_status` each."""

    first: str
    last: str
    lines: tuple[Line, ...]
    tally: tuple[tuple[Code, int], ...]


def progress(dataset: Dataset) -> Progress:
    """What became of the calls, from the publication of the first statement to the newest follow-up."""
    calls = [item for item in _active(dataset) if item.kind == CALL]
    tally = Counter(item.current.status for item in calls if item.current)
    dates = [row.as_of for item in calls for row in item.follow_ups if row.source] + [one.published for one in dataset.statements]
    first, last = min(dates, key=moment), max(dates, key=moment)
    low, width = moment(first), moment(last) - moment(first) or 1

    def line(item: Item) -> Line:
        rows = sorted((row for row in item.follow_ups if row.source), key=lambda row: (moment(row.as_of), row.id))
        return Line(item, tuple((row, percent((moment(row.as_of) - low) / width)) for row in rows))

    counted = tuple((code, tally[code]) for code in dataset.codes["follow_up_status"] if tally[code])
    return Progress(first, last, tuple(map(line, calls)), counted)


def moment(date: str) -> float:
    """A place on the time axis, in years: the last day that an EDTF date can mean, or the first day if it has an open end.

    Every month is taken for a twelfth of a year and every day for a 31st of a month, which no reader of a chart can tell.
    """
    low, high = edtf.bounds(date)
    year, month, day = map(int, (low if high == edtf.LATEST else high).split("-"))
    return year + (month - 1 + (day - 1) / 31) / 12


def percent(share: float) -> float:
    """A share as per cent with two digits, so that a drawing is the same on every machine."""
    return round(100 * share, 2)


def _active(dataset: Dataset) -> Iterable[Item]:
    return (item for item in dataset.items if not item.retired)
