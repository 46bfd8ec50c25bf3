"""The characters of regular cells, in the words of each engine: what its pattern takes is one cell of RFC 4180."""

import csv
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.reading.letters import BEYOND_ASCII, UNSEEN, Letters, for_java

DELIMITERS = st.sampled_from(",;|\t-]^")


def matches(pattern: str, text: str) -> bool:
    """Whether Rust's engine takes a text as a whole."""
    return pl.Series([text]).str.contains(f"^{pattern}$")[0]


@given(st.text('ab", ;|\t\n\r\x00\x1f\x7f\x85é\u200b-]^', max_size=8), DELIMITERS)
def test_a_cell_is_what_a_strict_reader_takes_for_one(text, delimiter):
    try:
        read = list(csv.reader([text], delimiter=delimiter, strict=True)) if "\r" not in text else []
    except csv.Error:
        read = []
    one = (len(read) == 1 and len(read[0]) == 1) or text == ""
    controls = re.search(r"[\x00-\x08\n\r\x1f\x7f]", text)
    assert matches(Letters().cell(delimiter), text) == (one and not controls and _is_well_quoted(text))


def _is_well_quoted(text: str) -> bool:
    """Whether quotes stand around a whole cell or not at all: a reader takes some within a bare cell for text."""
    return '"' not in text or re.fullmatch('"(?:[^"]|"")*"', text) is not None


@given(st.text('ab", ;|\t\n\x1f\x85é\u200b-]^', max_size=8), DELIMITERS)
def test_possessive_or_not_a_cell_is_the_same(text, delimiter):
    """Of Java's engine, which Python's equals in these signs."""
    plain, possessive = (Letters().cell(delimiter, possessive=each) for each in (False, True))
    assert bool(re.fullmatch(plain, text)) == bool(re.fullmatch(possessive, text)) == matches(plain, text)


@pytest.mark.parametrize("text", ['"a\nb"', '"\n"', '"a\n\n""b"'])
def test_line_feeds_stand_within_quotes_where_records_have_several_lines(text):
    assert not matches(Letters().cell(","), text)
    assert matches(Letters().with_feeds.cell(","), text)
    assert not matches(Letters().with_feeds.cell(","), text.strip('"').replace('""', ""))  # but never without quotes


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\r", "\x1f", "\x7f", '"', ","])
def test_controls_and_signs_stand_in_no_bare_cell(character):
    for letters in (Letters(), Letters(UNSEEN), Letters(BEYOND_ASCII), Letters().with_feeds):
        assert not matches(letters.bare(","), character)


def test_what_lies_beyond_is_left_out():
    for character, unseen, beyond in (
        ("é", True, False),
        ("\u200b", False, False),
        ("\u2003", False, False),
        ("a", True, True),
    ):
        for quoted in (False, True):
            pattern = [each.quoted() if quoted else each.bare(",") for each in (Letters(UNSEEN), Letters(BEYOND_ASCII))]
            assert [matches(each, character) for each in pattern] == [unseen, beyond], character


def test_what_is_excluded_stands_at_no_edge():
    letters = Letters().with_feeds
    assert not matches(letters.bare(",", " \t"), " ") and matches(letters.bare(","), " ")
    assert not matches(letters.quoted(" \t"), " ") and matches(letters.quoted(), " ")
    assert not matches(letters.quoted(" \t"), "\n") and matches(letters.quoted(), "\n")
    assert matches(letters.quoted(" \t"), '""')


def test_patterns_for_java():
    assert for_java(r"^[\u{80}-\u{a0}]$") == r"^[\x{80}-\x{a0}]\z"
    assert for_java("^a$|b") == "^a$|b" and for_java("a") == "a"
