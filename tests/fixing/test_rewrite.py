"""One table: form is mended, meaning never touched."""

import csv
import io
import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimtrack.core.visible import BLANKS
from claimtrack.fixing.plan import summary
from tests.tools.fixing import KEYED, fixed, package, plan
from tests.tools.support import DIALECT, files_in, read_descriptor, seal


@pytest.mark.parametrize("content, form, word", [
    (b"id,words\n1,a\n", b"id,words\n1,a\n", ""),
    (b"id,words\r\n1,a\r\n", b"id,words\r\n1,a\r\n", ""),  # of which no rule complains
    (b"id,words\r\n1,a\n", b"id,words\n1,a\n", "line ends"),
    (b'id,words\n1,"a\nb "\n', b'id,words\n1,"a\nb"\n', "1 cell without the blanks"),
    (b'id,words\r\n"1","a\r\nb"\r\n', b'id,words\r\n1,"a\r\nb"\r\n', "quoting"),
    (b"id,words\r1,a\r", b"id,words\n1,a\n", "line ends"),
    (b"id,words\n1,a", b"id,words\n1,a\n", "last line ended"),
    (b"\xef\xbb\xbfid,words\n1,a\n", b"id,words\n1,a\n", "byte-order mark"),
    (b'"id","words"\n1,"a"\n', b"id,words\n1,a\n", "quoting"),
    (b'id,words\n1,"a, ""b"""\n', b'id,words\n1,"a, ""b"""\n', ""),
    ("id,words\n1,e\u0301\n".encode(), "id,words\n1,\xe9\n".encode(), "1 cell put in NFC"),
    ("id,words\n1,a \t\u00a0\n2,b \n".encode(), b"id,words\n1,a\n2,b\n", "2 cells without the blanks"),
    (b"id,words\n2,b\n\n1, a\n\n", b"id,words\n1, a\n2,b\n", "2 blank lines dropped, rows sorted"),
    (b"id,words\n", b"id,words\n", ""),
])  # fmt: skip
def test_form_is_mended(tmp_path, content, form, word):
    folder = package(tmp_path, content)
    told = " ".join(summary(plan(folder)))
    assert fixed(folder) == form
    assert word in told and bool(word) == bool(told)
    (resource,) = read_descriptor(folder)["resources"]
    assert seal(folder) == [] and resource["bytes"] == len(form)


@pytest.mark.parametrize("content, word", [
    (b"id,words\n1\n", "t.csv:2: 1 cells where the header has 2"),
    (b"id,words\n1,a,b\n", "t.csv:2: 3 cells"),
    (b"id,words\n1,\xff\n", "not in the encoding"),
    (b'id,words\n1,"a\n2,b\n', "cannot be read as CSV"),
    (b'id,words\n1,"a"b\n', "cannot be read as CSV"),
    (b"id,words\n1,a\n1,b\n", 't.csv:3: the key "1" stands in line 2 already'),
    (b"id,words\n,a\n", "lacks a value of its key"),
    (b"id,words\n1 ,a\n", "part of a key"),
    ("id,words\ne\u0301,a\n\xe9,b\n".encode(), "part of a key"),
    (b"id,words\n1,  \n", "missing value"),
    (b"id,words \n1,a\n", "the name of the column"),
    (b"\n", "has no header"),
    (b"id,words\n1,e" + "\u0316\u0301".encode() * 1000, "t.csv:2: a cell of the column \"words\" has more than 1,000"),
    (b"id,e" + "\u0316\u0301".encode() * 1000 + b"\n1,a\n", "t.csv:1: the name of a column has more than 1,000"),
])  # fmt: skip
def test_meaning_at_stake_is_refused(tmp_path, content, word):
    folder = package(tmp_path, content)
    before = files_in(folder)
    (refusal,) = plan(folder).refusals
    assert word in refusal and len(refusal.splitlines()) == 1
    assert files_in(folder) == before


