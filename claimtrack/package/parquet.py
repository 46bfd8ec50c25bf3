"""Reads Parquet files for frictionless, as hostile input.

frictionless would have pandas and PyArrow read a file whole: a few kilobytes can unpack to any size. DuckDB reads it in
pieces and keeps to a bound of memory whatever the file says of itself (Polars took 1 GB for a file of 17 kB).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import OutOfTime, TooLarge, Unreadable
from claimtrack.core.visible import shorten
from claimtrack.core.watchdog import is_late, watchdog
from claimtrack.package.copies import Copy

FORMATS = {"parquet", "parq"}
WHAT = "a Parquet file"
FLAT = re.compile(r"[A-Z0-9_ ]+(?:\([0-9,]+\))?")  # the name of a type whose values are no lists or objects
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIZES = {"VARCHAR": "strlen", "BLOB": "octet_length"}  # by type, DuckDB's function for the bytes of a value
MOST = 1000  # rows that are fetched at a time, if they are narrow


class _Bytes(bytes):
    """Bytes, which are no value of a table. In messages they are shown as hexadecimal digits."""

    def __str__(self) -> str:
        return f"0x{self.hex()}"


@dataclass(frozen=True)
class _Reading:
    """A Parquet file that DuckDB has open.

    `columns` has the SQL of each column, `texts` that of the sizes of texts, and `labels` has the columns' names as the
    file has them. `zoned` are the positions of
    columns of moments, which come as microseconds since 1970, because DuckDB needs a library of time zones for them.
    """

    connection: Any
    path: str
    columns: list[str]
    labels: list[str]
    texts: list[str]
    zoned: frozenset[int]

    def one(self, query: str) -> tuple:
        """Returns the only row of a query over the file."""
        with _unhurried():
            found: tuple = self.connection.execute(f"SELECT {query} FROM read_parquet(?)", [self.path]).fetchone()
        return found

    def width(self) -> int:
        """Returns the bytes of texts in the widest row. To find it, every cell is read."""
        widths = " + ".join(f"coalesce({text}, 0)" for text in self.texts) or "0"
        return self.one(f"max({widths}), bit_xor(hash({', '.join(self.columns)}))")[0] or 0

    def rows(self) -> Iterator[list]:
        """Yields the rows as lists of Python's values."""
        count = max(1, min(MOST, limits.MAX_CELL // (self.width() + 1)))
        query = f"SELECT {', '.join(self.columns)} FROM read_parquet(?)"
        with _unhurried():
            result = self.connection.execute(query, [self.path])
            rows = result.fetchmany(count)
        while rows:
            yield from (self._values(row) for row in rows)
            with _unhurried():
                rows = result.fetchmany(count)

    def _values(self, row: tuple) -> list:
        """Returns a row with its moments."""
        values: list[Any] = [_Bytes(value) if isinstance(value, bytes) else value for value in row]
        for at in self.zoned:
            values[at] = None if values[at] is None else EPOCH + timedelta(microseconds=values[at])
        return values


def _unhurried() -> AbstractContextManager[None]:
    """Lets one call of DuckDB take as long as the check has time: it reads on, and no pattern can hang it."""
    return watchdog(WHAT, float("inf"))


@contextmanager
def opened(read: Callable[[int], bytes]) -> Iterator[_Reading]:
    """Opens a copy of a Parquet file, so that DuckDB reads what was opened and nothing else.

    `read` reads its next bytes. Raises NoRoom, TooLarge, Unreadable and OutOfTime.
    """
    with _unhurried():
        import duckdb  # only here, since few packages need it

    copy = Copy(SimpleNamespace(read=read), "utf-8")  # type: ignore[arg-type]
    try:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{limits.LEAST // limits.MIB}MiB",
            "threads": 1,
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        }
        with duckdb.connect(config=settings) as connection:
            folder = str(copy.path.parent).replace("'", "''")
            bound = f"SET allowed_directories = ['{folder}']; SET enable_external_access = false"
            with _unhurried():
                connection.execute(f"{bound}; SET lock_configuration = true")
                reading = _columns(connection, str(copy.path))
            yield reading
    except duckdb.OutOfMemoryException:
        words = f"reading it takes more than {limits.LEAST // limits.MIB} MiB of memory at a time"
        raise TooLarge(f"{words}; write it with smaller row groups, or save it as CSV") from None
    except duckdb.Error as error:
        said = " ".join(str(error).replace(str(copy.path), "it").split())
        raise Unreadable(f"DuckDB does not take it for Parquet: {shorten(said)}") from None
    except RuntimeError:  # DuckDB raises it where a signal interrupts it
        raise (OutOfTime(WHAT) if is_late() else KeyboardInterrupt) from None
    finally:
        copy.close()


def _columns(connection: Any, path: str) -> _Reading:
    """Returns what is read of a file. Raises TooLarge, and Unreadable for columns whose values are lists or objects."""
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    leaves = "SELECT name FROM parquet_schema(?) WHERE num_children IS NULL OR num_children = 0"
    labels = [name for (name,) in connection.execute(leaves, [path]).fetchall()]
    if len(described) > limits.MAX_COLUMNS:
        raise TooLarge(f"it has {len(described):,} columns; at most {limits.MAX_COLUMNS:,} are checked")
    columns, texts, zoned = [], [], set()
    for at, (name, kind, *_) in enumerate(described):
        quoted = '"' + name.replace('"', '""') + '"'
        if not FLAT.fullmatch(kind):
            words = f'the column "{shorten(name)}" has lists or objects ({shorten(kind, 50)}), which are not read here'
            raise Unreadable(f"{words}; save the table as CSV or JSON")
        columns.append(f"epoch_us({quoted})" if "TIME ZONE" in kind and kind.startswith("TIMESTAMP") else quoted)
        texts += [f"{SIZES[kind]}({quoted})"] if kind in SIZES else []
        zoned |= {at} if columns[-1] != quoted else set()
    return _Reading(connection, path, columns, labels, texts, frozenset(zoned))


def examine(handle: BinaryIO) -> None:
    """Reads every cell of a Parquet file. Raises NoRoom, TooLarge, Unreadable and OutOfTime where this fails."""
    with opened(handle.read) as reading:
        if (width := reading.width()) > limits.MAX_CELL:
            raise TooLarge(f"a row has {width:,} bytes of texts; at most {limits.MAX_CELL:,} are checked")
