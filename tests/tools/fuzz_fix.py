"""Puts random packages into form, and asks frictionless whether their cells still say the same.

    python -m tests.tools.fuzz_fix --count 5000 --seed 1

Every package has two tables, whose encodings, dialects, marks, missing values, types and bytes are random, and often do
not fit one another. Cells have to stay what frictionless reads under the declared dialect (in NFC, without blanks at
their end, the rows in any order), no rule may be broken more often than before, a second run must have nothing to do,
and every refusal is a line on standard error with nothing written.
"""

import argparse
import codecs
import hashlib
import io
import json
import random
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from frictionless import FrictionlessException, Package

from claimtrack.backends.local.backend import Local
from claimtrack.commands.main import main as command
from claimtrack.core.visible import BLANKS
from claimtrack.package.opened import open_package
from claimtrack.pipeline.run import validate_opened
from tests.tools.support import V2, files_in

ENCODINGS = (
    "utf-8 UTF-8 utf8 UTF8 utf_8 U8 cp65001 utf-8-sig UTF-8-SIG utf_8_sig utf-16 UTF16 utf-16-le UTF-16BE utf-16-be "
    "utf-32 utf-32-le latin-1 ISO-8859-1 L1 cp1252 windows-1252 mac-roman ascii us-ascii shift_jis gb18030 big5 koi8-r "
    "euc_kr utf-7 undefined punycode idna raw_unicode_escape unicode_escape hz iso2022_jp iso2022_kr cp037 rot13 hex "
    "no-such-thing"
).split()
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, "\ufeff")
DELIMITERS = (",", ";", "\t", "|", " ", ":", "a", "\xe9", "\ufeff", ",,", "")
ENDS = ("\n", "\n", "\r\n", "\r\n", "\r", "\n\n")
TEXTS = ("a", "b", "é", "e\u0301", "\ufb01", "a ", " a", "a\u00a0", "\u200b", "\ufeff", "NA", "NA ", "-", " ", "  ", "")
TEXTS += (
    'a"b',
    '"',
    '""',
    "'",
    "1",
    "01",
    "1 ",
    " 1",
    "1.5",
    "true",
    "true ",
    "2020-01-01",
    "2020-01-01 ",
    "a,b",
    "a;b",
)
TEXTS += ('["a "]', '{"a": "e\u0301"}', "a\x85", "a\x1c", "\u212b", "日本", "ж", "12:00:00", "0", "-0", "x\ty", "#a")
MISSING: tuple = (None, [""], [" "], ["NA"], ["NA "], ["", " "], ["-", ""], [], ["a"], [{"value": " ", "label": "x"}])
TYPES = "string string string any integer number boolean date time year list array object".split()


def some_bytes(choose: random.Random, width: int, delimiter: str) -> str:
    """A table's text: its header, rows that may be too long or short, and quotes that may be wrong."""
    ends = [choose.choice(ENDS)] if choose.random() < 0.8 else ENDS
    lines = [delimiter.join(_quoted(choose, name, delimiter) for name in "abcd"[:width])]
    for number in range(choose.randrange(5)):
        cells = [choose.choice(TEXTS[:12] if choose.random() < 0.8 else TEXTS) for _ in range(width)]
        if choose.random() < 0.6:
            cells[0] = str(choose.choice([number, 9 - number]))
        if choose.random() < 0.02:
            cells.append("more")
        lines.append(delimiter.join(_quoted(choose, cell, delimiter) for cell in cells))
    text = "".join(line + choose.choice(ends) for line in lines)
    return text if choose.random() < 0.8 else text.rstrip("\r\n")


def _quoted(choose: random.Random, cell: str, delimiter: str) -> str:
    """A cell as it may stand in a file: plain, quoted, or quoted wrongly."""
    kind = choose.random()
    needs = any(sign in cell for sign in '"\r\n') or bool(delimiter and delimiter in cell)
    if (needs and kind < 0.8) or kind < 0.2:
        return '"' + cell.replace('"', '""') + '"'
    return f' "{cell}"' if kind > 0.98 else cell


