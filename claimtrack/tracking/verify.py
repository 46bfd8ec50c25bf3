"""Checks a package's pointers against a copy of the text: each is found in place, found elsewhere, or absent.

Only exact matches count.

A text search cannot find a hash, so all places are tried at which a span can begin and end. Segments begin and end at
spaces. Once a segment is found, it tells where the others should be. An anchor is searched for only inside its segment.
If the segment was altered, it is searched for between the nearest segments that were found before and after it. It is
never searched for in another sentence that may have the same words.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from claimtrack.package.opened import OpenedPackage, Row

Span = tuple[int, int]


@dataclass(frozen=True)
class Pointer:
    """A span to find: its id, its position in the statement, its hash, and for an anchor the id of its segment."""

    id: str
    start: int
    end: int
    sha256: str
    segment_id: str | None = None

    @property
    def length(self) -> int:
        """The number of characters of the span."""
        return self.end - self.start


@dataclass
class Proof:
    """What was found of one statement in a source.

    `places` maps the id of every pointer that was found to its start in the source. `several` maps the id of a pointer
    with several equal places to these places, if the other segments do not decide between them. A pointer that is in
    neither is absent. `repeated` maps the id of a segment that occurs more than once to all its places. `copies` are
    the starts of whole, unaltered copies of the statement.
    """

    statement_id: str
    segments: list[Pointer]
    anchors: list[Pointer]
    places: dict[str, int] = field(default_factory=dict)
    several: dict[str, list[int]] = field(default_factory=dict)
    repeated: dict[str, list[int]] = field(default_factory=dict)
    copies: list[int] = field(default_factory=list)

    @property
    def pointers(self) -> list[Pointer]:
        """All pointers of the statement: its segments and its anchors."""
        return [*self.segments, *self.anchors]

    @property
    def absent(self) -> list[Pointer]:
        """The pointers that were not found at any place."""
        return [p for p in self.pointers if p.id not in self.places and p.id not in self.several]

    def in_place(self, pointer: Pointer) -> bool:
        """Tells whether a pointer was found at its stored position."""
        return self.places.get(pointer.id) == pointer.start


class Source:
    """A canonical text to search."""

    def __init__(self, text: str):
        self.text = text

    @cached_property
    def _beside_spaces(self) -> tuple[list[int], set[int]]:
        """The places where a span between spaces can begin, and those where it can end."""
        spaces = [match.start() for match in re.finditer(" ", self.text)]
        return [0, *(i + 1 for i in spaces)], {*spaces, len(self.text)}

    def _beside_words(self, low: int, high: int) -> tuple[list[int], set[int]]:
        """Returns the places between `low` and `high` where a span of whole words can begin or end, as list and set."""
        places = [low + match.start() for match in re.finditer(r"(?<!\w)|(?!\w)", self.text[low:high])]
        return places, set(places)

    def holds(self, sha256: str, start: int, length: int) -> bool:
        """Tells whether the span at a place has this hash."""
        if start < 0 or start + length > len(self.text):
            return False
        return hashlib.sha256(self.text[start : start + length].encode()).hexdigest() == sha256

    def find(self, pointer: Pointer, within: Span | None = None) -> list[int]:
        """Returns every place of a pointer's span: between spaces in the text, or between words inside `within`."""
        starts, ends = self._beside_spaces if within is None else self._beside_words(*within)
        text, length, wanted, sha256 = self.text, pointer.length, bytes.fromhex(pointer.sha256), hashlib.sha256
        return [s for s in starts if s + length in ends and sha256(text[s : s + length].encode()).digest() == wanted]

    def all_places(self, words: str) -> list[int]:
        """Returns every place at which these words stand between spaces."""
        places, at = [], self.text.find(words)
        while at >= 0:
            if self.text[at - 1 : at] in ("", " ") and self.text[at + len(words) : at + len(words) + 1] in ("", " "):
                places.append(at)
            at = self.text.find(words, at + 1)
        return places


def verify(
    source: Source, statement_id: str, length: int, sha256: str, segments: Iterable[Pointer], anchors: Iterable[Pointer]
) -> Proof:
    """Searches a source for a statement of a given length and hash, and for its segments and anchors."""
    proof = Proof(statement_id, sorted(segments, key=lambda s: s.start), list(anchors))
    _find_segments(source, proof)
    _find_repetitions(source, proof, length, sha256)
    _find_anchors(source, proof)
    return proof


