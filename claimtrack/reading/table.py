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
from dataclasses import dataclass, field, replace
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

    `marks` are the number of a record, its line and its byte offset, of some records of a regular file, to find the others from. A file is regular when
    it is proven to be one record of the declared fields after the other (`scan`); only then is known whether the primary key is
    `ascending` from row to row, and the first row in `disorder`, below the one before. `frame`, for the rules of claim tracking,
    has `_row`, the record's number, the header being 1, as frictionless counts, and a column of text for each field in
    `rules.held`, missing values as null: a frame of Polars, or of the engine that is asked instead.

    A table in several files counts its records on from one to the next: `starts` are the first record of each and the file's
    name, once they were read. `file` and `path` are then those of the first.
    """

    resource: Resource
    file: str
    path: Path
    form: Form | None = None
    regular: bool = False
    rows: int = 0
    labels: list[str] = field(default_factory=list)
    marks: list[tuple[int, int, int]] = field(default_factory=list)
    ascending: bool = False
    disorder: int | None = None
    frame: object = None
    starts: list[tuple[int, str]] = field(default_factory=list)
    others: list[tuple[int, "Table"]] = field(default_factory=list)  # where Spark reads several files as one: the rows before each further one, and it
    sum: int = 0  # of what stands in its lines, where Spark reads them
    source: Callable[[list[int]], dict[int, Record]] | None = None  # gives records by number, where the file is no text
    _records: dict[int, Record] = field(default_factory=dict)

    @staticmethod
    def is_csv(resource: Resource) -> bool:
        """Whether a resource is a table in a file of CSV, which is read here; any other is left to frictionless."""
        return bool(resource.tabular and resource.path and resource.format in ("csv", "tsv"))

    @property
    def name(self) -> str:
        return self.resource.name

    @property
    def names(self) -> list[str]:
        return self.resource.schema.field_names

    @property
    def parts(self) -> list["Table"]:
        """The table as it is in each of its files."""
        home = self.resource.basepath or ""
        return [self, *(replace(self, file=name, path=Path(home, name)) for name in self.resource.paths[1:])]

    @property
    def repeats_header(self) -> bool:
        """Whether frictionless takes the first line of every further file for the header again, and passes over it."""
        return self.resource.format == "csv" and self.resource.dialect.header is not False

    def file_of(self, row: int | None) -> str:
        """The file in which a record stands, by its number."""
        return self.starts[bisect_right(self.starts, (row, "\uffff")) - 1][1] if row and self.starts else self.file

    def continue_with(self, others: list[tuple[int, "Table"]]) -> None:
        """Takes further files into the table: how many rows stand before each, and the file as a table of its own."""
        self.others = others
        self.starts = [(1, self.file), *((before + 2, name) for (before, _), name in zip(others, self.resource.paths[1:]))] if others else []

    def by_file(self, rows: pl.Series) -> Iterator[tuple[str, pl.Series]]:
        """The numbers of some records, file by file."""
        starts = self.starts or [(0, self.file)]
        for (start, file), end in zip(starts, [*(start for start, _ in starts[1:]), None]):
            yield file, rows if len(starts) == 1 else rows.filter((rows >= start) & (rows < end if end else True))

    @property
    def columns(self) -> list[str]:
        """The names of a record's cells: of the fields in their order, or as labelled where `fieldsMatch` says so."""
        return self.names if self.resource.schema.fields_match == "exact" else self.labels

    def index(self, name: str) -> int | None:
        """Where a field's cell stands in a record (from 0)."""
        columns = self.columns
        return columns.index(name) if name in columns else None

    def cell(self, row: int, name: str) -> str | None:
        """The cell as written, or None where the row has none."""
        record, index = self.record(row), self.index(name)
        return record.cells[index] if record is not None and index is not None and index < len(record.cells) else None

    def place(self, row: int | None, name: str | None = None) -> tuple[int | None, int | None]:
        """The physical line and column (1-based, in characters) at which a cell begins, or a row where `name` is None."""
        record = self.record(row) if row else None
        if record is None or self.form is None:  # no text, and so no lines
            return None, None
        return position(record, (self.index(name) if name else 0) or 0, self.form.dialect)

    def record(self, row: int) -> Record | None:
        """A record by its number, or None where the file has none such or its form cannot be followed."""
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
                self._records[row] = self._regular(row)
        elif wanted and self.form:
            with contextlib.suppress(csv.Error, UnicodeDecodeError, OSError, EOFError, TooLarge):
                for row, record in enumerate(records(self), 1):
                    if row in wanted:
                        self._records[row] = record
                    if row >= max(wanted):
                        break

    def _regular(self, row: int) -> Record:
        """A record of regular files, whose quotes are closed where a record ends."""
        before, part = max(((rows, part) for rows, part in self.others if row > rows + 1), key=lambda other: other[0], default=(0, self))
        row -= before
        number, line, offset = part.marks[bisect_right(part.marks, (row, sys.maxsize, sys.maxsize)) - 1]
        with open_regular(part.path) as handle:
            handle.seek(offset)
            while True:
                found = handle.readline()
                found += closing(handle) if found.count(b'"') % 2 else b""
                if number == row or not found:
                    break
                number, line = number + 1, line + found.count(b"\n")
        text = found.removeprefix(BOM if row == 1 else b"").removesuffix(b"\n").removesuffix(b"\r").decode()
        return Record(line, text, next(csv.reader([text], self.form.dialect), []))


