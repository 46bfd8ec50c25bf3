"""Keys and missing values of a Table Schema, read from JSON as it comes."""

import pytest

from claimtrack.package.table_schema import FALSE_VALUES, TRUE_VALUES, ForeignKey, Keys, keys_of, missing_values
from tests.tools.support import field_of


def field(name: str, **more) -> dict:
    return {"name": name, "type": "string", **more}


def test_every_key_of_a_table():
    schema = {
        "fields": [field("id"), field("code", constraints={"unique": True}), field("a"), field("b"), field("of")],
        "primaryKey": "id",
        "uniqueKeys": [["a", "b"], ["id"]],
        "foreignKeys": [
            {"fields": "of", "reference": {"resource": "others", "fields": "id"}},
            {"fields": ["a", "b"], "reference": {"resource": "", "fields": ["c", "d"]}},
        ],
    }
    found = keys_of(schema, "own")
    references = [ForeignKey(["of"], "others", ["id"]), ForeignKey(["a", "b"], "own", ["c", "d"])]
    assert found == Keys(["id"], ["code"], [["a", "b"], ["id"]], references)
    assert found.unique == [["code"], ["a", "b"]]  # what the primary key says already is left out
    assert found.columns == {"id", "code", "a", "b", "of"}


def test_a_reference_without_a_name_leads_to_the_table_itself():
    key = {"fields": "parent", "reference": {"fields": "id"}}
    assert keys_of({"foreignKeys": [key]}, "own").foreign == [ForeignKey(["parent"], "own", ["id"])]


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"primaryKey": None, "uniqueKeys": None, "foreignKeys": None, "fields": None},
        {"primaryKey": {"a": 1}, "uniqueKeys": "", "foreignKeys": {"fields": "a"}, "fields": "id"},
        {
            "primaryKey": [1, None],
            "uniqueKeys": [[], 7, [None]],
            "foreignKeys": ["a", {"fields": []}],
            "fields": [None],
        },
        {"fields": [{"name": 1, "constraints": {"unique": True}}, field("a", constraints=[])]},
        {"fields": [field("a", constraints={"unique": "yes"})]},
    ],
    ids=str,
)
def test_what_is_no_key_is_as_if_it_were_not_there(schema):
    assert keys_of(schema, "own") == Keys([], [], [], [])


def test_a_reference_to_what_is_no_name_has_columns_all_the_same():
    """`checks.descriptor` says that it leads nowhere."""
    key = {"fields": ["a", 1], "reference": "others"}
    assert keys_of({"foreignKeys": [key]}, "own").foreign == [ForeignKey(["a"], "own", [])]


@pytest.mark.parametrize(
    "of_schema, of_field, expected",
    [
        (None, None, [""]),
        (["NA"], None, ["NA"]),
        (["NA"], ["-", ""], ["-", ""]),
        (["NA"], [], []),
        ([], None, []),
        ("NA", None, [""]),
        ([{"value": "x", "label": "not asked"}, "y"], None, ["x", "y"]),
        ([-99], [{"value": 0}], ["0"]),
    ],
)
def test_what_stands_for_a_missing_value(of_schema, of_field, expected):
    schema = {} if of_schema is None else {"missingValues": of_schema}
    own = field("a") if of_field is None else field("a", missingValues=of_field)
    assert missing_values(schema, own) == expected


def test_booleans_are_written_as_the_standard_and_frictionless_have_it():
    known = field_of("boolean")
    assert (known.true_values, known.false_values) == (TRUE_VALUES, FALSE_VALUES)
