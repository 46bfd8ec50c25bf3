"""Form: each rule on the one defect that must yield it, and on what must not."""

import pytest

from tests.support import DIALECT, resource, table, write
from validator import descriptor
from validator.run import validate

INTEGER, TEXT, DATE = ({"name": "v", "type": kind} for kind in ("integer", "string", "date"))
NUMBER = {"name": "v", "type": "number"}


def rules(folder) -> set[tuple[str, int | None]]:
    return {(found.rule, found.line) for found in validate(folder).findings}


@pytest.mark.parametrize("irregular", [False, True], ids=["regular", "irregular"])
@pytest.mark.parametrize(
    "field, cell, rule",
    [
        (TEXT, "e\u0301", "HYG105"),
        (TEXT, "a\x08b", "HYG106"),
        (TEXT, "a\u0085b", "HYG106"),
        (TEXT, "a\u202eb", "HYG107"),
        (TEXT, "a\u2066b", "HYG107"),
        (TEXT, "a\u00a0b", "HYG108"),
        (TEXT, "a\u200bb", "HYG108"),
        (TEXT, "a ", "HYG109"),
        (TEXT, "\ta", "HYG109"),
        (TEXT, "a\u3000", "HYG109"),
        (TEXT, "=1+1", "HYG110"),
        (TEXT, "@SUM(A1)", "HYG110"),
        (TEXT, "+cmd|x", "HYG110"),
        (TEXT, "-HYPERLINK(x)", "HYG110"),
        (INTEGER, "007", "HYG111"),
        (INTEGER, "+1", "HYG111"),
        (INTEGER, "1_000", "HYG111"),
        (INTEGER, "\u0661", "HYG111"),
        (INTEGER, " 1", "HYG111"),
        (INTEGER, "-0", "HYG111"),
        (NUMBER, "01.5", "HYG111"),
        (NUMBER, ".5", "HYG111"),
        (DATE, "2024-1-5", "HYG112"),
        (TEXT, "Phnom Penh, ភ្នំពេញ", None),
        (TEXT, "ការ\u200bបោះឆ្នោត", None),
        (TEXT, "\u200bការបោះឆ្នោត", "HYG108"),
        (TEXT, "+855 12 345 678", None),
        (TEXT, "-5", None),
        (TEXT, "a-b=c", None),
        (INTEGER, "-12", None),
        (INTEGER, "9" * 30, None),
        (NUMBER, "1.50", None),
        (NUMBER, "1e-5", None),
        (NUMBER, "NaN", None),
        (DATE, "2024-01-05", None),
        (TEXT | {"constraints": {"enum": ["=x"]}}, "=x", "HYG110"),
    ],
)
def test_cells(tmp_path, field, cell, rule, irregular):
    fields = [field, {"name": "w", "type": "string"}]
    content = f"v,w\n{cell},x\n" + ('"1\n","y"\n' if irregular else "") if field is TEXT or not irregular else f'v,w\n{cell},"x\ny"\n'
    content = content if "," not in cell else content.replace(cell, f'"{cell}"', 1)
    found = {(f.rule, f.line) for f in validate(table(tmp_path, content, fields)).findings if f.row == 2}
    assert found == ({(rule, 2)} if rule else set())


@pytest.mark.parametrize(
    "content, found",
    [
        (b"\xef\xbb\xbfv\nx\n", {("HYG101", 1)}),
        (b"v\nx\ry\n", {("HYG102", 2), ("HYG103", None)}),
        (b"v\rx\r", {("HYG102", 1), ("HYG114", None)}),
        (b"v\r\nx\n", {("HYG103", None)}),
        (b"v\nx", {("HYG104", 2)}),
        (b"v\r\nx\r\n", {("HYG114", None)}),
        (b"v\nx\n", set()),
    ],
)
@pytest.mark.parametrize("block_size", [1, 10**6])
def test_bytes(tmp_path, content, found, block_size):
    report = validate(table(tmp_path, content, [TEXT]), block_size=block_size)
    assert {(f.rule, f.line) for f in report.findings if f.rule.startswith("HYG")} == found
    assert report.exit_code == 0 or content.count(b"\r") == 2


