"""A table's file and a Table Schema, without a package around them: `check FILE --schema SCHEMA`."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from frictionless import Resource, Schema

import claimtrack
from claimtrack.core.standard_rules import FRICTIONLESS
from claimtrack.reports import FORMATS
from tests.tools.support import standard

FIELDS = [{"name": "bee", "type": "integer"}, {"name": "hive", "type": "string"}]
SCHEMA = {"fields": FIELDS, "primaryKey": ["bee"]}
BEES = "bee,hive\n1,a\nten,b\n1,c\n"


def put(
    folder: Path, content: str | bytes = BEES, name: str = "bees.csv", schema: object = SCHEMA
) -> tuple[Path, Path]:
    """Writes a table and its Table Schema; returns their paths."""
    table, described = folder / name, folder / "bees.json"
    table.write_bytes(content.encode() if isinstance(content, str) else content)
    described.write_text(schema if isinstance(schema, str) else json.dumps(schema))
    return table, described


def test_findings_name_the_table_and_its_lines(tmp_path, ended, monkeypatch):
    put(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = ended("check", "bees.csv", "--schema", "bees.json")
    assert done.code == 1 and done.err == ""
    assert "bees.csv:3:1: CEL101" in done.out and "bees.csv:4:1: KEY101" in done.out
    assert "1 table, 3 rows" in done.out and "datapackage" not in done.out
    assert ended("check", "bees.csv", "--schema", "bees.json", "--ignore", "CEL101:bees,KEY101").code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_names_the_table(tmp_path, ended, form):
    table, schema = put(tmp_path)
    said = ended("check", table, "--schema", schema, "--format", form)
    assert said.code == 1 and "bees.csv" in said.out


@pytest.mark.parametrize(
    "name, content",
    [
        ("bees.csv", BEES),
        ("Bees of 2023 (copy).TXT", BEES),
        ("bees", BEES.replace(",", ";")),
        ("bees.tsv", BEES.replace(",", "\t")),
        ("bees.tab", BEES.replace(",", "\t")),
        ("a:bees.csv", BEES),
        ("bees.csv.gz", gzip.compress(BEES.encode(), mtime=0)),  # a name of a test is the same at any time
        ("bees.dat.gz", gzip.compress(BEES.encode(), mtime=0)),
        ("bees.json", json.dumps([["bee", "hive"], [1, "a"], ["ten", "b"], [1, "c"]])),
    ],
)
def test_a_table_of_any_name_and_form(tmp_path, ended, name, content):
    table, schema = put(tmp_path, content, name, SCHEMA)
    if table == schema:
        table, schema = table.rename(tmp_path / "rows.json"), schema
        table.write_text(str(content))
        schema.write_text(json.dumps(SCHEMA))
    (told,) = json.loads(ended("check", table, "--schema", schema, "--format", "json").out)["packages"]
    found = {(each["rule"], each["row"]) for each in told["findings"]}
    assert found == {("CEL101", 3), ("KEY101", 3), ("KEY101", 4)}
    assert {each["file"].removeprefix("./") for each in told["findings"]} == {table.name}
    assert told["verdict"] == "invalid" and [each["rows"] for each in told["tables"]] == [3]


@pytest.mark.parametrize(
    "content, schema",
    [
        (BEES, SCHEMA),
        ("bee,hive\n1\n\n2,b,c\n", SCHEMA),
        ("hive,bee\na,1\n", SCHEMA),
        ("bee;hive\n1;a\n", SCHEMA),
        (
            "bee,hive\n-,a\n5,b\n",
            SCHEMA | {"missingValues": ["-"], "fields": [FIELDS[0] | {"constraints": {"minimum": 9}}, FIELDS[1]]},
        ),
        ("bee,hive\n1,é\n".encode("latin-1"), SCHEMA),
        ("bee,hive\n1,a\n", {"fields": []}),
    ],
)
def test_the_verdict_is_that_of_frictionless(tmp_path, content, schema):
    table, described = put(tmp_path, content, schema=schema)
    resource = Resource(path=table.name, basepath=str(tmp_path), schema=Schema.from_descriptor(schema))
    theirs = Counter(
        (FRICTIONLESS.get(error.type, "FIL102"), getattr(error, "row_number", None))
        for error in resource.validate(limit_errors=0).tasks[0].errors
    )
    ours = standard(claimtrack.validate(table, schema=described).findings)
    assert Counter((rule, row) for rule, _, row, _ in ours.elements()) == theirs


def test_a_schema_in_yaml_with_what_only_version_2_has(tmp_path, ended):
    fields = "fields:\n  - {name: bee, type: integer}\n  - {name: hive, type: string, constraintz: {}}\n"
    table, _ = put(tmp_path, "bee,hive\n-,a\nx,b\n")
    (tmp_path / "s.yml").write_text(f"{fields}missingValues:\n  - {{value: '-'}}\n")
    done = ended("check", table, "--schema", tmp_path / "s.yml", "--quiet")
    assert [line.removeprefix(f"{tmp_path}/").split(" ")[:2] for line in done.out.splitlines()] == [
        ["bees.csv:3:1:", "CEL101"],
        ["s.yml:", "PKG204"],
    ]


def test_a_schema_outside_of_the_folder_of_the_table(tmp_path, ended):
    (tmp_path / "tables").mkdir()
    table, _ = put(tmp_path / "tables")
    schema = tmp_path / "broken.json"
    schema.write_text(json.dumps(SCHEMA | {"fields": [FIELDS[0], FIELDS[1] | {"type": "strin"}]}, indent=1))
    done = ended("check", table, "--schema", schema, "--quiet")
    assert done.code == 1 and f"{schema}:" in done.out and "PKG101" in done.out


def test_references_to_tables_that_are_not_there_are_skipped(tmp_path, ended):
    key = {"fields": "hive", "reference": {"resource": "hives", "fields": "hive"}}
    own = {"fields": "bee", "reference": {"resource": "", "fields": "bee"}}
    table, schema = put(tmp_path, "bee,hive\n1,a\n", schema=SCHEMA | {"foreignKeys": [key, own]})
    done = ended("check", table, "--schema", schema)
    assert done.code == 0
    assert 'skipped: KEY103 on "bees": references to "hives" not checked, since the table is alone' in done.out


def test_settings_beside_the_table_are_not_its_own(tmp_path, ended):
    table, schema = put(tmp_path)
    (tmp_path / "validate.toml").write_text('ignore = ["CEL", "KEY"]\n')
    done = ended("check", table, "--schema", schema, "--settings")
    assert done.code == 1 and "CEL101" in done.out and "settings:" not in done.out


def test_several_tables_with_one_schema(tmp_path, ended):
    first, schema = put(tmp_path)
    second, _ = put(tmp_path, "bee,hive\n1,a\n", "more.csv")
    done = ended("check", first, second, "--schema", schema)
    assert done.code == 1 and done.out.rstrip().endswith("2 packages: 1 invalid, 1 valid")


def test_a_link_to_a_table(tmp_path, ended):
    table, schema = put(tmp_path, "bee,hive\n1,a\n")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "bees.csv").symlink_to(table)
    assert ended("check", tmp_path / "links" / "bees.csv", "--schema", schema).code == 0


@pytest.mark.parametrize(
    "table, schema, said",
    [
        ("bees.csv", None, "bees.csv: this is a table by its name; name the package that it belongs to, or check it"),
        ("nowhere.csv", "bees.json", "nowhere.csv: there is no such file; name the file of a table"),
        (".", "bees.json", ": this is a folder, and --schema is for the file of a table"),
        ("bees.csv", "nowhere.json", "nowhere.json: there is no such file; name the file of a Table Schema"),
        ("bees.csv", ".", ": not a regular file; name the file of a Table Schema"),
        ("bees.csv", "bees.csv", "bees.csv:1:1: not JSON"),
        ("bees.csv", "package.json", 'no Table Schema, since it has no list "fields"; name the package itself'),
        ("bees.csv", "other.json", 'no Table Schema, since it has no list "fields"; it describes each column there'),
        ("book.xlsx", None, "book.xlsx: this is a table by its name"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(tmp_path, ended, table, schema, said):
    put(tmp_path)
    (tmp_path / "package.json").write_text('{"resources": []}')
    (tmp_path / "other.json").write_text('{"fields": {}}')
    (tmp_path / "book.xlsx").write_bytes(b"PK\x05\x06" + b"\0" * 18)  # an empty zip, as workbooks are zips
    done = ended("check", tmp_path / table, *(["--schema", tmp_path / schema] if schema else []))
    assert done.code == 2 and done.out == "" and said in done.err and len(done.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["bees.csv", "bees.json"])
def test_neither_file_is_written_over(tmp_path, ended, name):
    table, schema = put(tmp_path)
    before = (tmp_path / name).read_bytes()
    done = ended("check", table, "--schema", schema, "--format", "json", "--output", tmp_path / name)
    assert done.code == 2 and done.out == "" and (tmp_path / name).read_bytes() == before
