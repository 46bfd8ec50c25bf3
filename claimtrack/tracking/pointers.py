"""Computes every position, hash and check letter from a copy of the text, so that nobody has to type a number.

The quotes file has the statement's words, so the user keeps it outside the package. Its columns are `segment_id`,
`claim_id`, `call_id`, `quote` and `occurrence`. `occurrence` (from 1) is needed only where a quote occurs more than
once in its segment. Other columns, and the quotes of other statements, are ignored. A row without claim and call has
the whole text of a segment. Every other row has one span of the segment on which the item rests. The user runs this
again when quotes change. Anchors whose position does not change keep their ids.
"""

import re
from collections import defaultdict
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.marks import MOST, is_heaped
from claimtrack.core.paths import DESCRIPTOR
from claimtrack.core.writing import write_together
from claimtrack.package.checksums import sealed
from claimtrack.package.table_io import as_table, read_rows
from claimtrack.tracking.canonical import canonical, check_letters, sha256

Span = tuple[int, int]
IDENTITY = ("claim_id", "call_id", "segment_id", "start", "end")  # two anchors with equal values are the same anchor


class Mismatch(Unusable):
    """The quotes, the tables and the text do not fit together. The exception's text is one sentence for the user.

    `segment` is the number (from 1) of the segment that it is about, if it is about one.
    """

    def __init__(self, text: str, segment: int = 0):
        super().__init__(text)
        self.segment = segment


def locate(text: str, quote: str, within: Span, occurrence: int | None = None) -> Span:
    """Finds a quote in a canonical text, inside the span `within`.

    Raises Mismatch when it does not occur there, or occurs more than once and no `occurrence` (from 1) is given.
    """
    wanted = canonical(quote)
    found = [m.start() for m in re.finditer(f"(?={re.escape(wanted)})", text[slice(*within)])] if wanted else []
    if not found:
        raise Mismatch(f'"{quote}" is not in the segment; copy it from the text, and give words apart a row each')
    if occurrence is None and len(found) > 1:
        raise Mismatch(f'"{quote}" stands {len(found)} times in the segment; add words, or say which in "occurrence"')
    if not 1 <= (occurrence or 1) <= len(found):
        raise Mismatch(f'"{quote}" stands {len(found)} times in the segment, so there is no occurrence {occurrence}')
    start = within[0] + found[(occurrence or 1) - 1]
    return start, start + len(wanted)


def tile(text: str, sentences: list[str]) -> list[Span]:
    """Returns the spans of the sentences in a text.

    The sentences must cover the whole text, one after the other with one space between them. Raises Mismatch where they
    do not.
    """
    spans, at = [], 0
    for number, sentence in enumerate(map(canonical, sentences), 1):
        if not sentence or not text.startswith(sentence, at):
            raise Mismatch(f'segment {number} should begin with "{text[at : at + 40]}"', number)
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    if at - 1 != len(text):
        raise Mismatch(f'no segment holds the text from "{text[at : at + 40]}" on', len(spans))
    return spans


def close_gaps(text: str, segment: Span, spans: list[Span], bare: list[str] | None = None) -> list[Span]:
    """Extends spans over white space and punctuation that no span covers.

    Such a gap is added to the spans that end before it. At the start of a segment, it is added to the spans that begin
    after it. Words that are not covered are added to `bare`; without it, they raise Mismatch, because every word must
    belong to a claim or a call.
    """
    covered = set().union(*(range(*span) for span in spans))
    for gap in re.finditer(r"\x00+", "".join("\x00" if i not in covered else "." for i in range(*segment))):
        start, end = segment[0] + gap.start(), segment[0] + gap.end()
        if re.search(r"\w", text[start:end]):
            if bare is None:
                raise Mismatch(f'no claim or call rests on "{text[start:end].strip()}"')
            bare.append(text[start:end].strip())
            continue
        if any(span[1] == start for span in spans):
            spans = [(a, end if b == start else b) for a, b in spans]
        else:
            spans = [(start if a == end else a, b) for a, b in spans]
    return spans


