"""Shows each claim and call beside the words on which it rests, taken from the user's own copy of the statement.

The words belong to the statement and its licence, and are no part of the dataset. They go to the terminal, or into a
file outside the package. This file has the columns that `claimtrack point` needs, so that it can be the quotes file
when the user adds a claim.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import zip_longest
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.visible import visible
from claimtrack.core.writing import PRIVATE, write_whole
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.table_io import as_csv
from claimtrack.tracking.verify import Pointer, Proof, Source


@dataclass(frozen=True)
class Quote:
    """The words of a whole segment of a statement, or the words in it on which a claim or call rests.

    `quote` has these words, and `text` has the claim or call in the dataset's own words. `occurrence` (from 1) selects
    one of several equal places in the segment; it is empty where there is only one. The field names are the columns of
    the file, the licence first.
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


def quotes(opened: OpenedPackage, found: Iterable[tuple[Proof, Source]]) -> list[Quote]:
    """Returns the words of every pointer that was found, statement by statement.

    The segments come first, and then the claims and calls in the order of the text.
    """
    statements, anchors, claims, calls = map(opened.rows, ("statements", "anchors", "claims", "calls"))
    licences = {row["statement_id"]: row["licence"] for row in statements}
    items = {row["anchor_id"]: row for row in anchors}
    texts = {row["claim_id"]: row["claim"] for row in claims} | {row["call_id"]: row["demand"] for row in calls}
    rows = []
    for proof, source in found:
        about = (licences[proof.statement_id], proof.statement_id)
        rows += [
            Quote(*about, segment.id, "", "", "", _words(proof, source, segment), "")
            for segment in proof.segments
            if segment.id in proof.places
        ]
        for anchor in sorted(proof.anchors, key=lambda anchor: anchor.start):
            if anchor.id in proof.places:
                claim, call = items[anchor.id]["claim_id"], items[anchor.id]["call_id"]
                item = anchor.segment_id or "", claim, call, texts.get(claim or call, "")
                words, occurrence = _words(proof, source, anchor).strip(" "), _occurrence(proof, source, anchor)
                rows.append(Quote(*about, *item, words, occurrence))
    return rows


def _words(proof: Proof, source: Source, pointer: Pointer) -> str:
    """Returns the words of a pointer that was found."""
    return source.text[proof.places[pointer.id] : proof.places[pointer.id] + pointer.length]


def _occurrence(proof: Proof, source: Source, anchor: Pointer) -> str:
    """Returns the number of an anchor among the equal places in its segment (see `pointers.locate`), or ""."""
    segment = next(segment for segment in proof.segments if segment.id == anchor.segment_id)
    if segment.id not in proof.places:
        return ""
    words = _words(proof, source, anchor)
    start = proof.places[anchor.id] - proof.places[segment.id] + len(words) - len(words.lstrip(" "))
    places = [
        match.start() for match in re.finditer(f"(?={re.escape(words.strip(' '))})", _words(proof, source, segment))
    ]
    return str(places.index(start) + 1) if len(places) > 1 else ""


def beside(rows: Iterable[Quote], width: int) -> Iterator[str]:
    """Yields lines of at most `width` characters in two columns.

    The left column has each claim and call in the dataset's words, the right column has the statement's words.
    """
    by_item: dict[str, list[Quote]] = {}
    for row in rows:
        if row.claim_id or row.call_id:
            by_item.setdefault(row.claim_id or row.call_id, []).append(row)
    column, statement = max((width - 3) // 2, 20), None
    for id, own in by_item.items():
        if own[0].statement_id != statement:
            statement = own[0].statement_id
            told = (
                f"{statement}: the words on the right are the statement's, under {own[0].licence}, "
                "and no part of the dataset."
            )
            yield from ("", *textwrap.wrap(visible(told), width))
        left = textwrap.wrap(visible(f"{id} {own[0].text}"), column)
        right = [
            line
            for row in own
            for line in textwrap.wrap(visible(row.quote), column, initial_indent="· ", subsequent_indent="  ")
        ]
        yield ""
        if 2 * column + 3 > width:  # too narrow for two columns
            yield from (*left, *(f"  {line}" for line in right))
        else:
            yield from (
                f"{ours:<{column}} | {theirs}".rstrip() for ours, theirs in zip_longest(left, right, fillvalue="")
            )


def refuse_place(name: str, root: Path) -> Path:
    """Returns the path of the file to write to.

    Raises Unusable where it is inside the package, or where the file exists and was not written by this module.
    """
    path, root = Path(name).resolve(), root.resolve()
    if path.is_relative_to(root):
        raise Unusable(
            f"{name}: lies inside the package, where the statement's words must not be; name a file outside {root}"
        )
    if not path.parent.is_dir():
        raise Unusable(f"{name}: there is no folder {path.parent}; make it, or name another")
    if path.exists() and not (path.is_file() and _is_ours(path)):
        raise Unusable(
            f"{name}: is there already and was not written by --quotes-to; name a new file, or delete it first"
        )
    return path


def _is_ours(path: Path) -> bool:
    """Tells whether this module wrote a file, from its header."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as handle:
            return handle.readline(10_000) == as_csv([COLUMNS])
    except OSError:
        return False


def write(rows: list[Quote], path: Path) -> None:
    """Writes the quotes as a CSV file that only its owner can read. Raises Unusable."""
    content = as_csv([COLUMNS, *(asdict(row).values() for row in rows)])
    write_whole(path, content.encode("utf-8"), PRIVATE)
