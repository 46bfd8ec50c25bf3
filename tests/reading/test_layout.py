"""A header that is not the list of the fields: one cause is told, and what follows from it is counted with it."""

import json
from pathlib import Path

import pytest

from claimtrack.reading.layout import alike
from tests.tools.support import DIALECT, claimtrack, resource, standard, table, validate, verdict, write

FIELDS = [
    {"name": "id", "type": "integer"},
    {"name": "name", "type": "string"},
    {"name": "born", "type": "date"},
    {"name": "height", "type": "number"},
]
NAMES = tuple(field["name"] for field in FIELDS)
ROWS = [("1", "Ann", "2001-01-02", "1.5"), ("2", "Bob", "2002-02-03", "1.75"), ("3", "Cy", "2003-03-04", "1.8")]


def csv_of(rows, header=NAMES, delimiter=",") -> str:
    return "".join(f"{delimiter.join(row)}\n" for row in ([header] if header else []) + [*rows])


def without(at: int, row: tuple) -> tuple:
    return row[:at] + row[at + 1 :]


def with_one(at: int, cell: str, row: tuple) -> tuple:
    return (*row[:at], cell, *row[at:])


CASES = {
    "semicolons": ("TAB104", "a semicolon, and a comma is declared", csv_of(ROWS, delimiter=";")),
    "tabs": ("TAB104", "a tab, and a comma is declared", csv_of(ROWS, delimiter="\t")),
    "decimal commas in a file with semicolons": (
        "TAB104",
        "a semicolon",
        csv_of([(*row[:3], row[3].replace(".", ",")) for row in ROWS], delimiter=";"),
    ),
    "a column deleted": (
        "TAB105",
        'the column "name" between "id" and "born" is missing',
        csv_of([without(1, row) for row in ROWS], without(1, NAMES)),
    ),
    "the first column deleted": (
        "TAB105",
        'the column "id" at the start is missing',
        csv_of([without(0, row) for row in ROWS], without(0, NAMES)),
    ),
    "the last column deleted": (
        "TAB105",
        'the column "height" at the end is missing',
        csv_of([without(3, row) for row in ROWS], without(3, NAMES)),
    ),
    "a column added": (
        "TAB105",
        'the column "note" between "name" and "born" is no field of the Table Schema',
        csv_of([with_one(2, "x", row) for row in ROWS], with_one(2, "note", NAMES)),
    ),
    "a column without a name added": (
        "TAB105",
        "column 1, which has no name, at the start is no field of the Table Schema",
        csv_of([with_one(0, "x", row) for row in ROWS], with_one(0, "", NAMES)),
    ),
    "one deleted and one added elsewhere": (
        "TAB105",
        'the column "name" between "id" and "born" is missing; the column "note" at the end is no field',
        csv_of([(*without(1, row), "x") for row in ROWS], (*without(1, NAMES), "note")),
    ),
    "one deleted and others elsewhere": (
        "TAB105",
        'the column "name" between "id" and "born" is missing; the others are in another order',
        csv_of([(row[3], row[0], row[2]) for row in ROWS], ("height", "id", "born")),
    ),
    "another order": (
        "TAB106",
        "expected id, name, born, height; found name, id, born, height",
        csv_of([(row[1], row[0], *row[2:]) for row in ROWS], ("name", "id", "born", "height")),
    ),
    "no header": ("TAB107", "expected the header, id, name, born, height", csv_of(ROWS, None)),
}


def told(folder: Path) -> dict:
    """The package in our JSON report."""
    return json.loads(claimtrack(folder, "--format", "json").stdout)["packages"][0]


@pytest.mark.parametrize("what", CASES)
def test_one_cause_is_told_and_its_consequences_are_counted(tmp_path, what):
    rule, words, content = CASES[what]
    folder = table(tmp_path, content, FIELDS, primaryKey="id")
    done = claimtrack(folder)
    findings = [line for line in done.stdout.splitlines() if ": TAB" in line or ": CEL" in line or ": KEY" in line]
    assert done.returncode == 1 and len(findings) == 1, done.stdout
    assert f"data/t.csv:1: {rule} error: " in findings[0] and words in findings[0]
    theirs = verdict(folder)
    further = "1 further finding follows" if theirs.total() == 1 else f"{theirs.total()} further findings follow"
    assert findings[0].endswith(f"({further} from this)")
    assert f"invalid: 1 error, 0 warnings, from which {further}" in done.stdout
    package = told(folder)
    assert (package["errors"], package["consequences"]) == (1, theirs.total())
    causes = [each for each in package["findings"] if each["consequences"]]
    assert [(each["rule"], each["consequences"]) for each in causes] == [(rule, theirs.total())]
    assert sum(each["follows_from"] == {"rule": rule, "file": "data/t.csv"} for each in package["findings"]) == (
        theirs.total()
    )
    assert standard(validate(folder).findings) == theirs


def test_what_follows_is_listed_where_it_is_asked_for(tmp_path):
    rule, _, content = CASES["a column deleted"]
    text = claimtrack(table(tmp_path, content, FIELDS), "--verbose").stdout
    assert text.count(f"(follows from {rule})") == 6 and "CEL101 error" in text


