"""Applies what the standard has and frictionless refuses or passes over.

These are bounds on durations, `jsonSchema`, lengths of GeoJSON, `enum` of lists, and `categories`.

Each field's own reader of cells is extended. frictionless reads with a copy of the field, so `fallback` tests what
it has read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from claimtrack.package.beyond import BOUNDS, beyond, categories
from claimtrack.package.table_schema import fields_of

if TYPE_CHECKING:
    from frictionless import Field, Resource

Test = Callable[[Any], bool]

# A duration is longer than another one if it ends later from each of these days. Some pairs, such as a month and thirty
# days, have no order; they are within no bound of each other (https://www.w3.org/TR/xmlschema-2/#duration-order).
DAYS = [datetime(1696, 9, 1), datetime(1697, 2, 1), datetime(1903, 3, 1), datetime(1903, 7, 1)]


def apply_beyond(resource: Resource, schema: Mapping[str, Any]) -> dict[str, str]:
    """Makes the fields of a table apply these constraints of `schema`, its Table Schema as written.

    Returns, by field, the reason why one cannot be applied.
    """
    reasons = {}
    for name, told in fields_of(schema).items():
        values = categories(told)
        due = {**beyond(told), **({"categories": values} if values else {})}
        if due and resource.schema.has_field(name):
            field = resource.schema.get_field(name)
            try:
                tests = {key: _test(field, key, argument) for key, argument in due.items()}
            except Exception as error:  # a library fails on the argument, or it has another type
                reasons[name] = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                continue
            _extend(field, tests, due)
    return reasons


def _extend(field: Field, tests: Mapping[str, Test], due: Mapping[str, Any]) -> None:
    """Makes a field's reader of cells apply tests to the values that it reads.

    `due` are the constraints. They do not stand with the field's own, because frictionless would refuse them again.
    """
    usual = field.create_cell_reader
    field.beyond, field.tests = due, tests

    def create_cell_reader() -> Callable[[Any], tuple[Any, dict[str, str] | None]]:
        read = usual()

        def cell_reader(cell: Any) -> tuple[Any, dict[str, str] | None]:
            value, notes = read(cell)
            if value is None:
                return value, notes
            bad = [name for name, test in tests.items() if not test(value)]  # whichever other constraints it breaks
            return value, {**(notes or {}), **{name: f'constraint "{name}" is "{due[name]}"' for name in bad}} or None

        return cell_reader

    field.create_cell_reader = create_cell_reader  # type: ignore[method-assign, assignment]


def _test(field: Field, name: str, argument: Any) -> Test:
    """Makes the test of one constraint. Raises any exception of a library that cannot use the argument."""
    if name in BOUNDS:
        bound = field.create_value_reader()(argument)
        if bound is None:
            raise ValueError(f'"{str(argument)[:100]}" is no {field.type}')
        ends = _ends(bound)
        return {
            "minimum": lambda value: all(map(datetime.__ge__, _ends(value), ends)),
            "maximum": lambda value: all(map(datetime.__le__, _ends(value), ends)),
            "exclusiveMinimum": lambda value: all(map(datetime.__gt__, _ends(value), ends)),
            "exclusiveMaximum": lambda value: all(map(datetime.__lt__, _ends(value), ends)),
        }[name]
    if name == "jsonSchema":
        return _json_schema(argument)
    if name in ("enum", "categories"):
        read = field.create_value_reader()
        values = [read(value) for value in argument]
        return lambda value: value in values
    if type(argument) is not int:
        raise ValueError(f'"{str(argument)[:100]}" is no number of properties')
    return (lambda value: len(value) >= argument) if name == "minLength" else (lambda value: len(value) <= argument)


def _ends(duration: Any) -> list[datetime]:
    """Returns the ends of a duration (of `isodate`) from each of `DAYS`. Those beyond the calendar are its last day."""
    ends = []
    for day in DAYS:
        try:
            ends.append(day + duration)
        except (OverflowError, ValueError):
            ends.append(datetime.max if str(duration)[:1] != "-" else datetime.min)
    return ends


def _json_schema(schema: Any) -> Test:
    """Makes the test of a JSON Schema. References lead nowhere outside of it."""
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing import Registry

    kind = validator_for(schema, default=Draft202012Validator)
    kind.check_schema(schema)
    return kind(schema, registry=Registry()).is_valid