def _dialect(choose: random.Random, delimiter: str) -> dict | None:
    """A Table Dialect that says some, all, or nothing of how a table is written."""
    whole = {"delimiter": delimiter, "quoteChar": '"', "skipInitialSpace": False, "header": True, "doubleQuote": True}
    odd: tuple[dict, ...] = ({"skipInitialSpace": True}, {"quoteChar": "'"}, {"escapeChar": "\\"}, {"header": False})
    odd += ({"commentChar": "#"}, {"doubleQuote": False}, {"headerRows": [1]}, {"nullSequence": "NA"})
    odd += ({"lineTerminator": "\r\n"}, {"lineTerminator": "\n"}, {"lineTerminator": "\r"}, {"csv": {"delimiter": ";"}})
    kind = choose.random()
    if kind < 0.15:
        return None
    told = whole if kind < 0.7 else {"delimiter": delimiter}
    return told | choose.choice(odd) if choose.random() < 0.3 else told


def _field(choose: random.Random, name: str) -> dict:
    """A field with some constraints."""
    told: dict = {"name": name, "type": choose.choice(TYPES)}
    many: tuple[dict, ...] = ({"enum": ["a ", "b"]}, {"enum": ["a", "1"]}, {"minLength": 2}, {"maxLength": 1})
    many += ({"pattern": "a.*"}, {"pattern": ".* "}, {"required": True}, {"unique": True})
    if choose.random() < 0.3 and (told["type"] == "string" or choose.random() < 0.02):
        told["constraints"] = choose.choice(many)
    if choose.random() < 0.1:
        told["missingValues"] = choose.choice(MISSING) or [" "]
    if choose.random() < 0.05:
        told["categories"] = ["a ", "b"]
    return told


def build(seed: int, folder: Path) -> None:
    """Writes a random package into a folder."""
    choose, resources = random.Random(seed), []
    folder.mkdir(parents=True)
    for name in ("t", "u"):
        width, delimiter = (
            choose.choice([1, 2, 3, 3, 4]),
            choose.choice(DELIMITERS[:4] if choose.random() < 0.9 else DELIMITERS),
        )
        kind = choose.random()  # most spell UTF-8 in some way, some are exotic
        encoding = choose.choice(ENCODINGS[: 10 if kind < 0.5 else 16 if kind < 0.75 else None])
        text = some_bytes(choose, width, delimiter)
        written = encoding if choose.random() < 0.98 else choose.choice(ENCODINGS)
        try:
            raw = text.encode(written, "replace") if choose.random() < 0.9 else text.encode(written)
        except (UnicodeError, LookupError):
            raw = text.encode()
        if choose.random() < 0.2:
            mark = choose.choice(MARKS) if choose.random() < 0.3 else MARKS["16" in encoding]
            raw = (mark if isinstance(mark, bytes) else mark.encode()) + raw
        fields = [_field(choose, column) for column in "abcd"[: width if choose.random() < 0.95 else 2]]
        schema: dict = {"fields": fields}
        if (missing := choose.choice(MISSING)) is not None:
            schema["missingValues"] = missing
        if choose.random() < 0.3:
            schema["primaryKey"] = ["a"]
        if choose.random() < 0.1:
            schema["uniqueKeys"] = [[fields[-1]["name"]]]
        if name == "u" and choose.random() < 0.3:
            there = choose.choice("ab")
            schema["foreignKeys"] = [{"fields": ["a"], "reference": {"resource": "t", "fields": [there]}}]
        ending = "tsv" if delimiter == "\t" and choose.random() < 0.5 else "csv"
        told = {"name": name, "type": "table", "path": f"{name}.{ending}", "schema": schema}
        if choose.random() < 0.9:
            told["encoding"] = encoding
        if (dialect := _dialect(choose, delimiter)) is not None:
            told["dialect"] = dialect
        kind = choose.random()
        if kind < 0.6:
            told |= {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}
        elif kind < 0.7:
            told["hash"] = hashlib.md5(raw).hexdigest()
        elif kind < 0.72:
            told |= {"bytes": len(raw) + 1}
        (folder / told["path"]).write_bytes(raw)
        resources.append(told)
    (folder / "datapackage.json").write_text(json.dumps({"$schema": V2, "name": "p", "resources": resources}))


