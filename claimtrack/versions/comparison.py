"""Compares two versions of a package row by row and column by column, and finds out how much `version` has to rise.

Rows are matched by their primary key, as text. Nothing is guessed: a renamed column or table counts as one removed and
one added, and in a table without a key two rows are the same only if they are equal. The rules on the result come from
a profile.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from claimtrack.core.findings import Finding
from claimtrack.core.rules import BETWEEN_VERSIONS, Rule
from claimtrack.core.visible import visible
from claimtrack.versions.bump import Bump, Note, notes_on_columns, notes_on_descriptor
from claimtrack.versions.snapshot import RETIRED, Snapshot, TableSnapshot, references


@dataclass(frozen=True)
class Change:
    """One row that differs between the versions.

    `kind` is added, changed, retired or removed. `old` and `new` are its cells by column in the two versions; they are
    empty where the row is not in that version. `row` and `line` are its place in the new file, if it is there.
    """

    table: str
    kind: str
    key: tuple[str, ...]
    old: dict[str, str]
    new: dict[str, str]
    row: int | None = None
    line: int | None = None

    @property
    def id(self) -> str:
        """The values of the row's key as one text."""
        return "/".join(self.key)

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """The cells that differ, each as column, old value and new value. Only columns in both versions count."""
        return [
            (name, self.old[name], value)
            for name, value in self.new.items()
            if name in self.old and self.old[name] != value
        ]


@dataclass(frozen=True)
class Seen:
    """An observation of a rule between two versions: a file, a note for the message, and the place if there is one."""

    file: str
    note: str
    row: int | None = None
    line: int | None = None
    field: str | None = None
    value: str | None = None


