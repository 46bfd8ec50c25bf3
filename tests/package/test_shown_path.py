"""Several tables in one file: every report, selection and baseline tells one from the other."""

import hashlib
import json

import pytest

from claimtrack.package.opened import open_package
from claimtrack.package.shown_path import shown_path
from claimtrack.reports import FORMATS
from tests.conftest import material
from tests.tools.support import resource, rules, standard, validate, verdict, write, zipped

BEE, HIVE = {"name": "bee", "type": "integer"}, {"name": "hive", "type": "string"}
PATH = "data/yard.zip"
INNER = {"bees": f"{PATH}/bees.csv", "hives": f"{PATH}/old/hives.csv"}


def bees(**more) -> dict:
    return resource("bees", [BEE, HIVE], path=PATH, innerpath="bees.csv", **more)


def hives(**more) -> dict:
    return resource("hives", [HIVE, BEE], path=PATH, innerpath="old/hives.csv", **more)


@pytest.fixture
def yard(tmp_path):
    """A package of two tables in one zip: an error in the third line of one, two in the second line of the other."""
    content = zipped({"bees.csv": "bee,hive\n1,a\nten,b\n", "old/hives.csv": "hive,bee\n c,nine\n"})
    return write(tmp_path / "yard", [bees(), hives()], {PATH: content})


