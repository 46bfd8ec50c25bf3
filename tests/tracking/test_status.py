"""Where calls and claims stand: derived from the rows, never typed."""

import json

import pytest

from claimtrack.tracking import status
from claimtrack.tracking.status import Clocks
from tests.tools.example import Example
from tests.tools.support import claimtrack, kept


def follow_up(id: str, **cells: str) -> dict:
    row = {
        "follow_up_id": id,
        "call_id": "EX01-K01",
        "source_id": "SRC-001",
        "as_of": "2022",
        "bears_on": "case",
        "status": "met",
        "criterion_id": "EX01-T01",
        "finding": "Both were lit again.",
        "said_by_id": "sailors-gazette",
    }
    return row | {"official_position": "false", "confidence": "high", "recorded": "2023-01-01"} | cells


def test_newest_row_is_the_status(good: Example):
    (call,) = status.calls(kept(good.folder))
    assert (call["status"], call["as_of"], call["follow_ups"]) == ("partly_met", "2021-12~", 2)
    good.add("follow_ups", follow_up("EX01-F003"))
    assert status.calls(kept(good.folder))[0]["status"] == "met"


def test_row_added_later_about_an_earlier_time_is_not_the_newest(good: Example):
    good.add("follow_ups", follow_up("EX01-F003", as_of="2021-11"))
    assert status.calls(kept(good.folder))[0]["status"] == "partly_met"


def test_no_update_found_leaves_the_status(good: Example):
    good.add("follow_ups", follow_up("EX01-F003", status="no_update_found", source_id="", bears_on=""))
    assert status.calls(kept(good.folder))[0]["status"] == "partly_met"
    good.drop("follow_ups", "EX01-F001")
    good.drop("follow_ups", "EX01-F002")
    assert status.calls(kept(good.folder))[0]["status"] == "no_update_found"


@pytest.mark.parametrize("kind", ["later_case", "situation"])
def test_what_does_not_bear_on_the_case_stands_beside_the_status(good: Example, kind):
    good.add("follow_ups", follow_up("EX01-F003", status="unmet", criterion_id="EX01-T02", bears_on=kind))
    (call,) = status.calls(kept(good.folder))
    assert (call["status"], call["follow_up_id"], call[kind]) == ("partly_met", "EX01-F002", ["EX01-F003"])
    good.drop("follow_ups", "EX01-F001")
    good.drop("follow_ups", "EX01-F002")
    (call,) = status.calls(kept(good.folder))
    assert (call["status"], call["follow_up_id"], call[kind]) == (None, None, ["EX01-F003"])
    assert "NOTHING RECORDED" in status.as_text(kept(good.folder))


def test_a_status_comes_with_its_criterion_and_the_answers(good: Example):
    (call,) = status.calls(kept(good.folder))
    assert (call["criterion_id"], call["criterion"]) == ("EX01-T03", "One lighthouse is lit and the other is not.")
    (answer,) = call["responses"]
    assert (answer["actor"], answer["answer"]) == ("Keepers", "accepts_in_part")
    text = status.as_text(kept(good.folder))
    assert "PARTLY MET (a part of it)" in text and "Shown: One lighthouse is lit" in text
    assert "Answer of Keepers, 2021-11, accepts in part:" in text


@pytest.mark.parametrize(
    "clocks, follow_up, answers",
    [
        (Clocks(as_of="2021-05-01"), None, 0),
        (Clocks(as_of="2021-06-29"), None, 0),  # "2021-06" may have been the 30th
        (Clocks(as_of="2021-06-30"), "EX01-F001", 0),
        (Clocks(as_of="2021-11-30"), "EX01-F001", 1),
        (Clocks(as_of="2021-12-31"), "EX01-F002", 1),
        (Clocks(known_on="2021-06-30"), None, 0),
        (Clocks(known_on="2021-07-01"), "EX01-F001", 0),
        (Clocks(known_on="2022-01-09"), "EX01-F001", 0),
        (Clocks(known_on="2022-01-10"), "EX01-F002", 1),
        (Clocks(as_of="2021-12-31", known_on="2021-07-01"), "EX01-F001", 0),
    ],
)
def test_two_clocks(good_folder, clocks, follow_up, answers):
    (call,) = status.calls(kept(good_folder), clocks)
    assert (call["follow_up_id"], len(call["responses"])) == (follow_up, answers)


@pytest.mark.parametrize(
    "time, recorded, day",
    [
        ("2021", "2022-01-10", "2021-12-31"),
        ("2022", "2022-01-10", "2022-01-10"),  # nothing is told of a day that has not come
        ("2021-03~", "2021-03-05", "2021-03-05"),
        ("", "2022-01-10", "2022-01-10"),
    ],
)
def test_a_time_ends_by_the_day_on_which_it_was_recorded(time, recorded, day):
    assert status.last_day(time, recorded) == day


