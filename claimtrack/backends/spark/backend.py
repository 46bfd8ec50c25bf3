"""The same check on a cluster: Apache Spark proves lines, cells and keys, and what it doubts is judged here, as ever.

What a package says never becomes code there. Spark is given paths that `package` has let pass; it runs regular expressions
of ours alone, while those that a Table Schema declares are run by Polars within Spark's Python workers, in linear time. A
table that this cannot be said of is read here instead, and a note says so: the verdict is the same.
"""

import csv
import math
import os
import re
import shutil
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from operator import or_
from pathlib import Path

import narwhals as nw
import polars as pl
from frictionless import Field, Resource

from . import cells, hygiene, keys, limits, lines, rules, scan, sieve
from .findings import Tally, Unusable
from .form import SAMPLE, Form, form
from .spark_failures import Patience, asked, failures, no_parquet, said
from .tables import MARKED, Record, Table, TooLarge, Unreadable, open_regular, text_frame
from .wording import shorten

EXTRA = 'install the extra "spark" (`uv sync --extra spark`, or pip install "cambodia-election-claims[spark]")'
# Cells as `scan.QUOTED` and `scan.BARE`, for Java's engine: possessive, so that it neither backtracks nor recurses, however long the cell.
QUOTED, BARE = r'"(?:[^"\x00-\x08\x0a-\x1f\x7f]|"")*+"', r'[^",\x00-\x08\x0a-\x1f\x7f]*+'
BEYOND_ASCII = r"[^\x00-\x7f]"
# Java's engine also takes some of these for line ends, before which its `$` matches: no cell with one is proven by it.
UNSEEN = f"[{lines.UNSEEN}]".replace(r"\u{", r"\x{")
# A path that Hadoop takes as it stands, without wildcards or escapes, and a name that says that nothing is packed.
PLAIN_PATH, PLAIN_NAME = re.compile(r"[\w ./@+-]+"), re.compile(r"[^_.].*\.(?:csv|tsv|tab|txt|parquet)")
MAPPED = 1_000_000  # distinct texts of one column that are brought here because only frictionless can read them


# ------------------------------------------------------------------------------------------------------------- the session


def session():
    """The Spark session: that of `spark-submit` or of the environment, else one on this machine. Raises Unusable without Spark."""
    try:
        import pyarrow  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Unusable(f"--engine spark: {error.name} is not installed; {EXTRA}, or leave the option out") from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise Unusable("--engine spark: Java was not found, which Spark runs on; install a Java runtime (Debian: default-jre-headless), or set JAVA_HOME")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.config("spark.ui.showConsoleProgress", "false").config("spark.sql.session.timeZone", "UTC")
    if not {"PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR", "MASTER"} & os.environ.keys():
        # Nobody has said how Spark is to run: here, and out of reach of the network.
        builder = builder.master("local[*]").config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", 2 * (os.cpu_count() or 1))
    if not {"PYSPARK_GATEWAY_PORT", "SPARK_CONF_DIR"} & os.environ.keys() and "spark.log.level" not in os.environ.get("PYSPARK_SUBMIT_ARGS", ""):
        builder = builder.config("spark.log.level", "OFF")  # Java's traces, which bury the one sentence that says what is wrong
    try:
        with said("--engine spark", "Spark does not start"):
            return builder.getOrCreate()
    except OSError as error:
        raise Unusable(f"--engine spark: Spark does not start: {error}") from None


# ---------------------------------------------------------------------------------------------------------------- the keys


class Differs(Exception):
    """What Spark has read is not what was read here."""


