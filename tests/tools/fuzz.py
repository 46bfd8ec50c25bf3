"""Differential fuzzing: on random packages our verdict has to be frictionless's in rule, row and field.

    python -m tests.tools.fuzz --count 20000 --seed 1

`--count` is in tables. Every package has its own seed, printed when the verdicts differ; `--only SEED` repeats it alone
and keeps its files. Blocks are cut every few bytes, so that every table of more than a line is cut many times.
"""

import argparse
import bz2
import gzip
import hashlib
import io
import json
import lzma
import random
import re
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import openpyxl
from openpyxl.utils.exceptions import IllegalCharacterError

from claimtrack.backends.local import columns, reader
from claimtrack.backends.local.backend import Local
from tests.tools.support import DIALECT, checked, further, resource, standard, verdict, write, zipped

warnings.simplefilter("ignore", FutureWarning)  # Python's `re` on some of the patterns below

NUMBERS = [
    "0",
    "1",
    "2",
    "-1",
    "01",
    "+1",
    "1_000",
    " 1",
    "1 ",
    "\u0661",
    "1.0",
    "1.50",
    "-0",
    "1e3",
    "NaN",
    "INF",
    "9" * 20,
    "1" * 400,
    "0.1",
    ".5",
    "5.",
    "0.1000000000000000000001",
    "2.5E-05",
    "1e99",
    "0.30000000000000004",
]
DATES = [
    "2023-07-23",
    "2024-1-5",
    "2023-02-29",
    "2024-02-29",
    "0999-01-01",
    "9999-12-31",
    "2023-07",
    "23/07/2023",
    "20230723",
]
ADDRESSES = [
    "a@example.org",
    "a.b+c@x-y.example.com",
    "a@b",
    "a@@b.org",
    "https://example.org/a?b",
    "2bc1c94f-0deb-43e9-92a1-4775189ec9f8",
    "2bc1c94f",
]
WORDS = [
    "a",
    "b",
    "ab",
    "aab",
    "A",
    "é",
    "e\u0301",
    "ក",
    "x y",
    "a,b",
    'a"b',
    "=1",
    "-",
    "true",
    "x" * 50,
    "axx",
    "b|a",
    "\u00a0a",
    "a ",
    "\tb",
    "\u202ea",
]
TYPED = {
    "integer": NUMBERS, "number": NUMBERS, "date": DATES, "string": WORDS, "any": WORDS + NUMBERS,
    "boolean": ["true", "false", "True", "1", "0", "yes", "no", "TRUE"],
    "time": ["10:00:00", "24:00:00", "10:00", "10:00:00Z", "23:59:60", "10:00:00.5+07:00"],
    "datetime": ["2023-07-23T10:00:00", "2023-07-23T10:00:00Z", "2023-02-30T10:00:00Z", "2023-07-23 10:00:00",
                 "2023-07-23T10:00:00+07:00", "2023-07-23T10:00:00.25-03:30", "2023-07-23T10:00:00+25:00"],
    "year": ["2023", "23", "20230", " 202", "-123", "0000"],
    "yearmonth": ["2023-07", "2023-13", "2023-7", "2023"],
    "duration": ["P1Y", "PT1S", "1Y", "P1Y2M", "P3DT4H", "PT", "P1H"],
    "geopoint": ["1,2", "181,2", "1"],
    "object": ["{}", '{"a": 1}', "[]", "{"],
    "array": ["[]", "[1, 2]", "{}", "["],
    "list": ["a", "a,b", "1,2"],
    "geojson": ['{"type": "Point", "coordinates": [1, 2]}', "{}"],
}  # fmt: skip
MISSING = ["", "NA", "-", "0", "x y", "é", "a,b", 'a"b']
# By module and bound, one so low that even a small table goes beyond it: then Polars splits a block, say, not Python.
LEAST = {(reader, "MANY"): 0, (reader, "HELD"): 10, (columns, "SMALL"): 0}
PATTERNS = [
    "[a-z]+",
    "a|b",
    r"\w+",
    r"\d{1,3}",
    "(?:a|b)+",
    "[^a]*",
    "a.b",
    "(?i)a",
    r"\S(?:.*\S)?",
    "[a-z&&b]",
    "x{,3}",
    "$",
    "a++b",
]

