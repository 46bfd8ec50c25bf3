"""The canonical text."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from claimtrack.tracking.canonical import canonical, check_letters, sha256

# Texts rich in what the profile is about: quotes, kinds of white space, marks that compose.
TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from("‘’‚‛“”„‟'\" \t\n\r\u00a0\u2028\u3000\u200b\u0301\u0308aeÅé\u1100\u1161"),
        st.characters(codec="utf-8"),
    )
)


def test_folds_quotes_and_white_space():
    assert canonical("\n“Sailors’\u00a0 \t‘light’”\u2009 ") == "\"Sailors' 'light'\""


def test_composes_and_leaves_the_rest():
    assert canonical("e\u0301 \u2032 « \u200b") == "é \u2032 « \u200b"


def test_control_separators_are_no_white_space():
    assert canonical("a\x1cb") == "a\x1cb"


@given(TRICKY)
def test_twice_is_once(text):
    once = canonical(text)
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "  " not in once and once == once.strip(" ")


@given(TRICKY)
def test_composition_does_not_matter(text):
    assert canonical(unicodedata.normalize("NFD", text)) == canonical(text)


def test_hashes_are_those_of_the_standard():
    # FIPS 180-4 test vector for "abc"
    assert sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_check_letters_are_the_hash_in_letters():
    digits = sha256("ab 1")[:8]
    assert check_letters("ab", 1) == "".join("abcdefghijklmnop"[int(digit, 16)] for digit in digits)
