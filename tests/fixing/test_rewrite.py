"""`--fix`: form is mended, meaning never touched."""

import csv
import io
import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.example import Example
from tests.test_command import run
from validator.findings import Unusable
from validator.fix import diff, plan, summary, write
from validator.run import validate
from validator.seal import read_rows, seal
from validator.text import BLANKS

KEYED = {"fields": [{"name": "id", "type": "string"}, {"name": "words", "type": "string"}], "primaryKey": "id"}


def package(folder: Path, content: bytes, schema: dict = KEYED, **resource) -> Path:
    """A package of one table, its checksums as they should be."""
    folder.mkdir(exist_ok=True)
    (folder / "t.csv").write_bytes(content)
    descriptor = {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema} | resource]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    seal(folder)
    return folder


def fixed(folder: Path) -> bytes:
    made = plan(folder)
    assert not made.refusals, made.refusals
    write(made)
    assert plan(folder).rewrites == []  # twice is once
    return (folder / "t.csv").read_bytes()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("content, form, word", [
    (b"id,words\n1,a\n", b"id,words\n1,a\n", ""),
    (b"id,words\r\n1,a\r\n", b"id,words\n1,a\n", "line ends"),
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
    (resource,) = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert seal(folder) == [] and resource["bytes"] == len(form)


@pytest.mark.parametrize("content, word", [
    (b"id,words\n1\n", "t.csv:2: 1 cells where the header has 2"),
    (b"id,words\n1,a,b\n", "t.csv:2: 3 cells"),
    (b"id,words\n1,\xff\n", "not in the encoding"),
    (b'id,words\n1,"a\n2,b\n3,c"\n', "t.csv:2: a cell has a line break"),
    (b'id,words\n1,"a\n2,b\n', "cannot be read as CSV"),
    (b'id,words\n1,"a"b\n', "cannot be read as CSV"),
    (b"id,words\n1,a\n1,b\n", 't.csv:3: the key "1" stands in line 2 already'),
    (b"id,words\n,a\n", "lacks a value of its key"),
    (b"id,words\n1 ,a\n", "part of a key"),
    ("id,words\ne\u0301,a\n\xe9,b\n".encode(), "part of a key"),
    (b"id,words\n1,  \n", "missing value"),
    (b"id,words \n1,a\n", "the name of the column"),
    (b"\n", "has no header"),
])  # fmt: skip
def test_meaning_at_stake_is_refused(tmp_path, content, word):
    folder = package(tmp_path, content)
    before = files(folder)
    (refusal,) = plan(folder).refusals
    assert word in refusal and len(refusal.splitlines()) == 1
    assert files(folder) == before


def test_one_refusal_holds_back_everything(good: Example):
    path = good.path("rights")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    good.path("codes").write_bytes(good.path("codes").read_bytes() + b"one cell\n")
    before = files(good.folder)
    done = run("--fix", good.folder)
    assert done.returncode == 1 and done.stdout == "" and files(good.folder) == before
    place, verdict = done.stderr.splitlines()
    assert place.startswith("data/codes.csv:") and "1 cells where the header has" in place and verdict.startswith("nothing is written")


@pytest.mark.parametrize("schema, content, word", [
    (KEYED | {"missingValues": ["", "NA"]}, b"id,words\n1,NA \n", "missing value"),
    (KEYED | {"foreignKeys": [{"fields": "words", "reference": {"resource": "", "fields": "id"}}]}, b"id,words\n1,1 \n", "part of a key"),
    (KEYED | {"uniqueKeys": [["words"]]}, b"id,words\n1,1 \n", "part of a key"),
    ({"fields": [{"name": "id", "constraints": {"unique": True}}]}, b"id\n1 \n", "part of a key"),
    ({"fields": [{"name": "id"}]}, b"id\n1\n\n2\n", "one column"),
])  # fmt: skip
def test_what_the_schema_says_of_a_cell_is_minded(tmp_path, schema, content, word):
    (refusal,) = plan(package(tmp_path, content, schema)).refusals
    assert word in refusal


def test_rows_are_sorted_by_the_whole_key(tmp_path):
    whole = {"fields": [{"name": "n", "type": "integer"}, {"name": "t", "type": "string"}, {"name": "x"}], "primaryKey": ["n", "t"]}
    assert fixed(package(tmp_path, b"x,n,t\n1,10,a\n2,9,b\n3,9,B\n4,-1,\xc3\xa9\n", whole)) == b"x,n,t\n4,-1,\xc3\xa9\n3,9,B\n2,9,b\n1,10,a\n"


def test_rows_without_a_key_stay_in_their_order(tmp_path):
    assert fixed(package(tmp_path, b"id,words\r\n2,b\r\n1,a\r\n", {"fields": []})) == b"id,words\n2,b\n1,a\n"


def test_declared_dialect_and_encoding_are_kept(tmp_path):
    dialect = {"delimiter": ";", "lineTerminator": "\r\n"}
    assert fixed(package(tmp_path, b'id;words\n1;"caf\xe9, "\n', dialect=dialect, encoding="latin-1")) == b"id;words\r\n1;caf\xe9,\r\n"


@pytest.mark.parametrize("resource", [{"dialect": {"quoteChar": "'"}}, {"dialect": {"header": False}}, {"dialect": {"commentChar": "#"}}, {"compression": "gz"}])
def test_other_forms_are_left_alone_and_said_to_be(tmp_path, resource):
    folder = package(tmp_path, b"id,words\r\n1,a\r\n", **resource)
    assert plan(folder).rewrites == [] and "left alone" in plan(folder).left[0]


def test_a_blank_that_the_dialect_skips_is_not_lost_unseen(tmp_path):
    folder = package(tmp_path, b'id,words\n1," a"\n', dialect={"skipInitialSpace": True})
    assert "reads the same" in plan(folder).refusals[0]


def test_a_file_that_was_altered_is_said_to_be(tmp_path):
    folder = package(tmp_path, b"id,words\n1,a\n")
    (folder / "t.csv").write_bytes(b"id,words\n1,b\n")
    assert "already another than the descriptor said" in summary(plan(folder))[0]
    assert fixed(folder) == b"id,words\n1,b\n"


def test_paths_that_lead_outside_are_refused(good: Example, tmp_path):
    (tmp_path / "outside.csv").write_bytes(b"a\r\n1\r\n")
    (good.folder / "data" / "link.csv").symlink_to(tmp_path / "outside.csv")
    (good.folder / "data" / "inner.csv").symlink_to("claims.csv")
    (good.folder / "data" / "loop.csv").symlink_to("loop.csv")
    for path in ("../outside.csv", str(tmp_path / "outside.csv"), "data/link.csv", "data/inner.csv", "data/loop.csv", "https://example.org/a.csv"):
        descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
        descriptor["resources"][2]["path"] = path
        good.describe(**descriptor)
        with pytest.raises(Unusable):
            plan(good.folder)
    assert (tmp_path / "outside.csv").read_bytes() == b"a\r\n1\r\n"


def test_nothing_is_lost_when_writing_fails(tmp_path, monkeypatch):
    folder = package(tmp_path, b"id,words\r\n1,a\r\n")
    before = files(folder)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device", "t.csv")))
    with pytest.raises(Unusable, match="No space left"):
        write(plan(folder))
    assert files(folder) == before


def test_a_file_that_changes_meanwhile_is_not_overwritten(tmp_path):
    folder = package(tmp_path, b"id,words\r\n1,a\r\n")
    made = plan(folder)
    (folder / "t.csv").write_bytes(b"id,words\r\n1,b\r\n")
    with pytest.raises(Unusable, match="was changed while"):
        write(made)
    assert files(folder)["t.csv"] == b"id,words\r\n1,b\r\n"


def test_dry_run_prints_the_diff_and_writes_nothing(tmp_path):
    content = "\ufeffid,words\r\n2,e\u0301\r\n1,a \r\n".encode()
    folder = package(tmp_path, content)
    before = files(folder)
    done = run("--fix", "--dry-run", folder)
    assert done.returncode == 1 and files(folder) == before
    lines = done.stdout.splitlines()
    for line in ("--- t.csv", "-\\ufeffid,words\\r", "-2,e\\u0301\\r", "-1,a \\r", "+id,words", "+1,a", "+2,\xe9"):
        assert line in lines
    assert f'-      "bytes": {len(content)},' in lines
    assert run("--fix", folder).returncode == 0
    done = run("--fix", "--dry-run", folder)
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")


def test_huge_diffs_are_summed_up(tmp_path):
    folder = package(tmp_path, b"id,words\r\n" + b"".join(b"%d,a\r\n" % i for i in range(30_000)), {"fields": []})
    assert "too many for a diff" in next(diff(plan(folder)))


def test_the_dataset_is_in_form():
    made = plan(ROOT)
    assert made.rewrites == [] and made.refusals == [] and made.left == []


def test_usage():
    assert run("--dry-run").returncode == 2 and run("--fix", "--status").returncode == 2


def test_a_package_in_form_stays_valid(good: Example):
    good.validate()
    for path in (good.folder / "data").iterdir():
        names, rows = read_rows(path)
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([names, *(row.values() for row in rows[::-1])])
        path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    fixed = plan(good.folder)
    assert len(fixed.rewrites) == 1 + len(list((good.folder / "data").iterdir()))
    write(fixed)
    assert validate(good.folder).findings == []


# ------------------------------------------------------------------------------------------------------------ properties

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
    folder = package(tmp_path, ("\ufeff" * mark + text.getvalue()).encode(), schema)
    made = plan(folder)
    blank = [cell for row in rows for cell in row if cell and not cell.strip(BLANKS)]
    assert bool(made.refusals) == bool(blank)
    if not blank:
        after = list(csv.reader(io.StringIO(fixed(folder).decode(), newline="")))
        wanted = [[row[0], *(unicodedata.normalize("NFC", cell).rstrip(BLANKS) for cell in row[1:])] for row in sorted(rows)]
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
