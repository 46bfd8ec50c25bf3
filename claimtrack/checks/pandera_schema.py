"""Makes a `pandera.polars.DataFrameSchema` for each table, from its Table Schema and its rules. Pandera decides.

A rule becomes a check of the first column that it names. A failure case therefore has the rule (`check`), the column,
the cell and the row (`index`, from 0). Rules across tables get the other tables when the schema is made.

`core.rules.rule` describes the columns of typed rows, and `reading.text_frame` those of rows as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.config import ValidationDepth, config_context
from pandera.constants import CHECK_OUTPUT_KEY
from pandera.errors import SchemaErrors

from claimtrack.checks.rule_plans import ABSENT, plan, plans
from claimtrack.core.backend import Verdict
from claimtrack.core.frames import collect
from claimtrack.core.rules import Rule
from claimtrack.package.table_schema import keys_of
from claimtrack.reading.forms import missing_values
from claimtrack.reading.typed import CASTS, typed

if TYPE_CHECKING:
    from frictionless import Field

ROW = "_row"
NO_ROWS = pl.Series(ROW, [], dtype=pl.UInt32)


class RuleChecks:
    """Some rules of one table as Pandera checks on its typed rows. `tables` are the other tables, typed, by name.

    `absent` has, by id, the exception of each rule that reads a table or column that is missing; no row breaks such a
    rule. `failed` is any other exception of a rule. It is kept here because Pandera would turn it into a failure case.
    `known` has, by id, the bad rows of the rules whose plans were computed before, on the same tables.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        tables: Mapping[str, Any],
        cases: int | None = None,
        known: Mapping[str, pl.Series] | None = None,
    ):
        self.rules, self.tables, self.cases, self.known = list(rules), tables, cases, known or {}
        self.absent: dict[str, Exception] = {}
        self.failed: Exception | None = None

    def by_column(self, columns: Sequence[str]) -> dict[str, list[pa.Check]]:
        """Returns the checks by column: the first column that the rule names and that exists, or else `_row`."""
        found: dict[str, list[pa.Check]] = {}
        for rule in self.rules:
            column = next((name for name in rule.fields if name in columns), ROW)
            found.setdefault(column, []).append(self._check(rule))
        return found

    def of_frame(self) -> list[pa.Check]:
        """Returns the checks for a schema without columns, which Pandera evaluates faster."""
        return [self._check(rule) for rule in self.rules]

    def _check(self, rule: Rule) -> pa.Check:
        """Makes the check. The id is passed as `error`, because this is the only attribute that Pandera keeps."""
        return pa.Check(self._holds(rule), error=rule.id, name=rule.slug, n_failure_cases=self.cases)

    def _holds(self, rule: Rule) -> Callable[[PolarsData], pl.LazyFrame | bool]:
        """Returns the function that tells for each row whether it keeps to a rule.

        It is a closure, because Pandera copies its checks with all their attributes.
        """

        def holds(data: PolarsData) -> pl.LazyFrame | bool:
            try:
                bad = self._bad_rows(rule, data.lazyframe)
            except ABSENT as error:
                self.absent[rule.id] = error
                return True
            except Exception as error:
                self.failed = error
                raise
            return True if bad.is_empty() else data.lazyframe.select(~pl.col(ROW).is_in(bad.implode()))

        return holds

    def _bad_rows(self, rule: Rule, own: pl.LazyFrame) -> pl.Series:
        """Returns the numbers of the rows that break a rule. `own` are the typed rows of its first table."""
        if rule.id in self.known:
            return self.known[rule.id]
        return collect(plan(rule, {**self.tables, rule.tables[0]: own}).select(ROW))[ROW]


def bad_rows(rules: Sequence[Rule], tables: Mapping[str, Any]) -> dict[str, pl.Series]:
    """Computes the plans of several rules at once, which takes half the time, and returns the bad rows by rule.

    Polars has all results in memory together, so that this is for small tables. Rules that fail are left out; who asks
    each of them alone gets its exception.
    """
    made = {
        rule.id: found.select(ROW).to_native()
        for rule, found, _ in plans(rules, tables, (Exception,))
        if found is not None
    }
    try:
        return {id: frame[ROW] for id, frame in zip(made, pl.collect_all(list(made.values())), strict=True)}
    except pl.exceptions.PolarsError:
        return {}


