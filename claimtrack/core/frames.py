"""Fetches the frames of a backend as Polars frames: a small one whole, a large one a piece at a time."""

from collections.abc import Callable, Iterator
from typing import Any

import narwhals as nw
import polars as pl

from claimtrack.core import limits

# How the frames of each engine are fetched; a backend adds its own function when it is loaded.
COLLECTORS: dict[nw.Implementation, Callable[[Any], pl.DataFrame]] = {
    nw.Implementation.POLARS: lambda plan: plan.collect()
}


def collect(frame: nw.LazyFrame) -> pl.DataFrame:
    """Fetches a whole frame: one of few rows, or one that Polars holds in this process anyway. Raises NoRoom."""
    return COLLECTORS[frame.implementation](frame.to_native())


def pieces(frame: nw.LazyFrame, *columns: str) -> Iterator[pl.DataFrame]:
    """Fetches a frame at most `limits.PIECE` rows at a time, so that a large table never fills the memory.

    `frame` has the column `_row`, an integer that is never null. The pieces have `_row` and the named columns, which
    keep their types and nulls.
    """
    rows = frame.select("_row", *columns)
    if rows.implementation.is_polars():
        yield from collect(rows).iter_slices(limits.PIECE)
        return
    row = nw.col("_row")
    first, last = collect(frame.select(row.min().alias("first"), row.max().alias("last"))).row(0)
    for at in range(first, last + 1, limits.PIECE) if first is not None else ():
        yield collect(rows.filter(row >= at, row < at + limits.PIECE))
