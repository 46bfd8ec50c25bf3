"""Keeps the values of cells out of what is told of a table, where the user or the descriptor asks for it.

`check --no-values` asks for it in every table, `"sensitive": true` in a descriptor for one resource or field. Names and
places are told all the same. Whatever words a message asks here before a cell gets into it, or a text of a library,
which may quote one. Any value of the property but false counts as true, since a slip must not give a value away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from claimtrack.core.visible import shorten
from claimtrack.package.table_schema import dict_of, list_of

if TYPE_CHECKING:
    from frictionless import Resource

PROPERTY = "sensitive"
KEPT_OUT = "(value kept out)"


def keep_out(resource: Resource) -> None:
    """Has `hides` be true for every field of a resource. Copies of the resource keep this."""
    resource.custom[PROPERTY] = True


def hides(resource: Resource, name: str | None = None) -> bool:
    """Tells whether the values of a field are kept out.

    Without a name, or with one that is none of a field, it tells whether those of any field are: what belongs to no
    field may have slipped out of any.
    """
    if asks(resource.custom):
        return True
    fields = resource.schema.fields if resource.tabular else []
    return any(asks(field.custom) for field in fields if field.name == name) or (
        name not in {field.name for field in fields} and any(asks(field.custom) for field in fields)
    )


def hides_any(resource: Resource, names: Sequence[str]) -> bool:
    """Tells whether the values of some of these fields are kept out. Without names, it answers as `hides` does."""
    return any(hides(resource, name) for name in names) if names else hides(resource)


def asks(told: Mapping[str, Any]) -> bool:
    """Tells whether the description of a resource or a field asks for values to be kept out."""
    return told.get(PROPERTY, False) not in (False, None)


def is_sensitive(resource: Mapping[str, Any]) -> bool:
    """Tells whether `hides` is true for a resource that is given as its descriptor."""
    fields = list_of(dict_of(resource.get("schema")).get("fields"))
    return any(map(asks, [resource, *map(dict_of, fields)]))


def quoted(resource: Resource, value: object, name: str | None = None) -> str:
    """Returns a value of a table as a message shows it, or the words that stand in its place."""
    return KEPT_OUT if hides(resource, name) else f'"{shorten(str(value))}"'
