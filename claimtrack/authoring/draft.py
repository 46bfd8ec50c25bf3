"""Holds the tables of a claim-tracking package while rows are added, until all of them are written together."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frictionless import Field, Schema

from claimtrack.core.errors import Unusable
from claimtrack.core.paths import DESCRIPTOR, leads_inside
from claimtrack.core.visible import shorten
from claimtrack.core.writing import clear, write_together
from claimtrack.package.checksums import fits, sealed
from claimtrack.package.json_object import as_json
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.table_io import as_csv, read_rows

Row = dict[str, str]
# The forms of ids that the Table Schemas ask for: of a statement's rows (AB24-C001), and of others (SRC-001).
_ID = re.compile(r"(?:\[A-Z\]\[A-Z0-9\]\{1,9\}|(?P<word>[A-Z]+))-(?P<letter>[A-Z]?)\[0-9\]\{(?P<digits>[0-9]),\}")


class Draft:
    """The tables of a package, to be changed and then written together."""

    def __init__(self, opened: OpenedPackage):
        self.opened, self.root = opened, opened.root
        self.version = str(opened.descriptor.get("version") or "")
        self._tables: dict[str, tuple[list[str], list[Row]]] = {}
        self._files: dict[Path, bytes] = {}
        self._replaced: set[str] = set()

    def schema(self, table: str) -> dict[str, Any]:
        """Returns the Table Schema of a table. Raises Unusable where the package has no such table."""
        schema = self.opened.resource(table).get("schema")
        if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
            raise Unusable(f'{self.opened.path}: the table "{table}" has no Table Schema; restore it')
        return schema

    def fields(self, table: str) -> dict[str, dict[str, Any]]:
        """Returns the fields of a table's Table Schema by name."""
        return {field["name"]: field for field in self.schema(table)["fields"]}

    def path(self, table: str) -> Path:
        """Returns the file of a table. Raises Unusable where it is none of the package's own."""
        name, root = self.opened.resource(table).get("path"), self.root.resolve()
        if not isinstance(name, str) or not leads_inside(self.root, name) or (root / name).resolve() != root / name:
            raise Unusable(
                f'{self.opened.path}: the table "{table}" is in no file of the package\'s own; correct `path`'
            )
        return self.root / name

    def columns(self, table: str) -> list[str]:
        """Returns the names of a table's columns. Raises Unusable."""
        return self._table(table)[0]

    def rows(self, table: str) -> list[Row]:
        """Returns the rows of a table, all cells as text. Raises Unusable."""
        return self._table(table)[1]

    def replace(self, table: str, rows: list[Row]) -> None:
        """Gives a table other rows. Only tables for which this was called are written."""
        self._tables[table] = (self.columns(table), rows)
        self._replaced.add(table)

    def put(self, name: str, content: bytes) -> None:
        """Adds a file of the package to what is written, such as a Table Schema."""
        if not leads_inside(self.root, name) or (self.root.resolve() / name).resolve() != self.root.resolve() / name:
            raise Unusable(f"{self.root / name}: leads outside the package; correct the path")
        self._files[self.root / name] = content

    def _table(self, table: str) -> tuple[list[str], list[Row]]:
        """Returns the columns and rows of a table, which is read once."""
        if table not in self._tables:
            self._tables[table] = read_rows(self.path(table))
        return self._tables[table]

    def next_id(self, table: str, statement: str = "") -> str:
        """Returns the id after the highest of a table, or of a statement's rows in it: "" where ids are no numbers."""
        column = self.schema(table)["primaryKey"][0]
        form = _ID.fullmatch(str(self.fields(table)[column].get("constraints", {}).get("pattern")))
        if not form:
            return ""
        start = f"{form['word'] or statement}-{form['letter']}"
        numbers = [row[column].removeprefix(start) for row in self.rows(table) if row[column].startswith(start)]
        highest = max((int(number) for number in numbers if number.isascii() and number.isdecimal()), default=0)
        return f"{start}{highest + 1:0{form['digits']}}"

    def actors(self) -> set[str]:
        """Returns the ids of the actors."""
        return {row["actor_id"] for row in self.rows("actors")}

    def changed(self) -> dict[Path, bytes]:
        """Returns the files that are to be written with their contents, the descriptor last. Raises Unusable."""
        files, written, is_stale = dict(self._files), {}, False
        for table in sorted(self._replaced):
            columns, rows = self._tables[table]
            key, path, resource = self.schema(table)["primaryKey"], self.path(table), self.opened.resource(table)
            rows = sorted(rows, key=lambda row: [str(row[name]) for name in key])
            content = as_csv([columns, *([row.get(name, "") for name in columns] for row in rows)]).encode("utf-8")
            written[resource["path"]] = content
            is_stale = is_stale or not fits(resource, content)  # also where a run was killed before the descriptor
            if content != path.read_bytes():
                files[path] = content
        if is_stale:
            files[self.opened.path] = sealed(self.opened.path, written)
        return files

    def write(self, first: Mapping[Path, bytes] | None = None) -> list[str]:
        """Writes all that has changed, and returns the names of the files. Raises Unusable; all is then as before.

        `first` are further files, with their contents by path. What killed runs have left is removed, also where
        nothing has changed because such a run had written all.
        """
        files = self.changed()
        write_together({**(first or {}), **files})
        for folder in {
            self.root,
            *(self.path(table).parent for table in self._tables),
            *((self.root / file).parent for file in self.opened.named.values()),
            *(p.parent for p in first or ()),
        }:
            clear(folder)
        return [path.relative_to(self.root).as_posix() for path in files if path.name != DESCRIPTOR]


class Cells:
    """Says of a cell what its Table Schema asks for and it does not have."""

    def __init__(self, fields: Mapping[str, Mapping[str, Any]]):
        self.fields = fields
        self._read: dict[str, Field] = {}

    def wrong(self, column: str, value: str) -> str | None:
        """Returns the sentence on a value that its column does not allow, or None. An empty cell is allowed."""
        if not value:
            return None
        if column not in self._read:
            self._read[column] = Schema.from_descriptor({"fields": [dict(self.fields[column])]}).fields[0]
        _, notes = self._read[column].read_cell(value)
        if not notes:
            return None
        asked, shown = self.fields[column].get("constraints", {}), shorten(value, 60)
        if "enum" in asked:
            return f'"{shown}" is no code of {column}; write one of {", ".join(map(str, asked["enum"]))}'
        if "minLength" in notes or "maxLength" in notes:
            least, most = asked.get("minLength", 0), asked.get("maxLength")
            bound = f"at most {most} letters" if "maxLength" in notes else f"at least {least} letters"
            return f'"{shown}" in {column} is too {"long" if "maxLength" in notes else "short"}; write {bound}'
        example = self.fields[column].get("example")
        return f'"{shown}" is not in the form of {column}; write it like "{example}"'


def schema_bytes(schema: Mapping[str, Any]) -> bytes:
    """Returns a Table Schema as the bytes of its file."""
    return as_json(schema).encode("utf-8")
