"""The profile's JSON Schema, against the dataset and against the tables that the rules rely on."""

import json

import jsonschema
import pytest

import schemas
from tests.hostile import ROOT
from validator.package import PROFILE

PATH = ROOT / "schemas" / "profile" / f"{PROFILE}.json"


@pytest.fixture
def profile() -> dict:
    return json.loads(PATH.read_text(encoding="utf-8"))


@pytest.fixture
def descriptor() -> dict:
    return json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def test_the_dataset_conforms(profile, descriptor):
    jsonschema.Draft202012Validator.check_schema(profile)
    jsonschema.validate(descriptor, profile)


def test_it_asks_for_the_tables_of_the_rules(profile):
    asked = [part["contains"]["properties"]["name"]["const"] for part in profile["properties"]["resources"]["allOf"]]
    assert sorted(asked) == sorted(schemas.COLUMNS)


@pytest.mark.parametrize("name", ["conformsTo", "version", "resources"])
def test_a_descriptor_that_lacks_something_does_not_conform(profile, descriptor, name):
    del descriptor[name]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, profile)


@pytest.mark.parametrize("table", schemas.COLUMNS)
def test_a_descriptor_without_a_table_does_not_conform(profile, descriptor, table):
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != table]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, profile)
