"""Makes CSVW metadata: what each column of the CSV files means, for programs that read tables from the web.

Standard: Metadata Vocabulary for Tabular Data, https://www.w3.org/TR/tabular-metadata/. The name of the file is the one
that it has readers look for beside a table.
"""

from collections.abc import Iterable
from typing import Any

from claimtrack.publisher.forms.flat import Tables
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.typed_tables import TypedTable, Value

NAME, CONTEXT = "csv-metadata.json", "http://www.w3.org/ns/csvw"
# The flat tables by their kind (`flat.Tables`), each with what it has a row for and the columns that tell rows apart.
FLAT = {"claim": ("claims.csv", "claim_id"), "call": ("calls.csv", "call_id"), "finding": ("findings.csv", "row_id")}
BOOLEAN = {"base": "boolean", "format": "true|false"}
DATATYPES: dict[str, Any] = {"integer": "integer", "number": "number", "boolean": BOOLEAN, "date": "date"}
FLAT_BOOLEAN = {"base": "boolean", "format": "True|False"}  # as Python and spreadsheet programs write it
BOUNDS = ("minimum", "maximum", "minLength", "maxLength")


def of_package(dataset: Dataset) -> dict:
    """Returns the metadata of the package's own tables, with their keys, as they lie in the zip."""
    return _group(dataset, [_table(dataset, table) for table in dataset.tables.values()])


def of_flat(dataset: Dataset) -> dict:
    """Returns the metadata of the flat tables."""
    tables, told = Tables(dataset), []
    described = {
        field["name"]: field for name in ("claims", "calls", "evidence") for field in dataset.tables[name].fields
    }
    for kind, (url, key) in FLAT.items():
        rows = list(tables.rows(kind))
        columns = [
            _column(described.get(name, {}) | {"name": name, "constraints": {}}, _datatype(row[at] for row in rows))
            for at, name in enumerate(tables.columns[kind])
        ]
        keys = [key, "item_id"] if kind == "finding" else [key]
        told.append({"url": url, "tableSchema": {"columns": columns, "primaryKey": keys}})
    return _group(dataset, told)


def _group(dataset: Dataset, tables: list[dict]) -> dict:
    """Describes a group of tables."""
    said = {
        "@context": [CONTEXT, {"@language": "en"}],
        "dc:title": dataset.title,
        "dc:description": dataset.description,
        "dc:creator": [one.title for one in dataset.creators],
        "dc:license": {"@id": dataset.licence.path},
        "dc:identifier": dataset.url,
        "schema:version": dataset.version,
        "dc:issued": dataset.date,
        "tables": tables,
    }
    return {name: value for name, value in said.items() if value}


def _table(dataset: Dataset, table: TypedTable) -> dict:
    """Describes a table of the package."""
    columns = []
    for field in table.fields:
        datatype = DATATYPES.get(field.get("type", ""), "string")
        limits = field.get("constraints", {})
        told = {name: limits[name] for name in BOUNDS if name in limits}
        told |= {"format": limits["pattern"]} if "pattern" in limits and datatype == "string" else {}
        columns.append(_column(field, {"base": datatype, **told} if told and isinstance(datatype, str) else datatype))
    schema: dict[str, Any] = {"columns": columns}
    if table.keys.primary:
        schema["primaryKey"] = table.keys.primary
    keys = [
        {
            "columnReference": own,
            "reference": {"resource": dataset.tables[other].resource["path"], "columnReference": theirs},
        }
        for own, other, theirs in table.references
    ]
    schema |= {"foreignKeys": keys} if keys else {}
    about = {"dc:title": table.resource.get("title"), "dc:description": table.resource.get("description")}
    return {
        "url": table.resource["path"],
        **{name: text for name, text in about.items() if text},
        "tableSchema": schema,
    }


def _column(field: dict[str, Any], datatype: str | dict) -> dict:
    """Describes a column. Without a title of its own, its name is its title."""
    said = {"name": field["name"], "titles": field["name"], "dc:description": field.get("description")}
    said |= {"datatype": datatype, "required": field.get("constraints", {}).get("required")}
    return {name: value for name, value in said.items() if value}


def _datatype(values: Iterable[Value]) -> str | dict:
    """Returns the datatype that all values of a column have."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return FLAT_BOOLEAN
    return "integer" if kinds == {int} else "number" if kinds and kinds <= {int, float} else "string"
