# /// script
# requires-python = ">=3.11"
# dependencies = ["openpyxl>=3.1,<4"]
# ///
"""LibreOffice opens a release's flat tables and workbook with nothing lost.

Usage: `uv run --script tests/readers/read_spreadsheet.py DIST`.
"""

import csv
import datetime
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

TRUTH = {"=TRUE()": True, "=FALSE()": False}  # how LibreOffice saves the two
UTF_8 = (
    "CSV:44,34,76,1"  # comma, quotation mark, UTF-8, from line 1: what the import dialogue shows and a user confirms
)


def opened(office: str, path: Path, folder: Path, *options: str) -> openpyxl.Workbook:
    """The file as LibreOffice holds it, saved as a workbook."""
    command = [office, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", *options]
    done = subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", folder / "out", path],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    made = folder / "out" / f"{path.stem}.xlsx"
    if not made.is_file():
        sys.exit(f"LibreOffice did not open {path.name}: {done.stderr}")
    return openpyxl.load_workbook(made)


def shown(value: object) -> str:
    """A cell as text. A whole date becomes one in a spreadsheet, which loses nothing."""
    return value.date().isoformat() if isinstance(value, datetime.datetime) else "" if value is None else str(value)


def main(folder: str) -> int:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        print("LibreOffice: not installed here, so not asked")
        return 0
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("claims", "calls"):
            text = (Path(folder) / f"{name}.csv").read_text(encoding="utf-8-sig")
            written = list(csv.reader(io.StringIO(text, newline="")))
            cells = list(
                opened(office, Path(folder, f"{name}.csv"), Path(temporary), f"--infilter={UTF_8}").active.iter_rows()
            )
            read = [[shown(cell.value) for cell in row] for row in cells]
            formulas = sum(cell.data_type == "f" for row in cells for cell in row)
            differing = [
                pair
                for a, b in zip(written, read, strict=False)
                for pair in zip(a, b, strict=False)
                if pair[0] != pair[1]
            ]
            wrong += len(differing) + formulas + (len(written) != len(read))
            counts = f"{len(read)} rows, {len(differing)} cells differ {differing[:2] or ''}, {formulas} formulas"
            print(f"LibreOffice: {name}.csv: {counts}")
        ours, theirs = (
            openpyxl.load_workbook(Path(folder, "dataset.xlsx")),
            opened(office, Path(folder, "dataset.xlsx"), Path(temporary)),
        )
        for sheet in ours:
            pairs = zip(sheet.iter_rows(values_only=True), theirs[sheet.title].iter_rows(values_only=True), strict=True)
            differing = [
                pair for a, b in pairs for pair in zip(a, b, strict=True) if pair[0] != TRUTH.get(pair[1], pair[1])
            ]
            wrong += len(differing)
            if differing:
                print(f"LibreOffice: dataset.xlsx: {sheet.title}: {len(differing)} cells differ {differing[:2]}")
        print(f"LibreOffice: dataset.xlsx: {len(ours.sheetnames)} sheets")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
