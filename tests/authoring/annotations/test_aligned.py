"""Positions in a text as it was saved and in its canonical form: each leads to the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.authoring.annotations.aligned import Aligned
from claimtrack.tracking.canonical import canonical

TEXT = "Sarema:  Three\nkeepers\u00a0\n\n“Dry oil”, said Ma\u0308ri — no more. e\u0301te\u0301 \U0001f6e2 oil "


@given(st.text(max_size=40) | st.text(alphabet="a \n\u0301e\u00a0“”", max_size=30))
def test_the_canonical_text_is_that_of_the_profile(saved):
    assert Aligned(saved).text == canonical(saved)


@pytest.mark.parametrize("word", ["Sarema:", "Three keepers", '"Dry oil"', "Märi", "été", "\U0001f6e2 oil", "— no"])
def test_words_are_found_in_the_saved_text(word):
    aligned = Aligned(TEXT)
    start = aligned.text.index(word)
    found = aligned.to_saved(start, start + len(word))
    assert canonical(TEXT[slice(*found)]) == word
    assert aligned.to_canonical(*found) == (start, start + len(word))


@given(st.text(alphabet="a \n\u0301e\u00a0“b", max_size=30), st.data())
def test_a_span_of_the_canonical_text_comes_back(saved, data):
    aligned = Aligned(saved)
    spaces = [i for i, letter in enumerate(aligned.text) if letter == " "]
    begins, ends = [0, *(i + 1 for i in spaces)], [*spaces, len(aligned.text)]
    first = data.draw(st.integers(0, len(begins) - 1))
    last = data.draw(st.integers(first, len(ends) - 1))
    span = begins[first], ends[last]
    there = aligned.to_saved(*span)
    assert canonical(saved[slice(*there)]) == aligned.text[slice(*span)]
    assert aligned.to_canonical(*there) == (span if span[0] < span[1] else (0, 0))


def test_blanks_at_the_ends_do_not_count():
    aligned = Aligned(TEXT)
    assert aligned.text[slice(*aligned.to_canonical(7, 16))] == "Three k"
    assert aligned.to_canonical(7, 9) == (0, 0) and Aligned(" \n").to_canonical(0, 2) == (0, 0)
