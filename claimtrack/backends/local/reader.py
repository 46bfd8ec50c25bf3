"""Reads one block of a table's file: whether it is regular, which cells are in doubt, and its keys."""

import unicodedata
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import polars as pl

from claimtrack.backends.local import columns
from claimtrack.backends.local.block import Block, InDoubt
from claimtrack.backends.local.blocks import Irregular
from claimtrack.backends.local.shapes import Shapes
from claimtrack.checks.cells import check_cells
from claimtrack.checks.hygiene import check_form
from claimtrack.checks.keys import canonical
from claimtrack.checks.ragged import check_ragged
from claimtrack.core import limits
from claimtrack.core.findings import Tally
from claimtrack.package.dialect import BOM
from claimtrack.reading.head import Head
from claimtrack.reading.line_pattern import LinePattern
from claimtrack.reading.places import MARKED, Mark, Places
from claimtrack.reading.sieve import Doubts, Sieve, together

MANY = 1000  # with more rows in doubt than this, a block uses the sieve for itself
HELD = 500_000  # the most cells of rows in doubt that wait to be judged
# If a smaller share of the lines is proven, all columns are cut out of all lines. Else only a few columns are cut out
# of all lines, and all columns out of the lines in doubt.
FEW_DOUBTS = 0.8


class Rows(NamedTuple):
    """The rows of a block: their texts, their numbers (`_row`), and whether a pattern proves each (Boolean).

    Ragged rows are mended in `texts`, and listed in `ragged` (`shapes.RAGGED`).
    """

    texts: pl.Series
    numbers: pl.Series
    proven: pl.Series
    ragged: pl.DataFrame | None


