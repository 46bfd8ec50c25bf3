"""Recognises texts that are not composed (NFC), and those on which normalisation takes too long.

Normalisation sorts each run of combining marks, which takes time that grows with the square of its length.
"""

import re
import unicodedata
from functools import cache

# Marks in a row. The Stream-Safe Text Format allows 30 (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
MOST = 1000
LAST = 0x1F000  # no character from here on is a combining mark


@cache
def _run() -> re.Pattern[str]:
    """Returns the pattern of a run of more than `MOST` combining marks."""
    marks = "".join(chr(code) for code in range(0x300, LAST) if unicodedata.combining(chr(code)))
    return re.compile(f"[{re.escape(marks)}]{{{MOST + 1}}}")


def is_heaped(text: str) -> bool:
    """Tells whether a text has more than `MOST` combining marks in a row. The time is proportional to its length."""
    return len(text) > MOST and not text.isascii() and _run().search(text) is not None


def is_composed(text: str) -> bool:
    """Tells whether a text is in NFC, apart from characters that NFC takes apart or unifies.

    NFC decomposes some letters of Indic scripts and Hebrew, as keyboards type them, and replaces the ideographs that
    Unicode has for compatibility, which tell names apart (https://www.unicode.org/reports/tr15/#Primary_Exclusion_List_Table).
    """
    if unicodedata.is_normalized("NFC", text):
        return True
    kept = "".join(unicodedata.normalize("NFC", each) if _is_taken_apart(each) else each for each in text)
    return unicodedata.is_normalized("NFC", kept)


def _is_taken_apart(character: str) -> bool:
    """Tells whether NFC replaces a character by several, or by an ideograph."""
    composed = unicodedata.normalize("NFC", character)
    return len(composed) > 1 or (composed != character and unicodedata.name(character, "").startswith("CJK"))
