"""Reads one version of a package for comparison: all cells as text, whether or not the package is valid."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import polars as pl

from .findings import Unusable
from .limits import MAX_CELL
from .package import json_object
from .store import Store, inside

BATCH = 20_000  # rows put into columns at a time: as lists of cells they take many times the memory
RETIRED = "retired"  # the code in a column `status` by which a row is withdrawn and stays


@dataclass(frozen=True)
class Table:
    """One table of one version. `frame` has its cells as text, a column `n:<name>` each, and `row` and `line` as Finding counts them."""

    name: str
    file: str
    schema: dict
    columns: list[str]
    frame: pl.DataFrame

    @cached_property
    def key(self) -> list[str]:
        return names_of(self.schema.get("primaryKey"))

    @cached_property
    def fields(self) -> dict[str, dict]:
        """The columns' descriptions in the Table Schema, by name."""
        fields = self.schema.get("fields")
        return {f["name"]: f for f in fields if isinstance(f, dict) and isinstance(f.get("name"), str)} if isinstance(fields, list) else {}

    @property
    def append_only(self) -> bool:
        """Whether the Table Schema says, by `appendOnly`, that rows are only ever added."""
        return self.schema.get("appendOnly") is True

    @property
    def retires(self) -> bool:
        """Whether a row can be withdrawn and stay: the column `status` has the code for it."""
        return RETIRED in list_of(dict_of(self.fields.get("status", {}).get("constraints")).get("enum"))

    @property
    def unique(self) -> list[list[str]]:
        """The lists of columns whose values no two rows share, apart from the primary key."""
        single = [[name] for name, f in self.fields.items() if dict_of(f.get("constraints")).get("unique") is True]
        return [names for names in [*single, *map(names_of, list_of(self.schema.get("uniqueKeys")))] if names and names != self.key]

    def values(self, *columns: str) -> Iterator[tuple[str, ...]]:
        """The cells of some columns, a tuple a row."""
        return self.frame.select(f"n:{name}" for name in columns).iter_rows()


@dataclass(frozen=True)
class Version:
    """One version of a package. `files` are the SHA-256 hashes of resources that are no table; `unread` says of others why not."""

    where: str
    descriptor: dict
    tables: dict[str, Table]
    files: dict[str, str]
    unread: dict[str, str]
    changelog: str | None

    @property
    def number(self) -> str:
        version = self.descriptor.get("version")
        return version if isinstance(version, str) else ""

    @property
    def parts(self) -> tuple[int, int, int] | None:
        """MAJOR, MINOR and PATCH, or None where the version is not of that form."""
        match = re.fullmatch(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})", self.number)
        return tuple(map(int, match.groups())) if match else None

    @property
    def names(self) -> list[str]:
        return [*self.tables, *self.files, *self.unread]


def read(store: Store) -> Version:
    """A version of a package, which need not be valid, only readable. Raises Unusable where it is not."""
    descriptor = store.load()
    tables, files, unread = {}, {}, {}
    for resource in descriptor["resources"]:
        name, path = resource["name"], resource.get("path")
        if name in {*tables, *files, *unread}:
            raise Unusable(f"{store.where}: two resources have the name {json.dumps(name[:100])}, so the tables cannot be matched")
        path = path[0] if isinstance(path, list) and len(path) == 1 else path
        dialect = part(store, resource.get("dialect"))
        if not isinstance(path, str):
            unread[name] = "it is not in one file of its own"
        elif not is_table(resource, path):
            files[name] = sha256(store.read(path)).hexdigest()
        elif odd := [key for key in ("headerRows", "headerJoin", "commentRows", "commentChar", "nullSequence", "csv") if key in dialect]:
            unread[name] = f"its dialect has {odd[0]}"
        elif resource.get("compression") or resource.get("innerpath") or resource.get("extrapaths"):
            unread[name] = "it is compressed or in several files"
        else:
            tables[name] = _table(store, resource, path, dialect)
    try:
        changelog = store.read("CHANGELOG.md").decode("utf-8-sig", "replace")
    except Unusable:
        changelog = None
    return Version(store.where, descriptor, tables, files, unread, changelog)


def is_table(resource: dict, path: str) -> bool:
    """Whether a resource is a CSV table, by its format or else its file's name."""
    form = resource.get("format") or path.rpartition(".")[2].lower()
    return form in ("csv", "tsv")


