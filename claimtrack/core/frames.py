"""Brings here, as frames of Polars, what an engine holds: whole where it is small, else a piece at a time."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import narwhals as nw
import polars as pl

from . import limits

FULL = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)))  # why a disk takes no more, in the system's words


class NoRoom(Exception):
    """What goes beyond the memory finds no room on disk, or DuckDB has too little memory to ask it anything. Its text says which."""


@contextmanager
def room() -> Iterator[None]:
    """Turns what Polars, DuckDB and the system say of a want of room into NoRoom; for steps that read nothing of a package. And what
    DuckDB makes of an interruption into one again."""
    duckdb = sys.modules.get("duckdb")
    engines = (duckdb.IOException, duckdb.OutOfMemoryException) if duckdb else ()
    try:
        yield
    except (OSError, pl.exceptions.ComputeError, *engines) as error:
        said = str(error)
        raise NoRoom(next((why for why in FULL if why in said), said.partition("\n")[0][:200])) from None
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise


def home(frame: nw.LazyFrame) -> pl.DataFrame:
    """A frame of any engine's, whole: of few rows, or of those that Polars holds here anyway. Raises NoRoom."""
    plan = frame.to_native()
    if isinstance(plan, pl.LazyFrame):
        return plan.collect()
    if frame.implementation.is_duckdb():
        with room():
            return pl.DataFrame(Stream(plan))  # without pyarrow, which narwhals would ask for
    from .spark import home as from_spark

    return from_spark(plan)


class Stream:
    """What a relation of DuckDB's holds, for Polars, which else keeps the relation's class, and with it DuckDB, to the very end:
    DuckDB would then complain on standard error. https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html"""

    def __init__(self, relation):
        self.__arrow_c_stream__ = relation.__arrow_c_stream__


def pieces(frame: nw.LazyFrame, *columns: str) -> Iterator[pl.DataFrame]:
    """Some columns of a frame, with `_row`: at most `limits.PIECE` rows at a time, so that no big table comes here whole."""
    rows = frame.select("_row", *columns)
    if rows.implementation.is_polars():
        yield from home(rows).iter_slices(limits.PIECE)
        return
    row = nw.col("_row")
    first, last = home(frame.select(row.min().alias("first"), row.max().alias("last"))).row(0)
    for at in range(first, last + 1, limits.PIECE) if first is not None else ():
        yield home(rows.filter(row >= at, row < at + limits.PIECE))