class Reader:
    """Reads the blocks of a table in which every line is a record: proves them regular, judges cells and collects keys.

    `keys` are the columns whose keys are wanted. `keep` is whether all cells are wanted.
    """

    long = False  # whether a record may have several lines

    def __init__(self, places: Places, keys: frozenset[str], keep: bool):
        table = places.table
        self.places, self.table, self.fields, self.keep = places, table, table.fields, keep
        self.head = Head()  # of the file that is read
        self.delimiter, self.encoding = table.csv.delimiter, table.stored_encoding
        self.shapes = Shapes(table, self.long)
        self.lines = LinePattern(self.fields, self.delimiter)
        self.long_lines = self.lines.long
        self.keys = [(key, canonical(table.resource.schema.get_field(key))) for key in sorted(keys)]
        # The columns that are cut out of every line.
        self.few = [name for name in table.names if name in keys or name in self.lines.rest]
        self.columns = columns.Columns(table)
        # Rows and cells that wait to be judged, each with whether their form still has to be checked.
        self._rows: list[tuple[pl.DataFrame, bool]] = []
        self._doubts: list[tuple[Doubts, bool]] = []
        self._taken = -1  # the number of the last block that was taken over

    @cached_property
    def sieve(self) -> Sieve:
        """The expressions of the fields. They are made when a line is in doubt for the first time."""
        return Sieve(self.fields)

    def read(self, block: bytes, first: bool) -> Block:
        """Reads one block. The `first` block of a file begins with its `head`. Raises Irregular.

        It changes no state of the reader, so that several threads can read blocks at the same time.
        """
        head, closed = self.head if first else Head(), block.endswith(b"\n")
        block = block[head.size :]
        text = None if block.isascii() else _decoded(block, self.encoding)  # Polars 2.1 can hang on bad UTF-8
        if text is not None and self.encoding != "utf-8":
            block = text.encode()
        returns = self._returns(block)
        if block.startswith(BOM):  # Polars would drop it, and here it is a character of the first cell
            raise Irregular
        composed = text is None or unicodedata.is_normalized("NFC", text)
        lines, sizes = self._lines(block, returns)
        if returns and not self.long:
            block = block.replace(b"\r\n", b"\n")
        joined, starts = self._records(lines)
        # A line break within a record is always one character in `joined`.
        known = self.lines if starts is None or returns else self.long_lines
        broken_lines = starts is not None and returns > 0
        rows = self._rows_among(joined, known.ascii if text is None else known.pattern, head.records)
        if rows.texts is not joined:
            if broken_lines:  # `joined` has other line breaks within cells than the file
                raise Irregular
            block = "\n".join(rows.texts).encode()
        by_line = rows.proven
        whole = self.keep or not composed or by_line.sum() < FEW_DOUBTS * len(by_line) or broken_lines
        frame = self._cut(block, self.table.names if whole else self.few, rows.numbers, rows.ragged)
        proven = by_line & self.sieve.proves(frame, self.lines.rest) if self.lines.rest else by_line
        keys = pl.DataFrame([frame.get_column("_row"), *(of(frame.get_column(name)) for name, of in self.keys)])
        marks = [(0, 0, 0), *([(head.records, head.lines, head.size)] if first else [])]
        marks += [] if sizes is None else self._marks(sizes, starts, head)
        feeds = head.lines + (len(lines) - (not closed) if len(lines) else 0)
        left = InDoubt(text is not None, composed, odd=None if composed else frame)
        if not proven.all():
            left = self._in_doubt(left, rows, frame, whole, proven)
        kept = frame if self.keep else None
        return Block(len(joined) + head.records, len(by_line), feeds, marks, keys, kept, left, rows.ragged)

    def _rows_among(self, records: pl.Series, pattern: str | None, before: int) -> Rows:
        """Finds the rows among the records of a block, the first of which has the number `before`. Raises Irregular."""
        span = range(before, before + len(records))
        numbers = pl.Series("_row", list(span) if len(span) < MANY else span, dtype=pl.UInt32)
        if (left := self.shapes.left_out(records)) is not None:
            records, numbers = records.filter(~left), numbers.filter(~left)
        proven = self._proven(records, pattern)
        ragged, told = None if proven.all() else self.shapes.ragged(records, proven), None
        if ragged is not None:
            records, told = self.shapes.mended(records, ragged, numbers)
        return Rows(records, numbers, proven, told)

    def _cut(self, block: bytes, names: list[str], numbers: pl.Series, ragged: pl.DataFrame | None) -> pl.DataFrame:
        """Splits regular records into these columns. Absent cells of ragged rows are null. Raises Irregular."""
        frame = self.columns.cut(block, names, numbers)
        return frame if ragged is None else self.shapes.without_absent(frame, ragged)

    def _in_doubt(self, left: InDoubt, rows: Rows, frame: pl.DataFrame, whole: bool, proven: pl.Series) -> InDoubt:
        """Completes `left` with the cells in doubt of a block.

        `proven` (Boolean) tells which rows are proven in all columns. `whole` is whether `frame` has all columns.
        """
        # The pattern of a line proves most columns of these records, so that only the rest is in doubt.
        if not whole and len(partly := frame.filter(rows.proven & ~proven)) > MANY:
            left, proven = replace(left, partly=self.sieve.doubts(partly, self.lines.rest)), rows.proven
        if whole:
            doubtful = frame.filter(~proven)
        else:
            texts = "\n".join(rows.texts.filter(~proven)).encode()
            doubtful = self._cut(texts, self.table.names, rows.numbers.filter(~proven), rows.ragged)
        if len(doubtful) > MANY:
            left = replace(left, doubts=self.sieve.doubts(doubtful))
        else:  # a few rows wait for `settle`, because each use of the sieve costs time
            left = replace(left, rows=doubtful)
        return replace(left, odd=doubtful) if left.composed and left.beyond_ascii else left

    def take(self, number: int, block: Block, tally: Tally) -> None:
        """Takes over the results of the next block. After an interruption the same `number` may come again."""
        if number <= self._taken:
            return
        self._taken, left = number, block.in_doubt
        if block.ragged is not None:
            check_ragged(self.places, block.ragged, tally)
        if left.rows is not None:
            self._rows.append((left.rows, not left.beyond_ascii))
        pairs = ((left.doubts, not left.beyond_ascii), (left.partly, True))
        self._doubts += [(doubts, untidy) for doubts, untidy in pairs if doubts]
        if left.odd is not None:
            check_form(self.places, left.odd, tally, beyond_ascii=True, composed=left.composed)
        cells = sum(len(rows) * rows.width for rows, _ in self._rows)
        if cells + sum(len(found) for doubts, _ in self._doubts for found in doubts.values()) > HELD:
            self.settle(tally)

    def settle(self, tally: Tally) -> None:
        """Judges the rows that wait. They wait because each judgement costs time, even on a few rows."""
        if not (self._rows or self._doubts):
            return
        untidy, others = (self._together(untidy) for untidy in (True, False))
        self._rows.clear()
        self._doubts.clear()
        check_cells(self.places, together([untidy, others]), tally)
        for name in self.table.names:
            if name in untidy:
                frame = untidy[name].select("_row", pl.col("cell").alias(name))
                check_form(self.places, frame, tally, beyond_ascii=False)

    def _together(self, untidy: bool) -> Doubts:
        """Collects the doubts of the rows whose form still has to be checked (`untidy`), or of the other rows."""
        rows = [rows for rows, kind in self._rows if kind == untidy]
        some = [self.sieve.doubts(pl.concat(rows))] if rows else []
        return together([*some, *(doubts for doubts, kind in self._doubts if kind == untidy)])

    def _returns(self, block: bytes) -> int:
        """Counts the lines that end in CR and LF. Raises Irregular where a CR stands elsewhere."""
        if b"\r" not in block:
            return 0
        returns = block.count(b"\r\n")
        if block.count(b"\r") != returns:
            raise Irregular
        return returns

    def _lines(self, block: bytes, returns: int) -> tuple[pl.Series, pl.Series | None]:
        """Splits a block into lines without their line breaks, and returns them with the size of each in bytes.

        A size includes the line break. The sizes are None where there are two kinds of line breaks, or where the block
        is small.
        """
        if not block:
            return pl.Series("line", [], dtype=pl.String), None
        if len(block) <= columns.SMALL:
            return pl.Series("line", _text_of(block).split("\n")), None
        # Lines without a character would take many times their own memory.
        most = len(block) // 2 if len(block) > limits.MIB else len(block)
        lines = pl.scan_lines(block, n_rows=most + 1).collect()["line"]
        feeds, sizes = len(lines) - (not block.endswith(b"\n")), lines.str.len_bytes()
        if len(lines) > most or sizes.sum() + feeds + returns != len(block):
            raise Irregular
        if returns not in (0, feeds):
            return lines, None
        sizes = sizes if self.encoding == "utf-8" else lines.str.len_chars()
        return lines, sizes + 1 + (returns > 0)

    def _records(self, lines: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        """Joins lines into records, and tells for each line whether a record starts there (Boolean).

        The second value is None where every line is a record. Raises Irregular.
        """
        return lines, None

    def _proven(self, records: pl.Series, pattern: str | None) -> pl.Series:
        """Tells for each record whether the pattern proves its cells valid (Boolean, never null)."""
        proven = pl.repeat(False, len(records), eager=True) if pattern is None else records.str.contains(pattern)
        if len(self.fields) == 1:
            proven &= records != ""  # a line without a character is a record without a cell
        return proven if self.lines.blank is None else proven & ~records.str.contains(self.lines.blank)

    def _marks(self, sizes: pl.Series, starts: pl.Series | None, head: Head) -> list[Mark]:
        """Returns marks for some of the lines at which a record starts.

        `sizes` are the bytes of each line, including its line break, and `starts` tells at which lines a record starts.
        `head` stands before the first line.
        """
        at, lines = sizes.cum_sum().shift(1, fill_value=0), None
        if starts is not None:
            at, lines = at.filter(starts), starts.arg_true()
        rows = at.search_sorted(pl.Series(range(0, int(sizes.sum()), MARKED), dtype=at.dtype)).unique().sort()
        return [
            (row + head.records, (row if lines is None else lines[row]) + head.lines, at[row] + head.size)
            for row in rows
            if row < len(at)
        ]


def _text_of(block: bytes) -> str:
    """Returns the lines of a block of UTF-8, with line feeds between them alone."""
    return block.replace(b"\r\n", b"\n").decode().removesuffix("\n")


def _decoded(block: bytes, encoding: str) -> str:
    """Decodes a block. Raises Irregular where it is not in the encoding."""
    try:
        return block.decode(encoding)
    except UnicodeDecodeError:
        raise Irregular from None
