"""The profile: its JSON Schema, what a package lacks of it, and packages that all but declare it."""

import dataclasses
import json

import jsonschema
import polars as pl
import pytest

import schemas
from tests.example import Example
from tests.hostile import ROOT
from tests.support import resource, table, write
from tests.test_command import run
from validator import profile, rules
from validator.catalogue import BETWEEN_VERSIONS, every
from validator.findings import Tally
from validator.package import PROFILE
from validator.run import Run, validate
from validator.seal import read_rows, seal, write_rows

PATH = ROOT / "schemas" / "profile" / f"{PROFILE}.json"


@pytest.fixture
def json_schema() -> dict:
    return json.loads(PATH.read_text(encoding="utf-8"))


@pytest.fixture
def descriptor() -> dict:
    return json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def test_the_dataset_conforms(json_schema, descriptor):
    jsonschema.Draft202012Validator.check_schema(json_schema)
    jsonschema.validate(descriptor, json_schema)


def test_it_asks_for_the_tables_of_the_rules(json_schema):
    asked = [part["contains"]["properties"]["name"]["const"] for part in json_schema["properties"]["resources"]["allOf"]]
    assert sorted(asked) == sorted(schemas.COLUMNS)


@pytest.mark.parametrize("name", ["conformsTo", "version", "resources"])
def test_a_descriptor_that_lacks_something_does_not_conform(json_schema, descriptor, name):
    del descriptor[name]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, json_schema)


@pytest.mark.parametrize("table", schemas.COLUMNS)
def test_a_descriptor_without_a_table_does_not_conform(json_schema, descriptor, table):
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != table]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, json_schema)


# ----------------------------------------------------------------------------------------- what a package lacks of it

COLUMNS = [(table, column) for table, fields in schemas.COLUMNS.items() for column in fields]


def reshape(good: Example, table: str, change) -> None:
    """Applies `change` to a table's Table Schema."""
    path = good.folder / "schemas" / f"{table}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    change(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")


def drop(good: Example, table: str, column: str) -> None:
    """Takes a column out of a table and its Table Schema, and out of every key that names it."""

    def without(schema: dict) -> None:
        schema["fields"] = [field for field in schema["fields"] if field["name"] != column]
        for key in ("primaryKey", "uniqueKeys"):
            if column in json.dumps(schema.get(key)):
                del schema[key]
        schema["foreignKeys"] = [key for key in schema.get("foreignKeys", []) if column not in key["fields"]]

    def unreferred(schema: dict) -> None:
        keys = schema.get("foreignKeys", [])
        schema["foreignKeys"] = [k for k in keys if (k["reference"]["resource"], k["reference"]["fields"]) != (table, [column])]

    reshape(good, table, without)
    for other in schemas.COLUMNS:
        reshape(good, other, unreferred)
    names, rows = read_rows(good.path(table))
    write_rows(good.path(table), [name for name in names if name != column], rows, in_order=False)


def missed(table: str, column: str) -> tuple[str, str]:
    """File and message of the finding on a column that is not there."""
    return f"schemas/{table}.json", f'{PKG102}: the table "{table}" has no column "{column}"'


@pytest.mark.parametrize("table, column", [(table, sorted(fields)[-1]) for table, fields in schemas.COLUMNS.items()], ids=".".join)
def test_a_column_of_each_table_is_missed(good: Example, table, column):
    drop(good, table, column)
    report = good.validate()
    assert [(f.file, f.message) for f in report.findings if f.rule == "PKG102"] == [missed(table, column)] and report.exit_code == 1


@pytest.fixture(scope="module")
def read(good_folder) -> Run:
    """A run over the smallest valid package, whose tables are thus read."""
    run_ = Run(good_folder)
    run_.check()
    return run_


@pytest.mark.parametrize("table, column", COLUMNS, ids=".".join)
def test_each_column_of_the_profile_is_missed(read, table, column):
    """From the tables on, which is quick: 147 packages whole would take minutes."""
    cut = dataclasses.replace(read.tables[table], resource=read.tables[table].resource.to_copy())
    cut.resource.schema.remove_field(column)
    cut.frame = cut.frame.drop(column)
    findings, lacking = profile.lacks(read.loaded, read.tables | {table: cut})
    assert [(f.file, f.message) for f in findings] == [missed(table, column)]
    tally = Tally()
    facts = pl.DataFrame({"name": ["lighthouses"], "version": ["1.1.0"]})
    ran, skipped, _ = rules.run(read.tables | {table: cut}, tally, facts, lacking)
    assert tally.samples == []  # no code, say, passes for unused because its column is not there
    asked = [rule.id for rule in every().values() if rule.function and rule.tables != BETWEEN_VERSIONS]
    assert sorted([*ran, *(line[:6] for line in skipped)]) == sorted([*asked, "EDT101"])


PKG102 = "A table or column that the claim-tracking profile asks for is missing, or is another than it asks for"


def test_everything_that_is_missing_is_named(good: Example):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    good.describe(resources=[r for r in descriptor["resources"] if r["name"] not in ("codings", "rights", "claims")])
    drop(good, "calls", "status")
    drop(good, "calls", "demand")
    drop(good, "anchors", "start")
    done = run(good.folder)
    assert done.returncode == 1 and done.stderr == ""
    for words in (
        'no table "codings"', 'no table "rights"', 'no table "claims"', '"calls" has no column "status"', '"calls" has no column "demand"', '"anchors" has no column "start"',
    ):  # fmt: skip
        assert words in done.stdout
    assert "skipped: SEG101" not in done.stdout and "skipped: ANC102" in done.stdout and "not checked, since anchors.start did not" in done.stdout