class KeyStore:
    """The keys of tables as lazy frames of Spark's, and the rows of those that are read here; used as `keystore.KeyStore` is."""

    def __init__(self, session):
        self.session = session
        self._parts: dict[str, list[pl.DataFrame]] = {}  # of tables that are read here
        self._rows: dict[str, list[pl.DataFrame]] = {}
        self._frames, self._kept = {}, []

    def add(self, name: str, part: pl.DataFrame) -> None:
        """Takes the keys of some more rows of a table that is read here."""
        self._parts.setdefault(name, []).append(part)

    def keep(self, name: str, part: pl.DataFrame) -> None:
        """Takes some more rows of a table that is read here."""
        self._rows.setdefault(name, []).append(part)

    def rows_of(self, name: str) -> pl.DataFrame | None:
        """All rows of a table that is read here; None where none were taken."""
        return pl.concat(self._rows[name]) if name in self._rows else None

    def put(self, name: str, frame) -> None:
        """Takes all keys of a table that Spark reads."""
        self._frames[name] = frame

    def drop(self, name: str) -> None:
        """Forgets a table."""
        self._parts.pop(name, None), self._frames.pop(name, None), self._rows.pop(name, None)

    @asked()
    def frame(self, name: str) -> nw.LazyFrame:
        """All keys of a table: `_row`, and a column of text a field."""
        if name not in self._frames:
            self._frames[name] = native(self.session, pl.concat(self._parts.pop(name)))
        return nw.from_native(self._frames[name])

    @asked()
    def rows(self, bad: nw.LazyFrame, most: int) -> tuple[list[int], int]:
        """The first `most` of the row numbers `_row` of a frame, and how many there are."""
        return rows(bad.to_native(), most)

    def persist(self, frame):
        """Has Spark keep a frame, in memory or on its disks, until `close`."""
        self._kept.append(frame.persist())
        return frame

    def close(self) -> None:
        """Gives back what Spark keeps; where it fails, it has failed before, and that is what has to be told."""
        with suppress(*failures(), OSError):
            for frame in self._kept:
                frame.unpersist()


def native(session, frame: pl.DataFrame):
    """A frame of Polars as one of Spark's; `_row` is 64 bits wide there, since Spark knows no unsigned numbers."""
    return session.createDataFrame(frame.with_columns(pl.col("_row").cast(pl.Int64)).to_arrow() if "_row" in frame.columns else frame.to_arrow())


def home(frame) -> pl.DataFrame:
    """A frame of Spark's brought here."""
    return pl.DataFrame(pl.from_arrow(frame.toArrow()))


def rows(bad, most: int) -> tuple[list[int], int]:
    """The first `most` row numbers of a frame of Spark's, and how many there are: no more is brought here."""
    found = home(bad.select("_row").orderBy("_row").limit(most + 1))["_row"].to_list()
    return found[:most], len(found) if len(found) <= most else bad.count()


# --------------------------------------------------------------------------------------------------------------- the tables


