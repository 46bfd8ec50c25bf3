"""Shows each claim and call beside the words it rests on, from the reader's own copy of the statement.

The words are the statement's, under its licence, and no part of the dataset: they go to the terminal, or into a file of the
reader's outside the package. That file has the columns that `python -m validator.pointers` asks for, so that it serves
as the quotes file when a claim is added.
"""

import os
import re
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import zip_longest
from pathlib import Path

from .findings import Unusable
from .proof import Pointer, Proof, Source
from .seal import as_csv, read_tables
from .text import visible


@dataclass(frozen=True)
class Quote:
    """Words of a statement: those of a whole segment, or those in it that carry a claim or call, given in our words in `text`.

    `occurrence` (from 1) tells which of several equal places in the segment is meant; it is empty where there is one. The
    field names are the columns of the file, the licence first.
    """

    licence: str
    statement_id: str
    segment_id: str
    claim_id: str
    call_id: str
    text: str
    quote: str
    occurrence: str


COLUMNS = [field.name for field in fields(Quote)]


def quotes(package: Path, found: Iterable[tuple[Proof, Source]]) -> list[Quote]:
    """The words of every pointer that was found, statement by statement: first the segments', then the items' in the order of the text."""
    statements, anchors, claims, calls = read_tables(package, "statements", "anchors", "claims", "calls")
    licences = {row["statement_id"]: row["licence"] for row in statements}
    items = {row["anchor_id"]: row for row in anchors}
    texts = {row["claim_id"]: row["claim"] for row in claims} | {row["call_id"]: row["demand"] for row in calls}
    rows = []
    for proof, source in found:
        about = (licences[proof.statement_id], proof.statement_id)
        rows += [Quote(*about, segment.id, "", "", "", _words(proof, source, segment), "") for segment in proof.segments if segment.id in proof.places]
        for anchor in sorted(proof.anchors, key=lambda anchor: anchor.start):
            if anchor.id in proof.places:
                claim, call = items[anchor.id]["claim_id"], items[anchor.id]["call_id"]
                words, occurrence = _words(proof, source, anchor).strip(" "), _occurrence(proof, source, anchor)
                rows.append(Quote(*about, anchor.segment_id, claim, call, texts.get(claim or call, ""), words, occurrence))
    return rows


def _words(proof: Proof, source: Source, pointer: Pointer) -> str:
    return source.text[proof.places[pointer.id] : proof.places[pointer.id] + pointer.length]


def _occurrence(proof: Proof, source: Source, anchor: Pointer) -> str:
    """Which of the equal places in its segment an anchor is, as `validator.pointers.locate` counts them."""
    segment = next(segment for segment in proof.segments if segment.id == anchor.segment_id)
    if segment.id not in proof.places:
        return ""
    words = _words(proof, source, anchor)
    start = proof.places[anchor.id] - proof.places[segment.id] + len(words) - len(words.lstrip(" "))
    places = [match.start() for match in re.finditer(f"(?={re.escape(words.strip(' '))})", _words(proof, source, segment))]
    return str(places.index(start) + 1) if len(places) > 1 else ""


def beside(rows: Iterable[Quote], width: int) -> Iterator[str]:
    """Lines of at most `width` characters: on the left each claim and call in our words, on the right the statement's."""
    by_item: dict[str, list[Quote]] = {}
    for row in rows:
        if row.claim_id or row.call_id:
            by_item.setdefault(row.claim_id or row.call_id, []).append(row)
    column, statement = max((width - 3) // 2, 20), None
    for id, own in by_item.items():
        if own[0].statement_id != statement:
            statement = own[0].statement_id
            told = f"{statement}: the words on the right are the statement's, under {own[0].licence}, and no part of the dataset."
            yield from ("", *textwrap.wrap(visible(told), width))
        left = textwrap.wrap(visible(f"{id} {own[0].text}"), column)
        right = [line for row in own for line in textwrap.wrap(visible(row.quote), column, initial_indent="· ", subsequent_indent="  ")]
        yield ""
        if 2 * column + 3 > width:  # too narrow for two columns
            yield from (*left, *(f"  {line}" for line in right))
        else:
            yield from (f"{ours:<{column}} | {theirs}".rstrip() for ours, theirs in zip_longest(left, right, fillvalue=""))


def refuse_place(name: str, package: Path) -> Path:
    """The file to write to. Raises Unusable where it lies inside the package, or is a file that was not written here."""
    path, home = Path(name).resolve(), (package if package.is_dir() else package.parent).resolve()
    if path.is_relative_to(home):
        raise Unusable(f"{name}: lies inside the package, where the statement's words must not be; name a file outside {home}")
    if not path.parent.is_dir():
        raise Unusable(f"{name}: there is no folder {path.parent}; make it, or name another")
    if path.exists() and not (path.is_file() and _is_ours(path)):
        raise Unusable(f"{name}: is there already and was not written by --quotes-to; name a new file, or delete it first")
    return path


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as handle:
            return handle.readline(10_000) == as_csv([COLUMNS])
    except OSError:
        return False


def write(rows: list[Quote], path: Path) -> None:
    """Writes the quotes as CSV, for the reader's eyes only. Raises Unusable."""
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner alone
        with os.fdopen(number, "w", encoding="utf-8", newline="") as handle:
            handle.write(as_csv([COLUMNS, *(asdict(row).values() for row in rows)]))
        os.replace(name, path)
    except OSError as error:
        raise Unusable(f"{path}: cannot be written: {error.strerror}") from None
