"""Evaluates rules on tables that Polars holds in memory. Pandera decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from claimtrack.checks.pandera_schema import bad_rows, verdicts
from claimtrack.checks.rule_plans import lazy
from claimtrack.core import limits
from claimtrack.core.backend import Verdict
from claimtrack.core.rules import Rule
from claimtrack.reading.typed import typed

if TYPE_CHECKING:
    from frictionless import Field


class InMemory:
    """The engine for rules in memory. Its frames are Polars frames."""

    def own(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Returns the frame itself."""
        return frame

    def typed(self, fields: Sequence[Field], frame: Any, known: Collection[str], broken: set[str]) -> Any:
        """Gives the rows of a table the types that rules expect (`reading.typed.typed`)."""
        return typed(fields, frame, known, broken)

    def verdicts(
        self, rules: Sequence[Rule], frames: Mapping[str, Any], wanted: Mapping[str, int]
    ) -> Iterator[Verdict]:
        """Yields the verdict on each rule, table by table. A verdict names all rows at fault."""
        by_table: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            by_table[rule.tables[0]].append(rule)
        tables = {name: lazy(frame) for name, frame in frames.items()}  # once, and not for every rule again
        rows = sum(len(frame) for frame in frames.values() if isinstance(frame, pl.DataFrame))
        known = bad_rows(rules, tables) if rows <= limits.PIECE else None
        for table, own in by_table.items():
            yield from verdicts(own, frames[table], tables, known)
