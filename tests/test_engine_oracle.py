"""The engine against its oracle: frictionless's verdict on random packages, and on each feature that the fast way leaves out."""

import gzip
import io
import zipfile

import pytest

from tests import fuzz
from tests.support import DIALECT, resource, standard, table, verdict, write
from validator.run import Run, validate

TEXT, INTEGER = {"name": "a", "type": "string"}, {"name": "n", "type": "integer"}


def run(folder, block_size=20) -> Run:
    made = Run(folder, samples=10**6, block_size=block_size)
    made.check()
    return made


def test_random_packages_get_frictionless_verdict():
    tables, fast, differences = fuzz.fuzz(count=120, seed=20_231_123)
    assert not differences, "\n".join(map(str, differences))
    assert 0 < fast < tables  # both ways were taken


def test_a_difference_is_told_with_its_seed(monkeypatch, tmp_path):
    monkeypatch.setattr(fuzz, "standard", lambda findings: fuzz.Counter({("CEL101", "data/t0.csv", 2, "f0"): 1}))
    found = fuzz.compare(1, tmp_path)[2]
    assert found is not None and "seed 1" in str(found) and "CEL101" in str(found)


def test_regular_tables_are_proven_regular(tmp_path):
    folder = table(tmp_path, 'n,a\n1,"x, ""y"""\n2,\n' * 1, [INTEGER, TEXT])
    assert run(folder).tables["t"].regular


def packed(content: bytes, how: str) -> bytes:
    if how == "gz":
        return gzip.compress(content)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("t.csv", content)
    return held.getvalue()


@pytest.mark.parametrize("content", ["n,a\n1,x\n2,y\n", "n,a\nb,x\n1,y\n1,z\n"])
@pytest.mark.parametrize(
    "change",
    [
        {"dialect": DIALECT | {"delimiter": ";"}},
        {"dialect": DIALECT | {"quoteChar": "'"}},
        {"dialect": DIALECT | {"skipInitialSpace": True}},
        {"dialect": DIALECT | {"escapeChar": "\\", "doubleQuote": False}},
        {"dialect": DIALECT | {"header": False}},
        {"dialect": DIALECT | {"headerRows": [2]}},
        {"dialect": DIALECT | {"commentChar": "b"}},
        {"dialect": DIALECT | {"commentRows": [2]}},
        {"dialect": DIALECT | {"skipBlankRows": True}},
        {"dialect": DIALECT | {"headerCase": False}},
        {"dialect": None},
        {"encoding": "latin-1"},
        {"encoding": "utf-16"},
        {"encoding": "no-such-encoding"},
        {"encoding": None},
        {"path": "data/t.csv.gz"},
        {"path": "data/t.csv.zip"},
        {"path": "data/t.tsv", "format": "tsv"},
        {"path": ["data/t.csv", "data/more.csv"]},
        {"fieldsMatch": "equal"},
        {"fieldsMatch": "subset"},
        {"missingValues": [{"value": "b", "label": "not asked"}, {"value": "x"}]},
        {"missingValues": []},
        {"bytes": 3, "hash": "md5:" + "0" * 32},
        {"schema": None},
    ],
    ids=str,
)
def test_other_forms_get_frictionless_verdict(tmp_path, content, change):
    told = resource("t", [INTEGER | {"constraints": {"unique": True}}, TEXT], primaryKey="n", **change)
    raw = content.encode("utf-16") if change.get("encoding") == "utf-16" else content.encode()
    path = told["path"] if isinstance(told["path"], str) else told["path"][0]
    if path.endswith((".gz", ".zip")):
        raw = packed(raw, path.rpartition(".")[2])
    write(tmp_path, [told], {path: raw, **({"data/more.csv": "3,z\nq,z\n"} if isinstance(told["path"], list) else {})})
    assert standard(validate(tmp_path).findings) == verdict(tmp_path)


@pytest.mark.parametrize("kind", ["time", "datetime", "duration", "geopoint", "geojson", "object", "array", "list", "yearmonth", "year", "any", "number", "boolean"])
def test_every_type_gets_frictionless_verdict(tmp_path, kind):
    cells = ["true", "10:00:00", "2023-07-23T10:00:00Z", "P1Y", "1,2", "{}", "[]", "2023-07", "2023", "x", ""]
    rows = "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells))
    folder = table(tmp_path, "n,v\n" + rows, [INTEGER, {"name": "v", "type": kind}])
    assert standard(validate(folder).findings) == verdict(folder)


