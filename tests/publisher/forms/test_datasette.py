"""Datasette's metadata describe tables and columns that the SQLite file has. `.ci/readers` has Datasette serve them."""

import json
import sqlite3

import pytest

from claimtrack.publisher.forms import datasette
from tests.conftest import ROOT
from tests.tools.support import read_descriptor


@pytest.fixture(scope="module")
def said(release) -> dict:
    return json.loads((release / datasette.NAME).read_text(encoding="utf-8"))


def test_dataset_and_licence_are_told(said):
    descriptor = read_descriptor(ROOT)
    assert (said["title"], said["description"]) == (descriptor["title"], descriptor["description"])
    assert said["license_url"] == descriptor["licenses"][0]["path"]


def test_all_that_is_described_is_in_the_database(release, said):
    tables = said["databases"]["dataset"]["tables"]
    assert {*tables} == {resource["name"] for resource in read_descriptor(ROOT)["resources"]}
    connection = sqlite3.connect(release / "dataset.sqlite")
    for name, table in tables.items():
        columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        assert columns and table["columns"].keys() <= columns and table["description"]
        assert {*table.get("facets", []), *filter(None, [table.get("label_column")])} <= columns
    connection.close()
    assert tables["claims"]["facets"] and tables["claims"]["label_column"] == "claim"