def verdicts(
    rules: Sequence[Rule], frame: pl.DataFrame, tables: Mapping[str, Any], known: Mapping[str, pl.Series] | None = None
) -> Iterator[Verdict]:
    """Yields Pandera's verdict on each rule of one table. `frame` has the table's typed rows, `tables` all tables.

    `known` is what `bad_rows` returns. Raises whatever a rule raises.
    """
    checks = RuleChecks(rules, tables, cases=1, known=known)
    bad: dict[str, pl.Series] = {}
    # The environment may switch Pandera's checks off. Here they always run on every row.
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            pa.DataFrameSchema(checks=checks.of_frame()).validate(frame, lazy=True)
        except SchemaErrors as errors:
            if checks.failed:
                raise checks.failed from None
            for error in errors.schema_errors:
                bad[error.check.error] = frame[ROW].filter(~error.check_output[CHECK_OUTPUT_KEY])
    for rule in rules:
        rows = bad.get(rule.id, NO_ROWS).sort()
        yield Verdict(rule, rows, len(rows), checks.absent.get(rule.id))


class TableSchema(pa.DataFrameSchema):
    """The Pandera schema of one table, for a plain frame that some library read from its CSV.

    The library may be Polars, pandas or any other that narwhals knows. Cells may be text, as in the file, or have the
    types that the library gave them. `validate` first checks whether each cell can be read as the type of its field
    (CEL101). It then checks the columns in which every cell can: Pandera's own checks cover type, nullable, unique,
    bounds, lengths, pattern and enum, and the checks of the rules follow. It returns the frame as it was given.
    """

    def __init__(self, name: str, table_schema: dict, rules: Iterable[Rule], tables: Mapping[str, pl.DataFrame]):
        from frictionless import Schema

        self._fields = Schema.from_descriptor(table_schema).fields
        self._checks_of_rules = RuleChecks(rules, tables)
        names = [field.name for field in self._fields]
        by_column = self._checks_of_rules.by_column(names)
        columns = {field.name: _column(field, by_column.pop(field.name, [])) for field in self._fields}
        if by_column:  # the remaining rules name no column
            columns[ROW] = pa.Column(checks=by_column[ROW])
        keys = keys_of(table_schema, name)
        own = [check for key in keys.unique_keys if (check := _unique(key))]
        super().__init__(columns, name=name, unique=keys.primary or None, checks=own)

    def validate(
        self,
        check_obj: Any,
        head: int | None = None,
        tail: int | None = None,
        sample: int | None = None,
        random_state: int | None = None,
        lazy: bool = False,
        inplace: bool = False,
    ) -> Any:
        """Returns the frame as it was given, if it is valid. The parameters are those of Pandera.

        Raises SchemaError, or SchemaErrors if `lazy`.
        """
        text = as_text(check_obj, self._fields)
        sampling: dict[str, Any] = {"head": head, "tail": tail, "sample": sample, "random_state": random_state}
        errors: list = []
        unreadable = {field.name: bad for field in self._fields if len(bad := _unreadable(field, text))}
        for schema, frame in self._stages(text, unreadable):
            try:
                schema.validate(frame, lazy=lazy, **sampling)
            except SchemaErrors as found:
                errors += found.schema_errors
            if self._checks_of_rules.failed:
                raise self._checks_of_rules.failed
        if errors:
            raise SchemaErrors(self, errors, text)
        return check_obj

    @classmethod
    def get_backend(cls, *given: Any, **named: Any) -> Any:
        """Returns the backend of Pandera's own schemas, because Pandera looks it up by class."""
        return pa.DataFrameSchema.get_backend(*given, **named)

    def _stages(
        self, text: pl.DataFrame, unreadable: Mapping[str, pl.Series]
    ) -> Iterator[tuple[pa.DataFrameSchema, pl.DataFrame]]:
        """Yields the stages of `validate`, each a schema and its frame.

        The first stage reports the cells that cannot be read. The second checks the columns in which every cell can be
        read. `text` has rows as text, and `unreadable` has the unreadable cells by column.
        """
        if unreadable:
            columns = {name: pa.Column(checks=_none_of(bad), nullable=True) for name, bad in unreadable.items()}
            yield pa.DataFrameSchema(columns, name=self.name), text
        broken = set(unreadable)
        frame = typed(self._fields, text, [field.name for field in self._fields], broken)
        kept = {name: column for name, column in self.columns.items() if name not in broken}
        unique = self.unique if self.unique and not broken & set(self.unique) else None
        yield pa.DataFrameSchema(kept, name=self.name, unique=unique, checks=self.checks), frame


