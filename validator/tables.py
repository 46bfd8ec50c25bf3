"""A table as text: where each record stands in its file, and every cell as written."""

import bz2
import contextlib
import csv
import gzip
import io
import lzma
import os
import stat
import sys
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import polars as pl
from frictionless import Resource

from . import limits
from .form import Form
from .sieve import missing_values

BOM = b"\xef\xbb\xbf"
MARKED = 2**16  # bytes from one mark to the next: so much is read again for the line of a finding
OPENERS = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}


class TooLarge(Exception):
    """A table lies beyond one of `limits`. Its text says which."""


class Unreadable(Exception):
    """A file is not what is declared. Its text says why."""


@dataclass
class Record:
    """One record as it stands in the file: `line` is that on which it begins, `text` its characters, `cells` its values."""

    line: int
    text: str
    cells: list[str]


@dataclass
class Table:
    """One CSV resource.

    `marks` are the rows and byte offsets of some lines of a regular file, to find the others from. A file is regular when
    each of its lines is proven to be one record of the declared fields (`scan`); only then is known whether the primary key is
    `ascending` from row to row, and the first row in `disorder`, below the one before. `frame`, where it was asked for, has one
    text column a field, missing values as null, and `_row`: the record's number, the header being 1, as frictionless counts.
    """

    resource: Resource
    file: str
    path: Path
    form: Form | None = None
    regular: bool = False
    rows: int = 0
    labels: list[str] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    ascending: bool = False
    disorder: int | None = None
    frame: pl.DataFrame | None = None
    others: list[tuple[int, "Table"]] = field(default_factory=list)  # where Spark reads several files as one: the rows before each further one, and it
    source: Callable[[list[int]], dict[int, Record]] | None = None  # gives records by number, where the file is no text
    _records: dict[int, Record] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.resource.name

    @property
    def names(self) -> list[str]:
        return self.resource.schema.field_names

    def index(self, name: str) -> int | None:
        """Where a field's cell stands in a record (from 0): by order, or by label where `fieldsMatch` says so."""
        names = self.names if self.resource.schema.fields_match == "exact" else self.labels
        return names.index(name) if name in names else None

    def cell(self, row: int, name: str) -> str | None:
        """The cell as written, or None where the row has none."""
        record, index = self.record(row), self.index(name)
        return record.cells[index] if record is not None and index is not None and index < len(record.cells) else None

    def place(self, row: int | None, name: str | None = None) -> tuple[int | None, int | None]:
        """The physical line and column (1-based, in characters) at which a cell begins, or a row where `name` is None."""
        record = self.record(row) if row else None
        if record is None or self.form is None or self.resource.extrapaths:  # no lines, or of which file?
            return None, None
        return position(record, (self.index(name) if name else 0) or 0, self.form.dialect)

    def record(self, row: int) -> Record | None:
        """A record by its number, or None where the file has none such or its form cannot be followed (multipart)."""
        if row not in self._records:
            self.fetch([row])
        return self._records.get(row)

    def at_hand(self, known: dict[int, Record]) -> None:
        """Lends records that were just read, so that findings on them need no second reading."""
        self._records = known

    def fetch(self, rows: Iterable[int]) -> None:
        """Reads the records with these numbers, all in one go. Those of an earlier call are forgotten when they are many."""
        wanted = set(rows) - self._records.keys()
        if wanted and len(self._records) > 10 * limits.SAMPLES:
            self._records, wanted = {}, set(rows)
        if self.source:
            self._records |= self.source(sorted(wanted)) if wanted else {}
        elif self.regular:
            for row in sorted(wanted):
                text = self._line(row)
                self._records[row] = Record(row, text, next(csv.reader([text], self.form.dialect), []))
        elif wanted and self.form and not self.resource.extrapaths:
            with contextlib.suppress(csv.Error, UnicodeDecodeError, OSError, EOFError, TooLarge):
                for row, record in enumerate(records(self), 1):
                    if row in wanted:
                        self._records[row] = record
                    if row >= max(wanted):
                        break

    def _line(self, row: int) -> str:
        """The text of a row of a regular file, in which rows are lines."""
        before, part = max(((rows, part) for rows, part in self.others if row > rows + 1), key=lambda other: other[0], default=(0, self))
        row -= before
        first, offset = part.marks[bisect_right(part.marks, (row, sys.maxsize)) - 1]
        with open_regular(part.path) as handle:
            handle.seek(offset)
            line = next(islice(handle, row - first, None), b"")
        return line.removeprefix(BOM if row == 1 else b"").removesuffix(b"\n").removesuffix(b"\r").decode()

    def mark(self, row: int, offset: int, block: bytes) -> int:
        """Notes where lines stand in a block that begins with `row` at `offset`; returns how many lines it has."""
        at, lines = 0, 0
        while at < len(block):
            self.marks.append((row + lines, offset + at))
            end = block.find(b"\n", at + MARKED) + 1 or len(block)
            lines += block.count(b"\n", at, end)
            at = end
        return lines + (not block.endswith(b"\n"))


