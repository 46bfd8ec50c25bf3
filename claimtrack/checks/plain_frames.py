"""Makes the Pandera schema of a table with the rules of its profile, for plain frames read from CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from claimtrack.checks.pandera_schema import TableSchema, as_text
from claimtrack.core.rules import Rule
from claimtrack.package.table_schema import dict_of, fields_of
from claimtrack.reading.typed import typed

if TYPE_CHECKING:
    from frictionless import Field

CODE = {"list": pl.String, "code": pl.String}
Schemas = Mapping[str, Mapping[str, Any]]  # Table Schemas by the table's name


def schema_of(table: str, schemas: Schemas, rules: Iterable[Rule], tables: Mapping[str, Any]) -> TableSchema:
    """Makes the schema of a table. `tables` are plain frames of other tables, by name.

    Rules that read a table which is not in `tables` are left out. For the rules on versions and on the package's day,
    `tables` may have a frame of one row under `package`, with the columns `name`, `version` and `created` (text, a day)
    of the package.
    """
    fields = {name: _fields(schemas[name]) for name in tables if name in schemas}
    texts = {name: as_text(tables[name], fields[name]) for name in fields}
    others = {name: typed(fields[name], text, text.columns, set()) for name, text in texts.items()}
    others |= {"package": pl.DataFrame(tables["package"])} if "package" in tables else {}
    coded = {name: _coded(schema) for name, schema in schemas.items()}
    others["enums"] = _enums(coded)
    own = [rule for rule in rules if rule.tables[0] == table and all(name in others for name in rule.tables[1:])]
    return TableSchema(table, dict(schemas[table]), own, others)


def _fields(schema: Mapping[str, Any]) -> list[Field]:
    """Returns the fields of a Table Schema as frictionless has them."""
    from frictionless import Schema

    return Schema.from_descriptor(dict(schema)).fields


def _coded(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns the fields of a Table Schema that hold codes, by name."""
    return {name: field for name, field in fields_of(schema).items() if isinstance(field.get("codeList"), str)}


def _enums(coded: Schemas) -> pl.DataFrame:
    """Returns the codes that the Table Schemas allow.

    | column | type | null means |
    |---|---|---|
    | `list` | String, the name of a code list | never |
    | `code` | String, a code of the list | never |
    """
    pairs = {
        (field["codeList"], str(code))
        for columns in coded.values()
        for field in columns.values()
        for code in dict_of(field.get("constraints")).get("enum", [])
    }
    return pl.DataFrame(sorted(pairs), schema=CODE, orient="row")
