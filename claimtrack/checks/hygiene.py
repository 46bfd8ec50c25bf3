"""Finds what no library reports: invisible characters, forms that tools read differently, cells that programs run."""

from __future__ import annotations

import codecs
import csv
import io
import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from claimtrack.checks.dates import check_dates
from claimtrack.checks.messages import enter
from claimtrack.core.errors import TooLarge
from claimtrack.core.findings import Finding, Tally, of_file
from claimtrack.core.formula import FORMULA
from claimtrack.core.marks import is_composed
from claimtrack.package.dialect import BOM
from claimtrack.package.records import Record, records
from claimtrack.package.sensitive import hides
from claimtrack.reading import forms
from claimtrack.reading.places import Places
from claimtrack.reading.table import Table
from claimtrack.reading.text_frame import nameable, text_frame

if TYPE_CHECKING:
    from frictionless import Field

# Control characters (C0, DEL) except the tab and line breaks. C1 stands where Windows-1252 has letters and marks.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
C1 = r"[\x80-\x9f]"
# Unicode's embeddings, overrides and isolates can make a text look different from what it is (CVE-2021-42574). The
# plain marks LRM, RLM and ALM are allowed, because normal right-to-left text has them.
BIDI = r"[\u202a-\u202e\u2066-\u2069]"
SPACES = r"[\u00a0\u2007\u202f]"  # no-break spaces, which look like a space
INVISIBLE = r"[\u2060\u200b\ufeff]"
# In Khmer, Thai, Lao and Burmese the zero-width space separates words, as the space does in other languages
# (https://www.unicode.org/reports/tr14/, section 5.7). It is therefore no fault there.
BETWEEN_WORDS = r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff])\u200b()"
# Where typography asks for a no-break space: after a digit, an opening mark, an initial, or a word of one or two
# letters before a longer one, and before a digit, a unit or a mark (The Unicode Standard, section 6.2).
AFTER_MARK = r"([0-9«‹№§]|[^\W\d_]\.)[\u00a0\u202f]()"
AFTER_SHORT = r"((?:^|[\s(-])[^\W\d_]{1,2})[\u00a0\u202f]([^\W\d_]{2})"
BEFORE_MARK = r"[\u00a0\u202f]([0-9:;!?»›%‰€$£°§)\]–—])()"
USUAL = (BETWEEN_WORDS, AFTER_MARK, AFTER_SHORT, BEFORE_MARK)  # each is replaced by its two groups
NO_BREAK_AT_EDGE = rf"^(?:{SPACES}|{INVISIBLE})|(?:{SPACES}|{INVISIBLE})$"
EDGE = r"^\s|\s$"
# The canonical forms of XML Schema, on which Table Schema's number and integer are based, with its NaN, INF and -INF.
NUMBERS = {
    "integer": r"^(?:0|-?[1-9][0-9]*)$",
    "number": r"^(?:-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?INF)$",
}
CODE = r"^0[0-9]+$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class FileForm:
    """The form of a file's bytes: byte-order mark, line breaks and last line."""

    def __init__(self, table: Table, file: str):
        self.table, self.file = table, file
        self.ends = {"LF": 0, "CRLF": 0, "CR": 0}
        self.first_return: int | None = None  # the line of the first CR without LF
        self.start, self.last = b"", b""
        encoding = table.dialect.encoding if table.dialect else ""
        # The bytes cannot be compared in encodings that use more than one byte for a line feed.
        wide = encoding.startswith(("utf-16", "utf-32"))
        self.readable = bool(encoding) and not wide and not table.is_packed(file)

    def update(self, block: bytes, feeds: int | None = None) -> None:
        """Adds the next bytes. `feeds` is the number of line feeds in them, if it is known."""
        if not self.readable:
            return
        lines = sum(self.ends.values())
        self.start = self.start or block[:3]
        self.last = block[-1:]
        returns = block.count(b"\r") if b"\r" in block else 0
        pairs = block.count(b"\r\n") if returns else 0
        if returns > pairs and self.first_return is None and (alone := re.search(rb"\r(?!\n)", block)):
            self.first_return = lines + len(re.findall(rb"\r\n|\r|\n", block[: alone.start()])) + 1
        self.ends["CRLF"] += pairs
        self.ends["CR"] += returns - pairs
        self.ends["LF"] += (block.count(b"\n") if feeds is None else feeds) - pairs

    def findings(self) -> Iterator[Finding]:
        """Yields the findings, once all bytes were added."""
        if not self.readable:
            return
        if self.ends["CR"] or sum(map(bool, self.ends.values())) > 1:
            self._leave_out_quoted()
        used = [end for end, count in self.ends.items() if count]
        if self.start == BOM and not self._declares_mark():
            yield of_file("HYG101", self.file, "the file begins with the bytes EF BB BF", 1)
        if self.ends["CR"]:
            yield of_file("HYG102", self.file, f"{self.ends['CR']:,} times", self.first_return)
        if len(used) > 1:
            yield of_file("HYG103", self.file, ", ".join(f"{self.ends[end]:,} {end}" for end in used))
        elif used and (declared := self._declared()) and used != [declared]:
            yield of_file("HYG114", self.file, f"{used[0]} instead of {declared}")
        if self.last not in b"\r\n" and (self._declared() or len(self.table.files) > 1):  # RFC 4180 asks for none
            last = sum(self.ends.values()) + 1
            yield of_file("HYG104", self.file, "the file ends in the middle of a line", last)

    def _declares_mark(self) -> bool:
        """Tells whether the descriptor declares the encoding that begins with a byte-order mark."""
        told = self.table.resource.get_defined("encoding")
        return isinstance(told, str) and codecs.lookup(told).name == "utf-8-sig"

    def _leave_out_quoted(self) -> None:
        """Counts again without the line breaks within quotes, which belong to cells. This reads the file once more.

        The first count stays where the file cannot be read as CSV: other findings say so.
        """
        ends, first = dict.fromkeys(self.ends, 0), None
        with suppress(csv.Error, ValueError, TooLarge), self.table.content(self.file) as handle:
            texts = io.TextIOWrapper(handle, self.table.csv.encoding, newline="")
            for record in records(((text, "", line) for line, text in enumerate(texts, 1)), self.table.csv.python):
                last = record.text[-2:]
                end = "CRLF" if last == "\r\n" else {"\n": "LF", "\r": "CR"}.get(last[-1:])
                if end == "CR" and first is None:
                    first = record.line + len(re.findall(r"\r\n|\r|\n", record.text)) - 1
                if end:
                    ends[end] += 1
            self.ends, self.first_return = ends, first

    def _declared(self) -> str | None:
        """Returns the kind of line break that the dialect declares, or None."""
        dialect = self.table.resource.dialect
        control = dialect.get_control("csv") if dialect.has_control("csv") else None
        terminator = control.get_defined("line_terminator") if control else None
        return {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}.get(terminator) if terminator else None


