"""Which texts have letters that cannot be seen, or markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.letters import CONTACT, has_markup, has_unseen


@pytest.mark.parametrize(
    "text",
    [
        "light\u00adhouse",  # SOFT HYPHEN
        "light\u200bhouse",  # ZERO WIDTH SPACE
        "light\ufeffhouse",  # ZERO WIDTH NO-BREAK SPACE
        "light\ue000house",  # private use
        "light\u2060house",  # WORD JOINER
        "light\x07house",
        "light\U000e0041house",  # a tag
        "light\u0378house",  # not assigned
        "lighthоuse",  # a Cyrillic o
        "Ηouse of lights",  # a Greek Eta
        "café".encode().decode("cp1252"),
        "the keeper’s – “lit".encode().decode("cp1252"),
        "10 ° north".encode().decode("cp1252"),
        "light\ufffdhouse",
    ],
)
def test_what_is_not_seen(text):
    assert has_unseen(text)


@pytest.mark.parametrize(
    "text",
    [
        "A lighthouse.",
        "Zoë's café, 7 July – “lit”",
        "маяк and lighthouse",
        "фонарь",
        "μ and α",
        "ភ្លើង",
        "می\u200cخواهم",
        "“IRMÔ, «IRMû",
        "SÃO PAULO, PÂTÉ; â 5 €",
        None,
        "",
    ],
)
def test_what_is_seen(text):
    assert not has_unseen(text)


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "a <br/> b", "x &amp; y", "&#39;", "&#x27;", "</p>", "<!-- x -->", "<a href=x>"]
)
def test_markup(text):
    assert has_markup(text)


@pytest.mark.parametrize("text", ["a < b and c > d", "R&D; more", "AT&T", "1 <2", "<3", "x & y;", "", None])
def test_no_markup(text):
    assert not has_markup(text)


@pytest.mark.parametrize(
    "text, found",
    [
        ("write to keeper@example.org.", True),
        ("call +999 12 345 678", True),
        ("call +999 (12) 345-678 now", True),
        ("@keeper on a network", False),
        ("it rose by +12 to +15", False),
        ("from 2023-07-21 to 2024-07-21", False),
        ("a@b", False),
    ],
)
def test_ways_to_reach_somebody(text, found):
    assert bool(re.search(CONTACT, text)) is found


@given(st.text())
def test_no_text_breaks_them(text):
    assert isinstance(has_unseen(text), bool) and isinstance(has_markup(text), bool)
