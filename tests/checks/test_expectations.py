"""What is expected is told in the column's own form, as the file has it, in no words of Python."""

import pytest

from tests.tools.support import claimtrack, resource, standard, table, validate, verdict, write

INTEGER = {"name": "id", "type": "integer"}


@pytest.mark.parametrize(
    "more, cell, words",
    [
        ({"type": "number", "decimalChar": ","}, "4.50", "expected a number, such as 12,5"),
        ({"type": "number", "decimalChar": ",", "groupChar": "."}, "x", "expected a number, such as 1.234,5"),
        ({"type": "number", "groupChar": " "}, "x", "expected a number, such as 1 234.5"),
        ({"type": "number", "bareNumber": False}, "%", "12.5, with or without other text before or after it"),
        ({"type": "integer", "bareNumber": False}, "km", "12 or -3, with or without other text before or after it"),
        ({"type": "date", "format": "%d/%m/%Y"}, "2023-12-31", "in the format %d/%m/%Y, such as 31/12/2023"),
        ({"type": "time", "format": "%H.%M"}, "23:59", "expected a time in the format %H.%M, such as 23.59"),
        ({"type": "datetime", "format": "%d.%m.%y %H:%M"}, "x", "such as 31.12.23 23:59"),
        ({"type": "date", "format": "any"}, "x", "expected a date that the calendar has, in any common form"),
        (
            {"type": "list", "itemType": "integer", "delimiter": ";"},
            "1;x;3",
            'integers with ";" between them; item 2 is "x"',
        ),
        (
            {"type": "list", "itemType": "date"},
            "2023-01-01,",
            'dates as YYYY-MM-DD with "," between them; item 2 is ""',
        ),
        ({"type": "array", "arrayItem": {"type": "integer"}}, '["x"]', "a JSON array, each item of it an integer"),
        (
            {"type": "array", "arrayItem": {"type": "integer", "constraints": {"minimum": 2}}},
            "[1]",
            "a JSON array, each item of it 2 or more",
        ),
        ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, "yes", "expected one of: ja, nein"),
        (
            {"type": "any", "constraints": {"enum": [None, True, {"a": 1}]}},
            "x",
            'expected one of: null, true, {"a": 1}',
        ),
        (
            {"type": "string", "constraints": {"enum": ["l'an", "d'or"]}},
            "l'été",
            '"l\'été" (column "v"); expected one of: l\'an, d\'or',
        ),
    ],
)
@pytest.mark.parametrize("end", ["", '2,"a"b\n'], ids=["regular", "irregular"])
def test_in_the_columns_own_form(tmp_path, more, cell, words, end):
    quoted = '"' + cell.replace('"', '""') + '"'
    folder = table(tmp_path, f"id,v\n1,{quoted}\n{end}", [INTEGER, {"name": "v", **more}])
    found = next(found for found in validate(folder).findings if found.line == 2)
    assert found.rule in ("CEL101", "CEL102") and words in found.message
    assert standard(validate(folder).findings) == verdict(folder)


@pytest.mark.parametrize(
    "label, words",
    [
        ("NAME", "they differ only in case"),
        ("nаme", "they differ in character 2, which is U+0430 (CYRILLIC SMALL LETTER A) instead of U+0061 (LATIN"),
        ("name\u200b", "U+200B (ZERO WIDTH SPACE) at its end is too many"),
        ("na\u00admе", None),
        ("title", None),
    ],
)
def test_labels_that_look_alike_are_spelt_out(tmp_path, label, words):
    folder = table(tmp_path, f"id,{label}\n1,a\n", [INTEGER, {"name": "name", "type": "string"}])
    (found,) = (found for found in validate(folder).findings if found.rule == "TAB101")
    assert words in found.message if words else found.message.endswith('stands where "name" is expected')


