"""One bad part of a descriptor costs that part: it is named with its place, and all else is checked."""

import json
from pathlib import Path

import pytest

from claimtrack.core import limits
from claimtrack.core.report import Report
from tests.tools.support import resource, validate, write

FIELDS = [{"name": "n", "type": "integer"}]
FAR = "https://example.org/far"


def both(folder: Path, bad: dict, files: dict | None = None, **more) -> Report:
    """The report on a package with a bad resource before a good one, whose only row is at fault."""
    good = resource("good", FIELDS)
    return validate(
        write(folder, [bad, good], {"data/good.csv": "n\nx\n", "data/t.csv": "n\ny\n", **(files or {})}, **more)
    )


def told(report: Report) -> list[tuple[str, str | None]]:
    """The parts that were not checked: the rule and the table of each."""
    return [(part.rule, part.table) for part in report.not_checked]


def values(report: Report) -> list[str | None]:
    """The values of the cells that are not of their types."""
    return [found.value for found in report.findings if found.rule == "CEL101"]


@pytest.mark.parametrize(
    "path, words",
    [
        (f"{FAR}/t.csv", "is a remote address, and nothing is fetched"),
        ("FTP://example.org/t.csv", "is a remote address"),
        ("file:///data/t.csv", "is a path of this computer"),
        ("data\\t.csv", "has backslashes, as paths on Windows do"),
        ("C:\\data\\t.csv", "is a path of a Windows computer"),
        ("s3:t.csv", 'begins with "s3:", as a remote address does'),
        ("/data/t.csv", "leads outside the package"),
        ("data/../../t.csv", "leads outside the package"),
        (["data/t.csv", f"{FAR}/u.csv"], "is a remote address"),
    ],
)
def test_a_path_outside_costs_its_table(tmp_path, path, words):
    report = both(tmp_path, resource("t", FIELDS, path=path))
    assert told(report) == [("FIL108", "t")] and report.exit_code == 2
    (part,) = report.not_checked
    assert words in part.message and (part.pointer, part.line) == ("/resources/0/path", 1) and part.column
    assert report.tables == {"good": 1} and values(report) == ["x"]


def test_a_resource_that_has_resources_is_no_package(tmp_path):
    report = both(tmp_path, resource("t", FIELDS, resources=["x"], encoding=7))
    assert not report.internal_errors and report.tables["good"] == 1 and "x" in values(report)
    assert any('"encoding"' in found.message for found in report.findings if found.rule == "PKG101")


def test_a_backslash_is_mended_by_a_slash(tmp_path):
    (part,) = both(tmp_path, resource("t", FIELDS, path="data\\t.csv")).not_checked
    assert 'Write "data/t.csv"' in part.mend
    assert [found.rule for found in validate(tmp_path).findings] == ["CEL101"]  # its file is no stranger


