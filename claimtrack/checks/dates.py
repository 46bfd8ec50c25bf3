"""Checks dates: they must be EDTF level 1 in every field that declares EDTF (EDT101)."""

import polars as pl

from claimtrack.checks.messages import enter
from claimtrack.core import edtf
from claimtrack.core.findings import Tally
from claimtrack.reading.forms import is_edtf
from claimtrack.reading.places import Places


def check_dates(places: Places, frame: pl.DataFrame, tally: Tally) -> None:
    """Adds the findings on the dates of a frame that `text_frame` made. The frame may lack some of the columns."""
    for field in places.table.fields:
        if not is_edtf(field) or field.name not in frame.columns:
            continue
        column = frame[field.name]
        for text in column.unique(maintain_order=True).drop_nulls():
            if note := fault(text):
                enter(tally, "EDT101", places, frame["_row"].filter(column == text), [field.name], note)


def fault(text: str) -> str | None:
    """Returns the reason why a text is no date of EDTF level 1, for the user, or None where it is one."""
    try:
        edtf.bounds(text)
    except ValueError as error:
        return str(error)
    return None
