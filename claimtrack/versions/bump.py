"""What a change of descriptor, Table Schema or columns demands of `version`, by the Data Package version recipe:
https://datapackage.org/recipes/data-package-version/
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from .version import Table, Version, dict_of

SHOWN = 200  # characters of a property's value that a note shows


class Level(IntEnum):
    """How much `version` has to rise (https://datapackage.org/recipes/data-package-version/)."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True)
class Note:
    """A change of the descriptor or of the columns, and the rise of `version` that it demands."""

    level: Level
    where: str
    text: str


# By the recipe: "change a field constraint to be more restrictive" is MAJOR, "less restrictive" MINOR. For each constraint,
# whether a greater value is the stricter one.
GREATER_IS_STRICTER = {"minimum": True, "exclusiveMinimum": True, "minLength": True, "maximum": False, "exclusiveMaximum": False, "maxLength": False}
# Properties of a field that say how a cell is read, as `type` and `format` do.
READING = {"type", "format", "trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber", "missingValues", "delimiter", "itemType"}
# A moved file or a refreshed checksum asks for no new version; the others are compared by themselves.
NO_DEMAND = {
    "version", "created", "resources", "name", "id", "path", "bytes", "hash", "schema", "encoding", "dialect", "fields",
    "primaryKey", "uniqueKeys", "foreignKeys", "constraints",
}  # fmt: skip


def of_descriptor(old: Version, new: Version) -> Iterator[Note]:
    file = "datapackage.json"
    for key in ("name", "id"):
        if old.descriptor.get(key) != new.descriptor.get(key):
            yield Note(Level.MAJOR, file, f"the package's {key} is another: {_told(old.descriptor.get(key))} → {_told(new.descriptor.get(key))}")
    yield from _described(file, "the package", old.descriptor, new.descriptor)
    for name in old.names:
        if name not in new.names:
            yield Note(Level.MAJOR, name, "the resource is removed (a renamed one is one removed and one added)")
    for name in new.names:
        if name not in old.names:
            yield Note(Level.MINOR, name, "the resource is added")
    before = {resource["name"]: resource for resource in old.descriptor["resources"]}
    for resource in new.descriptor["resources"]:
        if was := before.get(resource["name"]):
            yield from _described(resource["name"], "the resource", was, resource)
            for key in ("encoding", "dialect"):
                if was.get(key) != resource.get(key):
                    yield Note(Level.MINOR, resource["name"], f"the resource's {key} is another")


def of_columns(old: Table, new: Table) -> Iterator[Note]:
    name = new.name
    lost, found = [c for c in old.columns if c not in new.columns], [c for c in new.columns if c not in old.columns]
    renamed = " (a renamed column is one removed and one added)" if lost and found else ""
    yield from (Note(Level.MAJOR, name, f'the column "{column}" is removed{renamed}') for column in lost)
    yield from (Note(Level.MAJOR, name, f'the column "{column}" is added') for column in found)
    kept, order = [c for c in old.columns if c in new.columns], [c for c in new.columns if c in old.columns]
    if kept != order:
        yield Note(Level.MAJOR, name, "the columns stand in another order")
    if old.key != new.key:
        yield Note(Level.MAJOR, name, f"the primary key is another: {_told(old.key)} → {_told(new.key)}; rows are matched whole")
    if old.schema.get("missingValues", [""]) != new.schema.get("missingValues", [""]):
        yield Note(Level.MAJOR, name, "other values stand for a missing one")
    if stricter := [key for key in new.unique if key not in old.unique]:
        yield Note(Level.MAJOR, name, f"no two rows may have the same {_told(stricter[0])} any more")
    if looser := [key for key in old.unique if key not in new.unique]:
        yield Note(Level.MINOR, name, f"rows may have the same {_told(looser[0])} now")
    if old.schema.get("foreignKeys", []) != new.schema.get("foreignKeys", []):
        yield Note(Level.MINOR, name, "the references to other tables are others")
    yield from _described(name, "the Table Schema", {**old.schema, "missingValues": None}, {**new.schema, "missingValues": None})
    for column in order:
        yield from _field_notes(name, column, old.fields.get(column, {}), new.fields.get(column, {}))


def _field_notes(table: str, column: str, old: dict, new: dict) -> Iterator[Note]:
    defaults = {"type": "string", "format": "default"}
    read = [key for key in sorted(READING) if old.get(key, defaults.get(key)) != new.get(key, defaults.get(key))]
    if read:
        was, now = old.get(read[0], defaults.get(read[0])), new.get(read[0], defaults.get(read[0]))
        yield Note(Level.MAJOR, table, f'the {read[0]} of the column "{column}" is another: {_told(was)} → {_told(now)}')
    before, after = dict_of(old.get("constraints")), dict_of(new.get("constraints"))
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key) and key != "unique":
            stricter = _is_stricter(key, before.get(key), after.get(key))
            how = "stricter" if stricter else "another" if stricter is None else "looser"
            yield Note(Level.MAJOR if stricter else Level.MINOR, table, f'the constraint {key} of the column "{column}" is {how}')
    yield from _described(table, f'the column "{column}"', *({k: v for k, v in f.items() if k not in READING} for f in (old, new)))


def _is_stricter(key: str, old: object, new: object) -> bool | None:
    """Whether a constraint became stricter; None where that cannot be told, as of a pattern that became another."""
    if old is None or new is None or isinstance(new, bool):
        return new not in (None, False)
    if key == "enum" and isinstance(old, list) and isinstance(new, list):
        return any(code not in new for code in old)
    if key in GREATER_IS_STRICTER and isinstance(old, int | float) and isinstance(new, int | float):
        return (new > old) == GREATER_IS_STRICTER[key]
    return None


def _described(where: str, what: str, old: dict, new: dict) -> Iterator[Note]:
    """Descriptive properties that are others: a correction, by the recipe."""
    for key in sorted({*old, *new} - NO_DEMAND):
        if old.get(key) != new.get(key):
            yield Note(Level.PATCH, where, f"{what}'s {key} is another")


def _told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:SHOWN]