@pytest.mark.parametrize(
    "target",
    ["n\n1\n2\n", "n\n1\n\n2\n", 'n\n1\n"2\n"\n', "n\n1,5\n2\n", "m\n1\n2\n", "n\n01\n+2\n", "n\nx\n\u0661\n", "n\n"],
    ids=["regular", "blank row", "line break in a cell", "row too long", "other header", "odd numbers", "no numbers", "no rows"],
)
@pytest.mark.parametrize("kind", ["integer", "string", "number"])
def test_references_to_malformed_tables(tmp_path, target, kind):
    key = [{"fields": "n", "reference": {"resource": "there", "fields": "n"}}]
    resources = [resource("here", [{"name": "n", "type": kind}], foreignKeys=key), resource("there", [INTEGER])]
    write(tmp_path, resources, {"data/here.csv": "n\n1\n2\n3\n", "data/there.csv": target})
    assert standard(validate(tmp_path).findings) == verdict(tmp_path)


def test_unique_keys_are_ours_on_both_ways(tmp_path):
    fields = [INTEGER, TEXT]
    for name, content in (("regular", "n,a\n1,x\n1,y\n1,x\n,x\n,x\n"), ("irregular", 'n,a\n1,x\n1,"y\nz"\n1,x\n,x\n,x\n')):
        report = validate(table(tmp_path / name, content, fields, uniqueKeys=[["n", "a"]]))
        assert [(f.rule, f.row, f.field) for f in report.findings] == [("KEY102", 4, "n, a")], name


def test_all_tables_are_judged_when_one_is_handed_over(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    resources = [resource("a", [INTEGER, TEXT], foreignKeys=key), resource("b", [INTEGER, TEXT]), resource("c", [INTEGER])]
    files = {"data/a.csv": "n,a\nx, y\n9,z\n", "data/b.csv": 'n,a\n1,"q\nr"\nx,s\n', "data/c.csv": "n\nx\n"}
    found = {(f.rule, f.file, f.row) for f in validate(write(tmp_path, resources, files)).findings}
    assert found == {
        ("CEL101", "data/a.csv", 2), ("HYG109", "data/a.csv", 2), ("KEY103", "data/a.csv", 3),
        ("CEL101", "data/b.csv", 3), ("CEL101", "data/c.csv", 2),
    }  # fmt: skip


@pytest.mark.parametrize("content", ["n,a,b\n1,x,y\nbad,\"p\nq\",z\n2,\"p, q\",bad\n", "n,a,b\n1,x,y\nbad,\"p, \"\"q\",z\n2,\"p, q\",bad\n"])
def test_places_are_physical(tmp_path, content):
    fields = [INTEGER, TEXT, {"name": "b", "type": "string", "constraints": {"pattern": "[yz]"}}]
    lines = content.split("\n")
    for found in validate(table(tmp_path, content, fields)).findings:
        assert lines[found.line - 1][found.column - 1 :].startswith("bad"), found
    assert {f.rule for f in validate(tmp_path).findings} == {"CEL101", "CEL102"}


def test_every_finding_in_a_cell_is_told(tmp_path):
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": "[a-z]+", "maxLength": 3, "enum": ["a", "b"]}}]
    messages = [f.message for f in validate(table(tmp_path, "a\nA1234\n", fields)).findings]
    assert [m.partition("expected ")[2] for m in messages] == ["one of: a, b", "at most 3 characters", "the form [a-z]+"]


@pytest.mark.parametrize("irregular", ["", '9,"a\nb"\n'], ids=["regular", "irregular"])
def test_a_storm_of_errors_stays_small_and_is_counted(tmp_path, irregular):
    fields = [INTEGER, {"name": "b", "type": "boolean"}]
    report = validate(table(tmp_path, "n,b\n" + "x,y\n" * 5000 + irregular, fields), samples=10)
    listed = [f for f in report.findings if f.rule == "CEL101"]
    assert len(listed) <= 11 and {f.field for f in listed} == {"n", "b"}
    assert report.totals["CEL101", "data/t.csv"] == 10_000 + bool(irregular)
    assert [f.row for f in listed][:3] in ([2, 2, 3], [2, 2, 3])


def test_blocks_do_not_change_the_verdict(tmp_path):
    content = "n,a\n" + "".join(f"{i % 7},{'x' * (i % 5)}\n" for i in range(200)) + "x,\u00e9\n"
    folder = table(tmp_path, content, [INTEGER | {"constraints": {"unique": True}}, TEXT])
    whole = run(folder, 10**6).report.findings
    assert len(whole) > 100
    for size in (1, 50, 333):
        assert run(folder, size).report.findings == whole