ENCODINGS = [
    *["utf-8-sig", "latin-1", "windows-1252", "windows-1250", "mac_roman", "koi8-r", "ascii", "utf-16", "utf-16-le"],
    *["utf-32", "gbk", "shift_jis", None],
]


@dataclass
class Difference:
    """A package on which the verdicts differ: its seed, and what only one of the two found."""

    seed: int
    only_frictionless: Counter
    only_ours: Counter

    def __str__(self) -> str:
        return f"seed {self.seed}: only frictionless {dict(self.only_frictionless)}, only ours {dict(self.only_ours)}"


def constraints(rng: random.Random, kind: str) -> dict:
    """Some constraints that the type allows."""
    made = {}
    if rng.random() < 0.3:
        made["required"] = True
    if rng.random() < 0.1 and kind not in ("array", "object", "list", "geojson"):
        made["unique"] = True
    if kind == "string" and rng.random() < 0.4:
        made["pattern"] = rng.choice(PATTERNS)
    if kind in ("string", "array") and rng.random() < 0.2:
        made[rng.choice(["minLength", "maxLength"])] = rng.randint(0, 3)
    if kind in ("integer", "number", "year") and rng.random() < 0.3:
        made[rng.choice(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])] = rng.choice([0, 1, 2, "1"])
    if kind == "number" and rng.random() < 0.2:
        made["minimum"] = rng.choice([0.1, 1.5, "0.1", "0.1000000000000000000001", 0.30000000000000004])
    if kind == "date" and rng.random() < 0.3:
        made[rng.choice(["minimum", "maximum", "exclusiveMaximum"])] = rng.choice(["2023-07-23", "2024-01-05"])
    if kind in ("string", "integer", "boolean", "date", "any", "number") and rng.random() < 0.25:
        pool = {"boolean": [True, False, "true"], "integer": [1, 2, "1", 0], "number": [0.1, 1, "1.5"]}.get(
            kind, TYPED[kind]
        )
        made["enum"] = rng.sample(pool, rng.randint(1, 2))
    return made


def field(rng: random.Random, name: str) -> dict:
    kind = rng.choice([*["string", "integer", "date"] * 6, *["number"] * 3, *TYPED])
    made = {"name": name, "type": kind}
    if kind == "string" and rng.random() < 0.15:
        made["format"] = rng.choice(["uri", "email", "uuid"])
    if kind == "date" and rng.random() < 0.1:
        made["format"] = rng.choice(["any", "%d/%m/%Y"])
    if kind == "boolean" and rng.random() < 0.4:
        made |= {"trueValues": ["yes", "1"], "falseValues": ["no"]}
    if kind == "number" and rng.random() < 0.2:
        made |= rng.choice([{"decimalChar": ","}, {"groupChar": "_"}, {"bareNumber": False}, {"floatNumber": True}])
    if kind == "integer" and rng.random() < 0.1:
        made["bareNumber"] = False
    if kind == "list" and rng.random() < 0.5:
        made["itemType"] = "integer"
    if rng.random() < 0.15:
        values = rng.sample(MISSING, rng.randint(0, 2))
        made["missingValues"] = (
            values if rng.random() < 0.5 else [{"value": value, "label": f"why {value}"} for value in values]
        )
    if found := constraints(rng, kind):
        made["constraints"] = found
    return made


def cell(rng: random.Random, kind: str) -> str:
    """A cell that is good more often than not."""
    pool = ADDRESSES + WORDS if kind in ("uri", "email", "uuid") else TYPED[kind]
    return rng.choice([pool[0], pool[1], *pool]) if rng.random() < 0.85 else rng.choice([*MISSING, *WORDS, "banana"])


