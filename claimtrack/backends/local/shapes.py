"""Tells the records of a block apart: rows, comments, and rows that have too many or too few cells."""

import csv
import io
import re

import polars as pl

from claimtrack.backends.local.blocks import Irregular
from claimtrack.core import limits
from claimtrack.reading.forms import missing_values
from claimtrack.reading.letters import Letters
from claimtrack.reading.table import Table

FEW = 64  # with more columns than this, the pattern of a record does not count the cells
# The rows with too many or too few cells.
#
# | column | type | null means |
# |---|---|---|
# | `_row` | UInt32, the record's number (the header is 1) | never |
# | `cells` | UInt32, its number of cells; 0 where it has no value at all, so that it is a blank row | never |
RAGGED = {"_row": pl.UInt32, "cells": pl.UInt32}


class Shapes:
    """The patterns of a table's records. With `long`, a record may have several lines."""

    def __init__(self, table: Table, long: bool):
        self.table, self.delimiter, self.width = table, table.csv.delimiter, len(table.fields)
        letters = Letters().with_feeds if long else Letters()
        cell, comma = letters.cell(self.delimiter), re.escape(self.delimiter)
        self._any = f"^{cell}(?:{comma}{cell})*$"
        self._counted = self.width <= FEW
        self._regular = f"^(?:{cell}{comma}){{{self.width - 1}}}{cell}$" if self._counted else self._any
        dialect = table.csv.table
        self._comment, self._skips_blank = dialect.comment_char, dialect.skip_blank_rows
        self._blank = f'^(?:"")?(?:{comma}(?:"")?)*$'
        # The columns in which an empty cell has a value, and one that is absent has none.
        self._filled = [(at, each.name) for at, each in enumerate(table.fields) if "" not in missing_values(each)]

    def left_out(self, records: pl.Series) -> pl.Series | None:
        """Tells which records are comments, or blank where the dialect skips those. Returns None where none is.

        Raises Irregular for a comment whose cells cannot be told apart.
        """
        if not (self._comment or self._skips_blank):
            return None
        left = pl.repeat(False, len(records), eager=True)
        if self._comment:
            left = records.str.starts_with(self._comment) | records.str.starts_with(f'"{self._comment}')
            if not records.filter(left).str.contains(self._any).all():
                raise Irregular
        if self._skips_blank:
            left |= records.str.contains(self._blank)
        return left if left.any() else None

    def ragged(self, records: pl.Series, proven: pl.Series) -> pl.Series | None:
        """Tells which records do not have the declared number of cells. Returns None where none is.

        `proven` are those that have it for certain. Raises Irregular for a record whose cells cannot be told apart.
        """
        rest = records.filter(~proven)
        whole = rest.str.contains(self._regular)
        if not self._counted:
            bare = rest.str.replace_all('"[^"]*"', "")
            whole &= bare.str.count_matches(self.delimiter, literal=True) == self.width - 1
        if self.width == 1:
            whole &= rest != ""  # a line without a character is a record without a cell
        if whole.all():
            return None
        if not rest.filter(~whole).str.contains(self._any).all():
            raise Irregular
        return _within(~proven, ~whole)

    def mended(self, records: pl.Series, ragged: pl.Series, numbers: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        """Gives ragged records the declared number of cells: others are cut off, and empty ones stand for absent ones.

        `numbers` has the number (`_row`) of each record. Returns all records, and the ragged ones in the columns of
        `RAGGED`.
        """
        empty, filled = ragged & (records == ""), ragged & (records != "")  # of blank lines there may be many
        lines, counts = self._cut(records.filter(filled).to_list())
        told = [
            pl.DataFrame({"_row": numbers.filter(filled), "cells": counts}, schema=RAGGED),
            pl.DataFrame({"_row": numbers.filter(empty), "cells": 0}, schema=RAGGED),
        ]
        mended = records.clone().scatter(empty.arg_true(), self.delimiter * (self.width - 1) or '""')
        return mended.scatter(filled.arg_true(), lines) if lines else mended, pl.concat(told).sort("_row")

    def _cut(self, texts: list[str]) -> tuple[list[str], list[int]]:
        """Gives each record the declared number of cells, and returns the number that it had. Raises Irregular."""
        missing = [set(missing_values(each)) for each in self.table.fields]
        found = list(csv.reader(texts, self.table.csv.python))
        if len(found) != len(texts) or max(map(len, found), default=0) > limits.MAX_COLUMNS:
            raise Irregular
        text, lines, counts = io.StringIO(newline=""), [], []
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\n")  # so that cells with it are quoted
        for cells in found:
            blank = all(cell in absent for cell, absent in zip(cells, missing, strict=False))
            counts.append(0 if blank else len(cells))
            writer.writerow((cells + [""] * (self.width - len(cells)))[: self.width])
            lines.append(text.getvalue().removesuffix("\n"))
            text.seek(0)
            text.truncate()
        return lines, counts

    def without_absent(self, frame: pl.DataFrame, ragged: pl.DataFrame) -> pl.DataFrame:
        """Makes the absent cells of ragged rows null. `frame` is as `reading.text_frame` makes it."""
        for at, name in self._filled:
            if name in frame.columns:
                short = ragged["_row"].filter(ragged["cells"] <= at)
                absent = pl.col("_row").is_in(short.implode())
                frame = frame.with_columns(pl.when(~absent).then(pl.col(name)).alias(name))
        return frame


def _within(some: pl.Series, told: pl.Series) -> pl.Series:
    """Tells of all records what `told` tells of those that are true in `some`. It is false for the others."""
    return some.clone().scatter(some.arg_true(), told)
