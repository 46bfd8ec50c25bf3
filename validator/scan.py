"""One pass over a table's file: bytes, shape, cells and keys, a block at a time.

The file is cut into blocks at line ends. That is sound because every line is first proven to be one record: each of its
cells is plain or properly quoted, and there are as many as there are fields. The least doubt (a line break in a cell, a
row of another length, an odd byte) makes the table irregular: its cells are then left to frictionless.
"""

import csv
import hashlib
import os
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import BinaryIO

import polars as pl

from . import cells, hygiene, limits, sieve
from .findings import Finding, Tally
from .keys import Order, canonical
from .keystore import KeyStore
from .lines import lines as lines_of
from .tables import BOM, Table, TooLarge, nameable, open_regular
from .watchdog import watchdog
from .wording import of_file, shorten

WORKERS = (os.cpu_count() or 1) + 1  # blocks that are worked on at a time, each in memory; one more, since each waits now and then
MANY = 1000  # rows in doubt that are worth a use of the sieve by themselves
HELD = 500_000  # cells of rows that wait to be judged
LINE_MARK = "\x01"  # a separator that no regular line contains: it makes Polars read whole lines
# A cell as RFC 4180 has it, without control characters but the tab: https://www.rfc-editor.org/rfc/rfc4180#section-2
CELL = r'(?:[^",\x00-\x08\x0a-\x1f\x7f]*|"[^"\x00-\x08\x0a-\x1f\x7f]*(?:""[^"\x00-\x08\x0a-\x1f\x7f]*)*")'
FEW_DOUBTS = 0.8  # the share of proven lines below which all columns are cut out of all of them, instead of out of the others
FEW = 64  # columns that a pattern of any cells counts; more are counted beside it


class Irregular(Exception):
    """Some line is not proven to be one record of the declared fields."""


class Changed(Exception):
    """The file was written to, or shortened, while it was read."""


def scan(table: Table, keys: set[str], keep: Callable[[pl.DataFrame], None] | None, store: KeyStore, on_file: Tally, on_cells: Tally, block_size: int = limits.BLOCK, tell=lambda table, size: None, reading: "type[Reader] | None" = None) -> None:
    """Reads a table's file once.

    Sets the table's `regular`, `rows`, `marks` and, of a regular one, `ascending` and `disorder`; the store gets its keys (for
    the columns `keys`), and `keep` all of its rows, a block at a time and all columns. The tallies get the findings on the file's bytes and on its cells; the
    latter mean nothing of an irregular table. `tell` is called with the size of each block read. `reading` is what looks into
    the blocks, if not `Reader`. Raises OSError, TooLarge, Changed, watchdog.Stuck.
    """
    form = hygiene.FileForm(table)
    digest = Digest(table)
    table.regular = bool(table.form and table.form.plain and all(map(nameable, table.names)))
    with watchdog(f"the Table Schema of {table.file}"):  # an `enum` is read by the pattern beside it
        reader = (reading or Reader)(table, keys, bool(keep)) if table.regular else None
    row, offset, order = 1, 0, Order(table.resource)
    coming = deque()  # blocks that are being worked on, in their order

    def take() -> None:
        """Takes over what was found in the first of the blocks that are being worked on."""
        try:
            part = coming[0]()
        except Irregular:
            table.regular = False
            store.drop(table.name)
            return
        reader.take(part, on_cells)
        coming.popleft()  # only now: an interruption while waiting must not lose it
        order.update(part.keys)
        store.add(table.name, part.keys)
        if keep:
            keep(part.frame)

    try:
        with open_regular(table.path) as handle, ThreadPoolExecutor(WORKERS) as workers:
            before = state(os.fstat(handle.fileno()))
            several = os.fstat(handle.fileno()).st_size > block_size  # else a thread is not worth its start
            try:
                for block in blocks(handle, block_size):
                    tell(table, len(block))
                    if table.regular:
                        count = table.mark(row, offset, block)
                        ends = count - (not block.endswith(b"\n"))
                        work = partial(reader.read, block, row, count)
                        coming.append(workers.submit(work).result if several else work)
                        row, offset = row + count, offset + len(block)
                    digest.update(block)
                    form.update(block, ends if table.regular else None)
                    while table.regular and len(coming) > WORKERS:
                        take()
            finally:  # if it breaks off, what was found is true all the same
                while table.regular and coming:
                    take()
            if any(state(now) != before for now in (os.fstat(handle.fileno()), os.stat(table.path))):
                raise Changed
    finally:
        if table.regular:
            reader.settle(on_cells)
    on_file.add(*form.findings())
    for part in table.parts[1:]:
        form = hygiene.FileForm(part)
        with open_regular(part.path) as handle:
            for block in blocks(handle, block_size):
                tell(part, len(block))
                form.update(block)
        on_file.add(*form.findings())
    if table.regular:
        on_cells.add(*digest.findings())
        table.rows, table.ascending, table.disorder = row - 2, order.ascending, order.disorder