def as_text(frame: Any, fields: Sequence[Field]) -> pl.DataFrame:
    """Converts a plain frame of a table to the columns of `reading.text_frame`.

    `_row` starts at 2, because the header of a file is row 1.
    """
    told = frame if isinstance(frame, pl.DataFrame) else _polars(frame)
    columns = [pl.Series(ROW, range(2, len(told) + 2), dtype=pl.UInt32)]
    for field in fields:
        if field.name in told.columns:
            column, missing = told[field.name], missing_values(field)
            if field.type == "integer" and column.dtype.is_float():  # pandas reads integers with missing values so
                column = column.cast(pl.Int64, strict=False)
            column = column.cast(pl.String)
            columns.append(column.set(column.is_in(missing), None) if missing else column)
    return pl.DataFrame(columns)


def _polars(frame: Any) -> pl.DataFrame:
    """Converts a frame of any library that narwhals knows to Polars. NaN and similar marks become null."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    native = nw.from_native(frame, eager_only=True)
    columns = {}
    for name in native.columns:
        cells = native[name].to_list()
        columns[name] = [None if cell is None or cell != cell else cell for cell in cells]  # NaN does not equal itself
    return pl.DataFrame(columns, strict=False)


def _column(field: Field, rules: list[pa.Check]) -> pa.Column:
    """Makes a Pandera column from a field and the checks of rules."""
    constraints, kind = field.constraints, CASTS.get(field.type, pl.String())
    checks = [check for name, value in constraints.items() for check in _constraint(field, name, value)]
    unique, nullable = bool(constraints.get("unique")), not field.required
    return pa.Column(kind, [*checks, *rules], nullable=nullable, unique=unique, description=field.description)


def _constraint(field: Field, name: str, value: Any) -> Iterator[pa.Check]:
    """Yields a Pandera check for a constraint of a field, unless the column itself covers the constraint."""
    numeric = field.type in ("integer", "number")
    if name == "enum":
        yield pa.Check.isin(value if numeric or field.type == "boolean" else [str(each) for each in value])
    elif name == "pattern":
        yield pa.Check.str_matches(f"^(?:{value})$")
    elif name in ("minLength", "maxLength"):
        yield pa.Check.str_length(**{"min_value" if name == "minLength" else "max_value": value})
    elif name in BOUNDS and (numeric or field.type in ("date", "year", "yearmonth")):
        # Dates, months and years of four digits have the same order as their texts.
        yield BOUNDS[name](value if numeric else str(value))


BOUNDS: dict[str, Callable[[Any], pa.Check]] = {
    "minimum": pa.Check.ge,
    "maximum": pa.Check.le,
    "exclusiveMinimum": pa.Check.gt,
    "exclusiveMaximum": pa.Check.lt,
}


def _unique(key: list[str]) -> pa.Check:
    """Makes the check that no two rows have the same values in the columns of a key. Rows with missing values pass."""

    def holds(data: PolarsData) -> pl.LazyFrame:
        whole = pl.all_horizontal(pl.col(name).is_not_null() for name in key)
        return data.lazyframe.select(~(whole & pl.struct(key).is_duplicated()))

    return pa.Check(holds, error="KEY102", name="value-not-unique")


def _unreadable(field: Field, text: pl.DataFrame) -> pl.Series:
    """Returns the distinct cells of a field that frictionless cannot read as values of its type."""
    if field.name not in text.columns:
        return pl.Series(dtype=pl.String)
    read = field.create_value_reader()
    cells = text[field.name].drop_nulls().unique(maintain_order=True)
    return cells.filter(pl.Series([read(cell) is None for cell in cells], dtype=pl.Boolean))


def _none_of(cells: pl.Series) -> pa.Check:
    """Makes the check that no cell of a column is one of these."""
    bad = cells.implode()

    def holds(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(~pl.col(data.key).is_in(bad))

    return pa.Check(holds, error="CEL101", name="cell-not-of-its-type")
