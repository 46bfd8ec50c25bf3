"""W3C Web Annotation: what is coded, out as JSON-LD and in again; what other tools write; and what is refused."""

import csv
import json
from pathlib import Path

import pytest

from tests.authoring.annotations.conftest import WORDS
from tests.tools.own import TEXT, table
from tests.tools.support import files_in

FORM = "web-annotation"


@pytest.fixture
def page(lights, ended) -> dict:
    """The annotations of the package."""
    assert ended(*WORDS, "--to", "../out").code == 0
    return json.loads(Path("../out").read_text(encoding="utf-8"))


def brought_in(ended, told: object):
    """What the command says of annotations, and the worksheet that it makes of them."""
    Path("../in").write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    done = ended(*WORDS, "--from", "../in", "--worksheet", "../made.csv")
    made = Path("../made.csv")
    with made.open(encoding="utf-8-sig", newline="") if made.exists() else open("/dev/null") as handle:  # noqa: PTH123
        return done, list(csv.DictReader(handle))


def annotation(exact: str, *bodies: dict | str, **selector: object) -> dict:
    """An annotation on the words of the text, as some tool may write it."""
    return {
        "type": "Annotation",
        "body": [*bodies],
        "target": {"selector": {"type": "TextQuoteSelector"} | {"exact": exact} | selector},
    }


def tag(value: str) -> dict:
    return {"type": "TextualBody", "purpose": "tagging", "value": value}


def test_out_and_in_again_nothing_changes(lights, came_back):
    before = files_in(lights)
    assert came_back(FORM) == before


def test_an_annotation_has_the_shape_of_the_model(page):
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld" and page["type"] == "AnnotationPage"
    assert len({each["id"] for each in page["items"]}) == len(page["items"]) > 20
    for each in page["items"]:
        assert each["type"] == "Annotation" and each["motivation"] in ("classifying", "identifying") and each["body"]
        words, position = each["target"]["selector"]
        assert TEXT[position["start"] : position["end"]] == words["exact"]
        assert TEXT[: position["start"]].endswith(words["prefix"])
        assert TEXT[position["end"] :].startswith(words["suffix"])


def test_the_sentences_of_the_package_are_taken_where_there_are_none(lights, came_back):
    def without(content: bytes) -> bytes:
        told = json.loads(content)
        told["items"] = [each for each in told["items"] if each["motivation"] == "classifying"]
        return json.dumps(told).encode()

    before = files_in(lights)
    assert came_back(FORM, without) == before


def test_words_are_found_where_positions_are_those_of_another_copy(lights, came_back):
    def moved(content: bytes) -> bytes:
        told = json.loads(content)
        for each in told["items"]:
            words, position = each["target"]["selector"]
            position["start"], position["end"] = position["start"] + 7, position["end"] + 7
            words["exact"] = words["exact"].replace("’", "'")
        return json.dumps(told["items"]).encode()

    before = files_in(lights)
    assert came_back(FORM, moved) == before


