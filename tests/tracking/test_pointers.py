"""The tool that computes positions and hashes from a copy of the text."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.commands.main import main
from claimtrack.package.table_io import read_rows
from claimtrack.tracking.canonical import canonical, check_letters, sha256
from claimtrack.tracking.pointers import Mismatch, close_gaps, compute, locate, tile
from tests.tools.example import GOOD, Example

TEXT = canonical((GOOD / "statement.txt").read_text(encoding="utf-8"))
WORDS = st.lists(st.text(alphabet="abc", min_size=1, max_size=3), min_size=1, max_size=12)


def test_locate_finds_the_quote_as_typeset():
    start, end = locate(TEXT, "“The former", (0, len(TEXT)))
    assert TEXT[start:end] == '"The former'


@pytest.mark.parametrize("quote, word", [("the moon", "is not in"), ("", "is not in"), ("e", "times")])
def test_locate_refuses_to_guess(quote, word):
    with pytest.raises(Mismatch, match=word):
        locate(TEXT, quote, (0, len(TEXT)))


def test_locate_takes_the_occurrence_asked_for():
    assert locate("ab ab ab", "ab", (0, 8), 2) == (3, 5)
    with pytest.raises(Mismatch, match="no occurrence 4"):
        locate("ab ab ab", "ab", (0, 8), 4)


def test_locate_stays_in_its_segment():
    assert locate("ab. ab.", "ab", (4, 7)) == (4, 6)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6))
def test_tiles_leave_one_space_between(sentences):
    text = " ".join(sentences)
    spans = tile(text, sentences)
    assert [text[slice(*span)] for span in spans] == sentences
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    assert all(b[0] == a[1] + 1 for a, b in pairwise(spans))


def test_tile_names_the_sentence_left_out():
    with pytest.raises(Mismatch, match='no segment holds the text from "Two'):
        tile("One. Two.", ["One."])
    with pytest.raises(Mismatch, match="segment 1 should begin"):
        tile("One. Two.", ["Two."])


@given(WORDS)
def test_gaps_between_words_are_closed(words):
    text = '"' + ", ".join(words) + '."'
    spans = [m.span() for m in re.finditer("[abc]+", text)]
    closed = close_gaps(text, (0, len(text)), spans)
    assert sorted(set().union(*(range(*span) for span in closed))) == list(range(len(text)))
    assert all(new[0] <= old[0] and old[1] <= new[1] for new, old in zip(closed, spans, strict=True))


def test_uncoded_words_are_refused():
    with pytest.raises(Mismatch, match='no claim or call rests on "and two'):
        close_gaps("one and two.", (0, 12), [(0, 3)])


def test_pointers_lead_to_the_words(good: Example):
    for segment in read_rows(good.path("segments"))[1]:
        start, end = int(segment["start"]), int(segment["end"])
        assert sha256(TEXT[start:end]) == segment["sha256"]
        assert segment["pointer_check"] == check_letters("EX01", start, end, segment["sha256"])
    for anchor in read_rows(good.path("anchors"))[1]:
        assert sha256(TEXT[int(anchor["start"]) : int(anchor["end"])]) == anchor["sha256"]


def test_ids_stay_when_quotes_are_added(good: Example):
    quotes = read_rows(GOOD / "quotes.csv")[1]
    before = read_rows(good.path("anchors"))[1]
    extra = {"segment_id": "EX01-S01", "claim_id": "EX01-C003", "call_id": "", "quote": "vote", "occurrence": ""}
    compute("EX01", TEXT, [*quotes, extra], good.folder)
    after = read_rows(good.path("anchors"))[1]
    assert [row for row in after if row in before] == before
    assert [row["anchor_id"] for row in after if row not in before] == ["EX01-A010"]
    assert good.validate().exit_code == 0


def test_command(good: Example, capsys):
    before = good.path("anchors").read_bytes()
    command = [
        "point",
        "EX01",
        "--source",
        str(GOOD / "statement.txt"),
        "--quotes",
        str(GOOD / "quotes.csv"),
        "--package",
        str(good.folder),
    ]
    assert main(command) == 0
    assert good.path("anchors").read_bytes() == before
    assert main(["point", "EX99", *command[2:]]) == 2
    assert 'has no row "EX99"' in capsys.readouterr().err
