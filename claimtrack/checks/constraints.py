"""Finds the formats, constraints and marks of fields that cannot be applied to any cell.

frictionless would fail on them, and everything else about the table would be lost. Each is tried alone.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from claimtrack.core.findings import Finding, of_file
from claimtrack.core.visible import shorten
from claimtrack.package.described import Field as DescribedField

if TYPE_CHECKING:
    from frictionless import Field

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
LENGTHS = ("minLength", "maxLength")
# Cells of each type with bounds. A bound that cannot be compared with them, such as NaN, can be compared with none.
TRIED = {
    "integer": ["1"], "number": ["1.5"], "date": ["2023-07-23"], "year": ["2023"], "yearmonth": ["2023-07"],
    "time": ["10:00:00"], "datetime": ["2023-07-23T10:00:00Z", "2023-07-23T10:00:00"],
}  # fmt: skip


@dataclass(frozen=True)
class Unsound:
    """A part of a Table Schema that cannot be applied.

    `take_out` removes it from frictionless's package. `finding` is None where the descriptor is not at fault; `note`
    may then say what is not checked.
    """

    take_out: Callable[[], None]
    finding: Finding | None = None
    note: str | None = None


def unsound_field(file: str, field: Field) -> Iterator[Unsound]:
    """Yields what cannot be applied to any cell of a field. Findings name `file`."""
    where = f'of the field "{field.name}"'
    try:  # the format of a plain field can be read, so that frictionless need not be loaded to find out
        is_plain = isinstance(field, DescribedField)
        read = (lambda value: field.create_value_reader()(value)) if is_plain else field.create_value_reader()
    except Exception as error:  # a library for the format is missing, or the format is none that the type has
        words = f'"format" {where}; "{shorten(str(field.format))}" cannot be read here: {_told(error)}'
        yield Unsound(partial(setattr, field, "format", "default"), of_file("PKG104", file, words))
        return
    if not isinstance(field.constraints, dict):
        return
    for name, argument in field.constraints.items():
        if reason := _reason(field, read, name, argument):
            found = of_file("PKG104", file, f'"{name}" {where}; {reason}')
            yield Unsound(partial(field.constraints.pop, name), found)


def _reason(field: Field, read: Callable[[Any], Any], name: str, argument: Any) -> str | None:
    """Says why a constraint of a field cannot be applied, or returns None."""
    if name == "pattern":
        try:
            with warnings.catch_warnings(action="ignore"):
                re.compile(f"^{argument}$")
        except (re.error, RecursionError, OverflowError, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        return None
    if name in LENGTHS:
        is_number = isinstance(argument, (int, float)) and not isinstance(argument, bool)
        return None if is_number else f'it is no number: "{shorten(str(argument))}"'
    try:
        if name in BOUNDS:
            bound = read(argument)
            if bound is None:
                return f'it is no {field.type}: "{shorten(str(argument))}"'
            return _incomparable(field, read, bound, argument)
        if name == "enum":
            for value in map(read, argument):
                with suppress(TypeError):  # a list or an object, which has no hash and needs none
                    hash(value)  # calls for the offset of a time, as a comparison does
                _ = [value == read(cell) for cell in TRIED.get(field.type, [])]
    except Exception as error:  # a library fails on the value, as on an offset of a day and more
        return f'frictionless fails on "{shorten(str(argument))}": {_told(error)}'
    return None


def _incomparable(field: Field, read: Callable[[Any], Any], bound: Any, argument: Any) -> str | None:
    """Says why a bound can be compared with no cell, or returns None."""
    reason = None
    for cell in TRIED.get(field.type, []):
        value = read(cell)
        if value is None:  # the field has another format, whose cells are not known here
            return None
        try:
            _ = (value < bound, value > bound)
        except Exception as error:
            reason = f'frictionless fails on "{shorten(str(argument))}": {_told(error)}'
        else:
            return None
    return reason if bound == bound or reason else f'nothing can be compared with "{shorten(str(argument))}"'


def _told(error: Exception) -> str:
    """Describes an error of a library on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
