"""Primary keys, unique values and references, of regular tables: on columns of keys alone, without the rest of the rows.

The rows in fault are found by narwhals expressions, the same on every engine: Polars in memory, DuckDB for keys that were
put on disk (`keystore`), Spark. A frame of keys has `_row` and a column of text a field, missing values as null.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time, timedelta

import narwhals as nw
import polars as pl
from frictionless import Field, Package, Resource

from . import sieve
from .findings import Tally
from .keystore import KeyStore
from .tables import Table
from .wording import enter

AGAIN = "an earlier row has the same"
# Neither stands in a cell of a regular table, so that texts joined by them are equal only where all parts are.
NOTHING, JOINT = "\x01", "\x02"
# Types whose values can be told apart by a text, and the form of the cells that are that text already, if there is one.
CANONICAL = {
    "integer": sieve.CANONICAL["integer"], "date": sieve.CANONICAL["date"], "year": None, "yearmonth": None, "boolean": None,
    "time": f"^{sieve.CLOCK}Z?$", "datetime": f"^{sieve.DATE}T{sieve.CLOCK}Z?$",
}  # fmt: skip


def needed(package: Package) -> dict[str, set[str]]:
    """By table, the fields that some key is made of, its own or one that refers to it."""
    wanted = defaultdict(set)
    for resource in package.resources:
        if not resource.tabular:
            continue
        schema = resource.schema
        own = [schema.primary_key, *unique_keys(resource), *(key["fields"] for key in schema.foreign_keys)]
        own += [[field.name] for field in schema.fields if field.constraints.get("unique")]
        for table, fields in [*((resource.name, key) for key in own), *references(resource)]:
            wanted[table].update(fields)
    return wanted


def references(resource: Resource) -> list[tuple[str, list[str]]]:
    """The tables that a table refers to, by name, and the fields there."""
    keys = resource.schema.foreign_keys if resource.tabular else []
    return [(key["reference"]["resource"] or resource.name, key["reference"]["fields"]) for key in keys]


def unique_keys(resource: Resource) -> list[list[str]]:
    """Table Schema's `uniqueKeys` (https://datapackage.org/standard/table-schema/#uniqueKeys), which frictionless ignores."""
    keys = resource.schema.custom.get("uniqueKeys", [])
    return [key if isinstance(key, list) else [key] for key in keys] if isinstance(keys, list) else []


def kind(field: Field) -> str:
    """Fields of one kind have equal key texts exactly where their values are equal."""
    return "text" if field.type in ("any", "string") else {"year": "integer"}.get(field.type, field.type)


def keyable(field: Field) -> bool:
    """Whether equality of a field's values can be told from texts; other key columns are left to frictionless."""
    plain = field.type in CANONICAL and field.format == "default" and not field.has_defined("bare_number")
    return sieve.is_text(field) or plain or field.type == "string" and field.format in sieve.FORMATS


def canonical(field: Field) -> Callable[[pl.Series], pl.Series]:
    """Turns a column of a keyable field, as text, into one whose texts are equal where the values are; what is no value is null."""
    if sieve.is_text(field):
        return lambda column: column
    read, form = field.create_value_reader(), own(field)

    def texts(column: pl.Series) -> pl.Series:
        if form and (column.str.contains(form) | column.is_null()).all():
            return column
        return column.replace_strict({text: told(read(text)) for text in column.unique().drop_nulls()}, return_dtype=pl.String, default=None)

    return texts


def own(field: Field) -> str | None:
    """The form of the cells of a keyable field that are the key text of their value; None where there is none."""
    return sieve.lexical_form(field) if field.type == "string" else CANONICAL[field.type]


def told(value: object) -> str | None:
    """The key text of a value. Times with an offset are equal where they are the same moment, so it is that of UTC."""
    if not isinstance(value, (time, datetime)):
        return None if value is None else str(value)
    if (offset := value.utcoffset()) is None:
        return value.isoformat()
    days = value.toordinal() - 1 if isinstance(value, datetime) else 0
    since = timedelta(days, value.second, value.microsecond, minutes=value.minute, hours=value.hour) - offset
    try:
        moment = datetime.min + since
    except OverflowError:  # before the first year or after the last, or the day before that of a time
        return str(since)
    if isinstance(value, datetime):
        return f"{moment.isoformat()}Z"
    return str(since) if since.days else f"{moment.time().isoformat()}Z"


def comparable(resource: Resource, package: Package) -> bool:
    """Whether each reference of a table leads to fields of the same kind. All that are left lead to fields that exist (`descriptor`)."""
    for key in resource.schema.foreign_keys:
        target = package.get_resource(key["reference"]["resource"] or resource.name).schema
        pairs = zip(map(resource.schema.get_field, key["fields"]), map(target.get_field, key["reference"]["fields"]))
        if any(kind(mine) != kind(theirs) for mine, theirs in pairs):
            return False
    return True


