"""Evaluates rules on rows that are on disk. DuckDB computes the same narwhals expressions as in memory.

No table is loaded whole into memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import duckdb
import narwhals as nw
import polars as pl

from claimtrack.backends.local.spill import SpillingStore
from claimtrack.checks.rule_plans import ABSENT, plans
from claimtrack.core.backend import Verdict
from claimtrack.core.frames import collect, pieces
from claimtrack.core.rules import Rule
from claimtrack.reading.typed import typed

if TYPE_CHECKING:
    from frictionless import Field


class OnDisk:
    """The engine for rules on disk. Its frames are DuckDB relations of the store."""

    def __init__(self, store: SpillingStore):
        self.store = store

    def own(self, frame: pl.DataFrame) -> Any:
        """Writes a frame to disk."""
        return self.store.write([frame])

    def typed(self, fields: Sequence[Field], frame: Any, known: Collection[str], broken: set[str]) -> Any:
        """Gives the rows of a table the types that rules expect (`reading.typed.typed`), a piece at a time."""
        rows, lost = nw.from_native(frame), set()
        whole = typed(fields, collect(rows.head(0)), known, set(broken))

        def of_piece(piece: pl.DataFrame) -> pl.DataFrame:
            """Gives a piece its types. A column that `typed` leaves out is null in this piece."""
            without = set(broken)
            found = typed(fields, piece, known, without)
            lost.update(without - broken)
            return pl.concat([whole, found], how="diagonal")

        read = pieces(rows, *(name for name in rows.columns[1:] if name in whole.columns))
        made = self.store.write(chain([whole], map(of_piece, read)))
        broken |= lost
        return nw.from_native(made).drop(*lost).to_native()

    def verdicts(
        self, rules: Sequence[Rule], frames: Mapping[str, Any], wanted: Mapping[str, int]
    ) -> Iterator[Verdict]:
        """Yields the verdict on each rule, one after the other. It names the first `wanted` rows at fault."""
        absent: tuple[type[Exception], ...] = (*ABSENT, duckdb.BinderException)
        for rule, plan, missing in plans(rules, frames, absent):
            rows: list[int] = []
            total, error = 0, missing
            if plan is not None:
                try:
                    rows, total = self.store.first_rows(plan, wanted[rule.id])
                except absent as found:
                    error = found
            yield Verdict(rule, pl.Series("_row", rows, dtype=pl.UInt32), total, error)
