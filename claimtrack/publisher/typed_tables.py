"""Reads a package's tables, with cells of the types that the Table Schema declares."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claimtrack.core.errors import Unusable
from claimtrack.package.dialect import is_csv
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.table_schema import TRUE_VALUES, Keys, keys_of, missing_values

Value = str | int | float | bool | None


@dataclass(frozen=True)
class TypedTable:
    """One table: its resource, its Table Schema and its rows.

    Each row maps columns to values, and a missing value is None. `sha256` is the hash of the table's file.
    """

    resource: dict[str, Any]
    schema: dict[str, Any]
    rows: tuple[dict[str, Value], ...]
    sha256: str

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource["name"]

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of the table's Table Schema."""
        return self.schema["fields"]

    @cached_property
    def keys(self) -> Keys:
        """The keys of the table's Table Schema."""
        return keys_of(self.schema, self.name)

    @property
    def references(self) -> Iterator[tuple[list[str], str, list[str]]]:
        """The foreign keys, each as its columns, the table that it leads to, and the columns there."""
        return ((key.fields, key.resource, key.there) for key in self.keys.foreign)

    @property
    def coded(self) -> dict[str, str]:
        """The columns that hold codes, each with the name of the list that defines the codes."""
        return {field["name"]: field["codeList"] for field in self.fields if "codeList" in field}


def tables_of(opened: OpenedPackage) -> list[dict[str, Any]]:
    """Returns the resources that are tables: those with a Table Schema.

    Raises Unusable for one that is not a single plain CSV file: inline, packed, in several parts, or in another format.
    """
    found = [resource for resource in opened.resources if "schema" in resource]
    for resource in found:
        file = resource.get("path")
        packed = resource.get("compression") or resource.get("innerpath")
        if not isinstance(file, str) or packed or not is_csv(resource, file) or not file.endswith((".csv", ".tsv")):
            words = 'is not one CSV file; save it as such and name it in "path"'
            raise Unusable(f'{opened.path}: the table "{resource["name"]}" {words}')
    return found


def read_typed(opened: OpenedPackage) -> dict[str, TypedTable]:
    """Reads every table of a *valid* package, by name, in the order of the descriptor.

    The result for an invalid package is undefined. Raises Unusable where a table is not one CSV file.
    """
    tables = {}
    for resource in tables_of(opened):
        name, schema = resource["name"], resource["schema"]
        digest = hashlib.sha256(opened.source.read(resource["path"])).hexdigest()
        tables[name] = TypedTable(resource, schema, tuple(typed_row(schema, row) for row in opened.rows(name)), digest)
    return tables


def typed_row(schema: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Value]:
    """Converts the numbers and booleans of a row of text, and missing values to None. Dates stay EDTF text."""
    typed: dict[str, Value] = {}
    for field in schema["fields"]:
        text = row[field["name"]]
        typed[field["name"]] = None if text in missing_values(schema, field) else _cast(field, text)
    return typed


def _cast(field: Mapping[str, Any], text: str) -> Value:
    """Converts a cell to the type of its field."""
    match field.get("type"):
        case "integer":
            return int(text)
        case "number":
            return float(text)
        case "boolean":
            return text in field.get("trueValues", TRUE_VALUES)
        case _:
            return text
