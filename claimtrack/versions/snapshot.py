"""Reads one version of a package for a comparison, with all cells as text. The package need not be valid."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import polars as pl
from semver import Version

from claimtrack.core import version_number
from claimtrack.core.errors import TooLarge, Unusable
from claimtrack.package.dialect import csv_dialect, decoded, is_csv
from claimtrack.package.records import BadRecord, Record, large_cells, lines_of, records
from claimtrack.package.sources import Source
from claimtrack.package.table_schema import Keys, dict_of, fields_of, keys_of, list_of

BATCH = 20_000  # rows that are put into columns at a time: as lists of cells they take many times the memory
RETIRED = "retired"  # the code in a column `status` for a row that is withdrawn but stays in the table
# The properties of a dialect that are not supported here.
UNREAD = ("headerRows", "headerJoin", "commentRows", "commentChar", "nullSequence", "csv")


@dataclass(frozen=True)
class TableSnapshot:
    """One table of one version.

    | column of `frame` | type | null means |
    |---|---|---|
    | `n:<name>` for each column of the file | String, the cell as written | never |
    | `row`, `line` | Int64, as `Finding` counts them | never |
    """

    name: str
    file: str
    schema: dict[str, Any]
    columns: list[str]
    frame: pl.DataFrame

    @cached_property
    def keys(self) -> Keys:
        """The keys of the table's Table Schema."""
        return keys_of(self.schema, self.name)

    @property
    def key(self) -> list[str]:
        """The columns of the table's primary key."""
        return self.keys.primary

    @cached_property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields of the Table Schema, by name."""
        return fields_of(self.schema)

    @property
    def append_only(self) -> bool:
        """Whether the Table Schema says, with `appendOnly`, that rows may only be added."""
        return self.schema.get("appendOnly") is True

    @property
    def retires(self) -> bool:
        """Whether a row can be withdrawn and stay in the table: the column `status` has the code `RETIRED`."""
        return RETIRED in list_of(dict_of(self.fields.get("status", {}).get("constraints")).get("enum"))

    def values(self, *columns: str) -> Iterator[tuple[str, ...]]:
        """Yields the cells of some columns, a tuple for each row."""
        return self.frame.select(f"n:{name}" for name in columns).iter_rows()


@dataclass(frozen=True)
class Snapshot:
    """One version of a package.

    `files` has the SHA-256 hashes of resources that are no tables, and `unread` has the reasons why other resources
    were not read. Both are by the resource's name. `changelog` is the text of CHANGELOG.md, or None.
    """

    where: str
    descriptor: dict[str, Any]
    tables: dict[str, TableSnapshot]
    files: dict[str, str]
    unread: dict[str, str]
    changelog: str | None

    @property
    def number(self) -> str:
        """The package's `version`, or "" where it has none."""
        version = self.descriptor.get("version")
        return version if isinstance(version, str) else ""

    @property
    def parts(self) -> Version | None:
        """The package's version, or None where it has none of Semantic Versioning."""
        return version_number.parts(self.number)

    def rows(self, columns: Mapping[str, Iterable[str]]) -> dict[str, list[dict[str, str]]]:
        """Returns the rows of the named tables as texts by column, but for tables that lack a column."""
        return {
            name: [dict(zip(table.columns, row, strict=True)) for row in table.values(*table.columns)]
            for name, needed in columns.items()
            if (table := self.tables.get(name)) and set(needed) <= set(table.columns)
        }

    @property
    def names(self) -> list[str]:
        """The names of the resources."""
        return [*self.tables, *self.files, *self.unread]


def read_snapshot(source: Source, where: str | None = None) -> Snapshot:
    """Reads a version of a package. Raises Unusable where it cannot be read; it need not be valid.

    `where` is the name of the version in reports, if that is not the source's own name.
    """
    descriptor = source.load()
    tables: dict[str, TableSnapshot] = {}
    files: dict[str, str] = {}
    unread: dict[str, str] = {}
    for resource in descriptor["resources"]:
        name, path = resource["name"], resource.get("path")
        if name in {*tables, *files, *unread}:
            words = "so the tables cannot be matched"
            raise Unusable(f"{source.where}: two resources have the name {json.dumps(name[:100])}, {words}")
        path = path[0] if isinstance(path, list) and len(path) == 1 else path
        dialect = source.part(resource.get("dialect"))
        if not isinstance(path, str):
            unread[name] = "it is not in one file of its own"
        elif not is_csv(resource, path):
            files[name] = sha256(source.read(path)).hexdigest()
        elif odd := [key for key in UNREAD if key in dialect]:
            unread[name] = f"its dialect has {odd[0]}"
        elif resource.get("compression") or resource.get("innerpath") or resource.get("extrapaths"):
            unread[name] = "it is compressed or in several files"
        else:
            tables[name] = _table(source, resource, path, dialect)
    try:
        changelog = source.read("CHANGELOG.md").decode("utf-8-sig", "replace")
    except Unusable:
        changelog = None
    return Snapshot(where or source.where, descriptor, tables, files, unread, changelog)


