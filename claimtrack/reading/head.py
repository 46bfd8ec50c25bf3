"""Reads what stands before the first row of a table's file: the header, and comments around it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import TooLarge
from claimtrack.package.records import Line, records
from claimtrack.reading.letters import Letters
from claimtrack.reading.places import Places


@dataclass(frozen=True)
class Head:
    """The size in bytes of what stands before the first row, and its numbers of records and of line feeds."""

    size: int = 0
    records: int = 0
    lines: int = 0


def read_head(places: Places, handle: BinaryIO) -> Head | None:
    """Reads the head of a table's first file from its start, and sets `labels` of `places`.

    Returns None where the labels are not the names of the fields, or where a row stands among the comments. Raises
    OSError.
    """
    table, dialect = places.table, places.table.csv
    handle.seek(0)
    if dialect.is_simple:
        raw = handle.readline(limits.MAX_LINE + 1)
        line = _decoded(raw.removeprefix(table.mark).removesuffix(b"\n").removesuffix(b"\r"), table.stored_encoding)
        label = Letters().cell(dialect.delimiter)
        # The pattern comes first, because Python's reader fails on a lone carriage return.
        if line is None or not re.fullmatch(f"{label}(?:{re.escape(dialect.delimiter)}{label})*", line):
            return None
        labels, head = next(csv.reader([line], dialect.python), []), Head(len(raw), 1, raw.count(b"\n"))
    else:
        found = _read_records(places, handle)
        if found is None:
            return None
        labels, head = found
    if dialect.table.header is False:
        return head
    # frictionless compares stripped labels, so a field whose name has a blank at an end is reported.
    if [label.strip() for label in labels] != table.names:
        return None
    places.labels = labels
    return head


def _read_records(places: Places, handle: BinaryIO) -> tuple[list[str], Head] | None:
    """Reads the head record by record, and returns the labels as frictionless reads them, with the head."""
    table, told = places.table, places.table.csv.table
    last = max([0, told.create_first_content_row() - 1, *(told.comment_rows or [])])
    size = 0 if last else _size_of_mark(table.mark, handle)

    def lines() -> Iterator[Line]:
        nonlocal size
        number = 0
        while raw := handle.readline(limits.MAX_LINE + 1):
            number += 1
            text = _decoded(raw.removeprefix(table.mark) if number == 1 else raw, table.stored_encoding)
            if text is None or "\r" in text.removesuffix("\n").removesuffix("\r"):
                raise UnicodeError  # a lone carriage return ends a line, too
            size += len(raw)
            yield text, table.file, number

    try:
        found = list(islice(records(lines(), table.csv.python), last))
    except (UnicodeError, csv.Error, TooLarge):
        return None
    if len(found) < last or any(table.csv.is_content(row, each.cells) for row, each in enumerate(found, 1)):
        return None
    feeds = sum(each.text.count("\n") for each in found)
    return told.read_labels([each.cells for each in found]), Head(size, last, feeds)


def _size_of_mark(mark: bytes, handle: BinaryIO) -> int:
    """Returns the size of the byte-order mark with which a file begins, or 0."""
    start = handle.read(len(mark))
    handle.seek(0)
    return len(mark) if start == mark else 0


def _decoded(raw: bytes, encoding: str) -> str | None:
    """Decodes bytes, or returns None where they are not in the encoding."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