@pytest.mark.parametrize(
    "schema, content, word",
    [
        (KEYED | {"missingValues": ["", "NA"]}, b"id,words\n1,NA \n", "missing value"),
        (
            KEYED | {"foreignKeys": [{"fields": "words", "reference": {"resource": "", "fields": "id"}}]},
            b"id,words\n1,1 \n",
            "part of a key",
        ),
        (KEYED | {"uniqueKeys": [["words"]]}, b"id,words\n1,1 \n", "part of a key"),
        ({"fields": [{"name": "id", "constraints": {"unique": True}}]}, b"id\n1 \n", "part of a key"),
        ({"fields": [{"name": "id"}]}, b"id\n1\n\n2\n", "one column"),
        (KEYED | {"primaryKey": "words"}, b"id,Words\n1,a \n", "part of a key"),
        (KEYED | {"missingValues": [" "]}, b"id,words\n1, \n", "missing value"),
        (KEYED | {"missingValues": ["", " "]}, b"id,words\n1,\xc2\xa0\n", "missing value"),
        (
            {"fields": [{"name": "id"}, {"name": "words", "missingValues": ["a "]}]},
            b"id,words\n1,a \n",
            "missing value",
        ),
        (
            {"fields": [{"name": "id"}, {"name": "words", "type": "string", "constraints": {"minLength": 2}}]},
            b"id,words\n1,a \n",
            "break its Table Schema",
        ),
        (
            {"fields": [{"name": "id"}, {"name": "words", "type": "string", "categories": ["a "]}]},
            b"id,words\n1,a \n",
            "break its Table Schema",
        ),
        (
            {"fields": [{"name": "id"}, {"name": "words", "type": "string", "constraints": {"pattern": "(x+x+)+y"}}]},
            b"id,words\n1," + b"x" * 40 + b" \n",
            "break its Table Schema",
        ),
    ],
)
def test_what_the_schema_says_of_a_cell_is_minded(tmp_path, schema, content, word):
    (refusal,) = plan(package(tmp_path, content, schema)).refusals
    assert word in refusal


def test_rows_are_sorted_by_the_whole_key(tmp_path):
    whole = {
        "fields": [{"name": "n", "type": "integer"}, {"name": "t", "type": "string"}, {"name": "x"}],
        "primaryKey": ["n", "t"],
    }
    assert (
        fixed(package(tmp_path, b"x,n,t\n1,10,a\n2,9,b\n3,9,B\n4,-1,\xc3\xa9\n", whole))
        == b"x,n,t\n4,-1,\xc3\xa9\n3,9,B\n2,9,b\n1,10,a\n"
    )


def test_rows_without_a_key_stay_in_their_order(tmp_path):
    assert fixed(package(tmp_path, b"id,words\n2,b\r\n1,a\n", {"fields": []})) == b"id,words\n2,b\n1,a\n"


def test_no_rows_are_sorted_unless_that_is_asked(tmp_path):
    assert fixed(package(tmp_path, b"id,words\n2,b \n1,a\n"), in_order=False) == b"id,words\n2,b\n1,a\n"


def test_declared_dialect_and_encoding_are_kept(tmp_path):
    dialect = {"delimiter": ";", "lineTerminator": "\r\n"}
    assert (
        fixed(package(tmp_path, b'id;words\n1;"caf\xe9, "\n', dialect=dialect, encoding="latin-1"))
        == b"id;words\r\n1;caf\xe9,\r\n"
    )


@pytest.mark.parametrize("spelt", ["utf-8", "UTF-8", "utf8", "UTF8", "utf_8", "U8", "cp65001"])
def test_a_mark_is_dropped_however_utf_8_is_spelt(tmp_path, spelt):
    raw = b'\xef\xbb\xbf"id","words"\n1,a\n'
    assert fixed(package(tmp_path, raw, encoding=spelt)) == b"id,words\n1,a\n"


@pytest.mark.parametrize(
    "spelt, before, after",
    [
        ("utf-8-sig", b"\xef\xbb\xbfid,words\r\n1,a\r\n", b"\xef\xbb\xbfid,words\n1,a\n"),
        ("utf-8-sig", b"id,words\r\n1,a\r\n", b"id,words\n1,a\n"),
        ("utf-16", "\ufeffid,words\r\n1,a\r\n".encode("utf-16-be"), "\ufeffid,words\n1,a\n".encode("utf-16-be")),
        ("UTF16", "\ufeffid,words\r\n1,a\r\n".encode("utf-16-le"), "\ufeffid,words\n1,a\n".encode("utf-16-le")),
        ("UTF-16BE", "\ufeffid,words\n1,a\n".encode("utf-16-be"), "id,words\n1,a\n".encode("utf-16-be")),
        ("utf-16-le", "id,words\r\n1,a\r\n".encode("utf-16-le"), "id,words\n1,a\n".encode("utf-16-le")),
    ],
)
def test_the_mark_of_an_encoding_that_has_one_stays(tmp_path, spelt, before, after):
    assert fixed(package(tmp_path, before, encoding=spelt, dialect=DIALECT)) == after


