"""The key columns of a package's regular tables: in memory up to a budget, beyond it in files that DuckDB compares."""

import shutil
import tempfile
from pathlib import Path

import narwhals as nw
import polars as pl

from . import limits


class KeyStore:
    """Takes the keys of tables a block at a time, and gives them back as lazy frames of one engine for all tables.

    `budget` is in bytes of keys held. Comparing takes about as much again, for which DuckDB, too, is given the budget; what it
    cannot hold it puts on disk. The files lie in a temporary folder (`TMPDIR` says where), which `close` removes.
    """

    def __init__(self, budget: int = limits.KEYS):
        self.budget, self.held = budget, 0  # bytes
        self._parts: dict[str, list[pl.DataFrame]] = {}
        self._numbers: dict[str, int] = {}  # the names of the tables' folders, since a table's own may be no name for a file
        self._folder: Path | None = None
        self._connection = None

    def add(self, name: str, part: pl.DataFrame) -> None:
        """Takes the keys of some more rows of a table. Raises OSError when they have to go to a disk that is full."""
        self._parts.setdefault(name, []).append(part)
        self._numbers.setdefault(name, len(self._numbers))
        self.held += part.estimated_size()
        if self.held > self.budget:
            self._spill()

    def drop(self, name: str) -> None:
        """Forgets a table."""
        self.held -= sum(part.estimated_size() for part in self._parts.pop(name, ()))
        if self._folder and name in self._numbers:
            shutil.rmtree(self._place(name), ignore_errors=True)

    def frame(self, name: str) -> nw.LazyFrame:
        """All keys of a table: `_row`, and a column of text a field."""
        if not self._folder:
            parts = self._parts[name]
            if len(parts) > 1:
                parts[:] = [pl.concat(parts)]
            return nw.from_native(parts[0].lazy())
        self._spill()  # what is still in memory, since one engine compares it all
        return nw.from_native(self._database().read_parquet([str(file) for file in self._place(name).iterdir()]))

    def rows(self, bad: nw.LazyFrame, most: int) -> tuple[list[int], int]:
        """The first `most` of the row numbers `_row` of a frame made from those of this store, and how many there are."""
        found = bad.select("_row").to_native()
        if isinstance(found, pl.LazyFrame):
            numbers = found.collect()["_row"].sort()
            return numbers[:most].to_list(), len(numbers)
        total = found.count("*").fetchall()[0][0]
        return [row for (row,) in found.order("_row").limit(most).fetchall()] if total else [], total

    def close(self) -> None:
        """Removes what lies on disk."""
        if self._connection:
            self._connection.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, name: str) -> Path:
        return self._folder / str(self._numbers[name])

    def _spill(self) -> None:
        """Writes down all that is held."""
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="validate-keys-"))
        for name, parts in self._parts.items():
            if parts:
                place = self._place(name)
                place.mkdir(exist_ok=True)
                pl.concat(parts).write_parquet(place / f"{len(list(place.iterdir()))}.parquet", compression="lz4")
                parts.clear()
        self.held = 0

    def _database(self):
        if not self._connection:
            import duckdb  # here, since keys that fit in memory need not wait for it

            settings = {
                "memory_limit": f"{max(self.budget, limits.LEAST) // limits.MIB}MiB", "temp_directory": str(self._folder / "spilled"),
                "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "preserve_insertion_order": "false",
            }  # fmt: skip
            self._connection = duckdb.connect(config=settings)
        return self._connection
