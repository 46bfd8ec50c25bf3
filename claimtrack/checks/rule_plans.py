"""Turns rules into lazy query plans over the frames of any engine that narwhals knows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw
import polars as pl

from claimtrack.core.rules import Rule

# The exceptions that are raised where a rule reads a table or a column that is missing.
ABSENT: tuple[type[Exception], ...] = (
    KeyError,
    nw.exceptions.ColumnNotFoundError,
    pl.exceptions.ColumnNotFoundError,
)


def plan(rule: Rule, frames: Mapping[str, Any]) -> nw.LazyFrame:
    """Returns the plan for the rows that break a rule, with their `_row`. `core.rules.rule` describes the frames.

    Raises KeyError for a missing table, and an exception of the engine for a missing column.
    """
    assert rule.function is not None
    return rule.function(*(lazy(frames[name]) for name in rule.tables))


def lazy(frame: Any) -> nw.LazyFrame:
    """Returns a frame as narwhals gives it to rules. One that is so already is returned as it is."""
    return frame if isinstance(frame, nw.LazyFrame) else nw.from_native(frame).lazy()


def plans(
    rules: Sequence[Rule], frames: Mapping[str, Any], absent: tuple[type[Exception], ...]
) -> Iterator[tuple[Rule, nw.LazyFrame | None, Exception | None]]:
    """Yields each rule with its plan, or with the exception for a table or a column that is missing.

    `absent` are the types of such exceptions. Raises any other exception of a rule.
    """
    for rule in rules:
        try:
            yield rule, plan(rule, frames), None
        except absent as error:
            yield rule, None, error
