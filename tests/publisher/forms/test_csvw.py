"""CSVW metadata name every column of every CSV file, with its type and its keys. `.ci/readers` has csvw read them."""

import csv
import json
import zipfile

import pytest

from claimtrack.publisher.forms import csvw
from tests.conftest import ROOT
from tests.tools.support import read_descriptor


@pytest.fixture(scope="module")
def flat(release) -> dict:
    return json.loads((release / csvw.NAME).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def whole(release) -> dict:
    with zipfile.ZipFile(release / "datapackage.zip") as archive:
        return json.loads(archive.read(csvw.NAME))


@pytest.mark.slow
def test_columns_are_those_of_the_files_in_order(release, flat):
    assert [table["url"] for table in flat["tables"]] == ["claims.csv", "calls.csv", "findings.csv"]
    for table in flat["tables"]:
        with (release / table["url"]).open(encoding="utf-8-sig", newline="") as handle:
            header, *rows = csv.reader(handle)
        columns = table["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == [column["titles"] for column in columns] == header
        keys = [header.index(name) for name in table["tableSchema"]["primaryKey"]]
        assert len({tuple(row[at] for at in keys) for row in rows}) == len(rows)


def test_types_and_keys_are_those_of_the_table_schemas(whole):
    told = {table["url"]: table["tableSchema"] for table in whole["tables"]}
    described = read_descriptor(ROOT)["resources"]
    assert list(told) == [resource["path"] for resource in described]
    evidence = told["data/evidence.csv"]
    assert evidence["primaryKey"] == ["evidence_id"]
    assert {
        "columnReference": ["claim_id"],
        "reference": {"resource": "data/claims.csv", "columnReference": ["claim_id"]},
    } in evidence["foreignKeys"]
    columns = {column["name"]: column for column in evidence["columns"]}
    assert columns["official_position"]["datatype"] == {"base": "boolean", "format": "true|false"}
    assert columns["evidence_id"]["required"] is True and columns["evidence_id"]["datatype"]["format"]
    segments = {column["name"]: column["datatype"] for column in told["data/segments.csv"]["columns"]}
    assert segments["start"] == {"base": "integer", "minimum": 0}


def test_every_column_that_the_table_schema_describes_is_described(whole):
    for resource, table in zip(read_descriptor(ROOT)["resources"], whole["tables"], strict=True):
        fields = json.loads((ROOT / resource["schema"]).read_text(encoding="utf-8"))["fields"]
        assert [column.get("dc:description") for column in table["tableSchema"]["columns"]] == [
            field.get("description") for field in fields
        ]