@pytest.mark.parametrize(
    "spelt",
    ["undefined", "punycode", "hex", "rot13", "unicode_escape", "cp037", "no-such-thing", "a\0b"],
)
def test_an_encoding_that_is_none_for_tables_is_a_sentence(tmp_path, spelt):
    folder = package(tmp_path, b"id,words\r\n1,a\r\n", encoding=spelt)
    before, made = files_in(folder), plan(folder)
    assert len(made.refusals) == 1 and len(made.refusals[0].splitlines()) == 1 and files_in(folder) == before


def test_a_column_to_which_another_table_leads_is_a_key(tmp_path):
    folder = package(tmp_path, b"id,words\n1,a \n")
    told = read_descriptor(folder)
    key = {"fields": "words", "reference": {"resource": "t", "fields": "words"}}
    told["resources"].append(
        {"name": "u", "path": "u.csv", "schema": {"fields": [{"name": "words"}], "foreignKeys": [key]}}
    )
    (folder / "u.csv").write_bytes(b"words\na \n")
    (folder / "datapackage.json").write_text(json.dumps(told))
    assert ["is part of a key" in line for line in plan(folder).refusals] == [True, True]


def test_what_frictionless_guesses_is_not_taken_for_what_is_declared(tmp_path):
    """Here it takes a part of some cell for the delimiter."""
    folder = package(tmp_path, b'"id","a","b"\n"0","",";\'"\n"1","","\'"\n', {"fields": []})
    made = plan(folder)
    assert made.refusals and "declare its dialect whole" in made.refusals[0]


@pytest.mark.parametrize(
    "resource",
    [
        {"dialect": {"quoteChar": "'"}},
        {"dialect": {"header": False}},
        {"dialect": {"commentChar": "#"}},
        {"compression": "gz"},
    ],
)
def test_other_forms_are_left_alone_and_said_to_be(tmp_path, resource):
    folder = package(tmp_path, b"id,words\r\n1,a\r\n", **resource)
    assert plan(folder).rewrites == [] and "left alone" in plan(folder).left[0]


def test_a_blank_that_the_dialect_skips_is_not_lost_unseen(tmp_path):
    folder = package(tmp_path, b'id,words\n1," a"\n', dialect={"skipInitialSpace": True})
    assert "reads the same" in plan(folder).refusals[0]


# ---------------------------------------------------------------------------------------------------------- properties

CELLS = st.text(alphabet=st.sampled_from("ab\xe9e\u0301 \t\u00a0\"',;"), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 30).map(str), CELLS, CELLS), max_size=6, unique_by=lambda row: row[0]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.booleans(),
)
def test_twice_is_once_and_every_cell_says_the_same(tmp_path, rows, end, quoting, mark):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([("id", "a", "b"), *rows])
    schema = {"fields": [{"name": name, "type": "string"} for name in ("id", "a", "b")], "primaryKey": "id"}
    folder = package(tmp_path, ("\ufeff" * mark + text.getvalue()).encode(), schema, dialect=DIALECT)
    made = plan(folder)
    blank = [cell for row in rows for cell in row if cell and not cell.strip(BLANKS)]
    assert bool(made.refusals) == bool(blank)
    if not blank:
        after = list(csv.reader(io.StringIO(fixed(folder).decode(), newline="")))
        wanted = [
            [row[0], *(unicodedata.normalize("NFC", cell).rstrip(BLANKS) for cell in row[1:])] for row in sorted(rows)
        ]
        assert after == [["id", "a", "b"], *wanted]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40).map(lambda raw: b"id,words\n" + raw))
def test_any_bytes_are_fixed_for_good_or_refused_whole(tmp_path, content):
    folder = package(tmp_path, content)
    made = plan(folder)
    if made.refusals:
        assert (folder / "t.csv").read_bytes() == content
    else:
        fixed(folder)
