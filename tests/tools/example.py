"""Packages to test with: the smallest valid one, and ways to break a copy of it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from claimtrack.core.report import Report
from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.tracking.canonical import canonical, check_letters
from claimtrack.tracking.pointers import compute
from tests.tools.support import read_descriptor, seal, validate

ROOT = Path(__file__).parent.parent.parent
GOOD = ROOT / "tests" / "packages" / "good"
DIGITS = {  # the parts of a row over which its check letters are taken
    "statements": ("profile", "length", "sha256"),
    "segments": ("statement_id", "start", "end", "sha256"),
    "anchors": ("segment_id", "start", "end", "sha256"),
}


def build_good(folder: Path) -> Path:
    """Builds the smallest valid package in a folder, from its text, its quotes and the shipped Table Schemas."""
    shutil.copytree(GOOD / "data", folder / "data")
    shutil.copytree(
        ROOT / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("*.py", "*.toml", "__pycache__")
    )
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    descriptor |= {
        "name": "lighthouses",
        "title": "Claims of an invented statement",
        "description": "For tests.",
        "version": "1.1.0",
    }
    descriptor["sources"] = [{"title": "An invented statement"}]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    shutil.copy(ROOT / "data" / "codes.csv", folder / "data" / "codes.csv")
    compute(
        "EX01",
        canonical((GOOD / "statement.txt").read_text(encoding="utf-8")),
        read_rows(GOOD / "quotes.csv")[1],
        folder,
    )
    seal(folder)
    return folder


@dataclass
class Example:
    """A package in a folder, with the edits that defects are made of."""

    folder: Path

    @classmethod
    def copy_of(cls, folder: Path, to: Path) -> "Example":
        return cls(Path(shutil.copytree(folder, to)))

    def path(self, table: str) -> Path:
        return self.folder / "data" / f"{table}.csv"

    def set(self, table: str, key: str, column: str, value: str) -> None:
        """Writes one cell; `key` is the row's first cell, or two cells joined by a slash."""
        names, rows = read_rows(self.path(table))
        row = next(r for r in rows if key in (r[names[0]], f"{r[names[0]]}/{r[names[1]]}"))
        row[column] = value
        write_rows(self.path(table), names, rows)

    def add(self, table: str, row: dict) -> None:
        names, rows = read_rows(self.path(table))
        write_rows(self.path(table), names, [*rows, row])

    def drop(self, table: str, key: str) -> None:
        """Deletes a row; `key` is as for `set`."""
        names, rows = read_rows(self.path(table))
        kept = [r for r in rows if key not in (r[names[0]], f"{r[names[0]]}/{r[names[1]]}")]
        write_rows(self.path(table), names, kept)

    def edit(self, defect: dict) -> None:
        """Makes the edits of a defect, as `schemas/defects.toml` describes them."""
        for edit in defect.get("drop", []):
            self.drop(*edit)
        for edit in defect.get("set", []):
            self.set(*edit)
        for edit in defect.get("add", []):
            self.add(*edit)

    def describe(self, **properties: object) -> None:
        """Gives the descriptor other properties."""
        descriptor = read_descriptor(self.folder) | properties
        (self.folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")

    def redigest(self) -> None:
        """Makes all check letters fit again, so that a defect in a pointer shows by itself."""
        for table, parts in DIGITS.items():
            names, rows = read_rows(self.path(table))
            for row in rows:
                row["pointer_check"] = check_letters(*(row[part] for part in parts))
            write_rows(self.path(table), names, rows)

    def validate(self) -> Report:
        """The verdict on the package, its checksums refreshed so that only its content can be at fault."""
        seal(self.folder)
        return validate(self.folder)