@dataclass
class Spark:
    """The engine: reads tables in Spark. `notes` says which were read here instead, and why."""

    session: object
    store: KeyStore = None
    formats = frozenset({"parquet"})  # what it reads besides CSV
    notes: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.store = KeyStore(self.session)

    @contextmanager
    def failing(self, where: str) -> Iterator[None]:
        """Turns a failure of Spark's, and a wait for executors that never come, into Unusable: there is then no verdict."""
        with said(where), Patience(self.session, where):
            yield

    def rules(self):
        """What the rules between columns and tables need of an engine."""
        from .spark_rules import Cluster

        return Cluster(self.session, self.store)

    def scan(self, table: Table, wanted: set[str], keep: Callable[[pl.DataFrame], None] | None, store, on_file: Tally, on_cells: Tally, block_size: int = limits.BLOCK, tell=lambda table, size: None) -> None:
        """Does what `scan.scan` does; the rows are then not given to `keep` but are `table.frame`, Spark's, as its keys in `store` are.

        The bytes of each file are read here once, for their hash, line ends, header and the places of lines. Raises OSError,
        TooLarge, Changed.
        """
        parts = [table.path, *(Path(table.resource.basepath or "", name) for name in table.resource.extrapaths or [])]
        if reason := self._unfit(table, parts, wanted):
            self.notes.append(f"{table.file}: read here instead of in Spark, since {reason}")
            return scan.scan(table, wanted, keep, store, on_file, on_cells, block_size, tell)
        others, before, states = [], 0, [scan.state(os.stat(path)) for path in parts]
        for number, path in enumerate(parts, 1):
            part = table if number == 1 else replace(table, path=path, marks=[])
            tallies = (on_file, on_cells) if part is table else (Tally(), Tally())
            scan.scan(part, set(), None, store, *tallies, block_size, tell, [Header if number == len(parts) else ClosedHeader])
            if not part.regular:
                table.regular = False
                return
            others += [(before, part)] if part is not table else []
            before += part.rows
        table.rows = before
        table.continue_with(others)
        with self._same(table, parts, states):
            Reading(self.session, table, wanted, bool(keep), on_cells).read(store)
            if not table.regular and len(parts) == 1:  # records of several lines, which Spark cuts apart, can be told here
                on_cells.clear()
                scan.scan(table, wanted, keep, store, Tally(), on_cells, block_size)
                if table.regular:
                    self.notes.append(f"{table.file}: read here instead of in Spark, since cells in it have line breaks")

    def scan_columns(self, resource: Resource, wanted: set[str], keep: bool, on_file: Tally, on_cells: Tally) -> Table:
        """The table of a resource of Parquet files, read in Spark. Raises Unreadable, TooLarge, Changed, OSError."""
        table, schema = Table(resource, resource.path, Path(resource.basepath or "", resource.path)), resource.schema
        parts = [Path(resource.basepath or "", name) for name in resource.paths]
        if reason := self._confusing(table, parts):
            raise Unreadable(f"it cannot be given to Spark, since {reason}")
        if len(parts) > 1 and (resource.hash or resource.bytes):
            raise Unreadable("nobody says of which of its files `hash` and `bytes` are")
        if schema.fields_match != "exact" or not comparable(resource, wanted):
            raise Unreadable("its keys, or the order of its columns, are such as frictionless alone compares; save it as CSV")
        states, digest = [scan.state(os.stat(path)) for path in parts], scan.Digest(table)
        with open_regular(table.path) as handle:
            while block := handle.read(limits.MIB):
                digest.update(block)
        reading = Columns(self.session, table, wanted, keep, on_cells)
        with self._same(table, parts, states):
            reading.count()
            reading.read(self.store)
        if not table.regular:
            raise Unreadable("a text in it is not UTF-8")
        on_file.add(*digest.findings())
        return table

    @contextmanager
    def _same(self, table: Table, parts: list[Path], states: list[tuple]) -> Iterator[None]:
        """Around what Spark reads of some files. Raises Changed where they are no longer in those states, Unusable where Spark has seen other content than they have."""
        differs = False
        try:
            yield
        except Differs:
            differs = True
        if [scan.state(os.stat(path)) for path in parts] != states:
            raise scan.Changed
        if differs:
            raise Unusable(f"{table.path}: the executors of Spark read another content at this path than lies here, so there is no verdict; have them share one file system")

    def _confusing(self, table: Table, parts: list[Path]) -> str | None:
        """Why Spark could take a table for something else, if it could."""
        names = table.names
        if any(not PLAIN_PATH.fullmatch(str(path.resolve())) or not PLAIN_NAME.fullmatch(path.name) for path in parts):
            return "its path could mean something else to Hadoop"
        if len({name.lower() for name in names}) < len(names) or any(name.startswith("_") or set(name) & set(".`") for name in names):
            return "Spark could confuse the names of its columns"
        return None

    def _unfit(self, table: Table, parts: list[Path], wanted: set[str]) -> str | None:
        """Why a table is not for Spark, if it is not. Of a table of several files, sets the `form`."""
        declared = table.resource
        if reason := self._confusing(table, parts):
            return reason
        if len(parts) > 1:
            if declared.format != "csv" or declared.hash or declared.bytes:
                return "frictionless alone knows how it puts these parts together"
            table.form = form_of_first(table)
        if not (table.form and table.form.plain and comparable(declared, wanted)):
            return "its form, or the type of a key, is one that frictionless alone reads"
        if table.form.delimiter not in lines.DELIMITERS:
            return f'its delimiter "{table.form.delimiter}" could mean something else to Spark'
        if doubtful := next((f.name for f in declared.schema.fields if sieve.hopeless(f)), None):
            return f'no proof covers the column "{doubtful}"'
        return None


def comparable(resource: Resource, wanted: set[str]) -> bool:
    """Whether the keys of a resource, of the columns `wanted`, can be compared as texts."""
    schema = resource.schema
    return bool(schema.fields) and all(schema.has_field(name) and keys.keyable(schema.get_field(name)) for name in wanted)


def form_of_first(table: Table) -> Form:
    """The form of the first file of several: `form` calls a table of several not plain, for nobody but Spark reads it fast."""
    alone = table.resource.to_copy()
    alone.extrapaths = []
    with open_regular(table.path) as handle:
        return form(alone, handle.read(SAMPLE))


@dataclass
class Lines(scan.Part):
    """What is found in a block of lines that Spark reads."""

    sum: int = 0


