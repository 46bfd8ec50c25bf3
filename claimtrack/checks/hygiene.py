"""What neither library reports: marks that cannot be seen, forms that tools read differently, cells that spreadsheets run."""

import csv
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator

import polars as pl
from frictionless import Field

from . import sieve
from .findings import Finding, Tally
from .tables import BOM, Record, Table, nameable, text_frame
from .wording import enter, of_file

# Controls but for tab and line ends (C0, DEL, C1); Unicode's embeddings, overrides and isolates, which can make a text
# read otherwise than it is (CVE-2021-42574; the plain marks LRM, RLM and ALM are part of honest right-to-left text);
# and blanks that look like a space, or like nothing.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
BIDI = r"[\u202a-\u202e\u2066-\u2069]"
NO_BREAK = r"[\u00a0\u2007\u202f\u2060\u200b\ufeff]"
# In Khmer, Thai, Lao and Burmese the zero-width space stands between words as the space does elsewhere
# (https://www.unicode.org/reports/tr14/, section 5.7), so there it is no stray mark.
BETWEEN_WORDS = r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff])\u200b"
# A formula begins so, unless it is but a signed number or telephone number.
FORMULA = r"^(?:[=@]|[+-].*[^0-9 .,()/+-])"
EDGE = r"^\s|\s$"
# Canonical forms of XML Schema, which Table Schema's number and integer are modelled on; plus its NaN, INF and -INF.
NUMBERS = {
    "integer": r"^(?:0|-?[1-9][0-9]*)$",
    "number": r"^(?:-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?INF)$",
}
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class FileForm:
    """The form of a file's bytes: mark at the start, line ends, last line."""

    def __init__(self, table: Table):
        self.table = table
        self.ends = {"LF": 0, "CRLF": 0, "CR": 0}
        self.first_return: int | None = None
        self.start, self.last = b"", b""
        encoding = table.form.encoding if table.form else ""
        # In the encodings that use more than one byte for a line feed, bytes say nothing.
        self.readable = bool(encoding) and not encoding.startswith(("utf-16", "utf-32")) and not table.resource.compression

    def update(self, block: bytes, feeds: int | None = None) -> None:
        """Takes the next bytes, which have so many line feeds, where that is known."""
        if not self.readable:
            return
        lines = sum(self.ends.values())
        self.start = self.start or block[:3]
        self.last = block[-1:]
        returns = block.count(b"\r") if b"\r" in block else 0
        pairs = block.count(b"\r\n") if returns else 0
        if returns > pairs and self.first_return is None:
            at = re.search(rb"\r(?!\n)", block).start()
            self.first_return = lines + len(re.findall(rb"\r\n|\r|\n", block[:at])) + 1
        self.ends["CRLF"] += pairs
        self.ends["CR"] += returns - pairs
        self.ends["LF"] += (block.count(b"\n") if feeds is None else feeds) - pairs

    def findings(self) -> Iterator[Finding]:
        file, used = self.table.file, [end for end, count in self.ends.items() if count]
        if not self.readable:
            return
        if self.start == BOM:
            yield of_file("HYG101", file, "the file begins with the bytes EF BB BF", 1)
        if self.ends["CR"]:
            yield of_file("HYG102", file, f"{self.ends['CR']:,} times", self.first_return)
        if len(used) > 1:
            yield of_file("HYG103", file, ", ".join(f"{self.ends[end]:,} {end}" for end in used))
        elif used and (declared := self._declared()) and used != [declared]:
            yield of_file("HYG114", file, f"{used[0]} instead of {declared}")
        if self.last not in b"\r\n":
            yield of_file("HYG104", file, "the file ends in the middle of a line", sum(self.ends.values()) + 1)

    def _declared(self) -> str | None:
        dialect = self.table.resource.dialect
        control = dialect.get_control("csv") if dialect.has_control("csv") else None
        terminator = control.get_defined("line_terminator") if control else None
        return {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}.get(terminator)


def cells(table: Table, frame: pl.DataFrame, tally: Tally, beyond_ascii: bool, composed: bool = False) -> None:
    """Adds the findings on the cells of a frame: `_row`, and a column of text for some or all fields, missing values as null.

    Without `beyond_ascii` the table is regular, so that it has no control characters, and the frame need hold only cells that
    the sieve did not find proven and tidy, since what is looked for then cannot be elsewhere. `composed` says that all of the text is known to be in NFC.
    """
    fields = [field for field in table.resource.schema.fields if nameable(field.name) and field.name in frame.columns]
    if frame.is_empty() or not fields:
        return
    tests = [(rule, field, bad) for field in fields for rule, bad in _tests(field, beyond_ascii)]
    met = frame.select(pl.lit(False), *(bad.any().alias(str(i)) for i, (_, _, bad) in enumerate(tests))).row(0)[1:]
    for rule, field, bad in (test for test, some in zip(tests, met) if some):
        if rule in ("HYG111", "HYG112"):  # what is no number or date at all is CEL101's matter
            read, column = field.create_value_reader(), pl.col(field.name)
            if alien := sieve.refutation(field):
                bad &= ~column.str.contains(alien)
            bad &= ~column.is_in([text for text in frame.filter(bad)[field.name].unique() if read(text) is None])
        enter(tally, rule, table, frame.filter(bad)["_row"], [field.name])
    if beyond_ascii and not composed:
        for field in fields:
            column = frame[field.name]
            if decomposed := _decomposed(column):
                enter(tally, "HYG105", table, frame["_row"].filter(column.is_in(decomposed)), [field.name])


