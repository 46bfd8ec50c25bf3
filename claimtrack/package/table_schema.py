"""Reads the fields, keys and missing values of a Table Schema from its JSON. All other code reads them here.

A property that does not have the form of the standard is treated as missing.
Standard: https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frictionless import Schema


TRUE_VALUES = ["true", "True", "TRUE", "1"]  # the standard's defaults for booleans
FALSE_VALUES = ["false", "False", "FALSE", "0"]
# The properties of a field that determine how its cells are read.
READING = {
    "type",
    "format",
    "trueValues",
    "falseValues",
    "decimalChar",
    "groupChar",
    "bareNumber",
    "missingValues",
    "delimiter",
    "itemType",
}


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key: the values of `fields` must occur in the columns `there` of the table `resource`."""

    fields: list[str]
    resource: str
    there: list[str]


@dataclass(frozen=True)
class Keys:
    """The keys of a table.

    `primary` are the columns of the primary key. `unique_columns` are the columns with the constraint `unique`.
    `unique_keys` are the `uniqueKeys`, each a list of columns. `foreign` are the foreign keys.
    """

    primary: list[str]
    unique_columns: list[str]
    unique_keys: list[list[str]]
    foreign: list[ForeignKey]

    @property
    def unique(self) -> list[list[str]]:
        """The lists of columns whose values must be unique in the table, except the primary key."""
        return [key for key in [*([name] for name in self.unique_columns), *self.unique_keys] if key != self.primary]

    @property
    def columns(self) -> set[str]:
        """All columns of the table that belong to one of its keys."""
        return {*self.primary, *self.unique_columns}.union(*self.unique_keys, *(key.fields for key in self.foreign))


def keys_of(schema: Mapping[str, Any], table: str) -> Keys:
    """Reads the keys of a Table Schema. A reference that names no resource refers to the table itself, `table`."""
    fields = fields_of(schema).items()
    single = [name for name, field in fields if dict_of(field.get("constraints")).get("unique") is True]
    unique = [names for key in list_of(schema.get("uniqueKeys")) if (names := names_of(key))]
    foreign = []
    for key in map(dict_of, list_of(schema.get("foreignKeys"))):
        reference, columns = dict_of(key.get("reference")), names_of(key.get("fields"))
        resource = reference.get("resource")
        if columns:
            there = resource if isinstance(resource, str) and resource else table
            foreign.append(ForeignKey(columns, there, names_of(reference.get("fields"))))
    return Keys(names_of(schema.get("primaryKey")), single, unique, foreign)


def keys_of_schema(schema: Schema, table: str) -> Keys:
    """Reads the keys of a frictionless schema, which may have been changed since it was read (`keys_of`)."""
    fields = [{"name": field.name, "constraints": field.constraints} for field in schema.fields]
    known = {"fields": fields, "primaryKey": schema.primary_key, "foreignKeys": schema.foreign_keys}
    return keys_of(schema.custom | known, table)  # `to_descriptor` would copy every field


def fields_of(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns the fields of a Table Schema that have a name, by name."""
    fields = list_of(schema.get("fields"))
    return {field["name"]: field for field in fields if isinstance(field, dict) and isinstance(field.get("name"), str)}


def missing_values(schema: Mapping[str, Any], field: Mapping[str, Any]) -> list[str]:
    """Returns the texts that mean a missing value in a field: its own list, else the schema's, else the empty text."""
    for owner in (field, schema):
        given = owner.get("missingValues")
        if isinstance(given, list):
            return [str(dict_of(value).get("value", value)) for value in given]
    return [""]


def with_lists(told: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a foreign key with lists of names, and an empty name of a resource for the table itself."""
    reference = told.get("reference", {})
    return {
        **told,
        "fields": names_of(told.get("fields", [])),
        "reference": {
            **reference,
            "resource": reference.get("resource", ""),
            "fields": names_of(reference.get("fields", [])),
        },
    }


def names_of(value: object) -> list[str]:
    """Returns the column names of a key, which a Table Schema gives as one name or as a list of names."""
    names = [value] if isinstance(value, str) else list_of(value)
    return [name for name in names if isinstance(name, str)]


def dict_of(value: object) -> dict[str, Any]:
    """Returns a JSON object as it is, and an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Returns a JSON list as it is, and an empty one in place of anything else."""
    return value if isinstance(value, list) else []
