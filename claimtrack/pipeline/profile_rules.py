"""Runs the rules of `schemas/` as Pandera checks, a schema a table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import narwhals as nw
import polars as pl

from . import edtf, profile, startup
from .catalogue import BETWEEN_VERSIONS, RULES, Rule, every
from .findings import Finding, Tally
from .home import home
from .tables import Table, nameable
from .wording import enter, of_row

LARGEST = 10**18  # beyond it no integer is let: the sum or difference of two then fits 64 bits on every engine, some of which break off
CASTS = {"integer": pl.Int64, "boolean": pl.Boolean, "number": pl.Float64}


def held(table: Table) -> dict[str, str]:
    """The fields of a table that rules look at, each with the name of its column in `Table.frame`.

    Those that the profile knows keep their names. Others that hold codes or dates are numbered: they may be named anything, and
    DuckDB takes names that differ in case alone for one.
    """
    known, others = profile.columns()[table.name], coded(table)
    fields = [field for field in table.resource.schema.fields if nameable(field.name)]
    return {field.name: field.name if field.name in known else f"_{number}" for number, field in enumerate(fields) if field.name in known or field.name in others or is_edtf(field)}


def narrowed(table: Table, part: pl.DataFrame) -> pl.DataFrame:
    """Some rows of a table with the columns that `Table.frame` has."""
    columns = held(table)
    same = part.columns == ["_row", *columns.values()]  # as they nearly always are
    return part if same else part.select("_row", *(pl.col(name).alias(column) for name, column in columns.items()))


def typed(table: Table, frame: pl.DataFrame, broken: set[str]) -> pl.DataFrame:
    """Rows of `Table.frame` for the rules: numbers and booleans cast, EDTF columns given `_from` and `_to`.

    The columns in `broken` (a cell of theirs failed the standard) are left out, so that a rule on them is seen to be
    impossible instead of finding nonsense; a column with a number beyond what `numbers` takes is entered there. Columns that the profile
    does not know are left out as well: one named `_end`, say, would get in the way of a rule's own.
    """
    known = {"_row", *profile.columns()[table.name]} - broken
    frame = frame.select(name for name in frame.columns if name in known)
    for field in table.resource.schema.fields:
        if field.name not in known or field.name not in frame.columns:
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
    """A column of text as numbers, read as frictionless reads them; None where one is beyond 64 bits, or an integer beyond `LARGEST`."""
    numbers = _numbers(column, field)
    small = numbers is None or field.type != "integer" or numbers.is_between(-LARGEST, LARGEST).all()
    return numbers if small else None


def _numbers(column: pl.Series, field) -> pl.Series | None:
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
    """What the rules need of an engine, for tables that Polars holds in memory. For those on disk it is `disk_rules.Disk`, for
    those in Spark `spark_rules.Cluster`."""

    lacking: tuple[type[Exception], ...] = (KeyError, nw.exceptions.ColumnNotFoundError, pl.exceptions.ColumnNotFoundError)  # a table or column is not there

    def native(self, frame: pl.DataFrame):
        """A small frame as the engine has it."""
        return frame

    def typed(self, table: Table, broken: set[str]):
        """A table's frame for the rules: see the function `typed`."""
        return typed(table, table.frame, broken)

    def distinct(self, frame, column: str) -> Iterator[tuple[str, int]]:
        """The texts of a column, in the order in which they first appear, and in how many rows each stands."""
        texts = frame.get_column(column).drop_nulls()
        return zip(texts.unique(maintain_order=True), texts.unique_counts())

    def rows(self, plans: list[nw.LazyFrame], most: list[int]) -> list[tuple[pl.Series, int]]:
        """For each plan at least the first `most` of its rows `_row`, and how many there are; all in one go, since each round costs more
        than a rule."""
        found = [rows["_row"].sort() for rows in pl.collect_all([plan.select("_row").to_native() for plan in plans])]
        return [(rows, len(rows)) for rows in found]


