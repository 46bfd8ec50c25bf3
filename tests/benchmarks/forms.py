"""One table in the many forms that people publish it in: our CPU time in each, against the plain form and frictionless.

    python -m tests.benchmarks.forms [--rows 200000] [--only NAME ...] [--frictionless]

Plain is one file of UTF-8 with LF, commas and a header line. The other forms hold the same rows.
"""

import argparse
import gzip
import io
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.tools.support import DIALECT, write
from tests.tools.support import resource as described

ROOT = Path(__file__).parent.parent.parent
FIELDS = [
    {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
    {"name": "day", "type": "date"},
    {"name": "place", "type": "string", "constraints": {"maxLength": 40}},
    {"name": "amount", "type": "number"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b", "c"]}},
    {"name": "note", "type": "string"},
]
Made = tuple[dict[str, Any], dict[str, bytes]]  # what a resource says of its table, and the table's files


def lines(rows: int) -> list[str]:
    """The lines of the table, the header first."""
    rng = random.Random(1)
    places = ["Zürich", "Phnom Penh", "São Paulo", "Łódź", "Kigali", "Québec"]
    made = [",".join(field["name"] for field in FIELDS)]
    for number in range(1, rows + 1):
        day = f"20{rng.randrange(10, 24)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        place, note = rng.choice(places).replace("Łódź", "Lodz"), "seen by " + "x" * rng.randrange(30)
        made.append(f"{number},{day},{place},{rng.randrange(10**6) / 100},{rng.choice('abc')},{note}")
    return made


def joined(parts: list[str], end: str = "\n") -> str:
    return end.join(parts) + end


def zipped(data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", data)
    return held.getvalue()


def one(data: bytes, path: str = "data/t.csv", **told: Any) -> Made:
    return {"path": path, **told}, {path: data}


def in_dialect(data: str, **told: Any) -> Made:
    return one(data.encode(), dialect={**DIALECT, **told})


def every_tenth(parts: list[str], change: Callable[[str], str]) -> list[str]:
    return [parts[0], *(change(line) if number % 10 == 3 else line for number, line in enumerate(parts[1:]))]


def forms(parts: list[str]) -> Iterator[tuple[str, Callable[[], Made]]]:
    """Yields the forms by name, each with a function that makes it."""
    text, half = joined(parts), len(parts) // 2
    yield "plain", lambda: one(text.encode())
    yield "CR LF", lambda: one(joined(parts, "\r\n").encode())
    yield "Latin-1", lambda: one(text.encode("latin-1"), encoding="iso-8859-1")
    yield "Windows-1252", lambda: one(text.encode("cp1252"), encoding="windows-1252")
    yield "utf-8-sig", lambda: one(text.encode("utf-8-sig"), encoding="utf-8-sig")
    yield "UTF-16", lambda: one(text.encode("utf-16"), encoding="utf-16")
    yield "gz", lambda: one(gzip.compress(text.encode(), 6), "data/t.csv.gz")
    yield "zip", lambda: one(zipped(text.encode()), "data/t.csv.zip")
    files = {"data/a.csv": joined(parts[:half]).encode(), "data/b.csv": joined([parts[0], *parts[half:]]).encode()}
    yield "two files", lambda: ({"path": list(files)}, files)
    yield "rows and fields", lambda: one(text.encode(), rows=len(parts) - 1, fields=len(FIELDS))
    yield "semicolons", lambda: in_dialect(text.replace(",", ";"), delimiter=";")
    yield "no header", lambda: in_dialect(joined(parts[1:]), header=False)
    yield "header row 3", lambda: in_dialect(joined(["About", "this table", *parts]), headerRows=[3])
    yield "comment rows", lambda: in_dialect(joined([parts[0], "units", *parts[1:]]), commentRows=[2])
    comments = every_tenth(parts, lambda line: f"# a word,on it\n{line}")
    yield "comment marks", lambda: in_dialect(joined(comments), commentChar="#")
    breaks = every_tenth(parts, lambda line: line.replace("seen by", '"seen\nby') + '"')
    yield "line breaks in cells", lambda: one(joined(breaks).encode())
    short = every_tenth(parts, lambda line: line.rpartition(",")[0])
    yield "ragged rows", lambda: one(joined(short).encode())
    bad = [parts[0], *(line.replace("-", "/", 1) for line in parts[1:])]
    yield "a finding a row", lambda: one(joined(bad).encode())
    yield "no dialect", lambda: one(text.encode(), dialect=None, encoding=None)
    wide = [parts[0], *(line + "\n" for line in parts[1:])]
    yield "blank lines", lambda: one(joined(wide).encode())


def seconds(command: list[str], cwd: Path) -> tuple[float, int]:
    """The CPU time of a command, in seconds, and its exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.run(command, cwd=cwd, capture_output=True, check=False).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, code


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.forms", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--only", nargs="*", help="names of forms")
    parser.add_argument("--frictionless", action="store_true", help="measure frictionless, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    plain, found = 0.0, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in forms(lines(options.rows)):
            if options.only and name not in (*options.only, "plain"):
                continue
            here, (told, files) = Path(folder, "package"), make()
            told = described("t", FIELDS) | told
            write(here, [{key: value for key, value in told.items() if value is not None}], files)
            own, code = seconds([sys.executable, str(ROOT / "validate.py"), str(here)], ROOT)
            plain = plain or own
            said = f"{name:22} {own:6.2f} s  {own / plain:5.2f} of plain  exit {code}"
            found[name] = {"seconds": own, "exit": code}
            if options.frictionless:
                command = [sys.executable, "-m", "frictionless", "validate", "--limit-errors", "100000000"]
                theirs, _ = seconds([*command, "datapackage.json"], here)
                said += f"  frictionless {theirs:6.2f} s, {theirs / own:5.1f} times"
                found[name]["frictionless"] = theirs
            print(json.dumps({name: found[name]}) if options.json else said, flush=True)
            shutil.rmtree(here)


if __name__ == "__main__":
    main()