def blocks(handle: BinaryIO, size: int) -> Iterator[bytes]:
    """The bytes of a file in pieces of at least `size` that end where a line ends. Raises TooLarge for a line that is, OSError."""
    at = 0
    while True:  # the end is looked for first, since to put two pieces together would be to copy both
        handle.seek(at + size)
        rest = handle.readline(limits.MAX_LINE)
        if len(rest) == limits.MAX_LINE and not rest.endswith(b"\n"):
            raise TooLarge(f"a line is longer than {limits.MAX_LINE // limits.MIB} MiB")
        handle.seek(at)
        if not (block := handle.read(size + len(rest))):
            return
        yield block
        at += len(block)


def state(stat: os.stat_result) -> tuple[int, int, int]:
    """What tells one state of a file from another."""
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


class Digest:
    """The `bytes` and `hash` of a resource against those of its file (frictionless's `byte-count` and `hash-count`)."""

    def __init__(self, table: Table):
        self.table, self.size = table, 0
        algorithm, _, self.due = (table.resource.hash or "").rpartition(":")
        self.hash = None
        if self.due:
            try:
                self.hash = hashlib.new(algorithm or "md5", usedforsecurity=False)
            except ValueError:  # an algorithm that Python lacks: frictionless ignores all but MD5 and SHA-256
                pass
            if self.hash and not self.hash.digest_size:  # SHAKE has as many digits as one asks for
                self.hash = None

    def update(self, block: bytes) -> None:
        self.size += len(block)
        if self.hash:
            self.hash.update(block)

    def findings(self) -> Iterator[Finding]:
        due = self.table.resource.bytes
        if due and due != self.size:
            yield of_file("FIL101", self.table.file, f"{self.size:,} bytes instead of {due:,}")
        if self.hash and self.hash.hexdigest() != self.due:
            yield of_file("FIL101", self.table.file, f"its {self.hash.name.upper()} is {self.hash.hexdigest()}, not {shorten(self.due)}")


@dataclass
class Part:
    """What was found in one block. `frame`, if wanted, has all of its cells; `held` the rows that may be held back by the sieve, and
    `odd` those whose form is to be looked at: in full (`beyond_ascii`) where some character may call for it."""

    keys: pl.DataFrame
    frame: pl.DataFrame | None
    beyond_ascii: bool
    composed: bool
    held: pl.DataFrame | None = None
    odd: pl.DataFrame | None = None


