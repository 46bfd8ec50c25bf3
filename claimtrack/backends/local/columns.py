"""Cuts columns out of the regular blocks of a table."""

import csv
import io
from collections.abc import Iterator

import polars as pl

from claimtrack.backends.local.blocks import Irregular
from claimtrack.reading.forms import missing_values
from claimtrack.reading.places import MARKED
from claimtrack.reading.table import Table

# Bytes of a block that needs no mark except at its start. Python splits it faster than Polars, which starts threads.
SMALL = MARKED


class Columns:
    """Splits blocks of a table into columns of text, in which missing values are null."""

    def __init__(self, table: Table):
        self.table = table
        self.missing = {field.name: missing_values(field) for field in table.fields}

    def cut(self, block: bytes, names: list[str], numbers: pl.Series) -> pl.DataFrame:
        """Splits a regular block into these columns, in the form of `reading.text_frame`.

        `numbers` are those of its records, and become the column `_row`. Raises Irregular where it has other records.
        """
        if not (block and names):
            return pl.DataFrame([numbers, *(pl.Series(name, [], dtype=pl.String) for name in names)])
        if len(block) <= SMALL:
            found = pl.DataFrame(list(self._columns(block, names)))
        else:
            schema = dict.fromkeys(self.table.names, pl.String)
            lazy = pl.scan_csv(
                block, has_header=False, separator=self.table.csv.delimiter, schema=schema, empty_string_is_null=False
            )
            found = lazy.select(map(self._present, names)).collect()
        if len(found) != len(numbers):
            raise Irregular
        return found.insert_column(0, numbers)

    def _columns(self, block: bytes, names: list[str]) -> Iterator[pl.Series]:
        """Splits a small block into these columns.

        Raises Irregular where a record has another number of cells, such as a blank line.
        """
        records = list(csv.reader(io.StringIO(block.decode(), newline=""), self.table.csv.python))
        if set(map(len, records)) != {len(self.table.fields)}:
            raise Irregular
        columns = dict(zip(self.table.names, zip(*records, strict=True), strict=True))
        for name in names:
            missing, cells = self.missing[name], columns[name]
            texts = [None if cell in missing else cell for cell in cells] if missing else cells
            yield pl.Series(name, texts, dtype=pl.String)

    def _present(self, name: str) -> pl.Expr:
        """Makes the expression for a column of a block, which is null where the value is missing."""
        cell, missing = pl.col(name), self.missing[name]
        return pl.when(~cell.is_in(missing)).then(cell).alias(name) if missing else cell
