"""Holds the keys of tables as lazy Spark frames, and the rows that rules read."""

from contextlib import suppress
from typing import Any

import narwhals as nw
import polars as pl

from claimtrack.backends.spark.failures import asked, failures
from claimtrack.backends.spark.frames import first_rows, native


class SparkStore:
    """Holds keys and rows of tables that this process reads, and of tables that Spark reads.

    `add_keys` and `add_rows` take parts of the former as Polars frames, `put_keys` and `put_rows` the latter as whole
    Spark frames. `checks.keys` describes the columns of keys, and `reading.text_frame` those of rows. `_row` is 64 bits
    wide in Spark.
    """

    engine = nw

    def __init__(self, session: Any):
        self.session = session
        self._parts: dict[str, list[pl.DataFrame]] = {}  # keys of tables that this process reads
        self._rows: dict[str, list[pl.DataFrame]] = {}
        self._keys: dict[str, Any] = {}  # Spark frames
        self._frames: dict[str, Any] = {}
        self._kept: list[Any] = []

    def add_keys(self, table: str, part: pl.DataFrame) -> None:
        """Adds the keys of some more rows of a table that this process reads."""
        self._parts.setdefault(table, []).append(part)

    def add_rows(self, table: str, part: pl.DataFrame) -> None:
        """Adds some more rows of a table that this process reads."""
        self._rows.setdefault(table, []).append(part)

    def put_keys(self, table: str, frame: Any) -> None:
        """Adds all keys of a table that Spark reads."""
        self._keys[table] = frame

    def put_rows(self, table: str, frame: Any) -> None:
        """Adds all rows of a table that Spark reads."""
        self._frames[table] = frame

    def rows_of(self, table: str) -> Any | None:
        """Returns all rows of a table, or None: a Spark frame, or a Polars frame of a table that this process reads."""
        if table in self._frames:
            return self._frames[table]
        return pl.concat(self._rows[table]) if table in self._rows else None

    def drop(self, table: str) -> None:
        """Forgets a table."""
        for held in (self._parts, self._rows, self._keys, self._frames):
            held.pop(table, None)

    @asked()
    def keys_of(self, table: str) -> nw.LazyFrame:
        """Returns all keys of a table."""
        if table not in self._keys:
            self._keys[table] = native(self.session, pl.concat(self._parts.pop(table)))
        return nw.from_native(self._keys[table])

    @asked()
    def first_rows(self, bad: nw.LazyFrame, most: int) -> tuple[list[int], int]:
        """Returns the lowest `most` row numbers (`_row`) of a frame, and how many row numbers it has."""
        return first_rows(bad.to_native(), most)

    def persist(self, frame: Any) -> Any:
        """Has Spark keep a frame, in memory or on its disks, until `close`."""
        self._kept.append(frame.persist())
        return frame

    def close(self) -> None:
        """Frees what Spark keeps. A failure is ignored, because Spark has then failed before and this was reported."""
        with suppress(*failures(), OSError):
            for frame in self._kept:
                frame.unpersist()
