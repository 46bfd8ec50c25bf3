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


def test_anchors_of_one_item_may_meet():
    rows = {"_row": [2, 3], "anchor_id": ["A", "B"], "claim_id": ["C", "C"], "call_id": [None, None], "segment_id": ["S", "S"], "start": [0, 5], "end": [5, 9]}
    overlap = RULES["ANC106"].function
    meeting = pl.DataFrame(rows, schema_overrides={"call_id": pl.String})
    assert overlap(nw.from_native(meeting.lazy())).collect().is_empty()
    assert overlap(nw.from_native(meeting.with_columns(end=6).lazy())).collect()["_row"].to_list() == [3]


def test_roles_of_calls_and_claims_each_way():
    """What a defect a rule cannot show: each side of the rule, and that a row of both items is another rule's."""
    role = RULES["PAR102"].function
    rows = [("C", None, "addressee"), (None, "K", "affected"), ("C", None, "affected"), (None, "K", "addressee"), ("C", None, "speaker"), (None, "K", "speaker"),
            ("C", "K", "addressee"), ("C", "K", "affected"), (None, None, "affected")]  # fmt: skip
    frame = pl.DataFrame(rows, schema={"claim_id": pl.String, "call_id": pl.String, "role": pl.String}, orient="row").with_row_index("_row")
    assert role(nw.from_native(frame.lazy())).collect()["_row"].to_list() == [0, 1]


def test_follow_ups_of_each_statement_grow_by_themselves():
    rows = [("AB24-F001", "2027-01-02"), ("AB24-F002", "2027-01-01"), ("KH23-F001", "2026-11-24"), ("KH23-F002", "2026-11-25")]
    frame = pl.DataFrame(rows, schema=["follow_up_id", "recorded"], orient="row").with_row_index("_row")
    assert RULES["FUP103"].function(nw.from_native(frame.lazy())).collect()["_row"].to_list() == [1]
