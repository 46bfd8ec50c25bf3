"""What a check says: one small record a finding, the tally of them, and the error for a run that could not happen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .limits import SAMPLES


class Unusable(Exception):
    """The package cannot be checked at all (missing, unreadable, unsafe). Its text is one sentence for the user."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong at one place.

    `line` and `column` are physical, 1-based and count characters as an editor does; `row` counts records with the
    header as row 1 (frictionless's `rowNumber`); `field` names the column or columns at fault. All four are None where
    the whole file is meant. `value` is the cell as written.
    """

    rule: str
    severity: str
    file: str
    message: str
    help: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """`file:line:column`, as far as known: the form that terminals and editors make clickable."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class Tally:
    """Findings under a storm of errors: totals exact, samples few.

    Kept are the first `limit` of each rule in each file, and the first of each rule in each column, so that nobody has to
    mend a hundred cells to learn of the next column.
    """

    def __init__(self, limit: int = SAMPLES):
        self.limit = limit
        self.totals: Counter[tuple[str, str]] = Counter()  # by rule and file
        self.samples: list[Finding] = []
        self._kept: Counter[tuple[str, str]] = Counter()
        self._columns: set[tuple[str, str, str | None]] = set()

    def wants(self, rule: str, file: str, field: str | None = None) -> int:
        """How many more findings would be kept as samples: worth asking before one is made."""
        room = self.limit - self._kept[rule, file]
        return max(room, int((rule, file, field) not in self._columns))

    def add(self, *findings: Finding) -> None:
        for found in findings:
            self.totals[found.rule, found.file] += 1
            if self.wants(found.rule, found.file, found.field):
                self.samples.append(found)
                self._kept[found.rule, found.file] += 1
                self._columns.add((found.rule, found.file, found.field))

    def clear(self) -> None:
        """Forgets all findings."""
        self.__init__(self.limit)

    def count(self, rule: str, file: str, more: int) -> None:
        """Counts findings that are not wanted as samples."""
        if more:
            self.totals[rule, file] += more

    def merge(self, other: "Tally", only: Iterable[str] | None = None) -> None:
        """Takes over another tally's findings, or those of the rules `only`."""
        for (rule, file), total in other.totals.items():
            if only is None or rule in only:
                mine = [found for found in other.samples if (found.rule, found.file) == (rule, file)]
                self.add(*mine)
                self.count(rule, file, total - len(mine))
