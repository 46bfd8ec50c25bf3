"""Fuzzes what describes a package: whatever stands in it, no command ends in an internal error.

    python -m tests.tools.fuzz_descriptors --count 5000 --seed 1

Each package has some odd values in its descriptor, a Table Schema, a dialect, its settings or its baseline. `check`
runs on each of them, and another command on some. Every package has its own seed, printed when a command fails on it;
`--only SEED` repeats it alone and keeps its files.
"""

import argparse
import contextlib
import copy
import io
import json
import random
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any
from unittest.mock import patch

from frictionless import system

from claimtrack.checks import misspelt as known
from claimtrack.commands.main import main as command
from claimtrack.core import limits
from tests.tools.support import DIALECT, V2, resource

warnings.simplefilter("ignore")

CELLS = {
    "string": ["a", "=1", "é"], "integer": ["1", "x"], "number": ["1.5", "NaN", "sNaN"], "boolean": ["true", "2"],
    "date": ["2023-07-23", "2023-02-30"], "time": ["10:00:00", "25:00:00"], "year": ["2023"], "yearmonth": ["2023-07"],
    "datetime": ["2023-07-23T10:00:00Z", "2023-07-23T10:00:00+25:00"], "duration": ["P1Y", "PT1S"],
    "geopoint": ["1,2"], "geojson": ['{"type": "Point", "coordinates": [1, 2]}'], "object": ["{}"], "array": ["[1]"],
    "list": ["a,b", "1"], "any": ["x"],
}  # fmt: skip
FORMATS = "default any email uri uuid binary wkt topojson array object %Y %d/%m/%y \ud800 2.0 fmt:%d".split()
CONSTRAINTS = {
    "required": [True, "yes"], "unique": [True, 1], "minLength": [1, -1, "1", 1e400], "maxLength": [3, 0.5],
    "minimum": [1, "NaN", "sNaN", "2023-01-01", "2023-07-23T10:00:00Z", "10:00:00+01:00", "P1Y", "0000", {}],
    "maximum": [9, "INF", "9999-12-31T23:59:59-14:00", "99999", "2023-99"], "exclusiveMinimum": [0, "x"],
    "exclusiveMaximum": [5, [5]], "pattern": ["[a-z]+", "(a", "a{99999999999}", "(?P<a>x)(?P<a>y)", "a|b", 5],
    "enum": [["a"], [], [1, "1"], ["2023-07-23T10:00:00+25:00"], [None], [{}], [[1]], "a", ["NaN", "sNaN"]],
    "jsonSchema": [{"type": "object"}, {"type": 5}, {"$ref": "https://example.org/s.json"}, True],
}  # fmt: skip
ODD: list[Any] = [
    None, True, 0, -1, 1.5, 1e400, 10**30, "", "a", "\ud800", "a\0b", "x" * 5000, "../x", "/etc/passwd", "data/t0.csv",
    "https://example.org/x", "1.0.0-rc1", "v1", "2026-11", "\u202ea", "undefined", "idna", "punycode", "utf-16", "hex",
    "utf-7", "unicode_escape", "mbcs", "sha512:00", "sha256:", "shake_128:00", "md5", [], {}, [[]], [{}], [None], ["a"],
    [["data/t0.csv"], ["../x"]], {"a": 1}, {"$ref": "#"}, {"fields": "a"}, [1, 2], ["a", "a"], float("nan"), "csv",
    "gz", "zip", "json", "jsonl", "xlsx", "parquet", "multipart", "file", "P1Y", "\r\n", '"', "\\", ";", "\t",
    "a" * 300,
]  # fmt: skip
PROPERTIES = sorted(
    {
        name
        for text in (known.PACKAGE, known.RESOURCE, known.DIALECT, known.SCHEMA, known.FIELD)
        for name in text.split()
    }
    | {"conformsTo", "profiles", "codeList", "appendOnly", "foreignKey", "reference", "id", "url", "value", "label"}
)
SETTINGS = [
    "strict = true", "strict = 1", 'select = ["HYG"]', 'ignore = ["CEL101:t0", "KEY"]', "max-samples = -1",
    "x = ",
    f'baseline = "{"x" * 300}"', 'baseline = "known.json"', 'baseline = "data"', "max-samples = 1",
    'ignore = ["\\u0000"]', "baseline = 2020-01-01",
    'ignore = [["a"]]', "[a.b.c]", "\ud800", 'select = ["HYG:\\ud7ff"]', "strict = nan",
]  # fmt: skip
BASELINES: list[Any] = [
    {"format": "claim-tracking-baseline-1", "known": []}, {"format": "claim-tracking-baseline-1"}, [], "x", 5,
    {"format": "claim-tracking-baseline-1", "known": [{"rule": "CEL101", "file": "data/t0.csv", "field": "a",
                                                        "value": "x", "count": 1}]},
    {"format": "claim-tracking-baseline-1", "known": [{"rule": "\ud800", "file": 5}]},
    {"format": "claim-tracking-baseline-1", "known": {"a": 1}}, {"format": ["a"]},
]  # fmt: skip