def _tests(field: Field, beyond_ascii: bool) -> Iterator[tuple[str, pl.Expr]]:
    """The rules on cells of a field, each with what is true of a cell that breaks it."""
    cell = pl.col(field.name)
    if sieve.is_text(field):
        yield "HYG109", cell.str.contains(EDGE)
        yield "HYG110", cell.str.contains(FORMULA)
    if canonical := _canonical(field):
        rule, form = canonical
        yield rule, ~cell.str.contains(form)
    if beyond_ascii:
        yield "HYG106", cell.str.contains(CONTROL)
        yield "HYG107", cell.str.contains(BIDI)
        yield "HYG108", cell.str.replace_all(BETWEEN_WORDS, "$1").str.contains(NO_BREAK)


def _canonical(field: Field) -> tuple[str, str] | None:
    """The rule and the form of a field whose values have one canonical form; None for others."""
    if field.format != "default" or {"bare_number", "group_char", "decimal_char"} & set(field.list_defined()):
        return None
    if field.type in NUMBERS:
        return "HYG111", NUMBERS[field.type]
    return ("HYG112", DATE) if field.type == "date" else None


def _decomposed(column: pl.Series) -> list[str]:
    """The distinct texts of a column that are not in Unicode's Normalization Form C."""
    return [text for text in column.filter(column.str.contains(r"[^\x00-\x7f]")).unique().drop_nulls() if not unicodedata.is_normalized("NFC", text)]


def of_records(table: Table, records: Iterator[Record], tally: Tally, batch: int = 10_000) -> None:
    """The same findings for an irregular table, from its records; sets its `rows` and `labels`. Raises as they do."""
    held: dict[int, Record] = {}
    table.rows = 0
    for row, record in enumerate(records, 1):
        if table.form.is_content(row, record.cells):
            held[row] = record
        elif row in table.form.table.header_rows:
            table.labels = record.cells
            if not record.cells:
                tally.add(of_file("HYG116", table.file, "expected the names of the columns", record.line))
        if len(held) == batch:
            _batch(table, held, tally)
            held = {}
    _batch(table, held, tally)


def _batch(table: Table, held: dict[int, Record], tally: Tally) -> None:
    table.rows += len(held)
    table.at_hand(held)
    cells(table, text_frame(table, held), tally, beyond_ascii=True)
    for row, record in held.items():
        if (found := _misquoted(record, table.form.dialect)) is not None:
            index, note = found
            enter(tally, "HYG115", table, [row], table.columns[index : index + 1], note)


def _misquoted(record: Record, dialect: csv.Dialect) -> tuple[int, str] | None:
    """The first cell of a record (from 0) whose quotes are closed nowhere, or before its end, and what is wrong with it; None for most.

    Python's reader, like frictionless, makes what it can of such cells unless it is told to be strict.
    """
    if (dialect.quotechar or "\n") not in record.text or (state := _read_strictly(record.text, dialect)) == "whole":
        return None
    if state == "open":
        lines = record.text.count("\n")
        return len(record.cells) - 1, f"they are closed nowhere, so that the file's last {lines:,} lines are one cell" if lines > 1 else "they are closed nowhere"
    end = bisect_left(range(len(record.text)), True, key=lambda end: _read_strictly(record.text[:end], dialect) == "broken")
    index = len(next(csv.reader([record.text[:end]], dialect))) - 1
    lines = record.cells[index].count("\n")
    within = f", {lines:,} line{'s' * (lines > 1)} further down," if lines else ""
    return index, f"they are closed{within} before {record.text[end - 1]!a}, where the cell goes on"


def _read_strictly(text: str, dialect: csv.Dialect) -> str:
    """Whether a record's text is "whole", "broken" or, where quotes are still to be closed, "open"."""
    asked = False

    def line() -> Iterator[str]:
        nonlocal asked
        yield text
        asked = True  # for another line, to close the quotes

    try:
        next(csv.reader(line(), dialect, strict=True))
    except csv.Error:
        return "open" if asked else "broken"
    return "whole"
