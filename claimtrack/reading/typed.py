"""Converts rows of text for the rules of a profile: numbers, booleans, and the first and last day of EDTF dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import polars as pl

from claimtrack.core import edtf
from claimtrack.reading.forms import is_edtf, truth_values

if TYPE_CHECKING:
    from frictionless import Field

# No larger integer is passed to rules. The sum or difference of two then fits 64 bits; some engines fail on overflow.
LARGEST = 10**18
CASTS: dict[str, pl.DataType] = {"integer": pl.Int64(), "boolean": pl.Boolean(), "number": pl.Float64()}


def typed(fields: Iterable[Field], frame: pl.DataFrame, known: Collection[str], broken: set[str]) -> pl.DataFrame:
    """Converts rows from the columns of `text_frame` to the columns that rules get (`core.rules.rule`).

    Only the columns in `known` are kept, because another name, such as `_end`, could clash with a rule's own column.
    The columns in `broken` are left out: a cell of theirs breaks the standard. A rule on such a column then cannot run,
    instead of finding nonsense. A column with a number that `numbers` does not accept is added to `broken`.
    """
    kept = {"_row", *known} - broken
    frame = frame.select(name for name in frame.columns if name in kept)
    for field in fields:
        if field.name not in kept or field.name not in frame.columns:
            continue
        if field.type == "boolean":
            frame = frame.with_columns(pl.col(field.name).is_in(truth_values(field)[0]).cast(pl.Boolean))
        elif field.type in CASTS:
            column = numbers(frame.get_column(field.name), field)
            if column is None:
                broken.add(field.name)
            frame = frame.drop(field.name) if column is None else frame.with_columns(column)
        elif is_edtf(field):
            frame = frame.with_columns(*first_and_last_day(frame[field.name]))
    return frame


def first_and_last_day(column: pl.Series) -> list[pl.Series]:
    """Makes the columns `x_from` and `x_to` (text, YYYY-MM-DD) of an EDTF column `x` (text).

    They are null where the date is missing or is not valid EDTF.
    """
    days = {text: bounds_or_none(text) for text in column.unique().drop_nulls()}
    return [
        column.replace_strict(
            {text: day[end] for text, day in days.items()}, default=None, return_dtype=pl.String
        ).alias(f"{column.name}{suffix}")
        for end, suffix in enumerate(("_from", "_to"))
    ]


def bounds_or_none(text: str) -> tuple[str | None, str | None]:
    """Returns the first and the last day of a date, or None twice where the text is not valid EDTF."""
    try:
        return edtf.bounds(text)
    except ValueError:
        return None, None


def numbers(column: pl.Series, field: Field) -> pl.Series | None:
    """Converts a column of text into numbers in the same way as frictionless. Null stays null.

    Returns None where a number does not fit 64 bits, or an integer exceeds `LARGEST`.
    """
    found = _numbers(column, field)
    small = found is None or field.type != "integer" or found.is_between(-LARGEST, LARGEST).all()
    return found if small else None


def _numbers(column: pl.Series, field: Field) -> pl.Series | None:
    """Converts a column. frictionless reads the texts that Polars cannot convert. None where a number does not fit."""
    kind = CASTS[field.type]
    cast = column.cast(kind, strict=False)
    odd = column.filter(cast.is_null() & column.is_not_null()).unique()
    if odd.is_empty():
        return cast
    read = field.create_value_reader()
    try:
        values = pl.Series([read(text) for text in odd], dtype=kind, strict=False)
        known = dict(zip(odd, values, strict=True))
    except (OverflowError, TypeError, pl.exceptions.PolarsError):
        return None
    if None in known.values():
        return None
    filled = [known.get(text, number) for text, number in zip(column, cast, strict=True)]
    return pl.Series(column.name, filled, dtype=kind)