def encode(rng: random.Random, rows: list[list[str]], delimiter: str, odd: bool) -> bytes:
    """Rows as CSV, quoted where need be and sometimes where not; with `odd`, also in ways that no CSV should be."""
    end = "\r\n" if rng.random() < 0.1 else "\n"
    lines = []
    for row in rows:
        cells = []
        for text in row:
            must = any(mark in text for mark in (delimiter, '"', "\n", "\r"))
            quoted = (must and not (odd and rng.random() < 0.05)) or rng.random() < 0.05
            cells.append('"' + text.replace('"', '""') + '"' if quoted else text)
        lines.append(delimiter.join(cells))
        if odd and rng.random() < 0.03:
            lines.append(rng.choice(["", delimiter * 2, '"', "\x01", "\0", "a\rb", '"a"b', "\ufeff", " ", '"open']))
    text = end.join(lines) + (end if rng.random() < 0.9 else "")
    raw = text.encode()
    if odd and rng.random() < 0.1:
        at = rng.randrange(len(raw) + 1)
        raw = raw[:at] + rng.choice([b"\xff", b"\xc3", b"\r", b"\n", b'"', b"\r\n", b"\0"]) + raw[at:]
    return (b"\xef\xbb\xbf" if rng.random() < 0.05 else b"") + raw


def package(rng: random.Random) -> tuple[list[dict], dict[str, bytes]]:
    """The resources and files of a random package of one to three tables."""
    crowded = rng.random() < 0.2  # few values, so that keys meet and have missing parts
    schemas = [
        [
            field(rng, f"f{i}{' ' if rng.random() < 0.005 else ''}")
            for i in range(rng.choice([1, 2, 3, 3, 4, 70 if rng.random() < 0.02 else 5]))
        ]
        for _ in range(rng.randint(1, 3))
    ]
    resources, files = [], {}
    for number, fields in enumerate(schemas):
        if crowded:
            fields[:] = [
                {
                    "name": f["name"],
                    "type": rng.choice(["string", "integer", "any", "year", "datetime", "boolean"]),
                    "constraints": {"unique": rng.random() < 0.2},
                }
                for f in fields
            ]
        told, more = one_table(rng, number, fields, keys(rng, number, schemas), crowded)
        resources.append(told)
        files |= more
    return resources, files


def keys(rng: random.Random, number: int, schemas: list[list[dict]]) -> dict:
    """What a Table Schema says of its table as a whole."""
    names, more = [f["name"] for f in schemas[number]], {}
    if rng.random() < 0.4:
        more["primaryKey"] = rng.sample(names, min(len(names), rng.choice([1, 1, 2, 3])))
    if rng.random() < 0.1 and len(names) > 1:
        more["uniqueKeys"] = [rng.sample(names, 2)]
    if rng.random() < 0.2:
        values = rng.sample(MISSING, rng.randint(0, 3))
        more["missingValues"] = values if rng.random() < 0.5 else [{"value": value} for value in values]
    if rng.random() < 0.05:
        more["fieldsMatch"] = rng.choice(["exact", "equal", "subset", "superset", "partial"])
    if rng.random() < 0.4:
        more["foreignKeys"] = [reference(rng, number, schemas) for _ in range(rng.choice([1, 1, 1, 2]))]
    return more


def reference(rng: random.Random, number: int, schemas: list[list[dict]]) -> dict:
    """A foreign key of a table, to itself or to another."""
    target = rng.randrange(len(schemas))
    names, there = ([f["name"] for f in fields] for fields in (schemas[number], schemas[target]))
    width = rng.randint(1, min(3, len(names), len(there)))
    to = {
        "resource": "" if target == number and rng.random() < 0.5 else f"t{target}",
        "fields": rng.sample(there, width),
    }
    return {"fields": rng.sample(names, width), "reference": to}