def check_form(places: Places, frame: pl.DataFrame, tally: Tally, beyond_ascii: bool, composed: bool = False) -> None:
    """Adds the findings on the form of cells. `frame` is as `text_frame` makes it, with some or all of the fields.

    Without `beyond_ascii`, the tests for control characters, invisible characters and NFC are skipped. The table must
    then be regular and these tests done or not needed. The frame may then have only the cells that the sieve did not
    prove valid and tidy, since no other cell can be at fault. With `composed`, all text is known to be in NFC.
    """
    fields = [field for field in places.table.fields if nameable(field.name) and field.name in frame.columns]
    if frame.is_empty() or not fields:
        return
    check_dates(places, frame, tally)
    tests = [(rule, field, bad) for field in fields for rule, bad in _tests(field, beyond_ascii)]
    any_bad = (bad.any().alias(str(number)) for number, (_, _, bad) in enumerate(tests))
    met = frame.select(pl.lit(False), *any_bad).row(0)[1:]
    for rule, field, bad in (test for test, some in zip(tests, met, strict=True) if some):
        if rule in ("HYG111", "HYG112"):  # CEL101 reports a cell that is no number or date at all
            read, column = field.create_value_reader(), pl.col(field.name)
            if alien := forms.refutation(field):
                bad &= ~column.str.contains(alien)
            bad &= ~column.is_in([text for text in frame.filter(bad)[field.name].unique() if read(text) is None])
        if rule == "HYG111":
            bad &= ~_enter_codes(places, frame, field, bad, tally)
        if rule == "HYG118":
            _enter_c1(places, frame.select("_row", field.name).filter(bad), field, tally)
            continue
        enter(tally, rule, places, frame.select(pl.col("_row").filter(bad))["_row"], [field.name])
    if beyond_ascii and not composed:
        for field in fields:
            cells = frame[field.name]
            if decomposed := _decomposed(cells):
                enter(tally, "HYG105", places, frame["_row"].filter(cells.is_in(decomposed)), [field.name])


def _enter_codes(places: Places, frame: pl.DataFrame, field: Field, bad: pl.Expr, tally: Tally) -> pl.Expr:
    """Adds one finding for a whole column of codes, and returns the expression that is true for such cells."""
    codes = pl.col(field.name).str.contains(CODE)
    rows = frame.select(pl.col("_row").filter(bad & codes))["_row"]
    if len(rows) and field.name not in places.codes:
        places.codes.add(field.name)
        enter(tally, "HYG117", places, rows[:1], [field.name])
    return codes


def _enter_c1(places: Places, frame: pl.DataFrame, field: Field, tally: Tally) -> None:
    """Adds the findings on cells with a C1 character, with what stands for it in Windows-1252."""
    first = frame.select("_row", pl.col(field.name).str.extract(f"({C1})").alias("found"))
    for character in first["found"].unique(maintain_order=True):
        rows = first["_row"].filter(first["found"] == character)
        enter(tally, "HYG118", places, rows, [field.name], in_windows(character))


