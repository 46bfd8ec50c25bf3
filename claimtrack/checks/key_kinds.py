"""Tells which values of key fields equal each other, and what refers to what, from the descriptor alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from claimtrack.package.table_schema import Keys, keys_of, keys_of_schema
from claimtrack.reading import forms

if TYPE_CHECKING:
    from frictionless import Field, Package, Resource

# Types whose values can be compared as texts. The pattern matches cells that already are this text; None if no cell is.
CANONICAL = {
    "integer": forms.CANONICAL["integer"],
    "date": forms.CANONICAL["date"],
    "year": None,
    "yearmonth": None,
    "boolean": None,
    "time": f"^{forms.CLOCK}Z?$",
    "datetime": f"^{forms.DATE}T{forms.CLOCK}Z?$",
}
# Types whose values can equal each other in frictionless have the same name here.
WORLDS = {
    **dict.fromkeys(("integer", "number", "year", "boolean"), "number"),
    **{name: name for name in ("string", "date", "datetime", "time", "duration", "yearmonth")},
}


def keys_of_resource(resource: Resource) -> Keys:
    """Returns the keys of a resource's Table Schema. A resource that is no table has none."""
    return keys_of_schema(resource.schema, resource.name) if resource.tabular else keys_of({}, resource.name)


def columns_of_keys(package: Package) -> dict[str, set[str]]:
    """Returns, by table, the fields that belong to a key of the table or to a reference that leads to it."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for resource in package.resources:
        keys = keys_of_resource(resource)
        wanted[resource.name].update(keys.columns)
        for key in keys.foreign:
            wanted[key.resource].update(key.there)
    return wanted


def kind(field: Field) -> str:
    """Returns the kind of a field. Fields of one kind have equal key texts just where their values are equal."""
    return "text" if field.type in ("any", "string") else {"year": "integer"}.get(field.type, field.type)


def is_keyable(field: Field) -> bool:
    """Tells whether values of a field can be compared as texts. frictionless checks keys with other fields."""
    plain = field.type in CANONICAL and field.format == "default" and not field.has_defined("bare_number")
    return forms.is_text(field) or plain or (field.type == "string" and field.format in forms.FORMATS)


def own_form(field: Field) -> str | None:
    """Returns the pattern of cells of a keyable field that equal the key text of their value, or None."""
    return forms.lexical_form(field) if field.type == "string" else CANONICAL[field.type]


def key_text(value: object) -> str | None:
    """Returns the key text of a value. Times with an offset are converted to UTC, so that the same moment is equal."""
    if not isinstance(value, (time, datetime)):
        return None if value is None else str(value)
    if (offset := value.utcoffset()) is None:
        return value.isoformat()
    days = value.toordinal() - 1 if isinstance(value, datetime) else 0
    since = timedelta(days, value.second, value.microsecond, minutes=value.minute, hours=value.hour) - offset
    try:
        moment = datetime.min + since
    except OverflowError:  # the moment lies outside the calendar, or for a time on the day before
        return str(since)
    if isinstance(value, datetime):
        return f"{moment.isoformat()}Z"
    return str(since) if since.days else f"{moment.time().isoformat()}Z"


def are_comparable(resource: Resource, package: Package) -> bool:
    """Tells whether each reference of a table leads to fields of the same kind.

    `checks.descriptor` has removed references to fields that do not exist. The fields of a table without a Table Schema
    are not known here.
    """
    for key in keys_of_resource(resource).foreign:
        target = package.get_resource(key.resource).schema
        if not target.fields:
            return False
        mine, theirs = map(resource.schema.get_field, key.fields), map(target.get_field, key.there)
        if any(kind(one) != kind(other) for one, other in zip(mine, theirs, strict=True)):
            return False
    return True


def unequal(resource: Resource, target: Resource, fields: Sequence[str], there: Sequence[str]) -> list[tuple[str, str]]:
    """Returns the pairs of fields of a reference from a table to another one whose values are never equal.

    There are none where a table has no Table Schema.
    """
    if not (resource.schema.fields and target.schema.fields):
        return []
    mine, theirs = map(resource.schema.get_field, fields), map(target.schema.get_field, there)
    pairs = zip(mine, theirs, strict=True)
    return [
        (one.name, other.name)
        for one, other in pairs
        if {one.type, other.type} <= WORLDS.keys() and WORLDS[one.type] != WORLDS[other.type]
    ]


def is_slip(lower: int, steps: int) -> bool:
    """Tells whether so few rows are lower than the one before that the table seems meant to be sorted."""
    return 0 < lower <= max(1, steps // 20)
