"""Reads CSV records, each with its cells as written and the line on which it begins. All other code reads them here."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from claimtrack.core import limits
from claimtrack.core.errors import TooLarge

Line = tuple[str, str, int]  # a line with its line break, its file and its number in the file (from 1)


@dataclass(frozen=True)
class Record:
    """One record of a file.

    `line` is the number of the line on which it begins, `text` its characters as written, `cells` its values.
    """

    line: int
    text: str
    cells: list[str]
    file: str = ""


class BadRecord(csv.Error):
    """A record that Python's csv module refuses. `line` is the last one that it read."""

    def __init__(self, error: csv.Error, line: int):
        super().__init__(str(error))
        self.line = line


@contextmanager
def large_cells() -> Iterator[None]:
    """Lets Python's csv module read cells of up to `limits.MAX_CELL` characters, and restores its bound afterwards."""
    before = csv.field_size_limit(limits.MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def lines_of(text: str, file: str = "") -> Iterator[Line]:
    """Yields the lines of a text as the csv module and most editors count them: a lone CR also ends a line."""
    return ((line, file, number) for number, line in enumerate(io.StringIO(text, newline=""), 1))


def records(lines: Iterable[Line], dialect: csv.Dialect, strict: bool = False) -> Iterator[Record]:
    """Yields the records in some lines, including the header. With `strict`, a quote in the wrong place is refused.

    Raises BadRecord, TooLarge for a record that spans more lines than `limits` allows, and any exception of `lines`.
    """
    first: tuple[str, int] | None = None  # where the current record begins
    last = 0
    text = io.StringIO(newline="")  # the current record; a list of a million lines would take more memory than its text

    def tap() -> Iterator[str]:
        nonlocal first, last
        for line, file, number in lines:
            first = first or (file, number)
            last = number
            if number - first[1] > limits.MAX_CELL_LINES:
                words = f"goes on for more than {limits.MAX_CELL_LINES:,} lines; is a quote in it closed nowhere?"
                raise TooLarge(f"the record in line {first[1]} {words}")
            text.write(line)
            yield line

    reader = csv.reader(tap(), dialect, strict=strict)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadRecord(error, last) from None
        assert first is not None  # a record has at least one line
        yield Record(first[1], text.getvalue(), cells, first[0])
        first = None
        text.seek(0)
        text.truncate()
