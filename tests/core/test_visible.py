"""Texts made fit to be shown."""

import pytest

from claimtrack.core.visible import visible


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain é ខ្មែរ 🗳", "plain é ខ្មែរ 🗳"),
        ("a\nb\x1b[31m", "a\\u000ab\\u001b[31m"),
        ("\u202e\u200b\xa0\xad\ufeff", "\\u202e\\u200b\\u00a0\\u00ad\\ufeff"),
        ("\u061c\U000e0041\u3000", "\\u061c\\U000e0041\\u3000"),
        ("\udcff\uffff", "\\udcff\\uffff"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text, shown):
    assert visible(text) == shown
