"""What the standard asks, each broken once: the rule, the physical place, the value, and what was expected in plain words."""

import hashlib

import pytest

from tests.example import Example
from tests.support import resource, table, write
from validator.run import validate

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.mark.parametrize(
    "content, place, words",
    [
        ("n,b\n1,x\n", ("TAB101", 1, None), '"b" stands where "a" is expected'),
        ("n\n1\n", ("TAB101", 1, None), 'the column "a" is missing'),
        ("n,\n1,x\n", ("TAB101", 1, None), 'column 2 has no name; expected "a"'),
        ("n,n\n1,x\n", ("TAB101", 1, None), '"n" stands twice'),
        ("n,a\n1\n", ("TAB102", 2, 1), 'no cell for column "a"; expected 2 cells and found 1'),
        ("n,a\n1,x,y\n", ("TAB102", 2, 1), 'cell 3 of 3 is one too many: "y"; expected 2 cells'),
        ("n,a\n1,x\n\n", ("TAB103", 3, 1), "A row is blank"),
        ("n,a\n1,x\n,\n", ("TAB103", 3, 1), "A row is blank"),
        ("n,a\nx y,x\n", ("CEL101", 2, 1), '"x y" (column "n"); expected an integer'),
        ("n,a\n1,\n", ("CEL102", 2, 3), '"" (column "a"); expected a value'),
    ],
)
def test_rows_and_cells(tmp_path, content, place, words):
    report = validate(table(tmp_path, content, [INTEGER, TEXT | {"constraints": {"required": True}}]))
    found = next(f for f in report.findings if words in f.message)
    assert (found.rule, found.line, found.column) == place
    assert found.help and report.exit_code == 1


@pytest.mark.parametrize(
    "constraints, words",
    [
        ({"enum": ["b", "c"]}, "expected one of: b, c"),
        ({"pattern": "[b-z]"}, "expected the form [b-z]"),
        ({"minLength": 2}, "expected at least 2 characters"),
    ],
)
@pytest.mark.parametrize("rest", ["", '"x\ny"\n'], ids=["regular", "irregular"])
def test_constraints_are_told_in_plain_words(tmp_path, constraints, words, rest):
    report = validate(table(tmp_path, "a\na\n" + rest, [TEXT | {"constraints": constraints}]))
    first = report.findings[0]
    assert (first.rule, first.line, first.column, first.value) == ("CEL102", 2, 1, "a") and words in first.message


@pytest.mark.parametrize("rest", ["", '3,"x\ny"\n'], ids=["regular", "irregular"])
@pytest.mark.parametrize(
    "rows, more, found",
    [
        ("1,x\n1,y\n", {"primaryKey": "n"}, ("KEY101", 3, 1)),
        (",x\n", {"primaryKey": "n"}, ("KEY101", 2, 1)),
        ("1,x\n2,y\n2,x\n", {"uniqueKeys": [["a"]]}, ("KEY102", 4, 3)),
        ("1,x\n", {"foreignKeys": [{"fields": "a", "reference": {"resource": "u", "fields": "a"}}]}, ("KEY103", 2, 3)),
    ],
)
def test_keys(tmp_path, rows, more, found, rest):
    resources = [resource("t", [INTEGER, TEXT], **more), resource("u", [TEXT])]
    report = validate(write(tmp_path, resources, {"data/t.csv": "n,a\n" + rows + rest, "data/u.csv": "a\nq\n"}))
    assert found in {(f.rule, f.line, f.column) for f in report.findings}


@pytest.mark.parametrize("rest", ["", '3,"x\ny"\n'], ids=["regular", "irregular"])
@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_checksums(tmp_path, rest, algorithm):
    content = "n,a\n1,x\n" + rest
    told = {"bytes": len(content), "hash": f"{algorithm}:{hashlib.new(algorithm, content.encode()).hexdigest()}"}
    assert validate(table(tmp_path / "right", content, [INTEGER, TEXT], **told)).findings == []
    wrong = table(tmp_path / "wrong", content.replace("x", "zz", 1), [INTEGER, TEXT], **told)
    assert [f.rule for f in validate(wrong).findings] == ["FIL101", "FIL101"]


def test_a_date_that_no_calendar_has(good: Example):
    good.set("statements", "EX01", "published", "2023-02-29")
    assert "EDT101" in {f.rule for f in good.validate().findings}


def test_a_table_or_column_that_the_profile_asks_for(good: Example):
    import json

    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "codings"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(good.folder)
    assert [f.message for f in report.findings if f.rule == "PKG102"][0].endswith('the table "codings"')


def test_without_the_profile_the_same_tables_need_no_claim_rules(good: Example):
    import json

    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    del descriptor["conformsTo"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(good.folder)
    assert report.findings == [] and not any(id.startswith("CLM") for id in report.rules)


def test_after_a_cell_failed_its_type_rules_on_it_are_skipped_by_name(good: Example):
    good.set("anchors", "EX01-A001", "start", "banana")
    report = good.validate()
    assert {f.rule for f in report.findings} == {"CEL101"}
    assert any(line.startswith("ANC102") and "anchors.start" in line for line in report.skipped)