def summed(lines: bytes) -> int:
    """The sum of the CRC-32 of each line, its line feed left out: what Spark reads has to have the same, or it is not what lies here."""
    return sum(map(zlib.crc32, lines.removesuffix(b"\n").split(b"\n"))) if lines else 0


class Header(scan.Reader):
    """Looks at the header of a file alone, and at how the last line ends; the rest is Spark's."""

    closed = False

    def __init__(self, *told):
        super().__init__(*told)
        self.table.sum = 0

    def read(self, block: bytes, first: bool) -> scan.Part:
        lines = self._without_header(block) if first else block
        if block.endswith(b"\r") or self.closed and not block.endswith(b"\n"):
            raise scan.Irregular
        marks, feeds = marked(block)
        return Lines(feeds + (not block.endswith(b"\n")), feeds, marks, pl.DataFrame(schema={"_row": pl.UInt32}), sum=summed(lines))

    def take(self, part: "Lines", tally: Tally) -> None:
        if not part.taken:  # an interruption may bring it again
            part.taken = True
            self.table.sum += part.sum


class ClosedHeader(Header):
    """That of a part which others follow: its last line has to end, or it would run into the next part."""

    closed = True


def marked(block: bytes) -> tuple[list[tuple[int, int, int]], int]:
    """Some of the lines of a block, each a record, as `Table.marks` has them, and how many line feeds there are."""
    marks, at, feeds = [], 0, 0
    while at < len(block):
        marks.append((feeds, feeds, at))
        end = block.find(b"\n", at + MARKED) + 1 or len(block)
        feeds += block.count(b"\n", at, end)
        at = end
    return marks, feeds


def line_pattern(width: int, delimiter: str) -> str:
    """The pattern, for Java's engine, of a line that is one record of so many cells."""
    comma = re.escape(delimiter)
    cell = f"(?:{QUOTED}|{BARE.replace(',', comma)})"
    return rf"^(?!\z){cell}\z" if width == 1 else rf"^(?:{cell}{comma}){{{width - 1}}}+{cell}\z"


def matches(pattern: str):
    """A function of Spark's that asks Polars, in a Python worker, whether texts match."""
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    def match(texts: pa.Array) -> pa.Array:
        import polars

        return polars.Series(polars.from_arrow(texts)).cast(polars.String).str.contains(pattern).to_arrow()

    return arrow_udf(match, "boolean")


def composed():
    """A function of Spark's that says whether texts are in NFC, by the Unicode tables of the Python workers."""
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    def check(texts: pa.Array) -> pa.Array:
        return pa.array([text is None or unicodedata.is_normalized("NFC", text) for text in texts.to_pylist()], pa.bool_())

    return arrow_udf(check, "boolean")


