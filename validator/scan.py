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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from . import cells, hygiene, limits, sieve
from .findings import Finding, Tally
from .keys import canonical
from .tables import BOM, Table, TooLarge, nameable, open_regular
from .wording import of_file

HELD = 500_000  # cells of rows that wait to be judged
LINE_MARK = "\x01"  # a separator that no proven line contains: it makes Polars read whole lines
CONTROLS = bytes([*range(0x09), *range(0x0B, 0x20), 0x7F])  # the control characters of ASCII but for tab and line feed
# A cell as RFC 4180 has it, without control characters but the tab: https://www.rfc-editor.org/rfc/rfc4180#section-2
CELL = r'(?:[^",\x00-\x08\x0a-\x1f\x7f]*|"[^"\x00-\x08\x0a-\x1f\x7f]*(?:""[^"\x00-\x08\x0a-\x1f\x7f]*)*")'
# The same where control characters are known to be none.
PLAIN = r'(?:[^",]*|"[^"]*(?:""[^"]*)*")'
FEW = 64  # columns that one pattern can count: it grows with them, and a linear-time engine with it
# What `hygiene` looks for beyond ASCII, and the white space there that could stand at a cell's edge.
ODD = re.compile(r"[\x80-\xa0\u1680\u2000-\u200b\u2028-\u202f\u205f\u2060\u2066-\u2069\u3000\ufeff]")


class Irregular(Exception):
    """Some line is not proven to be one record of the declared fields."""


class Changed(Exception):
    """The file was written to, or shortened, while it was read."""


def scan(table: Table, keys: set[str], keep: bool, on_file: Tally, on_cells: Tally, block_size: int = limits.BLOCK, tell=lambda table, size: None) -> None:
    """Reads a table's file once.

    Sets the table's `regular`, `rows`, `marks` and, of a regular one, `keys` (for the columns `keys`) and `frame` (if
    `keep`). The tallies get the findings on the file's bytes and on its cells; the latter mean nothing of an irregular
    table. `tell` is called with the size of each block read. Raises OSError, TooLarge, Changed.
    """
    form = hygiene.FileForm(table)
    digest = Digest(table)
    table.regular = bool(table.form and table.form.plain and all(map(nameable, table.names)))
    parts, frames, row, offset = [], [], 1, 0
    reader = Reader(table, keys) if table.regular else None
    try:
        for block in ahead(digested(blocks(table, block_size), digest, form)):
            tell(table, len(block))
            if table.regular:
                lines = table.mark(row, offset, block)
                try:
                    part, frame = reader.read(block, row, lines, on_cells)
                except Irregular:
                    table.regular = False
                else:
                    parts.append(part)
                    frames += [frame] if keep else []
                    row, offset = row + lines, offset + len(block)
    finally:  # if it breaks off, what was found is true all the same
        if table.regular:
            reader.settle(on_cells)
    on_file.add(*form.findings())
    for part in table.parts[1:]:
        form = hygiene.FileForm(part)
        for block in blocks(part, block_size):
            tell(part, len(block))
            form.update(block)
        on_file.add(*form.findings())
    if table.regular:
        on_cells.add(*digest.findings())
        table.rows = row - 2
        table.keys = pl.concat(parts)
        table.frame = pl.concat(frames) if keep else None


def blocks(table: Table, size: int) -> Iterator[bytes]:
    """The bytes of a file in pieces that end where a line ends. Raises TooLarge for a line that is, Changed, OSError."""
    with open_regular(table.path) as handle:
        before = os.fstat(handle.fileno())
        while block := handle.read(size):
            if len(block) == size and not block.endswith(b"\n"):
                rest = handle.readline(limits.MAX_LINE)
                if len(rest) == limits.MAX_LINE and not rest.endswith(b"\n"):
                    raise TooLarge(f"a line is longer than {limits.MAX_LINE // limits.MIB} MiB")
                block += rest
            yield block
        after = os.fstat(handle.fileno())
        there = os.stat(table.path)
    same = (before.st_size, before.st_mtime_ns, before.st_ino)
    if any((s.st_size, s.st_mtime_ns, s.st_ino) != same for s in (after, there)):
        raise Changed


def digested(pieces: Iterator[bytes], digest: "Digest", form: hygiene.FileForm) -> Iterator[bytes]:
    """The same pieces, once the digest and the form have seen them."""
    for piece in pieces:
        digest.update(piece)
        form.update(piece)
        yield piece


def ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, of which the next is being read, in a thread of its own, while one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = reader.submit(next, pieces, None)
            yield piece


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

    def update(self, block: bytes) -> None:
        self.size += len(block)
        if self.hash:
            self.hash.update(block)

    def findings(self) -> Iterator[Finding]:
        due = self.table.resource.bytes
        if due and due != self.size:
            yield of_file("FIL101", self.table.file, f"{self.size:,} bytes instead of {due:,}")
        if self.hash and self.hash.hexdigest() != self.due:
            yield of_file("FIL101", self.table.file, f"its {self.hash.name.upper()} is {self.hash.hexdigest()}, not {self.due}")