def compute(statement_id: str, text: str, quotes: list[dict], package: Path) -> None:
    """Writes the positions, hashes and check letters of one statement into `statements`, `segments` and `anchors`.

    Raises Unusable, and Mismatch where the quotes, the tables and the text do not fit together.
    """
    data = package / "data"
    names, statements = _read(data / "statements.csv", "statement_id", "profile")
    own = [row for row in statements if row["statement_id"] == statement_id]
    if not own:
        raise Mismatch(f'data/statements.csv has no row "{statement_id}"; add it first')
    own[0] |= {"length": str(len(text)), "sha256": sha256(text)}
    own[0]["pointer_check"] = check_letters(own[0]["profile"], len(text), sha256(text))

    segment_names, segments = _read(data / "segments.csv", "segment_id", "statement_id", "ordinal")
    others_segments = {row["segment_id"] for row in segments if row["statement_id"] != statement_id}
    quotes = [quote for quote in quotes if quote["segment_id"] not in others_segments]
    segments_own = sorted((s for s in segments if s["statement_id"] == statement_id), key=lambda s: int(s["ordinal"]))
    whole = {q["segment_id"]: q["quote"] for q in quotes if not q["claim_id"] and not q["call_id"]}
    for row in segments_own:
        if row["segment_id"] not in whole:
            raise Mismatch(f'the quotes give no text for segment "{row["segment_id"]}"')
    ids = [row["segment_id"] for row in segments_own]
    spans = dict(zip(ids, tile(text, [whole[id] for id in ids]), strict=True))
    for row in segments_own:
        row.update(pointer(text, spans[row["segment_id"]], statement_id))

    anchor_names, anchors = _read(data / "anchors.csv", "anchor_id", *IDENTITY)
    others = [row for row in anchors if row["segment_id"] not in spans]
    rows = with_ids(statement_id, anchors, _anchors(text, spans, quotes))

    written = {
        "data/statements.csv": as_table(names, statements),
        "data/segments.csv": as_table(segment_names, segments),
        "data/anchors.csv": as_table(anchor_names, others + rows),
    }
    written[DESCRIPTOR] = sealed(package / DESCRIPTOR, written)
    write_together({package / name: content for name, content in written.items()})


def with_ids(statement_id: str, before: list[dict], rows: list[dict]) -> list[dict]:
    """Returns the rows of a statement's anchors with their ids. An anchor that was there `before` keeps its id."""
    kept = {_identity(row): row["anchor_id"] for row in before}
    fresh = max((int(id.rpartition("-A")[2]) for id in kept.values() if id.startswith(f"{statement_id}-A")), default=0)
    found = []
    for row in rows:
        if _identity(row) not in kept:
            fresh += 1
        found.append({"anchor_id": kept.get(_identity(row), f"{statement_id}-A{fresh:03}"), **row})
    return found


def _anchors(text: str, spans: dict[str, Span], quotes: list[dict]) -> list[dict]:
    """Makes the rows of `anchors` from the quotes of claims and calls, without their ids. Raises Mismatch."""
    by_segment = defaultdict(list)
    for quote in quotes:
        if quote["claim_id"] or quote["call_id"]:
            by_segment[quote["segment_id"]].append(quote)
    rows = []
    for segment_id, segment_quotes in by_segment.items():
        if segment_id not in spans:
            raise Mismatch(f'data/segments.csv has no segment "{segment_id}" of this statement')
        try:
            found = [locate(text, q["quote"], spans[segment_id], _occurrence(q)) for q in segment_quotes]
            found = close_gaps(text, spans[segment_id], found)
        except Mismatch as error:
            raise Mismatch(f"{segment_id}: {error}") from None
        for quote, span in zip(segment_quotes, found, strict=True):
            item = {"claim_id": quote["claim_id"], "call_id": quote["call_id"], "segment_id": segment_id}
            rows.append(item | pointer(text, span, segment_id))
    return sorted(rows, key=lambda row: (row["call_id"], row["claim_id"], row["start"]))


def _occurrence(quote: dict) -> int | None:
    """Reads the `occurrence` of a quote, which may be empty. Raises Mismatch where it is no number."""
    told = quote.get("occurrence") or ""
    if told and not (told.isascii() and told.isdecimal()):
        raise Mismatch(f'"occurrence" is "{told}"; write a whole number from 1, or nothing')
    return int(told or 0) or None


def pointer(text: str, span: Span, owner: str) -> dict:
    """Returns the computed cells of a span. `owner` is the id of the statement or segment that it belongs to."""
    hashed = sha256(text[slice(*span)])
    return {"start": span[0], "end": span[1], "sha256": hashed, "pointer_check": check_letters(owner, *span, hashed)}


def _identity(anchor: dict) -> tuple:
    """Returns the values by which an anchor is recognised."""
    return tuple(str(anchor[key]) for key in IDENTITY)


def read_quotes(path: Path) -> list[dict[str, str]]:
    """Reads the rows of a quotes file. Raises Unusable, and Mismatch where a column is missing."""
    return _read(path, "segment_id", "claim_id", "call_id", "quote")[1]


def _read(path: Path, *columns: str) -> tuple[list[str], list[dict[str, str]]]:
    """Reads the columns and rows of a table. Raises Unusable, and Mismatch where one of these columns is missing."""
    names, rows = read_rows(path)
    if lacking := [name for name in columns if name not in names]:
        raise Mismatch(f"{path} lacks the column {', '.join(lacking)}; add it to the first line")
    return names, rows


def read_text(path: Path) -> str:
    """Reads a plain-text copy of a statement as canonical text.

    Raises Mismatch where it is not UTF-8 or no text, and Unusable where it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if is_heaped(text):
            raise Mismatch(f"{path} has more than {MOST:,} combining marks in a row, as no text has; mend your copy")
        return canonical(text)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}; correct the path") from None
    except UnicodeDecodeError as error:
        raise Mismatch(f"{path}: not UTF-8 at byte {error.start}; save your copy as UTF-8 text") from None
