"""The shipped dataset: valid, documented, proven against the text where there is a copy, and free of that text."""

import json
import re
from collections import Counter, defaultdict

from claimtrack.package.table_io import read_rows
from claimtrack.tracking.canonical import canonical, sha256
from claimtrack.tracking.own_words import runs, words
from tests.conftest import ROOT
from tests.tools.own_words import FACTS, tracked_files
from tests.tools.support import validate

DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
TABLES = {r["name"]: read_rows(ROOT / r["path"])[1] for r in DESCRIPTOR["resources"]}
SCHEMAS = {r["name"]: json.loads((ROOT / r["schema"]).read_text(encoding="utf-8")) for r in DESCRIPTOR["resources"]}
# Columns of text that may hold a number as such, since a spreadsheet leaves its value alone.
NUMBERS = {("codes", "code"), ("codes", "crosswalk_code"), ("codings", "value")}


def test_dataset_is_valid():
    report = validate(ROOT)
    assert [found.message for found in report.findings] == []
    assert report.exit_code == 0 and not report.skipped


def test_every_column_is_documented():
    for name, schema in SCHEMAS.items():
        assert schema["title"] and schema["description"], name
        for field in schema["fields"]:
            assert all(field.get(key) for key in ("title", "description", "example")), (name, field["name"])
            optional_prose = field["type"] == "boolean"
            assert field.get("constraints") or optional_prose, (name, field["name"])


def test_examples_are_allowed_by_their_own_column():
    from frictionless import Schema

    for name, schema in SCHEMAS.items():
        for field in Schema.from_descriptor(schema).fields:
            notes = field.create_cell_reader()(field.to_descriptor()["example"])[1]
            assert not notes, (name, field.name, notes)


def test_no_text_reads_as_a_number():
    """A spreadsheet would turn an id such as 417218e3 into 417218000."""
    for name, schema in SCHEMAS.items():
        texts = [
            f["name"]
            for f in schema["fields"]
            if f["type"] == "string" and "rdfType" not in f and (name, f["name"]) not in NUMBERS
        ]
        numbers = [
            (name, row, text)
            for row in TABLES[name]
            for text in texts
            if re.fullmatch(r"[-+]?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?", row[text])
        ]
        assert not numbers


def test_every_resource_says_what_it_is():
    for resource in DESCRIPTOR["resources"]:
        assert {
            "name",
            "type",
            "path",
            "schema",
            "encoding",
            "dialect",
            "bytes",
            "hash",
            "title",
            "description",
        } <= resource.keys()
        assert resource["hash"].startswith("sha256:")


def test_segments_and_anchors_hold_against_the_text(statement):
    text = canonical(statement)
    (row,) = TABLES["statements"]
    assert (len(text), sha256(text)) == (int(row["length"]), row["sha256"])
    for pointer in [*TABLES["segments"], *TABLES["anchors"]]:
        assert sha256(text[int(pointer["start"]) : int(pointer["end"])]) == pointer["sha256"], pointer


def test_anchors_begin_and_end_with_words(statement):
    """An anchor cut inside a word would carry half a word of some other claim."""
    text = canonical(statement)
    for anchor in TABLES["anchors"]:
        start, end = int(anchor["start"]), int(anchor["end"])
        assert not re.match(r"\w\w", text[max(start - 1, 0) : start + 1]) or start == 0, anchor["anchor_id"]
        assert not re.match(r"\w\w", text[end - 1 : end + 1]), anchor["anchor_id"]


def anchored(text: str) -> dict[str, str]:
    """The words of the statement on which each item rests, by the item's id."""
    found: dict[str, list[str]] = defaultdict(list)
    for anchor in TABLES["anchors"]:
        words_of = text[int(anchor["start"]) : int(anchor["end"])]
        found[anchor["claim_id"] or anchor["call_id"]].append(words_of.lower())
    return {item: " … ".join(each) for item, each in found.items()}


# What a word of the statement that must not be lost may have become in ours.
KEPT = {
    "some": "some ",
    "several": "several ",
    "many": "many ",
    "multiple": "several ",
    "solely": "nothing but |solely ",
    "interim": "interim ",
    "widely": "widely ",
    "expected": "expected ",
    "immediate": "at once ",
    "immediately": "at once ",
}


