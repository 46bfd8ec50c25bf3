"""The flat tables: every cell, spelt out, and nothing that a spreadsheet would run."""

import json
import re
import string
from collections import Counter
from datetime import datetime

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core import formula
from claimtrack.publisher.build import build
from claimtrack.publisher.forms import flat
from claimtrack.publisher.site.rendering import HERE
from claimtrack.tracking import status
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.publishing import TABLES, evidence_row, flat_rows, source_row
from tests.tools.support import kept


@pytest.mark.parametrize("name", ["claims", "calls"])
def test_flat_table_has_every_cell_of_the_table(release, name):
    written = [{column: str(value or "") for column, value in row.items()} for row in TABLES[name].rows]
    read = [{column: row[column] for column in written[0]} for row in flat_rows(release, f"{name}.csv")]
    assert read == written


def test_flat_claims_count_evidence_as_the_status_does(release):
    read = {row["claim_id"]: row for row in flat_rows(release, "claims.csv")}
    for claim in status.claims(kept(ROOT)):
        row = read[claim["claim_id"]]
        assert [int(row[f"evidence_{name}"]) for name in status.RELATIONS] == [claim[name] for name in status.RELATIONS]
        assert int(row["independent_voices"]) == claim["independent_voices"]


def test_flat_claims_tell_who_contests_and_who_supports(release):
    """With the number of findings: an outlet is named only for what it says itself."""
    names = {row["actor_id"]: row["name"] or row["description"] for row in TABLES["actors"].rows}
    for row in flat_rows(release, "claims.csv"):
        own = [one for one in TABLES["evidence"].rows if one["claim_id"] == row["claim_id"]]
        for column, relation in flat.BY.items():
            said = Counter(names[one["said_by_id"]] for one in own if one["relation"] == relation and one["said_by_id"])
            listed = [f"{who} ({n})" if n > 1 else who for who, n in said.items()]
            assert row[column] == "; ".join(listed)
        denied = [one for one in TABLES["responses"].rows if one["claim_id"] == row["claim_id"]]
        denied = [one for one in denied if one["answer"] in ("rejects", "denies_premise")]
        assert row["contested"] == str(bool(row["contradicted_by"] or denied))


def test_flat_findings_are_all_findings_with_who_says_so_apart_from_where(release):
    read = {row["row_id"]: row for row in flat_rows(release, "findings.csv")}
    tables = {"evidence": "evidence_id", "follow_ups": "follow_up_id", "responses": "response_id"}
    rows = {row[key]: row for name, key in tables.items() for row in TABLES[name].rows}
    names = {row["actor_id"]: row["name"] or row["description"] for row in TABLES["actors"].rows}
    sources = {row["source_id"]: row for row in TABLES["sources"].rows}
    assert read.keys() == rows.keys()
    for id, row in rows.items():
        told = read[id]
        voice = row.get("said_by_id") or row.get("actor_id")
        assert told["said_by"] == (names[voice] if voice else "") and told["said_by_id"] == (voice or "")
        assert told["finding"] == row["finding"] and told["item_id"] == (row.get("claim_id") or row.get("call_id"))
        source = sources.get(row["source_id"], {})
        assert told["source_publisher"] == source.get("publisher", "") and told["source_url"] == source.get("url", "")
        assert told["says"] in (row.get("relation"), row.get("status"), row.get("answer"))


def test_flat_calls_have_the_status(release):
    read = {row["call_id"]: row for row in flat_rows(release, "calls.csv")}
    for call in status.calls(kept(ROOT)):
        row = read[call["call_id"]]
        assert (row["follow_up_status"], row["follow_up_as_of"], row["follow_up_finding"]) == (
            call["status"],
            call["as_of"],
            call["finding"],
        )