class Reader:
    """Proves the blocks of one table to be regular, judges their cells and takes their keys."""

    def __init__(self, table: Table, keys: set[str]):
        self.table, self.fields = table, table.resource.schema.fields
        self.delimiter = table.form.delimiter
        comma = re.escape(self.delimiter)
        cell = CELL.replace(",", comma)
        self.header = re.compile(f"^{cell}(?:{comma}{cell})*$")
        cell, width = PLAIN.replace(",", comma), len(self.fields)
        self.counted = width <= FEW
        self.line = f"^(?:{cell}{comma}){{{width - 1}}}{cell}$" if self.counted else f"^{cell}(?:{comma}{cell})*$"
        self.keys = [(key, canonical(table.resource.schema.get_field(key))) for key in sorted(keys)]
        self.sieve = sieve.Sieve(self.fields)
        self.judge = cells.Judge(table, self.sieve)
        self.held: list[pl.DataFrame] = []  # rows to be judged
        self.tidy: list[pl.DataFrame] = []  # those of them whose form is still to be looked at
        self.present = [
            pl.when(~pl.col(f.name).is_in(sieve.missing_values(f))).then(pl.col(f.name)).alias(f.name)
            for f in self.fields
            if sieve.missing_values(f)
        ]

    def read(self, block: bytes, row: int, lines: int, tally: Tally) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The keys and the text cells of one block of so many lines, the first row of which is `row`. Raises Irregular."""
        if row == 1:
            block, row, lines = self._without_header(block), 2, lines - 1
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        text = None if block.isascii() else _decoded(block)  # bad UTF-8 must stop here: Polars 2.1 can hang on it
        self._prove(block)
        frame = self._frame(block, row, lines)
        # Written anew, since a text that is only pointed at keeps its whole block in memory.
        self.held.append(self.sieve.suspects(frame.lazy()).with_columns(pl.col(pl.String) + "").collect())
        beyond = text is not None and (ODD.search(text) is not None or not unicodedata.is_normalized("NFC", text))
        if beyond:
            hygiene.cells(self.table, frame, tally, beyond_ascii=True)
        else:
            self.tidy.append(self.held[-1])
        if sum(len(part) * part.width for part in self.held) > HELD:
            self.settle(tally)
        return frame.select("_row", *(of(frame.get_column(name)) for name, of in self.keys)), frame

    def settle(self, tally: Tally) -> None:
        """Judges the rows held back so far: few at a time would be dear, since each judgement has its price."""
        for parts, judge in ((self.held, self.judge.cells), (self.tidy, lambda rows, of: hygiene.cells(self.table, rows, of, beyond_ascii=False))):
            if parts:
                judge(pl.concat(parts), tally)
                parts.clear()

    def _without_header(self, block: bytes) -> bytes:
        head, _, rest = block.removeprefix(BOM).partition(b"\n")
        try:
            line = head.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise Irregular from None
        if not self.header.fullmatch(line) or next(csv.reader([line], self.table.form.dialect), None) != self.table.names:
            raise Irregular
        return rest

    def _prove(self, block: bytes) -> None:
        """Raises Irregular unless every line is one record of the declared fields."""
        # A mark at the start of a block is a character of its first cell, but Polars would drop it.
        if len(block.translate(None, CONTROLS)) < len(block) or block.startswith((b"\n", BOM)):
            raise Irregular
        if len(self.fields) == 1 and b"\n\n" in block:  # a blank line, or an empty cell
            raise Irregular
        if not block:
            return
        line = pl.col("line")
        odd = ~line.str.contains(self.line)
        if not self.counted:
            odd |= line.str.replace_all('"[^"]*"', "").str.count_matches(self.delimiter, literal=True) != len(self.fields) - 1
        lines = pl.scan_csv(block, has_header=False, separator=LINE_MARK, quote_char=None, schema={"line": pl.String}, empty_string_is_null=False)
        if lines.select(odd.any()).collect().item():
            raise Irregular

    def _frame(self, block: bytes, row: int, lines: int) -> pl.DataFrame:
        """The cells of a proven block as text, missing values as null."""
        names = self.table.names
        if not block:
            return pl.DataFrame(schema={"_row": pl.UInt32, **dict.fromkeys(names, pl.String)})
        frame = pl.scan_csv(block, has_header=False, separator=self.delimiter, schema=dict.fromkeys(names, pl.String), empty_string_is_null=False)
        frame = frame.with_columns(self.present).with_row_index("_row", row).collect()
        if len(frame) != lines:
            raise Irregular
        return frame


def _decoded(block: bytes) -> str:
    """A block as text. Raises Irregular where it is not UTF-8."""
    try:
        return block.decode()
    except UnicodeDecodeError:
        raise Irregular from None
