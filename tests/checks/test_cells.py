"""Cells, each broken once: the rule, the physical place, the value, and what was expected in plain words."""

import pytest

from tests.tools.support import standard, table, validate, verdict

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.mark.parametrize(
    "content, place, words",
    [
        ("n,b\n1,x\n", ("TAB101", 1, None), '"b" stands where "a" is expected'),
        ("n\n1\n", ("TAB101", 1, None), 'the column "a" is missing'),
        ("n,\n1,x\n", ("TAB101", 1, None), 'column 2 has no name; expected "a"'),
        ("n,n\n1,x\n", ("TAB101", 1, None), '"n" stands twice'),
        ("n,a\n1\n", ("TAB102", 2, 1), 'no cell for column "a"; expected 2 cells and found 1'),
        ("n,a\n1,x,y\n", ("TAB102", 2, 1), 'cell 3 of 3 is one too many: "y"; expected 2 cells'),
        ("n,a\n1,x\n\n", ("TAB103", 3, 1), "A row is blank"),
        ("n,a\n1,x\n,\n", ("TAB103", 3, 1), "A row is blank"),
        ("n,a\nx y,x\n", ("CEL101", 2, 1), '"x y" (column "n"); expected an integer'),
        ("n,a\n1,\n", ("CEL102", 2, 3), '"" (column "a"); expected a value'),
    ],
)
def test_rows_and_cells(tmp_path, content, place, words):
    report = validate(table(tmp_path, content, [INTEGER, TEXT | {"constraints": {"required": True}}]))
    found = next(f for f in report.findings if words in f.message)
    assert (found.rule, found.line, found.column) == place
    assert found.mend and report.exit_code == 1


@pytest.mark.parametrize(
    "constraints, words",
    [
        ({"enum": ["b", "c"]}, "expected one of: b, c"),
        ({"pattern": "[b-z]"}, "expected the form [b-z]"),
        ({"minLength": 2}, "expected at least 2 characters"),
    ],
)
@pytest.mark.parametrize("rest", ["", '"x\ny"\n', 'x"y\n'], ids=["regular", "long", "irregular"])
def test_constraints_are_told_in_plain_words(tmp_path, constraints, words, rest):
    report = validate(table(tmp_path, "a\na\n" + rest, [TEXT | {"constraints": constraints}]))
    first = report.findings[0]
    assert (first.rule, first.line, first.column, first.value) == ("CEL102", 2, 1, "a") and words in first.message


@pytest.mark.parametrize(
    "kind",
    [
        "time",
        "datetime",
        "duration",
        "geopoint",
        "geojson",
        "object",
        "array",
        "list",
        "yearmonth",
        "year",
        "any",
        "number",
        "boolean",
    ],
)
def test_every_type_gets_frictionless_verdict(tmp_path, kind):
    cells = ["true", "10:00:00", "2023-07-23T10:00:00Z", "P1Y", "1,2", "{}", "[]", "2023-07", "2023", "x", ""]
    rows = "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells))
    folder = table(tmp_path, "n,v\n" + rows, [INTEGER, {"name": "v", "type": kind}])
    assert standard(validate(folder).findings) == verdict(folder)


def test_every_finding_in_a_cell_is_told(tmp_path):
    fields = [{"name": "a", "type": "string", "constraints": {"pattern": "[a-z]+", "maxLength": 3, "enum": ["a", "b"]}}]
    messages = [f.message for f in validate(table(tmp_path, "a\nA1234\n", fields)).findings]
    assert [m.partition("expected ")[2] for m in messages] == [
        "one of: a, b",
        "at most 3 characters",
        "the form [a-z]+",
    ]


def test_what_was_found_before_a_cell_that_frictionless_fails_on_is_told(tmp_path):
    fields = [INTEGER, {"name": "x", "type": "number", "constraints": {"minimum": 1}}]
    report = validate(table(tmp_path, "n,x\nbad,1\n1,sNaN\n", fields))
    assert [found.rule for found in report.findings] == ["FIL106", "CEL101"] and report.exit_code == 2
    assert 'frictionless fails on the cell "sNaN"' in report.findings[0].message


def test_the_first_cell_that_frictionless_fails_on_is_named(tmp_path):
    cells = "".join(f"1,sNaN{n}\n" for n in range(100, 0, -1))
    fields = [INTEGER, {"name": "x", "type": "number", "constraints": {"minimum": 1}}]
    (found,) = validate(table(tmp_path, "n,x\n" + cells, fields)).findings
    assert found.rule == "FIL106" and '"sNaN100" (column "x")' in found.message
