"""Packages made to harm whoever checks them, and how each has to end.

    python -m tests.tools.hostile     prints, for each, the exit code, seconds, peak memory and sentence

Each runs as a user runs it, under `tests.tools.guard`: no socket, no process, nothing written, nothing read outside.
"""

import gzip
import io
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.tools.support import DIALECT, V2, resource, table, write

ROOT = Path(__file__).parent.parent.parent
TEXT, INTEGER = {"name": "a", "type": "string"}, {"name": "n", "type": "integer"}
MIB = 2**20
BINARY = {"format": None, "encoding": None, "dialect": None}


MAX_SECONDS, MAX_MEMORY = 5, 1024  # of processor time; MiB
MAX_TIMES = (
    20  # what the command takes on a table of one row: the bound on a machine that is slow, or busy with something else
)


@dataclass
class Case:
    """A package, how the command has to end on it, and words of the sentence that says why.

    A `heavy` case could exhaust time or memory: the tests give it a process of its own, which is measured. None may end
    in an internal error.
    """

    name: str
    build: Callable[[Path], Path]
    code: int
    words: str
    heavy: bool = False


def bounded(**constraints) -> dict:
    """A field of numbers with these constraints."""
    return INTEGER | {"type": "number", "constraints": constraints}


def raw(text: str | bytes) -> Callable[[Path], Path]:
    """A descriptor as it stands, beside a sound table."""

    def build(folder: Path) -> Path:
        table(folder, "a\nx\n", [TEXT])
        (folder / "datapackage.json").write_bytes(text.encode() if isinstance(text, str) else text)
        return folder

    return build


def one(content: str | bytes, fields: list[dict] | None = None, **more) -> Callable[[Path], Path]:
    """A package of one table."""
    return lambda folder: table(folder, content, fields or [TEXT], **more)


def described(**more) -> Callable[[Path], Path]:
    """A package with a sound table and these properties."""
    return lambda folder: write(folder, [resource("t", [TEXT])], {"data/t.csv": "a\nx\n"}, **more)


def made(make: Callable[[Path], None], **more) -> Callable[[Path], Path]:
    """A package of one table whose file is made by hand."""

    def build(folder: Path) -> Path:
        write(folder, [resource("t", [TEXT], **more)], {})
        (folder / "data").mkdir()
        make(folder / "data" / "t.csv")
        return folder

    return build


def schema_file(content: str, name: str = "s.json") -> Callable[[Path], Path]:
    return lambda folder: write(folder, [resource("t", [], schema=name)], {"data/t.csv": "a\nx\n", name: content})


def circle(folder: Path) -> Path:
    key = [{"fields": "a", "reference": {"resource": "u", "fields": "a"}}]
    back = [{"fields": "a", "reference": {"resource": "t", "fields": "a"}}]
    resources = [resource("t", [TEXT], foreignKeys=key), resource("u", [TEXT], foreignKeys=back)]
    return write(folder, resources, {"data/t.csv": "a\nx\n", "data/u.csv": "a\ny\n"})


def bomb(size: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("t.csv", "w") as member:
        for _ in range(size // MIB):
            member.write(b"x" * MIB)
    return held.getvalue()


def endless(pattern: str) -> Callable[[Path], Path]:
    return one("a\n" + "a" * 60 + "!\n", [TEXT | {"constraints": {"pattern": pattern}}])


def linked(path: Path) -> None:
    outside = path.parent.parent.parent / f"{path.parent.parent.name}-outside.csv"
    outside.write_text("a\nx\n")
    path.symlink_to(outside)


def loop_beside(folder: Path) -> Path:
    round_and_round(folder / "data" / "loop.csv")
    return folder


def round_and_round(path: Path) -> None:
    path.symlink_to(path)


def sparse(path: Path) -> None:
    """A cell of 1 GiB, of NUL bytes that take no room on the disk."""
    with path.open("wb") as handle:
        handle.write(b"a\n")
        handle.truncate(1024 * MIB)


def crowded(entries: int) -> bytes:
    """A ZIP that lists one empty file so many times."""
    name = b"t.csv"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    listed = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, entries % 2**16, entries % 2**16, len(listed) * entries, len(local), 0
    )
    return local + listed * entries + end


def zipped(*files: tuple[str, str], flag: int = 0) -> bytes:
    """A ZIP of these files, each with a flag of its header set."""
    held = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(held, "w") as archive:  # of a name that stands twice
        for name, content in files:
            archive.writestr(name, content)
    raw = bytearray(held.getvalue())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(mark) + at] |= flag
    return bytes(raw)