class Reading:
    """One CSV table in Spark: lines with their row numbers, cells, suspects, keys."""

    def __init__(self, session, table: Table, wanted: set[str], keep: bool, tally: Tally):
        self.session, self.table, self.wanted, self.keep, self.tally = session, table, sorted(wanted), keep, tally
        self.fields = table.resource.schema.fields
        self.patterns: dict[tuple[str, str], str] = {}  # by column and declared pattern, the column that says whether it matches
        self.sieve = sieve.Sieve(self.fields, self._declared)
        self.at_home = sieve.Sieve(self.fields)
        self.sum = table.sum + sum(part.sum for _, part in table.others)

    def _declared(self, name: str, pattern: str) -> nw.Expr:
        return nw.col(self.patterns.setdefault((name, pattern), f"_match{len(self.patterns)}"))

    @asked()
    def read(self, store: KeyStore) -> None:
        """Sets the table's `regular`, `frame` and `disorder`, enters the findings on its cells and stores its keys. Raises Differs, TooLarge."""
        from pyspark.sql import functions as F

        read = store.persist(self._sieved(self._records()))
        facts = {"rows": F.count("*"), "first": F.min("_row"), "last": F.max("_row"), "regular": F.bool_and("_regular"), "suspects": F.count_if("_suspect"), "sum": F.sum("_sum")}
        pieces = read.groupBy("_part", "_start").agg(*(fact.alias(name) for name, fact in facts.items())).orderBy("_part", "_start").collect()
        if sum(piece["rows"] for piece in pieces) != self.table.rows or sum(piece["sum"] for piece in pieces) != self.sum:
            raise Differs
        if any(one["last"] >= other["first"] for one, other in pairwise(pieces)):
            raise RuntimeError("Spark did not number the lines of a file in their order")  # which it does not promise
        self.table.ascending = False  # the keys are compared, not their order
        self.table.regular = all(piece["regular"] for piece in pieces)
        if not self.table.regular:
            return
        self._judge(read.filter("_suspect").select("_row", "_whole"), sum(piece["suspects"] for piece in pieces))
        frame = read.select("_row", *(quoted(name) for name in self.wanted))
        for name in self.wanted:
            frame = canonical(self.session, frame, self.table.resource.schema.get_field(name))
        store.put(self.table.name, frame)
        self.table.disorder = first_disorder(frame, self.table.resource)
        self.table.frame = read.select("_row", *(quoted(name).alias(column) for name, column in rules.held(self.table).items())) if self.keep else None

    def _records(self):
        """The records: `_row`, `_part` (the rows before its file), `_start` (of the piece of the file that one task reads), `_whole`, from
        which a record can be read here, and `_cells`, `_sum` of the line, `_regular`, `_unseen` and `_beyond`: its text, where that goes beyond ASCII."""
        from pyspark.sql import functions as F

        options = {"lineSep": "\n", "recursiveFileLookup": "true", "ignoreMissingFiles": "false", "ignoreCorruptFiles": "false"}
        lines = None
        for before, file in [(0, self.table), *self.table.others]:
            text = self.session.read.options(**options).text(_address(file.path))
            text = text.select("value", F.col("_metadata.file_block_start").alias("_start")).zipWithIndex("_index").filter("_index > 0")
            row, line = F.col("_index") + 1 + before, F.regexp_replace("value", r"\r\z", "")  # which mends what is not UTF-8
            part = text.select(row.alias("_row"), F.lit(before).alias("_part"), "_start", line.alias("_whole"), F.is_valid_utf8("value").alias("_valid"), F.crc32("value").alias("_sum"))
            lines = part if lines is None else lines.unionByName(part)
        line, delimiter = F.col("_whole"), self.table.form.delimiter
        schema = ", ".join(f"c{i} STRING" for i in range(len(self.fields)))
        regular = F.col("_valid") & line.rlike(line_pattern(len(self.fields), delimiter))
        # `from_csv` drops a mark at the start of a line, which here is a character of its first cell: it is given two.
        marked = F.when(line.startswith("\ufeff"), F.concat(F.lit("\ufeff"), line)).otherwise(line)
        cells_ = F.from_csv(marked, F.lit(schema), {"sep": delimiter, "quote": '"', "escape": '"'})
        beyond = F.when(line.rlike(BEYOND_ASCII), line)
        return lines.withColumns({"_cells": cells_, "_regular": regular, "_unseen": line.rlike(UNSEEN), "_beyond": beyond})

    def _text(self, number: int):
        """A cell of a record (from 0) as written; `from_csv` gives null for an empty one."""
        from pyspark.sql import functions as F

        return F.coalesce(F.col(f"_cells.c{number}"), F.lit(""))

    def _record(self, row: int, whole) -> Record:
        before = max((rows for rows, _ in self.table.others if row > rows + 1), default=0)
        return Record(row - before, whole, next(csv.reader([whole], self.table.form.dialect), []))

    def _sieved(self, frame):
        """What is asked of all records in one go: `_row`, `_part`, `_start`, `_regular`, `_suspect`, `_whole` of suspects, and the cells needed
        later, null where they stand for a missing value."""
        from pyspark.sql import functions as F

        cells_ = {}
        for number, field_ in enumerate(self.fields):
            text, missing = self._text(number), sieve.missing_values(field_)
            cells_[field_.name] = F.when(~text.isin(missing), text) if missing else text
        frame = frame.withColumn("_composed", composed()("_beyond"))
        # What the sieve is asked of has no character that Java's engine could take for a line end.
        frame = frame.withColumns({name: F.when(F.col("_regular") & ~F.col("_unseen"), cell) for name, cell in cells_.items()})
        frame = frame.withColumns({alias: matches(f"^(?:{pattern})$")(quoted(name)) for (name, pattern), alias in self.patterns.items()})
        frame = nw.from_native(frame).with_columns(_passes=self.sieve.passes).to_native()
        suspect = F.col("_unseen") | ~F.col("_composed") | ~F.col("_passes")
        kept = [cell.alias(name) for name, cell in cells_.items() if self.keep or name in self.wanted]
        return frame.select("_row", "_part", "_start", "_sum", "_regular", suspect.alias("_suspect"), F.when(suspect, F.col("_whole")).alias("_whole"), *kept)

    def _judge(self, suspects, count: int) -> None:
        """Brings the suspects here, in order and some at a time, and enters what is wrong with them."""
        width = len(self.fields)
        if not count:
            return
        csv.field_size_limit(limits.MAX_CELL)
        held = {}
        pages = math.ceil(count * width / scan.HELD)
        for row, whole in suspects.repartitionByRange(pages, "_row").sortWithinPartitions("_row").toLocalIterator():
            held[row] = self._record(row, whole)
            if len(held) * width > scan.HELD:
                self._settle(held)
                held = {}
        self._settle(held)

    def _settle(self, held: dict[int, Record]) -> None:
        self.table.at_hand(held)
        frame = text_frame(self.table, held)
        cells.judge(self.table, self.at_home.doubts(frame), self.tally)
        hygiene.cells(self.table, frame, self.tally, beyond_ascii=True)


