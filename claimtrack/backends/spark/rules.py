"""What the rules of `schemas/` need of Spark: the same narwhals expressions, asked there; the rows in fault come here."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import narwhals as nw
import polars as pl
from frictionless import Field

from . import rules, sieve
from .spark import KeyStore, home, mapped, native, rows, strict
from .tables import Table

AT_A_TIME = 4  # rules that are asked at once: most of the time of a small one is Spark's planning


class Cluster(rules.Local):
    """The engine of `rules.run`, for tables whose frames are Spark's. Those that were read here are sent there."""

    def __init__(self, session, store: KeyStore):
        from pyspark.errors import AnalysisException

        self.session, self.store = session, store
        self.lacking = (*rules.Local.lacking, AnalysisException)

    def native(self, frame: pl.DataFrame):
        return native(self.session, frame)

    def typed(self, table: Table, broken: set[str]):
        if isinstance(table.frame, pl.DataFrame):
            typed, table.frame = rules.typed(table, table.frame, broken), self.native(table.frame)
            return self.store.persist(self.native(typed))
        frame = table.frame.drop(*broken)
        for field in table.resource.schema.fields:
            if field.name in frame.columns:
                frame = self._cast(frame, field, broken)
        return self.store.persist(frame)

    def _cast(self, frame, field: Field, broken: set[str]):
        """The frame with one column as `rules.typed` has it."""
        from pyspark.sql import functions as F

        column = F.col(f"`{field.name}`")
        if field.type == "boolean":
            return frame.withColumn(field.name, column.isin(field.true_values))
        if rules.is_edtf(field):
            ends = lambda texts: {text: rules.bounds_or_none(text) for text in texts}  # noqa: E731
            return mapped(self.session, frame, field.name, None, ends, {f"{field.name}_from": pl.String, f"{field.name}_to": pl.String})
        if field.type not in rules.CASTS:
            return frame
        beyond = []

        def read(texts: list[str]) -> Mapping[str, tuple]:
            numbers = rules.numbers(pl.Series(field.name, texts, dtype=pl.String), field)
            beyond.extend(texts if numbers is None else [])
            return dict(zip(texts, zip([None] * len(texts) if numbers is None else numbers.to_list())))

        proven = column.rlike(strict(sieve.CANONICAL[field.type]))
        frame = mapped(self.session, frame, field.name, proven, read, {"_value": rules.CASTS[field.type]})
        if beyond:
            broken.add(field.name)
            return frame.drop(field.name, "_value")
        number = F.when(proven, column).cast("bigint" if field.type == "integer" else "double")
        return frame.withColumn(field.name, F.coalesce(number, F.col("_value"))).drop("_value")

    def distinct(self, frame, column: str) -> Iterator[tuple[str, int]]:
        from pyspark.sql import functions as F

        name = F.col(f"`{column}`")
        texts = frame.filter(name.isNotNull()).groupBy(name.cast("string").alias("text")).agg(F.min("_row").alias("first"), F.count("*").alias("count"))
        return home(texts.orderBy("first").select("text", "count")).iter_rows()

    def rows(self, plans: list[nw.LazyFrame], most: list[int]) -> list[tuple[pl.Series, int]]:
        def of(plan: nw.LazyFrame, wanted: int) -> tuple[pl.Series, int]:
            if plan.implementation.is_polars():  # of rows that were looked at here
                [(first, total)] = rules.Local.rows(self, [plan], [wanted])
            else:
                first, total = rows(plan.to_native(), wanted)
            return pl.Series(first, dtype=pl.Int64), total

        with ThreadPoolExecutor(AT_A_TIME) as workers:
            return list(workers.map(of, plans, most))
