"""Adds single rows to the tables of a package, from `column=value` words; ids, versions and days are filled in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import product
from pathlib import Path

from claimtrack.authoring.code_lists import spread
from claimtrack.authoring.draft import Cells, Draft, Row
from claimtrack.authoring.sheet import read_lines
from claimtrack.core.errors import Unusable, Wrong
from claimtrack.core.visible import shorten
from claimtrack.package.table_schema import keys_of
from claimtrack.tracking import general

# What a user calls a row of each table to which rows can be added one by one.
TABLES = {
    "statement": "statements",
    "actor": "actors",
    "source": "sources",
    "evidence": "evidence",
    "criterion": "criteria",
    "follow-up": "follow_ups",
    "response": "responses",
    "right": "rights",
    "code": "codes",
}
COMPUTED = {"statements": {"length", "sha256", "pointer_check"}}  # columns that come from the text
MOST = 50  # mistakes that are told at a time
SEVERAL = ("claim_id", "call_id")  # columns in which several ids, with commas, make a row for each


def add(draft: Draft, kind: str, words: Sequence[str]) -> list[Row]:
    """Adds a row, or one for each of several claims or calls, to the table of a kind, and returns the rows.

    Raises Unusable for words and cells that do not fit the table.
    """
    rows = _add(draft, TABLES[kind], _said(draft, TABLES[kind], words))
    if kind == "code":
        spread(draft)
    return rows


def add_all(draft: Draft, kind: str, path: Path) -> list[Row]:
    """Adds the rows of a sheet, whose first row names columns of the table of a kind, and returns the rows added.

    Raises Unusable, or Wrong for cells that do not fit the table: none of the rows is then added.
    """
    table, rows, wrong = TABLES[kind], list[Row](), list[str]()
    lines = read_lines(path, draft.columns(table), ())
    if not lines:
        raise Unusable(f"{path}: has no row below the names of the columns; write one for each {kind}")
    yes_or_no = {name for name, field in draft.fields(table).items() if field.get("type") == "boolean"}
    for line in lines:
        # Spreadsheets turn true into TRUE.
        cells = {
            name: cell.lower() if name in yes_or_no else cell for name, cell in line.cells.items() if name and cell
        }
        try:
            rows += _add(draft, table, cells)
        except Unusable as error:
            wrong.append(f"{path}:{line.number}: {error}")
    if wrong:
        more = [f"and {len(wrong) - MOST} more"] if len(wrong) > MOST else []
        raise Wrong([*wrong[:MOST], *more, "nothing is added; correct the file"])
    if kind == "code":
        spread(draft)
    return rows


def _add(draft: Draft, table: str, said: Row) -> list[Row]:
    """Adds the row that was said, or one for each of several claims or calls. Raises Unusable where a cell is wrong."""
    keys = [name for name in SEVERAL if name in said]
    rows = []
    for ids in product(*([id.strip() for id in said[name].split(",")] for name in keys)):
        row = _filled(draft, table, said | dict(zip(keys, ids, strict=True)))
        _check(draft, table, row)
        draft.replace(table, [*draft.rows(table), row])
        rows.append(row)
    return rows


def described(draft: Draft, kind: str) -> list[str]:
    """Returns lines on the columns of a kind's table: which must be given, which codes they take, what is filled in."""
    table, lines = TABLES[kind], []
    alone = _by_itself(draft, table, {}).keys() | COMPUTED.get(table, set())
    for name, field in draft.fields(table).items():
        asked = field.get("constraints", {})
        needed = "filled in" if name in alone or name == _numbered(draft, table) else ""
        needed = needed or ("needed" if asked.get("required") else "may be empty")
        codes = f" One of {', '.join(map(str, asked['enum']))}." if "enum" in asked else ""
        codes = codes or (" true or false." if field.get("type") == "boolean" else "")
        lines.append(f"  {name} ({needed}): {field.get('description', '')}{codes}")
    if table == "rights":
        lines.append("of a right of the general list, right_id is enough, also in the worksheet alone:")
        lines += [f"  {id}: {right['label']}{_articles(right)}" for id, right in general.rights().items()]
    return lines


