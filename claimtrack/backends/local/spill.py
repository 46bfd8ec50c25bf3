"""What is held of a package's tables until all are read: keys, and of claim-tracking tables the rows; beyond a budget in files.

Rules look across tables and keys, so neither can be let go of a block at a time. What fits the budget stays with Polars; once it
does not, all of it goes into Parquet files of a temporary folder, where DuckDB asks the same of it within a bound of its own.
"""

import shutil
import tempfile
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import narwhals as nw
import polars as pl

from . import limits
from .home import room

KEYS, ROWS = "keys", "rows"


class KeyStore:
    """Takes the keys and rows of tables a block at a time, and gives them back as frames of one engine for all tables.

    `budget` is in bytes of both together, rows counted with what rules need beside them. Asking takes about as much again, for
    which DuckDB, too, is given the budget; what it cannot hold it puts on disk. The files lie in a temporary folder (`TMPDIR`
    says where), which `close` removes.
    """

    def __init__(self, budget: int = limits.MEMORY):
        self.budget, self.held = budget, 0  # bytes
        self._parts: dict[tuple[str, str], list[pl.DataFrame]] = {}  # by kind and table
        self._places: dict[tuple[str, str], Path] = {}  # their folders, numbered, since a table's name may be no name for one
        self._folder: Path | None = None
        self._numbers = count()
        self._connection = None

    def add(self, name: str, part: pl.DataFrame) -> None:
        """Takes the keys of some more rows of a table. Raises NoRoom when they have to go to a disk that is full."""
        self._take(KEYS, name, part)

    def keep(self, name: str, part: pl.DataFrame) -> None:
        """Takes some more rows of a table. Raises NoRoom as `add` does."""
        self._take(ROWS, name, part)

    def drop(self, name: str) -> None:
        """Forgets a table."""
        for what in ((KEYS, name), (ROWS, name)):
            self.held -= sum(_size(what[0], part) for part in self._parts.pop(what, ()))
            if place := self._places.pop(what, None):
                shutil.rmtree(place, ignore_errors=True)

    def frame(self, name: str) -> nw.LazyFrame:
        """All keys of a table: `_row`, and a column of text a field."""
        frame = self._whole(KEYS, name)
        return nw.from_native(frame).lazy()

    def rows_of(self, name: str):
        """All rows of a table, as they were taken: a frame of Polars, or a relation of DuckDB's. None where none were."""
        return self._whole(ROWS, name) if (ROWS, name) in self._parts else None

    @property
    def spilled(self) -> bool:
        """Whether what was taken lies on disk."""
        return self._folder is not None

    def write(self, parts: Iterable[pl.DataFrame]):
        """Puts a frame on disk, a part at a time, and gives it back as a relation of DuckDB's. Raises NoRoom."""
        place = self._new_place()
        for number, part in enumerate(parts):
            _write(part, place / f"{number}.parquet")
        return self._read(place)

    def put(self, frame: nw.LazyFrame) -> nw.LazyFrame:
        """Has DuckDB put a frame that it would otherwise make anew each time on disk. Raises NoRoom."""
        place = self._new_place()
        with room():
            frame.to_native().write_parquet(str(place / "0.parquet"), compression="lz4")
        return nw.from_native(self._read(place))

    def rows(self, bad: nw.LazyFrame, most: int) -> tuple[list[int], int]:
        """The first `most` of the row numbers `_row` of a frame made from those of this store, and how many there are. Raises NoRoom."""
        found = bad.select("_row").to_native()
        if isinstance(found, pl.LazyFrame):
            numbers = found.collect()["_row"].sort()
            return numbers[:most].to_list(), len(numbers)
        with room():
            first = [row for (row,) in found.order("_row").limit(most + 1).fetchall()]
            return first[:most], len(first) if len(first) <= most else found.count("*").fetchall()[0][0]

    def close(self) -> None:
        """Removes what lies on disk."""
        if self._connection:
            self._connection.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _take(self, kind: str, name: str, part: pl.DataFrame) -> None:
        self._parts.setdefault((kind, name), []).append(part)
        self.held += _size(kind, part)
        if self.held > self.budget:
            self._spill()

    def _whole(self, kind: str, name: str):
        parts = self._parts[kind, name]
        if self._folder:
            self._spill()  # what is still in memory, since one engine asks it all
            return self._read(self._places[kind, name])
        if len(parts) > 1:
            parts[:] = [pl.concat(parts)]
        return parts[0]

    def _new_place(self) -> Path:
        with room():
            self._folder = self._folder or Path(tempfile.mkdtemp(prefix="validate-"))
            place = self._folder / str(next(self._numbers))
            place.mkdir()
        return place

    def _spill(self) -> None:
        """Writes down all that is held."""
        for what, parts in self._parts.items():
            if parts:
                place = self._places.get(what) or self._places.setdefault(what, self._new_place())
                _write(pl.concat(parts), place / f"{len(list(place.iterdir()))}.parquet")
                parts.clear()
        self.held = 0

    def _read(self, place: Path):
        return self._database().read_parquet([str(file) for file in place.iterdir()])

    def _database(self):
        if not self._connection:
            import duckdb  # here, since what fits in memory need not wait for it

            settings = {
                "memory_limit": f"{max(self.budget, limits.LEAST) // limits.MIB}MiB", "temp_directory": str(self._folder / "spilled"),
                "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "preserve_insertion_order": "false",
                "python_enable_replacements": "false",
            }  # fmt: skip
            self._connection = duckdb.connect(config=settings)
            # Whatever a package says, DuckDB reads and writes nothing but these files.
            folder = str(self._folder).replace("'", "''")
            self._connection.execute(f"SET allowed_directories = ['{folder}']; SET enable_external_access = false; SET lock_configuration = true")
        return self._connection


def _write(part: pl.DataFrame, file: Path) -> None:
    with room():
        part.write_parquet(file, compression="lz4", row_group_size=limits.PIECE)


def _size(kind: str, part: pl.DataFrame) -> int:
    return part.estimated_size() * (limits.ASKED if kind == ROWS else 1)
