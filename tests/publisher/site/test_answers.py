"""What the front page answers first is what the tables say, counted anew here."""

from collections import Counter

import pytest

from claimtrack.publisher.join import load
from claimtrack.publisher.language import read_language
from claimtrack.publisher.site import answers
from claimtrack.tracking import status
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.publishing import TABLES
from tests.tools.site import text_of
from tests.tools.support import kept

WORDS = read_language()


def test_calls_are_told_with_what_became_of_them(dataset, pages):
    """The status is the one that the command `status` prints."""
    told = status.calls(kept(ROOT))
    shown = text_of(pages["index.html"].xpath("//*[@class='answer']")[0])
    counts = Counter(call["status"] for call in told)
    labels = {code.code: code.label.lower() for code in dataset.codes["follow_up_status"]}
    assert shown.startswith(f"{len(told)} calls")
    assert all(f"{number} {labels[code]}" in shown for code, number in counts.items())
    rows = pages["index.html"].xpath("//table[@class='progress']/tbody/tr")
    assert len(rows) == len(told)
    for call, row in zip(told, rows, strict=True):
        said = text_of(row)
        assert all(part in said for part in (call["call_id"], call["demand"], call["finding"], call["follow_up_id"]))
        assert call["responses"][-1]["actor"] in said and call["responses"][-1]["finding"] in said
        criteria = [one for one in TABLES["criteria"].rows if one["call_id"] == call["call_id"]]
        assert criteria and all(one["criterion"] in said for one in criteria)
        addressees = [
            part["actor_id"]
            for part in TABLES["participants"].rows
            if (part["call_id"], part["role"]) == (call["call_id"], "addressee")
        ]
        assert addressees and all(f"actors/{id}.html" in row.xpath(".//@href") for id in addressees)


def test_contested_claims_are_counted_with_who_contests_them(dataset, pages):
    against = {row["claim_id"]: set() for row in TABLES["claims"].rows if row["status"] == "active"}
    for row in TABLES["evidence"].rows:
        if row["relation"] == "contradicts":
            against[row["claim_id"]].add(row["said_by_id"])
    for row in TABLES["responses"].rows:
        if row["claim_id"] and row["answer"] in ("rejects", "denies_premise"):
            against[row["claim_id"]].add(row["actor_id"])
    contested = [claim for claim, who in against.items() if who]
    voices = Counter(who for some in against.values() for who in some)
    shown = text_of(pages["index.html"].xpath("//*[@class='answer']")[0])
    assert f"{len(contested)} of {len(against)} claims are contested, by {len(voices)} voices" in shown
    names = {actor.id: actor.title for actor in dataset.actors}
    listed = {
        text_of(row.xpath("th")[0]): int(text_of(row.xpath("td")[0]))
        for row in pages["index.html"].xpath("//table[@class='voices']/tbody/tr")
    }
    assert listed == {names[id]: number for id, number in voices.items()}


def test_sentences_hold_where_there_is_little_to_tell(good: Example):
    sentences = list(answers.sentences(load(kept(good.folder)), WORDS))
    assert sentences and not [text for text in sentences if "{" in text or "None" in text]


@pytest.mark.parametrize("answer", ["rejects", "denies_premise", "accepts"])
def test_answer_to_a_claim_contests_it_only_where_it_denies(good: Example, answer):
    """A claim that no source contradicts, and an answer of whom it is about."""
    (row, *_) = [row for row in load(kept(good.folder)).claims if not row.contested and not row.retired]
    dataset = load(kept(good.folder))
    source = dataset.sources[0].id
    actor = dataset.actors[0].id
    cells = {"response_id": "EX01-N099", "claim_id": row.id, "call_id": "", "actor_id": actor, "source_id": source}
    cells |= {"answer": answer, "response_date": "2022-01-01", "finding": "They answer.", "confidence": "high"}
    good.add("responses", cells | {"note": "", "recorded": "2022-01-02", "version_added": "1.1.0"})
    found = next(one for one in load(kept(good.folder)).claims if one.id == row.id)
    assert found.contested == (answer != "accepts") == bool(found.contesting)
