"""Says what a field expects of a cell, in the field's own form: its decimal sign, its format, its delimiter."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from claimtrack.core.visible import shorten
from claimtrack.reading.forms import truth_values

if TYPE_CHECKING:
    from frictionless import Field

TYPES = {
    "integer": "an integer, such as 12 or -3",
    "number": "a number, such as 12.5",
    "boolean": "true or false",
    "date": "a date that the calendar has, as YYYY-MM-DD",
    "time": "a time as hh:mm:ss",
    "datetime": "a date and time as YYYY-MM-DDThh:mm:ssZ",
    "year": "a year of four digits; frictionless reads no other",
    "yearmonth": "a month as YYYY-MM",
    "duration": "a duration of ISO 8601, such as P1Y2M",
    "geopoint": "a longitude and a latitude, such as 104.9,11.6",
    "geojson": "a GeoJSON object",
    "object": "a JSON object",
    "array": "a JSON array",
}
FORMATS = {
    "uri": "a URI, such as https://example.org/",
    "email": "an e-mail address",
    "uuid": "a UUID",
    "binary": "base64",
    "wkt": "well-known text",
}
EXAMPLE = datetime(2023, 12, 31, 23, 59, 58)  # is written in a field's own format
WHOLES = {  # the items of a list, by their type
    "string": "texts",
    "integer": "integers",
    "number": "numbers",
    "boolean": "true or false",
    "date": "dates as YYYY-MM-DD",
    "time": "times as hh:mm:ss",
    "datetime": "dates and times as YYYY-MM-DDThh:mm:ssZ",
}
CONSTRAINTS = {
    "required": "a value",
    "pattern": "the form {}",
    "enum": "one of: {}",
    "categories": "one of the categories: {}",
    "jsonSchema": "what the field's JSON Schema says: {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}


def expected(field: Field, constraint: str | None = None, cell: object = None) -> str:
    """Says in plain words what a field, or one constraint of it, expects of a cell.

    Of a list it also says which item of the cell is wrong.
    """
    constraints = {**field.constraints, **getattr(field, "beyond", {})}
    if constraint in CONSTRAINTS and constraint in constraints:
        argument = constraints[constraint]
        shown = ", ".join(map(_as_written, argument if isinstance(argument, list) else [argument]))
        words = CONSTRAINTS[constraint].format(shorten(shown, 600))
        return words.replace("characters", "items") if field.type in ("array", "list") else words
    if field.type == "boolean":
        return f"one of: {', '.join(chain(*truth_values(field)))}"
    if field.type == "string":
        return FORMATS.get(field.format, "a text")
    if field.type in OWN_FORM:
        return OWN_FORM[field.type](field, constraint, cell)
    words = TYPES.get(field.type, f"a value of type {field.type}")
    if field.format == "default":
        return words
    kind = words.partition(",")[0].partition(" as ")[0]
    if field.format == "any":
        return f"{kind}, in any common form"
    example = ""
    if "%" in field.format:
        with suppress(ValueError):
            example = f", such as {EXAMPLE.strftime(field.format)}"
    return f"{kind} in the format {shorten(field.format)}{example}"


def _as_written(value: object) -> str:
    """Returns a value of a descriptor as JSON has it, and a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _number(field: Any, _constraint: str | None, _cell: object) -> str:
    """Says what a number looks like in its field."""
    told = field.list_defined()
    point = field.decimal_char if "decimal_char" in told else "."
    group = field.group_char if "group_char" in told else ""
    example = f"1{group}234{point}5" if group else f"12{point}5"
    return f"a number, such as {example}{_bare(field)}"


def _integer(field: Any, _constraint: str | None, _cell: object) -> str:
    """Says what an integer looks like in its field."""
    return f"{TYPES['integer']}{_bare(field)}"


def _bare(field: Any) -> str:
    """Says what may stand around a number."""
    return "" if field.bare_number else ", with or without other text before or after it"


def _list(field: Any, _constraint: str | None, cell: object) -> str:
    """Says what a list looks like in its field, and which item of a cell is wrong."""
    words = f'{WHOLES.get(field.item_type, "values")} with "{shorten(field.delimiter)}" between them'
    if not isinstance(cell, str):
        return words
    from frictionless import Field

    read = Field.from_descriptor({"name": field.name, "type": field.item_type}).create_value_reader()
    for number, item in enumerate(cell.split(field.delimiter), 1):
        if read(item) is None:
            return f'{words}; item {number} is "{shorten(item)}"'
    return words


def _array(field: Any, constraint: str | None, _cell: object) -> str:
    """Says what an array looks like in its field."""
    if not field.array_item:
        return TYPES["array"]
    from frictionless import Field

    told = {"name": field.name, "type": "any", **field.array_item}
    told.pop("arrayItem", None)
    return f"{TYPES['array']}, each item of it {expected(Field.from_descriptor(told), constraint)}"


OWN_FORM: dict[str, Callable[[Any, str | None, object], str]] = {
    "number": _number,
    "integer": _integer,
    "list": _list,
    "array": _array,
}
