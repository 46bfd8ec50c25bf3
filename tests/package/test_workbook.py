"""Tables in workbooks (XLSX): looked through within bounds, then read as frictionless reads them."""

import datetime
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from claimtrack.core import limits
from claimtrack.package import workbook
from tests.tools.support import resource, standard, validate, verdict, write, zipped

FIELDS = [{"name": "bee", "type": "integer"}, {"name": "hive", "type": "string"}, {"name": "day", "type": "date"}]
HEAD = ["bee", "hive", "day"]
DAY = datetime.date(2023, 7, 23)
PATH = "data/yard.xlsx"


def book(**sheets: list[list]) -> bytes:
    """A workbook with these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def bees(name: str = "bees", **more) -> dict:
    form = {"path": PATH, "format": None, "encoding": None, "dialect": None}
    return resource(name, FIELDS, **form | more)


def edited(content: bytes, name: str, edit: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part of it changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped(
            {each: edit(archive.read(each)) if each == name else archive.read(each) for each in archive.namelist()}
        )


SHEET = "xl/worksheets/sheet1.xml"
SOUND = book(bees=[HEAD, [1, "a", DAY]])


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD, [1, "a", DAY], [2.0, "b", "2023-07-24"]],
        [HEAD, ["x", 5, True], [1.5, None, datetime.datetime(2023, 7, 23, 12)], ["3", "=1+1", datetime.time(12)]],
        [HEAD, [None, None, None], [1, "a"], [1, "a", DAY, "more"]],
        [["bee", "hive"], [1, "a"]],
        [["Bee", None, 5], [1, "a", DAY]],
        [HEAD],
        [],
    ],
)
def test_the_verdict_is_that_of_frictionless(tmp_path, rows):
    folder = write(tmp_path, [bees(primaryKey=["bee"])], {PATH: book(bees=rows)})
    assert standard(validate(folder).findings) == verdict(folder)


@pytest.mark.parametrize(
    "dialects",
    [
        [{"excel": {"sheet": "bees"}}, {"excel": {"sheet": "more"}}],
        [{"sheetName": "bees"}, {"sheetName": "more"}],
        [{"excel": {"sheet": 1}}, {"sheetNumber": 2}],
    ],
    ids=["by name", "by the standard's name", "by number"],
)
def test_each_sheet_is_a_table_of_its_own(tmp_path, dialects):
    told = [bees(name, dialect=dialect) for name, dialect in zip(["bees", "more"], dialects, strict=True)]
    content = book(bees=[HEAD, ["x", "a", DAY]], more=[HEAD, [1, "a", DAY], ["y", "a", DAY]])
    report = validate(write(tmp_path, told, {PATH: content}))
    found = [(each.rule, report.files[each.file], each.row, each.value) for each in report.findings]
    assert found == [("CEL101", "bees", 2, "x"), ("CEL101", "more", 3, "y")]
    assert len({each.file for each in report.findings}) == 2 and report.tables == {"bees": 1, "more": 2}


def test_a_sheet_that_is_not_there(tmp_path):
    report = validate(write(tmp_path, [bees(dialect={"sheetName": "wasps"})], {PATH: SOUND}))
    assert [(each.rule, each.file) for each in report.findings] == [("FIL102", f"{PATH}/wasps")]


def test_references_between_a_sheet_and_a_file(tmp_path):
    key = {"fields": "bee", "reference": {"resource": "bees", "fields": "bee"}}
    other = resource("other", FIELDS[:1], foreignKeys=[key])
    folder = write(tmp_path, [bees(), other], {PATH: SOUND, "data/other.csv": "bee\n1\n2\n"})
    assert [(each.rule, each.file, each.row) for each in validate(folder).findings] == [("KEY103", "data/other.csv", 3)]


def test_sizes_and_hashes(tmp_path):
    right = {"bytes": len(SOUND), "hash": "sha256:" + hashlib.sha256(SOUND).hexdigest()}
    assert not validate(write(tmp_path, [bees(**right)], {PATH: SOUND})).findings
    wrong = {"bytes": 1, "hash": "sha256:" + "0" * 64}
    assert [each.rule for each in validate(write(tmp_path, [bees(**wrong)], {PATH: SOUND})).findings] == ["FIL101"] * 2


def test_a_workbook_in_a_zip(tmp_path):
    told = bees(path="data/all.zip", innerpath="in/yard.xlsx", dialect={"excel": {"sheet": "bees"}})
    content = zipped({"in/yard.xlsx": book(bees=[HEAD, ["x", "a", DAY]])})
    (found,) = validate(write(tmp_path, [told], {"data/all.zip": content})).findings
    assert (found.rule, found.file) == ("CEL101", "data/all.zip/in/yard.xlsx/bees")


@pytest.mark.parametrize(
    "old, new, rule",
    [
        (b'<c r="A2"', b'<c r="ZZZZZZZ2"', "FIL105"),
        (b'<c r="A2"', b'<c r="XFD2"', "FIL105"),
        (b'<c r="A2"', b'<c r="A9999999999"', "FIL105"),
        (b'<row r="2"', b'<row r="999999999999"', "FIL105"),
        (b'<row r="2"', b'<row r="1e9"', "FIL105"),
        (b'"A1:C2"', b'"A1:XFD1048576"', "FIL105"),
        (b'"A1:C2"', b'"A1:ZZZZZZZZ9"', "FIL105"),
        (b"<sheetData>", b"<sheetData>" + b'<row r="1">' + b"<c/>" * 3000 + b"</row>", "FIL105"),
        (b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]><worksheet', "FIL102"),
        (b"<sheetData>", b"<sheetData", "FIL102"),
    ],
)
def test_what_would_take_room_without_end_is_refused(tmp_path, old, new, rule):
    content = edited(SOUND, SHEET, lambda part: part.replace(old, new, 1))
    assert content != SOUND
    other = resource("other", FIELDS[:1])
    report = validate(write(tmp_path, [bees(), other], {PATH: content, "data/other.csv": "bee\nx\n"}))
    assert [(each.rule, each.file) for each in report.findings] == [("CEL101", "data/other.csv"), (rule, PATH)]
    assert not report.complete


def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_WORKBOOK", len(SOUND))
    (found,) = validate(write(tmp_path, [bees()], {PATH: SOUND})).findings
    assert found.rule == "FIL105" and "the workbook unpacks to" in found.message


@pytest.mark.parametrize("content", [b"PK", b"no zip", zipped({}), zipped({"a.xml": "<a"}), zipped({"a.xml": "<a/>"})])
def test_what_is_no_workbook(tmp_path, content):
    report = validate(write(tmp_path, [bees()], {PATH: content}))
    assert [(each.rule, each.file) for each in report.findings] == [("FIL102", PATH)]


def test_a_workbook_that_is_damaged_anywhere(tmp_path):
    """Whatever byte is another one, the table is read or refused, and nothing fails."""
    folder = write(tmp_path, [bees()], {PATH: SOUND})
    for at in range(0, len(SOUND), len(SOUND) // 25):
        (folder / PATH).write_bytes(SOUND[:at] + bytes([SOUND[at] ^ 0xFF]) + SOUND[at + 1 :])
        validate(folder)


def test_without_the_library_the_table_is_not_checked(tmp_path, ended, monkeypatch):
    monkeypatch.setattr(workbook, "find_spec", lambda name: None)
    folder = write(tmp_path, [bees(), resource("other", FIELDS[:1])], {PATH: SOUND, "data/other.csv": "bee\n1\n"})
    done = ended("check", folder)
    assert done.code == 2 and "1 table, 1 row" in done.out and 'pip install "claimtrack[spreadsheets]"' in done.out
    assert ended("check", folder, "--ignore", "FIL109:bees").code == 0


@pytest.mark.parametrize(
    "more, said",
    [
        ({"path": "data/yard.ods"}, "leaves out rows and cells that are repeated"),
        ({"path": "data/yard.xls"}, 'the format "xls" is not read here'),
        ({"path": [PATH, "data/more.xlsx"]}, "is not read where a table is in several files"),
        ({"dialect": {"excel": {"fillMergedCells": True}}}, "its dialect says `fillMergedCells`"),
    ],
)
def test_what_is_not_read_is_a_part_not_checked(tmp_path, ended, more, said):
    files = dict.fromkeys((PATH, "data/more.xlsx", "data/yard.ods", "data/yard.xls"), SOUND)
    done = ended("check", write(tmp_path, [bees(**more)], files))
    assert done.code == 2 and "FIL109" in done.out and said in done.out


def test_a_bare_workbook_with_its_schema(tmp_path: Path, ended):
    (tmp_path / "yard.xlsx").write_bytes(book(bees=[["bee"], ["x"]]))
    (tmp_path / "s.yaml").write_text("fields: [{name: bee, type: integer}]\n")
    done = ended("check", tmp_path / "yard.xlsx", "--schema", tmp_path / "s.yaml")
    assert done.code == 1 and "yard.xlsx: CEL101" in done.out
