"""UIMA CAS: what is coded, out as a CAS in JSON and in again, by the library `cassis`; and what is refused."""

import json
from pathlib import Path

import cassis
import pytest

from claimtrack.authoring.annotations import uima_cas
from claimtrack.authoring.annotations.marks import Mark
from tests.authoring.annotations.conftest import WORDS
from tests.tools.own import TEXT
from tests.tools.support import files_in

FORM = ("--format", "uima-cas")
LAYER = "webanno.custom.Claims"


def cas(layer: str = LAYER, text: str = TEXT, words: str = "has not said why", kind: str = "uima.cas.String", **cells):
    """A CAS as a project of INCEpTION with a layer of its own may have it: one annotation, and the tool's own."""
    types = cassis.TypeSystem()
    made = types.create_type(layer, "uima.tcas.Annotation")
    tool = types.create_type("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence", "uima.tcas.Annotation")
    for name in cells:
        types.create_feature(made, name, kind)
    found = cassis.Cas(types, sofa_string=text)
    at = text.index(words)
    found.add(tool(begin=0, end=len(text)))
    found.add(made(begin=at, end=at + len(words), **cells))
    return found.to_json()


def brought_in(ended, content: str):
    Path("../in").write_text(content, encoding="utf-8")
    return ended(*WORDS, *FORM, "--from", "../in", "--worksheet", "../made.csv")


def test_out_and_in_again_nothing_changes(lights, came_back):
    before = files_in(lights)
    assert came_back("uima-cas") == before


def test_the_library_finds_words_and_cells(lights, ended):
    assert ended(*WORDS, *FORM, "--to", "../out").code == 0
    found = cassis.load_cas_from_json(Path("../out").read_text(encoding="utf-8"))
    assert found.sofa_string == TEXT
    items = {each.get_covered_text().strip("."): each for each in found.select(uima_cas.ITEM)}
    assert (items["and has not said why"].item, items["and has not said why"].claim_type) == ("C003", "pattern")
    kinds = {each.get_covered_text(): each.kind for each in found.select(uima_cas.SENTENCE)}
    assert kinds["Many skippers fear that a ship will be lost."] == "context"


def test_positions_are_those_of_utf_16(tmp_path):
    """As UIMA counts; the library turns them into code points and back."""
    text = "Oil \U0001f6e2 is dear."
    made = uima_cas.write([Mark(6, 8, {"item": "C1"})], text, {"language": "en"})
    told = json.loads(made)["%FEATURE_STRUCTURES"]
    assert [(each["begin"], each["end"]) for each in told if each.get("item")] == [(7, 9)]
    (mark,) = uima_cas.read(made, tmp_path, text)
    assert text[mark.start : mark.end] == "is"


def test_a_layer_of_a_project_is_read(lights, ended):
    done = brought_in(ended, cas(item="C3", own_words="Why is not said."))
    assert (done.code, done.err) == (0, "")
    assert "C3,Why is not said.,has not said why," in Path("../made.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "in:1:1: not JSON"),
        ("{}", "is no CAS in JSON"),
        ("[]", "is no CAS in JSON"),
        ('{"%TYPES": {}, "%FEATURE_STRUCTURES": [7], "%VIEWS": {}}', "the library cassis does not read it ("),
        ('{"%TYPES": {}, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}', "has no text"),
        (cas("own.Layer", item="C3"), "has no annotation of a custom layer"),
        (cas(text=f"{TEXT} More.", item="C3"), "its text is another than that of --source"),
        (cas(item=3, kind="uima.cas.Integer"), "annotation 1 (Claims): item has to be a text"),
        (cas(item="C3", rumour="yes"), '"rumour" is no column of the worksheet'),
        (cas(item=""), "says nothing; write C1"),
        (cas(act="dismissal"), "says act, and not of which item"),
        (
            cas(item="C3").replace(f'"begin": {TEXT.index("has not said why")}', '"begin": 99999'),
            "is at no place in the text",
        ),
    ],
)
def test_what_cannot_be_taken_in_is_told_in_one_sentence(lights, ended, content, words):
    before = files_in(lights)
    done = brought_in(ended, content)
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert not Path("../made.csv").exists() and files_in(lights) == before
