"""Profiles of a package's own: JSON Schemas that are applied within bounds, with the place of each difference."""

import json
from pathlib import Path

import pytest

from claimtrack.core import limits
from claimtrack.core.report import Report
from claimtrack.package.local_copies import Copies, parsed
from claimtrack.package.opened import open_package
from claimtrack.pipeline.run import validate_opened
from tests.tools.support import resource, write

FIELDS = [{"name": "n", "type": "integer"}]
URL = "https://example.org/birds/1.0"
PROFILE = {
    "required": ["season"],
    "properties": {
        "season": {"enum": ["spring", "autumn"]},
        "resources": {"items": {"properties": {"name": {"const": "t"}}}},
    },
}


def report(folder: Path, birds: dict | str | None = None, copies: dict[str, Path] | None = None, **about) -> Report:
    """The report on a package; `birds` is put into its file `birds.json`."""
    files: dict[str, str | bytes] = {"data/t.csv": "n\n1\n", "data/u.csv": "n\n1\n"}
    if birds is not None:
        files["birds.json"] = birds if isinstance(birds, str) else json.dumps(birds)
    resources = about.pop("resources", [resource("t", FIELDS), resource("u", FIELDS)])
    return validate_opened(open_package(write(folder, resources, files, **about), copies=Copies(copies or {})))


def differences(found: Report) -> list[tuple[str, str | None]]:
    """What is not as the profile demands, each with the part of the descriptor that is meant."""
    return [(each.message.partition(": ")[2], each.pointer) for each in found.findings if each.rule == "PKG109"]


@pytest.mark.parametrize("key", ["profile", "profiles", "$schema"])
def test_a_profile_in_the_package_is_applied(tmp_path, key):
    found = report(tmp_path, PROFILE, season="winter", **{key: ["birds.json"] if key == "profiles" else "birds.json"})
    assert differences(found) == [
        ('"resources/1/name" is "u"; expected the const "t" (birds.json)', "/resources/1/name"),
        ('"season" is "winter"; expected the enum ["spring", "autumn"] (birds.json)', "/season"),
    ]
    assert all(each.line and each.column for each in found.findings) and found.exit_code == 1 and not found.not_checked
    assert ('lacks "season" (birds.json)', None) in differences(report(tmp_path, PROFILE, **{key: "birds.json"}))


def test_a_resource_and_a_table_schema_have_profiles_of_their_own(tmp_path):
    told = resource("t", FIELDS, profile="birds.json", rows=3)
    told["schema"]["$schema"] = "birds.json"
    found = report(
        tmp_path,
        {"properties": {"rows": {"maximum": 2}, "primaryKey": {}}, "required": ["primaryKey"]},
        resources=[told],
    )
    wanted = ["/resources/0", "/resources/0/rows", "/resources/0/schema"]
    assert sorted(str(pointer) for _, pointer in differences(found)) == wanted


def test_a_profile_elsewhere_is_not_checked(tmp_path):
    found = report(tmp_path, profile=f"{URL}/birds.json")
    (part,) = found.not_checked
    assert (part.rule, part.pointer, found.exit_code) == ("PKG103", "/profile", 2) and part.line
    assert "is a remote address, and nothing is fetched" in part.message


def test_a_profile_of_an_unknown_name_is_not_checked(tmp_path):
    (part,) = report(tmp_path, profile="fiscal-data-package").not_checked
    assert "there is no file here" in part.message


@pytest.mark.parametrize("copy", ["file", "folder", "http"])
def test_a_local_copy_stands_for_it(tmp_path, copy):
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "birds.json").write_text(json.dumps(PROFILE))
    (copies / "s.json").write_text('{"fields": [{"name": "n", "type": "boolean"}]}')
    known = {"file": {f"{URL}/birds.json": copies / "birds.json", f"{URL}/s.json": copies / "s.json"}}.get(
        copy, {URL.replace("https", "http") if copy == "http" else f"{URL}/": copies}
    )
    resources = [resource("t", [], schema=f"{URL}/s.json"), resource("u", FIELDS)]
    (copies / "s.json").write_text(
        '{"fields": [{"name": "n", "type": "boolean", "trueValues": ["2"], "falseValues": ["3"]}]}'
    )
    found = report(tmp_path / "p", None, known, resources=resources, profile=f"{URL}/birds.json")
    assert [pointer for _, pointer in differences(found)] == [None, "/resources/1/name"] and not found.not_checked
    assert [(each.rule, each.file) for each in found.findings if each.rule == "CEL101"] == [("CEL101", "data/t.csv")]


