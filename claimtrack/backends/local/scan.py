"""One pass over a table's file: bytes, shape, cells and keys, a block at a time.

The file is cut into blocks at line ends. That is sound because every line is first proven to be one record: each of its
cells is plain or properly quoted, and there are as many as there are fields. Where that fails, a second pass takes lines
together until their quotes are closed, so that cells may have line breaks, and proves each such record. The least doubt (a
row of another length, an odd byte) makes the table irregular: its cells are then left to frictionless.
"""

import csv
import hashlib
import io
import os
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import BinaryIO

import polars as pl

from . import cells, hygiene, limits
from .findings import Finding, Tally
from .keys import Order, canonical
from .keystore import KeyStore
from .lines import lines as lines_of
from .sieve import Doubts, Sieve, missing_values, together
from .tables import BOM, MARKED, Table, TooLarge, closing, nameable, open_regular
from .watchdog import watchdog
from .wording import of_file, shorten

WORKERS = (os.cpu_count() or 1) + 1  # blocks that are worked on at a time, each in memory; one more, since each waits now and then
MANY = 1000  # rows in doubt that are worth a use of the sieve by themselves
HELD = 500_000  # cells of rows that wait to be judged
LINE_MARK = "\x01"  # a separator that no regular line contains: it makes Polars read whole lines
# Cells as RFC 4180 has them, without control characters but the tab: https://www.rfc-editor.org/rfc/rfc4180#section-2
BARE = r'[^",\x00-\x08\x0a-\x1f\x7f]*'
QUOTED = r'"[^"\x00-\x08\x0a-\x1f\x7f]*(?:""[^"\x00-\x08\x0a-\x1f\x7f]*)*"'
LONG = QUOTED.replace(r"\x0a-", r"\x0b-")  # the same with line feeds
FEW_DOUBTS = 0.8  # the share of proven lines below which all columns are cut out of all of them, instead of out of the others
FEW = 64  # columns that a pattern of any cells counts; more are counted beside it
SMALL = MARKED  # bytes of a block that needs no mark but at its start; Python splits it faster than Polars, which hands it to threads


class Irregular(Exception):
    """Some line is not proven to be one record of the declared fields."""


class Changed(Exception):
    """The file was written to, or shortened, while it was read."""


def scan(table: Table, keys: set[str], keep: Callable[[pl.DataFrame], None] | None, store: KeyStore, on_file: Tally, on_cells: Tally, block_size: int = limits.BLOCK, tell=lambda table, size: None, readers: "Sequence[type[Reader]] | None" = None) -> None:
    """Reads a table's file, once where each line is a record.

    Sets the table's `regular`, `rows`, `marks` and, of a regular one, `ascending` and `disorder`; the store gets its keys (for
    the columns `keys`), and `keep` all of its rows, a block at a time and all columns. The tallies get the findings on the file's bytes and on its cells; the
    latter mean nothing of an irregular table. `tell` is called with the size of each block when it is first read. `readers` are what
    looks into the blocks, each in a pass of its own until one finds the table regular, if not `Reader` and `LongReader`. Raises OSError, TooLarge, Changed, watchdog.Stuck, handover.Failed.
    """
    form, digest = hygiene.FileForm(table), Digest(table)
    plain = bool(table.form and table.form.plain and all(map(nameable, table.names)))

    def told(block: bytes) -> None:
        tell(table, len(block))
        digest.update(block)

    with open_regular(table.path) as handle:
        before = state(os.fstat(handle.fileno()))
        for number, reading in enumerate(readers or (Reader, LongReader)):
            with watchdog(f"the Table Schema of {table.file}"):  # an `enum` is read by the pattern beside it
                reader = reading(table, keys, bool(keep)) if plain else None
            passage = Passage(table, reader, keep, store, on_cells)
            if number == 0:
                passage.over(handle, block_size, told, form.update)
            else:
                passage.over(handle, block_size)
            if table.regular or not plain:
                break
        if any(state(now) != before for now in (os.fstat(handle.fileno()), os.stat(table.path))):
            raise Changed
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