def archive(raw: bytes) -> Callable[[Path], Path]:
    """A package that is one ZIP."""

    def build(folder: Path) -> Path:
        folder.mkdir(parents=True)
        (folder / "package.zip").write_bytes(raw)
        return folder / "package.zip"

    return build


def beside(make: Callable[[Path], None], name: str = "validate.toml") -> Callable[[Path], Path]:
    """A sound package with one more file, made by hand."""

    def build(folder: Path) -> Path:
        make(table(folder, "a\nx\n", [TEXT]) / name)
        return folder

    return build


def wide(count: int) -> list[dict]:
    return [{"name": f"c{number}", "type": "string"} for number in range(count)]


def names_itself(folder: Path) -> Path:
    """Fields that refer, all of them, to themselves."""
    names = [field["name"] for field in wide(1000)]
    content = ",".join(names) + "\n" + ",".join("x" * 1000) + "\n"
    return table(
        folder, content, wide(1000), foreignKeys=[{"fields": names, "reference": {"resource": "", "fields": names}}]
    )


def many_endless(folder: Path) -> Path:
    """One file, checked forty times against a pattern that never comes to an end on it."""
    fields = [TEXT | {"constraints": {"pattern": "(a+)+"}}]
    return write(
        folder,
        [resource(f"t{n}", fields, path="data/t.csv") for n in range(40)],
        {"data/t.csv": "a\n" + "a" * 60 + "!\n"},
    )


def each_other(folder: Path) -> Path:
    """Two Table Schemas that are each made of the other."""
    schemas = {"s.json": '{"fields": [{"$ref": "u.json"}]}', "u.json": '{"fields": [{"$ref": "s.json"}]}'}
    return write(folder, [resource("t", [], schema="s.json")], {"data/t.csv": "a\nx\n", **schemas})


def packed(path: str, raw: bytes, **more) -> Callable[[Path], Path]:
    """A package of one table in a file that is no plain CSV."""
    return lambda folder: write(folder, [resource("t", [TEXT], path=path, **more)], {path: raw})