def test_what_has_another_cause_is_told(tmp_path):
    """A cell before the column that is missing, one that holds a control character, and a row that is too short."""
    content = "id,born,height\nx,2001-01-02,1.5\n2,2002-02-03,1\x017\n3,2003-03-04\n"
    package = told(table(tmp_path, content, FIELDS))
    own = {(each["rule"], each["line"]) for each in package["findings"] if not each["follows_from"]}
    assert own >= {("TAB105", 1), ("CEL101", 2), ("HYG106", 3), ("TAB102", 4)}
    assert len(own) == 4, own


def test_columns_that_were_renamed_have_no_common_cause(tmp_path):
    content = csv_of(ROWS, ("id", "title", "born", "size"))
    rules = [found.rule for found in validate(table(tmp_path, content, FIELDS)).findings]
    assert rules == ["TAB101", "TAB101"]


def test_a_header_of_texts_is_not_taken_for_a_row(tmp_path):
    fields = [{"name": name, "type": "string"} for name in ("a", "b")]
    report = validate(table(tmp_path, "x,y\n1,2\n", fields))
    assert {found.rule for found in report.findings} == {"TAB101"}


@pytest.mark.parametrize("match", ["equal", "subset", "superset", "partial"])
def test_columns_that_are_matched_by_name_move_no_cell(tmp_path, match):
    content = csv_of([without(1, row) for row in ROWS], without(1, NAMES))
    report = validate(table(tmp_path, content, FIELDS, fieldsMatch=match))
    assert not {"TAB104", "TAB105", "TAB106", "TAB107"} & {found.rule for found in report.findings}


@pytest.mark.parametrize("what", ["a column added", "another order", "no header", "semicolons"])
def test_tables_that_refer_to_it_are_not_blamed(tmp_path, what):
    """References into a table whose cells have moved, or to the row that is taken for its header, follow from that."""
    rule, _, content = CASES[what]
    reference = {"fields": "who", "reference": {"resource": "people", "fields": "id"}}
    notes = resource("notes", [{"name": "who", "type": "integer"}], foreignKeys=[reference])
    header = "first" if what == "a column added" else ""
    if header:
        content = csv_of([with_one(0, "x", row) for row in ROWS], with_one(0, header, NAMES))
    files = {"data/people.csv": content, "data/notes.csv": "who\n1\n2\n9\n" if what == "no header" else "who\n1\n2\n"}
    folder = write(tmp_path, [resource("people", FIELDS), notes], files)
    package = told(folder)
    lost = [(each["line"], each["follows_from"]) for each in package["findings"] if each["rule"] == "KEY103"]
    cause = {"rule": rule, "file": "data/people.csv"}
    assert lost == ([(2, cause), (4, None)] if what == "no header" else [(2, cause), (3, cause)])


def test_what_follows_from_a_cause_that_is_left_out_is_told(tmp_path):
    """Neither an ignored rule nor a baseline hides more than what it names."""
    _, _, content = CASES["a column deleted"]
    folder = table(tmp_path / "p", content, FIELDS)
    done = claimtrack(folder, "--ignore", "TAB105", "--quiet")
    assert done.returncode == 1 and done.stdout.count("CEL101 error") == 3 and done.stdout.count("TAB101 error") == 3
    assert claimtrack(folder, "--select", "CEL", "--quiet").stdout.count("CEL101 error") == 3
    assert claimtrack(folder, "--write-baseline", tmp_path / "known.json").returncode == 0
    known = claimtrack(folder, "--baseline", tmp_path / "known.json")
    assert known.returncode == 0 and "known to the baseline: 7 findings" in known.stdout
    table(tmp_path / "p", f"{content}4,2004-01-01,many\n", FIELDS)
    new = claimtrack(folder, "--baseline", tmp_path / "known.json", "--quiet")
    assert new.returncode == 1 and '"many"' in new.stdout


def test_the_place_of_others_is_not_taken(tmp_path):
    """However many findings follow, those of another cause are listed, and the totals are exact."""
    rows = "".join(f"x,2001-01-02,{number}\n" for number in range(300))
    package = told(table(tmp_path, f"id,born,height\n{rows}", FIELDS))
    own = [each for each in package["findings"] if each["rule"] == "CEL101" and not each["follows_from"]]
    assert len(own) == 100
    (count,) = (each for each in package["totals"] if each["rule"] == "CEL101")
    assert (count["total"], count["consequences"]) == (600, 300)
    assert (package["errors"], package["consequences"]) == (301, 303)


def test_another_dialect_is_asked(tmp_path):
    """The declared delimiter may be any; a comma in its place is found, too."""
    folder = table(tmp_path, csv_of(ROWS), FIELDS, dialect=DIALECT | {"delimiter": ";"})
    assert "a comma, and a semicolon is declared" in claimtrack(folder).stdout


@pytest.mark.parametrize("one, other", [("ID", "id "), ("e\u0301", "é"), ("a\u200bb", "ab"), ("a\u00a0b", "a b")])
def test_labels_that_look_alike(one, other):
    assert alike(one) == alike(other)
