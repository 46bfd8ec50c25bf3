"""What is said of a descriptor that the standard lets pass."""

import pytest

from tests.support import DIALECT, resource, rules, table, write
from validator import descriptor
from validator.run import validate

TEXT = {"name": "v", "type": "string"}


@pytest.mark.parametrize(
    "change, field, found",
    [
        ({"dialect": None}, TEXT, {"PKG201"}),
        ({"encoding": None}, TEXT, {"PKG202"}),
        ({"schema": None}, TEXT, {"PKG206"}),
        ({}, TEXT | {"constraints": {"pattern": "a|b"}}, {"PKG203"}),
        ({}, TEXT | {"constraints": {"pattern": "(a|b)"}}, set()),
        ({}, TEXT | {"constraint": {"pattern": "a"}}, {"PKG204"}),
        ({}, TEXT | {"codeList": "x"}, set()),
        ({"encodnig": "utf-8"}, TEXT, {"PKG204"}),
        ({"licences": []}, TEXT, {"PKG204"}),
        ({"dialect": DIALECT | {"delimeter": ","}}, TEXT, {"PKG204"}),
        ({"note": "x", "date": "2024"}, TEXT | {"unit": "m"}, set()),
        ({}, TEXT | {"categories": ["a"]}, {"PKG205"}),
        ({}, TEXT | {"categories": ["a"], "constraints": {"enum": ["a"]}}, set()),
        ({"uniqueKeys": [["w"]]}, TEXT, {"PKG106"}),
        ({"foreignKeys": [{"fields": "v", "reference": {"resource": "", "fields": "w"}}]}, TEXT, {"PKG105"}),
    ],
    ids=str,
)
def test_descriptors(tmp_path, change, field, found):
    assert {rule for rule, _ in rules(table(tmp_path, "v\na\n", [field], **change))} == found


def test_mistyped_key_of_a_table_schema(tmp_path):
    told = resource("t", [TEXT])
    told["schema"]["foreignKey"] = []
    report = validate(write(tmp_path, [told], {"data/t.csv": "v\na\n"}))
    assert [f.rule for f in report.findings] == ["PKG204"] and '"foreignKeys"' in report.findings[0].message


@pytest.mark.parametrize("pattern, bare", [("a|b", True), ("(a|b)", False), (r"a\|b", False), ("[a|b]", False), ("(?:a|b)|c", True), ("[]|]", False), (r"\(a|b\)", True)])
def test_ungrouped_alternation(pattern, bare):
    assert descriptor.ungrouped(pattern) is bare