def test_a_link_is_named_with_where_it_leads(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store/key").write_text("n\n1\n")
    for name, target in (("out", "../../store/key"), ("gone", "../../p/data/none")):
        folder = tmp_path / "p" / "data"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.csv").symlink_to(target)
    report = validate(write(tmp_path / "p", [resource("out", FIELDS), resource("gone", FIELDS)], {}))
    (part,) = report.not_checked
    assert '"data/out.csv" is a symbolic link to "../../store/key"' in part.message and report.exit_code == 2
    (found,) = [found for found in report.findings if found.rule == "FIL103"]
    assert 'a symbolic link to "../../p/data/none", where there is no file' in found.message


def test_a_colon_further_on_is_part_of_a_name(tmp_path):
    report = both(tmp_path, resource("t", FIELDS, path="data/2020:01.csv"), {"data/2020:01.csv": "n\nz\n"})
    assert told(report) == [] and sorted(map(str, values(report))) == ["x", "z"]


@pytest.mark.parametrize("schema", [f"{FAR}/s.json", "../s.json", "none.json", "s.json"])
def test_a_schema_that_cannot_be_had_costs_types_and_keys(tmp_path, schema):
    refers = [{"fields": ["n"], "reference": {"resource": "t", "fields": ["n"]}}]
    resources = [resource("t", [], schema=schema), resource("good", FIELDS), resource("u", FIELDS, foreignKeys=refers)]
    files = {"data/t.csv": "n\nabc \n", "data/good.csv": "n\nx\n", "data/u.csv": "n\n5\n", "s.json": "{"}
    report = validate(write(tmp_path, resources, files))
    assert told(report) == [("PKG107", "t")] and report.not_checked[0].pointer == "/resources/0/schema"
    assert report.tables == {"t": 1, "good": 1, "u": 1} and values(report) == ["x"]
    assert {"PKG206", "KEY103"}.isdisjoint(found.rule for found in report.findings)
    assert any("KEY103" in line and '"t" has no Table Schema here' in line for line in report.skipped)


def test_a_dialect_that_cannot_be_had_costs_the_table(tmp_path):
    report = both(tmp_path, resource("t", FIELDS, dialect=f"{FAR}/d.json"))
    assert told(report) == [("PKG107", "t")] and report.tables == {"good": 1}


@pytest.mark.parametrize(
    "part, pointer, rule",
    [
        ({"schema": {"fields": [{"name": "n", "type": "date", "constraints": {"pattern": ""}}]}}, "/pattern", "PKG104"),
        ({"schema": {"fields": [{"name": "n", "constraints": {"minLenght": 1}}]}}, "/minLenght", "PKG104"),
        ({"schema": {"fields": [{"name": "n", "type": "text"}]}}, "fields/0/type", "PKG101"),
        ({"schema": {"fields": [{"name": "n", "format": "%Y"}]}}, "fields/0/format", "PKG101"),
        ({"schema": {"fields": [{"name": "n"}], "primaryKey": "m"}}, "schema/primaryKey", "PKG101"),
        ({"schema": {"fields": [{"name": "n"}], "missingValues": "-"}}, "schema/missingValues", "PKG101"),
        ({"dialect": {"delimiter": ",", "header": "yes"}}, "dialect/header", "PKG101"),
        ({"licenses": "x"}, "resources/0/licenses", "PKG101"),
        ({"bytes": "12"}, "resources/0/bytes", "PKG101"),
        ({"data": []}, "resources/0/data", "PKG101"),
    ],
)  # fmt: skip
def test_a_part_that_frictionless_refuses_costs_itself(tmp_path, part, pointer, rule):
    report = both(tmp_path, {**resource("t", [{"name": "n"}]), **part})
    found = [found for found in report.findings if (found.pointer or "").endswith(pointer)]
    assert [each.rule for each in found if each.rule in ("PKG101", "PKG104")] == [rule], report.findings
    assert found[0].line and found[0].column and '"t"' in found[0].message
    assert told(report) == [] and report.tables == {"t": 1, "good": 1} and "x" in values(report)


KEY = {"fields": ["n"], "reference": {"resource": "good", "fields": ["n"]}}


@pytest.mark.parametrize(
    "part, at, words",
    [
        ({"schema": {"fields": FIELDS, "primaryKey": "N"}}, "primaryKey", 'names "N", which is no field of the Table'),
        ({"schema": {"fields": FIELDS, "foreignKeys": [KEY, {**KEY, "fields": ["_N"]}]}}, "1", 'is "n" meant?'),
        (
            {"schema": {"fields": FIELDS, "foreignKeys": [{**KEY, "reference": {"resource": "", "fields": []}}, KEY]}},
            "0", "has 1 of this table's fields and 0 in its `reference`",
        ),
        ({"licenses": [{"name": "CC0-1.0"}, {"title": "free"}]}, "1", ': a license needs a "name" or a "path"'),
        ({"title": ["a"]}, "title", ": a list is no string"),
        ({"sources": [{"title": "a", "email": "b"}]}, "0", ': "email" is no e-mail address'),
        ({"schema": None, "profile": "tabular-data-resource"}, "profile", 'asks for a "schema"'),
    ],
)  # fmt: skip
def test_a_bad_part_is_told_in_plain_words(tmp_path, part, at, words):
    report = both(tmp_path, {key: value for key, value in {**resource("t", FIELDS), **part}.items() if value})
    (found,) = [found for found in report.findings if found.rule == "PKG101"]
    assert words in found.message and (found.pointer or "").endswith(f"/{at}") and found.line
    assert report.tables == {"t": 1, "good": 1} and told(report) == []


def test_one_bad_foreign_key_costs_itself(tmp_path):
    keys = [{**KEY, "fields": ["m"]}, KEY]
    report = both(
        tmp_path, resource("t", FIELDS, foreignKeys=keys), {"data/good.csv": "n\n1\n", "data/t.csv": "n\n2\n"}
    )
    assert [(found.rule, found.value) for found in report.findings] == [("KEY103", "2"), ("PKG101", None)]


@pytest.mark.parametrize(
    "name, words",
    [
        ("My Table", '"My Table" has other characters than a to z, 0 to 9 and - . _ /'),
        (["t"], "a name that is no string"),
    ],
)
def test_what_is_wrong_with_a_name_is_told(tmp_path, name, words):
    folder = write(tmp_path, [{**resource("t", FIELDS), "name": name}], {"data/t.csv": "n\n1\n"})
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"resources": json.loads(path.read_text())["resources"]}))
    (found,) = validate(folder).findings
    assert found.rule == "PKG101" and words in found.message


def test_a_bad_field_in_a_file_of_its_own_is_told_there(tmp_path):
    schema = '{"fields": [\n {"name": "n",\n  "type": "integer",\n  "constraints": {"maxLength": 2}}]}'
    report = both(tmp_path, resource("t", [], schema="s.json"), {"s.json": schema})
    (found,) = [found for found in report.findings if found.rule == "PKG104"]
    assert (found.file, found.line, found.column) == ("s.json", 4, 19) and sorted(map(str, values(report))) == [
        "x",
        "y",
    ]