class Columns(Reading):
    """One table of Parquet files: their values as the texts that a CSV file would have."""

    @asked()
    def count(self) -> None:
        """Sets the table's `rows` and `others`. Raises Unreadable where the columns are not those of the Table Schema."""
        paths = [Path(self.table.resource.basepath or "", name) for name in self.table.resource.paths]
        others, before = [], 0
        for number, path in enumerate(paths):
            part = self.table if number == 0 else replace(self.table, path=path)
            try:
                frame = self._file(path)
            except failures() as error:
                if not no_parquet(error):
                    raise
                raise Unreadable(f"Spark does not take {path.name} for Parquet") from None
            if frame.columns != self.table.names:
                raise Unreadable(f"its columns are {shorten(', '.join(frame.columns))} instead of {shorten(', '.join(self.table.names))}")
            others += [(before, part)] if number else []
            before += frame.count()
        self.table.rows, self.table.source = before, self._fetched
        self.table.continue_with(others)

    def _file(self, path: Path):
        return self.session.read.options(recursiveFileLookup="true", mergeSchema="false", ignoreMissingFiles="false", ignoreCorruptFiles="false").parquet(_address(path))

    def _records(self):
        from pyspark.sql import functions as F

        whole = None
        for before, part in [(0, self.table), *self.table.others]:
            frame = self._file(part.path)
            texts = F.struct(*(self._as_text(field_, frame.schema[field_.name].dataType).alias(f"c{i}") for i, field_ in enumerate(self.fields)))
            row = F.col("_metadata.row_index") + 2 + before
            frame = frame.select(row.alias("_row"), F.lit(before).alias("_part"), F.lit(0).alias("_start"), F.lit(0).alias("_sum"), texts.alias("_cells"))
            whole = frame if whole is None else whole.unionByName(frame)
        cells_ = [F.col(f"_cells.c{i}") for i in range(len(self.fields))]
        text = F.concat_ws("\n", *cells_)
        valid = F.is_valid_utf8(text)
        controls = [F.coalesce(cell.rlike(r"[\x00-\x1f\x7f]"), F.lit(False)) for cell in cells_]
        unseen = reduce(or_, controls, text.rlike(UNSEEN))
        return whole.withColumns({"_whole": F.col("_cells"), "_regular": valid, "_unseen": unseen, "_beyond": F.when(text.rlike(BEYOND_ASCII), text)})

    def _text(self, number: int):
        from pyspark.sql import functions as F

        return F.col(f"_cells.c{number}")

    def _record(self, row: int, whole) -> Record:
        return Record(row, "", list(whole))

    @asked()
    def _fetched(self, rows_: list[int]) -> dict[int, Record]:
        """The records with these numbers, asked of Spark."""
        from pyspark.sql import functions as F

        return {row: self._record(row, whole) for row, whole in self._records().filter(F.col("_row").isin(rows_)).select("_row", "_cells").collect()}

    def _as_text(self, field_: Field, kind):
        """A column of a Parquet type as text in the canonical form of Table Schema. Raises Unreadable where it has none."""
        from pyspark.sql import functions as F
        from pyspark.sql import types as T

        column = quoted(field_.name)
        if isinstance(kind, T.BooleanType):
            true, false = (field_.true_values[0], field_.false_values[0]) if field_.type == "boolean" else ("true", "false")
            return F.when(column, true).when(~column, false)
        if isinstance(kind, (T.FloatType, T.DoubleType)):
            text = column.cast("string")
            return F.when(text == "Infinity", "INF").when(text == "-Infinity", "-INF").otherwise(text)
        if isinstance(kind, (T.TimestampType, T.TimestampNTZType)):
            second, rest = F.date_format(column, "yyyy-MM-dd'T'HH:mm:ss"), F.date_format(column, ".SSSSSS")
            return F.concat(second, F.when(rest == ".000000", "").otherwise(rest), F.lit("" if isinstance(kind, T.TimestampNTZType) else "Z"))
        if isinstance(kind, (T.StringType, T.IntegralType, T.DecimalType, T.DateType)):
            return column.cast("string")
        raise Unreadable(f'the column "{field_.name}" has values of the type {kind.simpleString()[:50]}, which no cell of a table has')