FIELDS = [INTEGER, TEXT]
DEEP = '{"resources": [' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "]}"
LARGE = b'{"name": "' + b"x" * 100 * MIB + b'", "resources": [{}]}'
OUTSIDE = "leads outside the package"
FETCHED = "nothing is fetched"
CASES = [
    Case("absolute path", one("a\n", path="/etc/passwd"), 2, OUTSIDE),
    Case("parent path", one("a\n", path="../t.csv"), 2, OUTSIDE),
    Case("remote path", one("a\n", path="https://example.org/t.csv"), 2, FETCHED),
    Case("file URL", one("a\n", path="file:///etc/passwd"), 2, FETCHED),
    Case("database URL", one("a\n", path="postgresql://localhost/x", format="sql"), 2, FETCHED),
    Case("remote scheme", one("a\n", scheme="s3"), 2, "files of the scheme"),
    Case("environment variable in a path", one("a\n", path="$HOME/t.csv"), 2, "could not be checked whole"),
    Case("NUL in a path", one("a\n", path="data/\0.csv"), 2, OUTSIDE),
    Case("very long path", one("a\n", path="x" * 5000), 2, "5,000 characters"),
    Case("symbolic link to the outside", made(linked), 2, OUTSIDE),
    Case("symbolic link to itself", made(round_and_round), 2, OUTSIDE),
    Case("symbolic link to itself that nothing names", lambda f: loop_beside(one("a\nx\n")(f)), 0, "valid"),
    Case("link to a device", made(lambda path: path.symlink_to("/dev/zero")), 2, OUTSIDE),
    Case("FIFO", made(os.mkfifo), 2, "not a regular file", heavy=True),
    Case("directory", made(Path.mkdir), 2, "not a regular file"),
    Case("missing file", lambda folder: write(folder, [resource("t", [TEXT])], {}), 2, "no such file"),
    Case("empty file", one(""), 2, "the file is empty"),
    Case(
        "two resources with one name",
        lambda f: write(f, [resource("t", [TEXT])] * 2, {"data/t.csv": "a\nx\n"}),
        1,
        "not unique",
    ),
    Case("descriptor of 100 MB", raw(LARGE), 2, "larger than 10 MiB", heavy=True),
    Case("descriptor of depth 100,000", raw(DEEP), 2, "nested too deeply", heavy=True),
    Case(
        "descriptor of depth 900",
        raw('{"resources": [{"name": "t", "path": "data/t.csv", "x": ' + "[" * 900 + "]" * 900 + "}]}"),
        2,
        "nested too deeply",
    ),
    Case("duplicate keys", raw('{"name": "a", "name": "b", "resources": [{}]}'), 2, "stands twice"),
    Case("descriptor is a number", raw("1" * 10_000), 2, "a JSON object"),
    Case("descriptor is UTF-16", raw("{}".encode("utf-16")), 2, "not UTF-8"),
    Case("10,000 resources", raw(json.dumps({"resources": [{"name": "t", "path": "t.csv"}] * 10_000})), 2, "at most"),
    Case(
        "resources of odd types",
        raw(json.dumps({"$schema": V2, "resources": [{"name": 1, "path": {}, "schema": 7}], "licenses": "x"})),
        2,
        "PKG101",
    ),
    Case("profile URL", described(profile="https://example.org/profile.json"), 2, "PKG103"),
    Case("profile that fetches", described(profile="fiscal-data-package"), 2, "PKG103"),
    Case(
        "schema URL",
        lambda f: write(f, [resource("t", [], schema="https://example.org/s.json")], {"data/t.csv": "a\n"}),
        2,
        FETCHED,
    ),
    Case(
        "schema outside", lambda f: write(f, [resource("t", [], schema="../s.json")], {"data/t.csv": "a\n"}), 2, OUTSIDE
    ),
    Case("schema that names itself", schema_file('{"$ref": "s.json"}'), 2, "PKG101"),
    Case(
        "schema in YAML, whose aliases can grow without bound",
        schema_file("a: &a [x]\nb: [*a, *a]\n", "s.yaml"),
        2,
        "stands for a value elsewhere",
    ),
    Case("dialect outside", one("a\n", dialect="../d.json"), 2, OUTSIDE),
    Case("tables that refer to each other", circle, 1, "KEY103"),
    Case(
        "reference to nowhere",
        one("a\nx\n", foreignKeys=[{"fields": "a", "reference": {"resource": "u", "fields": "a"}}]),
        1,
        "PKG105",
    ),
    Case("nested quantifiers", endless("(a+)+"), 2, "took more than", heavy=True),
    Case("nested alternation", endless("(?:a|aa)+"), 2, "took more than"),
    Case("back-reference", endless(r"(a*)*\1b"), 2, "took more than"),
    Case("pattern that does not compile", one("a\nx\n", [TEXT | {"constraints": {"pattern": "(a"}}]), 1, "PKG104"),
    Case(
        "pattern of 10,000 groups",
        one("a\nx\n", [TEXT | {"constraints": {"pattern": "(" * 10_000}}]),
        1,
        "PKG104",
        heavy=True,
    ),
    Case(
        "pattern of vast repetition",
        one("a\nx\n", [TEXT | {"constraints": {"pattern": "((a{1,1000}){1,1000}){1,1000}"}}]),
        1,
        "CEL102",
        heavy=True,
    ),
    Case("bound of another type", one("n\n1\n", [INTEGER | {"constraints": {"minimum": "many"}}]), 1, "PKG104"),
    Case("a million columns in the header", one(",".join(["a"] * 1_000_000) + "\nx\n"), 2, "FIL105", heavy=True),
    Case("a million cells in a row", one("a\nx\n" + "x," * 1_000_000 + "\n"), 2, "FIL105", heavy=True),
    Case(
        "100,000 fields",
        lambda f: write(f, [resource("t", [TEXT] * 100_000)], {"data/t.csv": "a\n"}),
        2,
        "columns are checked",
        heavy=True,
    ),
    Case("a cell of 60 MB in one line", one("a\n" + "x" * 60 * MIB + "\n"), 2, "FIL105", heavy=True),
    Case("a cell of 40 MB in many lines", one('a\n"' + "xxxxxxx\n" * 5 * MIB + '"\n'), 2, "FIL105", heavy=True),
    Case(
        "a cell of 17 Mi line ends",
        one('a\n"' + "\n" * 17 * MIB + '"\n'),
        2,
        "is a quote in it closed nowhere?",
        heavy=True,
    ),
    Case("a table of quotes", one("a\n" + '",' * 50_000 + "\n"), 2, "FIL10"),
    Case("nothing but quotes", one('"' * 1_000_000), 1, "TAB101", heavy=True),
    Case("NUL bytes", one(b"a\n\0\0\n"), 1, "HYG106"),
    Case("invalid UTF-8", one(b"a\n\xff\xfe\n"), 2, "FIL102"),
    Case("UTF-16 declared as UTF-8", one("a\nx\n".encode("utf-16")), 2, "FIL102"),
    Case("one byte-order mark", one(b"\xef\xbb\xbf"), 1, "FIL102"),
    Case("header twice", one("a\na\n", [TEXT | {"constraints": {"enum": ["x"]}}]), 1, "CEL102"),
    Case("header with one name twice", one("n,n\n1,2\n", FIELDS), 1, "TAB101"),
    Case(
        "names that engines read otherwise",
        one("*,^a$,_row\n1,2,3\n", [{"name": n, "type": "boolean"} for n in ("*", "^a$", "_row")]),
        1,
        "CEL101",
    ),
    Case("numbers beyond float", one(f"n\n1e999999\n{'9' * 5000}\n", [INTEGER]), 1, "CEL101"),
    Case(
        "signalling NaN in a key",
        one("n\nsNaN\nsNaN\n", [{"name": "n", "type": "number"}], primaryKey="n"),
        2,
        "frictionless fails on it",
    ),
    Case(
        "signalling NaN beside a bound",
        one("n\nx\nsNaN\n", [bounded(minimum=1)]),
        2,
        'the cell "sNaN" (column "n")',
    ),
    Case(
        "a bound that is not a number",
        one("n\n1\n", [bounded(minimum="NaN")]),
        1,
        "PKG104",
    ),
    Case("an infinite bound", one("n\n1\n", [bounded(maximum="INF")]), 0, "valid"),
    Case("a bound of 1,000,000,000 digits", one("n\n1\n", [bounded(maximum="1e999999999")]), 0, "valid", heavy=True),
    Case("a bound of 400 digits", one("n\n01\n", [INTEGER | {"constraints": {"minimum": 10**400}}]), 1, "CEL102"),
    Case(
        "list in a key",
        one('a\n"[1]"\n"[1]"\n', [{"name": "a", "type": "array"}], primaryKey="a"),
        2,
        "frictionless fails on it",
    ),
    Case(
        "JSON of depth 100,000 in a cell",
        one("a\n" + "[" * 100_000 + "\n", [{"name": "a", "type": "array"}]),
        1,
        "CEL101",
        heavy=True,
    ),
    Case("100,000 bad cells", one("n\n" + "x\n" * 100_000, [INTEGER]), 1, "100,000 in all", heavy=True),
    Case("10,000 rows too long", one("n\n" + "1,2,3\n" * 10_000, [INTEGER]), 1, "20,000 in all", heavy=True),
    Case(
        "ZIP bomb",
        lambda f: write(f, [resource("t", [TEXT], path="data/t.csv.zip")], {"data/t.csv.zip": bomb(1024 * MIB)}),
        2,
        "FIL105",
        heavy=True,
    ),
    Case(
        "a ZIP that is none",
        lambda f: write(f, [resource("t", [TEXT], path="data/t.csv.zip")], {"data/t.csv.zip": b"PK"}),
        2,
        "FIL102",
    ),
    Case("format of a service", one("a\nx\n", format="gsheets"), 2, "FIL109"),
    Case("a cell of 1 GiB", made(sparse), 2, "FIL105", heavy=True),
    Case("header only", one("a\n"), 0, "valid"),
    Case("UTF-16 declared as UTF-16", one("a\nx\n".encode("utf-16"), encoding="utf-16"), 0, "valid"),
    Case("an encoding that is no encoding of text", one("a\nx\n", encoding="zlib"), 2, "FIL102"),
    Case("an encoding that nobody knows", one("a\nx\n", encoding="x" * 500), 2, "FIL102"),
    Case("a delimiter of many characters", one("a\nx\n", dialect=DIALECT | {"delimiter": "||"}), 2, "FIL102"),
    Case("a header in row 1,000,000,000", one("a\nx\n", dialect=DIALECT | {"headerRows": [10**9]}), 1, "FIL102"),
    Case(
        "a million properties",
        raw(json.dumps({"resources": [{"name": "t", "path": "data/t.csv", **{f"p{i}": 1 for i in range(600_000)}}]})),
        2,
        "at most 10,000",
        heavy=True,
    ),
    Case(
        "a name of 1 MB",
        raw(json.dumps({"resources": [{"name": "t\n" * MIB, "path": "data/t.csv"}]})),
        2,
        "at most 1,000 are",
    ),
    Case(
        "an enum of 300,000 values",
        one("a\nx\n", [TEXT | {"constraints": {"enum": [f"v{i}" for i in range(300_000)]}}]),
        2,
        "at most 10,000",
        heavy=True,
    ),
    Case(
        "an enum of 10,000 values",
        one(
            "a\n" + "".join(f"x{i}\n" for i in range(1000)),
            [TEXT | {"constraints": {"enum": [f"v{i}" for i in range(10_000)]}}],
        ),
        1,
        "CEL102",
        heavy=True,
    ),
    Case("300,000 missing values", one("a\nx\n", missingValues=[f"v{i}" for i in range(300_000)]), 2, "at most 10,000"),
    Case(
        "a title that is a command to a CI runner",
        described(title="::error::\x1b]0;owned\x07\nvalid"),
        1,
        "error::\\u001b]0;owned\\u0007\\u000avalid",
    ),
    Case("a workbook of another kind", packed("data/t.xls", b"\xd0\xcf", **BINARY), 2, "Save the table as CSV"),
    Case("a workbook that is none", packed("data/t.xlsx", b"PK", **BINARY), 2, "this is no workbook"),
    Case(
        "a workbook bomb",
        lambda f: write(f, [resource("t", [TEXT], path="data/t.xlsx", **BINARY)], {"data/t.xlsx": bomb(1024 * MIB)}),
        2,
        "FIL105",
        heavy=True,
    ),
    Case("Parquet that is none", packed("data/t.parquet", b"PAR1\xff\xff\xff\xffPAR1", **BINARY), 2, "FIL102"),
    Case("gzip that ends early", packed("data/t.csv.gz", gzip.compress(b"a\nx\n" * 1000)[:40]), 2, "FIL102"),
    Case("gzip bomb", packed("data/t.csv.gz", gzip.compress(bytes(512 * MIB), 1)), 2, "FIL105", heavy=True),
    Case("a key of another type", one("a\nx\n", primaryKey={"a": 1}), 1, "PKG101"),
    Case("unique keys of another type", one("a\nx\n", uniqueKeys=[[{}], 7, "a"]), 1, "PKG106"),
    Case("two schemas that name each other", each_other, 2, "PKG101"),
    Case("a ZIP of 1,000,000 entries", archive(crowded(1_000_000)), 2, "directory is longer than", heavy=True),
    Case(
        "a ZIP with one name twice",
        archive(zipped(("datapackage.json", "{}"), ("datapackage.json", "[]"))),
        2,
        "stands twice",
    ),
    Case("a ZIP that leads outside", archive(zipped(("datapackage.json", "{}"), ("../x", "x"))), 2, "leads outside"),
    Case(
        "a table in a ZIP of 1,000,000 entries", packed("data/t.csv.zip", crowded(1_000_000)), 2, "FIL105", heavy=True
    ),
    Case(
        "a table in a ZIP with a password", packed("data/t.csv.zip", zipped(("t.csv", "a\nx\n"), flag=1)), 2, "FIL102"
    ),
    Case("a table in a ZIP of nothing", packed("data/t.csv.zip", b"PK\5\6" + bytes(18)), 2, "holds no file"),
    Case(
        "a ZIP with a damaged file",
        packed("data/t.csv.zip", zipped(("t.csv", "a\nx\n")).replace(b"a\nx\n", b"a\ny\n", 1)),
        2,
        "Bad CRC",
    ),
    Case(
        "gzip with a damaged middle",
        packed("data/t.csv.gz", gzip.compress(bytes(range(256)) * 4)[:20] + b"\xff" * 200),
        2,
        "FIL102",
    ),
    Case("XZ that is none", packed("data/t.csv.xz", b"a\nx\n" * 10), 2, "FIL102"),
    Case("a hash of an algorithm without a length", one("a\nx\n", hash="shake_128:00"), 2, "is not compared"),
    Case("a hash of 100,000 characters", one("a\nx\n", hash="sha256:" + "0" * 100_000), 1, "FIL101"),
    Case("40 tables whose patterns never end", many_endless, 2, "took more than", heavy=True),
    Case("settings that are a FIFO", beside(os.mkfifo), 2, "not a regular file", heavy=True),
    Case(
        "settings that are a link to the outside",
        beside(lambda path: path.symlink_to("/etc/passwd")),
        2,
        "not a regular file",
    ),
    Case(
        "settings that name a baseline outside",
        beside(lambda path: path.write_text('baseline = "../../etc/passwd"')),
        2,
        "no file in the package",
    ),
    Case("an encoding with a NUL in it", one("a\nx\n", encoding="utf-8\0"), 2, "FIL102"),
    Case(
        "a missing value that is a pattern without end",
        one("a\n" + "a" * 60 + "!\n", missingValues=["(a+)+$"]),
        0,
        "valid",
    ),
    Case("a primary key that names one field 1000 times", one("a\nx\nx\n", primaryKey=["a"] * 1000), 1, "KEY101"),
    Case("a unique key that names one field 1000 times", one("a\nx\nx\n", uniqueKeys=[["a"] * 1000]), 1, "KEY102"),
    Case("a foreign key of 1000 fields", names_itself, 0, "valid"),
    Case(
        "1,000 foreign keys",
        one("a\nx\n", foreignKeys=[{"fields": "a", "reference": {"resource": "", "fields": "a"}}] * 1_000),
        0,
        "valid",
        heavy=True,
    ),
    Case(
        "10,000 foreign keys",
        one("a\nx\n", foreignKeys=[{"fields": "a", "reference": {"resource": "", "fields": "a"}}] * 10_000),
        2,
        "at most 1,000",
    ),
    Case(
        "a field's name that steers the terminal",
        one("x\n1\n", [{"name": "a\nb\x1b[31m\u202e", "type": "integer"}]),
        1,
        '"a\\u000ab\\u001b[31m\\u202e"',
    ),
    Case(
        "a resource's name that is a path",
        lambda f: write(f, [resource("../../t", [TEXT], path="data/t.csv")], {"data/t.csv": "a\nx\n"}),
        0,
        "valid",
    ),
    Case("a cell of 300,000 lines", one('a\n"' + "x\r\n" * 300_000 + '"\n'), 0, "HYG109", heavy=True),
    Case("100,000 cells of two lines", one("a\n" + '"x\r\ny"\n' * 100_000), 0, "valid", heavy=True),
    Case("20,000 blank lines", one("a\n" + "\n" * 20_000), 1, "20,000 in all", heavy=True),
    Case("missing values of another type", one("a\nx\n", missingValues=[7, {"a": []}]), 1, "PKG101"),
]


