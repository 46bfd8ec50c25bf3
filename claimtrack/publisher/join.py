"""The dataset joined for readers: every claim and call with all that the tables say of it.

Ids and texts are as in the tables, a missing value is None, a code comes with its label and definition, and dates are
EDTF. Tuples keep the order of the tables, which is that of the ids. The statement's text is not here, as it is in no table.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from validator import status
from validator.findings import Unusable
from validator.package import leads_inside
from validator.seal import read_descriptor, read_tables

from .cite import content_hash
from .facts import Facts, read_facts
from .tables import Table, Value, read

CLAIM, CALL = "claim", "call"


@dataclass(frozen=True)
class Code:
    """One code of one list. `crosswalk_scheme` and `crosswalk_code` name its counterpart elsewhere, where there is one."""

    list: str
    code: str
    label: str
    definition: str
    crosswalk_scheme: str | None = None
    crosswalk_code: str | None = None
    reserved: bool = False


@dataclass(frozen=True)
class Actor:
    """A person, body, party or group. `name` is None where the dataset names nobody; `title` is what to show then too."""

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
        return self.name or self.description


@dataclass(frozen=True)
class Statement:
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
    """One sentence of a statement by position in its canonical text: code points from 0, the end exclusive. It has no text."""

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
class Source:
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


@dataclass(frozen=True)
class Anchor:
    """A span of the canonical text on which an item rests: code points from 0, the end exclusive; the SHA-256 is of its UTF-8 bytes."""

    id: str
    segment_id: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True)
class Participant:
    id: str
    role: Code
    actor: Actor


@dataclass(frozen=True)
class Right:
    id: str
    label: str
    definition: str
    udhr_article: int | None
    iccpr_article: int | None
    reference: str


@dataclass(frozen=True)
class EngagedRight:
    id: str
    right: Right
    basis: Code


@dataclass(frozen=True)
class Tracking:
    """What one source says, about a claim or of a call. `source` is None where none was found or sought."""

    id: str
    source: Source | None
    finding: str
    said_by: str | None
    official: bool
    confidence: Code | None
    note: str | None
    recorded: str
    version_added: str


@dataclass(frozen=True)
class Evidence(Tracking):
    """What one source says about a claim."""

    relation: Code
    event_date: str | None


@dataclass(frozen=True)
class FollowUp(Tracking):
    """What one source says became of a call."""

    status: Code
    as_of: str


@dataclass(frozen=True)
class Ground:
    """A tie between a claim and a call that it grounds. `item_id` is the other end: of a call its claim, of a claim its call."""

    id: str
    item_id: str
    how: Code


@dataclass(frozen=True)
class Adjudication:
    """A decision where the coders differed. `value` is None for the value "none", which no list defines."""

    id: str
    variable: Code
    value: Code | None
    note: str | None


@dataclass(frozen=True)
class Item:
    """One claim or one call.

    `kind` is "claim" or "call", `sha256` the hash of the row's content (`publisher.cite.content_hash`). `text` is the claim or
    the demand in the coders' own words. `type` is the type of a claim or the action of a call. Those of the fields below that
    the other kind has not are None or empty.
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
    # of calls
    category: Code | None = None
    modality: Code | None = None
    urgency: Code | None = None
    condition: str | None = None
    deadline: str | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    current: FollowUp | None = None  # the follow-up that gives the call's status, by validator.status; None once retired
    # of both
    segment_ids: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    participants: tuple[Participant, ...] = ()
    rights: tuple[EngagedRight, ...] = ()
    grounds: tuple[Ground, ...] = ()
    adjudications: tuple[Adjudication, ...] = ()
    coders: tuple[Code, ...] = ()  # whose coding of it is recorded, of the list `coder`; the adjudicator too, where it decided

    @property
    def retired(self) -> bool:
        return self.status.code == "retired"

    def actors(self, role: str) -> tuple[Actor, ...]:
        """The actors who take part in a role, a code of the list `participant_role`."""
        return tuple(part.actor for part in self.participants if part.role.code == role)

    def count(self, relation: str) -> int:
        """How many rows of evidence bear on the claim in a way, a code of the list `relation`. A count is no verdict."""
        return sum(row.relation.code == relation for row in self.evidence)

    @property
    def independent_sources(self) -> int:
        """How many sources of its evidence are independent of the statement's publisher."""
        return len({row.source.id for row in self.evidence if row.source and row.source.independent})