@pytest.mark.parametrize("bad", [7, "data/t.csv", None, [], {}, {"name": "t"}, {"name": "t", "path": 5}])
def test_what_is_no_resource_costs_itself(tmp_path, bad):
    report = both(tmp_path, bad)  # type: ignore[arg-type]
    assert [rule for rule, _ in told(report)] == ["PKG108"] and values(report) == ["x"]


def test_a_resource_without_a_name_is_named_by_its_place(tmp_path):
    report = both(tmp_path, {key: value for key, value in resource("t", FIELDS).items() if key != "name"})
    (found,) = [found for found in report.findings if found.rule == "PKG101"]
    assert found.message.endswith('the resource 1 (data/t.csv) has no name; it is called "t" here')
    assert (found.pointer, found.line) == ("/resources/0", 1) and report.tables == {"t": 1, "good": 1}


def test_a_name_given_three_times_is_told_once(tmp_path):
    resources = [resource("t", FIELDS)] * 3
    report = validate(write(tmp_path, resources, {"data/t.csv": "n\ny\n"}))
    assert [found.message.partition(": ")[2] for found in report.findings if found.rule == "PKG101"] == [
        'the name "t" is not unique: the resources 1, 2, 3 have it'
    ]
    assert report.tables == {"t": 1, "t-2": 1, "t-3": 1}


UNTOLD: dict[str, None] = {"format": None, "dialect": None, "encoding": None}


@pytest.mark.parametrize("bare", [{}, UNTOLD, {**UNTOLD, "path": None, "data": [["n"], [1]]}])
def test_a_name_that_version_1_does_not_have_costs_nothing(tmp_path, bare):
    refers = [{"fields": ["n"], "reference": {"resource": "Data: A", "fields": ["n"]}}]
    odd = resource("Data: A", FIELDS, **{"path": "data/t.csv", **bare})
    resources = [odd, resource("u", FIELDS, foreignKeys=refers)]
    folder = write(tmp_path, resources, {"data/t.csv": "n\n1\n", "data/u.csv": "n\n2\n"})
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"resources": json.loads(path.read_text())["resources"]}))
    report = validate(folder)
    assert [found.pointer for found in report.findings if found.rule == "PKG101"] == ["/resources/0/name"]
    assert report.tables == {"Data: A": 1, "u": 1}
    assert [found.value for found in report.findings if found.rule == "KEY103"] == ["2"]


def test_resources_that_are_too_many_cost_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RESOURCES", 2)
    refers = [{"fields": ["n"], "reference": {"resource": "far", "fields": ["n"]}}]
    resources = [resource("t", FIELDS, foreignKeys=refers), resource("good", FIELDS), resource("far", FIELDS), {}]
    report = validate(write(tmp_path, resources, {"data/t.csv": "n\n1\n", "data/good.csv": "n\nx\n"}))
    (part,) = report.not_checked
    assert "the resources from 3 to 4: at most 2 are checked" in part.message and part.pointer == "/resources/2"
    assert "PKG105" not in {found.rule for found in report.findings} and values(report) == ["x"]


def test_a_property_given_twice_is_told_with_its_line(tmp_path):
    folder = write(tmp_path, [resource("t", FIELDS)], {"data/t.csv": "n\ny\n"})
    path = folder / "datapackage.json"
    path.write_text('{"title": "a",\n  "title": "b",' + path.read_text()[1:])
    report = validate(folder)
    (found,) = [found for found in report.findings if found.rule == "PKG101"]
    assert (found.line, found.column) == (2, 3) and 'the property "title" stands twice' in found.message
    assert values(report) == ["y"] and report.title == "b"


def test_more_faults_than_are_told_apart_cost_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TRIES", 3)
    fields = [{"name": f"f{number}", "type": "text"} for number in range(20)]
    report = both(tmp_path, resource("t", fields))
    assert ("PKG108", "t") in told(report) or ("PKG107", "t") in told(report)
    assert report.exit_code == 2


@pytest.mark.parametrize("value", [["a"], 5, True, {}, "http://[", "https://datapackage.org/profiles/1.0/x.json"])
def test_a_field_that_says_a_version_of_the_standard_is_like_any_other(tmp_path, value):
    """frictionless reads `$schema` of a field, too, and fails where it is no address."""
    report = both(tmp_path, resource("t", [{**FIELDS[0], "constraints": {"enum": [1]}, "$schema": value}]))
    assert report.internal_errors == [] and values(report) == ["x", "y"] and report.exit_code == 1


def test_a_name_beyond_the_bound_costs_each_table_that_has_it(tmp_path):
    resources = [resource("n" * 1001, FIELDS, path="data/t.csv"), resource("n" * 1001, FIELDS, path="data/t.csv")]
    report = validate(
        write(tmp_path, [*resources, resource("good", FIELDS)], {"data/t.csv": "n\n1\n", "data/good.csv": "n\nx\n"})
    )
    assert [rule for rule, _ in told(report)] == ["PKG108"] * 2 and report.tables == {"good": 1}
