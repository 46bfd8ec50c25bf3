"""What the standard says of a table: frictionless's own verdict, each error as a finding of ours."""

from collections.abc import Iterator

import polars as pl
from frictionless import Resource, errors

from .catalogue import FRICTIONLESS, RULES
from .findings import Finding
from .tables import Table


def findings(resource: Resource, table: Table | None) -> Iterator[Finding]:
    """Every error that frictionless reports for a table, without its limit of 1000."""
    report = resource.validate(limit_errors=10**9)
    for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]:
        yield finding(error, resource.path, table)
    if table:
        yield from _unique_keys(table)


def finding(error: errors.Error, file: str, table: Table | None = None) -> Finding:
    """One error of frictionless's as a finding. `table` places it in the file; without, the whole file is meant."""
    rule = RULES[FRICTIONLESS.get(error.type, "FIL102")]
    row = getattr(error, "row_number", None)
    fields = [error.field_name] if getattr(error, "field_name", None) else getattr(error, "field_names", [])
    fields = fields if rule.id.startswith(("CEL", "KEY")) else []
    if rule.id == "KEY101" and table:
        fields = table.resource.schema.primary_key
    value = ", ".join(table.cell(row, name) or "" for name in fields) if row and table and fields else None
    line, column = table.place(row, fields[0] if fields else None) if table else (None, None)
    shown = f' "{value}" (column "{", ".join(fields)}")' if value is not None else ""
    return Finding(rule.id, rule.severity, file, f"{rule.title}:{shown} {error.note}".rstrip(), rule.mend, row, ", ".join(fields) or None, value, line, column)  # fmt: skip


def _unique_keys(table: Table) -> Iterator[Finding]:
    """Table Schema's `uniqueKeys`, which frictionless 5.21 ignores; rows with a missing part are let pass, as in SQL."""
    rule = RULES["KEY102"]
    for fields in table.resource.schema.to_descriptor().get("uniqueKeys", []):
        whole = table.frame.drop_nulls(fields)
        for row in whole.filter(~pl.struct(fields).is_first_distinct())["_row"]:
            value = ", ".join(table.cell(row, name) or "" for name in fields)
            message = f'{rule.title}: "{value}" (column "{", ".join(fields)}")'
            yield Finding(rule.id, rule.severity, table.file, message, rule.mend, row, ", ".join(fields), value, *table.place(row, fields[0]))
