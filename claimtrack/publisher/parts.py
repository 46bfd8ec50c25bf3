"""Defines what a claim or call of the joined dataset consists of. `claimtrack.publisher.model` says how to read it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One code of one list. `crosswalk_scheme` and `crosswalk_code` name the equivalent code elsewhere, if any."""

    list: str
    code: str
    label: str
    definition: str
    crosswalk_scheme: str | None = None
    crosswalk_code: str | None = None


@dataclass(frozen=True)
class Right:
    """A human right, with its articles in the UDHR and the ICCPR."""

    id: str
    label: str
    definition: str
    udhr_article: int | None
    iccpr_article: int | None
    reference: str


@dataclass(frozen=True)
class Adjudication:
    """A decision where the coders differed. `value` is None for the value "none", which is in no list."""

    id: str
    variable: Code
    value: Code | Right | None
    note: str | None


@dataclass(frozen=True)
class Coded:
    """What was coded by itself: the decisions on it, and who coded it or decided (codes of `coder`)."""

    id: str
    adjudications: tuple[Adjudication, ...]
    coders: tuple[Code, ...]


@dataclass(frozen=True)
class Actor:
    """A person, body, party or group. `name` is None where the dataset does not name the actor."""

    id: str
    name: str | None
    description: str
    kind: Code
    role: str | None
    part_of: str | None
    named_in_statement: bool
    public_role: bool
    wikidata: str | None

    @property
    def title(self) -> str:
        """The name to show: `name`, or else `description`."""
        return self.name or self.description


@dataclass(frozen=True)
class Source:
    """A source of evidence or of a follow-up."""

    id: str
    publisher: str
    originator: str | None
    kind: Code
    title: str
    url: str
    published: str | None
    published_basis: Code
    language: Code
    independent: bool
    official: bool
    consulted: str
    locator: str | None
    read: Code


@dataclass(frozen=True)
class Anchor:
    """A span of the canonical text on which a claim or call rests. `sha256` is the hash of its UTF-8 bytes."""

    id: str
    segment_id: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True)
class Participant(Coded):
    """An actor who takes part in a claim or call, and the role."""

    role: Code
    actor: Actor


@dataclass(frozen=True)
class EngagedRight:
    """A right that a claim or call engages, and on what basis."""

    id: str
    right: Right
    basis: Code


@dataclass(frozen=True)
class Tracking(Coded):
    """What one source says about a claim or a call.

    `source` is None where none was found, or none was searched for. `said_by` is then None, too.
    """

    source: Source | None
    finding: str
    said_by: Actor | None
    official: bool
    confidence: Code | None
    note: str | None
    recorded: str
    version_added: str


@dataclass(frozen=True)
class Evidence(Tracking):
    """What one source says about a claim."""

    relation: Code
    about: Code | None
    event_date: str | None


@dataclass(frozen=True)
class Criterion:
    """An observable fact that would give a call a status, and the kind of source that could show it."""

    id: str
    status: Code
    criterion: str
    source_kind: Code
    version_added: str


@dataclass(frozen=True)
class FollowUp(Tracking):
    """What one source says about the outcome of a call. `criterion` is None where no update was found."""

    bears_on: Code | None
    status: Code
    criterion: Criterion | None
    as_of: str


@dataclass(frozen=True)
class Response:
    """An answer to a claim or call, as one source tells it."""

    id: str
    actor: Actor
    source: Source
    answer: Code
    response_date: str
    finding: str
    confidence: Code
    note: str | None
    recorded: str
    version_added: str


@dataclass(frozen=True)
class Ground:
    """A link between a claim and a call that the claim supports. `item_id` is the id of the other end."""

    id: str
    item_id: str
    how: Code
