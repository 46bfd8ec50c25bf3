# /// script
# requires-python = ">=3.11"
# dependencies = ["csvw==4.1.1"]
# ///
"""csvw reads a release's tables by their CSVW metadata: the flat ones, and those in the zip, with types and keys.

Usage: `uv run --script tests/readers/read_csvw.py DIST`.
"""

import csv
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

from csvw import TableGroup


def read(folder: Path) -> int:
    """Reads all tables of a folder, and returns the number of what is wrong."""
    group, wrong = TableGroup.from_file(folder / "csv-metadata.json"), 0
    for name, table in group.tabledict.items():
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            rows = list(table.iterdicts(strict=True))  # raises where a cell is not of its column's datatype
        with (folder / name).open(encoding="utf-8-sig", newline="") as handle:
            count = sum(1 for _ in csv.reader(handle)) - 1
        columns = {column.name for column in table.tableSchema.columns}
        sound = len(rows) == count and all(row.keys() == columns for row in rows)
        sound &= table.check_primary_key() and not said
        wrong += not sound
        kinds = sorted({type(value).__name__ for row in rows for value in row.values() if value is not None})
        print(
            f"csvw: {name}: {len(rows)} rows, {len(columns)} columns of {', '.join(kinds)}{'' if sound else ' WRONG'}"
        )
        for one in said:
            print(f"csvw: {name}: {one.message}")
    lost = not group.check_referential_integrity()
    print(f"csvw: foreign keys {'BROKEN' if lost else 'hold'}")
    return wrong + lost


def main(folder: str) -> int:
    with tempfile.TemporaryDirectory() as unpacked:
        with zipfile.ZipFile(Path(folder) / "datapackage.zip") as archive:
            archive.extractall(unpacked)
        return int(bool(read(Path(folder)) + read(Path(unpacked))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