def test_a_retired_claim_is_not_lost(lights, ended, point, came_back):
    assert ended("worksheet", "LK24", "--source", "../LK24.txt", "--to", "../whole.csv").code == 0
    with Path("../whole.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    (row,) = [row for row in rows if row["item"] == "C005"]
    about = {name: row[name] for name in row if name not in ("segment", "paragraph", "sentence", "kind", "voice_id")}
    row |= dict.fromkeys(about, "") | {"no_item_reason": "attribution"}
    with Path("../whole.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(row))
        writer.writeheader()
        writer.writerows([*rows, about | {"quote": "", "status": "retired"}])
    done = point(Path("../whole.csv").read_bytes())
    assert done.err == "" and [row["status"] for row in table(lights, "claims")].count("retired") == 1
    before = files_in(lights)
    assert came_back(FORM) == before


def test_what_another_tool_writes_is_read(lights, ended):
    told = [
        annotation("has not said why", tag("C3"), {"type": "TextualBody", "value": "It gave no reason."}),
        annotation("no light is dark", "item=K9", tag("modality = must"), prefix="said that "),
        annotation("dry oil,” said Mari", tag("claim")),  # from one sentence into the next
    ]
    done, rows = brought_in(ended, {"first": {"items": told}})
    assert (done.code, done.out) == (0, "../made.csv: 3 annotations, for your own use\n")
    found = {row["item"]: row for row in rows if row["item"]}
    assert (found["C3"]["quote"], found["C3"]["own_words"]) == ("has not said why", "It gave no reason.")
    assert (found["K9"]["quote"], found["K9"]["modality"]) == ("no light is dark", "must")
    assert [row["quote"] for row in rows if row["item"] == "claim"] == ['dry oil,"', "said Mari"]
    assert len([row for row in rows if row["sentence"]]) == len(table(lights, "segments"))


HERE = annotation("has not said why")["target"]


@pytest.mark.parametrize(
    "told, words",
    [
        ("", "in:1:1: not JSON: Expecting value"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "has no annotation"),
        ("7", "is neither an annotation nor a list"),
        ({"items": []}, "has no annotation"),
        ({"first": {"items": [], "next": "x"}}, "is the first of several pages"),
        ([7], "annotation 1: has no target"),
        ([{"target": "https://example.org"}], "annotation 1: has to have one target with a selector"),
        ([{"target": [HERE, HERE]}], "has to have one target"),
        ([{"target": {"selector": {"type": "SvgSelector"}}}], "has neither TextQuoteSelector nor"),
        ([annotation("has not said why", tag("C1"), refinedBy={})], "refinedBy is not read"),
        ([annotation("has not said how", tag("C1"))], '"has not said how" is not in the text; is --source another'),
        ([annotation("the", tag("C1"))], '"the" stands 8 times in the text; give its position'),
        ([annotation("a" + "\u0301" * 50_000, tag("C1"))], "is not in the text"),
        ([annotation("", tag("C1"))], "its quote has no words"),
        ([annotation("has not said why", tag("C1"), prefix=7)], "its quote has no words"),
        (
            [{"target": {"selector": {"type": "TextPositionSelector", "start": 5, "end": 9999}}}],
            "not in the text, which",
        ),
        (
            [{"target": {"selector": {"type": "TextPositionSelector", "start": True, "end": 9}}}],
            "not in the text, which",
        ),
        (
            [{"body": "C1", "target": {"selector": {"type": "TextPositionSelector", "start": 66, "end": 68}}}],
            "no words",
        ),
        ([annotation("has not said why")], "says nothing; write C1, K1 or the like"),
        ([annotation("has not said why", tag("important"))], 'the tag "important" is neither an item nor'),
        ([annotation("has not said why", tag("C1"), tag("rumour=yes"))], '"rumour" is no column of the worksheet'),
        ([annotation("has not said why", tag("C1"), tag("quote=yes"))], '"quote" is no column of the worksheet'),
        ([annotation("has not said why", tag("C1"), tag("C2"))], 'has both "C1" and "C2" in item; keep one'),
        ([annotation("has not said why", tag("act=dismissal"))], "says act, and not of which item"),
        ([annotation("has not said why", tag("C1"), tag("kind=context"))], "kind is about a sentence"),
        ([annotation("has not said why", {"purpose": "linking", "value": "x"})], '"linking" is not read'),
        ([annotation("has not said why", {"id": "https://example.org"})], "has a body that is no text"),
        ([annotation("has not said why", tag("C1"), tag("time_note=\x00"))], "time_note has a character that no text"),
        (
            [annotation("has not said why", tag("C1"), tag("time_note=\ud800"))],
            "time_note has a character that no text",
        ),
        (
            [annotation("has not said why", tag("kind=context")), annotation("no light is dark", tag("C1"))],
            "annotation 2: stands in no sentence",
        ),
    ],
)
def test_what_cannot_be_taken_in_is_told_in_one_sentence(lights, ended, told, words):
    before = files_in(lights)
    done, _ = brought_in(ended, told)
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert not Path("../made.csv").exists() and files_in(lights) == before


@pytest.mark.parametrize(
    "options, words",
    [
        ((), "takes one of --to, --from with --worksheet, and --layers"),
        (("--to", "../a", "--from", "../out"), "takes one of --to, --from with --worksheet, and --layers"),
        (("--from", "../out"), "takes one of --to, --from with --worksheet, and --layers"),
        (("--to", "a.jsonld"), "lies inside the package"),
        (("--to", "../out"), "is there already"),
        (("--from", "../out", "--worksheet", "../LK24.csv"), "is there already"),
        (("--from", "../nowhere", "--worksheet", "../new.csv"), "cannot be read: No such file"),
        (("--from", "..", "--worksheet", "../new.csv"), "cannot be read"),
        (("--to", "../new", "--source", "../LK24.csv"), "is not the text of LK24"),
    ],
)
def test_nothing_is_written_over_or_into_the_package(page, lights, ended, options, words):
    Path("../out").write_bytes(Path("../out").read_bytes() + b"\n")  # no longer what would be written
    before = files_in(lights.parent)
    done = ended(*WORDS, *options)
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert files_in(lights.parent) == before


def test_there_is_such_a_statement(lights, ended):
    done = ended("annotations", "XX99", "--source", "../LK24.txt", "--to", "../new")
    assert done.code == 2 and 'there is no statement "XX99"' in done.err
