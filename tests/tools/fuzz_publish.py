"""Publishes odd but valid packages: each gives a release, or one sentence.

    python -m tests.tools.fuzz_publish --count 200 --seed 1

Each is the smallest valid package with some odd texts, numbers, names, contributors, licences, columns and documents.
One that is not valid any more is counted as such, and asks nothing of `publish`.
"""

import argparse
import io
import json
import random
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from claimtrack.commands.main import main as command
from claimtrack.core.errors import Unusable
from claimtrack.package.table_io import read_rows
from tests.tools.example import Example, build_good
from tests.tools.support import files_in, read_descriptor, seal

TEXTS: tuple[str, ...] = (
    "=1+1",
    "</script><b>",
    "a" * 40_000,
    "\u202eabc",
    "\U0001f600",
    "{{ x }}",
    "% & \\ { }",
    "é" * 300,
)
TEXTS += (
    "a\u2028b",
    "]]>",
    "'\"`",
    "\ufffe",
    "\x7f",
    "\x85",
    "[a](b)",
    "| a |",
    "# a",
    "TY  - x",
    "@book{a,",
    "\ud800",
)
TEXTS += ("0", "-", "NaN", "null", "true", "日本語", "ភាសា\u200bខ្មែរ", "a\x1b[2Jb", "::error::x", "", " ", "\0")
NUMBERS: tuple = (0, -1, 2**63, 10**30, 10**400, 1.5, 1e308, True, None, [], {}, "1")
VERSIONS = ("1.1.0", "2.0.0-rc.1", "1.1", "v1", "2026-11", "", "1.1.0+b", "a" * 300)
DATES = (
    "2022-01-10",
    "2022-01-10T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2022",
    "soon",
    "",
)
PROPERTIES = "title description homepage id keywords contributors licenses sources version created name image".split()
PEOPLE: tuple = (
    {"title": "A"},
    {"title": "B", "roles": ["creator"]},
    {"givenName": "C", "familyName": "D"},
    {},
    "E",
    5,
)
PEOPLE += (
    {"title": "F", "path": "https://orcid.org/0000-0002-1825-0097"},
    {"title": "\ud800"},
    {"title": "G", "path": 7},
)
LICENCES: tuple = (
    {"name": "CC-BY-4.0"},
    {"path": "javascript:alert(1)"},
    {"title": "A"},
    {},
    {"name": "a b", "path": "x y"},
)
DOCUMENTS = ("docs/codebook.md", "docs/datasheet.md", "CHANGELOG.md", "LICENSE-DATA.md", "CITATION.cff", "README.md")
COLUMNS: tuple[dict, ...] = (
    {"name": "number", "type": "number"},
    {"name": "whole", "type": "integer"},
    {"name": "yes", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    {"name": "list", "type": "list"},
    {"name": "at", "type": "datetime"},
    {"name": "a b\"'", "type": "string"},
    {"name": "select", "type": "any"},
    {"name": "CLAIM", "type": "string"},
    {"name": "x", "title": 5, "description": ["a"], "example": {"a": 1}},
)
CELLS = {
    "number": ("1e400", "NaN", "INF", "-INF", "1.5", "1e-400", "1,5", ""),
    "integer": ("9223372036854775808", "-1", "1" * 400, ""),
    "boolean": ("yes", "no", ""),
    "list": ("a,b", ""),
    "datetime": ("2020-01-01T00:00:00Z", ""),
}


def _odd(choose: random.Random, name: str) -> object:
    """An odd value for a property of the descriptor."""
    known: dict[str, tuple] = {"version": VERSIONS, "created": DATES, "name": ("a", "A b", "", "../x", "é", "a/b")}
    if name in known:
        return choose.choice(known[name])
    if name in ("contributors", "licenses"):
        return [choose.choice(PEOPLE if name == "contributors" else LICENCES) for _ in range(choose.randrange(4))]
    if name in ("keywords", "sources"):
        return choose.choice([[], [choose.choice(TEXTS)], [{"title": choose.choice(TEXTS)}], choose.choice(TEXTS)])
    return choose.choice(TEXTS) if choose.random() < 0.9 else choose.choice(NUMBERS)


def make(choose: random.Random, example: Example) -> None:
    """Makes a package odd."""
    told = read_descriptor(example.folder)
    for name in choose.sample(PROPERTIES, choose.choice([0, 1, 1, 2])):
        told[name] = _odd(choose, name)
        if choose.random() < 0.15:
            del told[name]
    if choose.random() < 0.3:
        one = choose.choice(told["resources"])
        one[choose.choice(["title", "description"])] = choose.choice(TEXTS)
    if choose.random() < 0.2:
        extra = {"name": choose.choice(["extra", "a" * 31, "a" * 32, "sqlite_x", "about", "é", "history", "a-b"])}
        columns = [choose.choice(COLUMNS) for _ in range(2)]
        fields = list({column["name"]: column for column in columns}.values())
        extra |= {"path": "data/extra.csv", "type": "table", "schema": {"fields": fields}, "encoding": "utf-8"}
        rows = [",".join(_cell(choose, column) for column in fields) for _ in range(3)]
        header = ",".join('"' + column["name"].replace('"', '""') + '"' for column in fields)
        (example.folder / "data/extra.csv").write_text("\n".join([header, *rows, ""]))
        told["resources"].append(extra)
    (example.folder / "datapackage.json").write_text(json.dumps(told))
    for table, column in (("claims", "note"), ("claims", "claim"), ("sources", "title"), ("actors", "name")):
        if choose.random() < 0.25:
            names, rows_ = read_rows(example.path(table))
            try:
                example.set(table, rows_[0][names[0]], column, choose.choice(TEXTS))
            except (UnicodeError, KeyError):
                continue
    for name in DOCUMENTS:
        if choose.random() < 0.1:
            (example.folder / name).parent.mkdir(exist_ok=True)
            content = choose.choice(TEXTS).encode("utf-8", "surrogatepass") * choose.choice([1, 3])
            (example.folder / name).write_bytes(content)


def _cell(choose: random.Random, column: dict) -> str:
    """A cell of a column, quoted."""
    return '"' + choose.choice(CELLS.get(column.get("type", ""), ("a", "", "é"))) + '"'


def outcome(good: Path, seed: int, folder: Path) -> tuple[str, str]:
    """Publishes the package of a seed. Returns the outcome in a word, and what is wrong with it, or ""."""
    example = Example.copy_of(good, folder / "p")
    make(random.Random(seed), example)
    with suppress(Unusable):
        seal(example.folder)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = command(["publish", str(example.folder), "--output", str(folder / "dist")])
    said = err.getvalue().splitlines()
    if code == 0:
        whole = {"SHA256SUMS", "datapackage.zip"} <= files_in(folder / "dist").keys()
        return "released", "" if whole and not said else f"released, but {said}"
    if len(said) != 1 or "internal error" in said[0] or (folder / "dist").exists():
        return "failed", " / ".join(said)[-400:]
    return ("not valid" if "is not valid" in said[0] or "could not" in said[0] else "told why not"), ""


def fuzz(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Publishes `count` packages that are valid, and those between them that are not.

    Returns how many had which outcome, and the faults with their seeds.
    """
    outcomes, faults = Counter[str](), []
    with tempfile.TemporaryDirectory() as place:
        good = build_good(Path(place) / "good")
        while outcomes.total() - outcomes["not valid"] < count:
            with tempfile.TemporaryDirectory() as folder:
                word, wrong = outcome(good, seed, Path(folder))
            outcomes[word] += 1
            faults += [f"seed {seed}: {wrong}"] if wrong else []
            seed += 1
    return outcomes, faults


def main() -> int:
    """Runs the fuzzer. Returns 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes, faults = fuzz(options.count, options.seed)
    print("\n".join(faults))
    print(", ".join(f"{number} {word}" for word, number in sorted(outcomes.items())), f"; {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
