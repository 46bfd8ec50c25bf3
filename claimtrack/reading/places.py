"""Finds the records and cells of a table again after one pass over its files: where they stand and what they hold."""

from __future__ import annotations

import csv
import io
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import TooLarge
from claimtrack.core.findings import Cause
from claimtrack.package.records import Line, Record, records
from claimtrack.reading.layout import Layout
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    import polars as pl

MARKED = 2**16  # bytes from one mark to the next; at most this many are read again to find the line of a finding
Mark = tuple[int, int, int]  # a record's number in its file (the header is 1), its line (from 1) and its byte (from 0)


@dataclass
class MarkedFile:
    """One file of a regular table, with the number of rows in the files before it and marks to find its records."""

    file: str
    before: int = 0
    marks: list[Mark] = field(default_factory=list)


@dataclass
class Places:
    """Finds the records of a table by number. The header is 1, and numbers continue from file to file (frictionless).

    Records of a `regular` table are found from the marks of its files. To find a record of any other table, its files
    are read from the start. This reading also fills `starts` (the number of the first record of each file, and the
    file). `labels` are the column names of the header.
    """

    table: Table
    regular: bool = False
    labels: list[str] = field(default_factory=list)
    starts: list[tuple[int, str]] = field(default_factory=list)
    marked: list[MarkedFile] = field(default_factory=list)
    rows: int = 0  # the number of rows read, if the table is not regular
    broken: Undecodable | None = None  # the bytes at which reading the table ends, before its end
    sum: int = 0  # a checksum of the lines, if the reading is compared with another one
    codes: set[str] = field(default_factory=set)  # the columns that were found to hold codes
    layout: Layout | None = None  # why the header is not the list of the fields, if one cause explains it
    # The rows (`_row`) with too few cells in a regular table, each frame with their number (`cells`).
    short: list[pl.DataFrame] = field(default_factory=list)
    _records: dict[int, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.marked = self.marked or [MarkedFile(self.table.file)]

    def continue_with(self, others: list[MarkedFile]) -> None:
        """Adds the further files of a regular table."""
        self.marked = [self.marked[0], *others]
        self.starts = [(1, self.table.file), *((each.before + 2, each.file) for each in others)] if others else []

    def restart(self) -> None:
        """Forgets the places of records, because another pass over the files begins."""
        self.marked, self.starts, self.short = [MarkedFile(self.table.file)], [], []

    def begin(self, file: str, before: int) -> None:
        """Adds a further file, before which there are so many rows and comments."""
        self.continue_with([*self.marked[1:], MarkedFile(file, before)])

    def file_of(self, row: int | None) -> str:
        """Returns the file that holds a record."""
        return (
            self.starts[bisect_right(self.starts, (row, "\uffff")) - 1][1] if row and self.starts else self.table.file
        )

    def follows(self, rule: str, fields: Sequence[str]) -> Cause | None:
        """Returns the cause from which a finding of a rule on some columns follows, or None."""
        return self.layout.cause if self.layout and self.layout.explains(rule, fields) else None

    def by_file(self, rows: pl.Series) -> Iterator[tuple[str, pl.Series]]:
        """Groups the numbers of records by file: yields each file with the numbers of its records."""
        starts = self.starts or [(0, self.table.file)]
        ends: list[int | None] = [*(start for start, _ in starts[1:]), None]
        for (start, file), end in zip(starts, ends, strict=True):
            own = rows if len(starts) == 1 else rows.filter((rows >= start) & (rows < end if end else True))
            yield file, own

    @property
    def columns(self) -> list[str]:
        """The column names in the order of the cells: the fields' names, or the labels if `fieldsMatch` says so."""
        exact = self.table.resource.schema.fields_match == "exact"
        return self.table.names if exact else [label.strip() for label in self.labels]

    def index(self, name: str) -> int | None:
        """Returns the position of a field's cell in a record (from 0), or None."""
        columns = self.columns
        return columns.index(name) if name in columns else None

    def cell(self, row: int, name: str) -> str | None:
        """Returns a cell as written, or None where the row has no such cell."""
        record, index = self.record(row), self.index(name)
        return record.cells[index] if record is not None and index is not None and index < len(record.cells) else None

    def place(self, row: int | None, name: str | None = None) -> tuple[int | None, int | None]:
        """Returns the line and the column (from 1, in characters) at which a cell begins, or a row without `name`."""
        record = self.record(row) if row else None
        if record is None or self.table.dialect is None:  # the file is not text, so it has no lines
            return None, None
        return position(record, (self.index(name) if name else 0) or 0, self.table.csv.python)

    def record(self, row: int) -> Record | None:
        """Returns a record by its number, or None where there is no such record or it cannot be parsed."""
        if row not in self._records:
            self.fetch([row])
        return self._records.get(row)

    def at_hand(self, known: dict[int, Record]) -> None:
        """Provides records that were just read, so that findings about them need no second reading."""
        self._records = known

    def fetch(self, rows: Iterable[int]) -> None:
        """Reads the records with these numbers in one pass.

        Records of earlier calls are forgotten when there are many.
        """
        wanted = set(rows) - self._records.keys()
        if wanted and len(self._records) > 10 * limits.SAMPLES:
            self._records, wanted = {}, set(rows)
        if wanted:
            self._records |= self._found(sorted(wanted))

    def _found(self, wanted: list[int]) -> Mapping[int, Record]:
        """Reads the records with these numbers, as far as they can be read."""
        found: dict[int, Record] = {}
        if self.regular:
            found = dict(self._regular(wanted))
        elif self.table.dialect:
            with suppress(csv.Error, UnicodeDecodeError, OSError, EOFError, TooLarge):
                for row, record in enumerate(self.read(), 1):
                    if row in wanted:
                        found[row] = record
                    if row >= wanted[-1]:
                        break
        return found

    def _regular(self, wanted: list[int]) -> Iterator[tuple[int, Record]]:
        """Reads records of a regular table, in which every quote is closed within its record, in one pass.

        `wanted` are their numbers, in order. From one to the next, the file is read on, or from the mark between them.
        """
        for part, after in zip(self.marked, [*self.marked[1:], None], strict=True):
            own = [row for row in wanted if after is None or row <= after.before + 1]
            wanted = wanted[len(own) :]
            if own:
                with self.table.stored(part.file) as handle:
                    yield from self._of_part(part, handle, own)

    def _of_part(self, part: MarkedFile, handle: BinaryIO, wanted: list[int]) -> Iterator[tuple[int, Record]]:
        """Reads the records with these numbers from one file of a regular table, which `handle` has."""
        number, line, found = 0, 0, b""  # of the record that was read last
        for row in wanted:
            mark = part.marks[bisect_right(part.marks, (row - part.before, sys.maxsize, sys.maxsize)) - 1]
            if number == 0 or mark[0] > number:
                number, line = mark[0] - 1, mark[1]
                found = b""
                handle.seek(mark[2])
            while number < row - part.before:
                number, line = number + 1, line + found.count(b"\n")
                found = handle.readline()
                found += closing(handle) if found.count(b'"') % 2 else b""
                if not found:
                    break
            bare = found.removeprefix(self.table.mark if row == 1 else b"").removesuffix(b"\n").removesuffix(b"\r")
            text = bare.decode(self.table.stored_encoding)
            yield row, Record(line, text, next(csv.reader([text], self.table.csv.python), []))

    def read(self) -> Iterator[Record]:
        """Yields every record of the files in any dialect, including the header, and fills `starts` on the way.

        Raises csv.Error, UnicodeDecodeError, OSError, EOFError and zipfile.BadZipFile as Python does, and TooLarge when
        a record has more cells, or spans more lines, than `limits` allows.
        """
        several = len(self.table.files) > 1
        for row, record in enumerate(records(self._lines(), self.table.csv.python), 1):
            if len(record.cells) > limits.MAX_COLUMNS:
                words = f"{len(record.cells):,} cells; at most {limits.MAX_COLUMNS:,} columns are checked"
                raise TooLarge(f"line {record.line} has {words}")
            if several and (not self.starts or (row > self.starts[-1][0] and record.file != self.starts[-1][1])):
                self.starts.append((row, record.file))
            yield record

    def _lines(self) -> Iterator[Line]:
        """Yields the lines of all files, joined in the same way as frictionless joins them (`MultipartByteStream`).

        The first line of every CSV file except the first file is skipped, because it repeats the header. No line break
        is added where a file does not end with one.
        """
        unended: Line | None = None
        for file in self.table.files:
            with self.table.content(file) as handle:
                skipped = int(file != self.table.file and self.table.repeats_header)
                if skipped:
                    handle.readline()
                texts = io.TextIOWrapper(handle, self.table.csv.encoding, newline="")
                for number, text in enumerate(texts, skipped + 1):
                    line: Line = (unended[0] + text, *unended[1:]) if unended else (text, file, number)
                    unended = None if text.endswith(("\n", "\r")) else line
                    if not unended:
                        yield line
        if unended:
            yield unended


@dataclass(frozen=True)
class Undecodable:
    """The place of bytes that are not in the encoding of their file, and in words what is known about them."""

    file: str
    line: int
    words: str


@dataclass(frozen=True)
class Scanned:
    """A table after one pass over its files.

    It is `regular` when every record is proven to have exactly the declared fields. The other facts are known only for
    a regular table: its number of `rows`, whether its primary key is `ascending` from row to row, and the row in
    `disorder`, which is the first row whose key is lower than that of the row before.
    """

    table: Table
    places: Places
    regular: bool
    rows: int = 0
    ascending: bool = False
    disorder: int | None = None


def position(record: Record, index: int, dialect: csv.Dialect) -> tuple[int, int]:
    """Returns the line and the column (from 1, in characters) at which the cell `index` (from 0) of a record begins."""
    line, column, cell, quoted = record.line, 1, 0, False
    for character in record.text:
        if cell == index:
            break
        if character == dialect.quotechar and dialect.quotechar:
            quoted = not quoted  # a doubled quote switches it twice, so it stays as it was
        elif character == dialect.delimiter and not quoted:
            cell += 1
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return line, column


def closing(handle: BinaryIO) -> bytes:
    """Reads the lines up to the one in which an open quote is closed.

    Returns no bytes where the quote stays open for `limits.MAX_LINE` bytes, or to the end of the file.
    """
    pieces, size = [], 0
    while size < limits.MAX_LINE and (ahead := _ahead(handle)):
        # Lines without a quote are read together.
        piece = handle.readline(limits.MAX_LINE) if b'"' in ahead else handle.read(len(ahead))
        pieces.append(piece)
        size += len(piece)
        if piece.count(b'"') % 2 and size < limits.MAX_LINE:
            return b"".join(pieces)
    return b""


def _ahead(handle: BinaryIO) -> bytes:
    """Returns some of the next bytes without moving the position of the file."""
    if isinstance(handle, io.BufferedReader):
        return handle.peek()
    ahead = handle.read(io.DEFAULT_BUFFER_SIZE)
    handle.seek(-len(ahead), io.SEEK_CUR)
    return ahead
