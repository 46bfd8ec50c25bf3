"""Tables in other forms than one plain file of UTF-8: the fast reader proves them, and findings have their places."""

import gzip
import io
import lzma
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimtrack.package.copies import Copy
from claimtrack.reading.table import Table
from tests.tools.support import DIALECT, checked, further, resource, standard, verdict, write

FIELDS = [{"name": "n", "type": "integer"}, {"name": "a", "type": "string"}]
ROWS = [["1", "café"], ["x", "naïve"], ["3", "ok"]] * 7  # each third row has a cell of another type


def lines(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def run(folder, files: dict[str, bytes], blocks: int = 20, **told):
    """Checks a package of one table, whose resource is described by `told`, and compares it with frictionless."""
    made = resource("t", FIELDS, path=list(files) if len(files) > 1 else next(iter(files)))
    write(folder, [made | told], files)
    found = checked(folder, samples=10**6, block_size=blocks)
    assert standard(found.report.findings, further([made])) == verdict(folder)
    return found


def zipped(data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("t.csv", data)
    return held.getvalue()


@pytest.mark.parametrize("blocks", [1, 50, 10**6])
@pytest.mark.parametrize(
    "encoding", ["latin-1", "windows-1252", "mac_roman", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1140", "gbk"]
)
def test_a_table_in_another_encoding(tmp_path, encoding, blocks):
    rows = (
        [["1", "caf\u00e9" if encoding != "gbk" else "\u4e2d"], *ROWS[1:]]
        if encoding != "gbk"
        else [["x", "\u4e2d"]] * 3
    )
    made = run(tmp_path, {"t.csv": lines([["n", "a"], *rows]).encode(encoding)}, blocks, encoding=encoding)
    bad = [(found.line, found.column, found.value) for found in made.report.findings if found.rule == "CEL101"]
    assert made.tables["t"].regular
    assert bad == [(line, 1, "x") for line, row in enumerate(rows, 2) if row[0] == "x"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
@pytest.mark.parametrize("ending, pack", [("gz", gzip.compress), ("xz", lzma.compress), ("zip", zipped)])
def test_a_packed_table(tmp_path, encoding, ending, pack):
    made = run(tmp_path, {f"t.csv.{ending}": pack(lines([["n", "a"], *ROWS]).encode(encoding))}, encoding=encoding)
    assert made.tables["t"].regular
    assert [found.line for found in made.report.findings if found.rule == "CEL101"] == [*range(3, 23, 3)]


@pytest.mark.parametrize("dialect", [{}, {"header": False}])
@pytest.mark.parametrize("blocks", [1, 10**6])
def test_a_table_in_three_files(tmp_path, dialect, blocks):
    head = [["n", "a"]] if dialect == {} else []
    files = {f"{name}.csv": lines([*head, *ROWS[: 5 + at]]).encode() for at, name in enumerate("abc")}
    made = run(tmp_path, files, blocks, dialect=DIALECT | dialect)
    assert made.tables["t"].regular and made.report.tables == {"t": 5 + 6 + 7}
    first = len(head) + 2
    expected = [(f"{name}.csv", line) for name in "abc" for line in (first, first + 3)]
    assert [(found.file, found.line) for found in made.report.findings if found.rule == "CEL101"] == expected


@pytest.mark.parametrize("blocks", [1, 10**6])
@pytest.mark.parametrize("endings", ["gz gz gz", "gz zip", "zip csv", "csv xz GZ", "csv csv gz"])
def test_a_table_in_several_packed_files(tmp_path, endings, blocks):
    """frictionless unpacks each file by its own name."""
    packed = {"gz": gzip.compress, "GZ": gzip.compress, "zip": zipped, "xz": lzma.compress, "csv": bytes}
    files = {
        f"{at}.csv.{end}": packed[end](lines([["n", "a"], *ROWS[: 5 + at]]).encode())
        for at, end in enumerate(endings.split())
    }
    made = run(tmp_path, files, blocks)
    assert made.tables["t"].regular
    told = [(found.file, found.line) for found in made.report.findings if found.rule == "CEL101"]
    assert told == [(name, line) for name in files for line in (3, 6)]


@pytest.mark.parametrize("innerpath", [{}, {"innerpath": "none.csv"}])
@pytest.mark.parametrize("compression", [{}, {"compression": "gz"}, {"compression": "zip"}])
def test_what_is_declared_of_packing_is_passed_over_for_several_files(tmp_path, compression, innerpath):
    files = {"a.csv": lines([["n", "a"], *ROWS]).encode(), "b.csv.zip": zipped(lines([["n", "a"], *ROWS]).encode())}
    assert run(tmp_path, files, **compression, **innerpath).report.tables == {"t": 2 * len(ROWS)}


@pytest.mark.parametrize("header", ["n ,a", " n, a\t", '"n ",a'])
def test_a_label_with_a_blank_is_that_of_its_field(tmp_path, header):
    """frictionless strips labels; others, such as pandas, would find no column of the field's name."""
    made = run(tmp_path, {"t.csv": lines([header.split(","), *ROWS]).encode()})
    assert made.tables["t"].regular
    on_header = [(found.rule, found.line) for found in made.report.findings if "the label" in found.message]
    assert on_header == [("HYG109", 1)] * sum(label.strip('"') not in ("n", "a") for label in header.split(","))


def test_a_field_with_a_blank_in_its_name_has_no_label(tmp_path):
    fields = [{"name": "n ", "type": "integer"}, FIELDS[1]]
    write(tmp_path, [resource("t", fields, path="t.csv")], {"t.csv": "n ,a\n1,x\n"})
    made = checked(tmp_path)
    assert not made.tables["t"].regular and standard(made.report.findings) == verdict(tmp_path) != {}


def test_a_file_whose_last_line_goes_on_in_the_next_is_read_as_one_text(tmp_path):
    made = run(tmp_path, {"a.csv": b"n,a\n1,x", "b.csv": b"n,a\n2,y\n"})
    assert not made.tables["t"].regular and {found.rule for found in made.report.findings} >= {"TAB102"}


def test_another_header_in_a_further_file_is_told_once(tmp_path):
    made = run(tmp_path, {"a.csv": b"n,a\n1,x\n", "b.csv": b"a,n\n2,y\n"})
    assert [(found.rule, found.file, found.line) for found in made.report.findings] == [("TAB101", "b.csv", 1)]


@pytest.mark.parametrize(
    "dialect, text, bad",
    [
        ({"headerRows": [3]}, "About,\n,this\nn,a\n1,x\ny,z\n", [5]),
        ({"commentRows": [2]}, "n,a\nunit,none\n1,x\ny,z\n", [4]),
        ({"commentRows": [3]}, "n,a\n1,x\nunit,none\ny,z\n", [4]),
        ({"commentChar": "#"}, "n,a\n#1,x\n1,x\n# none\ny,z\n\n", [5]),
        ({"commentChar": "#"}, 'n,a\n"#1","x\n2"\ny,"z\n#"\n', [4]),
        ({"commentChar": "#"}, 'n,a\n# 5" long\ny,z\n', [3]),
        ({"skipBlankRows": True}, "n,a\n\n1,x\n,\ny,z\n", [5]),
        ({"header": False}, "y,z\n1,x\ny,z\n", [1, 3]),
        ({"headerRows": [1, 2], "headerJoin": ""}, "n,a\n,\ny,z\n", [3]),
    ],
)
@pytest.mark.parametrize("blocks", [1, 10**6])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_heads_and_comments(tmp_path, dialect, text, bad, blocks, mark):
    made = run(tmp_path, {"t.csv": mark + text.encode()}, blocks, dialect=DIALECT | dialect)
    assert [found.line for found in made.report.findings if found.rule == "CEL101"] == bad


@pytest.mark.parametrize("rows, fields, told", [(2, 2, 0), (3, 2, 1), (3, 1, 2), (0, 0, 2)])
def test_numbers_of_rows_and_fields_are_compared(tmp_path, rows, fields, told):
    made = run(tmp_path, {"t.csv": b"n,a\n1,x\n2,y\n"}, rows=rows or 9, fields=fields or 9)
    assert made.tables["t"].regular and [found.rule for found in made.report.findings] == ["FIL101"] * told


CELL = st.sampled_from(["1", "x", "", "é", '"a, b"', '"a\nb"', '""'])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.lists(CELL, max_size=4), max_size=8),
    width=st.integers(1, 3),
    missing=st.sampled_from([[""], ["-"], ["x", ""]]),
    blocks=st.sampled_from([1, 10, 10**6]),
)
def test_rows_of_any_length_are_judged_as_frictionless_does(tmp_path, rows, width, missing, blocks):
    fields = [{"name": f"f{at}", "type": kind} for at, kind in enumerate(["integer", "string", "any"][:width])]
    fields[0]["constraints"] = {"unique": True}
    text = lines([[field["name"] for field in fields], *rows])
    write(tmp_path, [resource("t", fields, path="t.csv", missingValues=missing)], {"t.csv": text})
    made = checked(tmp_path, samples=10**6, block_size=blocks)
    assert made.tables["t"].regular and standard(made.report.findings) == verdict(tmp_path)


def test_ragged_rows_beyond_the_samples_are_counted(tmp_path):
    write(tmp_path, [resource("t", FIELDS, path="t.csv")], {"t.csv": "n,a\n" + "1\n" * 3000 + "1,x,y,z\n" * 3000})
    report = checked(tmp_path, samples=5).report
    assert report.totals["TAB102", "t.csv"] == 9000 and [found.row for found in report.findings] == [2, 3, 4, 5, 6]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=50), encoding=st.sampled_from(["utf-16", "utf-8", "utf-32", "gb18030"]))
def test_a_copy_holds_the_text_in_utf_8_and_goes(text, encoding):
    copy = Copy(io.BytesIO(text.encode(encoding, "replace")), encoding)
    with copy.open() as handle:
        assert handle.read().decode() == text.encode(encoding, "replace").decode(encoding)
    copy.close()
    with pytest.raises(FileNotFoundError):
        copy.open()


def test_many_places_are_found_in_one_reading(tmp_path, monkeypatch):
    opened, before = [], Table.stored
    monkeypatch.setattr(Table, "stored", lambda table, file: opened.append(file) or before(table, file))
    rows = "".join(f"{'x' * (at % 2)}{at},a\n" for at in range(4000))
    write(tmp_path, [resource("t", FIELDS, path="t.csv")], {"t.csv": "n,a\n" + rows})
    report = checked(tmp_path, samples=10**6).report
    assert [found.line for found in report.findings] == [*range(3, 4003, 2)] and len(opened) < 10
