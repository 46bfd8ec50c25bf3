"""The parts of a backend: a store for keys and rows while tables are read, and an engine that evaluates the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from claimtrack.core.rules import Rule

if TYPE_CHECKING:
    import polars as pl


class Store(Protocol):
    """Holds the keys and the rows of tables until every table is read, and returns them as frames of one engine.

    `checks.keys` describes the columns of a frame of keys, and `reading.text_frame` those of a frame of rows. Rows have
    only the columns that the profile's rules read. A frame of keys that is returned is a lazy frame of `engine`.
    """

    @property
    def engine(self) -> Any:
        """The library whose expressions query the keys: Polars, or narwhals where Polars does not hold the keys."""
        ...

    def add_keys(self, table: str, part: pl.DataFrame) -> None:
        """Adds the keys of some more rows of a table. Raises NoRoom."""

    def add_rows(self, table: str, part: pl.DataFrame) -> None:
        """Adds some more rows of a table. Raises NoRoom."""

    def drop(self, table: str) -> None:
        """Forgets a table."""

    def keys_of(self, table: str) -> Any:
        """Returns all keys of a table."""
        ...

    def rows_of(self, table: str) -> Any | None:
        """Returns all rows of a table as a frame of the engine, or None where no rows were added."""

    def first_rows(self, bad: Any, most: int) -> tuple[Sequence[int], int]:
        """Returns the lowest `most` row numbers of a frame, and how many row numbers the frame has.

        `bad` is made from frames of this store. Its column `_row` has the row numbers.
        """
        ...

    def close(self) -> None:
        """Frees the memory and the disk space that the store uses."""


@dataclass(frozen=True)
class Verdict:
    """The result of one rule: which rows break it, and how many.

    `rows` has the row numbers in ascending order. It may stop after the first of them; `total` is the exact count.
    `absent` is the error that the engine raised because a table or a column that the rule reads is missing. There are
    then no rows.
    """

    rule: Rule
    rows: pl.Series
    total: int
    absent: Exception | None = None


class RuleEngine(Protocol):
    """Evaluates the rules of a profile. Its frames are the engine's own; `core.rules.rule` describes their columns."""

    def own(self, frame: pl.DataFrame) -> Any:
        """Converts a small Polars frame into a frame of the engine."""
        ...

    def typed(self, fields: Sequence[Any], frame: Any, known: Collection[str], broken: set[str]) -> Any:
        """Gives the rows of a table, a frame of the store, the types that rules expect (`reading.typed.typed`)."""
        ...

    def verdicts(
        self, rules: Sequence[Rule], frames: Mapping[str, Any], wanted: Mapping[str, int]
    ) -> Iterator[Verdict]:
        """Yields the verdict on each rule, in any order.

        `wanted` maps a rule's id to the least number of rows that its verdict has to name, if that many break the rule.

        Raises whatever a rule raises: that is an error in this program, never a finding.
        """
        ...
