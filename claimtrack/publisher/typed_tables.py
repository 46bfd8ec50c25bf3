"""A package's tables with their cells as the Table Schema types them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.findings import Unusable
from validator.seal import read_descriptor, read_tables

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """One table: its resource and Table Schema as the descriptor gives them, and one mapping a row, a missing value being None.

    `sha256` is that of its file.
    """

    resource: dict
    schema: dict
    rows: tuple[dict[str, Value], ...]
    sha256: str

    @property
    def name(self) -> str:
        return self.resource["name"]

    @property
    def fields(self) -> list[dict]:
        return self.schema["fields"]

    @property
    def key(self) -> list[str]:
        """The primary key's columns."""
        return key(self.schema)

    @property
    def references(self) -> Iterator[tuple[list[str], str, list[str]]]:
        """Each foreign key: its columns, the table that it leads to, and the columns there."""
        for key in self.schema.get("foreignKeys", []):
            target = key["reference"]
            yield _listed(key["fields"]), target.get("resource") or self.name, _listed(target["fields"])

    @property
    def unique(self) -> list[list[str]]:
        """The sets of columns, beside the primary key, of which no two rows have the same values."""
        return [[f["name"]] for f in self.fields if f.get("constraints", {}).get("unique")] + self.schema.get("uniqueKeys", [])

    @property
    def coded(self) -> dict[str, str]:
        """The columns that hold codes, with the name of the list that defines them."""
        return {f["name"]: f["codeList"] for f in self.fields if "codeList" in f}


def resources(package: Path) -> list[dict]:
    """The resources that are tables: those with a Table Schema.

    Raises Unusable where one is not a CSV file as it lies: inline, packed, in several parts, or in another format.
    """
    path, descriptor = read_descriptor(package)
    found = [resource for resource in descriptor["resources"] if "schema" in resource]
    for resource in found:
        file = resource.get("path")
        if not isinstance(file, str) or not file.endswith((".csv", ".tsv")) or resource.get("format", "csv") not in ("csv", "tsv"):
            raise Unusable(f'{path}: the table "{resource["name"]}" is not one CSV file; save it as such and name it in "path"')
    return found


def schemas(package: Path) -> dict[str, dict]:
    """The Table Schema of every table of a valid package by its name. Raises Unusable where a table is not one CSV file."""
    home = read_descriptor(package)[0].parent
    said = {resource["name"]: resource["schema"] for resource in resources(package)}
    return {name: it if isinstance(it, dict) else json.loads((home / it).read_text(encoding="utf-8")) for name, it in said.items()}


def key(schema: dict) -> list[str]:
    """The primary key's columns. Table Schema allows one name to stand without a list."""
    return _listed(schema.get("primaryKey", []))


def read(package: Path) -> dict[str, Table]:
    """Every table of a *valid* package by its name, in the descriptor's order. What it makes of an invalid one is not defined.

    Raises Unusable where a table is not one CSV file.
    """
    home, known = read_descriptor(package)[0].parent, schemas(package)
    tables = {}
    for resource, rows in zip(resources(package), read_tables(package, *known)):
        schema, digest = known[resource["name"]], hashlib.sha256((home / resource["path"]).read_bytes()).hexdigest()
        tables[resource["name"]] = Table(resource, schema, tuple(typed(schema, row) for row in rows), digest)
    return tables


def typed(schema: dict, row: dict[str, str]) -> dict[str, Value]:
    """A row of text with its numbers and booleans as such and its missing values as None; dates stay EDTF text."""
    missing = {value["value"] if isinstance(value, dict) else value for value in schema.get("missingValues", [""])}
    return {field["name"]: None if row[field["name"]] in missing else _cast(field, row[field["name"]]) for field in schema["fields"]}


def _cast(field: dict, text: str) -> Value:
    match field.get("type"):
        case "integer":
            return int(text)
        case "number":
            return float(text)
        case "boolean":
            return text in field.get("trueValues", ["true", "True", "TRUE", "1"])  # Table Schema's default
        case _:
            return text


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names
