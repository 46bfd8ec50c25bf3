# /// script
# requires-python = ">=3.11"
# dependencies = ["openpyxl>=3.1,<4"]
# ///
"""LibreOffice opens and saves a worksheet, and it is taken in again: nothing is lost, and only what was typed changes.

Usage: `uv run --script tests/readers/read_worksheet.py DIST`, from the project's folder; DIST is not read. The
worksheet is that of docs/your-own.md, whose blocks are run up to `point`.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

ROOT = Path.cwd()
UTF_8 = "44,34,76,1"  # comma, quotation mark, UTF-8, from line 1: what the import dialogue shows and a user confirms
SAVED = f"csv:Text - txt - csv (StarCalc):{UTF_8}"
TYPED = "Many skippers of Sarema are afraid of losing a ship."


def claimtrack(folder: Path, *words: str) -> str:
    """What the command says in a package; it may end with 1, since the claims have no evidence yet."""
    command = [ROOT / ".venv" / "bin" / "python", ROOT / "validate.py", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        sys.exit(f"claimtrack {' '.join(words)}: {done.stderr}")
    return done.stdout


def followed(folder: Path) -> Path:
    """The package of the page, as it is once the worksheet is taken in."""
    page = (ROOT / "docs" / "your-own.md").read_text(encoding="utf-8")
    blocks = [each for each in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "pip install" not in each]
    last = next(number for number, each in enumerate(blocks) if "claimtrack point " in each)
    command = folder / "bin" / "claimtrack"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{ROOT}/.venv/bin/python" "{ROOT}/validate.py" "$@"\n')
    command.chmod(0o755)
    told = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "TOOL": "claimtrack"}
    told |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    told |= {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
    script = "\n".join(["set -e", *blocks[: last + 1]])
    subprocess.run(["bash", "-c", script], cwd=folder, env=os.environ | told, capture_output=True, check=True)
    return folder / "lights"


def converted(office: str, path: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice opens it and saves it in another form."""
    reading = [f"--infilter=CSV:{UTF_8}"] if path.suffix == ".csv" else []
    command = [office, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", *reading]
    out = folder / f"saved as {to[:4].strip(':')}"
    done = subprocess.run(
        [*command, "--convert-to", to, "--outdir", out, path], capture_output=True, text=True, timeout=300, check=False
    )
    made = next(iter(out.glob(f"{path.stem}.*")), None)
    return made or sys.exit(f"LibreOffice did not open {path.name}: {done.stderr}")


def tables(package: Path) -> dict[str, str]:
    """Every table of the package, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in (package / "data").iterdir()}


def taken_in(package: Path, sheet: Path) -> set[str]:
    """The lines of tables that are others once a worksheet is taken in."""
    before = tables(package)
    claimtrack(package, "point", "LK24", "--source", "../LK24.txt", "--worksheet", str(sheet))
    after = tables(package)
    return {line for name in after for line in {*before[name].splitlines()} ^ {*after[name].splitlines()}}


def main() -> int:
    """Returns 1 where anything is lost, or changed that was not typed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        print("LibreOffice: not installed here, so not asked")
        return 0
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        package = followed(folder)
        sheet = folder / "again.csv"
        claimtrack(package, "worksheet", "LK24", "--source", "../LK24.txt", "--to", str(sheet))
        for form in ("csv", "ods", "xlsx"):
            opened = sheet if form == "csv" else converted(office, sheet, form, folder)
            saved = converted(office, opened, SAVED, folder)
            ours, theirs = (
                list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
                for path in (sheet, saved)
            )
            cells = sum(
                a != b for one, other in zip(ours, theirs, strict=True) for a, b in zip(one, other, strict=True)
            )
            lines = taken_in(package, saved)
            wrong += cells + len(lines)
            differ = f"{cells} cells differ, and {len(lines)} lines of tables"
            print(f"LibreOffice: worksheet saved as {form}: {len(theirs)} rows, {differ}")
            saved.unlink()
        book = openpyxl.load_workbook(converted(office, sheet, "xlsx", folder))
        header = [cell.value for cell in book.active[1]]
        at = header.index("own_words"), header.index("item")
        (row,) = [row for row in book.active.iter_rows() if row[at[1]].value == "C007"]
        row[at[0]].value = TYPED
        book.save(folder / "typed.xlsx")
        lines = taken_in(package, converted(office, folder / "typed.xlsx", SAVED, folder))
        is_as_typed = len(lines) == 2 and all(line.startswith("LK24-C007,") for line in lines)
        is_as_typed = is_as_typed and sum(TYPED in line for line in lines) == 1
        wrong += not is_as_typed
        print(f"LibreOffice: one cell typed: {'only that claim' if is_as_typed else 'not only that claim'} is another")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
