"""The sieve separates the rows that are proven valid from those that frictionless has to check.

Every field has an expression that is *sufficient* but not necessary for frictionless to accept a cell: it may doubt a
good cell, but never passes a bad one. Nearly all rows pass the sieve. `checks.cells` gives the other rows to
frictionless.

Each expression is written once for Polars and for narwhals, which have the same names for the same things. `engine` is
one of these two libraries. It is Polars in memory, so that narwhals need not be loaded, and narwhals on Spark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import polars as pl

from claimtrack.core.formula import SIGNS
from claimtrack.package.cell_readers import BOUNDS
from claimtrack.reading.forms import (
    BLANK,
    EDTF,
    EXACT,
    allowed,
    finite,
    is_edtf,
    is_text,
    is_tidy,
    lexical_form,
    provable,
    within_64_bits,
)

if TYPE_CHECKING:
    from frictionless import Field

Expression = Any  # of Polars or of narwhals
Matches = Callable[[str, str], Expression]


def matches(name: str, pattern: str) -> pl.Expr:
    """Makes the expression that is true where the whole cell of a column matches a declared pattern."""
    return pl.col(name).str.contains(f"^(?:{pattern})$")


def accepted(field: Field, engine: Any = pl, matches: Matches = matches) -> Expression:
    """Makes the expression that is true only where frictionless accepts the cell of a field.

    The column is text, and null where the value is missing. The expression is never null.
    """
    conditions = _conditions(field, engine, matches)
    if conditions is None:
        return engine.lit(False)
    cell = engine.col(field.name)
    ok = reduce(and_, conditions) if conditions else engine.lit(True)
    return ~cell.is_null() & ok if field.required else cell.is_null() | ok


def is_hopeless(field: Field) -> bool:
    """Tells whether no cell of a field can be proven valid."""
    return _conditions(field, pl, matches) is None


def _conditions(field: Field, engine: Any, matches: Matches) -> list[Expression] | None:
    """Returns the conditions that prove a cell valid that is not missing, or None where nothing proves it."""
    cell, constraints = engine.col(field.name), dict(field.constraints)
    constraints.pop("required", None), constraints.pop("unique", None)
    texts, form = allowed(field, constraints), lexical_form(field)
    if texts is not None:  # only canonical texts pass, because `hygiene` has to see the others
        return [cell.is_in(texts), *([cell.str.contains(form)] if form else [])]
    if form is None:
        return None
    conditions = [cell.str.contains(form)] if form else []
    value = _value(field, engine, conditions)
    for name, argument in constraints.items():
        if name == "pattern" and provable(argument):
            if re.search(r"\\[dwsDWS]", argument):  # engines differ about these classes beyond ASCII
                conditions.append(cell.str.contains("^[ -~]*$"))
            conditions.append(matches(field.name, argument))
        elif name == "minLength":
            conditions.append(cell.str.len_chars() >= argument)
        elif name == "maxLength":
            conditions.append(cell.str.len_chars() <= argument)
        elif name in BOUNDS and value is not None and finite(read := field.create_value_reader()(argument)):
            conditions.append(_within(field, engine, value, name, read))
        else:
            return None
    return conditions


STRICT = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


def _value(field: Field, engine: Any, conditions: list[Expression]) -> Expression | None:
    """Returns the expression to compare with bounds: a number, or a date as text, which sorts as the date does.

    Returns None for any other type.
    """
    cell = engine.col(field.name)
    if field.type == "date":
        return cell
    if field.type in ("integer", "number"):
        number = engine.Int64 if field.type == "integer" else engine.Float64
        return engine.when(conditions[0]).then(cell).cast(number)
    return None


def _within(field: Field, engine: Any, value: Expression, name: str, argument: object) -> Expression:
    """Makes the expression that is true only where a value is within a bound.

    Numbers are compared as floats. Two numbers whose floats differ have the same order as the floats. Two numbers whose
    floats are equal are known to be equal only if both have few digits (`EXACT`).
    """
    readers: dict[str, Callable[[Any], Any]] = {"date": str, "integer": within_64_bits, "number": float}
    bound = readers[field.type](argument)
    if field.type != "number" or name not in STRICT:
        return BOUNDS[name](value, bound)
    beyond = BOUNDS[STRICT[name]](value, bound)
    level = (value == bound) & engine.col(field.name).str.contains(EXACT)
    return beyond | level if re.search(EXACT, str(argument)) else beyond


def tidy(field: Field, engine: Any = pl) -> Expression | None:
    """Makes the expression that is true only where a text is tidy and where an EDTF date is valid.

    A tidy text does not begin like a formula and has no blank at an edge. Returns None for a field of another type, and
    for a field whose allowed texts are all tidy.
    """
    cell = engine.col(field.name)
    if is_edtf(field):
        return cell.is_null() | cell.str.contains(EDTF)
    known = [str(value) for value in field.constraints.get("enum", [])]
    if not is_text(field) or (known and all(map(is_tidy, known))):
        return None
    ends = reduce(or_, (cell.str.ends_with(blank) for blank in BLANK))
    return cell.is_null() | ~(cell.str.slice(0, 1).is_in([*SIGNS, *BLANK]) | ends)


# The cells in doubt, by column. The key None has the rows that are blank, with the column `_row` only.
#
# | column | type | null means |
# |---|---|---|
# | `_row` | UInt32, the record's number (the header is 1) | never |
# | `cell` | String, the cell as written | the cell is absent, or its text means a missing value |
# | `proven` | Boolean, whether frictionless certainly accepts the cell, so that only its form is in doubt | never |
Doubts = dict[str | None, pl.DataFrame]


class Sieve:
    """The expressions of one table's fields, made once.

    `matches` makes the expression for a declared pattern; it is given where the engine's own way does not fit. The
    expression `passes` is true for the rows that are proven valid and tidy.
    """

    def __init__(self, fields: Iterable[Field], engine: Any = pl, matches: Matches = matches):
        fields = list(fields)
        self._dates = {field.name for field in fields if is_edtf(field)}
        self._proofs = {field.name: accepted(field, engine, matches) for field in fields}
        self._tidy = {field.name: test for field in fields if (test := tidy(field, engine)) is not None}
        self._blank = reduce(and_, (engine.col(field.name).is_null() for field in fields))
        self.passes = reduce(and_, (*self._proofs.values(), *self._tidy.values(), ~self._blank))

    def proves(self, frame: pl.DataFrame, names: list[str]) -> pl.Series:
        """Tells for each row of a frame whether its cells of these columns are proven valid, and its dates valid EDTF.

        `frame` is as `text_frame` makes it. The result is Boolean, and never null.
        """
        proofs = [*(self._proofs[name] for name in names), *(self._tidy[name] for name in names if name in self._dates)]
        # `_row` is selected too, because Polars would reduce a constant expression to a single row.
        return frame.select("_row", _proven=reduce(and_, proofs))["_proven"]

    def doubts(self, frame: pl.DataFrame, names: list[str] | None = None) -> Doubts:
        """Returns the cells in doubt of a frame that `text_frame` made.

        With `names`, only these columns are tested. The rows must then be known not to be blank.
        """
        blank = pl.lit(False) if names else self._blank
        names = names or list(self._proofs)
        tests = [
            *(self._proofs[name].alias(f"{i}") for i, name in enumerate(names)),
            *(self._tidy[name].alias(f"{i}tidy") for i, name in enumerate(names) if name in self._tidy),
        ]
        told = frame.select("_row", blank.alias("blank"), *tests)
        rows, is_blank = frame["_row"], told["blank"]
        found: Doubts = {}
        if is_blank.any():
            found[None] = pl.DataFrame({"_row": rows.filter(is_blank)})
        for number, name in enumerate(names):
            proven = told[f"{number}"]
            doubtful = ~(proven & told[f"{number}tidy"] if name in self._tidy else proven) & ~is_blank
            if doubtful.any():
                cells = pl.DataFrame([rows, frame[name].alias("cell"), proven.alias("proven")]).filter(doubtful)
                # `+ ""` copies the texts. Polars' views of them would keep their whole block in memory.
                found[name] = cells.with_columns(pl.col("cell") + "")
        return found


def together(doubts: list[Doubts]) -> Doubts:
    """Merges the doubts of several parts of a table, and sorts those of each column by row."""
    names = dict.fromkeys(name for part in doubts for name in part)
    whole = {name: pl.concat([part[name] for part in doubts if name in part]) for name in names}
    return {name: cells if cells["_row"].is_sorted() else cells.sort("_row") for name, cells in whole.items()}