def run(
    tables: Mapping[str, Table], tally: Tally, package: pl.DataFrame, lacking: Mapping[str, set[str]], engine: Local | None = None
) -> tuple[list[str], list[str], Mapping[str, object]]:
    """Runs every rule whose tables are there. `tally` has the findings of the standard and gets those of the rules; `package` is one row
    about the package; `lacking` are the columns of the profile that a table has not, or not as the profile asks for them.

    Returns the ids of the rules run, one line for each rule that had to be skipped, and the typed frames. Raises whatever a
    rule raises: that is an error of ours, never a finding.
    """
    engine, broken = engine or Local(), defaultdict(set, {name: set(lacking.get(name, ())) for name in tables})
    for found in tally.samples:
        for name, table in tables.items():
            if found.file in table.resource.paths and found.rule.startswith(("TAB", "CEL", "KEY101", "KEY103")):  # a value given twice can be read
                broken[name].update(found.field.split(", ") if found.field else table.names)
    frames = {name: engine.typed(table, broken[name]) for name, table in tables.items()} | {"package": engine.native(package)}
    # Only if known in full: else a code whose one use is misspelt, or in a table that is not there, would pass for unused.
    gaps = {"enums": _uncoded(tables, lacking), "uses": _uncoded(tables, broken)}
    frames |= {name: of(tables, engine) for name, of in (("enums", enums), ("uses", uses)) if not gaps[name]}
    suspects, ran, skipped = defaultdict(dict), [], []
    rules = [rule for rule in every().values() if rule.function and rule.tables != BETWEEN_VERSIONS]
    whole = not any(broken.values()) and all(name in frames for rule in rules for name in rule.tables)
    rows = dict(zip((rule.id for rule in rules), bad_rows(rules, frames, tables, tally, engine))) if whole else {}
    for rule in rules:
        lost = [gap for name in rule.tables if name not in frames for gap in gaps.get(name, [name])]
        lost = lost or [f"{t}.{c}" for t in rule.tables for c in sorted(broken.get(t, ()))]
        try:
            suspects[rule.tables[0]][rule.id] = rows[rule.id] if whole else bad_rows([rule], frames, tables, tally, engine)[0]
            ran.append(rule.id)
        except engine.lacking:
            if not lost:
                raise  # an error of ours: every table and column that the rule can ask for is there
            skipped.append(f"{rule.id} {rule.title}: not checked, since {', '.join(lost)} did not pass the checks above")
    for name, found in suspects.items():
        parts = {(id, file): part for id, (rows, total) in found.items() for file, *part in _by_file(tables[name], rows, total)}
        judged = {(id, file): rows[: tally.wants(id, file, ", ".join(RULES[id].fields))] for (id, file), (rows, _) in parts.items()}
        tally.add(*_failures(tables[name], frames[name], {id: pl.concat([judged[key] for key in judged if key[0] == id]) for id in found}, engine))
        for (id, file), (_, total) in parts.items():  # a storm is counted, not put in words row by row
            tally.count(id, file, total - len(judged[id, file]))
    for name, table in tables.items():
        _dates(table, broken[name], tally, engine)
    return [*ran, "EDT101"], skipped, frames


def coded(table: Table) -> dict[str, str]:
    """A table's columns whose `codeList` names a list of codes."""
    return {f.name: f.custom["codeList"] for f in table.resource.schema.fields if isinstance(f.custom.get("codeList"), str)}


def enums(tables: Mapping[str, Table], engine: Local):
    """The codes that the Table Schemas allow: one row a `list` and `code`."""
    pairs = {
        (codes, str(code)) for t in tables.values() for name, codes in coded(t).items() for code in t.resource.schema.get_field(name).constraints.get("enum", [])
    }  # fmt: skip
    return engine.native(pl.DataFrame(sorted(pairs), schema={"list": pl.String, "code": pl.String}, orient="row"))


def uses(tables: Mapping[str, Table], engine: Local):
    """The codes that some row uses: one row a `list` and `code`."""
    columns = [(table.frame, held(table)[name], codes) for table in tables.values() for name, codes in coded(table).items() if nameable(name)]
    used = [nw.from_native(frame).lazy().select(nw.lit(codes).alias("list"), nw.col(name).alias("code")) for frame, name, codes in columns]
    return nw.concat(used, how="vertical").drop_nulls().group_by("list", "code").agg().to_native()


def _uncoded(tables: Mapping[str, Table], broken: Mapping[str, set[str]]) -> list[str]:
    """The tables and columns that hold codes, by the profile or by their own word, and are not there or among the `broken`."""
    gaps = []
    for name, fields in profile.columns().items():
        columns = {column for column, field in fields.items() if "codeList" in field}
        if name in tables:
            gaps += [f"{name}.{column}" for column in sorted((columns | coded(tables[name]).keys()) & broken.get(name, set()))]
        elif columns:
            gaps.append(name)
    return gaps


def bad_rows(rules: list[Rule], frames: Mapping[str, object], tables: Mapping[str, Table], tally: Tally, engine: Local) -> list[tuple[pl.Series, int]]:
    """The numbers of the first rows that break each rule, as many as the tally wants, and how many there are."""
    plans = [rule.function(*(nw.from_native(frames[name]).lazy() for name in rule.tables)) for rule in rules]
    return engine.rows(plans, [tally.wants(rule.id, tables[rule.tables[0]].file, ", ".join(rule.fields)) for rule in rules])


def _by_file(table: Table, rows: pl.Series, total: int) -> list[tuple[str, pl.Series, int]]:
    """The rows file by file, and how many each has; where only the first of them are known, all count for the table's first file."""
    if len(rows) < total:
        return [(table.file, rows, total)]
    return [(file, part, len(part)) for file, part in table.by_file(rows)]


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

    frame = home(nw.from_native(frame).lazy().filter(nw.col("_row").is_in(rows.to_list())))
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
        if not is_edtf(field) or field.name in broken or not nameable(field.name):
            continue
        bad, more, column = {}, 0, held(table)[field.name]
        for text, count in engine.distinct(table.frame, column):
            try:
                edtf.bounds(text)
            except ValueError as error:
                if len(bad) < tally.wants("EDT101", table.file, field.name):
                    bad[text] = str(error)
                else:
                    more += count
        for text, note in bad.items():
            wanted, cells = tally.wants("EDT101", table.file, field.name), nw.from_native(table.frame).lazy()
            [(rows, total)] = engine.rows([cells.filter(nw.col(column) == text)], [wanted])
            enter(tally, "EDT101", table, rows, [field.name], note, total if len(rows) < total else None)
        tally.count("EDT101", table.file, more)