@dataclass
class Comparison:
    """All changes between two versions, and the findings of the rules on them.

    `changes` has the changed rows by table. `notes` has the changes of the descriptor and of columns. `unread` says
    what was not compared, and why.
    """

    old: Snapshot
    new: Snapshot
    changes: dict[str, list[Change]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    strict: bool = False  # whether warnings count as errors

    @cached_property
    def required_bumps(self) -> list[Note]:
        """The changes that require `version` to rise, those with the greatest rise first."""
        bumps = [note for note in self.notes if note.bump]
        for name, changes in self.changes.items():
            kinds = {change.kind for change in changes}
            if lost := [c for c in changes if c.kind == "removed" and (name, c.key) in self._referenced]:
                bumps.append(
                    Note(Bump.MAJOR, name, f"rows that others refer to are removed ({_some(c.id for c in lost)})")
                )
            if "added" in kinds:
                bumps.append(Note(Bump.MINOR, name, "rows are added"))
            if kinds - {"added"}:
                bumps.append(Note(Bump.PATCH, name, "rows are corrected, retired or removed"))
        return sorted(bumps, key=lambda note: -note.bump)

    @property
    def required_bump(self) -> Bump:
        """The rise of `version` that the changes require together."""
        return self.required_bumps[0].bump if self.required_bumps else Bump.NONE

    @property
    def rise(self) -> Bump | None:
        """The part of `version` that rose: Bump.NONE where it fell or stayed.

        It is None where one of the two versions is none of Semantic Versioning. A rise between two pre-releases of one
        version, or from a pre-release to its version, counts as that of PATCH.
        """
        old, new = self.old.parts, self.new.parts
        if old is None or new is None:
            return None
        if new <= old:
            return Bump.NONE
        if new.major != old.major:
            return Bump.MAJOR
        return Bump.MINOR if new.minor != old.minor else Bump.PATCH

    @cached_property
    def _referenced(self) -> set[tuple[str, tuple[str, ...]]]:
        """The keys of rows to which rows of other tables referred in the old version."""
        targets = (
            (table.name, references(table, table.frame.iter_rows(named=True))) for table in self.old.tables.values()
        )
        return {target for name, rows in targets for row in rows for target in row if target[0] != name}

    def gone(self) -> Iterator[Change]:
        """Yields the rows that were removed."""
        return (change for changes in self.changes.values() for change in changes if change.kind == "removed")

    def altered(self) -> Iterator[Change]:
        """Yields the rows that are in both versions and differ."""
        return (change for changes in self.changes.values() for change in changes if change.old and change.new)

    def is_append_only(self, table: str) -> bool:
        """Tells whether either version declares a table as append-only. Dropping the declaration does not end it."""
        return self.old.tables[table].append_only or self.new.tables[table].append_only

    def can_retire(self, table: str) -> bool:
        """Tells whether the rows of a table can be retired in either version."""
        return self.old.tables[table].retires or self.new.tables[table].retires

    def seen(self, change: Change, note: str, column: str) -> Seen:
        """Makes an observation about a row of the new version; `column` may be several, joined by a comma."""
        value = ", ".join(change.new.get(name, "") for name in column.split(", "))
        return Seen(self.new.tables[change.table].file, note, change.row, change.line, column, value)

    def seen_gone(self, change: Change) -> Seen:
        """Makes an observation about a row that is gone."""
        return Seen(self.new.tables[change.table].file, f"{change.id} of {self.old.where} is gone", value=change.id)

    @property
    def exit_code(self) -> int:
        """0 for a sound history, 1 for errors found (or warnings, if strict), 2 where a part could not be compared."""
        return 2 if self.unread else int(any(self.strict or found.severity == "error" for found in self.findings))


def compare(old: Snapshot, new: Snapshot, rules: Iterable[Rule] = (), *, strict: bool = False) -> Comparison:
    """Compares a version with the next one, and runs those of `rules` that are rules between two versions."""
    comparison = Comparison(old, new, strict=strict)
    comparison.notes += notes_on_descriptor(old, new)
    for name, table in new.tables.items():
        before = old.tables.get(name)
        if before:
            comparison.notes += notes_on_columns(before, table)
            comparison.changes[name] = list(_row_changes(before, table))
    for name in (name for name in new.names if name in old.names):
        if {name in version.files for version in (old, new)} == {True}:
            if old.files[name] != new.files[name]:
                comparison.notes.append(Note(Bump.PATCH, name, "the file is another"))
        elif not (name in old.tables and name in new.tables):
            reason = old.unread.get(name) or new.unread.get(name) or "it is a table in one version only"
            comparison.unread.append(f"{name}: not compared, since {reason}")
    for rule in rules:
        if rule.tables == BETWEEN_VERSIONS and rule.function:
            comparison.findings += [_finding(rule, seen) for seen in rule.function(comparison)]
    return comparison


def _finding(rule: Rule, seen: Seen) -> Finding:
    """Makes a finding from an observation of a rule."""
    message = f"{rule.title}: {visible(seen.note)}"
    place: dict[str, Any] = {"row": seen.row, "field": seen.field, "value": seen.value, "line": seen.line}
    return Finding(rule.id, rule.severity, seen.file, message, rule.mend, **place)


def _row_changes(old: TableSnapshot, new: TableSnapshot) -> Iterator[Change]:
    """Yields the rows of a table that differ between the versions."""
    common = [name for name in new.columns if name in old.columns]
    if new.key and new.key == old.key and set(new.key) <= set(common):
        key = new.key
    else:
        yield from _unkeyed_changes(old, new, common)
        return
    on = [f"n:{name}" for name in key]
    for row in old.frame.join(new.frame, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "removed", tuple(row[name] for name in on), _cells(row, old.columns), {})
    for row in new.frame.join(old.frame, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(
            new.name, "added", tuple(row[name] for name in on), {}, _cells(row, new.columns), row["row"], row["line"]
        )
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
        yield Change(
            new.name,
            "retired" if retired else "changed",
            tuple(row[name] for name in on),
            was,
            now,
            row["row"],
            row["line"],
        )


def _unkeyed_changes(old: TableSnapshot, new: TableSnapshot, common: list[str]) -> Iterator[Change]:
    """Yields the rows that differ in a table without a key that both versions have.

    Two rows are then the same only if all their cells are equal. Equal rows are counted: a row that occurs twice in one
    version and once in the other counts as one removed or added row.
    """
    names = [f"n:{name}" for name in common]
    if not names:
        return
    count = pl.int_range(pl.len()).over(names).alias("again")
    before, after = old.frame.with_columns(count), new.frame.with_columns(count)
    on = [*names, "again"]
    for row in before.join(after, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "removed", (f"old line {row['line']}",), _cells(row, old.columns), {})
    for row in after.join(before, on=on, how="anti", maintain_order="left").iter_rows(named=True):
        yield Change(new.name, "added", (f"line {row['line']}",), {}, _cells(row, new.columns), row["row"], row["line"])


def _cells(row: dict, columns: list[str]) -> dict[str, str]:
    """Returns the cells of a row of a `TableSnapshot`'s frame, by column."""
    return {name: row[f"n:{name}"] for name in columns}


def _some(ids: Iterable[str]) -> str:
    """Returns the first three ids, and the number of the others."""
    ids = list(ids)
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3:,} more" if len(ids) > 3 else "")