def one_table(
    rng: random.Random, number: int, fields: list[dict], more: dict, crowded: bool
) -> tuple[dict, dict[str, bytes]]:
    """A table of these fields: its resource and its files."""
    odd, long, labels = rng.random() < 0.2, rng.random() < 0.15, [f["name"] for f in fields]
    few = [
        "1",
        "2",
        "01",
        "",
        *(["2023-07-23T10:00:00Z", "2023-07-23 17:00:00+07:00", "2023-07-23T10:00:00.0"] if rng.random() < 0.3 else []),
    ]
    rows = [
        [
            rng.choice(few)
            if crowded
            else cell(rng, f.get("format") if f["type"] == "string" and "format" in f else f["type"])
            for f in fields
        ]
        for _ in range(rng.choice([0, 1, 3, 8, 20]))
    ]
    if rng.random() < 0.02:  # long, and sound to its last row
        good = rows[:3] or [["1" for _ in fields]]
        rows = [*(list(rng.choice(good)) for _ in range(300)), *rows[-1:]]
    for row in rows if long else []:  # line breaks in cells
        for at in range(len(row)):
            if rng.random() < 0.2:
                row[at] = rng.choice(["{}\n", "\n{}", "{}\n\n{}", "{}\r\n{}", "\n", '"\n"{}', "{},\n{}"]).format(
                    row[at], rng.choice(WORDS)
                )
    if odd and rng.random() < 0.2:
        labels = rng.choice(
            [
                labels[::-1],
                labels[:-1],
                [*labels, "more"],
                [labels[0]] * len(labels),
                [*labels[:-1], ""],
                [label.upper() for label in labels],
            ]
        )
    if odd:
        for row in rows:
            if rng.random() < 0.05:
                row[:] = rng.choice([row[:-1], [*row, "more"], [""] * len(row)])
            elif rng.random() < 0.05:
                row[rng.randrange(len(row))] = rng.choice(["line\nbreak", "cr\rlf", '"', "\0"])
    if rng.random() < 0.03:
        return inline(rng, f"t{number}", fields, labels, rows, more), {}
    if rng.random() < 0.02 and (held := workbook(rng, [labels, *rows])):
        told = {"path": f"data/t{number}.xlsx", "format": None, "encoding": None, "dialect": None}
        return resource(f"t{number}", fields, **told, **more), {str(told["path"]): held}
    told, head, delimiter = form(rng, labels)
    if (told["dialect"] and "commentChar" in told["dialect"]) or rng.random() < 0.01:
        for _ in range(rng.choice([0, 1, 3])):
            note = rng.choice([["# a"], ["#", "b", "c"], ['#"a', "b"], [" #"], ["#" + "x" * 9] * len(fields)])
            rows.insert(rng.randrange(len(rows) + 1), note)
    if rng.random() < 0.03:  # ragged or blank by the dozen
        shorter = rng.random() < 0.5
        rows += [row[:-1] if shorter else rng.choice([[], [*row, "more"], row, [""]]) for row in rows * 3]
    path, data = f"data/t{number}.csv", encode(rng, [*head, *rows], delimiter, odd)
    if delimiter == "\t" and rng.random() < 0.3:
        path, told = path.replace("csv", "tsv"), told | {"format": "tsv"}
    if rng.random() < 0.8:
        data = encoded(data, told["encoding"])
    files, where = stored(rng, path, data)
    if rng.random() < 0.1:
        right = hashlib.sha256(data).hexdigest()
        told |= {
            "bytes": len(data) + rng.choice([0, 0, 1]),
            "hash": rng.choice([f"sha256:{right}", "sha256:" + "0" * 64, hashlib.md5(data).hexdigest()]),
        }
    made = resource(f"t{number}", fields, **where, **told, **more)
    if rng.random() < 0.05:
        made |= {"rows": max(len(rows), 1), "fields": len(fields) + rng.choice([0, 1])}
    return made, files


def encoded(data: bytes, encoding: str | None) -> bytes:
    """A table's bytes in another encoding than UTF-8, as far as they are UTF-8 themselves."""
    try:
        return data.decode().encode(encoding or "utf-8", "replace")
    except UnicodeDecodeError:
        return data


