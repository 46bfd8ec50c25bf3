"""Runs of words that texts of a package share with a statement: what counts as one, and where it is told."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.tracking.own_words import placed_words, runs, shared_runs, words

SAID = "The board of the ferries raised every fare on Monday, without a word."


@pytest.mark.parametrize(
    "text, found",
    [
        ("The Board's “fare”-table, 2024", ["the", "boards", "fare", "table", "2024"]),
        ("l\u2019été d\u2019ici", ["lété", "dici"]),
        ("ÉTÉ Straße", ["été", "strasse"]),
        ("किताब पढ़ी", ["किताब", "पढ़ी"]),
        ("soft\u00adly zero\u200bwidth", ["softly", "zerowidth"]),
        ("' - _ $", []),
    ],
)
def test_words_are_compared_without_case_and_punctuation(text, found):
    assert words(text) == found


@given(st.text(max_size=60))
def test_each_word_stands_where_it_is_said_to(text):
    placed = placed_words(text)
    assert all(0 <= start < end <= len(text) for _, start, end in placed)
    assert all(before[2] <= after[1] for before, after in pairwise(placed))
    assert [words(text[start:end]) for _, start, end in placed] == [[word] for word, _, _ in placed]


@pytest.mark.parametrize(
    "ours, told",
    [
        ("They say: the board of the ferries RAISED every fare.", [(8, "the board of the ferries RAISED every fare")]),
        ("The board of the ferries raised", [(6, "The board of the ferries raised")]),
        ("The board of the ferries", []),
        ("The board of all the ferries raised every fare", []),
        ("ferries raised every fare on Monday", [(6, "ferries raised every fare on Monday")]),
        ("", []),
        (
            "the board of the ferries raised, and every fare on Monday without a",
            [(6, "the board of the ferries raised"), (7, "every fare on Monday without a")],
        ),
    ],
)
def test_a_longer_run_counts_once(ours, told):
    told = [(len(words(said)), said) for _, said in told]
    assert [(number, said) for number, _, said, _ in shared_runs(ours, runs(SAID))] == told


@given(st.lists(st.sampled_from(words(SAID)), max_size=30), st.integers(1, 7))
def test_what_is_told_is_what_the_two_have_in_common(said, length):
    """Every run of so many words that both have lies in one that is told, and no other does."""
    ours = " ".join(said)
    told = [run for _, _, part, _ in shared_runs(ours, runs(SAID, length), length) for run in runs(part, length)]
    assert set(told) == runs(ours, length) & runs(SAID, length)
