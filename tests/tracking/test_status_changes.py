"""Which calls changed their status between two versions, and why it is said to have."""

import json
import shutil

from claimtrack.tracking.status_changes import changes
from tests.tools.example import Example
from tests.tools.support import seal

CALL = {"call_id": "K", "status": "active"}


def follow_up(id: str, status: str, as_of: str, **cells: str) -> dict:
    row = {"follow_up_id": id, "call_id": "K", "as_of": as_of, "status": status, "finding": f"Told in {id}."}
    return row | {"recorded": "2023-01-01"} | cells


def changed(old: list[dict], new: list[dict], **more) -> list[dict]:
    return changes({"calls": [CALL], "follow_ups": old} | more, {"calls": [CALL], "follow_ups": new})


def test_nothing_is_said_where_no_status_changes():
    row = follow_up("F1", "unmet", "2021")
    assert changed([row], [row]) == [] == changed([row], [row, follow_up("F2", "unmet", "2022")])


def test_a_row_that_was_added():
    row = follow_up("F1", "unmet", "2021")
    (one,) = changed([row], [row, follow_up("F2", "met", "2022")])
    assert (one["old"], one["new"], one["new_follow_up"]) == ("unmet", "met", "F2")
    assert one["why"] == "F2 was added: Told in F2."


def test_a_row_that_turned_out_to_be_about_another_case():
    """Rows of a version before 2.0.0 do not say what they bear on."""
    old = [follow_up("F1", "met", "2021"), follow_up("F2", "unmet", "2022")]
    new = [old[0] | {"bears_on": "case"}, old[1] | {"bears_on": "later_case"}]
    (one,) = changed(old, new)
    assert one["why"].startswith("F2 bears on later case, which gives no status; F1 is now the newest")


def test_a_row_that_was_corrected():
    (one,) = changed([follow_up("F1", "unmet", "2021")], [follow_up("F1", "overtaken", "2021")])
    assert one["why"] == "F1 was corrected: Told in F1."


def test_a_call_that_is_new_or_gone():
    (one,) = changed([], [follow_up("F1", "met", "2021")], calls=[])
    assert (one["old"], one["new"]) == (None, "met")


def test_what_cannot_be_read_is_left_out():
    assert changes({}, {}) == []
    assert changed([follow_up("F1", "met", "never")], []) == []


def test_diff_tells_of_it(good: Example, tmp_path, ended):
    old = shutil.copytree(good.folder, tmp_path / "old")
    good.set("follow_ups", "EX01-F002", "bears_on", "later_case")
    for coding in ("EX01-D0012", "EX01-D0013"):
        good.set("codings", coding, "value", "later_case")
    seal(good.folder)
    (one,) = json.loads(ended("diff", old, good.folder, "--format", "json").out)["statuses"]
    assert (one["call_id"], one["old"], one["new"]) == ("EX01-K01", "partly_met", "unmet")
    assert "EX01-K01: partly_met → unmet: EX01-F002 bears on later case" in ended("diff", old, good.folder).out