class Passage:
    """One pass over a table's file with a reader, if there is one. Several blocks are read at a time, each in a thread; what is found
    in them is taken over in their order."""

    def __init__(self, table: Table, reader: "Reader | None", keep: Callable[[pl.DataFrame], None] | None, store: KeyStore, tally: Tally):
        self.table, self.reader, self.keep, self.store, self.tally = table, reader, keep, store, tally
        self.row, self.line, self.offset, self.marked = 1, 1, 0, 0  # of the next block; and how many marks there are before it
        self.order = Order(table.resource)
        self.coming: deque[tuple[bytes, Callable[[], Part]]] = deque()  # the blocks that are being read, and what waits for each

    def over(self, handle: BinaryIO, size: int, told: Callable[[bytes], None] | None = None, passed: Callable[[bytes, int | None], None] | None = None) -> None:
        """Reads blocks of about so many bytes until one is irregular, or all of them for `told`, which gets each at once, and `passed`, which gets
        each in the end and with its number of line feeds, where that is known."""
        table, first = self.table, True
        table.regular, table.marks = self.reader is not None, []
        several = os.fstat(handle.fileno()).st_size > size  # else a thread is not worth its start
        try:
            with ThreadPoolExecutor(WORKERS) as workers:
                try:
                    for block in blocks(handle, size, self.reader.long if self.reader else False):
                        if not (table.regular or told):
                            break
                        if told:
                            told(block)
                        if not table.regular:
                            passed(block, None)
                            continue
                        work = partial(self.reader.read, block, first)
                        self.coming.append((block, workers.submit(work).result if several else work))
                        first = False
                        while len(self.coming) > WORKERS:
                            self._take(passed)
                finally:  # if it breaks off, what was found is true all the same
                    while self.coming:
                        self._take(passed)
        except Irregular:  # a record without an end
            self._give_up(passed)
        finally:
            if table.regular:
                self.reader.settle(self.tally)
        if table.regular:
            table.rows, table.ascending, table.disorder = self.row - 2, self.order.ascending, self.order.disorder

    def _take(self, passed: Callable[[bytes, int | None], None] | None) -> None:
        """Takes over what was found in the first of the blocks that are being read."""
        block, found = self.coming[0]
        try:
            part = found()
        except Irregular:
            return self._give_up(passed)
        self.coming[0] = block, lambda: part  # an interruption may bring it here again
        part.place(self.row)
        self.table.marks[self.marked :] = [(self.row + row, self.line + line, self.offset + at) for row, line, at in part.marks]
        self.reader.take(part, self.tally)
        self.coming.popleft()  # only now: an interruption while waiting must not lose it
        self.row, self.line, self.offset, self.marked = self.row + part.rows, self.line + part.feeds, self.offset + len(block), len(self.table.marks)
        if passed:
            passed(block, part.feeds)
        self.order.update(part.keys)
        self.store.add(self.table.name, part.keys)
        if self.keep:
            self.keep(part.frame)

    def _give_up(self, passed: Callable[[bytes, int | None], None] | None) -> None:
        """The table is irregular: nothing that was found in this pass is of use."""
        self.table.regular = False
        self.store.drop(self.table.name)
        self.tally.clear()
        while self.coming:
            block, _ = self.coming.popleft()
            if passed:
                passed(block, None)


def blocks(handle: BinaryIO, size: int, closed: bool = False) -> Iterator[bytes]:
    """The bytes of a file in pieces of at least `size` that end where a line ends and, if they are to be `closed`, no quotes are open.
    Raises TooLarge for a line that is, Irregular where quotes stay open for as long, OSError."""
    at = 0
    while True:  # the end is looked for first, since to put two pieces together would be to copy both
        handle.seek(at + size)
        rest = handle.readline(limits.MAX_LINE + 1)
        handle.seek(at)
        if not (block := handle.read(size + len(rest))):
            return
        if _has_line_of(limits.MAX_LINE, block):
            raise TooLarge(f"a line is longer than {limits.MAX_LINE // limits.MIB} MiB")
        if closed and block.count(b'"') % 2:
            more = closing(handle)
            if not more:
                raise Irregular
            yield block + more
            at += len(more)
        else:
            yield block
        at += len(block)


