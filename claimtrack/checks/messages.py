"""How a finding is put: what is wrong where, what was expected, how to mend it."""

from collections.abc import Sequence

import polars as pl
from frictionless import Field

from .findings import Finding, Tally
from .general import RULES
from .tables import Table
from .text import visible

SHOWN = 200  # characters of a cell that a message shows; a report is no place for the rest

TYPES = {
    "integer": "an integer, such as 12 or -3",
    "number": "a number, such as 12.5",
    "boolean": "true or false",
    "date": "a date that the calendar has, as YYYY-MM-DD",
    "time": "a time as hh:mm:ss",
    "datetime": "a date and time as YYYY-MM-DDThh:mm:ssZ",
    "year": "a year of four digits",
    "yearmonth": "a month as YYYY-MM",
    "duration": "a duration of ISO 8601, such as P1Y2M",
    "geopoint": "a longitude and a latitude, such as 104.9,11.6",
    "geojson": "a GeoJSON object",
    "object": "a JSON object",
    "array": "a JSON array",
    "list": "a list of values of the declared type, with the declared delimiter between them",
}
FORMATS = {"uri": "a URI, such as https://example.org/", "email": "an e-mail address", "uuid": "a UUID", "binary": "base64", "wkt": "well-known text"}
CONSTRAINTS = {
    "required": "a value",
    "pattern": "the form {}",
    "enum": "one of: {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}


def expected(field: Field, constraint: str | None = None) -> str:
    """What a field, or one constraint of it, asks of a cell, in plain words."""
    if constraint in CONSTRAINTS and constraint in field.constraints:
        argument = field.constraints[constraint]
        shown = ", ".join(map(str, argument)) if isinstance(argument, list) else str(argument)
        words = CONSTRAINTS[constraint].format(shorten(shown, 600))
        return words.replace("characters", "items") if field.type in ("array", "list") else words
    if field.type == "boolean":
        return f"one of: {', '.join([*field.true_values, *field.false_values])}"
    if field.type == "string":
        return FORMATS.get(field.format, "a text")
    words = TYPES.get(field.type, f"a value of type {field.type}")
    return words if field.format == "default" else f"{words.partition(',')[0].partition(' as ')[0]} in the format {field.format}"


def shorten(text: str, length: int = SHOWN) -> str:
    """A text as a message shows it: visible, and cut where it is too long."""
    shown = visible(text[:length])
    return shown if len(text) <= length and len(shown) <= length else f"{shown[:length]}... ({len(text):,} characters)"


def of_file(id: str, file: str, note: str, line: int | None = None, field: str | None = None) -> Finding:
    """A finding on a whole file, or on a line of it."""
    rule = RULES[id]
    return Finding(id, rule.severity, file, f"{rule.title}: {note}", rule.mend, field=field, line=line)


def of_row(id: str, table: Table, row: int | None, fields: Sequence[str] = (), note: str = "") -> Finding:
    """A finding on a row, or on cells of it: the title, the cells as written, and the note."""
    rule = RULES[id]
    values = [table.cell(row, name) or "" for name in fields] if row else []
    cells = ", ".join(f'"{shorten(value)}"' for value in values)
    where = f' {cells} (column {", ".join(f"{name!r}" for name in fields)})'.replace("'", '"') if values else ""
    message = f"{rule.title}{':' if where or note else ''}{where}{'; ' if where and note else ' ' if note else ''}{note}"
    value = ", ".join(shorten(value) for value in values) if values else None
    line, column = table.place(row, fields[0] if fields else None)
    return Finding(id, rule.severity, table.file_of(row), message, rule.mend, row, ", ".join(fields) or None, value, line, column)


def enter(tally: Tally, id: str, table: Table, rows: pl.Series | list[int], fields: Sequence[str] = (), note: str = "", total: int | None = None) -> None:
    """Adds a finding on each of `rows`, given by number: in full as far as the tally wants samples, the rest only counted.

    `total` says how many rows there are, where `rows` are but the first of them, in a table in one file.
    """
    for file, of_file in [(table.file, rows)] if total is not None else table.by_file(pl.Series(rows)):
        shown = of_file[: tally.wants(id, file, ", ".join(fields) or None)]
        if table.source:
            table.fetch(shown)  # in one go
        tally.add(*(of_row(id, table, row, fields, note) for row in shown))
        tally.count(id, file, (len(of_file) if total is None else total) - len(shown))
