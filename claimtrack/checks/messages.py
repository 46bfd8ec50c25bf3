"""Words findings: what is wrong and where, what was expected, and how to mend it."""

from collections.abc import Sequence
from itertools import chain

import polars as pl
from frictionless import Field

from claimtrack.core.findings import Cause, Finding, Tally
from claimtrack.core.rules import Rule
from claimtrack.core.standard_rules import standard
from claimtrack.core.visible import shorten
from claimtrack.package.sensitive import hides_any, quoted
from claimtrack.reading.forms import truth_values
from claimtrack.reading.places import Places

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
FORMATS = {
    "uri": "a URI, such as https://example.org/",
    "email": "an e-mail address",
    "uuid": "a UUID",
    "binary": "base64",
    "wkt": "well-known text",
}
CONSTRAINTS = {
    "required": "a value",
    "pattern": "the form {}",
    "enum": "one of: {}",
    "jsonSchema": "what the field's JSON Schema says: {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}


def expected(field: Field, constraint: str | None = None) -> str:
    """Says in plain words what a field, or one constraint of it, expects of a cell."""
    constraints = {**field.constraints, **getattr(field, "beyond", {})}
    if constraint in CONSTRAINTS and constraint in constraints:
        argument = constraints[constraint]
        shown = ", ".join(map(str, argument)) if isinstance(argument, list) else str(argument)
        words = CONSTRAINTS[constraint].format(shorten(shown, 600))
        return words.replace("characters", "items") if field.type in ("array", "list") else words
    if field.type == "boolean":
        return f"one of: {', '.join(chain(*truth_values(field)))}"
    if field.type == "string":
        return FORMATS.get(field.format, "a text")
    words = TYPES.get(field.type, f"a value of type {field.type}")
    return (
        words
        if field.format == "default"
        else f"{words.partition(',')[0].partition(' as ')[0]} in the format {field.format}"
    )


def of_row(
    rule: str | Rule,
    places: Places,
    row: int | None,
    fields: Sequence[str] = (),
    note: str = "",
    due: str = "",
    cause: Cause | None = None,
) -> Finding:
    """Makes a finding about a row or some of its cells, with the rule's title, the cells as written, and notes.

    `note` may have parts of the cells, and is left out where these are sensitive. `due` is made from names alone.
    `cause` is the finding from which it follows, if it is none of the table's header.
    """
    rule, resource = standard(rule), places.table.resource
    hidden = hides_any(resource, fields)
    values = [places.cell(row, name) or "" for name in fields] if row else []
    cells = ", ".join(quoted(resource, value, name) for value, name in zip(values, fields, strict=False))
    columns = ", ".join(f'"{name}"' for name in fields)
    words = [f"{cells} (column {columns})" if values else "", "" if hidden else note, due]
    told = "; ".join(filter(None, words))
    message = f"{rule.title}: {told}" if told else rule.title
    # A baseline that has no value knows a finding by its message.
    value = ", ".join(shorten(value) for value in values) if values and not hidden else None
    line, column = places.place(row, fields[0] if fields else None)
    file, field = places.file_of(row), ", ".join(fields) or None
    follows = cause or places.follows(rule.id, fields)
    return Finding(
        rule.id, rule.severity, file, message, rule.mend, row, field, value, line, column, follows_from=follows
    )


def enter(
    tally: Tally,
    rule: str | Rule,
    places: Places,
    rows: pl.Series | Sequence[int],
    fields: Sequence[str] = (),
    note: str = "",
    due: str = "",
    total: int | None = None,
    follows: str | None = None,
) -> None:
    """Adds a finding on each of `rows`, which are row numbers. Findings that the tally does not want are only counted.

    `note` and `due` are those of `of_row`. If `rows` are only the first rows at fault, `total` is the number of all of
    them; the table must then be in one file. `rule` may be the id of a standard rule. `follows` is the rule of another
    finding in the same file from which these follow.
    """
    rule, field = standard(rule), ", ".join(fields) or None
    parts = [(places.table.file, rows)] if total is not None else places.by_file(pl.Series(rows))
    for file, found in parts:
        cause = Cause(follows, file) if follows else places.follows(rule.id, fields)
        shown = list(found[: tally.wants(rule.id, file, field, cause)])
        places.fetch(shown)  # one pass is quicker than one for each row
        tally.add(*(of_row(rule, places, row, fields, note, due, cause) for row in shown))
        tally.count(rule.id, file, (len(found) if total is None else total) - len(shown), field, cause)
