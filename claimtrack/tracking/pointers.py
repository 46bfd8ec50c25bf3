"""Computes every position, hash and check digit from a copy of the text, so that nobody types a number.

    python -m validator.pointers STATEMENT_ID --source TEXT --quotes QUOTES.csv [--package FOLDER]

The quotes file is yours to keep: it holds the statement's words and stays outside the package. Its columns are
`segment_id`, `claim_id`, `call_id`, `quote` and, only where a quote stands more than once in its segment, `occurrence`
(counted from 1); other columns and the quotes of other statements are passed over. A row with neither claim nor call gives
the whole text of a segment; every other row gives one span of that segment which carries the item. Run it again whenever
quotes change: anchors that stay where they were keep their ids.
"""

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

from .findings import Unusable
from .seal import read_rows, seal, write_rows
from .text import canonical, check_letters, sha256
from .tool import FAILURES, descriptor_of, sentence

Span = tuple[int, int]


class Mismatch(ValueError):
    """A quote and the text do not fit. Its text is one sentence for the user."""


def locate(text: str, quote: str, within: Span, occurrence: int | None = None) -> Span:
    """Where a quote stands in a canonical text, inside the span `within`.

    Raises Mismatch when it is not there, or there more than once and no occurrence (from 1) is chosen.
    """
    wanted = canonical(quote)
    found = [m.start() for m in re.finditer(f"(?={re.escape(wanted)})", text[slice(*within)])] if wanted else []
    if not found:
        raise Mismatch(f'"{quote}" is not in the segment; copy it from the text')
    if occurrence is None and len(found) > 1:
        raise Mismatch(f'"{quote}" stands {len(found)} times in the segment; add words, or say which in "occurrence"')
    if not 1 <= (occurrence or 1) <= len(found):
        raise Mismatch(f'"{quote}" stands {len(found)} times in the segment, so there is no occurrence {occurrence}')
    start = within[0] + found[(occurrence or 1) - 1]
    return start, start + len(wanted)


def tile(text: str, sentences: list[str]) -> list[Span]:
    """The spans of the sentences, which must follow one another, one space apart, from the first character to the last."""
    spans, at = [], 0
    for number, sentence in enumerate(map(canonical, sentences), 1):
        if not sentence or not text.startswith(sentence, at):
            raise Mismatch(f'segment {number} should begin with "{text[at : at + 40]}"')
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    if at - 1 != len(text):
        raise Mismatch(f'no segment holds the text from "{text[at : at + 40]}" on')
    return spans


def close_gaps(text: str, segment: Span, spans: list[Span]) -> list[Span]:
    """The same spans, stretched over white space and punctuation that no span covers.

    Such a gap goes to the spans that end before it, or at a segment's start to those that begin after it. Raises Mismatch
    when words are left uncovered: the ledger of completeness is for them.
    """
    covered = set().union(*(range(*span) for span in spans))
    for gap in re.finditer(r"\x00+", "".join("\x00" if i not in covered else "." for i in range(*segment))):
        start, end = segment[0] + gap.start(), segment[0] + gap.end()
        if re.search(r"\w", text[start:end]):
            raise Mismatch(f'no claim or call rests on "{text[start:end].strip()}"')
        if any(span[1] == start for span in spans):
            spans = [(a, end if b == start else b) for a, b in spans]
        else:
            spans = [(start if a == end else a, b) for a, b in spans]
    return spans