def test_words_that_limit_a_claim_are_kept(statement):
    """A claim that rests on "some" says "some": without it, the claim would be wider than its sentence."""
    resting = anchored(canonical(statement))
    own = {r["claim_id"]: r["claim"] for r in TABLES["claims"]} | {r["call_id"]: r["demand"] for r in TABLES["calls"]}
    held = 0
    for item, theirs in resting.items():
        for word, ours in KEPT.items():
            if re.search(rf"\b{word}\b", theirs):
                assert re.search(ours, own[item] + " ", re.IGNORECASE), (item, word, own[item])
                held += 1
    assert held > 20


def test_a_hedge_rests_on_the_words_that_hedge(statement):
    resting = anchored(canonical(statement))
    hedged = [row for row in TABLES["claims"] if row["hedge_term"]]
    assert hedged
    for row in hedged:
        assert re.search(rf"\b{re.escape(row['hedge_term'].lower())}\b", resting[row["claim_id"]]), row["claim_id"]


def test_a_named_actor_takes_part_only_where_the_sentence_names_it(statement):
    """Codebook, chapter 10: who made rules or held a vote is not filled in from what the world knows."""
    text = canonical(statement).lower()
    spans = {row["segment_id"]: slice(int(row["start"]), int(row["end"])) for row in TABLES["segments"]}
    sentences: dict[str, str] = defaultdict(str)
    for anchor in TABLES["anchors"]:
        sentences[anchor["claim_id"] or anchor["call_id"]] += text[spans[anchor["segment_id"]]]
    named = {a["actor_id"]: a["name"].lower() for a in TABLES["actors"] if a["named_in_statement"] == "true"}
    held = 0
    for part in TABLES["participants"]:
        if part["role"] != "speaker" and part["actor_id"] in named:
            last = named[part["actor_id"]].split()[-1]
            assert last in sentences[part["claim_id"] or part["call_id"]], part
            held += 1
    assert held > 50


def test_what_is_said_of_cambodia_names_it():
    """Codebook, chapter 2: the country stands in a claim's own words, or a name of the statement that tells it."""
    of_cambodia = [a for a in TABLES["actors"] if a["named_in_statement"] == "true" and "Cambodia" in a["description"]]
    names = {"Cambodia", *(actor["name"] for actor in of_cambodia)}
    texts = {r["claim_id"]: r["claim"] for r in TABLES["claims"] if r["place"] == "KHM"}
    texts |= {r["call_id"]: r["demand"] for r in TABLES["calls"]}
    assert len(texts) > 90
    for item, text in texts.items():
        assert any(name in text for name in names), (item, text)


def test_no_claim_points_to_what_its_row_does_not_have():
    """Words such as "this one" or "the coming Sunday" mean nothing to whoever reads the row alone."""
    pointing = r"\b(?:this|these|today|tomorrow|yesterday|coming|earlier|ago|above|below|following|aforementioned)\b"
    assert re.search(pointing, "The vote before this one was held in May.")
    for row in [*TABLES["claims"], *TABLES["calls"]]:
        assert not re.search(pointing, row.get("claim") or row["demand"], re.IGNORECASE), row


def test_no_sentence_of_the_statement_is_in_the_project(statement):
    theirs = runs(statement) - set().union(*map(runs, FACTS))
    shared = Counter()
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not a text
        shared.update((str(path.relative_to(ROOT)), " ".join(run)) for run in runs(text) & theirs)
    assert not shared


def test_the_search_for_sentences_finds_one(statement):
    some = " ".join(words(statement)[20:27])
    assert runs(f"Somebody wrote: {some}!") & runs(statement)


def test_all_that_contradicts_is_kept():
    """The government's side stands beside the others: its positions are recorded as such."""
    relations = Counter(row["relation"] for row in TABLES["evidence"])
    assert relations["contradicts"] > 0 and relations["qualifies"] > 0
    assert all(row["said_by_id"] for row in TABLES["evidence"] if row["official_position"] == "true")
