"""Runs the rules of `schemas/` as Pandera checks, a schema a table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

import narwhals as nw
import polars as pl

from . import edtf, startup
from .catalogue import BETWEEN_VERSIONS, RULES, Rule
from .findings import Finding, Tally
from .tables import Table
from .wording import enter, of_row

CASTS = {"integer": pl.Int64, "boolean": pl.Boolean, "number": pl.Float64}


def typed(table: Table, broken: set[str]) -> pl.DataFrame:
    """A table's frame for the rules: numbers and booleans cast, EDTF columns given `_from` and `_to`.

    The columns in `broken` (a cell of theirs failed the standard) are left out, so that a rule on them is seen to be
    impossible instead of finding nonsense; a column with a number beyond 64 bits is entered there.
    """
    frame = table.frame.drop(broken & set(table.frame.columns))
    for field in table.resource.schema.fields:
        if field.name not in frame.columns:
            continue
        if field.type == "boolean":
            frame = frame.with_columns(pl.col(field.name).is_in(field.true_values).cast(pl.Boolean))
        elif field.type in CASTS:
            column = numbers(frame.get_column(field.name), field)
            if column is None:
                broken.add(field.name)
            frame = frame.drop(field.name) if column is None else frame.with_columns(column)
        elif is_edtf(field):
            days = {text: bounds_or_none(text) for text in frame[field.name].unique().drop_nulls()}
            frame = frame.with_columns(
                pl.col(field.name)
                .replace_strict({text: day[end] for text, day in days.items()}, default=None, return_dtype=pl.String)
                .alias(f"{field.name}{suffix}")
                for end, suffix in enumerate(("_from", "_to"))
            )
    return frame


def numbers(column: pl.Series, field) -> pl.Series | None:
    """A column of text as numbers, read as frictionless reads them; None where one is beyond 64 bits."""
    cast = column.cast(CASTS[field.type], strict=False)
    odd = column.filter(cast.is_null() & column.is_not_null()).unique()
    if odd.is_empty():
        return cast
    read = field.create_value_reader()
    try:
        values = pl.Series([read(text) for text in odd], dtype=CASTS[field.type], strict=False)
        values = dict(zip(odd, values, strict=True))
    except (OverflowError, TypeError, pl.exceptions.PolarsError):
        return None
    if None in values.values():
        return None
    filled = [values.get(text, number) for text, number in zip(column, cast)]
    return pl.Series(column.name, filled, dtype=CASTS[field.type])


def is_edtf(field) -> bool:
    """Whether a field's `rdfType` says that it holds EDTF."""
    return field.rdf_type == edtf.LEVEL_1


def bounds_or_none(text: str) -> tuple[str | None, str | None]:
    try:
        return edtf.bounds(text)
    except ValueError:
        return None, None


class Local:
    """What the rules need of an engine, for tables that Polars holds in memory. That of Spark is `spark_rules.Cluster`."""

    lacking: tuple[type[Exception], ...] = (KeyError, nw.exceptions.ColumnNotFoundError, pl.exceptions.ColumnNotFoundError)  # a table or column is not there

    def native(self, frame: pl.DataFrame):
        """A small frame as the engine has it."""
        return frame

    def home(self, frame) -> pl.DataFrame:
        """A frame of the engine's as one of Polars."""
        return frame

    def typed(self, table: Table, broken: set[str]):
        """A table's frame for the rules: see the function `typed`."""
        return typed(table, broken)

    def distinct(self, frame, column: str) -> pl.Series:
        """The texts of a column, each once, in the order in which they first appear."""
        return frame[column].unique(maintain_order=True).drop_nulls()

    def rows(self, plans: list[nw.LazyFrame], most: list[int]) -> list[tuple[list[int], int]]:
        """For each plan the first `most` of its rows `_row`, and how many there are; all in one go, since each round costs more than a rule."""
        found = [rows["_row"].sort() for rows in pl.collect_all([plan.select("_row").to_native() for plan in plans])]
        return [(rows[:wanted].to_list(), len(rows)) for rows, wanted in zip(found, most)]


def run(tables: Mapping[str, Table], tally: Tally, package: pl.DataFrame, engine: Local | None = None) -> tuple[list[str], list[str], Mapping[str, object]]:
    """Runs every rule whose tables are there. `tally` has the findings of the standard and gets those of the rules; `package` is one row
    about the package.

    Returns the ids of the rules run, one line for each rule that had to be skipped, and the typed frames. Raises whatever a
    rule raises: that is an error of ours, never a finding.
    """
    engine, broken = engine or Local(), defaultdict(set)
    for found in tally.samples:
        for name, table in tables.items():
            if found.file == table.file and found.rule.startswith(("TAB", "CEL", "KEY101", "KEY103")):  # a value given twice can be read
                broken[name].update(found.field.split(", ") if found.field else table.frame.columns[1:])
    frames = {name: engine.typed(table, broken[name]) for name, table in tables.items()}
    frames |= {"package": engine.native(package), "enums": engine.native(enums(tables))}
    if not any(coded(table).keys() & broken[name] for name, table in tables.items()):
        frames["uses"] = engine.native(uses(frames, tables, engine))  # only if known in full: else a code whose one use is misspelt would pass for unused
    suspects, ran, skipped = defaultdict(dict), [], []
    rules = [rule for rule in RULES.values() if rule.function and rule.tables != BETWEEN_VERSIONS]
    whole = not any(broken.values()) and all(name in frames for rule in rules for name in rule.tables)
    rows = dict(zip((rule.id for rule in rules), bad_rows(rules, frames, tables, tally, engine))) if whole else {}
    for rule in rules:
        lost = [name for name in rule.tables if name not in frames] or [f"{t}.{c}" for t in rule.tables for c in sorted(broken.get(t, ()))]
        try:
            suspects[rule.tables[0]][rule.id] = rows[rule.id] if whole else bad_rows([rule], frames, tables, tally, engine)[0]
            ran.append(rule.id)
        except engine.lacking:
            if not lost:
                raise  # an error of ours: every table and column that the rule can ask for is there
            skipped.append(f"{rule.id} {rule.title}: not checked, since {', '.join(lost)} did not pass the checks above")
    for name, found in suspects.items():
        tally.add(*_failures(tables[name], frames[name], {id: pl.Series(rows, dtype=pl.Int64) for id, (rows, _) in found.items()}, engine))
        for id, (judged, total) in found.items():  # a storm is counted, not put in words row by row
            tally.count(id, tables[name].file, total - len(judged))
    for name, table in tables.items():
        _dates(table, broken[name], tally, engine)
    return [*ran, "EDT101"], skipped, frames


