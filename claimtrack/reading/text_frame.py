"""Puts records into Polars frames, with every cell as text."""

from collections.abc import Mapping

import polars as pl

from claimtrack.package.records import Record
from claimtrack.reading.forms import missing_values
from claimtrack.reading.places import Places


def nameable(name: str) -> bool:
    """Tells whether a frame can have a column of this name.

    Polars reads `*` and `^...$` as several columns, and `_row` is the column of the record numbers.
    """
    return bool(name) and name not in ("*", "_row") and not name.startswith("^")


def text_frame(places: Places, rows: Mapping[int, Record]) -> pl.DataFrame:
    """Makes a frame from records by number.

    | column | type | null means |
    |---|---|---|
    | `_row` | UInt32, the record's number (the header is 1) | never |
    | one for each `nameable` field | String, the cell as written | absent, or a text that means a missing value |
    """

    def present(record: Record, index: int | None, missing: list[str]) -> str | None:
        """Returns a cell of a record, or None where the value is missing."""
        cell = record.cells[index] if index is not None and index < len(record.cells) else None
        return None if cell in missing else cell

    columns = [pl.Series("_row", list(rows), dtype=pl.UInt32)]
    for field in places.table.fields:
        if nameable(field.name):
            index, missing = places.index(field.name), missing_values(field)
            cells = [present(record, index, missing) for record in rows.values()]
            columns.append(pl.Series(field.name, cells, dtype=pl.String))
    return pl.DataFrame(columns)


def held_columns(frame: pl.DataFrame, held: Mapping[str, str]) -> pl.DataFrame:
    """Selects `_row` and the fields that rules need from a frame that `text_frame` made.

    `held` maps the name of each such field to the name of its column in the result.
    """
    same = frame.columns == ["_row", *held.values()]  # nearly always the case
    return frame if same else frame.select("_row", *(pl.col(name).alias(column) for name, column in held.items()))
