"""Where calls and claims stand: derived from the rows, never typed."""

import json

import pytest

from tests.example import Example
from tests.test_command import run
from validator import status


def follow_up(id: str, **cells: str) -> dict:
    row = {"follow_up_id": id, "call_id": "EX01-K01", "source_id": "SRC-001", "as_of": "2022", "status": "met", "finding": "Both were lit again."}
    return row | {"said_by": "Sailors' Gazette", "official_position": "false", "confidence": "high", "recorded": "2023-01-01"} | cells


def test_newest_row_is_the_status(good: Example):
    (call,) = status.calls(good.folder)
    assert (call["status"], call["as_of"], call["follow_ups"]) == ("partly_met", "2021-12~", 2)
    good.add("follow_ups", follow_up("EX01-F003"))
    assert status.calls(good.folder)[0]["status"] == "met"


def test_row_added_later_about_an_earlier_time_is_not_the_newest(good: Example):
    good.add("follow_ups", follow_up("EX01-F003", as_of="2021-11"))
    assert status.calls(good.folder)[0]["status"] == "partly_met"


def test_no_update_found_leaves_the_status(good: Example):
    good.add("follow_ups", follow_up("EX01-F003", status="no_update_found", source_id=""))
    assert status.calls(good.folder)[0]["status"] == "partly_met"
    good.drop("follow_ups", "EX01-F001")
    good.drop("follow_ups", "EX01-F002")
    assert status.calls(good.folder)[0]["status"] == "no_update_found"


def test_evidence_is_counted(good: Example):
    claims = {claim["claim_id"]: claim for claim in status.claims(good.folder)}
    five = claims["EX01-C005"]
    assert (five["corroborates"], five["qualifies"], five["contradicts"], five["independent_sources"]) == (1, 1, 0, 1)
    assert claims["EX01-C007"]["without_source"] == "not_trackable"
    assert "EX01-C008" not in claims  # retired


def test_who_says_it_and_what_limits_it_are_shown(good: Example):
    good.add("follow_ups", follow_up("EX01-F003", said_by="The keeper", note="One lamp only."))
    shown = status.as_text(good.folder)
    assert "Note: One lamp only." in shown and "The keeper · Sailors' Gazette <" in shown


@pytest.mark.parametrize("form", ["text", "json"])
def test_command(good: Example, form):
    done = run("--status", "--format", form, good.folder)
    assert done.returncode == 0 and done.stderr == ""
    assert "EX01-K01" in done.stdout and "EX01-C001" in done.stdout and "https://example.org/gazette" in done.stdout
    if form == "json":
        assert json.loads(done.stdout)["calls"] == status.calls(good.folder)


def test_invalid_package_has_no_status(good: Example):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    done = run("--status", good.folder)
    assert done.returncode == 1 and done.stdout == "" and "is not valid" in done.stderr