def test_a_local_copy_of_a_table(tmp_path):
    (tmp_path / "far.csv").write_text("n\n7\nx\n1\n")
    refers = [{"fields": ["n"], "reference": {"resource": "t", "fields": ["n"]}}]
    told = [resource("t", FIELDS, path=f"{URL}/far.csv", primaryKey="n"), resource("u", FIELDS, foreignKeys=refers)]
    found = report(tmp_path / "p", None, {URL: tmp_path}, resources=told)
    assert found.tables == {"t": 3, "u": 1} and not found.not_checked and found.exit_code == 1
    cell = next(each for each in found.findings if each.rule == "CEL101")
    assert (cell.file, cell.line, cell.value) == (str(tmp_path / "far.csv"), 3, "x")
    assert found.shown(cell.file) == str(tmp_path / "far.csv")
    (tmp_path / "far.csv").write_text('n\n7\n"x"y\n1\n')  # which frictionless reads
    assert report(tmp_path / "p", None, {f"{URL}/far.csv": tmp_path / "far.csv"}, resources=told).tables == {
        "t": 3,
        "u": 1,
    }


@pytest.mark.parametrize("rest", ["../secret.json", "a/../../secret.json", "link.json"])
def test_no_name_leads_out_of_the_folder_of_copies(tmp_path, rest):
    copies = tmp_path / "copies"
    (copies / "a").mkdir(parents=True)
    (tmp_path / "secret.json").write_text('{"required": ["secret"]}')
    (copies / "link.json").symlink_to("../secret.json")
    found = report(tmp_path / "p", None, {URL: copies}, profile=f"{URL}/{rest}")
    assert differences(found) == [] and [part.rule for part in found.not_checked] == ["PKG103"]


@pytest.mark.parametrize(
    "profile, words",
    [
        ('{"a": 1', "not JSON"),
        ("[]", "a JSON object"),
        ({"type": 5}, "is no JSON Schema"),
        ({"$ref": "#"}, "refers to itself without end"),
        ({"$ref": f"{URL}/other.json"}, '"birds.json" refers to "https://example.org/birds/1.0/'),
        ({"$ref": "../../etc/passwd"}, "passwd"),
        ({"properties": {"name": {"pattern": "(a"}}}, "birds.json"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_applied_costs_itself(tmp_path, profile, words):
    found = report(tmp_path, profile, profile="birds.json")
    (part,) = found.not_checked
    assert words in part.message and found.tables == {"t": 1, "u": 1} and found.exit_code == 2


def test_a_pattern_that_does_not_end_costs_the_profile(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STUCK", 0.5)
    profile = {"properties": {"title": {"pattern": "^(a+)+$"}}}
    found = report(tmp_path, profile, profile="birds.json", title="a" * 60 + "b")
    assert "takes too long" in found.not_checked[0].message and found.tables == {"t": 1, "u": 1}


def test_the_standard_and_geojson_are_at_hand(tmp_path):
    profile = {
        "allOf": [
            {"$ref": "https://specs.frictionlessdata.io/schemas/data-package.json"},
            {"properties": {"spatial": {"$ref": "http://json.schemastore.org/geojson.json"}}},
        ]
    }
    assert (
        report(tmp_path, profile, profile="birds.json", spatial={"type": "Point", "coordinates": [1, 2]}).exit_code == 0
    )
    found = report(tmp_path, profile, profile="birds.json", spatial={"type": "Point", "coordinates": "here"})
    assert [each.rule for each in found.findings] == ["PKG109"] and found.findings[0].pointer.startswith("/spatial")


def test_the_option_is_split_where_there_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.json").write_text("{}")
    assert parsed("https://example.org/?x=1=a=b.json") == ("https://example.org/?x=1", tmp_path / "a=b.json")