def _address(path: Path) -> str:
    return f"file://{path.resolve()}"


def quoted(name: str):
    """A column of Spark's by its name, whatever stands in it."""
    from pyspark.sql.functions import col

    return col(f"`{name}`")


def strict(pattern: str) -> str:
    """A pattern of ours for Java's engine, whose `$` would also match before a last line end."""
    return pattern.removesuffix("$") + r"\z"


def mapped(session, frame, name: str, known, read: Callable[[list[str]], Mapping[str, tuple]], columns: Mapping[str, pl.DataType]):
    """A frame with columns that only we can read from the texts of a column: null for those that are `known`, a condition of Spark's.

    `read` gives the columns' values for some texts, each once. Raises TooLarge when there are too many to be brought here.
    """
    column = quoted(name)
    doubtful = column.isNotNull() if known is None else column.isNotNull() & ~known
    texts = home(frame.filter(doubtful).select(column.alias("_text")).distinct().limit(MAPPED + 1))["_text"].to_list()
    if len(texts) > MAPPED:
        raise TooLarge(f'the column "{name}" has more than {MAPPED:,} distinct values that Spark cannot read by itself; check the package with --engine local')
    values = read(texts)
    table = pl.DataFrame([(text, *values[text]) for text in texts], schema={"_text": pl.String, **columns}, orient="row")
    return frame.join(native(session, table).hint("broadcast"), column == quoted("_text"), "left").drop("_text")


def canonical(session, frame, field_: Field):
    """A frame with the column of a field as `keys.canonical` has it."""
    from pyspark.sql import functions as F

    if sieve.is_text(field_):
        return frame
    form_ = keys.own(field_)
    known = quoted(field_.name).rlike(strict(form_)) if form_ else F.lit(False)
    read = field_.create_value_reader()

    def texts(found: list[str]) -> dict[str, tuple]:
        return {text: (keys.told(read(text)),) for text in found}

    frame = mapped(session, frame, field_.name, known, texts, {"_value": pl.String})
    return frame.withColumn(field_.name, F.when(known, quoted(field_.name)).otherwise(F.col("_value"))).drop("_value")


def first_disorder(frame, resource: Resource) -> int | None:
    """The first row whose primary key is below that of the row before, as `keys.Order` has it."""
    from pyspark.sql import functions as F

    def part(name: str):
        return F.expr(f"try_cast(`{name}` AS double)") if keys.kind(resource.schema.get_field(name)) == "integer" else quoted(name)

    names = resource.schema.primary_key
    if not names:
        return None
    now = frame.select("_row", *(part(name).alias(f"_now{i}") for i, name in enumerate(names)))
    before = frame.select((F.col("_row") + 1).alias("_row"), *(part(name).alias(f"_before{i}") for i, name in enumerate(names)))
    below, level = F.lit(False), F.lit(True)
    for i in range(len(names)):
        below, level = below | level & (F.col(f"_now{i}") < F.col(f"_before{i}")), level & (F.col(f"_now{i}") == F.col(f"_before{i}"))
    return now.join(before, "_row").filter(below).agg(F.min("_row")).first()[0]