def package(seed: int, folder: Path) -> None:
    """Writes a package with some odd values."""
    chance = random.Random(seed)
    resources, files = [], {}
    for number in range(chance.randint(1, 3)):
        types = [chance.choice(list(CELLS)) for _ in range(chance.randint(1, 3))]
        fields = [_field(chance, type_, f"c{at}") for at, type_ in enumerate(types)]
        rows = [",".join(_quoted(chance.choice(CELLS[type_])) for type_ in types) for _ in range(3)]
        header = ",".join(f"c{at}" for at in range(len(fields)))
        files[f"data/t{number}.csv"] = "\n".join([header, *rows]) + "\n"
        more: dict[str, Any] = {}
        if chance.random() < 0.3:
            more["primaryKey"] = chance.choice(["c0", ["c0"], ["c0", "c0"], ["x"], [], 5])
        if chance.random() < 0.3:
            there = {"resource": chance.choice(["t0", "", "x", None]), "fields": chance.choice(["c0", ["c0"], [], {}])}
            more["foreignKeys"] = [
                chance.choice([{}, {"fields": "c0", "reference": there}, {"reference": there}, [], None])
            ]
        if chance.random() < 0.2:
            more["uniqueKeys"] = chance.choice([[["c0"]], [["x"]], "c0", [[]], [5]])
        made = resource(f"t{number}", fields, **more)
        for part in ("schema", "dialect"):
            if chance.random() < 0.1:
                files[f"{part}{number}.json"] = json.dumps(made[part])
                made[part] = f"{part}{number}.json"
        resources.append(made)
    told = {"$schema": V2, "name": "example", "version": "1.0.0", "resources": resources}
    for _ in range(chance.randint(1, 4)):
        _disturb(chance, told)
    files["datapackage.json"] = json.dumps(told)
    for name in [name for name in files if name.endswith("0.json")]:
        part = json.loads(files[name])
        _disturb(chance, part)
        files[name] = json.dumps(part)
    if chance.random() < 0.1:
        files["validate.toml"] = "\n".join(chance.sample(SETTINGS, 2))
        files["known.json"] = json.dumps(chance.choice(BASELINES))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogatepass"))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell


def _field(chance: random.Random, type_: str, name: str) -> dict[str, Any]:
    """A field of a type, often with an odd format or constraint."""
    field: dict[str, Any] = {"name": name, "type": type_}
    if chance.random() < 0.2:
        field["format"] = chance.choice(FORMATS)
    if chance.random() < 0.5:
        fitting = [
            name for name in CONSTRAINTS if name in ("unique", *system.select_field_class(type_).supported_constraints)
        ]
        names = chance.sample(fitting if chance.random() < 0.9 else list(CONSTRAINTS), 1)
        field["constraints"] = {each: chance.choice(CONSTRAINTS[each]) for each in names}
    if chance.random() < 0.1:
        field[chance.choice([*known.FIELD.split(), "$schema", "profile"])] = chance.choice(ODD)
    return field


def _disturb(chance: random.Random, told: dict[str, Any]) -> None:
    """Replaces, adds or removes a value somewhere in a descriptor."""
    inner = [each for each in _containers(told) if each]
    if not inner:
        return
    at = chance.choice(inner)
    key = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
    deed = chance.random()
    if deed < 0.6:
        at[key] = copy.deepcopy(chance.choice(ODD))
    elif deed < 0.9 and isinstance(at, dict):
        at[chance.choice(PROPERTIES)] = copy.deepcopy(chance.choice([*ODD, dict(DIALECT)]))
    elif at is not told or key != "resources":
        del at[key]


def _containers(value: Any) -> list[Any]:
    """Every object and list in a value."""
    if not isinstance(value, (dict, list)):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(found for each in inner for found in _containers(each))]


def run(*arguments: str) -> tuple[int | None, str]:
    """Runs the command in this process. Returns its exit code, None for an exception, and all that it printed."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            code = command(arguments)
        except SystemExit as error:
            code = int(error.code or 0)
        except BaseException as error:
            return None, f"{type(error).__name__}: {error}"
    return code, out.buffer.getvalue().decode()  # type: ignore[attr-defined]


def failures(seed: int, folder: Path) -> list[str]:
    """What goes wrong on the package of a seed, a line each: an internal error, an exception or a code above 2."""
    package(seed, folder)
    where, kind = str(folder), seed % 8
    runs = [("check", where, "--format", "json"), ("check", where)]
    further = {
        0: ("fix", where, "--dry-run"),
        1: ("diff", where, where),
        2: ("publish", where, "--output", f"{where}-release"),
        3: ("prove", where, "--source", f"{where}/data/t0.csv"),
        4: ("check", where, "--settings", "-q"),
        5: ("status", where),
    }
    runs += [further[kind]] if kind in further else []
    found = []
    for arguments in runs:
        code, said = run(*arguments)
        wrong = code not in (0, 1, 2) or "internal error" in said or "Traceback" in said
        if arguments[2:] == ("--format", "json") and code is not None and said.startswith("{"):
            wrong = any(each["internal_errors"] for each in json.loads(said)["packages"])
        if wrong:
            lines = [line for line in said.splitlines() if "internal error" in line or "Error" in line] or [said]
            found.append(f"seed {seed}: {arguments[0]} ended with {code}: {lines[0].replace(where, '')[:300]}")
    return found


def fuzz(count: int, seed: int) -> list[str]:
    """Runs the commands on so many packages, and returns what went wrong."""
    found = []
    with tempfile.TemporaryDirectory() as folder, patch.object(limits, "STUCK", 0.5):
        for number in range(seed * 1_000_000, seed * 1_000_000 + count):
            here = Path(folder, str(number))
            found += failures(number, here)
            shutil.rmtree(here)
            shutil.rmtree(f"{here}-release", ignore_errors=True)
    return found


def main() -> int:
    """Fuzzes as the options say. 1 if something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    if options.only is not None:
        folder = Path(tempfile.mkdtemp())
        found = failures(options.only, folder / "package")
        print(f"kept in {folder}")
    else:
        found = fuzz(options.count, options.seed)
    print("\n".join([*found, f"{len(found)} failures"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
