"""Finds out how much `version` has to rise after a change of the descriptor, a Table Schema or columns.

Source: the Data Package recipe for versions, https://datapackage.org/recipes/data-package-version/
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from claimtrack.core.paths import DESCRIPTOR
from claimtrack.package.table_schema import READING, dict_of
from claimtrack.versions.snapshot import Snapshot, TableSnapshot

SHOWN = 200  # characters of a property's value that a note shows


class Bump(IntEnum):
    """How much `version` has to rise (https://datapackage.org/recipes/data-package-version/)."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True)
class Note:
    """A change of the descriptor or of the columns, and the rise of `version` that it requires."""

    bump: Bump
    where: str
    text: str


# The recipe says that to "change a field constraint to be more restrictive" is MAJOR, and "less restrictive" MINOR.
# This tells for each constraint whether a greater value is stricter.
GREATER_IS_STRICTER = {
    "minimum": True,
    "exclusiveMinimum": True,
    "minLength": True,
    "maximum": False,
    "exclusiveMaximum": False,
    "maxLength": False,
}
# These properties are not compared as descriptive ones. A moved file or a new checksum requires no new version, and
# other code compares the rest.
NO_BUMP = {
    "version", "created", "resources", "name", "id", "path", "bytes", "hash", "schema", "encoding", "dialect", "fields",
    "primaryKey", "uniqueKeys", "foreignKeys", "constraints",
}  # fmt: skip


def notes_on_descriptor(old: Snapshot, new: Snapshot) -> Iterator[Note]:
    """Yields a note on each change of the package's and the resources' properties."""
    file = DESCRIPTOR
    for key in ("name", "id"):
        if old.descriptor.get(key) != new.descriptor.get(key):
            yield Note(
                Bump.MAJOR,
                file,
                f"the package's {key} is another: {_told(old.descriptor.get(key))} → {_told(new.descriptor.get(key))}",
            )
    yield from _described(file, "the package", old.descriptor, new.descriptor)
    for name in old.names:
        if name not in new.names:
            yield Note(Bump.MAJOR, name, "the resource is removed (a renamed one is one removed and one added)")
    for name in new.names:
        if name not in old.names:
            yield Note(Bump.MINOR, name, "the resource is added")
    before = {resource["name"]: resource for resource in old.descriptor["resources"]}
    for resource in new.descriptor["resources"]:
        if was := before.get(resource["name"]):
            yield from _described(resource["name"], "the resource", was, resource)
            for key in ("encoding", "dialect"):
                if was.get(key) != resource.get(key):
                    yield Note(Bump.MINOR, resource["name"], f"the resource's {key} is another")


def notes_on_columns(old: TableSnapshot, new: TableSnapshot) -> Iterator[Note]:
    """Yields a note on each change of a table's columns and of its Table Schema."""
    name = new.name
    lost, found = [c for c in old.columns if c not in new.columns], [c for c in new.columns if c not in old.columns]
    renamed = " (a renamed column is one removed and one added)" if lost and found else ""
    yield from (Note(Bump.MAJOR, name, f'the column "{column}" is removed{renamed}') for column in lost)
    yield from (Note(Bump.MAJOR, name, f'the column "{column}" is added') for column in found)
    kept, order = [c for c in old.columns if c in new.columns], [c for c in new.columns if c in old.columns]
    if kept != order:
        yield Note(Bump.MAJOR, name, "the columns stand in another order")
    if old.key != new.key:
        yield Note(
            Bump.MAJOR,
            name,
            f"the primary key is another: {_told(old.key)} → {_told(new.key)}; rows are matched whole",
        )
    if old.schema.get("missingValues", [""]) != new.schema.get("missingValues", [""]):
        yield Note(Bump.MAJOR, name, "other values stand for a missing one")
    if stricter := [key for key in new.keys.unique if key not in old.keys.unique]:
        yield Note(Bump.MAJOR, name, f"no two rows may have the same {_told(stricter[0])} any more")
    if looser := [key for key in old.keys.unique if key not in new.keys.unique]:
        yield Note(Bump.MINOR, name, f"rows may have the same {_told(looser[0])} now")
    if old.schema.get("foreignKeys", []) != new.schema.get("foreignKeys", []):
        yield Note(Bump.MINOR, name, "the references to other tables are others")
    yield from _described(
        name, "the Table Schema", {**old.schema, "missingValues": None}, {**new.schema, "missingValues": None}
    )
    for column in order:
        yield from _field_notes(name, column, old.fields.get(column, {}), new.fields.get(column, {}))


def _field_notes(table: str, column: str, old: dict, new: dict) -> Iterator[Note]:
    """Yields a note on each change of a column's description."""
    defaults = {"type": "string", "format": "default"}
    read = [key for key in sorted(READING) if old.get(key, defaults.get(key)) != new.get(key, defaults.get(key))]
    if read:
        was, now = old.get(read[0], defaults.get(read[0])), new.get(read[0], defaults.get(read[0]))
        yield Note(Bump.MAJOR, table, f'the {read[0]} of the column "{column}" is another: {_told(was)} → {_told(now)}')
    before, after = dict_of(old.get("constraints")), dict_of(new.get("constraints"))
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key) and key != "unique":
            stricter = _is_stricter(key, before.get(key), after.get(key))
            how = "stricter" if stricter else "another" if stricter is None else "looser"
            yield Note(
                Bump.MAJOR if stricter else Bump.MINOR,
                table,
                f'the constraint {key} of the column "{column}" is {how}',
            )
    yield from _described(
        table, f'the column "{column}"', *({k: v for k, v in f.items() if k not in READING} for f in (old, new))
    )


def _is_stricter(key: str, old: object, new: object) -> bool | None:
    """Tells whether a constraint became stricter, or None where this is not known, as for a changed pattern."""
    if old is None or new is None or isinstance(new, bool):
        return new not in (None, False)
    if key == "enum" and isinstance(old, list) and isinstance(new, list):
        return any(code not in new for code in old)
    if key in GREATER_IS_STRICTER and isinstance(old, int | float) and isinstance(new, int | float):
        return (new > old) == GREATER_IS_STRICTER[key]
    return None


def _described(where: str, what: str, old: dict, new: dict) -> Iterator[Note]:
    """Yields a note on each descriptive property that changed. In the recipe, this is a correction (PATCH)."""
    for key in sorted({*old, *new} - NO_BUMP):
        if old.get(key) != new.get(key):
            yield Note(Bump.PATCH, where, f"{what}'s {key} is another")


def _told(value: object) -> str:
    """Returns a property's value as a note shows it."""
    return json.dumps(value, ensure_ascii=False)[:SHOWN]
