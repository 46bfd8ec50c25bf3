"""Opens a table's file that no package describes: with the Table Schema that the user names, it is a package of one."""

import os
import re
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.paths import PACKED, TABLES, is_file, leads_inside
from claimtrack.core.visible import shorten
from claimtrack.package.beyond import VERSION_2
from claimtrack.package.json_object import json_object
from claimtrack.package.local_copies import SCHEME, Copies, read_copy
from claimtrack.package.opened import OpenedPackage, open_package, opened_from
from claimtrack.package.sources import Folder


def open_named(
    path: str | Path, schema: str | Path | None, copies: Copies | None = None, *, values: bool = True
) -> OpenedPackage:
    """Opens the package at a path or, with a `schema`, that of the one table at the path. Raises Unusable."""
    if schema:
        return open_table(path, schema, copies, values=values)
    return open_package(Path(path), copies=copies, values=values)


def open_table(
    table: str | Path, schema: str | Path, copies: Copies | None = None, *, values: bool = True
) -> OpenedPackage:
    """Opens the package of one table that a file and a Table Schema (JSON or YAML) make. Both are the user's choice.

    Findings on the table name its file, and those on the Table Schema name that. Unless `values` is set, messages have
    no value of a cell. Raises Unusable where the file is no regular file, or the other one no Table Schema.
    """
    file = Path(table)
    if file.is_dir():
        raise Unusable(
            f"{file}: this is a folder, and --schema is for the file of a table; name that file, or leave it out"
        )
    if not is_file(file):
        words = "this is not a regular file" if os.path.lexists(file) else "there is no such file"
        raise Unusable(f"{shorten(str(file), 500)}: {words}; name the file of a table")
    file = file.resolve() if file.is_symlink() else file
    name = _schema_of(Path(schema), file.parent)
    known = copies.entries if copies else {}
    folder = Folder(file.parent, file.name)
    known = {**known, name: Path(name)} if Path(name).is_absolute() else known
    opened = OpenedPackage(folder, Copies(known), values=values)
    opened.is_made = True
    opened.descriptor = {"$schema": f"{VERSION_2}0/datapackage.json", "resources": [_resource(file.name, name)]}
    return opened_from(opened)


def _resource(file: str, schema: str) -> dict[str, object]:
    """Returns the resource of a table's file. A file whose ending says no format is taken for CSV."""
    stem, _, ending = file.lower().rpartition(".")
    inner = stem if ending in PACKED else file.lower()
    made: dict[str, object] = {
        "name": re.sub(r"[^a-z0-9_-]+", "-", file.partition(".")[0].lower()).strip("-") or "table",
        "type": "table",
        "path": f"./{file}" if SCHEME.match(file) else file,
        "schema": schema,
    }
    if inner.endswith(".tab"):
        return {**made, "format": "tsv"}
    return made if inner.endswith((*TABLES, ".json")) else {**made, "format": "csv"}


def _schema_of(schema: Path, root: Path) -> str:
    """Returns the path of a Table Schema: from the folder `root` if it lies in it, or else absolute.

    Raises Unusable where the file holds no Table Schema.
    """
    if not is_file(schema):
        words = "not a regular file" if os.path.lexists(schema) else "there is no such file"
        raise Unusable(f"--schema {shorten(str(schema), 500)}: {words}; name the file of a Table Schema")
    told = json_object(read_copy(schema), schema, [])
    if not isinstance(told.get("fields"), list):
        mend = "name the package itself, without --schema" if "resources" in told else "it describes each column there"
        raise Unusable(f'{shorten(str(schema), 500)}: no Table Schema, since it has no list "fields"; {mend}')
    inside = os.path.relpath(schema, root)
    return inside if leads_inside(root, inside) else str(schema.absolute())
