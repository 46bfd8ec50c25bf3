"""Reads and writes tables in the dataset's own form: UTF-8, LF, commas and minimal quoting."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.writing import write_whole
from claimtrack.package.dialect import csv_dialect, decoded
from claimtrack.package.records import large_cells, lines_of, records


def read_rows(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Reads a table's column names and its rows, with all cells as text. Raises Unusable for a file of another form."""
    try:
        text = decoded(path.read_bytes(), "utf-8")
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}; correct the path") from None
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}; save the table as UTF-8") from None
    rows, names = [], None
    with large_cells():
        for record in records(lines_of(text), csv_dialect({})):
            if names is None:
                names = record.cells
            elif record.cells:
                if len(record.cells) != len(names):
                    words = f"{len(record.cells)} cells where the header has {len(names)}; correct the row"
                    raise Unusable(f"{path}:{record.line}: {words}")
                rows.append(dict(zip(names, record.cells, strict=True)))
    if not names:
        raise Unusable(f"{path}: has no header; write the names of the columns into the first line")
    return names, rows


def write_rows(path: Path, names: list[str], rows: Iterable[Mapping[str, object]], in_order: bool = True) -> None:
    """Writes a table, with its rows sorted by their first column or, without `in_order`, as given. Raises Unusable."""
    write_whole(path, as_table(names, rows, in_order))


def as_table(names: list[str], rows: Iterable[Mapping[str, object]], in_order: bool = True) -> bytes:
    """Returns a table's bytes, with its rows sorted by their first column or, without `in_order`, as given."""
    rows = sorted(rows, key=lambda row: str(row[names[0]])) if in_order else rows
    return as_csv([names, *([row.get(name, "") for name in names] for row in rows)]).encode("utf-8")


def as_csv(rows: Iterable[Iterable[object]], delimiter: str = ",", end: str = "\n") -> str:
    """Writes rows as CSV. A cell is quoted only where CSV requires it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()
