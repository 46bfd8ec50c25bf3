"""Form: each rule on the one defect that must yield it, and on what must not."""

import csv
import io

import pytest
from hypothesis import given, strategies

from tests.support import DIALECT, resource, rules, table, write
from validator.run import validate

INTEGER, TEXT, DATE = ({"name": "v", "type": kind} for kind in ("integer", "string", "date"))
NUMBER = {"name": "v", "type": "number"}


@pytest.mark.parametrize("way", ["regular", "long", "irregular"])
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
        (INTEGER, "x1", "CEL101"),  # told once
        (INTEGER, "--", "CEL101"),
        (DATE, "soon", "CEL101"),
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
        (NUMBER | {"decimalChar": ","}, "1,5", None),
        (NUMBER | {"groupChar": "_"}, "1_000", None),
        (INTEGER | {"bareNumber": False}, "5 km", None),
        (DATE, "2024-01-05", None),
        (TEXT | {"constraints": {"enum": ["=x"]}}, "=x", "HYG110"),
    ],
)
def test_cells(tmp_path, field, cell, rule, way):
    fields = [field, {"name": "w", "type": "string"}]
    other = {"regular": "x", "long": '"x\ny"', "irregular": 'x"'}[way]
    content = f"v,w\n{cell},{other}\n"
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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_bytes_of_a_wide_encoding_say_nothing(tmp_path, encoding):
    """In UTF-16 the last byte is none of a line end, and the bytes of a letter may be."""
    assert not rules(table(tmp_path, "v\n\u0d0a\n".encode(encoding), [TEXT], encoding=encoding))


def test_line_ends_as_declared_are_right(tmp_path):
    assert not rules(table(tmp_path, "v\r\nx\r\n", [TEXT], dialect=DIALECT | {"lineTerminator": "\r\n"}))


@pytest.mark.parametrize(
    "rows, line, column, words",
    [
        ('1,"a\n2,b\n3,c\n', 2, 3, "closed nowhere, so that the file's last 3 lines are one cell"),
        ('1,"a\n2,b\n3,"c"\n4,d\n', 2, 3, "closed, 2 lines further down, before 'c', where"),
        ('1,"a\n2,"\n3,c\n', None, None, None),  # one cell with a line break, for all that anyone can tell
        ('1,"a" b\n', 2, 3, "closed before ' ', where"),
        ('1,a\n"2"x,"b"y\n', 3, 1, "closed before 'x', where"),
        ('1,a\n2,"b', 3, 3, "closed nowhere"),
        ('1,a,"b\n', 2, 1, "closed nowhere"),  # in a cell of no column
        ('1,"a ""b"""\n2,5"10\n', None, None, None),
    ],
)
def test_quotes_not_closed_where_the_cell_ends(tmp_path, rows, line, column, words):
    report = validate(table(tmp_path, "id,text\n" + rows, [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}]))
    found = [f for f in report.findings if f.rule == "HYG115"]
    assert [(f.line, f.column) for f in found] == ([(line, column)] if line else [])
    assert not found or words in found[0].message and report.exit_code == 1


@pytest.mark.parametrize("content, line", [("\nv\nx\n", 1), ("\r\nv\r\nx\r\n", 1), ("v\n\nx\n", None), ("", None)])
def test_blank_header(tmp_path, content, line):
    found = [(f.rule, f.line) for f in validate(table(tmp_path, content, [TEXT])).findings if f.rule == "HYG116"]
    assert found == ([("HYG116", line)] if line else [])


@given(rows=strategies.text('ab",\n', max_size=30), end=strategies.sampled_from(["\n", "\r\n"]))
def test_quotes_are_told_as_by_a_strict_reader(tmp_path_factory, rows, end):
    content = ("id,text\n" + rows).replace("\n", end)
    try:
        strict = bool(list(csv.reader(io.StringIO(content, newline=""), strict=True)))
    except csv.Error:
        strict = False
    package = table(tmp_path_factory.mktemp("t"), content, [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}])
    assert ("HYG115" in {rule for rule, _ in rules(package)}) == (not strict)


def test_no_quotes_need_be_closed_where_there_are_none(tmp_path):
    fields = [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}]
    for number, dialect in enumerate([{"delimiter": ",", "quoteChar": "'"}, {"delimiter": ",", "quoteChar": "'", "doubleQuote": False, "escapeChar": "\\"}]):
        package = table(tmp_path / str(number), 'id,text\n1,"a\n2,\'b, c\'\n', fields, dialect=dialect)
        assert "HYG115" not in {rule for rule, _ in rules(package)}


def test_quotes_in_a_further_file_are_told_of_it(tmp_path):
    fields = [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}]
    files = {"data/a.csv": "id,text\n1,a\n", "data/b.csv": 'id,text\n2,"b" c\n3,"d\n'}
    package = write(tmp_path, [resource("t", fields, path=list(files))], files)
    found = [(f.file, f.line, f.column) for f in validate(package).findings if f.rule == "HYG115"]
    assert found == [("data/b.csv", 2, 3), ("data/b.csv", 3, 3)]