def _find_segments(source: Source, proof: Proof) -> None:
    """Finds the segments, each first at the places where the segments found so far suggest it.

    The whole source is searched only for segments that are not at such a place.
    """
    # Distances between a position in the statement and the position in the source. Each copy of the statement has one,
    # and each change of length in a copy adds one.
    shifts = [0]
    for segment in sorted(proof.segments, key=lambda s: -s.length):
        if not any(source.holds(segment.sha256, segment.start + shift, segment.length) for shift in shifts):
            shifts += [place - segment.start for place in source.find(segment)]
    held = {
        shift: [s for s in proof.segments if source.holds(s.sha256, s.start + shift, s.length)] for shift in set(shifts)
    }
    for segment in proof.segments:
        places = {segment.start + shift: len(held[shift]) for shift in held if segment in held[shift]}
        agreeing = max(places.values(), default=0)
        most = [place for place, count in sorted(places.items()) if count == agreeing]
        # The right place is the one with which most other segments agree. If there are several whole copies, any of
        # them will do, and the report says so.
        if len(most) == 1 or (most and agreeing == len(proof.segments)):
            proof.places[segment.id] = most[0]
        elif most:
            proof.several[segment.id] = most


def _find_repetitions(source: Source, proof: Proof, length: int, sha256: str) -> None:
    """Finds all places of each segment that was found, and all whole copies of the statement.

    This is quick, because the words of a found segment are known, and a text search can find words.
    """
    shifts: set[int] = set()
    for segment in proof.segments:
        if segment.id in proof.places:
            places = source.all_places(
                source.text[proof.places[segment.id] : proof.places[segment.id] + segment.length]
            )
            shifts.update(place - segment.start for place in places)
            if len(places) > 1:
                proof.repeated[segment.id] = places
    proof.copies = sorted(shift for shift in shifts if source.holds(sha256, shift, length))


def _find_anchors(source: Source, proof: Proof) -> None:
    """Finds the anchors, each inside its segment or, if the segment was altered, near its place."""
    by_segment = defaultdict(list)
    for anchor in proof.anchors:
        by_segment[anchor.segment_id].append(anchor)
    bracketed = any(s.id in proof.places for s in proof.segments)
    for number, segment in enumerate(proof.segments):
        for anchor in by_segment[segment.id]:
            if segment.id in proof.places:
                place = proof.places[segment.id] + anchor.start - segment.start
                if source.holds(anchor.sha256, place, anchor.length):
                    proof.places[anchor.id] = place
            elif bracketed:
                _find_in_altered(source, proof, number, anchor)


def _find_in_altered(source: Source, proof: Proof, number: int, anchor: Pointer) -> None:
    """Searches for an anchor of an altered segment between the nearest segments found before and after it."""
    before = next((s for s in reversed(proof.segments[:number]) if s.id in proof.places), None)
    after = next((s for s in proof.segments[number + 1 :] if s.id in proof.places), None)
    low = proof.places[before.id] + before.length if before else 0
    high = proof.places[after.id] if after else len(source.text)
    found = source.find(anchor, (low, high))
    # An anchor before the change keeps its distance from the segment before, and one after the change keeps its
    # distance from the segment after.
    due = {proof.places[s.id] - s.start + anchor.start for s in (before, after) if s}
    exact = [place for place in found if place in due]
    if len(found) == 1 or len(exact) == 1:
        proof.places[anchor.id] = (exact or found)[0]
    elif found:
        proof.several[anchor.id] = found


def proofs(opened: OpenedPackage, source: Source) -> list[Proof]:
    """Searches a source for every statement of a valid package."""
    statements, segments, anchors = map(opened.rows, ("statements", "segments", "anchors"))
    found = []
    for statement in statements:
        own = [_pointer(row, "segment_id") for row in segments if row["statement_id"] == statement["statement_id"]]
        ids = {segment.id for segment in own}
        inside = [_pointer(row, "anchor_id", row["segment_id"]) for row in anchors if row["segment_id"] in ids]
        found.append(
            verify(source, statement["statement_id"], int(statement["length"]), statement["sha256"], own, inside)
        )
    return found


def _pointer(row: Row, key: str, segment_id: str | None = None) -> Pointer:
    """Makes a pointer from a row of `segments` or `anchors`."""
    return Pointer(row[key], int(row["start"]), int(row["end"]), row["sha256"], segment_id)


def describe(proof: Proof) -> list[str]:
    """Describes a proof in lines: one for each pointer that is absent or not certain, and then what was found."""
    where = "".join(f" whole and unaltered at position {at:,}," for at in proof.copies)
    lines = [f"{pointer.id}: absent" for pointer in proof.absent]
    for id, places in proof.several.items():
        lines.append(
            f"{id}: stands in {len(places)} equal places, at {', '.join(map(str, places))}; "
            "which is meant cannot be told"
        )
    if len(proof.copies) > 1:
        lines.append(f"{proof.statement_id}: the text stands {len(proof.copies)} times; the first copy is used")
    elif proof.repeated:
        lines.append(
            f"{proof.statement_id}: segments that stand more than once: {len(proof.repeated)}; "
            "of each, the place that agrees with most others is used"
        )
    placed = sum(map(proof.in_place, proof.pointers))
    for kind, pointers in (("segments", proof.segments), ("anchors", proof.anchors)):
        where += f" {sum(p.id in proof.places for p in pointers)} of {len(pointers)} {kind} found,"
    return [*lines, f"{proof.statement_id}:{where} {placed} of {len(proof.pointers)} at their stored position"]