def repeated(frame: nw.LazyFrame, names: list[str]) -> nw.LazyFrame:
    """The rows (`_row`) whose values of these fields an earlier row has; a missing value equals another."""
    keyed = frame.select("_row", _key(names))
    first = keyed.group_by("_key").agg(nw.col("_row").min().alias("_first"), nw.len().alias("_count")).filter(nw.col("_count") > 1)
    return keyed.join(first, on="_key", how="inner").filter(nw.col("_row") > nw.col("_first")).select("_row")


def lost(source: nw.LazyFrame, names: list[str], target: nw.LazyFrame, there: list[str]) -> nw.LazyFrame:
    """The rows (`_row`) whose values of `names` no row of the target has in its fields `there`; all missing is no reference."""
    keyed = source.filter(~_void(names)).select("_row", _key(names))
    return keyed.join(target.select(_key(there)), on="_key", how="anti").select("_row")


def _key(names: list[str]) -> nw.Expr:
    """The values of these fields as one text, `_key`, that is never null."""
    parts = [nw.col(name).fill_null(NOTHING) for name in names]
    return (parts[0] if len(parts) == 1 else nw.concat_str(parts, separator=JOINT)).alias("_key")


def _void(names: list[str]) -> nw.Expr:
    return nw.all_horizontal(*(nw.col(name).is_null() for name in names), ignore_nulls=False)


def check(table: Table, store: KeyStore, tally: Tally) -> None:
    """Adds what frictionless would find in a table's keys. All tables that it refers to are regular, and their keys stored."""
    schema, frame = table.resource.schema, store.frame(table.name)
    names = schema.primary_key
    if names and not (table.ascending and table.rows > 1):  # rows that ascend have values, and each another
        _enter(tally, "KEY101", table, store, frame.filter(_void(names)), names, "expected a value")
        if not table.ascending:
            _enter(tally, "KEY101", table, store, repeated(frame.filter(~_void(names)), names), names, AGAIN)
    for field in schema.fields:
        if field.constraints.get("unique"):
            _enter(tally, "KEY102", table, store, repeated(frame.filter(~_void([field.name])), [field.name]), [field.name], AGAIN)
    for key in schema.foreign_keys:
        names, there, name = key["fields"], key["reference"]["fields"], key["reference"]["resource"] or table.name
        astray = lost(frame, names, store.frame(name), there)
        _enter(tally, "KEY103", table, store, astray, names, f'expected a value of {name}.{", ".join(there)}')


def check_ours(table: Table, store: KeyStore, tally: Tally) -> None:
    """Adds what frictionless does not look for: `uniqueKeys`, and the order of the rows."""
    for names in unique_keys(table.resource):
        # As in SQL, whose UNIQUE the standard names, a row with a missing part is let pass.
        whole = store.frame(table.name).filter(*(~nw.col(name).is_null() for name in names))
        _enter(tally, "KEY102", table, store, repeated(whole, names), names, AGAIN)
    if table.disorder:
        enter(tally, "HYG113", table, pl.Series([table.disorder]), table.resource.schema.primary_key)


def _enter(tally: Tally, id: str, table: Table, store: KeyStore, bad: nw.LazyFrame, names: list[str], note: str) -> None:
    """Adds a finding on each row of `bad`."""
    rows, total = store.rows(bad, tally.wants(id, table.file, ", ".join(names)))
    enter(tally, id, table, rows, names, note, total)


class Order:
    """Whether a table's rows ascend by its primary key, told of its frames of keys one after the other.

    Texts are compared by code points, integers by size. `ascending` says that each row is above the one before, so that no
    key stands twice; `disorder` is the first row that is below it.
    """

    def __init__(self, resource: Resource):
        self.names = resource.schema.primary_key
        self.ascending, self.disorder = bool(self.names), None
        self._last: pl.DataFrame | None = None
        self._numbers = {name for name in self.names if kind(resource.schema.get_field(name)) == "integer"}

    def update(self, keys: pl.DataFrame) -> None:
        """Takes the next rows."""
        if not self.names or self.disorder or keys.is_empty():
            return
        both = keys if self._last is None else pl.concat([self._last, keys])
        self._last = keys.tail(1)
        above, below = self._steps(both)
        self.ascending = self.ascending and bool(above.all(ignore_nulls=False))
        if below.any():
            self.disorder, self.ascending = both["_row"].slice(1).filter(below)[0], False

    def _steps(self, rows: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """For each row but the first, whether it is above and whether it is below the one before; null where a part of one is
        missing that would tell. Of columns as they are: an expression on a frame is handed to threads, which small tables feel."""
        above = below = None
        for name in reversed(self.names):
            column = rows[name].cast(pl.Float64) if name in self._numbers else rows[name]
            now, before = column.slice(1), column.slice(0, len(column) - 1)
            up, down, level = now > before, now < before, now == before
            above, below = (up, down) if above is None else (up | level & above, down | level & below)
        return above, below
