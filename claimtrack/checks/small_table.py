"""Proves a small table valid with Python alone, since Polars takes longer to load than such a table takes to read.

The patterns and readers are those of the usual way. What cannot be proven here, be it a cell or only its form, is left
to that way, which tells what is wrong: nothing is told here. A test holds each proof to what the usual way finds.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import filterfalse, pairwise
from typing import TYPE_CHECKING, Any

from claimtrack.checks.declared import check_counts, check_expected, check_file, check_form_declared
from claimtrack.checks.file_form import FileForm
from claimtrack.checks.key_kinds import is_keyable, is_slip, key_text, kind, own_form
from claimtrack.checks.texts import edges
from claimtrack.package.checksums import Digest
from claimtrack.package.dialect import dialect_of
from claimtrack.reading import forms
from claimtrack.reading.head import read_head
from claimtrack.reading.letters import UNSEEN, Letters, for_python
from claimtrack.reading.line_pattern import LinePattern
from claimtrack.reading.places import Places
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    from frictionless import Resource

    from claimtrack.package.opened import OpenedPackage

Key = tuple[str | None, ...]
# Parts of a declared pattern that match texts of different lengths, and groups of which there may be several: with
# three such parts, or one such group, Python's engine may try very many ways to match a cell.
VARIABLE, SEVERAL = re.compile(r"[*+]|\{\d*,"), re.compile(r"\)[*+{]")
MANY = 2000  # lines that the pattern of a table does not prove; more of them are read in less time the usual way


@dataclass(frozen=True)
class SmallTable:
    """A proven table: its number of rows, and the key texts of its columns of keys (`checks.keys`), by column."""

    table: Table
    rows: int
    columns: Mapping[str, list[str | None]]

    def keys(self, names: list[str]) -> list[Key]:
        """Returns the values of some columns, row by row."""
        return list(zip(*(self.columns[name] for name in names), strict=True))


def prove(opened: OpenedPackage, resource: Resource, keys: Collection[str]) -> SmallTable | None:
    """Returns a table in one plain file whose cells are proven valid, or None. Its keys are not compared.

    `keys` are the columns of the table's keys. Raises OSError, NotHeld, csv.Error, UnicodeDecodeError, and what
    `dialect_of` raises.
    """
    table = Table(resource, opened.source)
    patterns = [str(field.constraints.get("pattern", "")) for field in table.fields]
    if len(table.files) > 1 or table.is_packed(table.file) or any(map(_may_take_long, patterns)):
        return None
    with table.open(table.file) as handle:
        table = Table(resource, opened.source, dialect_of(resource, handle))
        places = Places(table)
        if not table.csv.plain or read_head(places, handle) is None or any(map(edges, places.labels)):
            return None
        handle.seek(0)
        raw = handle.read()
    if not all(is_keyable(resource.schema.get_field(name)) for name in keys):
        return None
    text = raw.decode(table.csv.encoding).replace("\r\n", "\n")
    lines = text.removesuffix("\n").split("\n")[1:]
    if "\r" in text or not lines or not unicodedata.is_normalized("NFC", text):
        return None
    if not text.isascii() and re.search(for_python(f"[{UNSEEN}]"), text):
        return None
    columns = _columns(table, lines, keys)
    if columns is None or any(_findings(opened, table, raw, len(lines))):
        return None
    return SmallTable(table, len(lines), columns)


def _may_take_long(pattern: str) -> bool:
    """Tells whether Python's engine may take long to match a declared pattern."""
    return len(VARIABLE.findall(pattern)) > 2 or SEVERAL.search(pattern) is not None


def _findings(opened: OpenedPackage, table: Table, raw: bytes, rows: int) -> Iterator[object]:
    """Yields the findings on a file's form, size and checksum, and on what is declared of the table. Raises NotHeld."""
    form, digest, told = FileForm(table, table.file), Digest(table.resource, table.file), opened.resource(table.name)
    form.update(raw)
    digest.update(raw)
    yield from form.findings()
    yield from digest.findings()
    yield from check_expected(table.resource, rows)
    yield from check_counts(told, table.file, rows, len(table.fields))
    yield from check_form_declared(table, opened.path.name)
    yield from check_file(told, table.file, opened.source, regular=True)


def _columns(table: Table, lines: list[str], keys: Collection[str]) -> dict[str, list[str | None]] | None:
    """Returns the key texts of the columns of keys, or None where a line is not proven valid."""
    # Python's engine takes long to compile a set of many characters, so they are looked for in the whole text before.
    known = LinePattern(table.fields, table.csv.delimiter, beyond="", compiles=_compiles)
    pattern = known.pattern
    if pattern is None or (known.blank and any(map(re.compile(for_python(known.blank)).fullmatch, lines))):
        return None
    if len(table.fields) == 1 and "" in lines:  # a line without a character is a record without a cell
        return None
    if not _are_rows(table, list(filterfalse(re.compile(for_python(pattern)).fullmatch, lines))):
        return None
    wanted = {*known.rest, *keys}
    if not wanted:
        return {}
    cells = dict(zip(table.names, zip(*csv.reader(lines, table.csv.python), strict=True), strict=True))
    for field in table.fields:
        if field.name in known.rest and not _are_valid(field, set(cells[field.name])):
            return None
    found = {name: _key_texts(table.resource.schema.get_field(name), list(cells[name])) for name in keys}
    return None if None in found.values() else {name: texts for name, texts in found.items() if texts is not None}