def inline(
    rng: random.Random, name: str, fields: list[dict], labels: list[str], rows: list[list[str]], more: dict
) -> dict:
    """A table that stands in the descriptor, as rows of cells or as objects."""
    cells = [
        [
            int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 and rng.random() < 0.5 else cell
            for cell in row
        ]
        for row in rows
    ]
    data = (
        [labels, *cells] if rng.random() < 0.5 or not rows else [dict(zip(labels, row, strict=False)) for row in cells]
    )
    told = resource(name, fields, path=None, format=None, encoding=None, dialect=None, **more)
    return told | {"data": data}


def workbook(rng: random.Random, rows: list[list[str]]) -> bytes | None:
    """A workbook with these rows, some cells of which are numbers or missing, or None where it cannot hold a text."""
    book, held = openpyxl.Workbook(), io.BytesIO()
    try:
        for row in rows:
            whole = [int(cell) if re.fullmatch("[0-9]{1,9}", cell) and rng.random() < 0.5 else cell for cell in row]
            book.active.append([None if cell == "" and rng.random() < 0.5 else cell for cell in whole])
    except IllegalCharacterError:
        return None
    book.save(held)
    return held.getvalue()


def form(rng: random.Random, labels: list[str]) -> tuple[dict, list[list[str]], str]:
    """How a file is written: what the resource says of it, the rows before its content, the delimiter."""
    dialect, delimiter, head = dict(DIALECT), ",", [labels]
    style = rng.random()
    if style < 0.06:
        dialect["delimiter"] = delimiter = rng.choice(";|\t:")
    elif style < 0.11:
        change, head = rng.choice([
            ({"quoteChar": "'"}, head), ({"skipInitialSpace": True}, head), ({"escapeChar": "\\"}, head),
            ({"escapeChar": "\\", "doubleQuote": False}, head), ({"commentChar": "#"}, [["# a", "b"], labels]),
            ({"commentChar": "#", "headerRows": [2]}, [["# a", "b"], labels]), ({"commentRows": [2]}, [labels, ["x"]]),
            ({"header": False}, []), ({"header": False}, head), ({"skipBlankRows": True}, head),
            ({"headerRows": [2]}, [["x"], labels]),
            ({"headerRows": [1, 2], "headerJoin": ""}, [labels, [""] * len(labels)]),
            ({"headerCase": False}, [[label.upper() for label in labels]]),
            ({"lineTerminator": "\r\n"}, head),
        ])  # fmt: skip
        dialect |= change
    elif style < 0.15:
        dialect = rng.choice([None, {"delimiter": ","}, {"quoteChar": '"'}])
    return (
        {"dialect": dialect, "encoding": rng.choice(["utf-8"] * 30 + ENCODINGS)},
        head,
        delimiter,
    )


def stored(rng: random.Random, path: str, data: bytes) -> tuple[dict[str, bytes], dict]:
    """The files that hold a table's bytes, plain, packed or in two parts, and where the resource says that they are."""
    way = rng.random()
    if way < 0.02:
        ending, pack = rng.choice(
            [
                ("gz", gzip.compress),
                ("bz2", bz2.compress),
                ("xz", lzma.compress),
                ("zip", lambda raw: zipped({"t.csv": raw})),
            ]
        )
        if ending == "zip" and rng.random() < 0.5:  # one of several files
            inner = f"in/{path}"
            return {f"{path}.zip": zipped({"first.txt": b"x", inner: data})}, {
                "path": f"{path}.zip",
                "innerpath": inner,
            }
        return {f"{path}.{ending}": pack(data)}, {"path": f"{path}.{ending}"}
    if way < 0.06 and b"\n" in data:
        at = rng.choice([at for at, byte in enumerate(data, 1) if byte == 10])
        again = data[: data.index(b"\n") + 1] if rng.random() < 0.6 else b""  # the header
        parts = {path: data[:at], f"{path[:-4]}-more{path[-4:]}": again + data[at:] or b"\n"}
        if rng.random() < 0.3:
            parts |= {f"{path[:-4]}-last{path[-4:]}": again + data[at:] or b"\n"}
        return parts, {"path": list(parts)}
    return {path: data}, {"path": path}


