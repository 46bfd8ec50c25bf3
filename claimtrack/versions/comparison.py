"""Compares two versions of a package: what changed, row by row and column by column, and what `version` that demands.

Rows are matched by primary key, as text. Nothing is guessed: a renamed column or table is one removed and one added, and a
row without a key is the same row only if it is equal. The rules on the result are in `schemas/versions.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from . import demand
from .catalogue import BETWEEN_VERSIONS, every
from .demand import Level, Note
from .findings import Finding
from .text import visible
from .version import RETIRED, Table, Version, references


@dataclass(frozen=True)
class Change:
    """One row that is not in both versions as it was. `old` and `new` are its cells by column, `kind` is added, changed,
    retired or removed; `row` and `line` are its place in the new file, if it is there."""

    table: str
    kind: str
    key: tuple[str, ...]
    old: dict[str, str] | None
    new: dict[str, str] | None
    row: int | None = None
    line: int | None = None

    @property
    def id(self) -> str:
        return "/".join(self.key)

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """The cells that differ: column, old value, new value, for columns that both versions have."""
        if self.old is None or self.new is None:
            return []
        return [(name, self.old[name], value) for name, value in self.new.items() if name in self.old and self.old[name] != value]


@dataclass(frozen=True)
class Seen:
    """What a rule saw: a file, a note for the message, and the place if there is one."""

    file: str
    note: str
    row: int | None = None
    line: int | None = None
    field: str | None = None
    value: str | None = None


@dataclass
class Comparison:
    """All that changed between two versions, and what the rules make of it."""

    old: Version
    new: Version
    changes: dict[str, list[Change]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    strict: bool = False  # whether warnings count as errors

    @cached_property
    def demands(self) -> list[Note]:
        """What each change demands of `version`, the greatest demand first."""
        demands = [note for note in self.notes if note.level]
        for name, changes in self.changes.items():
            kinds = {change.kind for change in changes}
            if lost := [c for c in changes if c.kind == "removed" and (name, c.key) in self._referenced]:
                demands.append(Note(Level.MAJOR, name, f"rows that others refer to are removed ({_some(c.id for c in lost)})"))
            if "added" in kinds:
                demands.append(Note(Level.MINOR, name, "rows are added"))
            if kinds - {"added"}:
                demands.append(Note(Level.PATCH, name, "rows are corrected, retired or removed"))
        return sorted(demands, key=lambda note: -note.level)

    @property
    def demanded(self) -> Level:
        return self.demands[0].level if self.demands else Level.NONE

    @property
    def rise(self) -> Level | None:
        """The part of `version` that rose, none where it fell or stayed; None where one of the two is not MAJOR.MINOR.PATCH."""
        old, new = self.old.parts, self.new.parts
        if old is None or new is None:
            return None
        if new <= old:
            return Level.NONE
        return next(level for level, before, now in zip((Level.MAJOR, Level.MINOR, Level.PATCH), old, new) if before != now)

    @cached_property
    def _referenced(self) -> set[tuple[str, tuple[str, ...]]]:
        """The keys of rows to which rows of other tables referred in the old version."""
        targets = ((table.name, references(table, table.frame.iter_rows(named=True))) for table in self.old.tables.values())
        return {target for name, rows in targets for row in rows for target in row if target[0] != name}

    def gone(self) -> Iterator[Change]:
        return (change for changes in self.changes.values() for change in changes if change.kind == "removed")

    def altered(self) -> Iterator[Change]:
        return (change for changes in self.changes.values() for change in changes if change.old and change.new)

    @property
    def exit_code(self) -> int:
        """0 sound, 1 errors found (or warnings, if strict), 2 not everything could be compared."""
        return 2 if self.unread else int(any(self.strict or found.severity == "error" for found in self.findings))


def compare(old: Version, new: Version, *, strict: bool = False) -> Comparison:
    """What changed from one version to the next, with the findings of the rules of `schemas/versions.py`."""
    comparison = Comparison(old, new, strict=strict)
    comparison.notes += demand.of_descriptor(old, new)
    for name, table in new.tables.items():
        before = old.tables.get(name)
        if before:
            comparison.notes += demand.of_columns(before, table)
            comparison.changes[name] = list(_row_changes(before, table))
    for name in (name for name in new.names if name in old.names):
        if {name in version.files for version in (old, new)} == {True}:
            if old.files[name] != new.files[name]:
                comparison.notes.append(Note(Level.PATCH, name, "the file is another"))
        elif not (name in old.tables and name in new.tables):
            reason = old.unread.get(name) or new.unread.get(name) or "it is a table in one version only"
            comparison.unread.append(f"{name}: not compared, since {reason}")
    for rule in sorted((rule for rule in every().values() if rule.tables == BETWEEN_VERSIONS), key=lambda rule: rule.id):
        for seen in rule.function(comparison):
            message = f"{rule.title}: {visible(seen.note)}"
            comparison.findings.append(
                Finding(rule.id, rule.severity, seen.file, message, rule.mend, row=seen.row, field=seen.field, value=seen.value, line=seen.line)
            )
    return comparison


def _row_changes(old: Table, new: Table) -> Iterator[Change]:
    common = [name for name in new.columns if name in old.columns]
    if new.key and new.key == old.key and set(new.key) <= set(common):
        key = new.key
    else:
        yield from _unkeyed_changes(old, new, common)
        return
    on = [f"n:{name}" for name in key]
    for row in old.frame.join(new.frame, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "removed", tuple(row[name] for name in on), _cells(row, old.columns), None)
    for row in new.frame.join(old.frame, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "added", tuple(row[name] for name in on), None, _cells(row, new.columns), row["row"], row["line"])
    rest = [f"n:{name}" for name in common if name not in key]
    if not rest:
        return
    before = old.frame.drop("row", "line").rename(lambda name: name if name in on else f"o{name[1:]}")
    both = new.frame.join(before, on=on, how="inner", maintain_order="left")
    differing = both.filter(pl.any_horizontal(pl.col(name) != pl.col(f"o{name[1:]}") for name in rest))
    for row in differing.iter_rows(named=True):
        was = {name: row[f"n:{name}" if name in key else f"o:{name}"] for name in old.columns}
        now = _cells(row, new.columns)
        retired = new.retires and now.get("status") == RETIRED != was.get("status")
        yield Change(new.name, "retired" if retired else "changed", tuple(row[name] for name in on), was, now, row["row"], row["line"])


def _unkeyed_changes(old: Table, new: Table, common: list[str]) -> Iterator[Change]:
    """Without a key that both versions have, a row is the same only if all its cells are, as often as it stands there."""
    names = [f"n:{name}" for name in common]
    if not names:
        return
    count = pl.int_range(pl.len()).over(names).alias("again")
    before, after = old.frame.with_columns(count), new.frame.with_columns(count)
    on = [*names, "again"]
    for row in before.join(after, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "removed", (f"old line {row['line']}",), _cells(row, old.columns), None)
    for row in after.join(before, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "added", (f"line {row['line']}",), None, _cells(row, new.columns), row["row"], row["line"])


def _cells(row: dict, columns: list[str]) -> dict[str, str]:
    return {name: row[f"n:{name}"] for name in columns}


def _some(ids: Iterable[str]) -> str:
    ids = list(ids)
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3:,} more" if len(ids) > 3 else "")