@pytest.mark.parametrize("table, column, key, value, words", [
    ("segments", "start", "type", "string", 'the type "string"; expected "integer"'),
    ("claims", "time", "rdfType", None, "no rdfType; expected"),
    ("claims", "hedge", "codeList", None, 'no codeList; expected "hedge"'),
    ("claims", "claim", "codeList", "voice", 'the codeList "voice"; expected none'),
])  # fmt: skip
def test_a_column_that_is_another_than_the_profile_asks_for(good: Example, table, column, key, value, words):
    def change(schema: dict) -> None:
        field = next(field for field in schema["fields"] if field["name"] == column)
        field.pop(key, None)
        field.update({key: value} if value else {})
        if key == "type":
            field["constraints"] = {}

    reshape(good, table, change)
    report = good.validate()
    (message,) = (f.message for f in report.findings if f.rule == "PKG102")
    assert f'the table "{table}" has in the column "{column}" {words}' in message
    assert report.exit_code == 1 and any(f"{table}.{column}" in line for line in report.skipped)


def test_a_table_of_the_profile_that_is_no_file(good: Example):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    for told in descriptor["resources"]:
        if told["name"] == "rights":
            for key in ("path", "format", "bytes", "hash", "encoding", "dialect"):
                del told[key]
            told["data"] = read_rows(good.path("rights"))[1]
    good.path("rights").unlink()
    good.describe(resources=descriptor["resources"])
    report = validate(good.folder)
    assert report.exit_code == 1 and 'the table "rights" is not in a CSV file' in [f.message for f in report.findings if f.rule == "PKG102"][0]


@pytest.mark.parametrize("column", ["_end", "_used", "time_from", "_row", "start_right"])
def test_a_column_of_ones_own_keeps_no_rule_from_its_work(good: Example, column):
    for name in ("segments", "claims", "codes"):
        reshape(good, name, lambda schema: schema["fields"].append({"name": column, "type": "integer"}))
        names, rows = read_rows(good.path(name))
        write_rows(good.path(name), [*names, column], [row | {column: "7"} for row in rows])
    report = good.validate()
    assert report.exit_code == 0 and report.skipped == [], report.findings


@pytest.mark.parametrize("damage", ["gone", "a row too short"])
def test_codes_are_not_called_unused_where_a_table_is_not_known(good: Example, damage):
    seal(good.folder)
    if damage == "gone":
        good.path("claims").unlink()
    else:
        good.path("claims").write_text(good.path("claims").read_text(encoding="utf-8") + "EX01-C999\n", encoding="utf-8")
    done = run(good.folder)
    assert done.returncode == (2 if damage == "gone" else 1)
    assert ": COD2" not in done.stdout.replace("skipped: COD2", "") and "skipped: COD202 " in done.stdout and "since claims" in done.stdout


# ------------------------------------------------------------------------------------------- who all but declares it


@pytest.mark.parametrize("said", [
    {"conformsTo": "Claim-Tracking-Package-1"}, {"conformsTo": "claim_tracking_package_1"}, {"conformsTo": "claim-tracking-package-2"},
    {"conformsTo": "claim-tracking-package"}, {"conformsTo": "claims-tracking-package-1 "}, {"conformsTo": "https://example.org/claim-tracking-package-1"},
    {"conformsTo": "https://example.org/profiles/claim-tracking-package-1.json"}, {"conformsTo": "https://example.org/profiles#claim-tracking-package-1"},
    {"conformsTo": ["claim-tracking-package-1"]}, {"conformsTo": {"@id": "https://example.org/claim-tracking-package-1/"}},
    {"conformsto": "claim-tracking-package-1"}, {"conforms_to": "claim-tracking-package-1"}, {"conforms": "claim-tracking-package-1"},
], ids=str)  # fmt: skip
def test_a_slip_in_the_declaration_is_said(tmp_path, said):
    package = write(tmp_path, [resource("t", [{"name": "n", "type": "integer"}])], {"data/t.csv": "n\n1\n"}, **said)
    report = validate(package)
    assert [f.rule for f in report.findings] == ["PKG207"] and report.exit_code == 0
    assert next(iter(said)) in report.findings[0].message and f'"conformsTo": "{PROFILE}"' in report.findings[0].help
    assert run(package, "--strict").returncode == 1


@pytest.mark.parametrize("said", [
    {}, {"conformsTo": "camtrap-dp-1.0"}, {"conformsTo": ["https://example.org/tracking"]}, {"conformsTo": 1}, {"conformsTo": "x" * 10**6}, {"conformsTo": []},
], ids=lambda said: str(said)[:60])  # fmt: skip
def test_other_packages_are_left_in_peace(tmp_path, said):
    package = table(tmp_path, "n\n1\n", [{"name": "n", "type": "integer"}])
    path = package / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | said))
    assert validate(package).findings == []


def test_the_tables_of_the_profile_without_its_name(good: Example):
    good.describe(conformsTo=None)
    path = good.folder / "datapackage.json"
    path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key != "conformsTo"}))
    report = validate(good.folder)
    assert [f.rule for f in report.findings] == ["PKG207"] and "there is no `conformsTo`" in report.findings[0].message
    good.describe(conformsTo="a profile of another house")
    assert validate(good.folder).findings == []
