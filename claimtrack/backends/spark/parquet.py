"""Reads one table of Parquet files in Spark, and converts the values to the texts that a CSV file would have."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from frictionless import Field

from claimtrack.backends.spark.csv_reading import BEYOND_ASCII, UNSEEN_IN_JAVA, Reading
from claimtrack.backends.spark.failures import asked, failures, is_no_parquet
from claimtrack.backends.spark.frames import address_of, quoted
from claimtrack.core.errors import Unreadable
from claimtrack.core.visible import shorten
from claimtrack.package.records import Record
from claimtrack.reading.forms import truth_values
from claimtrack.reading.places import MarkedFile, Places


class FetchedPlaces(Places):
    """Finds the records of Parquet files by a query in Spark. They have numbers, but no lines."""

    reading: "Columns"

    def _found(self, wanted: list[int]) -> Mapping[int, Record]:
        return self.reading.fetched(wanted)


class Columns(Reading):
    """One table of Parquet files that is being read. `_whole` is the struct of its cells."""

    @asked()
    def count(self) -> int:
        """Counts the rows of the files, and tells the places at which row each file begins.

        Raises Unreadable for a file that is no Parquet, or that has other columns than declared.
        """
        others, before = [], 0
        for number, file in enumerate(self.table.files):
            try:
                frame = self._file(file)
            except failures() as error:
                if not is_no_parquet(error):
                    raise
                name = self.table.path(file).name
                raise Unreadable(f"Spark does not take {name} for Parquet") from None
            if frame.columns != self.table.names:
                found, expected = (shorten(", ".join(names)) for names in (frame.columns, self.table.names))
                raise Unreadable(f"its columns are {found} instead of {expected}")
            others += [MarkedFile(file, before)] if number else []
            before += frame.count()
        self.places.continue_with(others)
        return before

    def _file(self, file: str) -> Any:
        """Returns one file as a Spark frame."""
        options = {
            "recursiveFileLookup": "true",
            "mergeSchema": "false",
            "ignoreMissingFiles": "false",
            "ignoreCorruptFiles": "false",
        }
        return self.session.read.options(**options).parquet(address_of(self.table.path(file)))

    def _records(self) -> Any:
        from pyspark.sql import functions as F

        whole = None
        for part in self.places.marked:
            frame = self._file(part.file)
            texts = [self._as_text(field, frame.schema[field.name].dataType) for field in self.fields]
            cells = F.struct(*(text.alias(f"c{number}") for number, text in enumerate(texts)))
            row = F.col("_metadata.row_index") + 2 + part.before
            told = {"_row": row, "_part": F.lit(part.before), "_start": F.lit(0), "_sum": F.lit(0), "_cells": cells}
            frame = frame.select(*(column.alias(name) for name, column in told.items()))
            whole = frame if whole is None else whole.unionByName(frame)
        cells = [F.col(f"_cells.c{number}") for number in range(len(self.fields))]
        text = F.concat_ws("\n", *cells)
        controls = [F.coalesce(cell.rlike(r"[\x00-\x1f\x7f]"), F.lit(False)) for cell in cells]
        made = {
            "_whole": F.col("_cells"),
            "_regular": F.is_valid_utf8(text),
            "_unseen": reduce(or_, controls, text.rlike(UNSEEN_IN_JAVA)),
            "_beyond": F.when(text.rlike(BEYOND_ASCII), text),
        }
        assert whole is not None
        return whole.withColumns(made)

    def _text(self, number: int) -> Any:
        from pyspark.sql import functions as F

        return F.col(f"_cells.c{number}")

    def _record(self, row: int, whole: Any) -> Record:
        return Record(row, "", list(whole))

    @asked()
    def fetched(self, rows: list[int]) -> dict[int, Record]:
        """Fetches the records with these numbers from Spark."""
        from pyspark.sql import functions as F

        found = self._records().filter(F.col("_row").isin(rows)).select("_row", "_cells").collect()
        return {row: self._record(row, whole) for row, whole in found}

    def _as_text(self, field: Field, kind: Any) -> Any:
        """Converts a column of a Parquet type to text in the canonical form of Table Schema.

        Raises Unreadable for a type that has no such form.
        """
        from pyspark.sql import functions as F
        from pyspark.sql import types as T

        column = quoted(field.name)
        if isinstance(kind, T.BooleanType):
            true, false = (each[0] for each in truth_values(field)) if field.type == "boolean" else ("true", "false")
            return F.when(column, true).when(~column, false)
        if isinstance(kind, (T.FloatType, T.DoubleType)):
            text = column.cast("string")
            return F.when(text == "Infinity", "INF").when(text == "-Infinity", "-INF").otherwise(text)
        if isinstance(kind, (T.TimestampType, T.TimestampNTZType)):
            second, rest = F.date_format(column, "yyyy-MM-dd'T'HH:mm:ss"), F.date_format(column, ".SSSSSS")
            zone = F.lit("" if isinstance(kind, T.TimestampNTZType) else "Z")
            return F.concat(second, F.when(rest == ".000000", "").otherwise(rest), zone)
        if isinstance(kind, (T.StringType, T.IntegralType, T.DecimalType, T.DateType)):
            return column.cast("string")
        words = f"values of the type {kind.simpleString()[:50]}, which no cell of a table has"
        raise Unreadable(f'the column "{field.name}" has {words}')