def test_each_finding_has_the_path_in_the_zip(yard, ended):
    done = ended("check", yard, "--quiet")
    places = [line.removeprefix(f"{yard}/").split(": ")[0] for line in done.out.splitlines()]
    assert done.code == 1
    assert sorted(places) == [f"{INNER['bees']}:3:1", f"{INNER['hives']}:2:1", f"{INNER['hives']}:2:4"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_has_the_paths(yard, ended, form):
    said = ended("check", yard, "--format", form).out
    assert all(path in said for path in INNER.values())
    if form == "json":
        (told,) = json.loads(said)["packages"]
        found = {(each["table"], each["file"], each["line"]) for each in told["findings"]}
        assert found == {("bees", INNER["bees"], 3), ("hives", INNER["hives"], 2)}
        assert {(each["table"], each["total"]) for each in told["totals"]} == {("bees", 1), ("hives", 1)}
    if form == "junit":
        assert 'classname="bees"' in said and 'classname="hives"' in said


def test_a_table_is_ignored_or_selected_by_its_name(yard, ended):
    ignored = ended("check", yard, "--ignore", "CEL101:bees").out
    assert INNER["bees"] not in ignored and INNER["hives"] in ignored
    selected = ended("check", yard, "--select", "CEL101:bees").out
    assert INNER["bees"] in selected and INNER["hives"] not in selected


def test_a_baseline_knows_them_apart(yard, ended, tmp_path):
    known = tmp_path / "known.json"
    ended("check", yard, "--write-baseline", known)
    assert {each["file"] for each in json.loads(known.read_text())["known"]} == set(INNER.values())
    content = zipped({"bees.csv": "bee,hive\n1,a\nten,b\n", "old/hives.csv": "hive,bee\n c,nine\nd,ten\n"})
    (yard / PATH).write_bytes(content)
    done = ended("check", yard, "--baseline", known, "--quiet")
    assert done.code == 1 and f"{INNER['hives']}:3:3: CEL101" in done.out and done.out.count(": CEL101 ") == 1


@pytest.mark.parametrize("rest", ["", '2,"b"x\n', '2,"b\nc"\n', "2\n"], ids=["regular", "misquoted", "long", "ragged"])
def test_the_verdict_is_that_of_frictionless(tmp_path, rest):
    content = zipped({"bees.csv": f"bee,hive\nten,b\n{rest}", "old/hives.csv": f"bee,hive\nten,b\n{rest}"})
    keyed = bees(
        primaryKey=["bee"], foreignKeys=[{"fields": "hive", "reference": {"resource": "hives", "fields": "hive"}}]
    )
    folder = write(tmp_path, [keyed, hives()], {PATH: content})
    theirs, ours = verdict(folder), standard(validate(folder).findings)
    assert ours == theirs and {file for _, file, _, _ in ours} == set(INNER.values())


def test_a_checksum_is_that_of_the_whole_zip(tmp_path):
    content = zipped({"bees.csv": "bee,hive\n1,a\n", "old/hives.csv": "hive,bee\nc,1\n"})
    right = "sha256:" + hashlib.sha256(content).hexdigest()
    folder = write(tmp_path, [bees(hash=right, bytes=5), hives(hash="sha256:" + "0" * 64)], {PATH: content})
    found = {(each.rule, each.file): each.message for each in validate(folder).findings}
    assert set(found) == {("FIL101", path) for path in INNER.values()}
    assert f"the whole file has {len(content):,} bytes instead of 5" in found["FIL101", INNER["bees"]]
    assert "the whole file's SHA256 is" in found["FIL101", INNER["hives"]]


def test_a_zip_or_a_table_in_it_that_is_not_there(tmp_path, ended):
    folder = write(tmp_path, [bees(), hives()], {PATH: zipped({"bees.csv": "bee,hive\n1,a\n"})})
    (found,) = validate(folder).findings
    assert (found.rule, found.file) == ("FIL102", INNER["hives"]) and "old/hives.csv" in found.message
    (folder / PATH).unlink()
    assert {(each.rule, each.file) for each in validate(folder).findings} == {
        ("FIL103", each) for each in INNER.values()
    }
    assert ended("check", folder, "--ignore", "FIL103:bees").code == 2
    assert ended("check", folder, "--ignore", "FIL103:bees,FIL103:hives").code == 0


def test_a_file_in_the_zip_that_no_resource_names(tmp_path):
    more = {
        "old/hives.csv": "hive,bee\nc,1\n",
        "third.csv": "",
        "FOURTH.TSV": "",
        "about.txt": "",
        "__MACOSX/x.csv": "",
    }
    folder = write(tmp_path, [bees(), hives()], {PATH: zipped({"bees.csv": "bee,hive\n1,a\n", **more})})
    (found,) = validate(folder).findings
    assert (found.rule, found.file) == ("FIL104", f"{PATH}/third.csv")
    assert found.message.endswith("no resource has this path, nor that of 1 more in the zip")
    unnamed = resource("bees", [BEE, HIVE], path="data/bees.csv.zip")
    folder = write(
        tmp_path / "b", [unnamed], {"data/bees.csv.zip": zipped({"b.csv": "bee,hive\n1,a\n", "c.csv": "x\n"})}
    )
    assert [(each.rule, each.file) for each in validate(folder).findings] == [("FIL104", "data/bees.csv.zip/c.csv")]


def test_a_zip_without_a_named_file_keeps_its_own_name(tmp_path):
    """frictionless reads the first file of it, and notes its name in the resource; the findings go on as they began."""
    content = zipped({"b.csv": 'bee,hive\nten,"b"x\n'})
    told = resource("bees", [BEE, HIVE], path="data/bees.csv.zip", bytes=0)
    folder = write(tmp_path, [told], {"data/bees.csv.zip": content})
    found = {(each.rule, each.file) for each in validate(folder).findings}
    assert found == {(rule, "data/bees.csv.zip") for rule in ("CEL101", "HYG115", "FIL101")}


def test_tables_in_one_json_file(tmp_path):
    told = [
        resource(name, [BEE], path="yard.json", format="json", dialect={"json": {"property": name}})
        for name in ("bees", "hives")
    ]
    folder = write(tmp_path, told, {"yard.json": json.dumps({"bees": [{"bee": "x"}], "hives": [{"bee": "y"}]})})
    report = validate(folder)
    found = [(each.rule, report.files[each.file], each.file, each.value) for each in report.findings]
    assert found == [("CEL101", "bees", "yard.json/bees", "x"), ("CEL101", "hives", "yard.json/hives", "y")]


@pytest.mark.parametrize(
    "more, said",
    [
        ({}, "nothing says which file of the zip is the table"),
        ({"path": "data/yard.dbf"}, 'the format "dbf" of its file is none of a table'),
        ({"path": "data/yard.json"}, "does not say that it is a table"),
    ],
)
def test_a_table_schema_that_nobody_applies_is_told(tmp_path, ended, more, said):
    told = resource("bees", [BEE, HIVE], path=PATH, format=None, type=None) | more
    folder = write(tmp_path, [told], {told["path"]: zipped({"bees.csv": "bee,hive\n1,a\n"})})
    done = ended("check", folder)
    assert done.code == 2 and "FIL109" in done.out and said in done.out
    assert ended("check", folder, "--ignore", "FIL109:bees").code == 0


def test_a_path_in_the_zip_never_leads_outside(tmp_path, ended):
    folder = write(
        tmp_path, [bees() | {"innerpath": "../bees.csv"}, hives()], {PATH: zipped({"old/hives.csv": "hive,bee\nc,1\n"})}
    )
    done = ended("check", folder)
    assert done.code == 2 and "FIL108" in done.out and "1 table, 1 row" in done.out


def test_the_case_of_two_tables_in_one_zip(ended):
    folder = material("cases/real-16-*", "two tables in one zip")
    said = ended("check", folder, "--quiet").out
    assert "data/all.zip/one.csv:2:3: HYG109" in said and "data/all.zip/two.csv:2:1: CEL101" in said


def test_the_name_is_the_path_where_a_file_holds_one_table(tmp_path):
    folder = write(tmp_path, [resource("a", [BEE]), resource("b", [BEE], path=["b.csv", "c.csv"])], {})
    package = open_package(folder).package
    assert package and [shown_path(each) for each in package.resources] == ["data/a.csv", "b.csv"]
    assert ("FIL103", None) in rules(folder)


def test_fix_leaves_a_file_of_several_tables_alone(yard, ended):
    """Its checksums are renewed as any other's."""
    (yard / "datapackage.json").write_text(json.dumps({"name": "yard", "resources": [bees(bytes=1), hives(bytes=1)]}))
    assert ended("fix", yard).code != 0
    done = ended("fix", yard, "--reseal", "bees,hives")
    assert done.code == 0 and done.out.count(f"{PATH}: left alone, since it is packed") == 1
    told = json.loads((yard / "datapackage.json").read_text())["resources"]
    assert {each["bytes"] for each in told} == {(yard / PATH).stat().st_size}