@dataclass(frozen=True)
class Dataset(Facts):
    """A package as readers meet it. `codes` maps a list's name to its codes; `tables` are the same rows as the files hold them."""

    statements: tuple[Statement, ...]
    segments: tuple[Segment, ...]
    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    actors: tuple[Actor, ...]
    rights: tuple[Right, ...]
    codes: dict[str, tuple[Code, ...]]
    tables: dict[str, Table] = field(repr=False)
    codebook: str | None = field(repr=False, default=None)  # docs/codebook.md, Markdown, where the package has one
    datasheet: str | None = field(repr=False, default=None)  # docs/datasheet.md, likewise

    @property
    def claims(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind == CLAIM)

    @property
    def calls(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind == CALL)


def load(package: Path) -> Dataset:
    """Joins the tables of a *valid* claim-tracking package, given its folder or descriptor. Validate it first.

    Raises Unusable when the descriptor lacks a fact without which a dataset cannot be cited.
    """
    facts = read_facts(package)
    current = {record["call_id"]: record["follow_up_id"] for record in status.calls(package)}
    hashes = {_item(row): content_hash(row) for rows in read_tables(package, "claims", "calls") for row in rows}
    made = _Join(read(package), current, hashes)
    return Dataset(
        **vars(facts),
        statements=tuple(made.statements()),
        segments=tuple(made.segments()),
        items=(*made.claims(), *made.calls()),
        sources=tuple(made.sources.values()),
        actors=tuple(made.actors.values()),
        rights=tuple(made.rights.values()),
        codes={name: tuple(codes.values()) for name, codes in made.codes.items()},
        tables=made.tables,
        codebook=_document(package, "docs/codebook.md"),
        datasheet=_document(package, "docs/datasheet.md"),
    )


def _document(package: Path, name: str) -> str | None:
    """A text of the package, or None where it has none. One that a link leads outside the package is not read.

    Raises Unusable where it is not UTF-8.
    """
    home = read_descriptor(package)[0].parent
    path = home / name
    if not (leads_inside(home, name) and path.is_file()):
        return None
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: byte {error.start + 1} is not UTF-8; save the document as UTF-8") from None


