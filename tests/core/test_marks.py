"""Long runs of combining marks are recognised quickly, and nothing else is one."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core.marks import LAST, MOST, is_heaped


def test_a_heap_is_a_run_of_marks():
    assert is_heaped("a" + "\u0301" * (MOST + 1)) and is_heaped("a" + "\u0316\u0301" * 600_000)
    assert not is_heaped("a" + "\u0301" * MOST) and not is_heaped("e\u0301" * 10_000) and not is_heaped("a" * 10_000)


@given(st.text(max_size=50))
def test_no_short_text_is_a_heap(text):
    assert not is_heaped(text)


def test_every_mark_of_unicode_counts():
    later = [code for code in range(LAST, 0x110000) if unicodedata.combining(chr(code))]
    assert later == [] and all(is_heaped(mark * (MOST + 1)) for mark in ("\u0591", "\u17d2", "\U0001e94a"))