def test_line_ends_as_declared_are_right(tmp_path):
    assert not rules(table(tmp_path, "v\r\nx\r\n", [TEXT], dialect=DIALECT | {"lineTerminator": "\r\n"}))


@pytest.mark.parametrize(
    "field, rows, line",
    [
        (TEXT, "a\nc\nb\nd\na\n", 4),
        (TEXT, "a\nb\n", None),
        (TEXT, "a10\na2\n", None),
        (INTEGER, "2\n10\n", None),
        (INTEGER, "10\n2\n", 3),
        (TEXT, 'a\n"c\nc"\nb\n', 5),
    ],
)
def test_order_of_rows(tmp_path, field, rows, line):
    found = [(f.rule, f.line) for f in validate(table(tmp_path, "v\n" + rows, [field], primaryKey="v")).findings if f.rule == "HYG113"]
    assert found == ([("HYG113", line)] if line else [])


def test_order_matters_only_with_a_key(tmp_path):
    assert not rules(table(tmp_path, "v\nb\na\n", [TEXT]))


def test_files_that_no_resource_names(tmp_path):
    files = {"data/t.csv": "v\nx\n", "data/t (copy).csv": "v\n", "data/README.md": "", "data/.hidden": "", "elsewhere/u.csv": "", "schemas/s.json": "{}"}
    report = validate(write(tmp_path, [resource("t", [TEXT])], files))
    assert [(f.rule, f.file) for f in report.findings] == [("FIL104", "data/t (copy).csv")]


def test_files_beside_the_descriptor_are_nobodys_business(tmp_path):
    assert not rules(write(tmp_path, [resource("t", [TEXT], path="t.csv")], {"t.csv": "v\nx\n", "LICENSE": ""}))


@pytest.mark.parametrize(
    "change, field, found",
    [
        ({"dialect": None}, TEXT, {"PKG201"}),
        ({"encoding": None}, TEXT, {"PKG202"}),
        ({"schema": None}, TEXT, {"PKG206"}),
        ({}, TEXT | {"constraints": {"pattern": "a|b"}}, {"PKG203"}),
        ({}, TEXT | {"constraints": {"pattern": "(a|b)"}}, set()),
        ({}, TEXT | {"constraint": {"pattern": "a"}}, {"PKG204"}),
        ({}, TEXT | {"codeList": "x"}, set()),
        ({"encodnig": "utf-8"}, TEXT, {"PKG204"}),
        ({"licences": []}, TEXT, {"PKG204"}),
        ({"dialect": DIALECT | {"delimeter": ","}}, TEXT, {"PKG204"}),
        ({"note": "x", "date": "2024"}, TEXT | {"unit": "m"}, set()),
        ({}, TEXT | {"categories": ["a"]}, {"PKG205"}),
        ({}, TEXT | {"categories": ["a"], "constraints": {"enum": ["a"]}}, set()),
        ({"uniqueKeys": [["w"]]}, TEXT, {"PKG106"}),
        ({"foreignKeys": [{"fields": "v", "reference": {"resource": "", "fields": "w"}}]}, TEXT, {"PKG105"}),
    ],
    ids=str,
)
def test_descriptors(tmp_path, change, field, found):
    assert {rule for rule, _ in rules(table(tmp_path, "v\na\n", [field], **change))} == found


def test_mistyped_key_of_a_table_schema(tmp_path):
    told = resource("t", [TEXT])
    told["schema"]["foreignKey"] = []
    report = validate(write(tmp_path, [told], {"data/t.csv": "v\na\n"}))
    assert [f.rule for f in report.findings] == ["PKG204"] and '"foreignKeys"' in report.findings[0].message


@pytest.mark.parametrize("pattern, bare", [("a|b", True), ("(a|b)", False), (r"a\|b", False), ("[a|b]", False), ("(?:a|b)|c", True), ("[]|]", False), (r"\(a|b\)", True)])
def test_ungrouped_alternation(pattern, bare):
    assert descriptor.ungrouped(pattern) is bare


def test_strict_lets_warnings_fail(tmp_path):
    folder = table(tmp_path, "v\nx ", [TEXT])
    assert validate(folder).exit_code == 0
    assert validate(folder, strict=True).exit_code == 1
