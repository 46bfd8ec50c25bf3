"""What the standard allows and frictionless refuses is applied, in both ways to check a table."""

import pytest

from tests.tools.support import table, validate

NOT_PLAIN = {"dialect": {"delimiter": ",", "quoteChar": "'", "skipInitialSpace": False, "header": True}}


@pytest.mark.parametrize("more", [{}, NOT_PLAIN], ids=["our reader", "frictionless"])
@pytest.mark.parametrize(
    "type_, constraints, good, bad",
    [
        ("duration", {"minimum": "P1M"}, ["P1M", "P32D", "P1Y"], ["P27D", "P30D", "PT1H"]),
        ("duration", {"maximum": "PT36H"}, ["P1D", "PT36H", "-P1Y"], ["P2D", "P1M"]),
        ("duration", {"exclusiveMinimum": "PT0S", "exclusiveMaximum": "P1Y"}, ["PT1S", "P11M"], ["P1Y", "PT0S"]),
        ("geojson", {"minLength": 2}, ['{"type":"Point"|"coordinates":[1|2]}'], []),
        ("geojson", {"minLength": 3}, [], ['{"type":"Point"|"coordinates":[1|2]}']),
        ("geojson", {"maxLength": 1}, [], ['{"type":"Point"|"coordinates":[1|2]}']),
        ("object", {"jsonSchema": {"required": ["x"]}}, ['{"x":1}'], ["{}"]),
        ("array", {"jsonSchema": {"items": {"type": "integer"}}}, ["[1]", "[]"], ["[1.5]", '["x"]']),
    ],
)
def test_each_is_applied(tmp_path, type_, constraints, good, bad, more):
    rows = [cell.replace("|", ",") for cell in [*good, *bad]]
    quote = "'" if more else '"'
    lines = [f"{n},{quote}{cell.replace(quote, quote * 2)}{quote}\n" for n, cell in enumerate(rows)]
    fields = [{"name": "n", "type": "integer"}, {"name": "a", "type": type_, "constraints": constraints}]
    report = validate(table(tmp_path, "n,a\n" + "".join(lines), fields, **more))
    found = [(each.rule, each.row) for each in report.findings]
    assert found == [("CEL102", number + 2) for number in range(len(good), len(rows))]
    assert report.tables == {"t": len(rows)}


@pytest.mark.parametrize("more", [{}, NOT_PLAIN], ids=["our reader", "frictionless"])
def test_a_cell_is_none_of_its_categories_whatever_else_it_breaks(tmp_path, more):
    field = {"name": "a", "type": "string", "constraints": {"maxLength": 1}, "categories": ["x", "yes"]}
    report = validate(table(tmp_path, "a\nx\nyes\nno\nz\n", [field], **more))
    found = {(each.rule, each.row) for each in report.findings if each.row}
    assert found == {("CEL102", 3), ("CEL102", 4), ("CEL103", 4), ("CEL103", 5)}


@pytest.mark.parametrize(
    "type_, constraints",
    [
        ("duration", {"minimum": "soon"}),
        ("geojson", {"minLength": "2"}),
        ("object", {"jsonSchema": {"type": 5}}),
        ("array", {"jsonSchema": 5}),
    ],
)
def test_what_cannot_be_applied_is_told(tmp_path, type_, constraints):
    fields = [{"name": "a", "type": type_, "constraints": constraints}, {"name": "n", "type": "integer"}]
    report = validate(table(tmp_path, "a,n\n,x\n", fields))
    assert [found.rule for found in report.findings] == ["CEL101", "PKG104"]


def test_a_reference_to_the_web_is_not_followed(tmp_path):
    schema = {"$ref": "https://example.org/s.json"}
    report = validate(
        table(tmp_path, "a\n{}\n", [{"name": "a", "type": "object", "constraints": {"jsonSchema": schema}}])
    )
    (found,) = report.findings
    assert found.rule == "FIL106" and report.exit_code == 2 and "frictionless fails on the cell" in found.message