def test_a_composed_letter_and_its_parts_are_spelt_out(tmp_path):
    folder = table(tmp_path, "id,Gro\u0308\u00dfe\n1,a\n", [INTEGER, {"name": "Gr\u00f6\u00dfe", "type": "string"}])
    assert "character 3, which is U+006F" in validate(folder).findings[0].message


def referring(one: str, other: str) -> tuple[list[dict], dict[str, str]]:
    key = {"fields": "city", "reference": {"resource": "cities", "fields": "id"}}
    people = resource("people", [INTEGER, {"name": "city", "type": one}], foreignKeys=[key])
    cities = resource("cities", [{"name": "id", "type": other}])
    return [people, cities], {"data/people.csv": "id,city\n1,2001\n2,2002\n", "data/cities.csv": "id\n2001\n2002\n"}


@pytest.mark.parametrize("one, other", [("integer", "string"), ("string", "year"), ("number", "string")])
def test_a_foreign_key_between_types_is_one_finding(tmp_path, one, other):
    folder = write(tmp_path, *referring(one, other))
    done = claimtrack(folder)
    lines = [line for line in done.stdout.splitlines() if " error: " in line]
    assert done.returncode == 1 and len(lines) == 1, done.stdout
    assert "PKG110" in lines[0] and f"type {one}" in lines[0] and f"type {other}" in lines[0]
    assert "datapackage.json:1:" in lines[0] and "2 further findings follow" in lines[0]
    assert standard(validate(folder).findings) == verdict(folder)


@pytest.mark.parametrize("one, other", [("integer", "year"), ("integer", "number"), ("any", "string")])
def test_types_whose_values_can_be_equal_are_no_fault(tmp_path, one, other):
    folder = write(tmp_path, *referring(one, other))
    assert standard(validate(folder).findings) == verdict(folder)
    assert "PKG110" not in {found.rule for found in validate(folder).findings}


@pytest.mark.parametrize("end", ["", '3,"a"b\n'], ids=["regular", "irregular"])
def test_keys_are_told_in_the_same_words_whichever_way_a_table_is_read(tmp_path, end):
    fields = [INTEGER, {"name": "up", "type": "string"}]
    key = {"fields": "up", "reference": {"resource": "", "fields": "up"}}
    other = resource(
        "o", [{"name": "up", "type": "string"}], foreignKeys=[key | {"reference": {"resource": "t", "fields": "up"}}]
    )
    files = {"data/t.csv": f"id,up\n1,a\n1,b\n,c\n{end}", "data/o.csv": "up\nz\n"}
    report = validate(write(tmp_path, [resource("t", fields, primaryKey="id"), other], files))
    told = {(found.rule, found.message.rpartition("; ")[2]) for found in report.findings if found.rule[:3] == "KEY"}
    assert told == {
        ("KEY101", "an earlier row has the same"),
        ("KEY101", "expected a value"),
        ("KEY103", "expected a value of t.up"),
    }


def test_no_message_has_words_of_python(tmp_path):
    """What a descriptor holds is told as JSON has it, and an encoding by its usual name."""
    fields = [
        {"name": "a", "type": None, "constraints": {"": {"": 1}, "pattern": None}},
        {"name": "b", "type": "any", "constraints": {"enum": [None, False, {"": 1}]}},
    ]
    described = resource("t", fields, uniqueKeys=[["c"], [None]], missingValues={"": None}, encoding=None)
    nameless = {"path": "data/u.csv", "schema": {"fields": [{"nme": "x", "categories": ["y"]}]}}
    files = {"data/t.csv": "a,b\né,2\n".encode("cp1252"), "data/u.csv": "x\n1\n"}
    folder = write(tmp_path, [described, nameless], files, licenses=[None], contributors={"": 1})
    text = claimtrack(folder).stdout
    assert "Windows-1252" in text and 'null, false, {"": 1}' in text
    for word in ("None", "False", "{'", "['", "cp1252", "Error:", "object has no attribute"):
        assert word not in text, word
