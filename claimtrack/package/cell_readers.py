"""Reads cells of plain fields as frictionless does, without loading it.

frictionless's verdict on a cell is ours. Loading frictionless takes longer than checking a small package, so the types
that most fields have are read here: texts and URIs, integers, numbers, booleans and years in their default format, and
dates and times in any. A test holds each reader to frictionless's own, by value and by constraint.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from operator import ge, gt, le, lt
from typing import Any

from claimtrack.package.table_schema import FALSE_VALUES, TRUE_VALUES

ValueReader = Callable[[Any], Any]
CellReader = Callable[[Any], tuple[Any, dict[str, str] | None]]

BARE = re.compile(r"((^[^-\d]*)|(\D*$))")  # what may stand around a number that is not bare
BOUNDS = {"minimum": ge, "maximum": le, "exclusiveMinimum": gt, "exclusiveMaximum": lt}
# The constraints of each type that is read here (https://datapackage.org/standard/table-schema/#field-constraints),
# as frictionless knows them.
CONSTRAINTS: dict[str, tuple[str, ...]] = {
    "any": ("required", "enum"),
    "string": ("required", "minLength", "maxLength", "pattern", "enum"),
    "boolean": ("required", "enum"),
    **dict.fromkeys(("integer", "number", "date", "datetime", "time", "year"), ("required", *BOUNDS, "enum")),
}


def value_reader(told: Mapping[str, Any]) -> ValueReader | None:
    """Returns the function that reads a value of a field, or None for a field that frictionless alone reads.

    `told` is the field's description. The function returns None for what is no value of the field's type.
    """
    kind, form = told.get("type", "string"), told.get("format", "default")
    if kind == "any":
        return lambda cell: cell
    if kind == "boolean":
        return partial(_boolean, _truths(told))
    if kind == "integer":
        return partial(_integer, told.get("bareNumber", True))
    if kind == "year":
        return _year
    if kind == "number":
        return _number(told)
    if kind in TIMES:
        return partial(TIMES[kind], form)
    return TEXTS.get(form) if kind == "string" else None


def cell_reader(
    told: Mapping[str, Any], constraints: Mapping[str, Any], missing: list[str], read: ValueReader
) -> CellReader:
    """Returns the function that reads a cell, and tells what the cell breaks: its type, or constraints by name.

    `told` is the field's description, and `read` its reader of values. `missing` are the texts that mean a missing
    value. Raises what `read` and `re` raise for constraints that cannot be applied.
    """
    checks: dict[str, Callable[[Any], bool]] = {}
    for name in CONSTRAINTS[told.get("type", "string")]:
        argument = constraints.get(name)
        if argument is not None:
            checks[name] = _check(name, argument, read)

    def cell_read(cell: Any) -> tuple[Any, dict[str, str] | None]:
        value = None if str(cell) in missing else cell
        if value is not None and (value := read(value)) is None:
            return None, {"type": "type"}
        bad = {name: name for name, holds in checks.items() if not holds(value)}
        return value, bad or None

    return cell_read


def _check(name: str, argument: Any, read: ValueReader) -> Callable[[Any], bool]:
    """Returns the test of one constraint. A missing value breaks `required` alone."""
    if name == "required":
        return lambda value: not (argument and value is None)
    if name == "pattern":
        form = re.compile(f"^{argument}$")
        return lambda value: value is None or form.match(value) is not None
    if name == "enum":
        values = list(map(read, argument))
        return lambda value: value is None or value in values
    if name == "minLength":
        return lambda value: value is None or len(value) >= argument
    if name == "maxLength":
        return lambda value: value is None or len(value) <= argument
    bound, compare = read(argument), BOUNDS[name]
    # NaN is no number within any bound.
    return lambda value: value is None or (value == value and bool(compare(value, bound)))


def _text(cell: Any) -> Any:
    """Reads a text."""
    return cell if isinstance(cell, str) else None


def _uri(cell: Any) -> Any:
    """Reads a URI, which has a scheme."""
    if not isinstance(cell, str):
        return None
    from rfc3986 import exceptions, uri_reference, validators  # only here, because few tables have such cells

    uri = uri_reference(cell)
    try:
        validators.Validator().require_presence_of("scheme").validate(uri)
    except exceptions.ValidationError:
        return None
    return cell


def _truths(told: Mapping[str, Any]) -> dict[str, bool]:
    """Returns what the texts of a boolean field mean."""
    true, false = told.get("trueValues", TRUE_VALUES), told.get("falseValues", FALSE_VALUES)
    return {**dict.fromkeys(true, True), **dict.fromkeys(false, False)}


def _boolean(truths: Mapping[str, bool], cell: Any) -> bool | None:
    """Reads true or false."""
    if cell is True or cell is False:
        return bool(cell)
    return truths.get(cell) if isinstance(cell, str) else None


def _integer(bare: bool, cell: Any) -> int | None:
    """Reads an integer. Any text that Python reads as one is one."""
    if isinstance(cell, str):
        text = cell.strip()
        try:
            return int(text if bare else BARE.sub("", text))
        except Exception:
            return None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return int(cell) if isinstance(cell, Decimal) and cell % 1 == 0 else None


def _number(told: Mapping[str, Any]) -> ValueReader:
    """Returns the function that reads a number. Any text that Python's Decimal (or float) reads is one."""
    is_marked = bool({"groupChar", "decimalChar", "bareNumber"} & told.keys())
    bare, group, point = told.get("bareNumber", True), told.get("groupChar", ""), told.get("decimalChar", ".")
    is_float = told.get("floatNumber", False)

    def plain(text: str) -> str | None:
        """Returns a text without the marks of the field, or None for a text with another decimal point."""
        text = (text if bare else BARE.sub("", text)).replace(group, "")
        return None if point != "." and "." in text else text.replace(point, ".")

    def read(cell: Any) -> Any:
        if isinstance(cell, str):
            text = plain(cell.strip()) if is_marked else cell.strip()
            try:
                return None if text is None else float(text) if is_float else Decimal(text)
            except Exception:
                return None
        if isinstance(cell, bool):
            return None
        if isinstance(cell, (int, float if is_float else Decimal)):
            return cell
        if isinstance(cell, Decimal if is_float else float):
            return float(cell) if is_float else Decimal(str(cell))
        return None

    return read


