"""Puts a package's files into their one form, and never touches what they say.

Form is: UTF-8 without byte-order mark (or the encoding that is declared), the line ends and the delimiter that are declared
(else LF and comma), cells quoted only where they must be, texts in Unicode NFC without blanks at their end, no blank lines,
rows in the order of their primary key, and in the descriptor the size and SHA-256 of every file. Where any of this would
change what a cell, a key or a row is, everything is refused and nothing written.
"""

import csv
import difflib
import io
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .findings import Unusable
from .limits import MAX_CELL
from .package import checked_descriptor
from .seal import as_csv, as_json, checksums
from .store import Store, folder
from .text import BLANKS, visible
from .version import dict_of, is_table, list_of, names_of, part

MAX_DIFF = 20_000  # lines of a file that the diff shows; comparing takes the square of their number
# What a dialect may say and still be rewritten (https://datapackage.org/standard/table-dialect/), and with which values.
PLAIN = {
    "delimiter": None, "lineTerminator": ("\n", "\r\n"), "quoteChar": ('"',), "doubleQuote": (True,), "header": (True,),
    "skipInitialSpace": (True, False), "$schema": None, "caseSensitiveHeader": None,
}  # fmt: skip


class Refusal(Exception):
    """Meaning is at stake. Its text is one sentence for the user, with file and line."""


@dataclass
class Rewrite:
    """One file before and after. `did` says what was done to it."""

    name: str
    old: bytes
    new: bytes
    encoding: str
    did: list[str]


@dataclass
class Plan:
    """What is to be done to a package: all of it, or nothing if there is any refusal. `left` says what is not looked at and why."""

    home: Path
    rewrites: list[Rewrite] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def plan(package: Path) -> Plan:
    """What it takes to bring a package into form. Writes nothing. Raises Unusable when there is no package to speak of."""
    path = package / "datapackage.json" if package.is_dir() else package
    descriptor = checked_descriptor(path)
    store = folder(path.parent, path.name)
    result, seen, stale = Plan(path.parent), set(), []
    for resource in descriptor["resources"]:
        names = resource.get("path")
        names = [names] if isinstance(names, str) else names if isinstance(names, list) else []
        if len(names) != 1:
            result.left.append(f"{resource.get('name')}: left alone, since it is not in one file of its own")
            continue
        (name,) = names
        raw = store.read(name)
        _refuse_link(path.parent, name)
        if name in seen:
            raise Unusable(f"{path}: two resources have the file {name}; give each its own")
        seen.add(name)
        try:
            if is_table(resource, name):
                rewrite = _table(store, resource, name, raw)
            else:
                rewrite = Rewrite(name, raw, raw, "utf-8", [])
            if isinstance(rewrite, str):
                result.left.append(f"{name}: left alone, since {rewrite}")
                rewrite = Rewrite(name, raw, raw, "utf-8", [])
        except Refusal as refusal:
            result.refusals.append(str(refusal))
            continue
        if rewrite.did:
            result.rewrites.append(rewrite)
        facts = checksums(rewrite.new)
        if any(resource.get(key) != value for key, value in facts.items()):
            told = {key: resource[key] for key in facts if key in resource}
            wrong = any(checksums(raw)[key] != value for key, value in told.items())
            stale.append(f"{resource.get('name')}{' (the file was already another than the descriptor said)' if wrong else ''}")
            resource.update(facts)
    if stale:
        old = path.read_bytes()
        try:
            new = as_json(descriptor).encode()
        except ValueError as error:  # a number or a character that JSON in UTF-8 does not have
            raise Unusable(f"{path}: cannot be written again as it is: {error}") from None
        result.rewrites.append(Rewrite(path.name, old, new, "utf-8", [f"bytes and hash of {', '.join(stale)}"]))
    return result


def _refuse_link(home: Path, name: str) -> None:
    """Replacing a symbolic link would leave the file that it leads to as it was."""
    if (home / name).resolve() != home.resolve() / name:
        raise Unusable(f"{home / name}: is reached by a symbolic link, which is not rewritten; put the file itself there")


