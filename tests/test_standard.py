"""`docs/standard.md`: each case in which the standard and frictionless differ is decided as its row says."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from frictionless import FrictionlessException

from claimtrack.core.report import Report
from claimtrack.core.standard_rules import STANDARD
from tests.conftest import ROOT
from tests.tools.support import resource, standard, table, validate, verdict, write

ROWS = {
    cells[0]: cells
    for line in (ROOT / "docs" / "standard.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Case")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
ID = {"name": "id", "type": "integer"}
HELD: dict[str, Callable[[Path], None]] = {}


def holds(case: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Makes a function the test of a row."""

    def made(test: Callable[[Path], None]) -> Callable[[Path], None]:
        HELD[case] = test
        return test

    return made


def rules(report: Report) -> list[tuple[str, int | None]]:
    return sorted((found.rule, found.row) for found in report.findings)


def both_ways(folder: Path, content: str, fields: list[dict], **more) -> list[tuple[str, int | None]]:
    """The rules and rows that are found, which are the same whether or not the table is proven regular."""
    found = rules(validate(table(folder / "regular", content, fields, **more)))
    other = validate(table(folder / "irregular", f'{content}99,"a"b\n', fields, **more))
    last = content.count("\n") + 1
    assert [each for each in rules(other) if each[1] != last] == found
    return found


@holds("Group marks in integers")
def group_marks(folder: Path) -> None:
    fields = [ID, {"name": "n", "type": "integer", "groupChar": ","}]
    assert both_ways(folder, 'id,n\n1,"1,000"\n2,1000\n', fields) == [("CEL101", 2), ("PKG209", None)]
    assert standard(validate(folder / "regular").findings) == verdict(folder / "regular")


@holds("Categories")
def categories(folder: Path) -> None:
    field = {"name": "v", "type": "string", "categories": ["low", "high"]}
    content = "id,v\n1,low\n2,medium\n3,\n4,high\n"
    assert both_ways(folder / "texts", content, [ID, field]) == [("CEL103", 3), ("PKG205", None)]
    assert verdict(folder / "texts" / "regular").total() == 0
    numbers = {"name": "v", "type": "integer", "categories": [{"value": 0, "label": "no"}, {"value": 1}]}
    found = both_ways(folder / "numbers", "id,v\n1,0\n2,2\n3,1\n", [ID, numbers])
    assert found == [("CEL103", 3), ("PKG205", None)]
    beyond = field | {"constraints": {"enum": ["low", "none"]}}
    assert both_ways(folder / "beyond", "id,v\n1,low\n2,none\n", [ID, beyond]) == [("CEL103", 3), ("PKG111", None)]
    narrower = field | {"constraints": {"enum": ["low"]}}
    assert both_ways(folder / "narrower", "id,v\n1,low\n2,high\n", [ID, narrower]) == [("CEL102", 3)]


@holds("Years beyond four digits")
def years(folder: Path) -> None:
    content = "id,y\n1,2023\n2,12023\n3,-0045\n"
    assert both_ways(folder, content, [ID, {"name": "y", "type": "year"}]) == [("CEL101", 3), ("CEL101", 4)]
    report = validate(folder / "regular")
    assert all("frictionless reads no other" in found.message for found in report.findings)
    assert standard(report.findings) == verdict(folder / "regular")


@holds("Enum on lists")
def enum_on_lists(folder: Path) -> None:
    for name, enum in (("lists", [["a", "b"], ["c"]]), ("texts", ["a;b", "c"])):
        field = {"name": "v", "type": "list", "delimiter": ";", "constraints": {"enum": enum}}
        assert both_ways(folder / name, "id,v\n1,a;b\n2,b;a\n3,c\n", [ID, field]) == [("CEL102", 3)]
        with pytest.raises(FrictionlessException, match="not supported"):
            verdict(folder / name / "regular")


@holds("Duplicate field names")
def duplicate_names(folder: Path) -> None:
    report = validate(table(folder, "id,id\n1,2\n", [ID, ID]))
    assert ("PKG101", None) in rules(report) and report.tables == {"t": 1} and report.exit_code == 1
    with pytest.raises(FrictionlessException, match="not unique"):
        verdict(folder)


