"""A table as text: every cell as written, its row, and where it stands in the file."""

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
from frictionless import Resource
from frictionless.formats.csv import CsvControl


@dataclass
class Table:
    """One CSV resource, read once.

    `frame` has one text column per header cell, missing values as null, and `_row`: the record's number, the header
    being 1, as frictionless counts.
    """

    resource: Resource
    file: str
    text: str

    @property
    def name(self) -> str:
        return self.resource.name

    @cached_property
    def _records(self) -> tuple[list[list[str]], list[int]]:
        """The cells of every record and the physical line on which each begins."""
        reader = csv.reader(io.StringIO(self.text, newline=""), self._dialect)
        records, starts, line = [], [], 1
        for record in reader:
            records.append(record)
            starts.append(line)
            line = reader.line_num + 1
        return records, starts

    @cached_property
    def _dialect(self):
        return CsvControl.from_dialect(self.resource.dialect).to_python()

    @cached_property
    def frame(self) -> pl.DataFrame:
        names, missing = self.resource.schema.field_names, set(self.resource.schema.missing_values)
        width, rows = len(names), self._records[0][1:]
        columns = {
            name: [row[i] if i < len(row) and row[i] not in missing else None for row in rows] for i, name in enumerate(names[:width])
        }
        return pl.DataFrame(columns, schema={name: pl.String for name in names}).with_row_index("_row", 2)

    def place(self, row: int | None, field: str | None) -> tuple[int | None, int | None]:
        """The physical line and column (1-based, in characters) at which a cell begins, or a row where `field` is None."""
        records, starts = self._records
        if not row or row > len(starts):
            return None, None
        names = self.resource.schema.field_names
        index = names.index(field) if field in names else 0
        line, column = starts[row - 1], 1
        quoted, at, cell = False, 0, 0
        lines = self._lines
        record = "".join(lines[line - 1 :]) if index else ""
        delimiter, quote = self._dialect.delimiter, self._dialect.quotechar
        while cell < index and at < len(record):
            character = record[at]
            if character == quote:
                quoted = not quoted  # a doubled quote turns it off and on again
            elif character == delimiter and not quoted:
                cell += 1
            elif character in "\r\n" and not quoted:
                break
            line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
            at += 1
        return line, column

    @cached_property
    def _lines(self) -> list[str]:
        return io.StringIO(self.text, newline="").readlines()

    def cell(self, row: int, field: str) -> str | None:
        """The cell as written, or None where the row has none."""
        records, names = self._records[0], self.resource.schema.field_names
        if field not in names or row > len(records) or names.index(field) >= len(records[row - 1]):
            return None
        return records[row - 1][names.index(field)]


def read(resource: Resource) -> Table:
    """Reads a resource's one file as text. Raises OSError, UnicodeDecodeError or LookupError as Python does."""
    path = Path(resource.basepath or "", resource.path)
    raw = path.read_bytes()
    return Table(resource, resource.path, raw.decode(resource.encoding or "utf-8"))
