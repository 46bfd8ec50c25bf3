"""Knows the constraints of the standard that frictionless refuses or passes over. It accepts a table without them.

`checks.beyond` applies them. The lists follow https://datapackage.org/profiles/2.0/tableschema.json.
"""

from collections.abc import Mapping
from typing import Any

from claimtrack.package.table_schema import dict_of, list_of

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
BEYOND: dict[str, tuple[str, ...]] = {  # by the type of a field
    "duration": BOUNDS,
    "geojson": ("minLength", "maxLength"),
    "object": ("jsonSchema",),
    "array": ("jsonSchema",),
    "list": ("enum",),
}
VERSION_2 = "https://datapackage.org/profiles/2."


def beyond(field: Any) -> dict[str, Any]:
    """Returns the constraints of a field's descriptor that the standard allows and frictionless refuses."""
    told = dict_of(field)
    names = BEYOND.get(told["type"], ()) if isinstance(told.get("type"), str) else ()
    return {name: value for name, value in dict_of(told.get("constraints")).items() if name in names}


def categories(field: Any) -> list[Any]:
    """Returns the values of `categories` of a field of texts or integers. frictionless passes over them."""
    told = dict_of(field)
    if told.get("type") not in ("string", "integer"):
        return []
    return [dict_of(each).get("value", each) for each in list_of(told.get("categories"))]


def is_version_2(descriptor: Mapping[str, Any]) -> bool:
    """Tells whether a descriptor says that it follows version 2 of the standard."""
    said = descriptor.get("$schema")
    return isinstance(said, str) and said.startswith(VERSION_2)


def without_beyond(descriptor: dict[str, Any]) -> dict[str, Any]:
    """Returns a descriptor without these constraints. What does not change is not copied."""
    if not is_version_2(descriptor):
        return descriptor
    resources = []
    for resource in descriptor["resources"]:
        schema = dict_of(resource.get("schema"))
        fields = list_of(schema.get("fields"))
        if any(map(beyond, fields)):
            resource = {**resource, "schema": {**schema, "fields": [_without(field) for field in fields]}}
        resources.append(resource)
    return {**descriptor, "resources": resources}


def _without(field: Any) -> Any:
    """Returns a field's descriptor without these constraints."""
    kept_back = beyond(field)
    if not kept_back:
        return field
    constraints = {name: value for name, value in field["constraints"].items() if name not in kept_back}
    return {**field, "constraints": constraints}