def coded(table: Table) -> dict[str, str]:
    """A table's columns whose `codeList` names a list of codes."""
    return {f.name: f.custom["codeList"] for f in table.resource.schema.fields if "codeList" in f.custom}


def enums(tables: Mapping[str, Table]) -> pl.DataFrame:
    """The codes that the Table Schemas allow: one row a `list` and `code`."""
    pairs = {
        (codes, str(code)) for t in tables.values() for name, codes in coded(t).items() for code in t.resource.schema.get_field(name).constraints.get("enum", [])
    }  # fmt: skip
    return pl.DataFrame(sorted(pairs), schema={"list": pl.String, "code": pl.String}, orient="row")


def uses(frames: Mapping[str, object], tables: Mapping[str, Table], engine: Local) -> pl.DataFrame:
    """The codes that some row uses: one row a `list` and `code`."""
    columns = [(t.name, name, codes) for t in tables.values() for name, codes in coded(t).items() if name in frames[t.name].columns]
    pairs = {(codes, str(code)) for table, name, codes in columns for code in engine.distinct(frames[table], name)}
    return pl.DataFrame(sorted(pairs), schema={"list": pl.String, "code": pl.String}, orient="row")


def bad_rows(rules: list[Rule], frames: Mapping[str, object], tables: Mapping[str, Table], tally: Tally, engine: Local) -> list[tuple[list[int], int]]:
    """The numbers of the first rows that break each rule, as many as the tally wants, and how many there are."""
    plans = [rule.function(*(nw.from_native(frames[name]).lazy() for name in rule.tables)) for rule in rules]
    return engine.rows(plans, [tally.wants(rule.id, tables[rule.tables[0]].file, ", ".join(rule.fields)) for rule in rules])


def _failures(table: Table, frame, suspects: Mapping[str, pl.Series], engine: Local) -> Iterator[Finding]:
    """The findings of a table's rules, of which `suspects` has the rows by id: a Pandera check a rule, on the rows in doubt."""
    rows = pl.concat([rows for rows in suspects.values()]).unique()
    if rows.is_empty():
        return  # no rule is in doubt of any row
    startup.load_pandera()  # here, since a package without faults need not wait for it
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    def check(id: str) -> "pa.Check":
        bad = suspects[id].implode()
        # The id travels in `error`, the one place where Pandera keeps it.
        return pa.Check(lambda data: data.lazyframe.select(~pl.col("_row").is_in(bad)), error=id)

    frame = engine.home(nw.from_native(frame).filter(nw.col("_row").is_in(rows.to_list())).to_native())
    try:
        pa.DataFrameSchema(checks=[check(id) for id in suspects]).validate(frame, lazy=True)
    except SchemaErrors as errors:
        if errors.failure_cases["index"].has_nulls():
            raise  # an exception inside a check: an error of ours, never a finding
        # Pandera reports a failure once a column: a set makes it one a row.
        for id, index in sorted(set(errors.failure_cases.select("check", "index").iter_rows())):
            yield of_row(id, table, frame["_row"][index], RULES[id].fields)


def _dates(table: Table, broken: set[str], tally: Tally, engine: Local) -> None:
    for field in table.resource.schema.fields:
        if not is_edtf(field) or field.name in broken:
            continue
        bad, cells = {}, nw.from_native(table.frame).lazy()
        for text in engine.distinct(table.frame, field.name):
            try:
                edtf.bounds(text)
            except ValueError as error:
                bad[text] = str(error)
        shown = list(islice(bad, tally.wants("EDT101", table.file, field.name)))
        for text in shown:
            wanted = tally.wants("EDT101", table.file, field.name)
            [(rows, total)] = engine.rows([cells.filter(nw.col(field.name) == text)], [wanted])
            enter(tally, "EDT101", table, pl.Series(rows, dtype=pl.Int64), [field.name], bad[text])
            tally.count("EDT101", table.file, total - len(rows))
        if rest := [text for text in bad if text not in set(shown)]:
            [(_, total)] = engine.rows([cells.filter(nw.col(field.name).is_in(rest))], [0])
            tally.count("EDT101", table.file, total)
