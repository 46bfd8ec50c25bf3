"""The tables joined: every row is reached from the item that it is about, and nothing is made up on the way."""

import json

import pytest

from claimtrack.publisher.join import load
from claimtrack.publisher.model import Dataset, Item
from claimtrack.tracking import status
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.support import kept


@pytest.fixture(scope="module")
def example(good_folder) -> Dataset:
    return load(kept(good_folder))


def item(dataset: Dataset, id: str) -> Item:
    return next(each for each in dataset.items if each.id == id)


def test_claim_is_joined(example):
    five = item(example, "EX01-C005")
    assert (five.kind, five.type.label, five.voice.code, five.time) == ("claim", "Event", "quoted_speaker", "2019")
    assert [(row.relation.code, row.source.id, row.official) for row in five.evidence] == [
        ("qualifies", "SRC-001", False),
        ("corroborates", "SRC-002", False),
    ]
    assert (five.count("corroborates"), five.count("contradicts"), five.independent_voices) == (1, 0, 1)
    assert five.follow_ups == () and five.current is None
    assert five.speaker in five.actors("speaker")
    assert example.segments[0].item_ids and all(
        id in [i.id for i in example.items] for s in example.segments for id in s.item_ids
    )


def test_call_has_its_newest_status(example, good_folder):
    (call,) = example.calls
    (record,) = status.calls(kept(good_folder))
    assert (
        (call.current.id, call.current.status.code)
        == (record["follow_up_id"], record["status"])
        == ("EX01-F002", "partly_met")
    )
    assert [g.item_id for g in call.grounds] == [
        claim.id for claim in example.claims for g in claim.grounds if g.item_id == call.id
    ]


def test_retired_item_is_kept_and_told(example):
    assert item(example, "EX01-C008").retired and not item(example, "EX01-C001").retired


def test_missing_value_is_none(example):
    assert item(example, "EX01-C001").hedge is None and item(example, "EX01-C002").evidence[0].source is None


def test_column_of_a_fork_is_no_obstacle(good: Example):
    """A package may have more columns than the profile asks for."""
    for name in ("claims", "sources", "actors", "codes"):
        path = good.path(name)
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([head + ",theirs", *(row + "," for row in rows)]) + "\n", encoding="utf-8")
        schema = good.folder / "schemas" / f"{name}.json"
        said = json.loads(schema.read_text(encoding="utf-8"))
        said["fields"].append({"name": "theirs", "type": "string"})
        schema.write_text(json.dumps(said), encoding="utf-8")
    assert good.validate().exit_code == 0
    assert load(kept(good.folder)).items


# In the shipped dataset, rows of each table must be reached from the items as often as they stand in the table.
PARTS = {
    "anchors": lambda item: item.anchors,
    "participants": lambda item: item.participants,
    "item_rights": lambda item: item.rights,
    "evidence": lambda item: item.evidence,
    "follow_ups": lambda item: item.follow_ups,
}


@pytest.mark.parametrize("table", PARTS)
def test_no_row_is_lost(dataset, table):
    rows = kept(ROOT).rows(table)
    reached = [part.id for each in dataset.items for part in PARTS[table](each)]
    assert sorted(reached) == sorted(next(iter(row.values())) for row in rows)


def test_grounds_are_seen_from_both_ends(dataset):
    rows = kept(ROOT).rows("grounds")
    ends = sorted((ground.id, each.id) for each in dataset.items for ground in each.grounds)
    assert ends == sorted((row["ground_id"], row[column]) for row in rows for column in ("claim_id", "call_id"))


def test_decisions_of_the_adjudicator_are_reached(dataset):
    rows = kept(ROOT).rows("codings")
    coded = [one for each in dataset.items for one in (each, *each.participants, *each.evidence, *each.follow_ups)]
    reached = [decision.id for one in coded for decision in one.adjudications]
    assert reached and sorted(reached) == sorted(row["coding_id"] for row in rows if row["coder"] == "adjudicator")


def test_decision_on_a_right_names_the_right(dataset):
    rows = {row["coding_id"]: row["value"] for row in kept(ROOT).rows("codings") if row["variable"] == "right_id"}
    made = [one for each in dataset.items for one in each.adjudications if one.variable.code == "right_id"]
    assert made and [one.value.id if one.value else "none" for one in made] == [rows[one.id] for one in made]
