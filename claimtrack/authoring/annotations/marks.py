"""Turns the rows of a worksheet into marks on a text, as annotation tools have them, and marks into rows.

A mark is a span of the text with cells of the worksheet: those of a sentence, or those of words on which a claim or
call rests. What a claim or call says stands in one of its marks.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from claimtrack.authoring.annotations.aligned import Aligned
from claimtrack.authoring.draft import Draft, Row
from claimtrack.authoring.worksheet import SENTENCE, columns, quoted, rows_of
from claimtrack.core.errors import Unusable
from claimtrack.core.marks import is_heaped
from claimtrack.tracking.canonical import canonical
from claimtrack.tracking.pointers import Span, locate, tile

WORDS = ("sentence", "quote", "occurrence")  # the columns that a mark has no cells for, since it has the words
OF_SENTENCES = [name for name in SENTENCE if name not in WORDS]

_ODD = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # control characters, and halves of a surrogate pair


@dataclass
class Mark:
    """A span of a text as it was saved, with cells of the worksheet by column. `name` is how an error calls it."""

    start: int
    end: int
    cells: Row = field(default_factory=dict)
    name: str = ""

    @property
    def is_of_item(self) -> bool:
        """Tells whether the mark is about a claim or call. Any other is about a sentence."""
        return bool(self.cells.get("item"))


def cell_names(draft: Draft) -> list[str]:
    """Returns the columns of the worksheet that a mark may have as cells."""
    return [name for name in columns(draft) if name not in WORDS]


def marks_of(draft: Draft, statement_id: str, aligned: Aligned) -> list[Mark]:
    """Returns the marks of a statement as it is coded now: each sentence, and then what stands in it.

    Claims and calls that are retired rest on no words, and have no mark.
    """
    rows = rows_of(draft, statement_id, aligned.text)
    spans = iter(tile(aligned.text, [row["sentence"] for row in rows if row.get("sentence")]))
    marks, within = [], (0, 0)
    for row in rows:
        cells = {name: value for name, value in row.items() if value and name not in WORDS}
        if row.get("sentence"):
            within = next(spans)
            about = {name: cells.pop(name) for name in OF_SENTENCES if name in cells}
            marks.append(Mark(*aligned.to_saved(*within), about))
        if cells.get("item") and cells.get("status") != "retired":
            marks.append(Mark(*aligned.to_saved(*_span(aligned.text, row, within)), cells))
    return marks


def _span(text: str, row: Row, within: Span) -> Span:
    """Returns the span of a row's quote, which is the whole sentence where it has none."""
    if not row.get("quote"):
        return within
    return locate(text, row["quote"], within, int(row.get("occurrence") or 0) or None)


def rows_from(marks: Sequence[Mark], draft: Draft, statement_id: str, aligned: Aligned) -> list[Row]:
    """Returns the rows of a worksheet that says what marks say.

    Sentences are cut as the marks of sentences have it, or as the package does where there is none. A mark that runs
    over several sentences has a row in each. Retired claims and calls of the package, which have no mark, are added.
    Raises Unusable for a mark that does not fit into the worksheet.
    """
    known = set(cell_names(draft))
    for mark in marks:
        _check(mark, known, aligned)
    items = [(aligned.to_canonical(mark.start, mark.end), mark) for mark in marks if mark.is_of_item]
    sentences = [(aligned.to_canonical(mark.start, mark.end), mark) for mark in marks if not mark.is_of_item]
    if not sentences:
        sentences = _of_package(draft, statement_id)
    items.sort(key=lambda each: each[0])
    sentences.sort(key=lambda each: each[0])
    rows: list[Row] = []
    told: set[int] = set()  # the marks whose cells stand in some row
    for (start, end), sentence in sentences:
        words = aligned.text[start:end]
        first: Row = {**sentence.cells, "sentence": words}
        inside = [(span, mark) for span, mark in items if span[0] < end and span[1] > start]
        for number, (span, mark) in enumerate(inside):
            part = max(span[0], start), min(span[1], end)
            cells = {"item": mark.cells["item"]} if id(mark) in told else mark.cells
            told.add(id(mark))
            row = {**cells, **quoted(aligned.text[slice(*part)], words, part[0] - start)}
            rows.append({**first, **row} if not number else row)
        if not inside:
            rows.append(first)
    if stray := next((mark for _, mark in items if id(mark) not in told), None):
        raise Unusable(f"{stray.name}: stands in no sentence; mark a sentence around it, too, or none at all")
    here = {row["item"] for row in rows if row.get("item")}
    retired = [row for row in rows_of(draft, statement_id, aligned.text) if row.get("status") == "retired"]
    return [*rows, *(row for row in retired if row["item"] not in here)]


