"""A text cut into sentences: nothing is lost, and doubtful cuts are named."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.authoring.sentences import cut
from claimtrack.core.errors import Unusable
from claimtrack.tracking.canonical import canonical
from claimtrack.tracking.pointers import tile


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in cut(text, "en")]


@given(st.text(alphabet=st.sampled_from("ab Z.!?\"“”'’()\n\t -1é\u00a0"), max_size=80))
def test_the_sentences_tile_the_text(text):
    whole = canonical(text)
    if not whole:
        with pytest.raises(Unusable, match="no words"):
            cut(text, "en")
        return
    sentences = cut(text, "en")
    spans = tile(whole, [sentence.text for sentence in sentences])
    assert spans[0][0] == 0 and spans[-1][1] == len(whole)
    paragraphs = [sentence.paragraph for sentence in sentences]
    assert paragraphs[0] == 1 and all(b - a in (0, 1) for a, b in itertools.pairwise(paragraphs))


@given(st.text(max_size=60))
def test_any_text_at_all(text):
    if canonical(text):
        assert tile(canonical(text), texts(text))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("A ship left. Another came.", ["A ship left.", "Another came."]),
        ("It rose by 5.5 per cent, e.g. on ferries.", ["It rose by 5.5 per cent, e.g. on ferries."]),
        ("“They went. They must return.”", ['"They went.', 'They must return."']),
        ("He said: “We went. We return.” They left.", ['He said: "We went.', 'We return."', "They left."]),
        ("Title\n\nA line\nthat goes on. End.", ["Title", "A line that goes on.", "End."]),
        ("One line.\nAnother line", ["One line.", "Another line"]),
        ("List:\n\n- first\n- second", ["List:", "- first", "- second"]),
    ],
)
def test_cuts(text, expected):
    assert texts(text) == expected


def test_other_languages():
    assert next(s.text for s in cut("Le bateau part. M. Tamm reste.", "fr")) == "Le bateau part."
    assert len(cut("船走了。 人还在。", "zh")) == 2  # without a space between them, a segment cannot begin


@pytest.mark.parametrize(
    "text, words",
    [
        ("It was Gen. Then it went.", "abbreviation"),
        ("A " + "long " * 70 + "one.", "words"),
        ("He left. and she stayed.", None),
        ('"It comes in July." Then it went.', None),  # no abbreviation ends a quotation
    ],
)
def test_doubts(text, words):
    doubts = [sentence.doubt for sentence in cut(text, "en") if sentence.doubt]
    assert any(words in doubt for doubt in doubts) if words else not any("abbreviation" in doubt for doubt in doubts)


def test_a_plain_text_has_no_doubts():
    assert [s.doubt for s in cut("A title\n\nA ship left. Another came.", "en")] == [None] * 3
