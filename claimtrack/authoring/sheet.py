"""Reads a sheet that people fill in, a CSV file as this program or a spreadsheet of any country has written it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.visible import shorten
from claimtrack.package.dialect import csv_dialect, decoded
from claimtrack.package.records import BadRecord, large_cells, lines_of, records


@dataclass
class Line:
    """One row of a sheet: its number in the file, and its cells by column, without blanks at their ends."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_lines(path: Path, names: Sequence[str], needed: Sequence[str]) -> list[Line]:
    """Returns the rows of a sheet that have anything in them. Raises Unusable.

    `names` are the columns that it may have, and `needed` those that it must have.
    """
    try:
        text = decoded(path.read_bytes(), "utf-8")
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}; correct the path") from None
    except UnicodeDecodeError as error:
        words = "save it as CSV in UTF-8 (the spreadsheet asks for it when it saves)"
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}; {words}") from None
    dialect = csv_dialect({})
    first = text.partition("\n")[0]  # spreadsheets of some countries write semicolons or tabs
    dialect.delimiter = max(",;\t", key=first.count)
    header: list[str] = []
    lines = []
    try:
        with large_cells():
            for record in records(lines_of(text), dialect):
                cells = [" ".join(cell.split()) for cell in record.cells]
                if not header:
                    header = cells
                    _check_header(path, header, names, needed)
                elif any(cells):
                    if any(cells[len(header) :]):
                        words = f"has more cells than the {len(header)} of the header; delete those on the right"
                        raise Unusable(f"{path}:{record.line}: {words}")
                    lines.append(Line(record.line, dict(zip(header, cells, strict=False))))
    except BadRecord as error:
        raise Unusable(f"{path}:{error.line}: cannot be read as CSV ({error}); save it again") from None
    return lines


def _check_header(path: Path, header: list[str], names: Sequence[str], needed: Sequence[str]) -> None:
    """Raises Unusable for a header that lacks a column, has one twice, or has one that says nothing to the program."""
    lacking = [name for name in needed if name not in header]
    unknown = [name for name in header if name and name not in names]
    twice = [name for name in header if name and header.count(name) > 1]
    if lacking:
        raise Unusable(f"{path}:1: lacks the column {', '.join(lacking)}; the first row has the names of the columns")
    if unknown:
        near = get_close_matches(unknown[0], names, 1)
        mend = f"did you mean {near[0]}?" if near else f"the columns are {', '.join(names)}"
        raise Unusable(f'{path}:1: "{shorten(unknown[0], 40)}" is no column; {mend}')
    if twice:
        raise Unusable(f'{path}:1: "{shorten(twice[0], 40)}" is there twice; give each column once')