def _has_line_of(size: int, block: bytes) -> bool:
    """Whether a block has a line of more than so many bytes, its line feed left out."""
    start = 0  # of a line
    while len(block) - start > size:
        start = block.rfind(b"\n", start, start + size + 1) + 1
        if not start:
            return True
    return False


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
    """What was found in one block: so many records (`rows`, the header among them) and line feeds; `marks`, as `Table.marks`, of some
    of its lines. All numbers count from 0, until `place` makes those of the rows (`_row`) what they are in the file.

    `frame`, if wanted, has all of the block's cells; `held` rows in doubt, or `doubts` what is left of them where they are many, and
    `partly` of many rows of which only some columns are; `odd` the rows whose form is to be looked at: in full (`beyond_ascii`) where some character may call for it.
    """

    rows: int
    feeds: int
    marks: list[tuple[int, int, int]]
    keys: pl.DataFrame
    frame: pl.DataFrame | None = None
    beyond_ascii: bool = False
    composed: bool = True
    held: pl.DataFrame | None = None
    doubts: Doubts = field(default_factory=dict)
    partly: Doubts = field(default_factory=dict)
    odd: pl.DataFrame | None = None
    placed: bool = False
    taken: bool = False

    def place(self, row: int) -> None:
        """Makes `row` the number of the block's first row, once."""

        def moved(frame: pl.DataFrame | None) -> pl.DataFrame | None:
            return None if frame is None else frame.clone().replace_column(frame.get_column_index("_row"), frame["_row"] + row)

        if not self.placed:
            frames = map(moved, (self.keys, self.frame, self.held, self.odd))
            doubts, partly = ({name: moved(cells) for name, cells in doubts.items()} for doubts in (self.doubts, self.partly))
            self.keys, self.frame, self.held, self.odd, self.doubts, self.partly, self.placed = *frames, doubts, partly, True


