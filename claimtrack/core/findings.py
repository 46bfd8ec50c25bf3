"""The findings of a check: a small record for each, and a tally that counts them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claimtrack.core.limits import SAMPLES
from claimtrack.core.rules import Rule
from claimtrack.core.standard_rules import standard


@dataclass(frozen=True)
class Cause:
    """A finding from which others follow, by its rule and its file."""

    rule: str
    file: str


@dataclass(frozen=True)
class Finding:
    """One fault at one place.

    `rule` is the rule's id, and `mend` says what to do. `file` is a path in the package; of several tables in one file,
    each has a path of its own, such as `tables.zip/one.csv`. `line` and `column` start at 1 and count lines and
    characters of the file as an editor does. `row` counts records: the header is row 1 (frictionless's `rowNumber`).
    `field` names the column or columns at fault. These four are None where the finding is about the whole file. `value`
    is the cell as written. `pointer` is the JSON Pointer (RFC 6901) of the part of a descriptor at fault.
    `follows_from` is the finding that has caused this one, such as that on a column that is missing, or None.
    """

    rule: str
    severity: str
    file: str
    message: str
    mend: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    follows_from: Cause | None = None

    @property
    def place(self) -> str:
        """The place as `file:line:column`, as far as it is known. Terminals and editors make this form clickable."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True)
class Unchecked(Finding):
    """A part of a package that was not checked. It is no fault, and it is told apart from the faults.

    `message` says what was not checked and why, `mend` what the user can do. `table` is the name of the table that was
    not checked, or None where another part was not.
    """

    table: str | None = None


def of_file(
    rule: str | Rule,
    file: str,
    note: str,
    line: int | None = None,
    field: str | None = None,
    pointer: str | None = None,
) -> Finding:
    """Makes a finding about a whole file, or about one line of it. `rule` may be the id of a standard rule."""
    rule = standard(rule)
    message = f"{rule.title}: {note}"
    return Finding(rule.id, rule.severity, file, message, rule.mend, field=field, line=line, pointer=pointer)


def not_checked(
    rule: str, file: str, note: str, mend: str = "", table: str | None = None, pointer: str | None = None
) -> Unchecked:
    """Makes the note on a part that was not checked. `mend` is the rule's own where none is given."""
    known = standard(rule)
    message = f"{known.title}: {note}"
    return Unchecked(rule, known.severity, file, message, mend or known.mend, pointer=pointer, table=table)


def pointer_to(*parts: str | int) -> str:
    """Returns the JSON Pointer (RFC 6901) of a part, which `parts` lead to: names of properties and numbers from 0."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


# Rule, file and column of a finding, and the finding from which it follows.
Kind = tuple[str, str, str | None, Cause | None]


def kind_of(found: Finding) -> Kind:
    """Returns the kind by which a finding is counted."""
    return found.rule, found.file, found.field, found.follows_from


class Tally:
    """Counts every finding but keeps only some as samples, so that a file full of errors does not fill the memory.

    It keeps the first `limit` findings of each rule in each file. It also keeps the first finding of each rule in each
    column, so that nobody has to correct a hundred cells to learn of a fault in the next column. Findings that follow
    from another one are kept apart, so that they take no other finding's place.
    """

    def __init__(self, limit: int = SAMPLES):
        self.limit = limit
        self.clear()

    def clear(self) -> None:
        """Forgets all findings."""
        self.totals: Counter[tuple[str, str]] = Counter()  # by rule and file
        self.kinds: Counter[Kind] = Counter()
        self.samples: list[Finding] = []
        self._kept: Counter[tuple[str, str, Cause | None]] = Counter()
        self._listed: set[Kind] = set()

    def wants(self, rule: str, file: str, field: str | None = None, cause: Cause | None = None) -> int:
        """Returns how many more findings would be kept as samples. Callers ask before they make a finding."""
        room = self.limit - self._kept[rule, file, cause]
        return max(room, int((rule, file, field, cause) not in self._listed))

    def add(self, *findings: Finding) -> None:
        """Counts findings, and keeps some of them as samples."""
        for found in findings:
            rule, file, field, cause = kind = kind_of(found)
            self.count(rule, file, 1, field, cause)
            if self.wants(*kind):
                self.samples.append(found)
                self._kept[rule, file, cause] += 1
                self._listed.add(kind)

    def count(self, rule: str, file: str, more: int, field: str | None = None, cause: Cause | None = None) -> None:
        """Counts findings without keeping any as a sample. `cause` is the finding from which they follow, if any."""
        if more:
            self.totals[rule, file] += more
            self.kinds[rule, file, field, cause] += more

    def merge(self, other: "Tally", only: Iterable[str] | None = None) -> None:
        """Adds the findings of another tally: all, or those of the rules in `only`."""
        samples: dict[tuple[str, str], list[Finding]] = {}
        for found in other.samples:
            samples.setdefault((found.rule, found.file), []).append(found)
        for rule, file in other.totals:
            if only is None or rule in only:
                self.add(*samples.get((rule, file), []))
        listed = Counter(map(kind_of, other.samples))
        for (rule, file, field, cause), total in other.kinds.items():
            if only is None or rule in only:
                self.count(rule, file, total - listed[rule, file, field, cause], field, cause)
