"""Holds the keys and the rows of a package's tables until all are read: in memory, or on disk beyond a budget.

Rules and keys relate the rows of whole tables, so that blocks cannot be dropped one by one. Keys and rows stay in
Polars as long as they fit the budget. Then all of them go into Parquet files of a temporary folder, and DuckDB runs the
same queries on these files within its own bound of memory.
"""

import errno
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from claimtrack.core import limits
from claimtrack.core.errors import NoRoom
from claimtrack.core.writing import temporary_folder

KEYS, ROWS = "keys", "rows"
# The operating system's messages for a disk that takes no more data.
FULL = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)))


class SpillingStore:
    """Takes the keys and rows of tables a block at a time, and returns them as frames of one engine for all tables.

    `budget` is in bytes, for keys and rows together. Rows count several times, because rules need memory besides. A
    query takes about as much memory again, so DuckDB also gets the budget, and writes to disk what exceeds it. The
    files are in a temporary folder (`TMPDIR` says where), which `close` removes.

    `checks.keys` describes the columns of keys, and `reading.text_frame` those of rows.
    """

    def __init__(self, budget: int = limits.MEMORY):
        self.budget, self.held = budget, 0  # bytes
        self._parts: dict[tuple[str, str], list[pl.DataFrame]] = {}  # by kind and table
        # The folder of each part on disk. Folders have numbers, because a table's name may not be valid for a folder.
        self._places: dict[tuple[str, str], Path] = {}
        self._folder: Path | None = None
        self._open = ExitStack()  # what `close` ends
        self._numbers = count()
        self._connection: Any = None

    def add_keys(self, table: str, part: pl.DataFrame) -> None:
        """Adds the keys of some more rows of a table. Raises NoRoom when they have to go to a full disk."""
        self._take(KEYS, table, part)

    def add_rows(self, table: str, part: pl.DataFrame) -> None:
        """Adds some more rows of a table. Raises NoRoom when they have to go to a full disk."""
        self._take(ROWS, table, part)

    def drop(self, table: str) -> None:
        """Forgets a table."""
        for what in ((KEYS, table), (ROWS, table)):
            self.held -= sum(_size(what[0], part) for part in self._parts.pop(what, ()))
            if place := self._places.pop(what, None):
                shutil.rmtree(place, ignore_errors=True)

    @property
    def engine(self) -> Any:
        """The library for queries on keys: Polars in memory, narwhals (loaded only then) where DuckDB has the keys."""
        if not self.spilled:
            return pl
        import narwhals

        return narwhals

    def keys_of(self, table: str) -> Any:
        """Returns all keys of a table, as a lazy frame of `engine`."""
        keys = self._whole(KEYS, table)
        return self.engine.from_native(keys) if self.spilled else keys.lazy()

    def rows_of(self, table: str) -> Any | None:
        """Returns all rows of a table as a Polars frame or a DuckDB relation, or None where no rows were added."""
        return self._whole(ROWS, table) if (ROWS, table) in self._parts else None

    @property
    def spilled(self) -> bool:
        """Whether the keys and rows are on disk."""
        return self._folder is not None

    def write(self, parts: Iterable[pl.DataFrame]) -> Any:
        """Writes a frame to disk, a part at a time, and returns it as a DuckDB relation. Raises NoRoom."""
        place = self._new_place()
        for number, part in enumerate(parts):
            _write(part, place / f"{number}.parquet")
        return self._read(place)

    def first_rows(self, bad: Any, most: int) -> tuple[list[int], int]:
        """Returns the lowest `most` row numbers (`_row`) of a frame, and how many row numbers it has.

        `bad` is made from frames of this store. Raises NoRoom.
        """
        found = bad.select("_row")
        found = found if isinstance(found, pl.LazyFrame) else found.to_native()
        if isinstance(found, pl.LazyFrame):  # in memory, or rows from disk that a rule has loaded into memory
            numbers = found.collect()["_row"].sort()
            return numbers[:most].to_list(), len(numbers)
        with room():
            first = [row for (row,) in found.order("_row").limit(most + 1).fetchall()]
            return first[:most], len(first) if len(first) <= most else found.count("*").fetchall()[0][0]

    def close(self) -> None:
        """Removes the files on disk."""
        if self._connection:
            self._connection.close()
        self._open.close()

    def _take(self, kind: str, table: str, part: pl.DataFrame) -> None:
        """Adds a part, and moves everything to disk once the budget is exceeded."""
        self._parts.setdefault((kind, table), []).append(part)
        self.held += _size(kind, part)
        if self.held > self.budget:
            self._spill()

    def _whole(self, kind: str, table: str) -> Any:
        """Returns all parts of a table as one Polars frame, or as one DuckDB relation."""
        parts = self._parts[kind, table]
        if self._folder:
            self._spill()  # the parts in memory follow, because one engine queries them all
            return self._read(self._places[kind, table])
        if len(parts) > 1:
            parts[:] = [pl.concat(parts)]
        return parts[0]

    def _new_place(self) -> Path:
        """Makes a folder for the files of one frame. Raises NoRoom."""
        with room():
            self._folder = self._folder or self._open.enter_context(temporary_folder())
            place = self._folder / str(next(self._numbers))
            place.mkdir()
        return place

    def _spill(self) -> None:
        """Moves everything that is in memory to disk. Raises NoRoom."""
        for what, parts in self._parts.items():
            if parts:
                place = self._places.get(what) or self._places.setdefault(what, self._new_place())
                _write(pl.concat(parts), place / f"{len(list(place.iterdir()))}.parquet")
                parts.clear()
        self.held = 0

    def _read(self, place: Path) -> Any:
        """Returns the files in a folder as one DuckDB relation."""
        return self._database().read_parquet([str(file) for file in place.iterdir()])

    def _database(self) -> Any:
        """Returns the connection to DuckDB, which is opened on first use."""
        if not self._connection:
            # These imports are slow, and a run that fits in memory does not need them.
            import duckdb
            import narwhals as nw

            from claimtrack.core.frames import COLLECTORS

            COLLECTORS[nw.Implementation.DUCKDB] = _collect
            memory = max(self.budget, limits.LEAST)
            settings: dict[str, Any] = {
                "memory_limit": f"{memory // limits.MIB}MiB",
                "threads": min(os.cpu_count() or 1, memory // limits.LEAST),
                "temp_directory": str(self._folder and self._folder / "spilled"),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "false",
                "python_enable_replacements": "false",
            }
            self._connection = duckdb.connect(config=settings)
            # DuckDB may read and write only these files, whatever a package says.
            folder = str(self._folder).replace("'", "''")
            bound = f"SET allowed_directories = ['{folder}']; SET enable_external_access = false"
            self._connection.execute(f"{bound}; SET lock_configuration = true")
        return self._connection


def _write(part: pl.DataFrame, file: Path) -> None:
    with room():
        part.write_parquet(file, compression="lz4", row_group_size=limits.PIECE)


def _size(kind: str, part: pl.DataFrame) -> int:
    """Returns the number of bytes that a part counts against the budget."""
    return int(part.estimated_size()) * (limits.ASKED if kind == ROWS else 1)


@contextmanager
def room() -> Iterator[None]:
    """Turns an error of Polars, DuckDB or the system about missing room inside the block into NoRoom.

    It is for steps that read no file of a package. DuckDB raises RuntimeError when Ctrl-C interrupts it; this becomes
    KeyboardInterrupt again.
    """
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


class _Stream:
    """Passes the rows of a DuckDB relation to Polars, without pyarrow, which narwhals would need.

    If Polars got the relation itself, it would keep the relation's class, and so DuckDB, until Python ends. DuckDB
    would then write an error to standard error.
    Source: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
    """

    def __init__(self, relation: Any):
        self.__arrow_c_stream__ = relation.__arrow_c_stream__


def _collect(relation: Any) -> pl.DataFrame:
    """Fetches a DuckDB relation as a Polars frame. Raises NoRoom."""
    with room():
        return pl.DataFrame(_Stream(relation))