def compute(statement_id: str, text: str, quotes: list[dict], package: Path) -> None:
    """Writes the positions, hashes and check letters of one statement into `statements`, `segments` and `anchors`."""
    data = package / "data"
    names, statements = read_rows(data / "statements.csv")
    own = [row for row in statements if row["statement_id"] == statement_id]
    if not own:
        raise Mismatch(f'data/statements.csv has no row "{statement_id}"; add it first')
    own[0].update(length=len(text), sha256=sha256(text))
    own[0]["pointer_check"] = check_letters(own[0]["profile"], len(text), sha256(text))

    segment_names, segments = read_rows(data / "segments.csv")
    others_segments = {row["segment_id"] for row in segments if row["statement_id"] != statement_id}
    quotes = [quote for quote in quotes if quote["segment_id"] not in others_segments]
    segments_own = sorted((s for s in segments if s["statement_id"] == statement_id), key=lambda s: int(s["ordinal"]))
    whole = {q["segment_id"]: q["quote"] for q in quotes if not q["claim_id"] and not q["call_id"]}
    for row in segments_own:
        if row["segment_id"] not in whole:
            raise Mismatch(f'the quotes give no text for segment "{row["segment_id"]}"')
    spans = dict(zip((s["segment_id"] for s in segments_own), tile(text, [whole[s["segment_id"]] for s in segments_own])))
    for row in segments_own:
        row.update(_pointer(text, spans[row["segment_id"]], statement_id))

    anchor_names, anchors = read_rows(data / "anchors.csv")
    others = [row for row in anchors if row["segment_id"] not in spans]
    kept = {_identity(row): row["anchor_id"] for row in anchors}
    fresh = max((int(id.rpartition("-A")[2]) for id in kept.values() if id.startswith(f"{statement_id}-A")), default=0)
    rows = []
    for row in _anchors(text, spans, quotes):
        if _identity(row) not in kept:
            fresh += 1
        rows.append({"anchor_id": kept.get(_identity(row), f"{statement_id}-A{fresh:03}"), **row})

    write_rows(data / "statements.csv", names, statements)
    write_rows(data / "segments.csv", segment_names, segments)
    write_rows(data / "anchors.csv", anchor_names, others + rows)
    seal(package)


def _anchors(text: str, spans: dict[str, Span], quotes: list[dict]) -> list[dict]:
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
        for quote, span in zip(segment_quotes, found):
            item = {"claim_id": quote["claim_id"], "call_id": quote["call_id"], "segment_id": segment_id}
            rows.append(item | _pointer(text, span, segment_id))
    return sorted(rows, key=lambda row: (row["call_id"], row["claim_id"], row["start"]))


def _occurrence(quote: dict) -> int | None:
    told = quote.get("occurrence") or ""
    if told and not (told.isascii() and told.isdecimal()):
        raise Mismatch(f'"occurrence" is "{told}"; write a whole number from 1, or nothing')
    return int(told or 0) or None


def _pointer(text: str, span: Span, owner: str) -> dict:
    hashed = sha256(text[slice(*span)])
    return {"start": span[0], "end": span[1], "sha256": hashed, "pointer_check": check_letters(owner, *span, hashed)}


def _identity(anchor: dict) -> tuple:
    return tuple(str(anchor[key]) for key in ("claim_id", "call_id", "segment_id", "start", "end"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Mismatch(f"{path}: not UTF-8 at byte {error.start}; save your copy as UTF-8 text") from None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m validator.pointers", description=__doc__.split("\n", 1)[0])
    parser.add_argument("statement_id")
    parser.add_argument("--source", required=True, type=Path, help="a plain-text copy of the statement, UTF-8")
    parser.add_argument("--quotes", required=True, type=Path, help="the quotes file; keep it outside the package")
    parser.add_argument("--package", default=Path("."), type=Path)
    options = parser.parse_args(arguments)
    try:
        package = descriptor_of(options.package).parent
        text = canonical(_text(options.source))
        names, quotes = read_rows(options.quotes)
        missing = {"segment_id", "claim_id", "call_id", "quote"} - set(names)
        if missing:
            raise Mismatch(f"{options.quotes} lacks the column {', '.join(sorted(missing))}")
        compute(options.statement_id, text, quotes, package)
    except (Mismatch, Unusable) as error:
        print(f"pointers: {error}", file=sys.stderr)
        return 2
    except FAILURES as error:
        print(f"pointers: {sentence(error)}", file=sys.stderr)
        return 2
    print("positions, hashes and check letters written; run validate.py")
    return 0


if __name__ == "__main__":
    sys.exit(main())