def part(store: Store, value: object) -> dict:
    """A part of a descriptor (Table Schema, dialect), given as an object or as the path of a JSON file. Raises Unusable."""
    if isinstance(value, str):
        return json_object(store.read(inside(store.where, value)), f"{store.where}: {value}")
    return dict_of(value)


def _table(store: Store, resource: dict, path: str, dialect: dict) -> Table:
    schema = part(store, resource.get("schema"))
    encoding = resource.get("encoding") or "utf-8"
    try:
        text = store.read(path).decode("utf-8-sig" if str(encoding).lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError, TypeError) as error:
        raise Unusable(f"{store.where}: {path} is not in the declared encoding {json.dumps(encoding)[:50]}: {str(error)[:100]}") from None
    csv.field_size_limit(MAX_CELL)
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=dialect.get("delimiter", "\t" if resource.get("format") == "tsv" or path.endswith(".tsv") else ","),
            quotechar=dialect.get("quoteChar", '"'),
            doublequote=dialect.get("doubleQuote", True),
            escapechar=dialect.get("escapeChar"),
            skipinitialspace=dialect.get("skipInitialSpace", False),
        )
    except (TypeError, ValueError) as error:
        raise Unusable(f"{store.where}: the dialect of {path} is none that can be read: {error}") from None
    columns, frames, rows, places = None, [], [], []
    if dialect.get("header") is False:
        columns = [f["name"] for f in list_of(schema.get("fields")) if isinstance(f, dict) and isinstance(f.get("name"), str)]
    try:
        number, line = 0, 1
        for record in reader:
            number, start, line = number + 1, line, reader.line_num + 1
            if columns is None:
                columns = record
            elif record:  # a blank line is no row
                if len(record) != len(columns):
                    raise Unusable(f"{store.where}: {path}:{start} has {len(record)} cells where the header has {len(columns)}, so its rows cannot be compared")
                rows.append(record)
                places.append((number, start))
                if len(rows) == BATCH:
                    frames.append(_frame(columns, rows, places))
                    rows, places = [], []
    except csv.Error as error:
        raise Unusable(f"{store.where}: {path}:{reader.line_num} cannot be read as CSV: {error}") from None
    columns = columns or []
    if len(set(columns)) < len(columns):
        raise Unusable(f"{store.where}: {path} has two columns of one name, so its cells cannot be compared")
    frame = pl.concat([*frames, _frame(columns, rows, places)])
    table = Table(resource["name"], path, schema, columns, frame)
    if table.key and set(table.key) <= set(columns):
        key = [f"n:{name}" for name in table.key]
        twice = frame.filter(pl.struct(key).is_duplicated())
        if len(twice):
            raise Unusable(f"{store.where}: {path} has the key {json.dumps('/'.join(twice.select(key).row(0)))[:200]} twice, so its rows cannot be matched")
    return table


def _frame(columns: list[str], rows: list[list[str]], places: list[tuple[int, int]]) -> pl.DataFrame:
    cells = list(zip(*rows)) or [[] for _ in columns]
    numbers, lines = zip(*places) if places else ([], [])
    data = {f"n:{name}": cells[at] for at, name in enumerate(columns)} | {"row": numbers, "line": lines}
    return pl.DataFrame(data, schema={name: pl.Int64 if name in ("row", "line") else pl.String for name in data})


def references(table: Table, rows: Iterable[dict]) -> Iterator[set[tuple[str, tuple[str, ...]]]]:
    """What each row refers to by its foreign keys: the resource and the key's values. Rows have the columns of `Table.frame`."""
    keys = []
    for foreign in list_of(table.schema.get("foreignKeys")):
        names, reference = names_of(dict_of(foreign).get("fields")), dict_of(dict_of(foreign).get("reference"))
        if names and set(names) <= set(table.columns):
            keys.append((reference.get("resource") or table.name, [f"n:{name}" for name in names]))
    for row in rows:
        targets = ((resource, tuple(row[name] for name in names)) for resource, names in keys)
        yield {(resource, values) for resource, values in targets if all(values)}


# A descriptor is read as it comes: what is not of the form that the standard gives it is as if it were not there.


def names_of(value: object) -> list[str]:
    """A key of the Table Schema, which may be a name or a list of names."""
    names = [value] if isinstance(value, str) else list_of(value)
    return [name for name in names if isinstance(name, str)]


def dict_of(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list:
    return value if isinstance(value, list) else []
