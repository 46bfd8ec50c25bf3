"""Small packages, on which start-up is most of the time: our command against frictionless's, turn by turn.

    python -m tests.benchmarks.tiny [--rounds 15] [--python PYTHON] [--out docs/performance]

Prints a Markdown table of medians, the share of frictionless's time that ours takes, and puts it into the page OUT.md
where one is named. `compare` says how each is measured.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.tools.example import build_good
from tests.tools.support import resource, write

from .compare import ROOT, put, rounds

FIELDS = [
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "[A-Z]{2}[0-9]{3}"}},
    {"name": "count", "type": "integer", "constraints": {"minimum": 0}},
    {"name": "day", "type": "date"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b", "c"]}},
    {"name": "size", "type": "number"},
    {"name": "note", "type": "string"},
]
# By row and column, what is written in the place of what is right; each breaks another rule.
FAULTS = {(10, 1): "x", (20, 3): "z", (30, 0): "AA029", (40, 2): "2023-13-01", (50, 5): "a blank at the end "}
FOUND = {"CEL101": 2, "CEL102": 1, "KEY101": 1, "HYG109": 1}  # the findings on a table with these faults, by rule


def content(faults: dict[tuple[int, int], str]) -> str:
    """A table of 60 rows as CSV."""
    rows = [
        [f"AA{n:03}", str(n * 7), f"2023-{1 + n % 9:02}-1{n % 10}", "abc"[n % 3], f"{n}.5", f"on row {n}"]
        for n in range(60)
    ]
    for (row, column), text in faults.items():
        rows[row][column] = text
    return "\n".join(",".join(row) for row in [[field["name"] for field in FIELDS], *rows]) + "\n"


def packages(folder: Path) -> dict[str, Path]:
    """Writes the small packages into a folder; by what they are, where they lie."""
    key = [{"fields": ["id"], "reference": {"resource": "t0", "fields": ["id"]}}]
    made = {}
    for tables, what in ((1, "a table"), (12, "12 tables")):
        described = [
            resource(f"t{n}", FIELDS, primaryKey="id", **({"foreignKeys": key} if n else {})) for n in range(tables)
        ]
        for faulty, of in ((False, "no fault"), (True, "5 faults in the last")):
            files = {f"data/t{n}.csv": content(FAULTS if faulty and n == tables - 1 else {}) for n in range(tables)}
            made[f"{what} of 60 rows, {of}"] = write(folder / f"{tables}{faulty}", described, files)
    return made | {"the smallest claim-tracking package": build_good(folder / "good"), "this dataset": ROOT}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tiny", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="the Python that runs what is measured: of an environment without `dev`, as users have it",
    )
    parser.add_argument("--out", type=Path, help="the page, without its ending, to write the table into")
    options = parser.parse_args()
    lines = [
        "| package | share of frictionless's time | of its CPU time | wall, s | CPU, s | peak, MiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for what, package in packages(Path(folder)).items():
            figures, _ = rounds(package, options.python, options.rounds, every=False)
            ours, theirs = figures["ours"], figures["frictionless"]
            shares = " | ".join(f"{ours[key] / theirs[key]:.2f}" for key in ("wall", "cpu"))
            lines.append(f"| {what} | {shares} | {ours['wall']:.2f} | {ours['cpu']:.2f} | {ours['peak']:,.0f} |")
            print(lines[-1], flush=True)
    if options.out:
        command = f"`python -m tests.benchmarks.tiny --rounds {options.rounds} --python PYTHON --out docs/performance`"
        put(
            options.out.with_suffix(".md"),
            "tiny",
            [
                command,
                "",
                f"{date.today()}, {os.cpu_count()} cores; medians of {options.rounds} rounds.",
                "",
                *lines,
                "",
            ],
        )


if __name__ == "__main__":
    main()
