"""Formats and constraints with which nothing can be compared are told, and cost nothing else."""

import pytest

from tests.tools.support import table, validate

CELLS = {
    "number": "2.5",
    "datetime": "2024-05-01T10:00:00Z",
    "time": "10:00:00",
    "string": "a",
    "date": "2024-05-01",
    "integer": "7",
}


@pytest.mark.parametrize(
    "type_, constraints, words",
    [
        ("number", {"maximum": "NaN"}, '"maximum" of the field "a"'),
        ("number", {"exclusiveMinimum": "sNaN"}, '"exclusiveMinimum" of the field "a"'),
        ("number", {"minimum": "NaN", "enum": [1, 2.5]}, '"minimum" of the field "a"'),
        ("datetime", {"minimum": "2023-07-23T10:00:00+30:00"}, '"minimum" of the field "a"'),
        ("datetime", {"enum": ["2023-07-23T10:00:00-26:00"]}, '"enum" of the field "a"'),
        ("time", {"maximum": "10:00:00+24:30"}, '"maximum" of the field "a"'),
        ("date", {"minimum": "soon"}, '"minimum" of the field "a"'),
        ("integer", {"maximum": {}}, '"maximum" of the field "a"'),
        ("string", {"pattern": "a{99999999999}"}, '"pattern" of the field "a"'),
        ("string", {"pattern": "(?P<x>a)(?P<x>b)"}, '"pattern" of the field "a"'),
    ],
)
def test_what_nothing_can_be_compared_with_is_told(tmp_path, type_, constraints, words):
    field = {"name": "a", "type": type_, "constraints": constraints} | ({"format": "any"} if "time" in type_ else {})
    fields = [field, {"name": "n", "type": "integer"}]
    report = validate(table(tmp_path, f"a,n\n{CELLS[type_]},x\n", fields))
    told = [found for found in report.findings if found.rule in ("PKG101", "PKG104")]
    assert len(told) == 1 and words in told[0].message
    assert "CEL101" in {found.rule for found in report.findings} and report.tables == {"t": 1}


def test_a_format_that_cannot_be_read_costs_its_column(tmp_path):
    fields = [{"name": "a", "type": "string", "format": "wkt"}, {"name": "n", "type": "integer"}]
    report = validate(table(tmp_path, "a,n\nPOINT (1 2),x\n", fields))
    assert [found.rule for found in report.findings] == ["CEL101", "PKG104"] and '"wkt"' in report.findings[1].message


@pytest.mark.parametrize("constraints", [{"minimum": "2023-01-01T00:00:00Z"}, {"maximum": "2030-01-01T00:00:00"}])
def test_a_bound_that_some_cells_can_be_compared_with_stays(tmp_path, constraints):
    field = {"name": "a", "type": "datetime", "format": "any", "constraints": constraints}
    zone = "Z" if "minimum" in constraints else ""
    assert validate(table(tmp_path, f"a\n2024-05-01T10:00:00{zone}\n", [field])).findings == []