def compare(seed: int, folder: Path) -> tuple[int, int, Difference | None]:
    """Checks the package of a seed. Returns its number of tables, how many were proven regular, and the difference."""
    rng = random.Random(seed)
    resources, files = package(rng)
    write(folder, resources, files)
    block_size = rng.choice([1, 60, 60, 200, 200, 10**6])
    backend = Local(1 if rng.random() < 0.05 else 10**9)  # bytes of keys; more go to disk
    with ExitStack() as bounds:
        for (module, name), least in LEAST.items():
            bound = rng.choice([least, getattr(module, name)])
            bounds.enter_context(patch.object(module, name, bound))
        run = checked(folder, backend, samples=10**6, block_size=block_size, may_fail=True)
    ours, fast = run.report.findings, sum(table.regular for table in run.tables.values())
    if wrong := run.report.internal_errors:
        return len(resources), fast, Difference(seed, Counter(), Counter(wrong))
    unread = {found.file for found in ours if found.rule == "FIL102"}
    lost = [told["name"] for told in resources if any(is_of(file, told) for file in unread)]
    if any(is_referred_to(name, resources) for name in lost):
        return 0, 0, None  # frictionless blames the tables that refer to one that cannot be read
    failed = Counter(found.message for found in ours if "frictionless fails on" in found.message)
    if any(found.rule in ("PKG101", "PKG104", "FIL103", "FIL105") for found in ours):
        return 0, 0, None  # the descriptor or a file could not be used: there is nothing to compare
    try:
        theirs = verdict(folder)
    except Exception:  # frictionless itself fails (on a list in a key, a signalling NaN): then we say that it does
        return 0, 0, None if failed else Difference(seed, Counter({"failed": 1}), Counter())
    mine = standard(ours, further(resources)) + failed
    # frictionless joins the bytes of several files: a character that is cut off in one may go on in the next.
    joined = {("FIL102", file, None, "") for file in further(resources).values()}
    mine -= Counter({key: mine[key] for key in joined if key not in theirs})
    if mine == theirs:
        return len(resources), fast, None
    return len(resources), fast, Difference(seed, theirs - mine, mine - theirs)


def is_of(file: str, told: dict) -> bool:
    """Whether a finding's file is one of a resource, or a part of it."""
    path = told.get("path") or []
    return any(file == each or file.startswith(f"{each}/") for each in (path if isinstance(path, list) else [path]))


def is_referred_to(name: str, resources: list[dict]) -> bool:
    """Whether a table refers to the one of that name."""
    keys = [(told["name"], key) for told in resources for key in told["schema"].get("foreignKeys", [])]
    return any((key["reference"]["resource"] or own) == name for own, key in keys)


def fuzz(count: int, seed: int, seconds: float = float("inf")) -> tuple[int, int, list[Difference]]:
    """Fuzzes at least `count` tables, or as many as there is time for.

    Returns how many they were, how many went the fast way, and the differences, which it prints as it meets them.
    """
    tables = fast = 0
    differences = []
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while tables < count and time.monotonic() < end:
            here = Path(folder, str(seed))
            more, proven, difference = compare(seed, here)
            tables, fast, seed = tables + more, fast + proven, seed + 1
            if difference:
                differences.append(difference)
                print(difference, flush=True)
            shutil.rmtree(here)
    return tables, fast, differences


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=1000, help="how many tables")
    parser.add_argument(
        "--seed", type=int, default=1, help="the seed of the first package; the next one has the next seed"
    )
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="end after this time, and say how many tables there were"
    )
    parser.add_argument("--only", type=int, help="one package, its files kept")
    options = parser.parse_args()
    if options.only is not None:
        folder = Path(tempfile.mkdtemp())
        difference = compare(options.only, folder)[2]
        print(
            folder,
            json.dumps(json.loads((folder / "datapackage.json").read_text()), indent=1),
            difference or "no difference",
            sep="\n",
        )
        return int(bool(difference))
    tables, fast, differences = fuzz(options.count, options.seed, options.seconds)
    print(f"{tables:,} tables, {fast:,} of them proven regular: {len(differences):,} packages with differences")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main())