def nameable(name: str) -> bool:
    """Whether Polars takes a column's name for itself: `*` and `^...$` stand for several columns, `_row` is ours."""
    return bool(name) and name not in ("*", "_row") and not name.startswith("^")


def text_frame(table: Table, rows: dict[int, Record]) -> pl.DataFrame:
    """Records, by number, as a frame: `_row`, and a column of text a field, missing values as null."""

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


def open_regular(path: Path) -> io.BufferedReader:
    """Opens a regular file; a device or FIFO put in its place would block for ever. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "not a regular file")
    return os.fdopen(descriptor, "rb")


def closing(handle: io.BufferedReader) -> bytes:
    """The lines up to that in which quotes that are open are closed; none where they stay open for `limits.MAX_LINE` bytes, or for good."""
    pieces, size = [], 0
    while size < limits.MAX_LINE and (ahead := handle.peek()):
        piece = handle.readline(limits.MAX_LINE) if b'"' in ahead else handle.read(len(ahead))  # lines without a quote in one go
        pieces.append(piece)
        size += len(piece)
        if piece.count(b'"') % 2 and size < limits.MAX_LINE:
            return b"".join(pieces)
    return b""


def open_content(resource: Resource, path: Path) -> BinaryIO:
    """The bytes of a resource's one file, unpacked. Raises OSError, EOFError or zipfile.BadZipFile as Python does."""
    if resource.compression == "zip":
        archive = zipfile.ZipFile(open_regular(path))
        if resource.innerpath and resource.innerpath not in archive.namelist():
            raise zipfile.BadZipFile(f'there is no "{resource.innerpath}" in it')
        return archive.open(resource.innerpath or archive.namelist()[0])  # `files` has seen that there is one
    return OPENERS.get(resource.compression, lambda handle: handle)(open_regular(path))


def records(table: Table) -> Iterator[Record]:
    """Every record of a table in any CSV form, the header included; sets the `starts` of one in several files. Raises csv.Error
    and UnicodeDecodeError as Python does, TooLarge when a record has more cells, or goes on for more lines, than `limits` allows."""
    first, text = None, io.StringIO(newline="")  # of the record being read; lines by the million need more memory than their text

    def tap() -> Iterator[str]:
        nonlocal first
        for line, file, number in _lines(table):
            if first is None:
                first = file, number
            elif number - first[1] > limits.MAX_CELL_LINES:
                raise TooLarge(f"the record in line {first[1]} goes on for more than {limits.MAX_CELL_LINES:,} lines; is a quote in it closed nowhere?")
            text.write(line)
            yield line

    csv.field_size_limit(limits.MAX_CELL)
    several = len(table.resource.paths) > 1
    for row, cells in enumerate(csv.reader(tap(), table.form.dialect), 1):
        file, number = first
        if len(cells) > limits.MAX_COLUMNS:
            raise TooLarge(f"line {number} has {len(cells):,} cells; at most {limits.MAX_COLUMNS:,} columns are checked")
        if several and (not table.starts or row > table.starts[-1][0] and file != table.starts[-1][1]):
            table.starts.append((row, file))
        yield Record(number, text.getvalue(), cells)
        first = None
        text.seek(0)
        text.truncate()


def _lines(table: Table) -> Iterator[tuple[str, str, int]]:
    """The lines of a table's files, as csv counts them and most editors do (a lone CR ends one, too), each with its file and number.

    They are strung together as by frictionless (`MultipartByteStream`): of every CSV file but the first it passes over the first
    line, since that is the header again, and it adds no line end where a file lacks its last one.
    """
    unended = None
    for part in table.parts:
        with open_content(part.resource, part.path) as handle:
            skipped = int(part is not table and table.repeats_header)
            if skipped:
                handle.readline()
            for number, text in enumerate(io.TextIOWrapper(handle, table.form.encoding, newline=""), skipped + 1):
                line = (unended[0] + text, *unended[1:]) if unended else (text, part.file, number)
                unended = None if text.endswith(("\n", "\r")) else line
                if not unended:
                    yield line
    if unended:
        yield unended