def _are_rows(table: Table, lines: list[str]) -> bool:
    """Tells whether a few lines that the pattern of a table does not prove are valid rows all the same."""
    cell, delimiter = Letters().cell(table.csv.delimiter), re.escape(table.csv.delimiter)
    shape = re.compile(for_python(f"{cell}(?:{delimiter}{cell}){{{len(table.fields) - 1}}}"))
    if len(lines) > MANY or not all(map(shape.fullmatch, lines)):
        return False
    rows = list(csv.reader(lines, table.csv.python))
    missing = [{*forms.missing_values(field)} for field in table.fields]
    if any(all(cell in void for cell, void in zip(row, missing, strict=True)) for row in rows):
        return False  # a blank row
    return all(
        _are_valid(field, set(cells)) for field, cells in zip(table.fields, zip(*rows, strict=True), strict=False)
    )


def _compiles(pattern: str) -> bool:
    """Tells whether Python's engine accepts a pattern."""
    try:
        re.compile(for_python(pattern))
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _are_valid(field: Any, cells: set[str]) -> bool:
    """Tells whether these distinct cells are certainly valid, and in a form of which nothing is told.

    `field` is one of `package.described`.
    """
    if not field.is_read_here:
        return False
    read, form, missing = field.create_cell_reader(), forms.lexical_form(field), {*forms.missing_values(field)}
    tidy: Callable[[str], object] = (lambda text: re.search(form, text)) if form else (lambda _: True)
    if forms.is_edtf(field):
        tidy = re.compile(forms.EDTF).search
    elif forms.is_text(field):
        tidy = forms.is_tidy
    return all(not read(cell)[1] and (cell in missing or tidy(cell)) for cell in cells)


def _key_texts(field: Any, cells: list[str]) -> list[str | None] | None:
    """Returns the key texts of a column, null where a value is missing, or None where only frictionless reads it."""
    missing = {*forms.missing_values(field)}
    if forms.is_text(field):
        return [None if cell in missing else cell for cell in cells]
    form = own_form(field)
    if form and all(cell in missing or re.search(form, cell) for cell in cells):
        return [None if cell in missing else cell for cell in cells]
    if not field.is_read_here:
        return None
    read = field.create_value_reader()
    return [None if cell in missing else key_text(read(cell)) for cell in cells]


def keys_hold(tables: Mapping[str, SmallTable]) -> bool:
    """Tells whether the keys of all tables hold, and whether no table is nearly in the order of its primary key.

    The columns of references are of the same kind (`key_kinds.are_comparable`).
    """
    return all(_are_unique(each) and _lead_somewhere(each, tables) and not _has_slip(each) for each in tables.values())


def _are_unique(small: SmallTable) -> bool:
    """Tells whether no row lacks the primary key, and no key occurs twice. Two missing parts count as equal there."""
    keys = small.table.keys
    primary = small.keys(keys.primary) if keys.primary else []
    if len({*primary}) < len(primary) or any(set(key) == {None} for key in primary):
        return False
    for names in [*([name] for name in keys.unique_columns), *keys.unique_keys]:
        given = [key for key in small.keys(names) if None not in key]
        if len({*given}) < len(given):
            return False
    return True


def _lead_somewhere(small: SmallTable, tables: Mapping[str, SmallTable]) -> bool:
    """Tells whether each reference of a table leads to a row. A row in which it is missing whole has none."""
    for key in small.table.keys.foreign:
        there = {*tables[key.resource].keys(key.there)}
        if any(value not in there for value in small.keys(key.fields) if set(value) != {None}):
            return False
    return True


def _has_slip(small: SmallTable) -> bool:
    """Tells whether a few rows are lower than the one before, as `keys.Order` finds out."""
    names = small.table.keys.primary
    numbers = [kind(small.table.resource.schema.get_field(name)) == "integer" for name in names]
    keys = small.keys(names) if names else []
    lower = sum(_is_lower(key, before, numbers) for before, key in pairwise(keys))
    return is_slip(lower, len(keys) - 1)


def _is_lower(key: Key, before: Key, numbers: list[bool]) -> bool:
    """Tells whether a key is lower than another one. A missing part before the first that differs leaves it open."""
    for mine, other, is_number in zip(key, before, numbers, strict=True):
        if mine is None or other is None:
            return False
        if mine != other:
            return float(mine) < float(other) if is_number else mine < other
    return False
