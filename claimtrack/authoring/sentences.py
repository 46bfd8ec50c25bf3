"""Cuts a text into paragraphs and sentences, and says which cuts a person should look at."""

import re
from dataclasses import dataclass

from claimtrack.core.errors import Unusable
from claimtrack.tracking.canonical import canonical

LONG = 60  # words; a sentence with more may be several
_OPENING, _QUOTES = "\"'([«„‹", "\"'«»„‹›"
_BULLET = re.compile(r"\s*(?:[-–•*·‣]|\(?[0-9]{1,2}[.)]|\(?[a-z]\))\s+")
_ENDS = re.compile(r"""[.!?…:;。！？][\s"'»›)\]]*$""")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text, in canonical form, with its paragraph (from 1). `doubt` says why the cut is doubtful."""

    text: str
    paragraph: int
    doubt: str | None = None


def cut(text: str, language: str) -> list[Sentence]:
    """Cuts a text into sentences; together they are the canonical text, with one space between them.

    Blank lines separate paragraphs; in a text without any, each line is one. An item of a list begins a paragraph. The
    sentences of a quotation are cut apart as others are. Raises Unusable for a text without words.
    """
    whole = canonical(text)
    if not whole:
        raise Unusable("the text has no words; save the statement as plain text")
    paragraphs = _paragraphs(text)
    if " ".join(paragraphs) != whole:  # a sign at a line's end belongs to one in the next, as a letter and its accent
        paragraphs = [whole]
    sentences: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs, 1):
        pieces = _pieces(paragraph, language)
        for before, piece in zip(["", *pieces], pieces, strict=False):
            sentences.append(Sentence(piece, number, _doubt(piece, before, len(pieces) == 1)))
    return sentences


def _paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text, in canonical form."""
    lines = text.splitlines()
    has_blank = any(not canonical(line) for line in lines[1:-1])
    paragraphs: list[list[str]] = []
    goes_on = False
    for line in lines:
        if goes_on and has_blank and not _BULLET.match(line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        goes_on = bool(canonical(line))
    return [found for found in (canonical("\n".join(lines)) for lines in paragraphs) if found]


def _pieces(paragraph: str, language: str) -> list[str]:
    """Returns the sentences of a paragraph, both in canonical form."""
    from sentencex import get_sentence_boundaries  # only here, because few commands need it

    # The library keeps a quotation whole. Without its marks, each of which becomes a blank, its sentences are cut. An
    # apostrophe within a word stays.
    bare = re.sub(rf"(?<!\w)[{_QUOTES}]|[{_QUOTES}](?!\w)", " ", paragraph)
    starts = [0]
    for found in get_sentence_boundaries(language, bare):
        at = int(found["end_index"])
        while at < len(paragraph) and bare[at] == " ":
            at += 1
        while at > 1 and paragraph[at - 1] in _OPENING and paragraph[at - 2] not in ".!?":
            at -= 1
        is_between = 0 < at < len(paragraph) and paragraph[at - 1] == " "
        is_before_more = bool(re.search(r"\w", paragraph[at:]))
        if at > starts[-1] and is_between and (is_before_more or not found["is_paragraph_break"]):
            starts.append(at)
    return [paragraph[start:end].strip(" ") for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _doubt(piece: str, before: str, alone: bool) -> str | None:
    """Says why a person should look at a cut, or returns None."""
    words = piece.split()
    if before and re.search(r"\b[A-Z][a-z]{0,3}\.$", before):
        return "the one before ends with a short word that may be an abbreviation"
    if before and piece[:1].islower():
        return "it begins with a small letter"
    if len(words) > LONG:
        return f"it has {len(words)} words"
    if not alone and not _ENDS.search(piece):
        return "no mark ends it"
    if re.search(r"[.!?][\"')\]]*\s+[\"'(]?[A-Z]\w{2,}", piece):
        return "it may be two"
    return None
