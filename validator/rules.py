"""Runs the rules of `schemas/` as Pandera checks, a schema a table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import narwhals as nw
import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from . import edtf
from .catalogue import BETWEEN_VERSIONS, RULES, Rule
from .findings import Finding
from .tables import Table

CASTS = {"integer": pl.Int64, "boolean": pl.Boolean, "number": pl.Float64}


def typed(table: Table, broken: set[str]) -> pl.DataFrame:
    """A table's frame for the rules: numbers and booleans cast, EDTF columns given `_from` and `_to`.

    The columns in `broken` (a cell of theirs failed the standard) are left out, so that a rule on them is seen to be
    impossible instead of finding nonsense.
    """
    frame = table.frame.drop(broken & set(table.frame.columns))
    for field in table.resource.schema.fields:
        if field.name not in frame.columns:
            continue
        if field.type == "boolean":
            frame = frame.with_columns(pl.col(field.name).is_in(field.true_values).cast(pl.Boolean))
        elif field.type in CASTS:
            frame = frame.with_columns(pl.col(field.name).cast(CASTS[field.type]))
        elif is_edtf(field):
            days = {text: _bounds_or_none(text) for text in frame[field.name].unique().drop_nulls()}
            frame = frame.with_columns(
                pl.col(field.name)
                .replace_strict({text: day[end] for text, day in days.items()}, default=None, return_dtype=pl.String)
                .alias(f"{field.name}{suffix}")
                for end, suffix in enumerate(("_from", "_to"))
            )
    return frame


def is_edtf(field) -> bool:
    """Whether a field's `rdfType` says that it holds EDTF."""
    return field.to_descriptor().get("rdfType") == edtf.LEVEL_1


def _bounds_or_none(text: str) -> tuple[str | None, str | None]:
    try:
        return edtf.bounds(text)
    except ValueError:
        return None, None


def run(tables: Mapping[str, Table], findings: list[Finding], package: pl.DataFrame) -> tuple[list[Finding], list[str], list[str], Mapping[str, pl.DataFrame]]:
    """Runs every rule whose tables are there. `findings` are those of the standard, `package` one row about the package.

    Returns the findings, the ids of the rules run, one line for each rule that had to be skipped, and the typed frames. Raises whatever a
    rule raises: that is an error of ours, never a finding.
    """
    broken = defaultdict(set)
    for found in findings:
        for name, table in tables.items():
            if found.file == table.file and found.rule != "FIL101":
                broken[name].update(found.field.split(", ") if found.field else table.frame.columns[1:])
    frames = {name: typed(table, broken[name]) for name, table in tables.items()}
    frames |= {"package": package, "enums": enums(tables)}
    if not any(coded(table).keys() & broken[name] for name, table in tables.items()):
        frames["uses"] = uses(frames, tables)  # only if known in full: else a code whose one use is misspelt would pass for unused
    checks, ran, skipped = defaultdict(list), [], []
    for rule in (rule for rule in RULES.values() if rule.function and rule.tables != BETWEEN_VERSIONS):
        lost = [name for name in rule.tables if name not in frames] or [f"{t}.{c}" for t in rule.tables for c in sorted(broken.get(t, ()))]
        try:
            made = check(rule, frames)
            checks[rule.tables[0]].append(made)
            ran.append(rule.id)
        except (KeyError, nw.exceptions.ColumnNotFoundError, pl.exceptions.ColumnNotFoundError):
            if not lost:
                raise  # an error of ours: every table and column that the rule can ask for is there
            skipped.append(f"{rule.id} {rule.title}: not checked, since {', '.join(lost)} did not pass the checks above")
    found = [failure for name in checks for failure in _failures(tables[name], frames[name], checks[name])]
    for name, table in tables.items():
        found.extend(_dates(table, broken[name]))
    return found, [*ran, "EDT101"], skipped, frames


def coded(table: Table) -> dict[str, str]:
    """A table's columns whose `codeList` names a list of codes."""
    return {f.name: f.to_descriptor()["codeList"] for f in table.resource.schema.fields if "codeList" in f.to_descriptor()}


def enums(tables: Mapping[str, Table]) -> pl.DataFrame:
    """The codes that the Table Schemas allow: one row a `list` and `code`."""
    pairs = {
        (codes, str(code)) for t in tables.values() for name, codes in coded(t).items() for code in t.resource.schema.get_field(name).constraints.get("enum", [])
    }  # fmt: skip
    return pl.DataFrame(sorted(pairs), schema={"list": pl.String, "code": pl.String}, orient="row")


def uses(frames: Mapping[str, pl.DataFrame], tables: Mapping[str, Table]) -> pl.DataFrame:
    """The codes that some row uses: one row a `list` and `code`."""
    columns = [(frames[t.name][name], codes) for t in tables.values() for name, codes in coded(t).items() if name in frames[t.name].columns]
    pairs = {(codes, str(code)) for cells, codes in columns for code in cells.unique().drop_nulls()}
    return pl.DataFrame(sorted(pairs), schema={"list": pl.String, "code": pl.String}, orient="row")


def check(rule: Rule, frames: Mapping[str, pl.DataFrame]) -> pa.Check:
    """A rule as a Pandera check of its first table. The id travels in `error`, the one place where Pandera keeps it."""
    bad = rule.function(*(nw.from_native(frames[name].lazy()) for name in rule.tables))
    rows = bad.select("_row").collect().to_native()["_row"].implode()
    return pa.Check(lambda data: data.lazyframe.select(~pl.col("_row").is_in(rows)), error=rule.id)


def _failures(table: Table, frame: pl.DataFrame, checks: list[pa.Check]) -> Iterator[Finding]:
    try:
        pa.DataFrameSchema(checks=checks).validate(frame, lazy=True)
    except SchemaErrors as errors:
        # Pandera reports a failure once a column: a set makes it one a row.
        for id, index in sorted(set(errors.failure_cases.select("check", "index").iter_rows())):
            yield finding(RULES[id], table, frame["_row"][index])


def finding(rule: Rule, table: Table, row: int, note: str = "", fields: tuple[str, ...] = ()) -> Finding:
    """What a rule says of one row: the title, then the cells it is about, as written."""
    fields = fields or rule.fields
    cells = ", ".join(f'{name} "{table.cell(row, name) or ""}"' for name in fields)
    message = f"{rule.title}{': ' + note if note else ''}: {cells}"
    value = ", ".join(table.cell(row, name) or "" for name in fields)
    line, column = table.place(row, fields[0])
    return Finding(rule.id, rule.severity, table.file, message, rule.mend, row, ", ".join(fields), value, line, column)


def _dates(table: Table, broken: set[str]) -> Iterator[Finding]:
    for field in table.resource.schema.fields:
        if not is_edtf(field) or field.name in broken:
            continue
        for text in table.frame[field.name].unique().drop_nulls():
            try:
                edtf.bounds(text)
            except ValueError as error:
                for row in table.frame.filter(pl.col(field.name) == text)["_row"]:
                    yield finding(RULES["EDT101"], table, row, str(error), (field.name,))
