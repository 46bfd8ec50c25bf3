"""Mutation testing of a dataset: one cell at a time is made certainly wrong, and the validator has to point at it.

    python -m tests.tools.mutate [PACKAGE] [--rows N] [--seed N] [--table NAME] [--count N]

The mutations come from the descriptor and its Table Schemas, so that a new table is tested without a word here. The
descriptor's checksums are made to fit each time: only the content can give a mutation away.
"""

import argparse
import csv
import json
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from frictionless import Field

from claimtrack.core import edtf
from claimtrack.core.findings import Finding
from claimtrack.package.opened import open_package
from claimtrack.package.table_io import read_rows
from tests.tools.support import seal, validate

ROOT = Path(__file__).parent.parent.parent
STEPS = {
    "start": 1,
    "end": 1,
    "length": 1,
    "ordinal": 1,
    "paragraph": 2,
}  # numbers that other cells settle, and the smallest step that is wrong


@dataclass(frozen=True)
class Mutation:
    """A cell, by table, row (counted from 0) and column, its new value, and what kind of wrong it is."""

    table: str
    row: int
    column: str
    kind: str
    value: str


class Dataset:
    """A copy of a package, to be broken one cell at a time."""

    def __init__(self, package: Path, folder: Path):
        shutil.copytree(package / "data", folder / "data")
        shutil.copytree(package / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copy(package / "datapackage.json", folder)
        self.folder, self.package = folder, open_package(folder).package
        self.paths = {resource.name: resource.path for resource in self.package.resources}
        self.tables = {name: read_rows(folder / path) for name, path in self.paths.items()}
        assert validate(folder, strict=True).exit_code == 0, "the dataset is not valid to begin with"

    def mutations(self, rng: random.Random, rows: int) -> Iterator[Mutation]:
        """Every kind of wrong value in every column, each in up to `rows` rows."""
        for resource in self.package.resources:
            held = self.tables[resource.name][1]
            for field in resource.schema.fields:
                found: dict[str, list[Mutation]] = {}
                for row in rng.sample(range(len(held)), len(held)):
                    for kind, value in self._wrong(resource, field, row):
                        if value != held[row][field.name] and len(found.setdefault(kind, [])) < rows:
                            found[kind].append(Mutation(resource.name, row, field.name, kind, value))
                yield from (mutation for kind in found.values() for mutation in kind)

    def _wrong(self, resource, field: Field, row: int) -> Iterator[tuple[str, str]]:
        """Values that are certainly wrong in a cell, by what is wrong with them."""
        rows = self.tables[resource.name][1]
        value, constraints = rows[row][field.name], field.constraints
        yield from _of_field(field, value)
        is_key = resource.schema.primary_key == [field.name] or constraints.get("unique")
        if row and is_key and (earlier := rows[row - 1][field.name]):
            yield "duplicate", earlier
        if value and (step := STEPS.get(field.name)):
            yield "too many", str(int(value) + step)
            if int(value) >= step:
                yield "too few", str(int(value) - step)
        for key in resource.schema.foreign_keys:
            if key["fields"] == [field.name] and value:
                yield "broken reference", self._nobody(key["reference"], resource.name, value)

    def _nobody(self, reference: dict, own: str, value: str) -> str:
        """An id like `value` that no row has to which the reference leads."""
        taken = {row[reference["fields"][0]] for row in self.tables[reference["resource"] or own][1]}
        likely = [re.sub("[0-9]+$", digits, value) for digits in ("999", "998")] + [f"{value}x", f"{value}_x"]
        return next(text for text in likely if text not in taken)

    def caught(self, mutation: Mutation) -> tuple[bool, list[Finding]]:
        """Whether a finding points at the mutated cell (its file, line, and column), and all that was found."""
        names, rows = self.tables[mutation.table]
        path = self.folder / self.paths[mutation.table]
        before, descriptor = path.read_bytes(), (self.folder / "datapackage.json").read_bytes()
        changed = [{**row, mutation.column: mutation.value} if i == mutation.row else row for i, row in enumerate(rows)]
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(changed)
        seal(self.folder)
        try:
            findings = validate(self.folder, samples=10**6).findings
        finally:
            path.write_bytes(before)
            (self.folder / "datapackage.json").write_bytes(descriptor)
        return any(self._points_at(found, mutation, changed) for found in findings), findings

    def _points_at(self, found: Finding, mutation: Mutation, rows: list[dict]) -> bool:
        fields = (found.field or "").split(", ")
        if found.file != self.paths[mutation.table] or found.line != mutation.row + 2 or mutation.column not in fields:
            return False
        names = self.tables[mutation.table][0]
        ahead = [quoted(rows[mutation.row][name]) for name in names[: names.index(fields[0])]]
        return found.column == sum(map(len, ahead)) + len(ahead) + 1


def quoted(text: str) -> str:
    """A cell as it stands in the file."""
    return '"' + text.replace('"', '""') + '"' if re.search('[",\n\r]', text) else text


def _of_field(field: Field, value: str) -> Iterator[tuple[str, str]]:
    """Values that a field cannot hold, whatever the other cells are."""
    constraints = field.constraints
    if constraints.get("required"):
        yield "blank", ""
    if field.type != "string":
        yield "wrong type", "banana"
        yield "wrong type", "1.5.2"
    if "enum" in constraints:
        yield "unknown code", "999" if field.type == "integer" else "no_such_code"
    if "pattern" in constraints:
        for text in (f"?{value}", "é" * 3, value.swapcase(), "0"):
            if text and not re.fullmatch(constraints["pattern"], text):
                yield "broken pattern", text
    for name, beyond in (("minimum", -1), ("maximum", 1)):
        if name in constraints:
            yield "out of bounds", str(int(constraints[name]) + beyond)
    if "minLength" in constraints and len(value) > 1:
        yield "too short", value[: constraints["minLength"] - 1].rstrip()
    if "maxLength" in constraints:
        yield "too long", "x" * (constraints["maxLength"] + 1)
    if field.rdf_type == edtf.LEVEL_1 or field.type == "date":
        yield from (("impossible date", text) for text in ("2023-02-30", "2023-13-01"))
        yield "reversed dates", "2023-07-24/2023-07-23"
    if field.name in ("sha256", "pointer_check") and value:
        yield "altered hash", ("0" if value[0] != "0" else "1") + value[1:]
        yield "altered hash", value[:-1] + ("a" if value[-1] != "a" else "b")
    if field.name in ("version_added", "version_retired"):
        yield "later version", "99.0.0"
    if field.type == "string":
        yield "formula", f"={value}"
    if value and field.type == "string":
        yield "trailing blank", f"{value} "
        yield "leading blank", f" {value}"
        yield "control character", f"{value}\x08"
        yield "reordering character", f"{value}\u202e"
        yield "no-break space", f"{value}\u00a0x"
        yield "decomposed letter", f"{value}e\u0301"


def mutate(
    package: Path, rows: int, seed: int, count: int | None = None, table: str | None = None
) -> tuple[Counter, list[Mutation]]:
    """Tries the mutations of a package or of one table of it, or `count` of them chosen at random.

    Returns how many there were of each kind, and those that no finding pointed at.
    """
    rng, tried, missed = random.Random(seed), Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset(package, Path(folder, "package"))
        mutations = [mutation for mutation in dataset.mutations(rng, rows) if table in (None, mutation.table)]
        for mutation in rng.sample(mutations, min(count, len(mutations))) if count else mutations:
            tried[mutation.kind] += 1
            if not dataset.caught(mutation)[0]:
                missed.append(mutation)
                print("missed:", json.dumps(mutation.__dict__, ensure_ascii=False), flush=True)
    return tried, missed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutate", description=__doc__.split("\n", 1)[0])
    parser.add_argument("package", nargs="?", type=Path, default=ROOT)
    parser.add_argument(
        "--rows", type=int, default=1, help="rows to which each mutation of a column is done (default: 1)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="this many mutations, chosen at random, instead of all")
    parser.add_argument("--table", help="only the mutations of this table")
    options = parser.parse_args()
    tried, missed = mutate(options.package, options.rows, options.seed, options.count, options.table)
    for kind, number in sorted(tried.items()):
        print(f"{kind:<22} {number:>5} tried, {sum(m.kind == kind for m in missed)} missed")
    total = sum(tried.values())
    print(
        f"{total:,} mutations, {total - len(missed):,} caught at their place: {100 * (total - len(missed)) / total:g} %"
    )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
