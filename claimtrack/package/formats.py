"""Says which tables cannot be read here for their format, why, and what to do about it."""

from collections.abc import Collection, Mapping
from typing import Any

from frictionless import Resource

from claimtrack.package.table_schema import dict_of

# The formats that frictionless reads from a file without more libraries. Others access a database or a service, or need
# a reader of binary files, whose use of time and memory nobody has measured.
FORMATS = {"csv", "tsv", "json", "jsonl", "ndjson", "inline", None, ""}


# The endings of names that only files of tables have.
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".ods", ".parquet", ".parq", ".jsonl", ".ndjson")


def why_unread(resource: Resource, told: Mapping[str, Any], more: Collection[str]) -> tuple[str, str] | None:
    """Returns why a table is not read, and what to do about it ("": what the rule says), or None where it is read.

    `told` is the resource as the descriptor has it: frictionless takes some for other things than tables, and passes
    over their Table Schemas. `more` are the formats that the backend reads.
    """
    if resource.tabular:
        unknown = resource.format not in FORMATS and resource.format not in more
        return (f'the format "{resource.format}" is not read here', "") if unknown else None
    if not dict_of(told.get("schema")).get("fields"):
        return None
    if resource.compression == "zip" and not resource.innerpath:
        mend = 'Name the table\'s file in the zip as `innerpath`, such as "table.csv".'
        return "nothing says which file of the zip is the table", mend
    if resource.format in FORMATS and resource.format:
        return "it has a Table Schema, but does not say that it is a table", 'Add `"type": "table"` to the resource.'
    mend = 'Say what it is, such as `"type": "table", "format": "csv"`, or save it as CSV with the ending .csv.'
    return f'the format "{resource.format}" of its file is none of a table', mend
