"""Reads one CSV table in Spark: lines with their row numbers, cells, suspects and keys.

No text of a package becomes code in Spark. Spark gets only paths that `package` has checked. Its own engine runs only
our regular expressions. Polars, in Spark's Python workers, runs those that a Table Schema declares, in linear time.
"""

import csv
import math
import re
import zlib
from itertools import pairwise
from typing import Any

import narwhals as nw
import polars as pl

from claimtrack.backends.local.block import Block
from claimtrack.backends.local.blocks import Irregular
from claimtrack.backends.local.reader import HELD, Reader
from claimtrack.backends.protocol import ScanRequest
from claimtrack.backends.spark.failures import asked
from claimtrack.backends.spark.frames import address_of, canonical, composed, first_disorder, matches, quoted
from claimtrack.backends.spark.store import SparkStore
from claimtrack.checks.cells import check_cells
from claimtrack.checks.hygiene import check_form
from claimtrack.package.records import Record
from claimtrack.reading.forms import missing_values
from claimtrack.reading.letters import UNSEEN, Letters, for_java
from claimtrack.reading.places import MARKED, Mark, Places, Scanned
from claimtrack.reading.sieve import Sieve
from claimtrack.reading.text_frame import text_frame

BEYOND_ASCII = r"[^\x00-\x7f]"
# Java's engine treats some of these as line breaks, before which its `$` matches. It proves no cell with one of them.
UNSEEN_IN_JAVA = for_java(f"[{UNSEEN}]")


class Differs(Exception):
    """Spark has read other content than this process."""


def summed(lines: bytes) -> int:
    """Returns the sum of the CRC-32 of each line without its line feed.

    Spark has to find the same sum, or it has read other content.
    """
    return sum(map(zlib.crc32, lines.removesuffix(b"\n").split(b"\n"))) if lines else 0


class Header(Reader):
    """Checks only the headers of a table's files and how their last lines end. Spark reads the rest.

    It also adds up the checksums of the lines, in `sum` of the places.
    """

    def __init__(self, places: Places, keys: frozenset[str], keep: bool):
        super().__init__(places, keys, keep)
        places.sum = 0

    def read(self, block: bytes, first: bool) -> Block:
        """Counts and sums the lines of a block without looking at cells. Raises Irregular."""
        lines = block[self.head.size :] if first else block
        if block.endswith(b"\r"):
            raise Irregular
        marks, feeds = marked(block)
        records = feeds + (not block.endswith(b"\n"))
        return Block(
            records, records - int(first), feeds, marks, pl.DataFrame(schema={"_row": pl.UInt32}), sum=summed(lines)
        )

    def take(self, number: int, block: Block, tally: Any) -> None:
        """Adds the sum of a block. After an interruption the same `number` may come again."""
        if number > self._taken:
            self._taken = number
            self.places.sum += block.sum


def marked(block: bytes) -> tuple[list[Mark], int]:
    """Returns the marks of some lines of a block, in which every line is a record, and the number of line feeds."""
    marks, at, feeds = [], 0, 0
    while at < len(block):
        marks.append((feeds, feeds, at))
        end = block.find(b"\n", at + MARKED) + 1 or len(block)
        feeds += block.count(b"\n", at, end)
        at = end
    return marks, feeds


def line_pattern(width: int, delimiter: str) -> str:
    """Returns the pattern, for Java's engine, of a line that is one record of `width` cells."""
    comma, cell = re.escape(delimiter), Letters().cell(delimiter, possessive=True)
    return rf"^(?!\z){cell}\z" if width == 1 else rf"^(?:{cell}{comma}){{{width - 1}}}+{cell}\z"


