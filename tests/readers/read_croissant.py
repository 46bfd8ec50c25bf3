# /// script
# requires-python = ">=3.11"
# dependencies = ["mlcroissant==1.1.1", "pandas>=3,<4"]
# ///
"""mlcroissant reads every record set of a release, and pandas its flat tables.

Usage: `uv run --script tests/readers/read_croissant.py DIST`.
"""

import csv
import io
import logging
import sys
import zipfile
from pathlib import Path

import mlcroissant
import pandas

TRUTH = {"true": True, "false": False}


def tables(release: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every table in the Data Package, by the file's name."""
    with zipfile.ZipFile(release / "datapackage.zip") as package:
        names = [name for name in package.namelist() if name.endswith(".csv")]
        return {
            Path(name).stem: list(csv.DictReader(io.TextIOWrapper(package.open(name), "utf-8", newline="")))
            for name in names
        }


def same(read: object, written: str) -> bool:
    """Whether a value that mlcroissant read is the cell as written. It gives text as bytes, a missing value as None."""
    if read is None or read != read:
        return written == ""
    if isinstance(read, bytes):
        return read.decode("utf-8") == written
    return read == TRUTH.get(written, written) or str(read) == written


def main(folder: str) -> int:
    release = Path(folder)
    document = str(release / "croissant.json")
    metadata = mlcroissant.Dataset(document).metadata
    wrong = len(metadata.issues.errors) + len(metadata.issues.warnings)
    print(metadata.issues.report() or "mlcroissant: no error, no warning")
    for name, rows in tables(release).items():
        records = list(mlcroissant.Dataset(document).records(name))
        wrong += len(records) != len(rows)
        cells = [
            (record[f"{name}/{column}"], cell)
            for record, row in zip(records, rows, strict=False)
            for column, cell in row.items()
        ]
        differing = [pair for pair in cells if not same(*pair)]
        wrong += len(differing)
        counts = f"{len(records)} records, {len(cells)} cells, {len(differing)} differ"
        print(f"mlcroissant: {name}: {counts} {differing[:2] or ''}")
    for name in ("claims", "calls"):
        frame = pandas.read_csv(release / f"{name}.csv", dtype=str, keep_default_na=False)
        rows = list(csv.DictReader(io.StringIO((release / f"{name}.csv").read_text(encoding="utf-8-sig"), newline="")))
        wrong += frame.to_dict("records") != rows
        print(f"pandas: {name}.csv: {frame.shape[0]} rows, {frame.shape[1]} columns, the first {frame.columns[0]}")
    return int(wrong > 0)


if __name__ == "__main__":
    logging.disable(logging.INFO)
    sys.exit(main(sys.argv[1]))
