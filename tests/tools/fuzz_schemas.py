"""Fuzzes a declared profile: a package whose Table Schemas promise less is never valid, and no rule fails on its rows.

    python -m tests.tools.fuzz_schemas --count 500 --seed 1

Each package is the smallest valid one. One to three keys, references, constraints or properties are taken out of its
Table Schemas or loosened, and then some cells are broken that nothing but those would notice.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.tools.example import Example, build_good
from tests.tools.support import validate

CELLS = ["", "banana", "1", "-1", "EX01-C001", "9999999999", "javascript:alert(1)", "2023-02-30", "1.0.0-rc1", "é"]


def loosen(chance: random.Random, schema: dict[str, Any]) -> str:
    """Loosens something in a Table Schema, and says what, or returns "" where there was nothing of the kind."""
    fields = [field for field in schema["fields"] if field.get("constraints")]
    deed = chance.choice(["constraint", "constraint", "constraint", "bound", "enum", *KEYS])
    if deed in KEYS:
        return deed if schema.pop(deed, None) else ""
    field = chance.choice(fields)
    constraints = field["constraints"]
    if deed == "constraint":
        name = chance.choice(list(constraints))
        alone = schema.get("primaryKey") in (field["name"], [field["name"]])
        value = constraints.pop(name)
        return f"{field['name']}.{name}" if value is not False and not (name == "unique" and alone) else ""
    name = {"bound": "minimum", "enum": "enum"}[deed]
    if name not in constraints or (name == "enum" and field.get("openCodeList") is True):  # others may add codes there
        return ""
    constraints[name] = constraints[name] - 1 if deed == "bound" else [*constraints[name], "banana"]
    return f"{field['name']}.{name}"


KEYS = ("primaryKey", "foreignKeys", "uniqueKeys")


def failure(seed: int, good: Path, folder: Path) -> str | None:
    """What goes wrong on the package of a seed, or None."""
    chance, example = random.Random(seed), Example.copy_of(good, folder)
    done = []
    for path in chance.sample(sorted((folder / "schemas").glob("*.json")), chance.randint(1, 3)):
        schema = json.loads(path.read_text(encoding="utf-8"))
        if told := loosen(chance, schema):
            done.append(f"{path.stem}: {told}")
        path.write_text(json.dumps(schema), encoding="utf-8")
    for path in chance.sample(sorted((folder / "data").glob("*.csv")), 2):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > 1 and (seed % 2) and '"' not in lines[1]:
            cells = lines[1].split(",")
            cells[chance.randrange(len(cells))] = chance.choice(CELLS)
            path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    report = validate(example.folder, may_fail=True)
    if report.internal_errors:
        return f"seed {seed}: {report.internal_errors[0]}"
    if done and not any(rule == "PKG102" for rule, _ in report.totals):
        return f"seed {seed}: nothing is said of {'; '.join(done)}"
    return None


def fuzz(count: int, seed: int) -> list[str]:
    """Checks so many packages, and returns what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        good, found = build_good(Path(folder, "good")), []
        for number in range(seed * 1_000_000, seed * 1_000_000 + count):
            found.append(failure(number, good, Path(folder, str(number))))
            shutil.rmtree(Path(folder, str(number)))
    return [each for each in found if each]


def main() -> int:
    """Fuzzes as the options say. 1 if something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = fuzz(options.count, options.seed)
    print("\n".join([*found, f"{len(found)} failures"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