def test_a_year_that_is_not_over_does_not_outdo_what_was_recorded_later(good: Example):
    like = next(row for row in kept(good.folder).rows("follow_ups") if row["bears_on"] in status.DECIDING)
    earlier = like | {"as_of": "2022", "recorded": "2022-02-01", "follow_up_id": "EX01-F008"}
    later = like | {"as_of": "2022-05-01", "recorded": "2022-06-01", "follow_up_id": "EX01-F009"}
    assert status.current([earlier, later]) == later


def test_no_source_is_told_only_where_there_is_none(good: Example):
    told = next(row for row in kept(good.folder).rows("evidence") if row["source_id"])
    good.add("evidence", told | {"evidence_id": "EX01-E090", "claim_id": "EX01-C007"})
    claims = {claim["claim_id"]: claim for claim in status.claims(kept(good.folder))}
    assert claims["EX01-C007"]["without_source"] is None


def test_evidence_counts_by_both_clocks(good_folder):
    def counted(**days: str) -> tuple[int, int]:
        claims = {claim["claim_id"]: claim for claim in status.claims(kept(good_folder), Clocks(**days))}
        return claims["EX01-C005"]["corroborates"], claims["EX01-C001"]["corroborates"]

    assert counted(as_of="2019-12-31") == (1, 0) and counted(as_of="2021-03-05") == (1, 1)
    assert counted(as_of="2019-12-30") == (0, 0) and counted(known_on="2022-01-09") == (0, 0)


def test_due_is_what_nobody_has_looked_at_for_so_long(good: Example):
    opened = kept(good.folder)
    assert status.due(opened, 31, "2022-02-09") == []
    due = status.due(opened, 30, "2022-02-09")
    assert [one["item_id"] for one in due] == ["EX01-C00" + n for n in "1234567"] + ["EX01-K01"]
    assert {(one["last_looked_at"], one["days"]) for one in due} == {("2022-01-10", 30)}
    before = {one["item_id"]: one for one in status.due(opened, 0, "2021-07-01")}
    assert (before["EX01-K01"]["days"], before["EX01-C001"]["days"]) == (0, None)


def test_evidence_is_counted(good: Example):
    claims = {claim["claim_id"]: claim for claim in status.claims(kept(good.folder))}
    five = claims["EX01-C005"]
    assert (five["corroborates"], five["qualifies"], five["contradicts"], five["independent_voices"]) == (1, 1, 0, 1)
    assert five["responses"] == ["EX01-N002"] and five["contradicted_by"] == []
    assert claims["EX01-C007"]["without_source"] == "not_trackable"
    assert "EX01-C008" not in claims  # retired


def test_voices_are_counted_and_not_outlets(good: Example):
    row = {"claim_id": "EX01-C001", "relation": "contradicts", "about": "act_meant", "event_date": "2021-03-05"}
    row |= {"official_position": "false", "confidence": "high", "recorded": "2022-01-10", "version_added": "1.1.0"}
    told = [("SRC-001", "council"), ("SRC-003", "council"), ("SRC-001", "harbour-watch"), ("SRC-001", "oda-brill")]
    for number, (source, who) in enumerate(told, 10):
        more = {
            "evidence_id": f"EX01-E0{number}",
            "source_id": source,
            "said_by_id": who,
            "finding": f"It was {number}.",
        }
        good.add("evidence", row | more)
    claim = status.claims(kept(good.folder))[0]
    # The paper, and the council twice; the publisher and its speaker are no voices independent of them.
    assert (claim["contradicts"], claim["independent_voices"]) == (4, 2)
    assert claim["contradicted_by"] == ["council", "harbour-watch", "oda-brill"]


def test_who_says_it_and_what_limits_it_are_shown(good: Example):
    good.add("follow_ups", follow_up("EX01-F003", said_by_id="keepers", note="One lamp only."))
    shown = status.as_text(kept(good.folder))
    assert "Note: One lamp only." in shown and "Keepers · Sailors' Gazette <" in shown


@pytest.mark.parametrize("form", ["text", "json"])
def test_command(good: Example, form):
    done = claimtrack("status", "--format", form, good.folder)
    assert done.returncode == 0 and done.stderr == ""
    assert "EX01-K01" in done.stdout and "EX01-C001" in done.stdout and "https://example.org/gazette" in done.stdout
    if form == "json":
        assert json.loads(done.stdout)["calls"] == status.calls(kept(good.folder))


def test_invalid_package_has_no_status(good: Example):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    done = claimtrack("status", good.folder)
    assert done.returncode == 1 and done.stdout == "" and "is not valid" in done.stderr
