"""Rules on the letters of texts: what a reader sees must be what is there."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import narwhals as nw

from .common import looked_at, on, rowwise

# Categories of Unicode whose characters cannot be seen, or mean nothing to others: control, format, private use,
# surrogate, not assigned. ZERO WIDTH (NON-)JOINER are needed in the middle of words of several scripts.
UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn")
JOINERS = "\u200c\u200d"
# Scripts whose letters look like those of another one. A word is written in one of them.
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE")
# What is left of a letter or quotation mark beyond ASCII where UTF-8 was read as Windows-1252, and the sign for what
# could not be read at all. Pairs that can stand in a text in capitals ("IRMÃ»") are not among them.
MISREAD = re.compile("â€[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[ÂÃ][\u00a1-\u00a9\u00ac-\u00b9\u00bc-\u00bf]|\ufffd")
MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]+);")


def has_unseen(text: str | None) -> bool:
    """Tells whether a text has a character that cannot be seen or was read wrongly, or a word in two scripts."""
    if text is None:
        return False
    if text.isascii():
        return not text.isprintable()
    if MISREAD.search(text) or any(unicodedata.category(each) in UNSEEN and each not in JOINERS for each in text):
        return True
    return any(len(_scripts(word)) > 1 for word in re.findall(r"[^\W\d_]+", text))


def _scripts(word: str) -> set[str]:
    """Returns the scripts of a word's letters, among those whose letters look alike."""
    return {script for letter in word if (script := _script(letter)) in SCRIPTS}


@lru_cache(1000)
def _script(letter: str) -> str:
    """Returns the script of a letter: the first word of its name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _seen(*columns: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that texts have no character that is not seen or was read wrongly, and no word in two scripts."""

    def letter_that_is_not_seen(rows: nw.LazyFrame) -> nw.LazyFrame:
        """A text has a character that cannot be seen or was read wrongly, or a word with letters of two scripts.

        Why: it reads like another text and is found by no search for it.
        Mend: type the word anew; where many are wrong, read the file they came from as UTF-8.
        """
        return looked_at(rows, rowwise(lambda *texts: any(map(has_unseen, texts))), *columns)

    return letter_that_is_not_seen


def _plain(*columns: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that texts have no markup."""

    def markup_in_a_text(rows: nw.LazyFrame) -> nw.LazyFrame:
        """A text has a tag or a character reference of HTML.

        Why: the texts are plain; what is shown on a page would show the tag, or run it.
        Mend: write the text without it.
        """
        return looked_at(rows, rowwise(lambda *texts: any(map(has_markup, texts))), *columns)

    return markup_in_a_text


def has_markup(text: str | None) -> bool:
    """Tells whether a text has a tag or a character reference of HTML."""
    return text is not None and ("<" in text or "&" in text) and MARKUP.search(text) is not None


CLM111 = on(_seen("claim", "time_note", "ambiguity_note", "added_context"), "claims", "CLM111", "claim")
CLM112 = on(_plain("claim", "time_note", "ambiguity_note", "added_context"), "claims", "CLM112", "claim")
CAL104 = on(_seen("demand", "condition", "ambiguity_note", "added_context"), "calls", "CAL104", "demand")
CAL105 = on(_plain("demand", "condition", "ambiguity_note", "added_context"), "calls", "CAL105", "demand")
ACT109 = on(_seen("name", "description", "role"), "actors", "ACT109", "name", "description")
ACT110 = on(_plain("name", "description", "role"), "actors", "ACT110", "name", "description")
SRC105 = on(_seen("publisher", "originator", "title", "locator"), "sources", "SRC105", "title")
SRC106 = on(_plain("publisher", "originator", "title", "locator"), "sources", "SRC106", "title")
EVI104 = on(_seen("finding", "note"), "evidence", "EVI104", "finding", "note")
EVI105 = on(_plain("finding", "note"), "evidence", "EVI105", "finding", "note")
FUP106 = on(_seen("finding", "note"), "follow_ups", "FUP106", "finding", "note")
FUP107 = on(_plain("finding", "note"), "follow_ups", "FUP107", "finding", "note")
CRI101 = on(_seen("criterion"), "criteria", "CRI101", "criterion")
CRI102 = on(_plain("criterion"), "criteria", "CRI102", "criterion")
RSP104 = on(_seen("finding", "note"), "responses", "RSP104", "finding", "note")
RSP105 = on(_plain("finding", "note"), "responses", "RSP105", "finding", "note")
STA106 = on(_seen("title", "published_note"), "statements", "STA106", "title", "published_note")
STA107 = on(_plain("title", "published_note"), "statements", "STA107", "title", "published_note")
SEG106 = on(_seen("no_item_reason"), "segments", "SEG106", "no_item_reason")
SEG107 = on(_plain("no_item_reason"), "segments", "SEG107", "no_item_reason")
RGT102 = on(_seen("label", "definition"), "rights", "RGT102", "label", "definition")
RGT103 = on(_plain("label", "definition"), "rights", "RGT103", "label", "definition")
COD103 = on(_seen("label", "definition"), "codes", "COD103", "label", "definition")
COD104 = on(_plain("label", "definition"), "codes", "COD104", "label", "definition")
COG105 = on(_seen("note"), "codings", "COG105", "note")
COG106 = on(_plain("note"), "codings", "COG106", "note")
REV103 = on(_seen("note"), "reviews", "REV103", "note")
REV104 = on(_plain("note"), "reviews", "REV104", "note")

CONTACT = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}|\+[0-9][0-9 ()./-]{7,}[0-9]"  # an e-mail address or telephone


def _apart(*columns: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that texts have no e-mail address and no telephone number."""

    def way_to_reach_somebody(rows: nw.LazyFrame) -> nw.LazyFrame:
        """A text has an e-mail address or a telephone number.

        Why: a reader could reach, and harm, whoever it belongs to. (A body can make its own public by right.)
        Mend: take it out.
        """
        found = (nw.col(name).str.contains(CONTACT) for name in columns)
        return rows.filter(nw.any_horizontal(*found, ignore_nulls=True))

    return way_to_reach_somebody


ACT111 = on(
    _apart("name", "description", "role"), "actors", "ACT111", "description", "name", "role", severity="warning"
)
CLM113 = on(
    _apart("claim", "ambiguity_note", "added_context"),
    "claims",
    "CLM113",
    "claim",
    "ambiguity_note",
    severity="warning",
)
CAL106 = on(
    _apart("demand", "condition", "ambiguity_note", "added_context"), "calls", "CAL106", "demand", severity="warning"
)
EVI106 = on(_apart("finding", "note"), "evidence", "EVI106", "finding", "note", severity="warning")
FUP108 = on(_apart("finding", "note"), "follow_ups", "FUP108", "finding", "note", severity="warning")
RSP106 = on(_apart("finding", "note"), "responses", "RSP106", "finding", "note", severity="warning")
