"""Form: each rule on the one defect that must yield it, and on what must not."""

import csv
import io

import pytest
from hypothesis import given, strategies

from tests.tools.support import DIALECT, resource, rules, table, validate, write

INTEGER, TEXT, DATE = ({"name": "v", "type": kind} for kind in ("integer", "string", "date"))
NUMBER = {"name": "v", "type": "number"}


@pytest.mark.parametrize("way", ["regular", "long", "irregular"])
@pytest.mark.parametrize(
    "field, cell, rule",
    [
        (TEXT, "e\u0301", "HYG105"),
        (TEXT, "a\x08b", "HYG106"),
        (TEXT, "a\u0085b", "HYG118"),
        (TEXT, "l\u0092eau", "HYG118"),
        (TEXT, "12\u00a0000\u202f000\u00a0€", None),
        (TEXT, "«\u00a0oui\u202f» \u00a7\u00a04\u00a0: J.\u00a0K. v\u00a0Praze", None),
        (TEXT, "5\u00a0", "HYG108 HYG109"),
        (TEXT, "\u00a0", "HYG108 HYG109"),
        (TEXT, "New\u00a0York", "HYG119"),
        (TEXT, "\u0958\u0935", None),  # letters that NFC takes apart, as keyboards type them
        (TEXT, "\ufa19\u6236", None),  # an ideograph that tells a name apart
        (TEXT, "\u0958e\u0301", "HYG105"),
        (TEXT, "\u212b", "HYG105"),
        (TEXT, "a\u202eb", "HYG107"),
        (TEXT, "a\u2066b", "HYG107"),
        (TEXT, "a\u00a0b\u200bc", "HYG108 HYG119"),
        (TEXT, "a\u200bb", "HYG108"),
        (TEXT, "a ", "HYG109"),
        (TEXT, "\ta", "HYG109"),
        (TEXT, "a\u3000", "HYG109"),
        (TEXT, "=1+1", "HYG110"),
        (TEXT, "@SUM(A1)", "HYG110"),
        (TEXT, "+cmd|x", "HYG110"),
        (TEXT, "-HYPERLINK(x)", "HYG110"),
        (INTEGER, "007", "HYG117"),
        (NUMBER, "007", "HYG117"),
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
    assert found == ({(each, 2) for each in rule.split()} if rule else set())


@pytest.mark.parametrize(
    "content, found",
    [
        (b"\xef\xbb\xbfv\nx\n", {("HYG101", 1)}),
        (b"v\nx\ry\n", {("HYG102", 2), ("HYG103", None)}),
        (b"v\rx\r", {("HYG102", 1), ("HYG114", None)}),
        (b"v\r\nx\n", {("HYG103", None)}),
        (b"v\nx", {("HYG104", 2)}),  # the dialect declares how lines end
        (b"v\r\nx\r\n", {("HYG114", None)}),
        (b"v\nx\n", set()),
    ],
)
@pytest.mark.parametrize("block_size", [1, 10**6])
def test_bytes(tmp_path, content, found, block_size):
    report = validate(table(tmp_path, content, [TEXT]), block_size=block_size)
    assert {(f.rule, f.line) for f in report.findings if f.rule.startswith("HYG")} == found
    assert report.exit_code == 0 or content.count(b"\r") == 2


@pytest.mark.parametrize(
    "content, found",
    [
        (b'v\n"a\r\nb"\nx\n', set()),
        (b'v\n"a\rb"\n"c\rd"\n', set()),
        (b'v\r\n"a\nb"\r\n', {("HYG114", None)}),
        (b'v\n"a\rb"\nx\r\n', {("HYG103", None)}),
        (b'v\n"a\nb"\nx\ry\n', {("HYG102", 4), ("HYG103", None)}),
        (b'v\n"a\r\n""\r""b"\n', set()),
    ],
)
@pytest.mark.parametrize("block_size", [1, 10**6])
def test_line_breaks_within_quotes_are_no_line_ends(tmp_path, content, found, block_size):
    report = validate(table(tmp_path, content, [TEXT]), block_size=block_size)
    assert {(f.rule, f.line) for f in report.findings if f.rule.startswith("HYG1")} == found


@pytest.mark.parametrize("block_size", [1, 10**6])
def test_a_column_of_codes_is_told_once(tmp_path, block_size):
    """A number that is odd in another way keeps a finding of its own."""
    content = "v,w\n" + "".join(f"{n:05},{n}\n" for n in range(1, 300)) + "+7,08\n"
    fields = [INTEGER, INTEGER | {"name": "w"}]
    report = validate(table(tmp_path, content, fields), block_size=block_size)
    found = [(f.rule, f.row, f.field) for f in report.findings]
    assert found == [("HYG117", 2, "v"), ("HYG111", 301, "v"), ("HYG117", 301, "w")]


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
    report = validate(
        table(tmp_path, "id,text\n" + rows, [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}])
    )
    found = [f for f in report.findings if f.rule == "HYG115"]
    assert [(f.line, f.column) for f in found] == ([(line, column)] if line else [])
    assert not found or (words in found[0].message and report.exit_code == 1)


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
    package = table(
        tmp_path_factory.mktemp("t"), content, [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}]
    )
    assert ("HYG115" in {rule for rule, _ in rules(package)}) == (not strict)


def test_no_quotes_need_be_closed_where_there_are_none(tmp_path):
    fields = [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}]
    for number, dialect in enumerate(
        [
            {"delimiter": ",", "quoteChar": "'"},
            {"delimiter": ",", "quoteChar": "'", "doubleQuote": False, "escapeChar": "\\"},
        ]
    ):
        package = table(tmp_path / str(number), "id,text\n1,\"a\n2,'b, c'\n", fields, dialect=dialect)
        assert "HYG115" not in {rule for rule, _ in rules(package)}


def test_quotes_in_a_further_file_are_told_of_it(tmp_path):
    fields = [{"name": "id", "type": "string"}, {"name": "text", "type": "string"}]
    files = {"data/a.csv": "id,text\n1,a\n", "data/b.csv": 'id,text\n2,"b" c\n3,"d\n'}
    package = write(tmp_path, [resource("t", fields, path=list(files))], files)
    found = [(f.file, f.line, f.column) for f in validate(package).findings if f.rule == "HYG115"]
    assert found == [("data/b.csv", 2, 3), ("data/b.csv", 3, 3)]


@pytest.mark.parametrize(
    "encoding, mark, found", [("utf-8-sig", 1, set()), ("UTF_8_SIG", 1, set()), ("utf-8", 1, {"HYG101"})]
)
def test_a_mark_that_the_encoding_declares_is_no_fault(tmp_path, encoding, mark, found):
    content = b"\xef\xbb\xbfv\nx\n"
    found_rules = {each.rule for each in validate(table(tmp_path, content, [TEXT], encoding=encoding)).findings}
    assert found_rules == found


def test_a_last_line_without_end_is_told_only_where_ends_are_declared(tmp_path):
    assert validate(table(tmp_path, "v\nx", [TEXT], dialect={"delimiter": ","})).findings == []


def test_a_c1_character_is_told_with_what_it_is_in_windows_1252(tmp_path):
    [one, other] = validate(table(tmp_path, "v\na\u0092b\na\u0081b\n", [TEXT])).findings
    assert "U+0092" in one.message and "\u2019" in one.message and "U+0081" in other.message