def _table(source: Source, resource: dict[str, Any], path: str, dialect: dict[str, Any]) -> TableSnapshot:
    """Reads one table. Raises Unusable where its rows or columns cannot be compared."""
    schema, where = source.part(resource.get("schema")), f"{source.where}: {path}"
    columns = None
    if dialect.get("header") is False:
        columns = list(fields_of(schema))
    try:
        with large_cells():
            found = records(lines_of(_text(source, resource, path)), csv_dialect(resource, dialect))
            columns, frame = _frames(where, columns, found)
    except BadRecord as error:
        raise Unusable(f"{where}:{error.line} cannot be read as CSV: {error}") from None
    except TooLarge as error:
        raise Unusable(f"{where}: {error}") from None
    except (TypeError, ValueError) as error:
        raise Unusable(f"{source.where}: the dialect of {path} is none that can be read: {error}") from None
    if len(set(columns)) < len(columns):
        raise Unusable(f"{where} has two columns of one name, so its cells cannot be compared")
    table = TableSnapshot(resource["name"], path, schema, columns, frame)
    if table.key and set(table.key) <= set(columns):
        key = [f"n:{name}" for name in table.key]
        twice = frame.filter(pl.struct(key).is_duplicated())
        if len(twice):
            shown = json.dumps("/".join(twice.select(key).row(0)))[:200]
            raise Unusable(f"{where} has the key {shown} twice, so its rows cannot be matched")
    return table


def _text(source: Source, resource: dict[str, Any], path: str) -> str:
    """Reads a file as text. Raises Unusable where it is not in the declared encoding."""
    encoding = resource.get("encoding") or "utf-8"
    try:
        return decoded(source.read(path), encoding)
    except (UnicodeDecodeError, LookupError, TypeError, AttributeError) as error:
        shown, reason = json.dumps(encoding)[:50], str(error)[:100]
        raise Unusable(f"{source.where}: {path} is not in the declared encoding {shown}: {reason}") from None


def _frames(where: str, columns: list[str] | None, found: Iterable[Record]) -> tuple[list[str], pl.DataFrame]:
    """Returns the columns and the rows of a table. The first record gives the columns if `columns` is None.

    Raises Unusable for a row with another number of cells. The frame has the columns that `TableSnapshot` describes. It
    is empty where two columns have the same name.
    """
    frames: list[pl.DataFrame] = []
    rows: list[list[str]] = []
    places: list[tuple[int, int]] = []
    for number, record in enumerate(found, 1):
        if columns is None:
            columns = record.cells
        elif record.cells:  # a blank line is no row
            if len(record.cells) != len(columns):
                words = f"has {len(record.cells)} cells where the header has {len(columns)}"
                raise Unusable(f"{where}:{record.line} {words}, so its rows cannot be compared")
            rows.append(record.cells)
            places.append((number, record.line))
            if len(rows) == BATCH:
                frames.append(_frame(columns, rows, places))
                rows, places = [], []
    columns = columns or []
    if len(set(columns)) < len(columns):
        return columns, pl.DataFrame()
    return columns, pl.concat([*frames, _frame(columns, rows, places)])


def _frame(columns: list[str], rows: list[list[str]], places: list[tuple[int, int]]) -> pl.DataFrame:
    """Makes the frame of some rows. `places` has their row and line numbers."""
    cells = list(zip(*rows, strict=True)) or [() for _ in columns]
    numbers, lines = zip(*places, strict=True) if places else ((), ())
    data = {f"n:{name}": cells[at] for at, name in enumerate(columns)} | {"row": numbers, "line": lines}
    return pl.DataFrame(data, schema={name: pl.Int64 if name in ("row", "line") else pl.String for name in data})


def references(table: TableSnapshot, rows: Iterable[dict]) -> Iterator[set[tuple[str, tuple[str, ...]]]]:
    """Yields for each row the rows to which its foreign keys refer, each as table and key values.

    `rows` are rows of a `TableSnapshot`'s frame. A foreign key with a missing part refers to nothing.
    """
    keys = [
        (key.resource, [f"n:{name}" for name in key.fields])
        for key in table.keys.foreign
        if set(key.fields) <= set(table.columns)
    ]
    for row in rows:
        targets = ((resource, tuple(row[name] for name in names)) for resource, names in keys)
        yield {(resource, values) for resource, values in targets if all(values)}
