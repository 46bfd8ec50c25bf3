"""STAM: what is coded, out as a store and in again, by the library `stam`; and what is refused."""

import json
from pathlib import Path

import pytest
import stam

from tests.authoring.annotations.conftest import WORDS
from tests.tools.own import TEXT
from tests.tools.support import files_in

FORM = ("--format", "stam")


def store(text: str = TEXT, **data: object) -> stam.AnnotationStore:
    """A store with one annotation, on "has not said why"."""
    made = stam.AnnotationStore(id="made")
    resource, at = made.add_resource(id="text", text=text), text.index("has not said why")
    target = stam.Selector.textselector(resource, stam.Offset.simple(at, at + 16))
    made.annotate(target=target, id="one", data=[{"set": "claimtrack", "key": k, "value": v} for k, v in data.items()])
    return made


def brought_in(ended, content: str):
    Path("../in").write_text(content, encoding="utf-8")
    return ended(*WORDS, *FORM, "--from", "../in", "--worksheet", "../made.csv")


def test_out_and_in_again_nothing_changes(lights, came_back):
    before = files_in(lights)
    assert came_back("stam") == before


def test_the_library_finds_words_and_cells(lights, ended):
    assert ended(*WORDS, *FORM, "--to", "../out").code == 0
    made = stam.AnnotationStore(file="../out")
    (resource,) = made.resources()
    assert resource.text() == TEXT
    found = {str(each).strip("."): {data.key().id(): str(data) for data in each.data()} for each in made.annotations()}
    assert found["and has not said why"]["item"] == "C003" and found["and has not said why"]["claim_type"] == "pattern"
    assert found["Many skippers fear that a ship will be lost"]["believer"] == "skippers"


def test_the_text_may_be_another_form_of_the_same(lights, ended):
    """A tool may have put the text on one line."""
    done = brought_in(ended, store(" ".join(TEXT.split()), item="C3", own_words="Why is not said.").to_json_string())
    assert (done.code, done.err) == (0, "")
    assert "C3,Why is not said.,has not said why," in Path("../made.csv").read_text(encoding="utf-8-sig")


def without(path: str, value: object) -> str:
    """A store with another value at a place in its JSON."""
    told = json.loads(store(item="C3").to_json_string())
    part = told
    *way, last = path.split("/")
    for step in way:
        part = part[int(step) if step.isdecimal() else step]
    part[last] = value
    return json.dumps(told)


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "in:1:1: not JSON"),
        ("{}", "is no store of annotations"),
        ("[]", "is no store of annotations"),
        ('{"@type": "AnnotationStore", "a": ' + "[" * 900 + "]" * 900 + "}", "the library stam does not read it"),
        ('{"@type": "AnnotationStore"}', "has no annotation; mark words first"),
        ('{"@type": "AnnotationStore", "resources": 7}', "the library stam does not read it"),
        (without("annotations/0/target/resource", "elsewhere"), "the library stam does not read it"),
        (without("annotations/0/target/offset/end/value", 99999), "the library stam does not read it"),
        (without("resources/0/x", {"@include": "x"}), "leads to other files (@include)"),
        (store(f"{TEXT} More.", item="C3").to_json_string(), "text of resource text is another than"),
        (store(item=3).to_json_string(), "item has to have one value, and that a text"),
        (store(rumour="yes", item="C3").to_json_string(), '"rumour" is no column of the worksheet'),
        (store().to_json_string(), "says nothing; write C1"),
        (store(item="C3").to_json_string().replace('"claimtrack"', '"other"'), 'has data of the set "other"'),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_told_in_one_sentence(lights, ended, content, words):
    before = files_in(lights)
    done = brought_in(ended, content)
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert not Path("../made.csv").exists() and files_in(lights) == before


def test_no_other_file_is_read(lights, ended, tmp_path):
    """The library alone would: it takes a text from wherever the store says."""
    secret = tmp_path / "secret.txt"
    secret.write_text(TEXT, encoding="utf-8")
    told = json.loads(store(item="C3").to_json_string())
    told["resources"] = [{"@type": "TextResource", "@id": "text", "@include": str(secret)}]
    assert [each.text() for each in stam.AnnotationStore(string=json.dumps(told)).resources()] == [TEXT]
    for content in (json.dumps(told), json.dumps(told).replace("@include", "@\\u0069nclude")):
        done = brought_in(ended, content)
        assert done.code == 2 and "leads to other files" in done.err and not Path("../made.csv").exists()


def test_without_the_library_the_extra_is_named(lights, ended, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "stam", None)
    monkeypatch.delitem(__import__("sys").modules, "claimtrack.authoring.annotations.stam_json", raising=False)
    done = ended(*WORDS, *FORM, "--to", "../new")
    assert done.code == 2 and 'stam is not installed; install the extra "annotations"' in done.err
    assert ended(*WORDS, "--to", "../new").code == 0  # Web Annotation does without