def _articles(right: Mapping[str, str]) -> str:
    """Returns the articles of a right in brackets, or "" where it is of another treaty."""
    kinds = {"UDHR": right["udhr_article"], "ICCPR": right["iccpr_article"]}
    told = ", ".join(f"{name} {article}" for name, article in kinds.items() if article)
    return f" ({told})" if told else ""


def _said(draft: Draft, table: str, words: Sequence[str]) -> Row:
    """Reads words of the form `column=value`. Raises Unusable."""
    said: Row = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise Unusable(f'"{shorten(word, 60)}" is not of the form COLUMN=VALUE; write it with an equals sign')
        if name not in draft.columns(table):
            near = get_close_matches(name, draft.columns(table), 1)
            mend = f"did you mean {near[0]}?" if near else f"its columns are {', '.join(draft.columns(table))}"
            raise Unusable(f'{table} has no column "{shorten(name, 60)}"; {mend}')
        if name in said:
            raise Unusable(f"{name} is given twice; give it once")
        said[name] = " ".join(value.split())
    return said


def _numbered(draft: Draft, table: str) -> str:
    """Returns the column in which a table has ids with numbers, or ""."""
    return draft.schema(table)["primaryKey"][0] if draft.next_id(table, "A0") else ""


def _by_itself(draft: Draft, table: str, said: Mapping[str, str]) -> Row:
    """Returns the cells that are filled in where not given: the version, today, and what a general list has."""
    today = datetime.now(UTC).date().isoformat()
    known: Row = {"version_added": draft.version, "recorded": today, "consulted": today, "profile": "canonical-text-1"}
    found = {name: known[name] for name in draft.columns(table) if name in known}
    if table == "rights":
        found |= general.rights().get(said.get("right_id", ""), {})
    if table == "codes":
        found |= general.codes().get((said.get("list", ""), said.get("code", "")), {})
    return found


def _filled(draft: Draft, table: str, said: Row) -> Row:
    """Returns a whole row, with its id. Raises Unusable where the id cannot be given."""
    row = dict.fromkeys(draft.columns(table), "") | _by_itself(draft, table, said) | said
    column = _numbered(draft, table)
    if column and not said.get(column):
        about = said.get("claim_id") or said.get("call_id") or ""
        row[column] = draft.next_id(table, about.partition("-")[0])
    return row


def _check(draft: Draft, table: str, row: Row) -> None:
    """Raises Unusable for a row that lacks a cell, has one that its column does not allow, or refers to no row."""
    fields, cells, wrong = draft.fields(table), Cells(draft.fields(table)), []
    computed = COMPUTED.get(table, set())
    lacking = [
        name
        for name, field in fields.items()
        if field.get("constraints", {}).get("required") and not row[name] and name not in computed
    ]
    if lacking:
        wrong.append(f"lacks {', '.join(lacking)}; `claimtrack add {_kind(table)}` says what each column holds")
    wrong += [message for name in fields if (message := cells.wrong(name, row[name]))]
    schema = draft.schema(table)
    keys = keys_of(schema, table)
    for key in filter(None, (keys.primary, *keys.unique)):
        values = [row[name] for name in key]
        if all(values) and any([other[name] for name in key] == values for other in draft.rows(table)):
            wrong.append(f"{table} has a row with {' and '.join(f'{n} {shorten(row[n], 60)}' for n in key)} already")
    for reference in keys.foreign:
        value, there = row[reference.fields[0]], reference.resource or table
        if value and value not in {other[reference.there[0]] for other in draft.rows(there)}:
            mend = next((f"add it by `claimtrack add {kind}`" for kind, name in TABLES.items() if name == there), "")
            wrong.append(f'{there} has no {reference.there[0]} "{shorten(value, 60)}"; {mend or "correct it"}')
    if wrong:
        raise Unusable(f"the row is not added: {'; '.join(wrong)}")


def _kind(table: str) -> str:
    """Returns what a user calls a row of a table."""
    return next(kind for kind, name in TABLES.items() if name == table)
