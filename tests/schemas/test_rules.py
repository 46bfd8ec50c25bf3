"""Every rule of `schemas/` against the one defect that must yield it, and it alone.

The rules between two versions have theirs in the same list; `test_history` tries them.
"""

import tomllib
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from claimtrack.checks.messages import of_row
from claimtrack.core import limits
from claimtrack.core.rules import BETWEEN_VERSIONS
from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.pipeline import profile_rules
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.support import RULES

DEFECTS, EDGES = (
    tomllib.loads(path.read_text(encoding="utf-8"))
    for path in (ROOT / "schemas" / "defects.toml", Path(__file__).parent / "edges.toml")
)
TYPES = {bool: pl.Boolean, int: pl.Int64, str: pl.String}


def test_the_smallest_package_is_valid(good: Example):
    report = good.validate()
    assert report.findings == [] and report.exit_code == 0 and not report.skipped


def test_every_rule_has_its_defect():
    assert {id for id, rule in RULES.items() if rule.function} - DEFECTS.keys() == set()


IN_PACKAGES = [id for id in DEFECTS if RULES[id].tables != BETWEEN_VERSIONS]
# The first defect of each table is tried through a whole check by everybody; `test_pandera_schema` tries all of them.
FIRST = {DEFECTS[id]["at"][0]: id for id in reversed(IN_PACKAGES)}.values()


@pytest.mark.parametrize("id", [pytest.param(id, marks=() if id in FIRST else pytest.mark.slow) for id in IN_PACKAGES])
def test_defect_yields_its_rule_and_no_other(id: str, good: Example):
    defect = DEFECTS[id]
    good.edit(defect)
    if defect.get("redigest"):
        good.redigest()
    report = good.validate()

    table, key, column = defect["at"]
    assert {found.rule for found in report.findings} == {id}, [found.message for found in report.findings]
    assert report.exit_code == int(RULES[id].severity == "error") and not report.skipped
    names, rows = read_rows(good.path(table))
    keys = [key, *defect.get("also", [])]
    lines = [n for n, row in enumerate(rows, 2) if row[names[0]] in keys or f"{row[names[0]]}/{row[names[1]]}" in keys]
    for found in report.findings:
        assert found.file == f"data/{table}.csv" and found.mend
        assert column in found.field.split(", ")
    assert {found.line for found in report.findings} >= set(lines)


def test_a_storm_of_broken_rules_is_counted_and_not_told_row_by_row(good, monkeypatch):
    names, claims = read_rows(good.path("claims"))
    extra = [
        claims[0] | {"claim_id": f"EX01-C{number}", "time": "", "time_basis": "relative", "time_note": ""}
        for number in range(1000, 4000)
    ]
    write_rows(good.path("claims"), names, [*claims, *extra])
    made = []
    monkeypatch.setattr(profile_rules, "of_row", lambda rule, *more: made.append(rule.id) or of_row(rule, *more))
    report = good.validate()
    assert report.totals["CLM102", "data/claims.csv"] == 3000
    assert made.count("CLM102") == sum(found.rule == "CLM102" for found in report.findings) == limits.SAMPLES


def read_table(text: str) -> tuple[pl.DataFrame, list[int]]:
    """A table of `edges.toml` as a frame with `_row`, and the rows that a rule has to find in it."""
    header, *lines = [line.split() for line in text.split("\n") if line.strip()]
    words = {"-": None, "true": True, "false": False}
    rows = [
        [words.get(cell, int(cell) if cell.isdigit() else cell.lstrip("'")) for cell in line[: len(header)]]
        for line in lines
    ]
    types = {
        name: next((TYPES[type(row[at])] for row in rows if row[at] is not None), pl.String)
        for at, name in enumerate(header)
    }
    frame = pl.DataFrame(rows, schema=types, orient="row").with_row_index("_row")
    return frame, [number for number, line in enumerate(lines) if line[-1] == "!"]


@pytest.mark.parametrize("id", EDGES)
def test_edges(id: str):
    rule, tables = RULES[id], {name: read_table(text) for name, text in EDGES[id].items()}
    frames = [nw.from_native(tables[name][0].lazy()) for name in rule.tables]
    found = rule.function(*frames).collect()["_row"].sort().to_list()
    assert found == tables[rule.tables[0]][1]


def test_a_long_chain_of_parts_is_followed_once():
    """Each to the next, and at the end a circle of three: followed anew from each, it would take minutes."""
    above = {f"A{number}": f"A{number + 1}" for number in range(200_000)} | {"A199999": "A199997"}
    frame = pl.DataFrame({"actor_id": list(above), "part_of": list(above.values())}).with_row_index("_row")
    found = RULES["ACT103"].function(nw.from_native(frame.lazy())).collect()["_row"].to_list()
    assert found == [199_997, 199_998, 199_999]


def test_many_publishers_of_many_sources_are_looked_for_at_once():
    """As pairs they would take hours."""
    count = 100_000
    statements = pl.DataFrame({"publisher_id": [f"p{n}" for n in range(count)]})
    actors = pl.DataFrame(
        {"actor_id": statements["publisher_id"], "name": [f"Society {n} of Lights" for n in range(count)]}
    )
    sources = pl.DataFrame(
        {
            "publisher": [f"society {n % 10} of Dark" for n in range(count)],
            "originator": [None] * count,
            "independent": [True] * count,
        }
    )
    sources = sources.with_columns(
        originator=pl.when(pl.int_range(count) == 7).then(pl.lit("for the SOCIETY 8 OF LIGHTS"))
    ).with_row_index("_row")
    found = RULES["SRC202"].function(*(nw.from_native(frame.lazy()) for frame in (sources, statements, actors)))
    assert found.collect()["_row"].to_list() == [7]
