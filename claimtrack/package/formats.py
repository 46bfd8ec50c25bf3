"""Says which tables cannot be read here for their format, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from claimtrack.package import parquet, workbook
from claimtrack.package.table_schema import dict_of

if TYPE_CHECKING:
    from frictionless import Resource

BINARY = parquet.FORMATS | workbook.FORMATS
# What a dialect can say of them that leaves out cells or has them read whole, by frictionless's names of the dialect's
# part and of the property.
UNBOUND = {
    "parquet": {"columns": "columns", "filters": "filters", "categories": "categories"},
    "excel": {"fill_merged_cells": "fillMergedCells"},
}
# The formats that are read with the plain install. Others access a database or a service, or need a reader of binary
# files, whose use of time and memory nobody has measured.
FORMATS = {"csv", "tsv", "json", "jsonl", "ndjson", "inline", None, "", *BINARY}


def why_unread(resource: Resource, told: Mapping[str, Any], more: Collection[str]) -> tuple[str, str] | None:
    """Returns why a table is not read, and what to do about it ("": what the rule says), or None where it is read.

    `told` is the resource as the descriptor has it: frictionless takes some for other things than tables, and passes
    over their Table Schemas. `more` are the formats that the backend reads.
    """
    if resource.tabular:
        return None if resource.format in more else _why_unread(resource)
    if not dict_of(told.get("schema")).get("fields"):
        return None
    if resource.compression == "zip" and not resource.innerpath:
        mend = 'Name the table\'s file in the zip as `innerpath`, such as "table.csv".'
        return "nothing says which file of the zip is the table", mend
    if resource.format in FORMATS and resource.format:
        return "it has a Table Schema, but does not say that it is a table", 'Add `"type": "table"` to the resource.'
    mend = 'Say what it is, such as `"type": "table", "format": "csv"`, or save it as CSV with the ending .csv.'
    return f'the format "{resource.format}" of its file is none of a table', mend


def _why_unread(resource: Resource) -> tuple[str, str] | None:
    """Returns why the format of a table is not read, and what to do about it, or None where it is read."""
    if resource.format in workbook.FORMATS and not workbook.is_readable():
        mend = 'Install it: `pip install "claimtrack[spreadsheets]"`, or here `uv sync --extra spreadsheets`.'
        return "workbooks are read by openpyxl, which is not installed", mend
    if resource.format == "ods":
        words = 'the format "ods" is not read here, since its reader leaves out rows and cells that are repeated'
        return words, "Save the table as XLSX or CSV."
    if resource.format not in FORMATS:
        return f'the format "{resource.format}" is not read here', ""
    if resource.format in BINARY and resource.extrapaths:
        return f'the format "{resource.format}" is not read where a table is in several files', "Write one file."
    if resource.format in BINARY and (choice := _choice(resource)):
        return f"its dialect says `{choice}`, which is not followed here", "Leave it out of the dialect."
    return None


def _choice(resource: Resource) -> str | None:
    """Returns a property of a dialect by which frictionless would read a binary file in a way that has no bounds."""
    for control in resource.dialect.controls:
        known = UNBOUND.get(control.type, {})
        if found := [known[name] for name in control.list_defined() if name in known]:
            return found[0]
    return None
