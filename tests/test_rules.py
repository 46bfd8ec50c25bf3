"""Every rule of `schemas/` against the one defect that must yield it, and it alone.

The rules between two versions have theirs in the same list; `test_history` tries them.
"""

import tomllib
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from tests.example import Example
from validator import limits, rules
from validator.catalogue import BETWEEN_VERSIONS, RULES
from validator.seal import read_rows, write_rows
from validator.wording import of_row

DEFECTS = tomllib.loads((Path(__file__).parent / "packages" / "defects.toml").read_text(encoding="utf-8"))


def test_the_smallest_package_is_valid(good: Example):
    report = good.validate()
    assert report.findings == [] and report.exit_code == 0 and not report.skipped


def test_every_rule_has_its_defect():
    assert {id for id, rule in RULES.items() if rule.function} - DEFECTS.keys() == set()


@pytest.mark.parametrize("id", [id for id in DEFECTS if RULES[id].tables != BETWEEN_VERSIONS])
def test_defect_yields_its_rule_and_no_other(id: str, good: Example):
    defect = DEFECTS[id]
    good.edit(defect)
    if defect.get("redigest"):
        good.redigest()
    if not id.startswith("COD"):
        good.mark_reserved()
    report = good.validate()

    table, key, column = defect["at"]
    assert {found.rule for found in report.findings} == {id}, [found.message for found in report.findings]
    assert report.exit_code == 1 and not report.skipped
    names, rows = read_rows(good.path(table))
    keys = [key, *defect.get("also", [])]
    lines = [n for n, row in enumerate(rows, 2) if row[names[0]] in keys or f"{row[names[0]]}/{row[names[1]]}" in keys]
    for found in report.findings:
        assert found.file == f"data/{table}.csv" and found.help
        assert column in found.field.split(", ")
    assert {found.line for found in report.findings} >= set(lines)


def test_a_storm_of_broken_rules_is_counted_and_not_told_row_by_row(good, monkeypatch):
    names, claims = read_rows(good.path("claims"))
    extra = [claims[0] | {"claim_id": f"EX01-C{number}", "time": "", "time_basis": "relative", "time_note": ""} for number in range(1000, 4000)]
    write_rows(good.path("claims"), names, [*claims, *extra])
    made = []
    monkeypatch.setattr(rules, "of_row", lambda id, *more: made.append(id) or of_row(id, *more))
    report = good.validate()
    assert report.totals["CLM102", "data/claims.csv"] == 3000
    assert made.count("CLM102") == sum(found.rule == "CLM102" for found in report.findings) == limits.SAMPLES


# What one defect a rule cannot show: each side of a rule, its bounds, and rows that are another rule's. A table a rule reads
# is written as its columns and rows; "-" is a missing value, digits are a number, and "!" ends a row that the rule finds.
EDGES = {
    "ANC104 one span, and spans that share two of its three parts": {"anchors": """
        segment_id start end sha256
        S 0 5 a !
        S 0 5 b !
        T 0 5 c
        S 0 6 d
        S 1 5 e
        U 0 5 f
        U 0 5 f
        """},
    "ANC105 one hash at two places, of one length and of two": {"anchors": """
        start end sha256
        0 5 a
        5 10 a
        0 5 b !
        3 9 b !
        """},
    "ANC106 meeting and overlapping": {"anchors": """
        anchor_id claim_id call_id segment_id start end
        A C - S 0 5
        B C - S 5 9
        C C - S 8 12 !
        G C - S 30 35
        H C - S 25 30
        D - C S 20 24
        E - C S 23 25 !
        F C - T 0 5
        """},
    "PAR102 each role of each item": {"participants": """
        claim_id call_id role
        C - addressee !
        - K affected !
        C - affected
        - K addressee
        C - speaker
        - K speaker
        C K addressee
        C K affected
        - - affected
        """},
}  # fmt: skip


def read_table(text: str) -> tuple[pl.DataFrame, list[int]]:
    """A table of `EDGES` as a frame with `_row`, and the rows that a rule has to find in it."""
    header, *lines = [line.split() for line in text.split("\n") if line.strip()]
    rows = [[None if cell == "-" else int(cell) if cell.isdigit() else cell for cell in line[: len(header)]] for line in lines]
    types = {name: pl.Int64 if any(isinstance(row[at], int) for row in rows) else pl.String for at, name in enumerate(header)}
    frame = pl.DataFrame(rows, schema=types, orient="row").with_row_index("_row")
    return frame, [number for number, line in enumerate(lines) if line[-1] == "!"]


@pytest.mark.parametrize("case", EDGES)
def test_edges(case: str):
    rule, tables = RULES[case.split()[0]], {name: read_table(text) for name, text in EDGES[case].items()}
    frames = [nw.from_native(tables[name][0].lazy()) for name in rule.tables]
    found = rule.function(*frames).collect()["_row"].sort().to_list()
    assert found == tables[rule.tables[0]][1]
