"""UIMA CAS: what is coded, out as a CAS in JSON and in again, by the library `cassis`; and what is refused."""

import json
import re
from pathlib import Path

import cassis
import pytest

from claimtrack.authoring.annotations import uima_cas
from claimtrack.authoring.annotations.marks import OF_SENTENCES, Mark
from claimtrack.tracking.canonical import canonical
from tests.authoring.annotations.conftest import WORDS
from tests.tools.own import TEXT, table
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
    made = uima_cas.write([Mark(6, 8, {"item": "C1"})], text, {"language": "en"}, ["item"])
    told = json.loads(made)["%FEATURE_STRUCTURES"]
    assert [(each["begin"], each["end"]) for each in told if each.get("item")] == [(7, 9)]
    (mark,) = uima_cas.read(made, tmp_path, text, ["item"])
    assert text[mark.start : mark.end] == "is"


def test_a_layer_of_a_project_is_read(lights, ended):
    done = brought_in(ended, cas(item="C3", own_words="Why is not said."))
    assert (done.code, done.err) == (0, "")
    assert "C3,Why is not said.,has not said why," in Path("../made.csv").read_text(encoding="utf-8-sig")


def as_inception_has_it(content: str) -> cassis.Cas:
    """A CAS of ours after a project of INCEpTION has had it: with its own types, and its project's other layers.

    Sources: the layers in INCEpTION's `webanno-api-annotation` and DKPro Core, and https://github.com/inception-project/inception/issues/5111.
    """
    found = cassis.load_cas_from_json(content)
    types, text = found.typesystem, found.sofa_string
    dkpro, webanno = "de.tudarmstadt.ukp.dkpro.core.api", "de.tudarmstadt.ukp.clarin.webanno.api.type"
    token = types.create_type(f"{dkpro}.segmentation.type.Token", "uima.tcas.Annotation")
    sentence = types.create_type(f"{dkpro}.segmentation.type.Sentence", "uima.tcas.Annotation")
    types.create_feature(token, "order", "uima.cas.Integer")
    types.create_feature(sentence, "id", "uima.cas.String")
    about = types.create_type(f"{dkpro}.metadata.type.DocumentMetaData", "uima.tcas.DocumentAnnotation")
    types.create_feature(about, "documentTitle", "uima.cas.String")
    layer = types.create_type(f"{webanno}.LayerDefinition", "uima.cas.TOP")
    types.create_feature(layer, "uiName", "uima.cas.String")
    relation = types.create_type("webanno.custom.Relation", "uima.tcas.Annotation")  # another layer of the project
    for end in ("Governor", "Dependent"):
        types.create_feature(relation, end, "uima.tcas.Annotation")
    reading = types.create_type("webanno.custom.Reading", "uima.cas.AnnotationBase")  # one of the whole document
    types.create_feature(reading, "done", "uima.cas.Boolean")
    found.add(about(begin=0, end=len(text), documentTitle="LK24.txt", language="en"))
    found.add(layer(uiName="Claimtrack"))
    found.add(reading(done=True))
    tokens = [token(begin=at.start(), end=at.end(), order=0) for at in re.finditer(r"\S+", text)]
    found.add_all([*tokens, sentence(begin=0, end=len(text), id="1")])
    found.add(relation(begin=tokens[1].begin, end=tokens[1].end, Governor=tokens[0], Dependent=tokens[1]))
    return found


