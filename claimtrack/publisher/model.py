"""Defines the joined dataset: every claim and call with all facts that the tables have about it.

Ids and texts are as in the tables. A missing value is None. A code has its label and definition. Dates are EDTF. Tuples
keep the order of the tables, which is that of the ids. Positions count code points of the canonical text from 0, and an
end is exclusive. The text of the statement is not included, because no table has it.
"""

from dataclasses import dataclass, field
from functools import cached_property

from claimtrack.publisher.facts import Facts
from claimtrack.publisher.history import History
from claimtrack.publisher.parts import (
    Actor,
    Adjudication,
    Anchor,
    Code,
    Criterion,
    EngagedRight,
    Evidence,
    FollowUp,
    Ground,
    Participant,
    Response,
    Right,
    Source,
)
from claimtrack.publisher.typed_tables import TypedTable

CLAIM, CALL = "claim", "call"
DENIALS = ("rejects", "denies_premise")  # codes of the list `answer` by which a claim is contested


@dataclass(frozen=True)
class Statement:
    """A published statement, with the length and the SHA-256 of its canonical text."""

    id: str
    title: str
    publisher: Actor
    speaker: Actor | None
    url: str
    published: str
    published_basis: Code
    published_note: str | None
    language: Code
    country: Code | None
    licence: Code
    profile: Code
    length: int
    sha256: str
    version_added: str


@dataclass(frozen=True)
class Segment:
    """One sentence of a statement, by its position and without its words. `item_ids` are the claims and calls on it."""

    id: str
    statement_id: str
    ordinal: int
    paragraph: int
    start: int
    end: int
    sha256: str
    kind: Code
    voice: Actor
    no_item_reason: str | None
    item_ids: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One claim or one call.

    `kind` is "claim" or "call". `sha256` is the hash of the row's content
    (`claimtrack.tracking.row_hash.content_hash`). `text` is the claim or the demand in the coders' own words.
    `type` is the type of a claim or the action of a call. The fields that only claims have are None or empty for a
    call, and vice versa.
    """

    id: str
    kind: str
    sha256: str
    statement_id: str
    text: str
    type: Code
    voice: Code
    speaker: Actor
    ambiguity: str | None
    added_context: str | None
    status: Code
    version_added: str
    version_retired: str | None
    # of claims
    commitment: Code | None = None
    act: Code | None = None
    hedge: Code | None = None
    hedge_term: str | None = None
    time: str | None = None
    time_basis: Code | None = None
    time_note: str | None = None
    place: Code | None = None
    checkability: Code | None = None
    checkability_reason: Code | None = None
    evidence: tuple[Evidence, ...] = ()
    independent_voices: int = 0  # as claimtrack.tracking.status counts them
    # of calls
    category: Code | None = None
    modality: Code | None = None
    urgency: Code | None = None
    condition: str | None = None
    deadline: str | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    # The follow-up that gives the call's status (claimtrack.tracking.status); None for a retired call.
    current: FollowUp | None = None
    # of both
    segment_ids: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    participants: tuple[Participant, ...] = ()
    rights: tuple[EngagedRight, ...] = ()
    grounds: tuple[Ground, ...] = ()
    responses: tuple[Response, ...] = ()
    adjudications: tuple[Adjudication, ...] = ()
    # The coders whose coding of the item is recorded, and the adjudicator if there was a decision; codes of `coder`.
    coders: tuple[Code, ...] = ()

    @property
    def retired(self) -> bool:
        """Whether the item was retired."""
        return self.status.code == "retired"

    def actors(self, role: str) -> tuple[Actor, ...]:
        """Returns the actors who take part in a role, which is a code of the list `participant_role`."""
        return tuple(part.actor for part in self.participants if part.role.code == role)

    @property
    def told(self) -> tuple[Evidence | FollowUp | Response, ...]:
        """Returns all findings on it: the evidence, the follow-ups and the answers."""
        return (*self.evidence, *self.follow_ups, *self.responses)

    @property
    def everybody(self) -> tuple[Actor, ...]:
        """Returns who takes part, who answers, and who says something of it in a source; some more than once."""
        told = (*self.evidence, *self.follow_ups)
        voices = (row.said_by for row in told if row.said_by)
        return (*(part.actor for part in self.participants), *(row.actor for row in self.responses), *voices)

    @property
    def contested(self) -> bool:
        """Whether somebody contradicts it in a source, or whom it is about rejects it or denies its premise.

        It says of no side that it is right. A call is not contested: its answers stand beside it.
        """
        against = any(row.relation.code == "contradicts" for row in self.evidence)
        return against or bool(self.denials)

    @property
    def denials(self) -> tuple[Response, ...]:
        """Returns the answers that contest a claim. A call has none: it says nothing that could be wrong."""
        return tuple(row for row in self.responses if row.answer.code in DENIALS) if self.kind == CLAIM else ()

    @property
    def contesting(self) -> tuple[Actor, ...]:
        """Returns who contests a claim in the way that `contested` says, once each."""
        said = [row.said_by for row in self.evidence if row.said_by and row.relation.code == "contradicts"]
        return tuple(dict.fromkeys([*said, *(row.actor for row in self.denials)]))

    def count(self, relation: str) -> int:
        """Counts the rows of evidence with a relation, a code of the list `relation`. The count is no verdict."""
        return sum(row.relation.code == relation for row in self.evidence)


@dataclass(frozen=True)
class Dataset(Facts):
    """The joined dataset of a package.

    `codes` maps the name of a list to its codes. `tables` has the same rows as in the files, before they were joined.
    """

    statements: tuple[Statement, ...]
    segments: tuple[Segment, ...]
    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    actors: tuple[Actor, ...]
    rights: tuple[Right, ...]
    codes: dict[str, tuple[Code, ...]]
    tables: dict[str, TypedTable] = field(repr=False)
    codebook: str | None = field(repr=False, default=None)  # docs/codebook.md in Markdown, or None
    datasheet: str | None = field(repr=False, default=None)  # docs/datasheet.md in Markdown, or None
    history: History = field(repr=False, default_factory=History)

    @cached_property
    def segments_of(self) -> dict[str, list[Segment]]:
        """The segments of each statement, by its id."""
        found: dict[str, list[Segment]] = {}
        for one in self.segments:
            found.setdefault(one.statement_id, []).append(one)
        return found

    @cached_property
    def items_of(self) -> dict[str, list[Item]]:
        """The claims and calls of each statement, by its id, including retired ones."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.statement_id, []).append(item)
        return found

    @cached_property
    def active_kinds(self) -> dict[str, str]:
        """The kind of each claim and call that is not retired, by id."""
        return {item.id: item.kind for item in self.items if not item.retired}

    @property
    def claims(self) -> tuple[Item, ...]:
        """The claims, including retired ones."""
        return tuple(item for item in self.items if item.kind == CLAIM)

    @property
    def calls(self) -> tuple[Item, ...]:
        """The calls, including retired ones."""
        return tuple(item for item in self.items if item.kind == CALL)