def nameable(name: str) -> bool:
    """Whether Polars takes a column's name for itself: `*` and `^...$` stand for several columns, `_row` is ours."""
    return bool(name) and name not in ("*", "_row") and not name.startswith("^")


def text_frame(table: Table, rows: dict[int, Record]) -> pl.DataFrame:
    """Records, by number, as `Table.frame` has them: `_row`, and a column of text a field, missing values as null."""

    def present(record: Record, index: int | None, missing: list[str]) -> str | None:
        cell = record.cells[index] if index is not None and index < len(record.cells) else None
        return None if cell in missing else cell

    columns = [pl.Series("_row", list(rows), dtype=pl.UInt32)]
    for field_ in table.resource.schema.fields:
        if not nameable(field_.name):
            continue
        index, missing = table.index(field_.name), missing_values(field_)
        columns.append(pl.Series(field_.name, [present(record, index, missing) for record in rows.values()], dtype=pl.String))
    return pl.DataFrame(columns)


def position(record: Record, index: int, dialect: csv.Dialect) -> tuple[int, int]:
    """The line and column at which the cell number `index` (from 0) of a record begins."""
    line, column, cell, quoted = record.line, 1, 0, False
    for character in record.text:
        if cell == index:
            break
        if character == dialect.quotechar and dialect.quotechar:
            quoted = not quoted  # a doubled quote turns it off and on again
        elif character == dialect.delimiter and not quoted:
            cell += 1
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return line, column


def open_regular(path: Path) -> BinaryIO:
    """Opens a regular file; a device or FIFO put in its place would block for ever. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "not a regular file")
    return os.fdopen(descriptor, "rb")


def open_content(resource: Resource, path: Path) -> BinaryIO:
    """The bytes of a resource's one file, unpacked. Raises OSError, EOFError or zipfile.BadZipFile as Python does."""
    if resource.compression == "zip":
        archive = zipfile.ZipFile(open_regular(path))
        return archive.open(resource.innerpath or archive.namelist()[0])
    return OPENERS.get(resource.compression, lambda handle: handle)(open_regular(path))


def records(table: Table) -> Iterator[Record]:
    """Every record of a file of any CSV form, the header included. Raises csv.Error and UnicodeDecodeError as Python does,
    TooLarge when a record has more cells than `limits.MAX_COLUMNS`."""
    taken: list[str] = []

    def tap(handle) -> Iterator[str]:
        for text in handle:
            taken.append(text)
            yield text

    csv.field_size_limit(limits.MAX_CELL)
    with io.TextIOWrapper(open_content(table.resource, table.path), table.form.encoding, newline="") as handle:
        line = 1
        for cells in csv.reader(tap(handle), table.form.dialect):
            if len(cells) > limits.MAX_COLUMNS:
                raise TooLarge(f"line {line} has {len(cells):,} cells; at most {limits.MAX_COLUMNS:,} columns are checked")
            text = "".join(taken)
            taken.clear()
            yield Record(line, text, cells)
            # csv counts each line that it is given; a lone CR ends a line for it, and for most editors.
            line += max(1, len(text.splitlines()) if "\r" in text.rstrip("\r\n") else text.count("\n"))
