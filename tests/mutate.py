"""Mutation testing of the dataset: one cell made certainly wrong, checksums refreshed, and the validator must name the place.

    python -m tests.mutate [--sample N] [--seed N] [--table NAME]

Without `--sample` every column of every table is tried, with every kind of wrong value that fits it, in a few rows each.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.example import DIGITS, Example
from validator.seal import read_rows, write_rows

ROWS_EACH = 2  # rows tried for each column and kind of wrong value


@dataclass(frozen=True)
class Mutation:
    """One cell of one row to be made wrong: `row` counts data rows from 0."""

    table: str
    row: int
    column: str
    kind: str
    value: str


def mutations(package: Path, random: random.Random) -> Iterator[Mutation]:
    """Every kind of certainly wrong value for every column, each in a few rows drawn at random."""
    for resource in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        schema = json.loads((package / resource["schema"]).read_text(encoding="utf-8"))
        rows = read_rows(package / resource["path"])[1]
        for field in schema["fields"]:
            column = field["name"]
            for kind, wrong in wrong_values(schema, field, resource["name"]):
                fitting = [n for n, row in enumerate(rows) if kind in ("formula", "code") or row[column]]
                for row in random.sample(fitting, min(ROWS_EACH, len(fitting))):
                    value = wrong(rows[row][column], [other[column] for n, other in enumerate(rows) if n != row])
                    if value is not None and value != rows[row][column]:
                        yield Mutation(resource["name"], row, column, kind, value)


def wrong_values(schema: dict, field: dict, table: str):
    """The kinds of wrong value that a field can have: a name, and a function of the cell and the column's other cells."""
    constraints = field.get("constraints", {})
    references = {name for key in schema.get("foreignKeys", []) for name in key["fields"]}
    if constraints.get("required"):
        yield "blank", lambda cell, others: ""
    if field["type"] in ("integer", "boolean"):
        yield "type", lambda cell, others: "x"
    if field["type"] == "string" and "enum" not in constraints:
        yield "trailing blank", lambda cell, others: cell + " "
        yield "formula", lambda cell, others: "=" + cell
    if "enum" in constraints:
        yield "code", lambda cell, others: "999" if field["type"] == "integer" else "no_such_code"
    if field["name"] in references:
        yield "reference", lambda cell, others: cell[:-1] + ("x" if cell[-1].isalpha() else "") + "99"
    if constraints.get("unique") or schema["primaryKey"] == [field["name"]]:
        yield "duplicate", lambda cell, others: others[0] if others else None
    if "rdfType" in field:
        yield "date", lambda cell, others: "2023-02-30"
        yield "reversed", lambda cell, others: "2024/2020"
    if field["name"] in ("start", "end", "length", "ordinal"):
        yield "off by one", lambda cell, others: str(int(cell) + 1)
    if field["name"] == "paragraph":
        yield "off by two", lambda cell, others: str(int(cell) + 2)
    if field["name"] in DIGITS.get(table, ()) and field["name"] == "sha256" or field["name"] == "pointer_check":
        yield "altered", lambda cell, others: ("b" if cell[0] == "a" else "a") + cell[1:]
    if field["name"] in ("version_added", "version_retired"):
        yield "later version", lambda cell, others: "99.0.0"


def survives(example: Example, mutation: Mutation) -> str | None:
    """Why a mutation is not caught where it is: None if it is."""
    path = example.path(mutation.table)
    before = path.read_bytes()
    names, rows = read_rows(path)
    rows[mutation.row][mutation.column] = mutation.value
    write_rows(path, names, rows, in_order=False)
    report = example.validate()
    path.write_bytes(before)
    if report.exit_code == 0:
        return "not found at all"
    here = [f for f in report.findings if f.file == f"data/{mutation.table}.csv" and mutation.column in (f.field or "").split(", ")]
    if not here:
        return f"found elsewhere only: {sorted({f'{f.rule} {f.place} {f.field}' for f in report.findings})[:4]}"
    if mutation.kind != "duplicate" and mutation.row + 2 not in [f.line for f in here]:
        return f"found in other lines only: {sorted({str(f.line) for f in here})}"
    return None


def run(sample: int | None, seed: int, table: str | None = None) -> tuple[int, list[str]]:
    """Tries the mutations, or a sample; returns how many were tried and a line for each that survived."""
    chosen = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        example = Example(Path(folder))
        for part in ("data", "schemas"):
            shutil.copytree(ROOT / part, example.folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copy(ROOT / "datapackage.json", example.folder)
        every = [m for m in mutations(example.folder, chosen) if table in (None, m.table)]
        tried = chosen.sample(every, min(sample or len(every), len(every)))
        outcomes = [(mutation, survives(example, mutation)) for mutation in tried]
    return len(tried), [f"{m.table} row {m.row + 2} {m.column} {m.kind} {m.value[:40]!r}: {why}" for m, why in outcomes if why]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table")
    options = parser.parse_args()
    tried, survived = run(options.sample, options.seed, options.table)
    print("\n".join(survived))
    print(f"{tried - len(survived)} of {tried} caught in the right file, line and column (seed {options.seed})")
    sys.exit(bool(survived))