class _Join:
    """The tables, with every code and reference replaced by what it stands for.

    `current` maps a call to its follow-up, `hashes` a claim or call to the hash of its content.
    """

    def __init__(self, tables: dict[str, Table], current: dict[str, str], hashes: dict[str, str]):
        self.tables, self.current, self.hashes = tables, current, hashes
        self.codes: dict[str, dict[str, Code]] = defaultdict(dict)
        for row in tables["codes"].rows:
            self.codes[row["list"]][row["code"]] = _made(Code, row)
        self.actors = {row["actor_id"]: _made(Actor, row, id=row["actor_id"]) for row in self._rows("actors")}
        self.rights = {row["right_id"]: _made(Right, row, id=row["right_id"]) for row in self._rows("rights")}
        self.sources = {row["source_id"]: _made(Source, row, id=row["source_id"]) for row in self._rows("sources")}
        self.parts = {
            name: self._by_item(name) for name in ("anchors", "participants", "item_rights", "evidence", "follow_ups", "grounds", "codings")
        }

    def statements(self) -> Iterator[Statement]:
        for row in self._rows("statements"):
            people = {"publisher": self.actors[row["publisher_id"]], "speaker": self.actors.get(row["speaker_id"])}
            yield _made(Statement, row, id=row["statement_id"], **people)

    def segments(self) -> Iterator[Segment]:
        carried = defaultdict(dict)  # dicts as ordered sets
        for anchor in self.tables["anchors"].rows:
            carried[anchor["segment_id"]][_item(anchor)] = None
        for row in self._rows("segments"):
            yield _made(Segment, row, id=row["segment_id"], voice=self.actors[row["voice_id"]], item_ids=tuple(carried[row["segment_id"]]))

    def claims(self) -> Iterator[Item]:
        for row in self._rows("claims"):
            evidence = tuple(self._tracking(Evidence, each, each["evidence_id"]) for each in self.parts["evidence"][row["claim_id"]])
            yield self._made_item(row, row["claim_id"], CLAIM, row["claim"], row["claim_type"], evidence=evidence)

    def calls(self) -> Iterator[Item]:
        for row in self._rows("calls"):
            follow_ups = {each["follow_up_id"]: self._tracking(FollowUp, each, each["follow_up_id"]) for each in self.parts["follow_ups"][row["call_id"]]}
            current = follow_ups.get(self.current.get(row["call_id"]))
            yield self._made_item(row, row["call_id"], CALL, row["demand"], row["action"], follow_ups=tuple(follow_ups.values()), current=current)

    def _made_item(self, row: dict, id: str, kind: str, text: str, type: Code, **tracking) -> Item:
        anchors = tuple(_made(Anchor, each, id=each["anchor_id"]) for each in self.parts["anchors"][id])
        people = tuple(Participant(each["participant_id"], each["role"], self.actors[each["actor_id"]]) for each in self.parts["participants"][id])
        decisions = [each for each in self.parts["codings"][id] if each["coder"].code == "adjudicator"]
        return _made(
            Item,
            row,
            id=id,
            kind=kind,
            sha256=self.hashes[id],
            text=text,
            type=type,
            speaker=next(part.actor for part in people if part.role.code == "speaker"),
            ambiguity=row["ambiguity_note"],
            segment_ids=tuple(dict.fromkeys(anchor.segment_id for anchor in anchors)),
            anchors=anchors,
            participants=people,
            rights=tuple(EngagedRight(each["item_right_id"], self.rights[each["right_id"]], each["basis"]) for each in self.parts["item_rights"][id]),
            grounds=tuple(Ground(each["ground_id"], each["call_id" if kind == CLAIM else "claim_id"], each["how"]) for each in self.parts["grounds"][id]),
            adjudications=tuple(_made(Adjudication, each, id=each["coding_id"], value=self._value(each)) for each in decisions),
            coders=tuple(code for code in self.codes["coder"].values() if any(each["coder"] == code for each in self.parts["codings"][id])),
            **tracking,
        )

    def _tracking(self, kind: type[Tracking], row: dict, id: str) -> Tracking:
        return _made(kind, row, id=id, source=self.sources.get(row["source_id"]), official=row["official_position"])

    def _value(self, coding: dict) -> Code | None:
        return self.codes[coding["variable"].code].get(coding["value"])

    def _rows(self, name: str) -> list[dict]:
        """A table's rows, with a Code in place of each code."""
        table = self.tables[name]
        return [row | {column: self._code(codes, row[column]) for column, codes in table.coded.items()} for row in table.rows]

    def _code(self, codes: str, value: Value) -> Code | None:
        return None if value is None else self.codes[codes][str(value)]

    def _by_item(self, name: str) -> dict[str, list[dict]]:
        """A table's rows by the claim or call that they are about; a ground, which is about both, stands under each."""
        found = defaultdict(list)
        for row in self._rows(name):
            for id in filter(None, (row.get("claim_id"), row.get("call_id"))):
                found[id].append(row)
        return found


def _item(row: dict) -> str:
    return row.get("claim_id") or row["call_id"]


def _made(cls: type, row: dict, /, **more):
    """A dataclass from the columns of a row that have the names of its fields, and from what is given besides."""
    names = {each.name for each in fields(cls)}
    return cls(**{name: value for name, value in row.items() if name in names} | more)