class Reader:
    """Proves the blocks of one table, each line of which has to be a record, to be regular, judges their cells and takes their keys."""

    long = False  # whether a record may have several lines

    def __init__(self, table: Table, keys: set[str], keep: bool):
        self.table, self.fields, self.keep = table, table.resource.schema.fields, keep
        self.delimiter = table.form.delimiter
        comma, width = re.escape(self.delimiter), len(self.fields)
        label, cell = (f"(?:{BARE.replace(',', comma)}|{quoted})" for quoted in (QUOTED, LONG if self.long else QUOTED))
        self.header = re.compile(f"^{label}(?:{comma}{label})*$")
        self.counted = width <= FEW
        self.regular = f"^(?:{cell}{comma}){{{width - 1}}}{cell}$" if self.counted else f"^{cell}(?:{comma}{cell})*$"
        self.lines = lines_of(self.fields, self.delimiter)
        self.keys = [(key, canonical(table.resource.schema.get_field(key))) for key in sorted(keys)]
        self.few = [name for name in table.names if name in keys or name in self.lines.rest]  # the columns that are cut out of every line
        self.held: list[tuple[pl.DataFrame, bool]] = []  # rows to be judged, and whether their form is still to be looked at
        self.doubts: list[tuple[Doubts, bool]] = []  # the same of many rows
        self.missing = {field.name: missing_values(field) for field in self.fields}

    @cached_property
    def sieve(self) -> Sieve:
        return Sieve(self.fields)

    def read(self, block: bytes, first: bool) -> Part:
        """What is in one block, the `first` of which begins with the header. Raises Irregular. Changes nothing here, so that
        several blocks can be read at a time."""
        size, closed = len(block), block.endswith(b"\n")
        if first:
            block = self._without_header(block)
        head = size - len(block)
        returns = self._returns(block)
        if block.startswith((b"\n", b"\r\n", BOM)) or LINE_MARK.encode() in block or len(self.fields) == 1 and (b"\n\n" in block or b"\n\r\n" in block):
            raise Irregular  # Polars drops a mark at the start of a block, which is a character of the first cell, and blank lines
        text = None if block.isascii() else _decoded(block)  # bad UTF-8 must stop here: Polars 2.1 can hang on it
        composed = text is None or unicodedata.is_normalized("NFC", text)
        lines, sizes = self._lines(block, returns)
        if returns and not self.long:
            block = block.replace(b"\r\n", b"\n")
        records, starts = self._records(lines)
        known = self.lines if starts is None or returns else self.lines.long  # in `records` a line break is one character
        proven = self._proven(records, known.ascii if text is None else known.pattern)
        count = len(proven)
        whole = self.keep or not composed or proven.sum() < FEW_DOUBTS * count or starts is not None and returns > 0
        frame = self._frame(block, self.table.names if whole else self.few, int(first), count)
        by_line = proven
        if self.lines.rest:
            proven = by_line & self.sieve.proves(frame, self.lines.rest)
        keys = pl.DataFrame([frame.get_column("_row"), *(of(frame.get_column(name)) for name, of in self.keys)])
        marks = [(0, 0, 0), *([] if sizes is None else self._marks(sizes, starts, head, int(first)))]
        part = Part(count + int(first), len(lines) + int(first) - (not closed), marks, keys, frame if self.keep else None, text is not None, composed, odd=None if composed else frame)
        if proven.all():
            return part
        if not whole and len(partly := frame.filter(by_line & ~proven)) > MANY:  # of which all but a few columns are proven by their line
            part.partly, proven = self.sieve.doubts(partly, self.lines.rest), by_line
        doubtful = frame.filter(~proven) if whole else self._again(records.filter(~proven), frame["_row"].filter(~proven))
        if len(doubtful) > MANY:
            part.doubts = self.sieve.doubts(doubtful)
        else:  # a few are left to `settle`, since each use of the sieve has its price
            part.held = doubtful
        if composed and text is not None:
            part.odd = doubtful
        return part

    def _again(self, records: pl.Series, rows: pl.Series) -> pl.DataFrame:
        """All columns of some records, of these numbers (`_row`)."""
        return self._frame("\n".join(records).encode(), self.table.names, 0, len(rows)).with_columns(rows)

    def take(self, part: Part, tally: Tally) -> None:
        """Takes over what was found in the next block."""
        if part.taken:  # an interruption brought it again
            return
        part.taken, held, odd = True, part.held, part.odd
        if held is not None:
            self.held.append((held, not part.beyond_ascii))
        self.doubts += [(doubts, untidy) for doubts, untidy in ((part.doubts, not part.beyond_ascii), (part.partly, True)) if doubts]
        if odd is not None:
            hygiene.cells(self.table, odd, tally, beyond_ascii=True, composed=part.composed)
        if sum(len(held) * held.width for held, _ in self.held) + sum(len(cells) for doubts, _ in self.doubts for cells in doubts.values()) > HELD:
            self.settle(tally)

    def settle(self, tally: Tally) -> None:
        """Judges the rows held back so far: few at a time would be dear, since each judgement has its price."""
        if not (self.held or self.doubts):
            return
        untidy, others = (self._doubts(untidy) for untidy in (True, False))
        self.held.clear(), self.doubts.clear()
        cells.judge(self.table, together([untidy, others]), tally)
        for name in self.table.names:
            if name in untidy:
                hygiene.cells(self.table, untidy[name].select("_row", pl.col("cell").alias(name)), tally, beyond_ascii=False)

    def _doubts(self, untidy: bool) -> Doubts:
        """The doubts of the rows whose form is still to be looked at, or of the others."""
        held = [held for held, kind in self.held if kind == untidy]
        return together([*([self.sieve.doubts(pl.concat(held))] if held else []), *(doubts for doubts, kind in self.doubts if kind == untidy)])

    def _without_header(self, block: bytes) -> bytes:
        head, _, rest = block.removeprefix(BOM).partition(b"\n")
        try:
            line = head.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise Irregular from None
        if not self.header.fullmatch(line) or next(csv.reader([line], self.table.form.dialect), None) != self.table.names:
            raise Irregular
        if any(name != name.strip() for name in self.table.names):  # frictionless strips labels, and then finds them incorrect
            raise Irregular
        return rest

    def _returns(self, block: bytes) -> int:
        """How many lines end in a carriage return and a line feed. Raises Irregular where one stands elsewhere."""
        if b"\r" not in block:
            return 0
        returns = block.count(b"\r\n")
        if block.count(b"\r") != returns:
            raise Irregular
        return returns

    def _lines(self, block: bytes, returns: int) -> tuple[pl.Series, pl.Series | None]:
        """The lines of a block, without their ends, and how many bytes each has, unless their ends are of two kinds or the block is small."""
        if not block:
            return pl.Series("line", [], dtype=pl.String), None
        if len(block) <= SMALL:
            return pl.Series("line", block.replace(b"\r\n", b"\n").decode().removesuffix("\n").split("\n")), None
        lines = pl.scan_csv(block, has_header=False, separator=LINE_MARK, quote_char=None, schema={"line": pl.String}, empty_string_is_null=False)
        lines = lines.collect()["line"]
        sizes, feeds = lines.str.len_bytes(), len(lines) - (not block.endswith(b"\n"))
        if sizes.sum() + feeds + returns != len(block):
            raise Irregular
        return lines, sizes + 1 + (returns > 0) if returns in (0, feeds) else None

    def _records(self, lines: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        """The records that these lines make, and for each line whether one starts there, or None where that is true of all. Raises Irregular."""
        return lines, None

    def _proven(self, records: pl.Series, pattern: str | None) -> pl.Series:
        """For each record, whether the pattern proves its cells. Raises Irregular unless every record is one of the declared fields."""
        proven = pl.repeat(False, len(records), eager=True) if pattern is None else records.str.contains(pattern)
        if self.lines.blank is not None:
            proven &= ~records.str.contains(self.lines.blank)
        if not proven.all():
            rest = records.filter(~proven)
            if not rest.str.contains(self.regular).all():
                raise Irregular
            if not self.counted and (rest.str.replace_all('"[^"]*"', "").str.count_matches(self.delimiter, literal=True) != len(self.fields) - 1).any():
                raise Irregular
        return proven

    def _marks(self, sizes: pl.Series, starts: pl.Series | None, head: int, number: int) -> list[tuple[int, int, int]]:
        """Some of the lines with which a record starts, as `Table.marks` has them. Given are the bytes of each line, its end included, and
        of the first line its number and how many bytes stand before it."""
        at, lines = sizes.cum_sum().shift(1, fill_value=0), None
        if starts is not None:
            at, lines = at.filter(starts), starts.arg_true()
        rows = at.search_sorted(pl.Series(range(0, sizes.sum(), MARKED), dtype=at.dtype)).unique().sort()
        return [(row + number, (row if lines is None else lines[row]) + number, at[row] + head) for row in rows if row < len(at)]

    def _frame(self, block: bytes, names: list[str], row: int, count: int) -> pl.DataFrame:
        """These columns of a proven block as text, missing values as null, and `_row`."""
        if not (block and names):
            return pl.DataFrame({"_row": range(row, row + count), **{name: [] for name in names}}, schema={"_row": pl.UInt32, **dict.fromkeys(names, pl.String)})
        if len(block) <= SMALL:
            frame = pl.DataFrame([pl.Series("_row", list(range(row, row + count)), dtype=pl.UInt32), *self._columns(block, names)])
        else:
            frame = pl.scan_csv(block, has_header=False, separator=self.delimiter, schema=dict.fromkeys(self.table.names, pl.String), empty_string_is_null=False)
            frame = frame.select(map(self._present, names)).with_row_index("_row", row).collect()
        if len(frame) != count:
            raise Irregular
        return frame

    def _columns(self, block: bytes, names: list[str]) -> Iterator[pl.Series]:
        """These columns of a small block. Raises Irregular where a record has another number of cells, as a blank line has."""
        records = list(csv.reader(io.StringIO(block.decode(), newline=""), self.table.form.dialect))
        if set(map(len, records)) != {len(self.fields)}:
            raise Irregular
        columns = dict(zip(self.table.names, zip(*records)))
        for name in names:
            missing, cells = self.missing[name], columns[name]
            yield pl.Series(name, [None if cell in missing else cell for cell in cells] if missing else cells, dtype=pl.String)

    def _present(self, name: str) -> pl.Expr:
        """A column of a block, missing values as null."""
        cell, missing = pl.col(name), self.missing[name]
        return pl.when(~cell.is_in(missing)).then(cell).alias(name) if missing else cell


class LongReader(Reader):
    """The same where a record goes on for as many lines as it takes to close its quotes."""

    long = True

    def _records(self, lines: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        within = (lines.str.count_matches('"', literal=True).cum_sum() % 2).cast(pl.Boolean)  # after a line, whether quotes are open
        if not within.any():
            return lines, None
        if within[-1]:
            raise Irregular
        starts = ~within.shift(1, fill_value=False)
        frame = pl.DataFrame([lines, starts.cum_sum().alias("record")]).set_sorted("record")
        return frame.group_by("record", maintain_order=True).agg("line")["line"].list.join("\n"), starts


def _decoded(block: bytes) -> str:
    """A block as text. Raises Irregular where it is not UTF-8."""
    try:
        return block.decode()
    except UnicodeDecodeError:
        raise Irregular from None