def _check(mark: Mark, known: Iterable[str], aligned: Aligned) -> None:
    """Raises Unusable for a mark with a column that it cannot have, or on blanks alone."""
    start, end = aligned.to_canonical(mark.start, mark.end)
    if start >= end:
        raise Unusable(f"{mark.name}: marks no words; mark some")
    odd = next((name for name, value in mark.cells.items() if _ODD.search(name + value)), None)
    if odd is not None:
        raise Unusable(f"{mark.name}: {odd[:40]} has a character that no text has; delete it")
    unknown = next((name for name in mark.cells if name not in known), None)
    if unknown is not None:
        near = next(iter(get_close_matches(unknown, known, 1)), "item, own_words or claim_type")
        raise Unusable(f'{mark.name}: "{unknown[:40]}" is no column of the worksheet, such as {near}; correct it')
    if not mark.cells:
        raise Unusable(f"{mark.name}: says nothing; write C1, K1 or the like as its item, or delete it")
    alien = next((name for name in mark.cells if (name in OF_SENTENCES) == mark.is_of_item), None)
    if alien and mark.is_of_item:
        raise Unusable(
            f"{mark.name}: {alien} is about a sentence; put it on a mark of the whole sentence, without item"
        )
    if alien:
        raise Unusable(f"{mark.name}: says {alien}, and not of which item; write C1, K1 or the like")


def _of_package(draft: Draft, statement_id: str) -> list[tuple[Span, Mark]]:
    """Returns the sentences of a statement as the package has them."""
    own = [row for row in draft.rows("segments") if row["statement_id"] == statement_id and row["start"]]
    if not own:
        raise Unusable(f"{statement_id} has no sentences in the package; add it by `claimtrack add statement`")
    found = []
    for row in own:
        cells = {name: row[name] for name in OF_SENTENCES if row.get(name)}
        cells["segment"] = row["segment_id"].rpartition("-")[2]
        found.append(((int(row["start"]), int(row["end"])), Mark(0, 0, cells)))
    return found


def parsed(content: bytes, path: Path) -> Any:
    """Returns what a file of JSON says. Raises Unusable."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unusable(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}; export it again") from None
    except (RecursionError, ValueError):
        raise Unusable(f"{path}: nested too deeply, or has too long a number, for annotations") from None


Texts = tuple[Aligned, Aligned] | None  # a text that a file has, and the user's; None where the two are the same


def one_text(theirs: str, ours: str, name: str) -> Texts:
    """Returns a text that a file has beside the user's. Raises Unusable where it is another than the user's."""
    if theirs == ours:
        return None
    pair = Aligned(theirs), Aligned(ours)
    if pair[0].text != pair[1].text:
        raise Unusable(f"{name} is another than that of --source; annotate the same text")
    return pair


def moved(span: Span, texts: Texts) -> Span:
    """Returns the span of the user's text for one of a text that a file has."""
    return span if texts is None else texts[1].to_saved(*texts[0].to_canonical(*span))


def placed(aligned: Aligned, exact: str, at: int | None, before: str, after: str, name: str) -> Span:
    """Returns the span of words in a text as it was saved, by the words themselves and by what stands around them.

    `at` is where they should begin, or None. Raises Unusable where they are not there, or where it cannot be told which
    of several equal places is meant.
    """
    if at is not None and aligned.saved[at : at + len(exact)] == exact:
        return at, at + len(exact)
    wanted = "" if is_heaped(exact) else canonical(exact)
    places, start = [], aligned.text.find(wanted) if wanted else -1
    while start >= 0:
        places.append(start)
        start = aligned.text.find(wanted, start + 1)
    if not places:
        raise Unusable(f'{name}: "{exact[:60]}" is not in the text; is --source another text?')
    ends = canonical(before[-32:]), canonical(after[:32])
    fitting = [
        place
        for place in places
        if aligned.text[:place].rstrip().endswith(ends[0])
        and aligned.text[place + len(wanted) :].lstrip().startswith(ends[1])
    ]
    if len(places) > 1 and len(fitting) != 1:
        raise Unusable(f'{name}: "{exact[:60]}" stands {len(places)} times in the text; give its position, too')
    place = fitting[0] if fitting else places[0]
    return aligned.to_saved(place, place + len(wanted))