@dataclass
class Outcome:
    """How the command ended: exit code, output, seconds of wall and of processor time, peak resident MiB."""

    code: int
    out: str
    err: str
    seconds: float
    busy: float
    peak: float


def run(package: Path, limit: float = 60) -> Outcome:
    """Runs the command on a package as a user does, under guard.

    Raises subprocess.TimeoutExpired after `limit` seconds.
    """
    measure = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], capture_output=True); "
        "sys.stdout.buffer.write(done.stdout); sys.stderr.buffer.write(done.stderr); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print('\\0%d %f' % (used.ru_maxrss, used.ru_utime + used.ru_stime), end=''); sys.exit(done.returncode % 256)"
    )
    start = time.perf_counter()
    command = [sys.executable, "-c", measure, sys.executable, str(ROOT / "tests" / "tools" / "guard.py"), str(package)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with what it measures
            raise
    out, _, used = out.decode().rpartition("\0")
    peak, busy = map(float, used.split())
    return Outcome(process.returncode, out, err.decode(), time.perf_counter() - start, busy, peak / 1024)


def least() -> float:
    """The processor time that the command takes now on a table of one row."""
    with tempfile.TemporaryDirectory() as folder:
        return run(table(Path(folder), "a\n=x\n", [TEXT])).busy  # of which something is told, so that Polars is loaded


def sentence(outcome: Outcome, words: str) -> str:
    """The line of the output that has the words, or all of it."""
    lines = [line for line in [*outcome.err.splitlines(), *outcome.out.splitlines()] if words in line]
    return lines[0] if lines else outcome.out + outcome.err


def faults(case: Case, outcome: Outcome) -> list[str]:
    """What is not as it has to be in how the command ended on a case."""
    said, both = sentence(outcome, case.words), outcome.out + outcome.err
    tests = {
        f"exit code {outcome.code} instead of {case.code}": outcome.code == case.code,
        f'no sentence with "{case.words}"': case.words in said,
        f"a sentence of {len(said):,} characters": len(said) < 1000,
        "more than one line on standard error": len(outcome.err.splitlines()) <= 1,
        "a traceback": "Traceback" not in both,
        "an internal error": "internal error" not in both,
        f"{outcome.busy:.1f} s of processor time": outcome.busy < MAX_SECONDS or outcome.busy < MAX_TIMES * least(),
        f"{outcome.peak:,.0f} MiB": outcome.peak < MAX_MEMORY,
    }
    return [fault for fault, fine in tests.items() if not fine]


def main() -> int:
    """Runs every case and prints a line each; 1 if any did not end as it has to."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(CASES):
            here = Path(folder, str(number))
            outcome = run(case.build(here))
            wrong = faults(case, outcome)
            bad += bool(wrong)
            said = sentence(outcome, case.words).replace(folder, "")[:150]
            ended = f"exit {outcome.code}  {outcome.seconds:4.1f} s  {outcome.peak:5.0f} MiB"
            print(f"{'BAD' if wrong else 'ok '} {ended}  {case.name}: {said} {'; '.join(wrong)}", flush=True)
            shutil.rmtree(here)
    print(f"{len(CASES)} cases, {bad} of them not as they have to be")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