def _table(store: Store, resource: dict, name: str, raw: bytes) -> Rewrite | str:
    """A table in form, or the reason why it is not looked at. Raises Refusal."""
    dialect, schema = part(store, resource.get("dialect")), part(store, resource.get("schema"))
    for key, value in dialect.items():
        if key not in PLAIN or PLAIN[key] and value not in PLAIN[key]:
            return f'its dialect has "{key}"'
    if resource.get("compression") or resource.get("innerpath") or resource.get("extrapaths"):
        return "it is packed"
    encoding = resource.get("encoding") or "utf-8"
    mark = encoding == "utf-8" and raw.startswith(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8-sig" if mark else encoding)
    except (UnicodeDecodeError, LookupError, TypeError) as error:
        raise Refusal(f"{name}: not in the encoding that the descriptor declares ({str(error)[:100]}); save it in that encoding") from None
    delimiter, end = dialect.get("delimiter", "\t" if name.endswith(".tsv") else ","), dialect.get("lineTerminator", "\n")
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0':
        return "its delimiter is none that can be written"
    reading = {"delimiter": delimiter, "skipinitialspace": dialect.get("skipInitialSpace", False)}
    records, lines = _records(name, text, reading)
    header, rows, lines = records[0], records[1:], lines[1:]
    did = ["byte-order mark dropped"] if mark else []
    if "\r" in text and end == "\n" or end == "\r\n" and "\n" in text.replace("\r\n", ""):
        did.append("line ends")
    blank = [line for row, line in zip(rows, lines) if not row]
    rows, lines = [row for row in rows if row], [line for row, line in zip(rows, lines) if row]
    if blank:
        did.append(f"{len(blank):,} blank line{'s' * (len(blank) > 1)} dropped")
    requoted = as_csv([header, *rows], delimiter)
    if [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line] != requoted.split("\n")[:-1]:
        did.append("quoting")
    elif text[-1] not in "\r\n":
        did.append("last line ended")
    did += _mend_cells(name, header, rows, lines, schema)
    in_order = _sorted(name, header, rows, lines, schema)
    if in_order != rows:
        did.append("rows sorted by their key")
    written = as_csv([header, *in_order], delimiter, end)
    # The proof that nothing is lost; a blank at the start of a cell is, where the dialect has readers skip it.
    if list(csv.reader(io.StringIO(written, newline=""), **reading)) != [header, *in_order]:
        raise Refusal(f"{name}: cannot be written so that it reads the same: some cell begins with a blank, which its dialect skips; take it out")
    try:
        new = written.encode(encoding)
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise Refusal(f"{name}: in NFC it holds {character!a}, which {encoding} does not have; declare UTF-8 and save it so") from None
    return Rewrite(name, raw, new, encoding, did or ["written anew"] if new != raw else [])


def _records(name: str, text: str, reading: dict) -> tuple[list[list[str]], list[int]]:
    """The records of a CSV file and the lines on which they begin. Raises Refusal for what is not certainly rows and cells."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **reading)
    records, lines, line = [], [], 1
    try:
        for record in reader:
            if records and record and len(record) != len(records[0]):
                found = f"{len(record)} cells where the header has {len(records[0])}"
                raise Refusal(f"{name}:{line}: {found}; which is meant for which column is not for a program to say")
            if not record and records and len(records[0]) == 1:
                raise Refusal(f"{name}:{line}: the line is blank, which in a table of one column may be a row; delete it, or write \"\"")
            if any("\n" in cell or "\r" in cell for cell in record):
                raise Refusal(f"{name}:{line}: a cell has a line break, which may come of a stray quotation mark; take it out, or mend the quotes")
            records.append(record)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refusal(f"{name}:{reader.line_num}: cannot be read as CSV ({error}); mend the quotes of that line") from None
    if not records or not records[0]:
        raise Refusal(f"{name}:1: has no header; write the names of the columns into the first line")
    return records, lines


def _mend_cells(name: str, header: list[str], rows: list[list[str]], lines: list[int], schema: dict) -> list[str]:
    """Puts every cell into NFC and trims its end, in place; says how many. Raises Refusal where that is more than form."""
    for column in header:
        if _mended(column) != column:
            raise Refusal(f'{name}:1: the name of the column "{visible(column)}" is not in NFC or ends with a blank; correct it here and in the Table Schema')
    keys, missing = _key_columns(schema), _missing_values(schema, header)
    composed = trimmed = 0
    for row, line in zip(rows, lines):
        for at, cell in enumerate(row):
            # Most cells are plain ASCII and end in no blank.
            if cell.isascii() and cell[-1:] not in BLANKS or not cell:
                continue
            mended = _mended(cell)
            if mended == cell:
                continue
            where = f'{name}:{line}: the cell "{visible(cell)}" of the column "{header[at]}"'
            if header[at] in keys:
                raise Refusal(f"{where} is part of a key, and not in NFC or followed by blanks; correct it by hand, wherever it stands")
            if (mended in missing[at]) != (cell in missing[at]):
                raise Refusal(f"{where} would stand for a missing value without its blanks; empty it, or write a value")
            composed += unicodedata.normalize("NFC", cell) != cell
            trimmed += cell[-1:] in BLANKS
            row[at] = mended
    told = [(composed, "put in NFC"), (trimmed, "without the blanks at the end")]
    return [f"{number:,} cell{'s' * (number > 1)} {what}" for number, what in told if number]


def _mended(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).rstrip(BLANKS)


def _key_columns(schema: dict) -> set[str]:
    """The columns by which rows are told apart or found."""
    fields = [f for f in list_of(schema.get("fields")) if isinstance(f, dict)]
    keys = [schema.get("primaryKey"), *list_of(schema.get("uniqueKeys"))]
    keys += [dict_of(foreign).get("fields") for foreign in list_of(schema.get("foreignKeys"))]
    unique = {f.get("name") for f in fields if dict_of(f.get("constraints")).get("unique")}
    return unique.union(*map(names_of, keys))


def _missing_values(schema: dict, header: list[str]) -> list[set[str]]:
    """What stands for a missing value in each column."""
    fields = {f["name"]: f for f in list_of(schema.get("fields")) if isinstance(f, dict) and isinstance(f.get("name"), str)}

    def values(owner: dict, default: set[str]) -> set[str]:
        given = owner.get("missingValues")
        return {str(dict_of(v).get("value", v)) for v in given} if isinstance(given, list) else default

    general = values(schema, {""})
    # A blank cell is as good as empty to most readers, and a text to some: to trim it is to choose.
    return [values(fields.get(name, {}), general) | {""} for name in header]


def _sorted(name: str, header: list[str], rows: list[list[str]], lines: list[int], schema: dict) -> list[list[str]]:
    """The rows in the order of their primary key: texts by code point, integers by size. Raises Refusal where a key stands twice."""
    key = names_of(schema.get("primaryKey"))
    if not key or not set(key) <= set(header):
        return rows
    places = [header.index(column) for column in key]
    types = {f["name"]: f.get("type") for f in list_of(schema.get("fields")) if isinstance(f, dict) and isinstance(f.get("name"), str)}
    first = {}
    for row, line in zip(rows, lines):
        value = tuple(row[place] for place in places)
        if not all(value):
            raise Refusal(f"{name}:{line}: the row lacks a value of its key ({', '.join(key)}), so that it has no place among the others; give it one")
        if value in first:
            raise Refusal(f'{name}:{line}: the key "{visible("/".join(value))}" stands in line {first[value]} already; correct one of the two')
        first[value] = line
    numeric = [types.get(column) == "integer" and all(_is_integer(row[place]) for row in rows) for column, place in zip(key, places)]
    return sorted(rows, key=lambda row: [int(row[place]) if number else row[place] for place, number in zip(places, numeric)])


def _is_integer(cell: str) -> bool:
    return cell.isascii() and cell.removeprefix("-").isdigit() and len(cell) < 100


def write(plan: Plan) -> None:
    """Carries a plan out: every file is written beside the old one before the first is replaced, the descriptor last.

    Each file is replaced in one step, so it is either as it was or in form; if that is cut short, doing it again completes it.
    Raises Unusable when a file cannot be written, or is no longer what it was.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for rewrite in plan.rewrites:
            path = plan.home / rewrite.name
            if path.read_bytes() != rewrite.old:
                raise Unusable(f"{path}: was changed while it was looked at; nothing is written; try again")
            number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append((Path(name), path))
            with os.fdopen(number, "wb") as handle:
                handle.write(rewrite.new)
                handle.flush()
                os.fsync(handle.fileno())
            shutil.copymode(path, name)
        for new, path in ready:
            os.replace(new, path)
    except OSError as error:
        raise Unusable(f"{error.filename}: cannot be written: {error.strerror}") from None
    finally:
        for new, _ in ready:
            new.unlink(missing_ok=True)


def summary(plan: Plan) -> list[str]:
    """One line a file: what is done to it, or why nothing."""
    return [visible(line) for line in [*(f"{rewrite.name}: {', '.join(rewrite.did)}" for rewrite in plan.rewrites), *plan.left]]


def diff(plan: Plan) -> Iterator[str]:
    """The changes as a unified diff. What cannot be seen is spelt out, so that a line never looks equal to itself."""
    for rewrite in plan.rewrites:
        old, new = (raw.decode("utf-8" if rewrite.encoding == "utf-8-sig" else rewrite.encoding).split("\n") for raw in (rewrite.old, rewrite.new))
        if max(len(old), len(new)) > MAX_DIFF:
            yield f"{visible(rewrite.name)}: {len(old):,} lines, too many for a diff: {', '.join(rewrite.did)}"
            continue
        yield from difflib.unified_diff([*map(_shown, old)], [*map(_shown, new)], visible(rewrite.name), visible(rewrite.name), lineterm="")


def _shown(line: str) -> str:
    if not unicodedata.is_normalized("NFC", line):
        return line.encode("unicode_escape").decode()
    text = line.rstrip(BLANKS)
    return visible(text) + line[len(text) :].encode("unicode_escape").decode()
