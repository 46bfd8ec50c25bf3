"""Evaluates rules on tables in Spark, with the same narwhals expressions. Only the rows at fault are fetched."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
from frictionless import Field

from claimtrack.backends.spark.frames import first_rows, mapped, native, quoted
from claimtrack.backends.spark.store import SparkStore
from claimtrack.checks.rule_plans import ABSENT, plan
from claimtrack.core.backend import Verdict
from claimtrack.core.rules import Rule
from claimtrack.reading.forms import CANONICAL, is_edtf, truth_values
from claimtrack.reading.letters import for_java
from claimtrack.reading.typed import CASTS, bounds_or_none, numbers, typed

AT_A_TIME = 4  # rules that run at the same time: for a small one, Spark spends most of the time on planning


class Cluster:
    """The engine for rules in Spark. Its frames are Spark frames, and tables read by this process are sent to Spark."""

    def __init__(self, session: Any, store: SparkStore):
        from pyspark.errors import AnalysisException

        self.session, self.store = session, store
        self.absent = (*ABSENT, AnalysisException)

    def own(self, frame: pl.DataFrame) -> Any:
        """Sends a Polars frame to Spark."""
        return native(self.session, frame)

    def typed(self, fields: Sequence[Field], frame: Any, known: Collection[str], broken: set[str]) -> Any:
        """Gives the rows of a table the types that rules expect (`reading.typed.typed`)."""
        if isinstance(frame, pl.DataFrame):
            return self.store.persist(self.own(typed(fields, frame, known, broken)))
        kept = {"_row", *known} - broken
        frame = frame.select(*(quoted(name) for name in frame.columns if name in kept))
        for field in fields:
            if field.name in frame.columns:
                frame = self._cast(frame, field, broken)
        return self.store.persist(frame)

    def _cast(self, frame: Any, field: Field, broken: set[str]) -> Any:
        """Gives one column of a Spark frame its type. A column with a number out of range is added to `broken`."""
        from pyspark.sql import functions as F

        column, name = quoted(field.name), field.name
        if field.type == "boolean":
            return frame.withColumn(name, column.isin(truth_values(field)[0]))
        if is_edtf(field):
            ends: dict[str, pl.DataType] = {f"{name}_from": pl.String(), f"{name}_to": pl.String()}
            return mapped(
                self.session, frame, name, None, lambda found: {text: bounds_or_none(text) for text in found}, ends
            )
        if field.type not in CASTS:
            return frame
        beyond: list[str] = []

        def read(texts: list[str]) -> Mapping[str, tuple]:
            found = numbers(pl.Series(name, texts, dtype=pl.String), field)
            beyond.extend(texts if found is None else [])
            return dict(zip(texts, zip([None] * len(texts) if found is None else found.to_list()), strict=True))

        proven = column.rlike(for_java(CANONICAL[field.type]))
        frame = mapped(self.session, frame, name, proven, read, {"_value": CASTS[field.type]})
        if beyond:
            broken.add(name)
            return frame.drop(name, "_value")
        number = F.when(proven, column).cast("bigint" if field.type == "integer" else "double")
        return frame.withColumn(name, F.coalesce(number, F.col("_value"))).drop("_value")

    def verdicts(
        self, rules: Sequence[Rule], frames: Mapping[str, Any], wanted: Mapping[str, int]
    ) -> Iterator[Verdict]:
        """Yields the verdict on each rule. Several run at the same time. A verdict names the first `wanted` rows."""

        def verdict(rule: Rule) -> Verdict:
            try:
                rows, total = self._first_rows(rule, frames, wanted[rule.id])
            except self.absent as error:
                return Verdict(rule, pl.Series("_row", [], dtype=pl.Int64), 0, error)
            return Verdict(rule, pl.Series("_row", rows, dtype=pl.Int64), total)

        with ThreadPoolExecutor(AT_A_TIME) as workers:
            yield from workers.map(verdict, rules)

    def _first_rows(self, rule: Rule, frames: Mapping[str, Any], most: int) -> tuple[list[int], int]:
        """Returns the first `most` rows that break a rule, and how many do."""
        found = plan(rule, frames)
        if found.implementation.is_polars():  # a rule has computed these rows in this process
            rows = found.select("_row").to_native().collect()["_row"].sort()
            return rows[:most].to_list(), len(rows)
        return first_rows(found.to_native(), most)
