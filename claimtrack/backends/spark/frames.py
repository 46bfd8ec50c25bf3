"""Sends frames to Spark, fetches them from Spark, and computes columns that only Python can compute."""

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
from frictionless import Field, Resource

from claimtrack.checks.key_kinds import key_text, keys_of_resource, kind, own_form
from claimtrack.core.errors import TooLarge
from claimtrack.core.frames import COLLECTORS
from claimtrack.reading.forms import is_text
from claimtrack.reading.letters import for_java

MAPPED = 1_000_000  # the most distinct texts of a column that are fetched because only frictionless can read them


def native(session: Any, frame: pl.DataFrame) -> Any:
    """Sends a Polars frame to Spark. `_row` becomes 64 bits wide, because Spark has no unsigned numbers."""
    wide = frame.with_columns(pl.col("_row").cast(pl.Int64)) if "_row" in frame.columns else frame
    return session.createDataFrame(wide.to_arrow())


def collected(frame: Any) -> pl.DataFrame:
    """Fetches a Spark frame as a Polars frame."""
    return pl.DataFrame(pl.from_arrow(frame.toArrow()))


COLLECTORS[nw.Implementation.PYSPARK] = collected


def first_rows(bad: Any, most: int) -> tuple[list[int], int]:
    """Returns the lowest `most` row numbers (`_row`) of a Spark frame, and how many it has. Nothing else is fetched."""
    found = collected(bad.select("_row").orderBy("_row").limit(most + 1))["_row"].to_list()
    return found[:most], len(found) if len(found) <= most else bad.count()


def matches(pattern: str) -> Any:
    """Makes a Spark function that has Polars, in a Python worker, tell whether texts match."""
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    def match(texts: pa.Array) -> pa.Array:
        import polars

        return polars.Series(polars.from_arrow(texts)).cast(polars.String).str.contains(pattern).to_arrow()

    return arrow_udf(match, "boolean")


def composed() -> Any:
    """Makes a Spark function that tells whether texts are in NFC, from the Unicode tables of the Python workers."""
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    def check(texts: pa.Array) -> pa.Array:
        return pa.array(
            [text is None or unicodedata.is_normalized("NFC", text) for text in texts.to_pylist()], pa.bool_()
        )

    return arrow_udf(check, "boolean")


def address_of(path: Path) -> str:
    """Returns the address by which Hadoop names a file."""
    return f"file://{path.resolve()}"


def quoted(name: str) -> Any:
    """Returns a Spark column by its name, whatever characters the name has."""
    from pyspark.sql.functions import col

    return col(f"`{name}`")


def mapped(
    session: Any,
    frame: Any,
    name: str,
    known: Any,
    read: Callable[[list[str]], Mapping[str, tuple]],
    columns: Mapping[str, Any],
) -> Any:
    """Adds columns to a Spark frame that this process computes from the texts of the column `name`.

    `read` returns the values of the new columns for each text of a list. `columns` has their names and Polars types.
    `known` is a Spark condition, or None: where it is true, or the text is null, the new columns are null. Raises
    TooLarge when there are too many distinct texts to fetch.
    """
    column = quoted(name)
    doubtful = column.isNotNull() if known is None else column.isNotNull() & ~known
    texts = collected(frame.filter(doubtful).select(column.alias("_text")).distinct().limit(MAPPED + 1))[
        "_text"
    ].to_list()
    if len(texts) > MAPPED:
        raise TooLarge(
            f'the column "{name}" has more than {MAPPED:,} distinct values that Spark cannot read by itself; '
            "check the package with --backend local"
        )
    values = read(texts)
    table = pl.DataFrame(
        [(text, *values[text]) for text in texts], schema={"_text": pl.String, **columns}, orient="row"
    )
    return frame.join(native(session, table).hint("broadcast"), column == quoted("_text"), "left").drop("_text")


def canonical(session: Any, frame: Any, field: Field) -> Any:
    """Converts the column of a field in a Spark frame into key texts, as `keys.canonical` does. Raises TooLarge."""
    from pyspark.sql import functions as F

    if is_text(field):
        return frame
    form_ = own_form(field)
    known = quoted(field.name).rlike(for_java(form_)) if form_ else F.lit(False)
    read = field.create_value_reader()

    def texts(found: list[str]) -> dict[str, tuple]:
        return {text: (key_text(read(text)),) for text in found}

    frame = mapped(session, frame, field.name, known, texts, {"_value": pl.String})
    return frame.withColumn(field.name, F.when(known, quoted(field.name)).otherwise(F.col("_value"))).drop("_value")


def first_disorder(frame: Any, resource: Resource) -> int | None:
    """Returns the first row whose primary key is lower than that of the row before (see `keys.Order`), or None.

    `frame` is a frame of keys in Spark.
    """
    from pyspark.sql import functions as F

    def part(name: str) -> Any:
        return (
            F.expr(f"try_cast(`{name}` AS double)")
            if kind(resource.schema.get_field(name)) == "integer"
            else quoted(name)
        )

    names = keys_of_resource(resource).primary
    if not names:
        return None
    now = frame.select("_row", *(part(name).alias(f"_now{i}") for i, name in enumerate(names)))
    before = frame.select(
        (F.col("_row") + 1).alias("_row"), *(part(name).alias(f"_before{i}") for i, name in enumerate(names))
    )
    below, level = F.lit(False), F.lit(True)
    for i in range(len(names)):
        below, level = (
            below | level & (F.col(f"_now{i}") < F.col(f"_before{i}")),
            level & (F.col(f"_now{i}") == F.col(f"_before{i}")),
        )
    return now.join(before, "_row").filter(below).agg(F.min("_row")).first()[0]