def test_what_was_marked_in_inception_comes_in_beside_what_was_there(lights, came_back, ended):
    """A claim more, with values of several, written by the tool; its tokens, relations and metadata are left alone."""
    words = "the storm season"

    def annotate(content: bytes) -> bytes:
        found = as_inception_has_it(content.decode())
        at = found.sofa_string.index(words)
        item = found.typesystem.get_type(uima_cas.ITEM)
        cells = {"item": "C11", "own_words": "Storms come to Sarema in a season.", "claim_type": "background"}
        cells |= {"commitment": "presupposed", "checkability_reason": "public_record", "subject": "fishers; skippers"}
        found.add(item(begin=at, end=at + len(words), **cells))
        return found.to_json().encode()

    before = {name: table(lights, name) for name in ("claims", "calls", "anchors")}
    came_back("uima-cas", annotate)
    claims = {row["claim_id"]: row for row in table(lights, "claims")}
    assert claims.pop("LK24-C011")["claim"] == "Storms come to Sarema in a season."
    assert list(claims.values()) == before["claims"] and table(lights, "calls") == before["calls"]
    (anchor,) = (row for row in table(lights, "anchors") if row["claim_id"] == "LK24-C011")
    assert canonical(TEXT)[int(anchor["start"]) : int(anchor["end"])] == words
    who = {
        row["actor_id"]
        for row in table(lights, "participants")
        if (row["claim_id"], row["role"]) == ("LK24-C011", "subject")
    }
    assert who == {"fishers", "skippers"}


def test_a_feature_of_several_values_is_a_cell_of_several(lights, ended):
    types = cassis.TypeSystem()
    made = types.create_type(LAYER, "uima.tcas.Annotation")
    types.create_feature(made, "item", "uima.cas.String")
    types.create_feature(made, "subject", "uima.cas.StringArray")
    found, at = cassis.Cas(types, sofa_string=TEXT), TEXT.index("has not said why")
    both = types.get_type("uima.cas.StringArray")(elements=["fishers", "skippers"])
    found.add(made(begin=at, end=at + 16, item="C3", subject=both))
    assert brought_in(ended, found.to_json()).code == 0
    assert "fishers; skippers" in Path("../made.csv").read_text(encoding="utf-8-sig")


def test_the_layers_for_a_project_have_every_column_before_anything_is_coded(lights, ended):
    for name in ("claims", "calls", "anchors", "participants", "item_rights", "grounds"):
        path = lights / "data" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert ended(*WORDS, *FORM, "--to", "../out").code == 0
    assert (
        ended(*WORDS, *FORM, "--layers", "../layers.xml").out
        == "../layers.xml: the layers, to be imported by a project\n"
    )
    raw = Path("../layers.xml").read_bytes()
    assert raw.startswith(b"<?xml")  # by which INCEpTION knows it for a type system
    types = cassis.load_typesystem(raw.decode())
    features = {feature.name for feature in types.get_type(uima_cas.ITEM).features}
    assert {"item", "own_words", "claim_type", "affected", "rights_inferred", "grounds"} <= features
    assert {feature.name for feature in types.get_type(uima_cas.SENTENCE).features} == {*OF_SENTENCES}
    told = json.loads(Path("../out").read_text(encoding="utf-8"))
    assert told["%TYPES"].keys() == {uima_cas.ITEM, uima_cas.SENTENCE} and "claim_type" in told["%TYPES"][uima_cas.ITEM]


@pytest.mark.parametrize(
    "words, said",
    [
        ((), "add --format uima-cas"),
        ((*FORM, "--to", "../out"), "give one of them"),
        ((*FORM, "--from", "../out", "--worksheet", "../made.csv"), "give one of them"),
    ],
)
def test_layers_are_those_of_uima_and_go_out_alone(lights, ended, words, said):
    """One file a run, so that a run that is stopped leaves all or nothing."""
    done = ended(*WORDS, *words, "--layers", "../layers.xml")
    assert done.code == 2 and said in done.err
    assert not Path("../layers.xml").exists()


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "in:1:1: not JSON"),
        ("{}", "is no CAS in JSON"),
        ("PK\x03\x04 and more", "in: is a zip; unpack it"),
        ("<?xml version='1.0'?><xmi:XMI/>", "in: is XML; export it as UIMA CAS JSON"),
        (cas(label="C3"), "with a column of the worksheet as a feature, such as item"),
        (cas(item="C3", claim_typ="event"), '"claim_typ" is no column of the worksheet, such as claim_type'),
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