class Reader:
    """Proves the blocks of one table to be regular, judges their cells and takes their keys."""

    def __init__(self, table: Table, keys: set[str], keep: bool):
        self.table, self.fields, self.keep = table, table.resource.schema.fields, keep
        self.delimiter = table.form.delimiter
        comma = re.escape(self.delimiter)
        cell, width = CELL.replace(",", comma), len(self.fields)
        self.header = re.compile(f"^{cell}(?:{comma}{cell})*$")
        self.counted = width <= FEW
        self.regular = f"^(?:{cell}{comma}){{{width - 1}}}{cell}$" if self.counted else f"^{cell}(?:{comma}{cell})*$"
        self.lines = lines_of(self.fields, self.delimiter)
        self.keys = [(key, canonical(table.resource.schema.get_field(key))) for key in sorted(keys)]
        self.few = [name for name in table.names if name in keys or name in self.lines.rest]  # the columns that are cut out of every line
        self.held: list[pl.DataFrame] = []  # rows to be judged
        self.tidy: list[pl.DataFrame] = []  # those of them whose form is still to be looked at
        self.present = {
            f.name: pl.when(~pl.col(f.name).is_in(sieve.missing_values(f))).then(pl.col(f.name)).alias(f.name)
            for f in self.fields
            if sieve.missing_values(f)
        }

    @cached_property
    def sieve(self) -> sieve.Sieve:
        return sieve.Sieve(self.fields)

    @cached_property
    def judge(self) -> cells.Judge:
        return cells.Judge(self.table, self.sieve)

    def read(self, block: bytes, row: int, count: int) -> Part:
        """What is in one block of so many lines, the first row of which is `row`. Raises Irregular. Changes nothing here, so
        that several blocks can be read at a time."""
        if row == 1:
            block, row, count = self._without_header(block), 2, count - 1
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        self._refuse(block)
        text = None if block.isascii() else _decoded(block)  # bad UTF-8 must stop here: Polars 2.1 can hang on it
        composed = text is None or unicodedata.is_normalized("NFC", text)
        lines = self._lines(block, count)
        proven = self._proven(lines, self.lines.ascii if text is None else self.lines.pattern)
        whole = self.keep or not composed or proven.sum() < FEW_DOUBTS * count
        frame = self._frame(block, self.table.names if whole else self.few, row, count)
        if self.lines.rest:
            proven &= self.sieve.proves(frame, self.lines.rest)
        keys = frame.select("_row", *(of(frame.get_column(name)) for name, of in self.keys))
        part = Part(keys, frame if self.keep else None, text is not None, composed)
        if not composed:
            part.odd = frame
        if proven.all():
            return part
        if whole:
            doubtful = frame.filter(~proven)
        else:
            rows, block = frame["_row"].filter(~proven), "\n".join(lines.filter(~proven)).encode()
            doubtful = self._frame(block, self.table.names, 0, len(rows)).with_columns(rows)
        # A few are left to `settle`, since each use of the sieve has its price.
        part.held = self._suspects(doubtful) if len(doubtful) > MANY else doubtful
        if composed:
            part.odd = part.held if text is None else doubtful
        return part

    def _suspects(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Those rows that the sieve holds back; written anew, since a text that is only pointed at keeps its whole block in memory."""
        return self.sieve.suspects(rows.lazy()).with_columns(pl.col(pl.String) + "").collect()

    def take(self, part: Part, tally: Tally) -> None:
        """Takes over what was found in the next block."""
        held, odd, part.held, part.odd = part.held, part.odd, None, None  # once, though an interruption may bring the part again
        if held is not None:
            self.held.append(held)
        if odd is not None and part.beyond_ascii:
            hygiene.cells(self.table, odd, tally, beyond_ascii=True, composed=part.composed)
        elif odd is not None:
            self.tidy.append(odd)
        if sum(len(held) * held.width for held in self.held) > HELD:
            self.settle(tally)

    def settle(self, tally: Tally) -> None:
        """Judges the rows held back so far: few at a time would be dear, since each judgement has its price."""
        if self.held:
            self.judge.cells(self._suspects(pl.concat(self.held)), tally)
            self.held.clear()
        if self.tidy:
            hygiene.cells(self.table, self._suspects(pl.concat(self.tidy)), tally, beyond_ascii=False)
            self.tidy.clear()

    def _without_header(self, block: bytes) -> bytes:
        head, _, rest = block.removeprefix(BOM).partition(b"\n")
        try:
            line = head.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise Irregular from None
        if not self.header.fullmatch(line) or next(csv.reader([line], self.table.form.dialect), None) != self.table.names:
            raise Irregular
        return rest

    def _refuse(self, block: bytes) -> None:
        """Raises Irregular for what Polars would make nothing of: it drops a mark at the start of a block, which is a character of
        the first cell, a carriage return at the end of a line, and blank lines."""
        if block.startswith((b"\n", BOM)) or b"\r" in block or LINE_MARK.encode() in block or len(self.fields) == 1 and b"\n\n" in block:
            raise Irregular

    def _lines(self, block: bytes, count: int) -> pl.Series:
        """The lines of a block, of which there are so many."""
        if not block:
            return pl.Series("line", [], dtype=pl.String)
        lines = pl.scan_csv(block, has_header=False, separator=LINE_MARK, quote_char=None, schema={"line": pl.String}, empty_string_is_null=False)
        lines = lines.collect()["line"]
        if len(lines) != count:
            raise Irregular
        return lines

    def _proven(self, lines: pl.Series, pattern: str | None) -> pl.Series:
        """For each line, whether the pattern proves its cells. Raises Irregular unless every line is one record of the declared fields."""
        proven = pl.repeat(False, len(lines), eager=True) if pattern is None else lines.str.contains(pattern)
        if self.lines.blank is not None:
            proven &= ~lines.str.contains(self.lines.blank)
        if not proven.all():
            rest = lines.filter(~proven)
            if not rest.str.contains(self.regular).all():
                raise Irregular
            if not self.counted and (rest.str.replace_all('"[^"]*"', "").str.count_matches(self.delimiter, literal=True) != len(self.fields) - 1).any():
                raise Irregular
        return proven

    def _frame(self, block: bytes, names: list[str], row: int, count: int) -> pl.DataFrame:
        """These columns of a proven block as text, missing values as null, and `_row`."""
        if not (block and names):
            return pl.DataFrame({"_row": range(row, row + count), **{name: [] for name in names}}, schema={"_row": pl.UInt32, **dict.fromkeys(names, pl.String)})
        frame = pl.scan_csv(block, has_header=False, separator=self.delimiter, schema=dict.fromkeys(self.table.names, pl.String), empty_string_is_null=False)
        frame = frame.select(self.present.get(name, pl.col(name)) for name in names).with_row_index("_row", row).collect()
        if len(frame) != count:
            raise Irregular
        return frame


def _decoded(block: bytes) -> str:
    """A block as text. Raises Irregular where it is not UTF-8."""
    try:
        return block.decode()
    except UnicodeDecodeError:
        raise Irregular from None
