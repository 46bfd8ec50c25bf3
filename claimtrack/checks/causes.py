"""Finds the causes from which many findings follow, and tells of each finding from which cause it follows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from claimtrack.checks.key_kinds import unequal
from claimtrack.core.findings import Cause, Tally, of_file
from claimtrack.core.watchdog import watchdog
from claimtrack.package.opened import OpenedPackage
from claimtrack.reading.layout import Layout, layout_of
from claimtrack.reading.places import Places, Scanned

Key = tuple[str, tuple[str, ...], str, tuple[str, ...]]  # a table and its columns, another table and its columns
# frictionless's errors on labels that follow from a header of other columns, whichever label they are about.
ANY_LABEL = ("extra-label", "missing-label")


class Causes:
    """The causes in one package: headers that are not those of their tables, and foreign keys that cannot match."""

    def __init__(self, opened: OpenedPackage) -> None:
        self.opened = opened
        self.layouts: dict[str, Layout] = {}  # by table
        self._keys: dict[Key, bool] = {}  # whether a foreign key cannot match

    def look_at(self, scanned: Scanned, tally: Tally) -> None:
        """Looks for the cause why a table's header is not the list of its fields, and adds the finding on it.

        Raises Stuck.
        """
        table, places = scanned.table, scanned.places
        if scanned.regular or table.dialect is None or places.broken:
            return
        with watchdog(f"the header of {table.file}"):
            layout = layout_of(table, places.record(1))
        if layout is None:
            return
        places.layout = self.layouts[table.name] = layout
        found = of_file(layout.cause.rule, table.file, layout.words, layout.line)
        tally.add(replace(found, value=layout.text))

    def of_error(self, error: Any, rule: str, table: str, places: Places | None) -> Cause | None:
        """Returns the cause of an error of frictionless on a table, for which `rule` is our rule, or None."""
        told = _OF.get(error.type)
        if told and (cause := told(self, error, table, places)):
            return cause
        names = [getattr(error, "field_name", ""), *getattr(error, "field_names", [])]
        return places.follows(rule, names) if places else None

    def _of_label(self, error: Any, table: str, _places: Places | None) -> Cause | None:
        """Returns the cause of an error on a label."""
        layout = self.layouts.get(table)
        if layout is None:
            return None
        whole = layout.cause.rule in ("TAB104", "TAB107") or error.type in ANY_LABEL
        return layout.cause if whole or error.field_name in layout.moved else None

    def _of_reference(self, error: Any, table: str, _places: Places | None) -> Cause | None:
        """Returns the cause of a reference that leads nowhere, which may be a fault of the table to which it leads."""
        target, there = error.reference_name or table, tuple(error.reference_field_names)
        key = table, tuple(error.field_names), target, there
        if key not in self._keys:
            self._keys[key] = _cannot_match(self.opened, key)
        if self._keys[key]:
            return Cause("PKG110", self.opened.named.get(f"{table}.schema", self.opened.path.name))
        layout = self.layouts.get(target)
        if layout is None:
            return None
        swallowed = [layout.swallowed.get(name) for name in there] == [str(cell) for cell in error.field_cells]
        return layout.cause if swallowed or not layout.moved.isdisjoint(there) else None

    def _of_constraint(self, error: Any, _table: str, places: Places | None) -> Cause | None:
        """Returns the cause of a value that is missing because its row has no such cell, which is told already."""
        absent = len(error.cells) < error.field_number and 'constraint "required"' in error.note
        return Cause("TAB102", places.file_of(error.row_number)) if absent and places else None


def _cannot_match(opened: OpenedPackage, key: Key) -> bool:
    """Tells whether a foreign key joins columns whose values are never equal."""
    (table, fields, target, there), package = key, opened.package
    assert package is not None
    return bool(unequal(package.get_resource(table), package.get_resource(target), fields, there))


_OF: dict[str, Callable[[Causes, Any, str, Places | None], Cause | None]] = {
    **dict.fromkeys(("blank-label", "duplicate-label", "incorrect-label", *ANY_LABEL), Causes._of_label),
    "foreign-key": Causes._of_reference,
    "constraint-error": Causes._of_constraint,
}