class Reading:
    """One table that is being read. Its records in Spark have the columns below.

    | column | type | null means |
    |---|---|---|
    | `_row` | bigint, the record's number (the header is 1) | never |
    | `_part` | integer, the number of rows in the files before | never |
    | `_start` | integer, the byte at which the task's piece of the file begins | never |
    | `_whole` | text, or a struct for Parquet, from which `_record` makes the record | never |
    | `_cells` | struct of texts, `c0` and so on | an empty cell |
    | `_sum` | bigint, the checksum of the line | never |
    | `_regular` | boolean, whether it is one record of the declared fields | never |
    | `_unseen` | boolean, whether it has a character that Java's engine could take for a line break | never |
    | `_beyond` | text of the record | all characters are ASCII |
    """

    def __init__(self, session: Any, places: Places, request: ScanRequest):
        self.session, self.places, self.table, self.request = session, places, places.table, request
        self.wanted, self.tally = sorted(request.keys), request.on_cells
        self.fields = self.table.fields
        # By column and declared pattern, the name of the column that tells whether the pattern matches.
        self.patterns: dict[tuple[str, str], str] = {}
        self.sieve = Sieve(self.fields, nw, self._declared)
        self.sieve_here = Sieve(self.fields)

    def _declared(self, name: str, pattern: str) -> nw.Expr:
        """Returns the column that tells whether a declared pattern matches."""
        return nw.col(self.patterns.setdefault((name, pattern), f"_match{len(self.patterns)}"))

    @asked()
    def read(self, store: SparkStore, rows: int, total: int) -> Scanned:
        """Has Spark read the table, and puts its keys and rows into the store. Raises Differs and TooLarge.

        `rows` is the number of rows and `total` the sum of the lines that this process has found. Spark has to find the
        same.
        """
        from pyspark.sql import functions as F

        read = store.persist(self._sieved(self._records()))
        facts = {
            "rows": F.count("*"),
            "first": F.min("_row"),
            "last": F.max("_row"),
            "regular": F.bool_and("_regular"),
            "suspects": F.count_if("_suspect"),
            "sum": F.sum("_sum"),
        }
        by_piece = read.groupBy("_part", "_start").agg(*(fact.alias(name) for name, fact in facts.items()))
        pieces = by_piece.orderBy("_part", "_start").collect()
        if sum(piece["rows"] for piece in pieces) != rows or sum(piece["sum"] for piece in pieces) != total:
            raise Differs
        if any(one["last"] >= other["first"] for one, other in pairwise(pieces)):
            # Spark does not promise this order, so that a violation has to stop the run.
            raise RuntimeError("Spark did not number the lines of a file in their order")
        if not all(piece["regular"] for piece in pieces):
            self.places.regular = False
            return Scanned(self.table, self.places, False)
        self._judge(read.filter("_suspect").select("_row", "_whole"), sum(piece["suspects"] for piece in pieces))
        frame = read.select("_row", *(quoted(name) for name in self.wanted))
        for name in self.wanted:
            frame = canonical(self.session, frame, self.table.resource.schema.get_field(name))
        store.put_keys(self.table.name, frame)
        if self.request.held is not None:
            held = (quoted(name).alias(column) for name, column in self.request.held.items())
            store.put_rows(self.table.name, read.select("_row", *held))
        # `ascending` is False here, so that `check_keys` compares the keys and does not rely on their order.
        return Scanned(self.table, self.places, True, rows, False, first_disorder(frame, self.table.resource))

    def _records(self) -> Any:
        """Returns the records of the table, in the columns that the class describes."""
        from pyspark.sql import functions as F

        options = {
            "lineSep": "\n",
            "recursiveFileLookup": "true",
            "ignoreMissingFiles": "false",
            "ignoreCorruptFiles": "false",
        }
        lines = None
        for part in self.places.marked:
            text = self.session.read.options(**options).text(address_of(self.table.path(part.file)))
            start = F.col("_metadata.file_block_start").alias("_start")
            text = text.select("value", start).zipWithIndex("_index").filter("_index > 0")
            row = F.col("_index") + 1 + part.before
            line = F.regexp_replace("value", r"\r\z", "")  # this also replaces bytes that are not UTF-8
            found = text.select(
                row.alias("_row"),
                F.lit(part.before).alias("_part"),
                "_start",
                line.alias("_whole"),
                F.is_valid_utf8("value").alias("_valid"),
                F.crc32("value").alias("_sum"),
            )
            lines = found if lines is None else lines.unionByName(found)
        line, delimiter = F.col("_whole"), self.table.csv.delimiter
        schema = ", ".join(f"c{number} STRING" for number in range(len(self.fields)))
        regular = F.col("_valid") & line.rlike(line_pattern(len(self.fields), delimiter))
        # `from_csv` drops a byte-order mark at the start of a line, where it is a character of the first cell. A second
        # mark makes up for this.
        twice = F.when(line.startswith("\ufeff"), F.concat(F.lit("\ufeff"), line)).otherwise(line)
        cells = F.from_csv(twice, F.lit(schema), {"sep": delimiter, "quote": '"', "escape": '"'})
        beyond = F.when(line.rlike(BEYOND_ASCII), line)
        made = {"_cells": cells, "_regular": regular, "_unseen": line.rlike(UNSEEN_IN_JAVA), "_beyond": beyond}
        assert lines is not None
        return lines.withColumns(made)

    def _text(self, number: int) -> Any:
        """Returns the column for a cell of a record (from 0) as written. `from_csv` gives null for an empty cell."""
        from pyspark.sql import functions as F

        return F.coalesce(F.col(f"_cells.c{number}"), F.lit(""))

    def _record(self, row: int, whole: Any) -> Record:
        """Makes a record from its `_whole`, with its line in its own file."""
        before = max((part.before for part in self.places.marked[1:] if row > part.before + 1), default=0)
        return Record(row - before, whole, next(csv.reader([whole], self.table.csv.python), []))

    def _sieved(self, frame: Any) -> Any:
        """Sieves all records in one query.

        | column | type | null means |
        |---|---|---|
        | `_row`, `_part`, `_start`, `_sum`, `_regular` | as in the records | never |
        | `_suspect` | boolean, whether the record has to be judged | never |
        | `_whole` | as in the records | the record is no suspect |
        | one for each field needed later | text, the cell as written | the value is missing |
        """
        from pyspark.sql import functions as F

        cells = {}
        for number, field in enumerate(self.fields):
            text, missing = self._text(number), missing_values(field)
            cells[field.name] = F.when(~text.isin(missing), text) if missing else text
        frame = frame.withColumn("_composed", composed()("_beyond"))
        # The sieve gets only cells without a character that Java's engine could take for a line break.
        seen = F.col("_regular") & ~F.col("_unseen")
        frame = frame.withColumns({name: F.when(seen, cell) for name, cell in cells.items()})
        asked_of = {alias: matches(f"^(?:{said})$")(quoted(name)) for (name, said), alias in self.patterns.items()}
        frame = nw.from_native(frame.withColumns(asked_of)).with_columns(_passes=self.sieve.passes).to_native()
        suspect = F.col("_unseen") | ~F.col("_composed") | ~F.col("_passes")
        keep = self.request.held is not None
        kept = [cell.alias(name) for name, cell in cells.items() if keep or name in self.wanted]
        whole = F.when(suspect, F.col("_whole")).alias("_whole")
        told = ("_row", "_part", "_start", "_sum", "_regular", suspect.alias("_suspect"), whole)
        return frame.select(*told, *kept)

    def _judge(self, suspects: Any, count: int) -> None:
        """Fetches the suspects in order, some at a time, and adds the findings on them.

        `suspects` has the columns `_row` and `_whole`; `count` is the number of its rows.
        """
        width = len(self.fields)
        if not count:
            return
        held: dict[int, Record] = {}
        pages = math.ceil(count * width / HELD)
        in_order = suspects.repartitionByRange(pages, "_row").sortWithinPartitions("_row")
        for row, whole in in_order.toLocalIterator():
            held[row] = self._record(row, whole)
            if len(held) * width > HELD:
                self._settle(held)
                held = {}
        self._settle(held)

    def _settle(self, held: dict[int, Record]) -> None:
        """Adds the findings on some suspects, by number."""
        self.places.at_hand(held)
        frame = text_frame(self.places, held)
        check_cells(self.places, self.sieve_here.doubts(frame), self.tally)
        check_form(self.places, frame, self.tally, beyond_ascii=True)