def test_flat_tables_spell_out_codes_and_names(release):
    labels = {(row["list"], row["code"]): row["label"] for row in TABLES["codes"].rows}
    rights = {row["right_id"]: row["label"] for row in TABLES["rights"].rows}
    actors = {row["actor_id"]: row["name"] or row["description"] for row in TABLES["actors"].rows}
    for row in flat_rows(release, "claims.csv"):
        assert row["claim_type_label"] == labels["claim_type", row["claim_type"]]
        affected = [
            part["actor_id"]
            for part in TABLES["participants"].rows
            if part["claim_id"] == row["claim_id"] and part["role"] == "affected"
        ]
        assert row["affected"] == "; ".join(actors[id] for id in affected)
        named = [
            each["right_id"]
            for each in TABLES["item_rights"].rows
            if each["claim_id"] == row["claim_id"] and each["basis"] == "named"
        ]
        assert row["rights_named"] == "; ".join(rights[id] for id in named)


def test_shipped_tables_need_no_apostrophe(release):
    """docs/datasheet.md says so."""
    assert not [
        cell
        for name in ("claims.csv", "calls.csv")
        for row in flat_rows(release, name)
        for cell in row.values()
        if re.search("(?:^|[;\t])'", cell)
    ]


@given(st.text() | st.text("=+-@＝a ;\t\r\n\ufeff'"))
def test_no_text_begins_a_formula(text):
    """Nor does a piece of it, where a spreadsheet takes a semicolon or a tab for the sign between cells."""
    made = formula.inert(text)
    assert not re.match("[=+@\t\r\n＝＋－＠-]", made)
    assert not [
        piece
        for piece in re.split("[;\t\r\n]", made)
        if re.match("[=+@＝＋－＠-]", piece.lstrip("\ufeff\u200b " + string.whitespace))
    ]
    assert made.replace("'", "") == text.replace("'", "") and (made == text or re.search("[=+@\t\r\n＝＋－＠-]", text))


def test_page_and_flat_tables_know_the_same_formulas():
    script = (HERE / "take.js").read_text(encoding="utf-8")
    (pattern,) = re.findall("const formula = /(.*)/g;", script)
    # JavaScript's \\s has the byte-order mark, and Python escapes the plus.
    ours = formula._BEGINNING.pattern.replace("\\+", "+")
    assert pattern.replace("\\s\\u200b", "\\s\\ufeff\\u200b") == ours


def test_column_whose_name_is_a_formula_runs_nowhere():
    assert flat._csv(["=1+1", "n"], [["-1", -1]]).decode("utf-8-sig") == "'=1+1,n\n'-1,-1\n"


def test_formula_in_a_cell_runs_nowhere(good: Example, tmp_path):
    """The forms do not rely on the profile's pattern, which keeps formulas out of valid tables."""
    schema = good.folder / "schemas" / "sources.json"
    said = json.loads(schema.read_text(encoding="utf-8"))
    for field in said["fields"]:
        if field["name"] in ("publisher", "title"):
            del field["constraints"]["pattern"]
    schema.write_text(json.dumps(said), encoding="utf-8")
    formula = '=HYPERLINK("https://example.org/","x")'
    good.add("sources", source_row("SRC-009", publisher=formula, title=formula))
    good.add("evidence", evidence_row("EX01-E099", "SRC-009"))
    assert {finding.rule for finding in good.validate().findings} == {"HYG110", "PKG102"}
    build(kept(good.folder), tmp_path / "dist", datetime(2022, 1, 10))
    cells = [
        cell
        for name in ("claims.csv", "calls.csv")
        for row in flat_rows(tmp_path / "dist", name)
        for cell in row.values()
    ]
    assert any(formula in cell for cell in cells) and not any(cell.startswith("=") for cell in cells)
    book = openpyxl.load_workbook(tmp_path / "dist" / "dataset.xlsx")
    row = next(row for row in book["sources"].iter_rows() if row[0].value == "SRC-009")
    assert [(cell.value, cell.data_type) for cell in row if cell.value == formula] == [(formula, "s")] * 2


def test_duckdb_reads_the_flat_tables(release):
    count = duckdb.execute(
        "SELECT count(*), sum(evidence_contradicts) FROM read_csv(?)", [str(release / "claims.csv")]
    ).fetchone()
    contradicting = sum(row["relation"] == "contradicts" for row in TABLES["evidence"].rows)
    assert count == (len(TABLES["claims"].rows), contradicting)
