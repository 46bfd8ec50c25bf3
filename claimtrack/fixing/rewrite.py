"""Puts one table into form without changing its meaning. It is refused where this is not certain."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frictionless import Field, Resource

from claimtrack.core.marks import MOST, is_heaped
from claimtrack.core.visible import BLANKS, shorten, visible
from claimtrack.fixing import as_read
from claimtrack.fixing.as_read import encoding_of
from claimtrack.package.dialect import csv_dialect, is_tsv
from claimtrack.package.records import BadRecord, Record, lines_of, records
from claimtrack.package.table_io import as_csv
from claimtrack.package.table_schema import fields_of, keys_of

# The properties of a dialect with which a table can be rewritten, and their supported values (None: all values).
# Standard: https://datapackage.org/standard/table-dialect/
PLAIN: dict[str, tuple | None] = {
    "delimiter": None,
    "lineTerminator": ("\n", "\r\n"),
    "quoteChar": ('"',),
    "doubleQuote": (True,),
    "header": (True,),
    "skipInitialSpace": (True, False),
    "$schema": None,
    "caseSensitiveHeader": None,
}


GUESSED = "frictionless reads other cells in it than its dialect says; declare its dialect whole, and its encoding"
CHANGED = (
    "cannot be written so that it certainly reads the same; declare its dialect whole, and its encoding, and take out "
    "blanks at the start of cells"
)


class Refusal(Exception):
    """A rewrite could change the meaning. The text is one sentence for the user, with file and line."""


@dataclass(frozen=True)
class Table:
    """One table in its file.

    `resource` is the resource as frictionless has it. `dialect` and `schema` are as written in the descriptor.
    `referenced` are the columns to which foreign keys of any table lead.
    """

    file: str
    resource: Resource
    dialect: Mapping[str, Any]
    schema: Mapping[str, Any]
    referenced: set[str]
    in_order: bool = False  # whether the rows are to be sorted by their primary key


@dataclass
class Rewrite:
    """One file before and after its rewrite. `did` says what was done to it."""

    name: str
    old: bytes
    new: bytes
    encoding: str
    did: list[str]


def left_alone(resource: Mapping[str, Any], dialect: Mapping[str, Any]) -> str | None:
    """Returns the reason why a table is left alone, or None where it can be rewritten."""
    for key, value in dialect.items():
        allowed = PLAIN.get(key)
        if key not in PLAIN or (allowed and value not in allowed):
            return f'its dialect has "{key}"'
    if resource.get("compression") or resource.get("innerpath") or resource.get("extrapaths"):
        return "it is packed"
    delimiter = _delimiter(resource, dialect)
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0':
        return "its delimiter is none that can be written"
    return None


def _delimiter(resource: Mapping[str, Any], dialect: Mapping[str, Any]) -> Any:
    """Returns the declared delimiter of a table, or the default one."""
    return dialect.get("delimiter", "\t" if is_tsv(resource) else ",")


def rewrite(table: Table, raw: bytes) -> Rewrite:
    """Puts a table into form. The caller has asked `left_alone` first. Raises Refusal."""
    name = table.file
    try:
        encoding = encoding_of(table.resource, raw)
        text = raw.removeprefix(encoding.mark).decode(encoding.codec)
    except (UnicodeError, LookupError) as error:
        words = (
            f"not in the encoding that the descriptor declares ({shorten(str(error), 100)}); save it in that encoding"
        )
        raise Refusal(f"{name}: {words}") from None
    told = {"format": table.resource.format}
    delimiter, declared = _delimiter(told, table.dialect), table.dialect.get("lineTerminator")
    end = declared or ("\r\n" if "\r\n" in text and "\n" not in text.replace("\r\n", "") else "\n")
    header, *rows = _records(name, text, told, table.dialect)
    _refuse_another_reading(table, raw, [header.cells, *(row.cells for row in rows if row.cells)], GUESSED)
    did = ["byte-order mark dropped"] if encoding.mark and not encoding.keeps else []
    if ("\r" in text and end == "\n") or (end == "\r\n" and "\n" in text.replace("\r\n", "")):
        did.append("line ends")
    blank = sum(not row.cells for row in rows)
    rows = [row for row in rows if row.cells]
    if blank:
        did.append(f"{blank:,} blank line{'s' * (blank > 1)} dropped")
    requoted = as_csv([header.cells, *(row.cells for row in rows)], delimiter)
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line]
    if lines != requoted.split("\n")[:-1]:
        did.append("quoting")
    elif text[-1] not in "\r\n":
        did.append("last line ended")
    keys = keys_of(table.schema, name)
    did += _mend_cells(table, header.cells, rows, keys.columns | table.referenced)
    in_order = _sorted(name, header.cells, rows, table.schema, keys.primary) if table.in_order else rows
    if in_order != rows:
        did.append("rows sorted by their key")
    wanted = [header.cells, *(row.cells for row in in_order)]
    try:
        new = as_csv(wanted, delimiter, end).encode(encoding.codec)
    except UnicodeError as error:
        character = error.object[error.start] if isinstance(error, UnicodeEncodeError) else "what"
        words = f"which {encoding.codec} does not have; declare UTF-8 and save it so"
        raise Refusal(f"{name}: in NFC it holds {character!a}, {words}") from None
    new = (encoding.mark if encoding.keeps else b"") + new
    _refuse_another_reading(table, new, wanted, CHANGED)  # this proves that nothing is lost
    return Rewrite(name, raw, new, encoding.codec, did or ["written anew"] if new != raw else [])


def _refuse_another_reading(table: Table, raw: bytes, wanted: list[list[str]], words: str) -> None:
    """Raises Refusal, with `words`, unless frictionless reads these cells in a file with these bytes."""
    try:
        found = as_read.cells(table.resource, raw)
    except as_read.CannotRead as error:
        mend = "correct the file, or what the descriptor says of it"
        raise Refusal(f"{table.file}: frictionless cannot read it ({error}); {mend}") from None
    if found != wanted:
        raise Refusal(f"{table.file}: {words}")


def _records(name: str, text: str, resource: Mapping[str, Any], dialect: Mapping[str, Any]) -> list[Record]:
    """Returns the records of a CSV file, the header first. Raises Refusal where rows and cells are not certain."""
    found: list[Record] = []
    try:
        for record in records(lines_of(text), csv_dialect(resource, dialect), strict=True):
            width, cells, where = len(found[0].cells) if found else 0, record.cells, f"{name}:{record.line}"
            if found and cells and len(cells) != width:
                words = f"{len(cells)} cells where the header has {width}"
                raise Refusal(f"{where}: {words}; which is meant for which column is not for a program to say")
            if found and not cells and width == 1:
                words = 'the line is blank, which in a table of one column may be a row; delete it, or write ""'
                raise Refusal(f"{where}: {words}")
            found.append(record)
    except BadRecord as error:
        raise Refusal(f"{name}:{error.line}: cannot be read as CSV ({error}); mend the quotes of that line") from None
    if not found or not found[0].cells:
        raise Refusal(f"{name}:1: has no header; write the names of the columns into the first line")
    return found


def _mend_cells(table: Table, header: list[str], rows: list[Record], keys: set[str]) -> list[str]:
    """Puts every cell into NFC and removes blanks at its end. Changes `rows`, and says how many cells were changed.

    Raises Refusal where this could change the meaning.
    """
    for column in header:
        _refuse_heaps(column, f"{table.file}:1: the name of a column")
        if _mended(column) != column:
            words = "is not in NFC or ends with a blank; correct it here and in the Table Schema"
            raise Refusal(f'{table.file}:1: the name of the column "{visible(column)}" {words}')
    fields = [_fields_of(table, at, column) for at, column in enumerate(header)]
    composed = trimmed = 0
    for row in rows:
        for at, cell in enumerate(row.cells):
            # Most cells are plain ASCII and do not end in a blank.
            if (cell.isascii() and cell[-1:] not in BLANKS) or not cell:
                continue
            _refuse_heaps(cell, f'{table.file}:{row.line}: a cell of the column "{header[at]}"')
            mended = _mended(cell)
            if mended == cell:
                continue
            where = f'{table.file}:{row.line}: the cell "{visible(cell)}" of the column "{header[at]}"'
            if keys & {header[at], *(field.name for field in fields[at])}:
                words = "not in NFC or followed by blanks; correct it by hand, wherever it stands"
                raise Refusal(f"{where} is part of a key, and {words}")
            if not as_read.says_the_same(fields[at], cell, mended):
                words = "would be another value, be or no longer be a missing value, or break its Table Schema"
                raise Refusal(f"{where} {words}, in NFC and without blanks at its end; correct it by hand")
            composed += unicodedata.normalize("NFC", cell) != cell
            trimmed += cell[-1:] in BLANKS
            row.cells[at] = mended
    told = [(composed, "put in NFC"), (trimmed, "without the blanks at the end")]
    return [f"{number:,} cell{'s' * (number > 1)} {what}" for number, what in told if number]


def _fields_of(table: Table, at: int, column: str) -> list[Field]:
    """Returns the fields that a column may belong to: the one in its place, and those that have its name."""
    fields = table.resource.schema.fields
    return [field for number, field in enumerate(fields) if number == at or field.name == column]


def _refuse_heaps(text: str, what: str) -> None:
    """Raises Refusal for a text that would take too long to put into NFC."""
    if is_heaped(text):
        raise Refusal(f"{what} has more than {MOST:,} combining marks in a row, as no text has; correct it by hand")


def _mended(cell: str) -> str:
    """Returns a cell in NFC without blanks at its end."""
    return unicodedata.normalize("NFC", cell).rstrip(BLANKS)


def _sorted(
    name: str, header: list[str], rows: list[Record], schema: Mapping[str, Any], key: list[str]
) -> list[Record]:
    """Sorts the rows by their primary key: texts by code point, integers by size.

    Raises Refusal where a key occurs twice or lacks a value.
    """
    if not key or not set(key) <= set(header):
        return rows
    places, fields = [header.index(column) for column in key], fields_of(schema)
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        value = tuple(row.cells[place] for place in places)
        if not all(value):
            words = (
                f"lacks a value of its key ({', '.join(key)}), so that it has no place among the others; give it one"
            )
            raise Refusal(f"{name}:{row.line}: the row {words}")
        if value in first:
            words = f"stands in line {first[value]} already; correct one of the two"
            raise Refusal(f'{name}:{row.line}: the key "{visible("/".join(value))}" {words}')
        first[value] = row.line
    numeric = [
        fields.get(column, {}).get("type") == "integer" and all(_is_integer(row.cells[place]) for row in rows)
        for column, place in zip(key, places, strict=True)
    ]

    def order(row: Record) -> list[int | str]:
        pairs = zip(places, numeric, strict=True)
        return [int(row.cells[place]) if number else row.cells[place] for place, number in pairs]

    return sorted(rows, key=order)


def _is_integer(cell: str) -> bool:
    """Tells whether a cell is an integer that is short enough to sort by size."""
    return cell.isascii() and cell.removeprefix("-").isdigit() and len(cell) < 100
