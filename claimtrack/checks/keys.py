"""Checks primary keys, unique values and references of regular tables. It needs only the columns of the keys.

The same expressions find the rows at fault on every engine: Polars in memory, DuckDB (through narwhals) for keys that
are on disk, and Spark (through narwhals). `engine` is the library for the expressions, Polars or narwhals, as the store
has it. A frame of keys has these columns:

| column | type | null means |
|---|---|---|
| `_row` | integer, the record's number (the header is 1) | never |
| one for each field of a key | text, equal where the values are equal (`canonical`) | missing, or no valid value |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import polars as pl

from claimtrack.checks.key_kinds import is_slip, key_text, keys_of_resource, kind, own_form
from claimtrack.checks.messages import enter
from claimtrack.core.backend import Store
from claimtrack.core.findings import Tally
from claimtrack.reading import forms
from claimtrack.reading.places import Scanned

if TYPE_CHECKING:
    from frictionless import Field, Resource

MANY = 10_000  # rows out of order after which the order of a table is given up, if it has none
AGAIN, VOID = "an earlier row has the same", "expected a value"
# NOTHING stands for a missing part of a key, and JOINT separates the parts. No cell of a regular table holds either, so
# that joined texts are equal only where all parts are equal.
NOTHING, JOINT = "\x01", "\x02"


def canonical(field: Field) -> Callable[[pl.Series], pl.Series]:
    """Returns a function that converts the cells of a keyable field (text) into key texts.

    Two key texts are equal exactly where the values are equal. A missing or invalid value becomes null.
    """
    if forms.is_text(field):
        return lambda column: column
    form = own_form(field)

    def texts(column: pl.Series) -> pl.Series:
        """Converts a column."""
        if form and (column.str.contains(form) | column.is_null()).all():
            return column
        read = field.create_value_reader()
        values = {text: key_text(read(text)) for text in column.unique().drop_nulls()}
        return column.replace_strict(values, return_dtype=pl.String, default=None)

    return texts


def repeated(frame: Any, names: list[str], engine: Any = pl) -> Any:
    """Returns the rows (`_row`) whose values of these fields occur in an earlier row.

    `frame` is a frame of keys. Two missing values count as equal.
    """
    keyed, row = frame.select("_row", _key(names, engine)), engine.col("_row")
    counted = keyed.group_by("_key").agg(row.min().alias("_first"), engine.len().alias("_count"))
    several = counted.filter(engine.col("_count") > 1)
    return keyed.join(several, on="_key", how="inner").filter(row > engine.col("_first")).select("_row")


def lost(source: Any, names: list[str], target: Any, there: list[str], engine: Any = pl) -> Any:
    """Returns the rows (`_row`) whose reference leads to no row of the target.

    `source` and `target` are frames of keys. The values of `names` must occur in the columns `there` of the target. A
    row in which all these values are missing has no reference.
    """
    keyed = source.filter(~_is_void(names, engine)).select("_row", _key(names, engine))
    return keyed.join(target.select(_key(there, engine)), on="_key", how="anti").select("_row")


def _key(names: list[str], engine: Any) -> Any:
    """Makes the expression that joins the values of these fields into one text, `_key`, which is never null."""
    parts = [engine.col(name).fill_null(NOTHING) for name in names]
    return (parts[0] if len(parts) == 1 else engine.concat_str(parts, separator=JOINT)).alias("_key")


def _is_void(names: list[str], engine: Any) -> Any:
    """Makes the expression that is true where the values of all these fields are missing."""
    return reduce(and_, (engine.col(name).is_null() for name in names))


def check_keys(scanned: Scanned, store: Store, tally: Tally) -> None:
    """Adds the findings that frictionless would make on a table's keys.

    All tables to which the table refers must be regular, and the store must have their keys.
    """
    table, engine = scanned.table, store.engine
    keys, frame = table.keys, store.keys_of(table.name)
    names = keys.primary
    if names and not (scanned.ascending and scanned.rows > 1):  # ascending keys are present and unique
        _enter(tally, "KEY101", scanned, store, frame.filter(_is_void(names, engine)), names, VOID)
        if not scanned.ascending:
            given = frame.filter(~_is_void(names, engine))
            _enter(tally, "KEY101", scanned, store, repeated(given, names, engine), names, AGAIN)
    for name in keys.unique_columns:
        given = frame.filter(~_is_void([name], engine))
        _enter(tally, "KEY102", scanned, store, repeated(given, [name], engine), [name], AGAIN)
    for key in keys.foreign:
        astray = lost(frame, key.fields, store.keys_of(key.resource), key.there, engine)
        _enter(tally, "KEY103", scanned, store, astray, key.fields, leads_nowhere(key.resource, key.there))


def leads_nowhere(table: str, columns: Sequence[str]) -> str:
    """Says what was expected of a reference to these columns of a table that leads to no row."""
    return f"expected a value of {table}.{', '.join(columns)}"


def check_our_keys(scanned: Scanned, store: Store, tally: Tally) -> None:
    """Adds the findings that frictionless does not make: on `uniqueKeys` and on the order of the rows."""
    table, engine = scanned.table, store.engine
    for names in table.keys.unique_keys:
        # The standard refers to SQL's UNIQUE, which allows any row in which a part of the key is missing.
        whole = store.keys_of(table.name).filter(*(~engine.col(name).is_null() for name in names))
        _enter(tally, "KEY102", scanned, store, repeated(whole, names, engine), names, AGAIN)
    if scanned.disorder:
        enter(tally, "HYG113", scanned.places, [scanned.disorder], table.keys.primary)


def _enter(tally: Tally, id: str, scanned: Scanned, store: Store, bad: Any, names: list[str], note: str) -> None:
    """Adds a finding on each row of `bad`, a frame of the store with the column `_row`."""
    rows, total = store.first_rows(bad, tally.wants(id, scanned.table.file, ", ".join(names)))
    enter(tally, id, scanned.places, rows, names, due=note, total=total)


class Order:
    """Finds out whether a table's rows ascend by their primary key, from its frames of keys one after the other.

    Texts are compared by code points, integers by size. `ascending` is whether each key is greater than the one before,
    so that no key occurs twice. `disorder` is the first row whose key is lower than the one before, where few are: the
    rows of other tables are in no order that could be broken.
    """

    def __init__(self, resource: Resource):
        self.names = keys_of_resource(resource).primary
        self.ascending = bool(self.names)
        self.first: int | None = None  # the first row whose key is lower
        self.lower, self.steps = 0, 0  # the numbers of such rows, and of all rows after the first
        self._last: pl.DataFrame | None = None
        self._numbers = {name for name in self.names if kind(resource.schema.get_field(name)) == "integer"}

    @property
    def disorder(self) -> int | None:
        """The first row out of order, or None."""
        return self.first if is_slip(self.lower, self.steps) else None

    def update(self, keys: pl.DataFrame) -> None:
        """Adds the next rows, as a frame of keys."""
        if not self.names or keys.is_empty():
            return
        both = keys if self._last is None else pl.concat([self._last, keys])
        self._last, self.steps = keys.tail(1), self.steps + len(both) - 1
        if self.lower > MANY and not is_slip(self.lower, self.steps):
            return  # no order is left to be found
        now, before = self._pairs(both, self.names[0])
        if (now > before).all(ignore_nulls=False):
            return  # the usual case: the first part of the key decides
        above, below = self._steps(both)
        self.ascending = self.ascending and bool(above.all(ignore_nulls=False))
        if below.any():
            self.first = self.first or both["_row"].slice(1).filter(below)[0]
            self.lower, self.ascending = self.lower + int(below.sum()), False

    def _steps(self, rows: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Tells for each row after the first whether its key is greater, and whether it is lower, than the one before.

        Both are null where a missing part of a key leaves this open. The columns are compared directly as series: an
        expression on a frame would start threads, which slows down small tables.
        """
        above = below = pl.Series(dtype=pl.Boolean)
        for number, name in enumerate(reversed(self.names)):
            now, before = self._pairs(rows, name)
            up, down, level = now > before, now < before, now == before
            above, below = (up | level & above, down | level & below) if number else (up, down)
        return above, below

    def _pairs(self, rows: pl.DataFrame, name: str) -> tuple[pl.Series, pl.Series]:
        """Returns one part of the key of each row after the first, and that of the row before it."""
        column = rows[name].cast(pl.Float64) if name in self._numbers else rows[name]
        return column.slice(1), column.slice(0, len(column) - 1)