def reading(folder: Path) -> dict[str, object]:
    """What frictionless reads in each table: the header, and how often it has each row, in the form of a rewrite."""
    found: dict[str, object] = {}
    try:
        package = Package.from_descriptor(str(folder / "datapackage.json"))
    except FrictionlessException as error:
        return {"package": error.error.type}
    for resource in package.resources:
        name = str(resource.name)
        try:
            header, *rows = (cells for cells in resource.read_cells() if cells)
            found[name] = header, Counter(tuple(map(_form, row)) for row in rows)
            with resource:
                found[f"{name}, typed"] = Counter(
                    repr([_form(value) for value in row.to_list()]) for row in resource.row_stream if any(row.cells)
                )
        except Exception as error:
            found.setdefault(name, type(error).__name__)
    return found


def _form(value: object) -> object:
    """A value in the form of a rewrite."""
    return unicodedata.normalize("NFC", str(value)).rstrip(BLANKS) if value is not None else None


def broken(folder: Path) -> Counter[str]:
    """How often each rule is broken; an internal error counts as one."""
    report = validate_opened(open_package(folder), (), Local())
    found: Counter[str] = Counter()
    for (rule, _), number in report.totals.items():
        found[rule] += number
    return found + Counter({"internal error": len(report.internal_errors)})


def run(folder: Path) -> tuple[int, str, str]:
    """The command `fix` on a folder: its exit code and what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = command(["fix", "--sort", str(folder)])
    return code, out.getvalue(), err.getvalue()


def faults(seed: int, folder: Path) -> Iterator[str]:
    """Fixes the package of a seed, and yields what is wrong with it. The last line is the outcome, without a colon."""
    build(seed, folder)
    files = files_in(folder)
    code, out, err = run(folder)
    if "Traceback" in err or "internal error" in err or code not in (0, 1, 2):
        yield f"crash: {code} {err[-300:]}"
    if code:
        if files_in(folder) != files or not err.strip() or out:
            yield f"refused: but something is written, or not told: {err[:300]}"
        yield "refused"
        return
    if files_in(folder) != files:
        after, verdict = reading(folder), broken(folder)
        twice = run(folder)
        if twice[0] or "left alone" not in twice[1].replace("nothing to do", "left alone") or "hash of" in twice[1]:
            yield f"twice: {twice}"
        for name, raw in files.items():
            (folder / name).write_bytes(raw)
        before, old = reading(folder), broken(folder)
        yield from (
            f"cells: {name} {before[name]!r} -> {after.get(name)!r}"
            for name in before
            if before[name] != after.get(name)
        )
        worse = {rule: (old[rule], number) for rule, number in verdict.items() if number > old[rule]}
        if worse:
            yield f"verdict: {worse}"
        yield "fixed"
        return
    yield "left as it was"


def fuzz(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Fixes this many packages. Returns how many had which outcome, and the faults, each with its seed."""
    outcomes, found = Counter[str](), []
    for number in range(seed, seed + count):
        with tempfile.TemporaryDirectory() as folder:
            *wrong, outcome = faults(number, Path(folder) / "p")
        outcomes[outcome] += 1
        found += [f"seed {number}: {line}" for line in wrong]
    return outcomes, found


def main() -> int:
    """Runs the fuzzer. Returns 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes, found = fuzz(options.count, options.seed)
    print("\n".join(found))
    print(", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items())), f"; {len(found)} faults")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
