"""Dates wherever a field says that it holds EDTF: in any table of any package, however it is read."""

from pathlib import Path

import pytest

from claimtrack.checks.dates import fault
from claimtrack.core.edtf import LEVEL_1
from claimtrack.core.report import Report
from tests.tools.support import DIALECT, further, resource, standard, validate, verdict, write

FIELDS = [
    {"name": "id", "type": "integer", "constraints": {"unique": True}},
    {"name": "when", "type": "string", "rdfType": LEVEL_1},
    {"name": "note", "type": "string"},
]
DATES = ["2023-07-23", "2023-02-30", "2023~", "soon", "", "2023-07-24/2023-07-23", "2023-XX-01", "../2024", "soon"]
WRONG = ["2023-02-30", "soon", "2023-07-24/2023-07-23", "2023-XX-01", "soon"]  # in their order
IN_ROWS = [3, 5, 7, 8, 10]  # the header being 1


def dated(report: Report) -> list[tuple]:
    """Where the findings on dates stand, and what is written there."""
    return [(f.file, f.row, f.line, f.column, f.field, f.value) for f in report.findings if f.rule == "EDT101"]


def nothing_else_differs(report: Report, folder: Path, parts: dict[str, str] | None = None) -> bool:
    """Whether frictionless finds what else we find, and nothing more."""
    others = [found for found in report.findings if found.rule != "EDT101"]
    return standard(others, parts) == verdict(folder)


def rows(dates: list[str], note: str = "x", first: int = 0) -> str:
    return "".join(f"{number},{date},{note}\n" for number, date in enumerate(dates, first))


@pytest.mark.parametrize("block_size", [20, 10**6])
def test_in_a_regular_table(tmp_path, block_size):
    files = {"data/t.csv": "id,when,note\n" + rows(DATES)}
    report = validate(write(tmp_path, [resource("t", FIELDS)], files), block_size=block_size)
    places = [("data/t.csv", row, row, 3, "when", date) for row, date in zip(IN_ROWS, WRONG, strict=True)]
    assert dated(report) == places and report.exit_code == 1 and report.totals["EDT101", "data/t.csv"] == len(WRONG)
    assert nothing_else_differs(report, tmp_path)


@pytest.mark.parametrize(
    "note, more",
    [
        ('x"y', {}),
        ("x", {"dialect": DIALECT | {"quoteChar": "'"}}),
        ("x", {"encoding": "utf-16"}),
        ("x", {"fieldsMatch": "subset"}),
        ("x,more", {}),
    ],
    ids=["a quote in a cell", "other quotes", "UTF-16", "fields in any order", "a cell too many"],
)
def test_in_a_table_that_only_frictionless_reads(tmp_path, note, more):
    content = (
        "id,when,note\n" + rows(DATES, note) + "0,2023,x\n"
    )  # the first number again, which is frictionless's to see
    raw = content.encode(more.get("encoding", "utf-8"))
    report = validate(write(tmp_path, [resource("t", FIELDS, **more)], {"data/t.csv": raw}))
    places = [("data/t.csv", row, row, 3, "when", date) for row, date in zip(IN_ROWS, WRONG, strict=True)]
    assert dated(report) == places and report.totals["EDT101", "data/t.csv"] == len(WRONG)
    assert nothing_else_differs(report, tmp_path) and report.totals["KEY102", "data/t.csv"] == 1


def test_in_a_table_of_several_files(tmp_path):
    resources = [resource("t", FIELDS, path=["data/a.csv", "data/b.csv"])]
    files = {
        "data/a.csv": "id,when,note\n" + rows(DATES[:4]),
        "data/b.csv": "id,when,note\n" + rows(DATES[4:], first=4) + "0,2023,x\n",
    }
    report = validate(write(tmp_path, resources, files))
    first = [("data/a.csv", row, row, 3, "when", date) for row, date in zip(IN_ROWS[:2], WRONG[:2], strict=True)]
    second = [("data/b.csv", row, row - 4, 3, "when", date) for row, date in zip(IN_ROWS[2:], WRONG[2:], strict=True)]
    assert dated(report) == first + second
    assert report.totals["EDT101", "data/a.csv"] == 2 and report.totals["EDT101", "data/b.csv"] == 3
    assert nothing_else_differs(report, tmp_path, further(resources)) and report.totals["KEY102", "data/b.csv"] == 1


def test_in_inline_data(tmp_path):
    data = [{"id": number, "when": date, "note": "x"} for number, date in enumerate(DATES)]
    told = resource("t", FIELDS, path=None, dialect=None, encoding=None, format=None, data=[*data, data[0]])
    report = validate(write(tmp_path, [told], {}))
    places = [("datapackage.json", row, None, None, "when", date) for row, date in zip(IN_ROWS, WRONG, strict=True)]
    assert dated(report) == places and nothing_else_differs(report, tmp_path)
    assert all('the data of the resource "t", row ' in f.message for f in report.findings if f.rule == "EDT101")


def test_beside_a_table_that_is_not_regular(tmp_path):
    """Its references are then frictionless's to check, its dates are ours all the same, and told once."""
    key = {"fields": "id", "reference": {"resource": "u", "fields": "id"}}
    resources = [resource("t", FIELDS, foreignKeys=[key]), resource("u", FIELDS)]
    files = {"data/t.csv": "id,when,note\n1,soon,x\n9,2023,x\n", "data/u.csv": 'id,when,note\n1,soon,x"y\n'}
    report = validate(write(tmp_path, resources, files))
    assert dated(report) == [(f"data/{name}.csv", 2, 2, 3, "when", "soon") for name in "tu"]
    assert nothing_else_differs(report, tmp_path) and report.totals["KEY103", "data/t.csv"] == 1


def test_what_is_not_said_to_be_edtf_is_none(tmp_path):
    others = [
        FIELDS[0],
        {"name": "when", "type": "string"},
        FIELDS[2] | {"rdfType": "http://www.w3.org/2001/XMLSchema#date"},
    ]
    report = validate(write(tmp_path, [resource("t", others)], {"data/t.csv": "id,when,note\n" + rows(DATES, "soon")}))
    assert report.findings == [] and report.exit_code == 0


@pytest.mark.parametrize("text, note", [("2023", None), ("2023-02-30", "no such day"), ("soon", "not a date of EDTF")])
def test_why_a_text_is_no_date(text, note):
    assert (fault(text) is None) == (note is None) and (note or "") in (fault(text) or "")


def test_in_a_storm_the_first_are_listed_and_all_counted(tmp_path):
    wrong = [f"no date {number}" for number in range(300)]
    files = {"data/t.csv": "id,when,note\n" + rows(wrong)}
    report = validate(write(tmp_path, [resource("t", FIELDS)], files), samples=10)
    assert [value for *_, value in dated(report)] == wrong[:10] and report.totals["EDT101", "data/t.csv"] == 300
