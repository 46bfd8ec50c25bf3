"""Cells that a spreadsheet would run are made inert; others stay as they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core.formula import FORMULA, FULL_WIDTH, SIGNS, inert


@pytest.mark.parametrize(
    "text, expected",
    [
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ("-HYPERLINK(x)", "'-HYPERLINK(x)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-5", "'-5"),  # a number, which a spreadsheet runs all the same once it stands for a text
        ("＝1+1", "'＝1+1"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t'=1"),  # one for those that strip the tab, one for those to whom it is between two cells
        ("\tx", "'\tx"),
        ("\ufeff=1", "'\ufeff=1"),
        ("a;=1", "a;'=1"),
        ("a\n=1\n@b", "a\n'=1\n'@b"),
        ("a\r\n=1", "a\r'\n'=1"),
        ("a; =1;+2", "a;' =1;'+2"),
    ],
)
def test_each_beginning_of_a_formula_gets_an_apostrophe(text, expected):
    assert inert(text) == expected


@pytest.mark.parametrize("text", ["", "a", "a=1", "1-2", "a; b", "x,=1", "a =1", "'=1", "ភ្នំពេញ", "a\nb"])
def test_other_texts_stay_as_they_are(text):
    assert inert(text) == text


@given(st.text("=+-@＝＋－＠;\t\r\n \ufeff\u200b,'a1", max_size=20))
def test_nothing_that_is_inert_begins_like_a_formula(text):
    made = inert(text)
    assert "'" in text or made.replace("'", "") == text  # nothing but apostrophes is added
    for piece in re.split("[;\t\r\n]", made):
        assert not piece.lstrip(" \ufeff\u200b").startswith((*SIGNS, *FULL_WIDTH)), piece
    assert inert(made) == made


@pytest.mark.parametrize(
    "text, runs",
    [
        *(
            (text, True)
            for text in ("=x", "=1+1", '="a"', "= A1", "=cmd|' /C calc'!A0", "=-1", "={1}", "='Sheet 1'!A1")
        ),
        *((text, True) for text in ("+cmd|x", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "+SUM(A1:B2)", "-HYPERLINK(x)")),
        *(
            (text, True)
            for text in ("-2+SUM(A1)*3", "+A1", "-$B$12", "-AB7+C8", "@SUM(1+1)*cmd|' /C calc'!A0", "+B1!C2")
        ),
        *(
            (text, False)
            for text in ("+Europa", "-20 Freezer", "- first item", "-", "+39 06 1234", "@home", "-5", "a=b")
        ),
        *(
            (text, False)
            for text in ("=", "==", "=> next", "== title ==", "- list(s) of names", "-5 (estimate)", "+/- 3")
        ),
        *(
            (text, False)
            for text in ("@home and @work", "-A1 road", "- a | b", "+1 (555) 0100", "@author(s) unknown", "--")
        ),
    ],
)
def test_which_cells_are_run(text, runs):
    assert bool(re.search(FORMULA, text)) == runs
