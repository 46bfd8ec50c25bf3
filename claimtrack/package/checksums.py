"""Writes a package's tables and the checksums by which the descriptor vouches for them.

    python -m validator.seal [PACKAGE]     refresh `bytes` and `hash` in the descriptor
"""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path


def write_rows(path: Path, names: list[str], rows: Iterable[dict], in_order: bool = True) -> None:
    """Writes a table in the dataset's one form: UTF-8, LF, comma, minimal quoting, rows sorted by their first column.

    With `in_order` false the rows stay as they come.
    """
    rows = sorted(rows, key=lambda row: row[names[0]]) if in_order else rows
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(as_csv([names, *([row.get(name, "") for name in names] for row in rows)]))


def as_csv(records: Iterable[list], delimiter: str = ",", end: str = "\n") -> str:
    """Records as CSV: a cell is quoted only where it has to be."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(records)
    return text.getvalue()


def read_rows(path: Path, encoding: str = "utf-8", **form) -> tuple[list[str], list[dict]]:
    """A table's column names and its rows, all cells as text. `form` are Python's csv parameters where it is not the usual one."""
    with path.open(encoding=encoding, newline="") as handle:
        reader = csv.DictReader(handle, **form)
        return list(reader.fieldnames), list(reader)


def read_descriptor(package: Path) -> tuple[Path, dict]:
    """The path of a package's descriptor, given its folder or the descriptor itself, and what the descriptor says."""
    path = package / "datapackage.json" if package.is_dir() else package
    return path, json.loads(path.read_text(encoding="utf-8"))


def read_tables(package: Path, *names: str) -> list[list[dict]]:
    """The rows of the named tables of a package, wherever and in whatever form of CSV its descriptor says that they are."""
    path, descriptor = read_descriptor(package)
    found = {resource["name"]: resource for resource in descriptor["resources"]}
    return [_read_resource(path.parent, found[name]) for name in names]


# Python's csv parameters by the properties of a Table Dialect.
FORM = {"delimiter": "delimiter", "quoteChar": "quotechar", "doubleQuote": "doublequote", "escapeChar": "escapechar", "skipInitialSpace": "skipinitialspace"}


def _read_resource(home: Path, resource: dict) -> list[dict]:
    dialect = resource.get("dialect", {})
    if isinstance(dialect, str):
        dialect = json.loads((home / dialect).read_text(encoding="utf-8"))
    form = {name: dialect[key] for key, name in FORM.items() if key in dialect}
    return read_rows(home / resource["path"], resource.get("encoding", "utf-8"), **form)[1]


def seal(package: Path) -> list[str]:
    """Makes every resource's `bytes` and `hash` in the descriptor those of its file; returns the names of those that changed."""
    path, descriptor = read_descriptor(package)
    changed = []
    for resource in descriptor["resources"]:
        if not isinstance(resource.get("path"), str):  # inline, or in several files: no checksum is of one file
            continue
        facts = checksums((path.parent / resource["path"]).read_bytes())
        if any(resource.get(key) != value for key, value in facts.items()):
            resource.update(facts)
            changed.append(resource["name"])
    if changed:
        path.write_text(as_json(descriptor), encoding="utf-8")
    return changed


def checksums(raw: bytes) -> dict:
    """What a resource says of the bytes of its file."""
    return {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}


def as_json(descriptor: dict) -> str:
    """A descriptor as it is written. Raises ValueError for a number that JSON does not have."""
    return json.dumps(descriptor, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


if __name__ == "__main__":
    from .tool import command  # here, since it brings frictionless along, which whoever imports this may not need

    sys.exit(command("validator.seal", lambda package: f"sealed anew: {', '.join(seal(package)) or 'nothing had changed'}", claims=False))