def _date(form: str, cell: Any) -> date | None:
    """Reads a date."""
    if isinstance(cell, datetime):
        return cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else None
    if isinstance(cell, date):
        return cell
    found = _parsed("%Y-%m-%d" if form == "default" else form, cell)
    return found.date() if found else None


def _moment(form: str, cell: Any) -> datetime | None:
    """Reads a date and time. In the default format it has seconds."""
    if isinstance(cell, datetime):
        return cell
    is_short = form == "default" and (len(cell) < 19 or cell[16] != ":") if isinstance(cell, str) else True
    return None if is_short else _parsed(form, cell)


def _time(form: str, cell: Any) -> time | None:
    """Reads a time. In the default format it has seconds."""
    if isinstance(cell, time):
        return cell
    is_short = form == "default" and (len(cell) < 8 or cell[5] != ":") if isinstance(cell, str) else True
    found = None if is_short else _parsed(form, f"2000-01-01T{cell}" if form == "default" else cell)
    return found.timetz() if found else None


def _parsed(form: str, cell: Any) -> datetime | None:
    """Reads a text of a form, which is `default` (ISO 8601), `any` or one of Python's. None is for any other text."""
    if not isinstance(cell, str):
        return None
    try:
        if "%" in form or form not in ("default", "any"):
            return datetime.strptime(cell, form)
        from dateutil import parser  # only here, because few tables have such cells

        return parser.isoparse(cell) if form == "default" else parser.parse(cell)
    except Exception:
        return None


def _year(cell: Any) -> int | None:
    """Reads a year of four digits, as Python reads them."""
    if not isinstance(cell, int):
        if not isinstance(cell, str) or len(cell) != 4:
            return None
        try:
            cell = int(cell)
        except Exception:
            return None
    return None if cell < 0 or cell > 9999 else cell


TEXTS: dict[str, ValueReader] = {"default": _text, "uri": _uri}
TIMES: dict[str, Callable[[str, Any], Any]] = {"date": _date, "datetime": _moment, "time": _time}
