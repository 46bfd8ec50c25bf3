"""Finds what no library reports: invisible characters, forms that tools read differently, cells that programs run."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from claimtrack.checks.characters import ANY, BIDI, C1, CONTROL, EDGE, INVISIBLE, NO_BREAK_AT_EDGE, SPACES, USUAL
from claimtrack.checks.dates import check_dates
from claimtrack.checks.messages import enter
from claimtrack.core.findings import Tally, of_file
from claimtrack.core.formula import FORMULA
from claimtrack.core.marks import is_composed
from claimtrack.package.records import Record
from claimtrack.package.sensitive import hides
from claimtrack.reading import forms
from claimtrack.reading.places import Places
from claimtrack.reading.text_frame import nameable, text_frame

if TYPE_CHECKING:
    from frictionless import Field

# The canonical forms of XML Schema, on which Table Schema's number and integer are based, with its NaN, INF and -INF.
NUMBERS = {
    "integer": r"^(?:0|-?[1-9][0-9]*)$",
    "number": r"^(?:-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?INF)$",
}
CODE = r"^0[0-9]+$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


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
    # Most columns have none of the characters that are told, so that one look is enough for five tests.
    some = frame.select(pl.col(field.name).str.contains(ANY).any() for field in fields) if beyond_ascii else None
    has = dict(zip(some.columns, some.row(0), strict=True)) if some is not None else {}
    tests = [(rule, field, bad) for field in fields for rule, bad in _tests(field, has.get(field.name, False))]
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