def in_windows(character: str) -> str:
    """Says what stands for a C1 character in Windows-1252."""
    meant = character.encode("latin-1").decode("windows-1252", "replace")
    known = "which has no character there" if meant == "\ufffd" else f'where it is "{meant}"'
    return f"U+{ord(character):04X} stands for a character of Windows-1252, {known}"


def _tests(field: Field, beyond_ascii: bool) -> Iterator[tuple[str, pl.Expr]]:
    """Yields the rules on the cells of a field, each with the expression that is true for a cell that breaks it."""
    cell = pl.col(field.name)
    if forms.is_text(field):
        yield "HYG109", cell.str.contains(EDGE)
        yield "HYG110", cell.str.contains(FORMULA)
    if canonical := _canonical(field):
        rule, form = canonical
        yield rule, ~cell.str.contains(form)
    if beyond_ascii:
        yield "HYG106", cell.str.contains(CONTROL)
        yield "HYG107", cell.str.contains(BIDI)
        usual = reduce(lambda text, pattern: text.str.replace_all(pattern, "${1}${2}"), USUAL, cell)
        at_edge = cell.str.contains(NO_BREAK_AT_EDGE)
        yield "HYG108", at_edge | usual.str.contains(INVISIBLE)
        yield "HYG119", ~at_edge & usual.str.contains(SPACES)
        yield "HYG118", cell.str.contains(C1)


def _canonical(field: Field) -> tuple[str, str] | None:
    """Returns the rule and the pattern for a field whose values have one canonical form, or None for other fields."""
    if field.format != "default" or {"bare_number", "group_char", "decimal_char"} & set(field.list_defined()):
        return None
    if field.type in NUMBERS:
        return "HYG111", NUMBERS[field.type]
    return ("HYG112", DATE) if field.type == "date" else None


def _decomposed(column: pl.Series) -> list[str]:
    """Returns the distinct texts of a column that are not in Unicode's Normalization Form C (NFC)."""
    texts = column.filter(column.str.contains(r"[^\x00-\x7f]")).unique().drop_nulls()
    return [text for text in texts if not is_composed(text)]


def check_records(places: Places, tally: Tally, batch: int = 10_000) -> None:
    """Adds the findings on the form of cells for an irregular table, and sets `labels` and `rows` of `places`.

    Raises the same exceptions as `Places.read`.
    """
    places.rows = 0
    held: dict[int, Record] = {}
    dialect = places.table.csv
    for row, record in enumerate(places.read(), 1):
        if dialect.is_content(row, record.cells):
            held[row] = record
        elif row in dialect.table.header_rows:
            places.labels = record.cells
            if not record.cells:
                tally.add(of_file("HYG116", places.table.file, "expected the names of the columns", record.line))
        if len(held) == batch:
            _check_batch(places, held, tally)
            held = {}
    _check_batch(places, held, tally)


def _check_batch(places: Places, held: dict[int, Record], tally: Tally) -> None:
    """Adds the findings on the form of some records, by number."""
    places.rows += len(held)
    places.at_hand(held)
    check_form(places, text_frame(places, held), tally, beyond_ascii=True)
    hidden = hides(places.table.resource)
    for row, record in held.items():
        if (found := _misquoted(record, places.table.csv.python)) is not None:
            index, note = found
            names = [name for name in places.columns[index : index + 1] if name in places.table.names or not hidden]
            enter(tally, "HYG115", places, [row], names, note)


def _misquoted(record: Record, dialect: csv.Dialect) -> tuple[int, str] | None:
    """Returns the position (from 0) of the first cell with misplaced quotes, and what is wrong with it, or None.

    Such quotes are closed before the end of the cell, or never. Python's reader and frictionless accept such cells
    unless they are told to be strict.
    """
    quoted = (dialect.quotechar or "\n") in record.text
    if not quoted or (state := _read_strictly(record.text, dialect)) == "whole":
        return None
    if state == "open":
        lines = record.text.count("\n")
        more = f", so that the file's last {lines:,} lines are one cell" if lines > 1 else ""
        return len(record.cells) - 1, f"they are closed nowhere{more}"
    ends, text = range(len(record.text)), record.text
    end = bisect_left(ends, True, key=lambda end: _read_strictly(text[:end], dialect) == "broken")
    index = len(next(csv.reader([text[:end]], dialect))) - 1
    lines = record.cells[index].count("\n")
    within = f", {lines:,} line{'s' * (lines > 1)} further down," if lines else ""
    return index, f"they are closed{within} before {text[end - 1]!a}, where the cell goes on"


def _read_strictly(text: str, dialect: csv.Dialect) -> str:
    """Reads a record's text strictly: it is "whole", "broken" or, where a quote is never closed, "open"."""
    asked = False

    def line() -> Iterator[str]:
        nonlocal asked
        yield text
        asked = True  # the reader asks for another line, because a quote is still open

    try:
        next(csv.reader(line(), dialect, strict=True))
    except csv.Error:
        return "open" if asked else "broken"
    return "whole"
