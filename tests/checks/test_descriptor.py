"""What is said of a descriptor that the standard lets pass."""

import json
import random
from collections.abc import Iterator

import pytest

from claimtrack.checks.descriptor import is_ungrouped
from claimtrack.commands.main import main
from tests.tools.support import DIALECT, errors_of_ours, resource, rules, table, validate, write

TEXT = {"name": "v", "type": "string"}


@pytest.mark.parametrize(
    "change, field, found",
    [
        ({"dialect": None}, TEXT, set()),
        ({"encoding": None}, TEXT, set()),
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


@pytest.mark.parametrize(
    "pattern, bare",
    [
        ("a|b", True),
        ("(a|b)", False),
        (r"a\|b", False),
        ("[a|b]", False),
        ("(?:a|b)|c", True),
        ("[]|]", False),
        (r"\(a|b\)", True),
    ],
)
def test_ungrouped_alternation(pattern, bare):
    assert is_ungrouped(pattern) is bare


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The path to every value within a descriptor."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


CONSTRAINTS = {"required": True, "unique": True, "pattern": "[a-z]", "enum": ["x"], "minLength": 1, "maxLength": 3}
FIELDS = [
    {
        "name": "a",
        "type": "string",
        "format": "default",
        "constraints": CONSTRAINTS,
        "missingValues": ["-"],
        "rdfType": "u",
        "categories": ["x"],
    },
    {
        "name": "n",
        "type": "number",
        "decimalChar": ".",
        "groupChar": ",",
        "bareNumber": True,
        "constraints": {"minimum": 1, "exclusiveMaximum": 10},
    },
    {"name": "d", "type": "date", "format": "%Y-%m-%d", "constraints": {"minimum": "2020-01-01"}},
    {"name": "b", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    {"name": "l", "type": "list", "itemType": "integer", "delimiter": ";"},
]
KEYS = {
    "primaryKey": ["a"],
    "uniqueKeys": [["a", "n"]],
    "foreignKeys": [{"fields": ["a"], "reference": {"resource": "", "fields": ["a"]}}],
}
FORM = {
    "headerRows": [1],
    "headerJoin": "",
    "headerCase": True,
    "commentRows": [9],
    "commentChar": "#",
    "skipBlankRows": False,
    "escapeChar": None,
    "csv": {},
}
MORE = {
    "missingValues": [""],
    "bytes": 1,
    "hash": "md5:0",
    "rows": 1,
    "fieldsMatch": "exact",
    "mediatype": "text/csv",
    "profile": "tabular-data-resource",
}
DESCRIBED = {
    "$schema": "x", "name": "p", "title": "t", "version": "1.0.0", "created": "2024-01-01T00:00:00Z", "keywords": ["k"],
    "contributors": [{"title": "c"}], "licenses": [{"name": "x"}], "sources": [{"title": "s"}], "conformsTo": "x",
    "resources": [resource("t", FIELDS, dialect=DIALECT | FORM, **KEYS, **MORE)],
}  # fmt: skip
ODD = [
    None,
    True,
    0,
    -1,
    1e308,
    10**30,
    "",
    "x",
    "\0",
    "a\nb",
    "%",
    "(",
    [],
    {},
    [None],
    [[]],
    [{}],
    ["x"] * 3,
    {"a": 1},
    {"value": None},
]
SLIPS = [(place, odd) for place in places(DESCRIBED) for odd in ODD]


@pytest.mark.parametrize(
    "place, odd",
    [*random.Random(20_231_124).sample(SLIPS, 40), (("resources", 0, "dialect", "headerRows"), ["x"] * 3)],
    ids=str,
)
def test_a_value_of_any_type_anywhere_ends_in_a_sentence(tmp_path, capsys, place, odd):
    """A sample of all 2,180; headers in a row that is no number were the one that ended in an error of ours."""
    described = owner = json.loads(json.dumps(DESCRIBED))
    for key in place[:-1]:
        owner = owner[key]
    owner[place[-1]] = odd
    write(tmp_path, [], {"data/t.csv": 'a,n,d,b,l\nx,5,2024-01-01,yes,1;2\nq,"1,5",,no,\n'})
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    assert main([str(tmp_path)]) in (0, 1, 2)
    out, err = capsys.readouterr()
    assert not errors_of_ours(out + err) and len(err.splitlines()) <= 1


@pytest.mark.parametrize(
    "content, told, found",
    [
        (b"v;w\n1;2\n", {"dialect": None}, {"PKG201"}),
        (b"v,w\n1,caf\xe9\n", {"encoding": None}, {"PKG202"}),
        (b"v,w\n1,x\n", {"dialect": None, "encoding": None}, set()),
    ],
)
def test_what_a_table_in_another_form_than_the_default_has_to_declare(tmp_path, content, told, found):
    folder = table(tmp_path, content, [TEXT, {"name": "w", "type": "string"}], **told)
    given = {each.rule for each in validate(folder).findings}
    assert given >= found and given & {"PKG201", "PKG202"} == found & {"PKG201", "PKG202"}


@pytest.mark.parametrize(
    "version, told", [("2026", 0), ("2026-03-30", 0), ("2026.3", 0), ("1.0", 1), ("v2.0.0", 1), ("20261", 1)]
)
def test_a_calendar_version_is_no_fault(tmp_path, version, told):
    write(tmp_path, [resource("t", [TEXT])], {"data/t.csv": "v\nx\n"}, version=version)
    assert [found.rule for found in validate(tmp_path).findings] == ["PKG208"] * told