@holds("References to other packages")
def other_packages(folder: Path) -> None:
    """Whether or not this package has a resource of that name."""
    for name in ("t", "elsewhere"):
        reference = {"package": "https://example.org/datapackage.json", "resource": name, "fields": ["code"]}
        keys = [{"fields": ["id"], "reference": reference}]
        report = validate(table(folder / name, "id,code\n1,x\n", [ID, {"name": "code"}], foreignKeys=keys))
        assert report.exit_code == 0 and not report.findings
        assert any("of another package" in line and "not checked" in line for line in report.skipped)


@holds("Missing values on other levels")
def missing_values(folder: Path) -> None:
    field = {"name": "v", "type": "integer", "missingValues": ["-"]}
    assert both_ways(folder, "id,v\n1,-\n2,n/a\n", [ID, field], missingValues=["", "n/a"]) == [("CEL101", 3)]
    assert standard(validate(folder / "regular").findings) == verdict(folder / "regular")
    files = {"data/t.csv": "id\n-\n"}
    packages = {"resource": ([resource("t", [ID]) | {"missingValues": ["-"]}], {})}
    packages["package"] = ([resource("t", [ID])], {"missingValues": ["-"]})
    for level, (resources, more) in packages.items():
        found = rules(validate(write(folder / level, resources, files, **more)))
        assert found == [("CEL101", 2), ("PKG101", None)]
        with pytest.raises(FrictionlessException, match="should be set as"):
            verdict(folder / level)


@holds("Unique keys")
def unique_keys(folder: Path) -> None:
    fields = [ID, {"name": "v", "type": "string"}]
    content = "id,v\n1,a\n1,b\n1,a\n1,\n1,\n"
    assert both_ways(folder, content, fields, uniqueKeys=[["id", "v"]]) == [("KEY102", 4)]
    assert verdict(folder / "regular").total() == 0


@holds("Primary keys with a part missing")
def primary_keys(folder: Path) -> None:
    fields = [ID, {"name": "v", "type": "string"}]
    assert both_ways(folder / "as it is", "id,v\n1,a\n1,\n", fields, primaryKey=["id", "v"]) == []
    fields[1] = fields[1] | {"constraints": {"required": True}}
    assert both_ways(folder / "required", "id,v\n1,a\n1,\n", fields, primaryKey=["id", "v"]) == [("CEL102", 3)]


@holds("Constraints on durations, GeoJSON, objects and arrays")
def constraints(folder: Path) -> None:
    """`tests/checks/test_beyond.py` tries each of them."""
    field = {"name": "v", "type": "duration", "constraints": {"minimum": "P1M"}}
    assert both_ways(folder, "id,v\n1,P1Y\n2,P1D\n", [ID, field]) == [("CEL102", 3)]
    with pytest.raises(FrictionlessException, match="not supported"):
        verdict(folder / "regular")


@holds("Sheets of a workbook, and the place of a table in JSON")
def choices(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id"])
    second = book.create_sheet("second")
    for cell in ("id", "x"):
        second.append([cell])
    folder.mkdir(exist_ok=True)
    book.save(folder / "b.xlsx")
    form = {"path": "b.xlsx", "format": None, "encoding": None}
    told = [
        resource("named", [ID], dialect={"sheetName": "second"}, **form),
        resource("numbered", [ID], dialect={"sheetNumber": 2}, **form),
        resource("rows", [ID], dialect={"property": "rows"}, **form | {"path": "t.json"}),
    ]
    write(folder, told, {"t.json": '{"rows": [{"id": "x"}]}'})
    assert rules(validate(folder)) == [("CEL101", 2)] * 3
    assert not any(rule == "CEL101" for rule, *_ in verdict(folder))


@pytest.mark.parametrize("case", ROWS)
def test_each_case_is_decided_as_its_row_says(tmp_path, case):
    HELD[case](tmp_path)


def test_each_test_has_a_row_with_a_link_to_the_standard():
    assert HELD.keys() == ROWS.keys()
    assert all("](https://datapackage.org/" in cells[1] for cells in ROWS.values())
    assert {rule for cells in ROWS.values() for rule in re.findall("[A-Z]{3}[0-9]{3}", cells[3])} <= STANDARD.keys()
