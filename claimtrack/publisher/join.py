"""Joins the tables of a package: replaces every code and reference by the object that it refers to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from claimtrack.package import sources
from claimtrack.package.opened import OpenedPackage
from claimtrack.publisher.facts import read_facts
from claimtrack.publisher.history import read_history
from claimtrack.publisher.model import CALL, CLAIM, Dataset, Item, Segment, Statement
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
    Tracking,
)
from claimtrack.publisher.typed_tables import TypedTable, Value, read_typed
from claimtrack.tracking import status
from claimtrack.tracking.row_hash import content_hash

Made = TypeVar("Made")
# The columns of `codings` of which a row fills in the one that names what was coded.
UNITS = ("claim_id", "call_id", "segment_id", "evidence_id", "follow_up_id", "participant_id")


def load(opened: OpenedPackage, older: sources.Source | None = None) -> Dataset:
    """Joins the tables of a claim-tracking package, which must be *valid*. Its history is that since `older`, if given.

    Raises Unusable when the descriptor lacks a fact that a citation needs, or when the older version cannot be read.
    """
    facts = read_facts(opened)
    current = {record["call_id"]: record["follow_up_id"] for record in status.calls(opened)}
    hashes = {_item(row): content_hash(row) for name in ("claims", "calls") for row in opened.rows(name)}
    voices = {record["claim_id"]: record["independent_voices"] for record in status.claims(opened)}
    made = _Join(read_typed(opened), current, voices, hashes)
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
        codebook=opened.document("docs/codebook.md"),
        datasheet=opened.document("docs/datasheet.md"),
        history=read_history(opened, older),
    )


class _Join:
    """The joined tables.

    `current` maps the id of a call to the id of the follow-up that gives its status. `voices` maps the id of a claim to
    the number of its independent voices. `hashes` maps the id of a claim or call to the hash of its content.
    """

    def __init__(
        self,
        tables: dict[str, TypedTable],
        current: dict[str, str | None],
        voices: dict[str, int],
        hashes: dict[str, str],
    ):
        self.tables, self.current, self.voices, self.hashes = tables, current, voices, hashes
        self.codes: dict[str, dict[str, Code]] = defaultdict(dict)
        for row in tables["codes"].rows:
            self.codes[str(row["list"])][str(row["code"])] = _made(Code, row)
        self.actors = {row["actor_id"]: _made(Actor, row, id=row["actor_id"]) for row in self._rows("actors")}
        self.rights = {row["right_id"]: _made(Right, row, id=row["right_id"]) for row in self._rows("rights")}
        self.sources = {row["source_id"]: _made(Source, row, id=row["source_id"]) for row in self._rows("sources")}
        self.parts = {
            name: self._by_item(name)
            for name in (
                "anchors",
                "participants",
                "item_rights",
                "evidence",
                "follow_ups",
                "criteria",
                "responses",
                "grounds",
            )
        }
        self.codings: dict[Any, list[dict]] = defaultdict(list)
        for row in self._rows("codings"):
            self.codings[next(row[unit] for unit in UNITS if row[unit])].append(row)

    def statements(self) -> Iterator[Statement]:
        """Yields the statements."""
        for row in self._rows("statements"):
            people = {"publisher": self.actors[row["publisher_id"]], "speaker": self.actors.get(row["speaker_id"])}
            yield _made(Statement, row, id=row["statement_id"], **people)

    def segments(self) -> Iterator[Segment]:
        """Yields the segments, each with the ids of the claims and calls that rest on it."""
        carried: dict[Any, dict[str, None]] = defaultdict(dict)  # dicts as ordered sets
        for anchor in self.tables["anchors"].rows:
            carried[anchor["segment_id"]][_item(anchor)] = None
        for row in self._rows("segments"):
            yield _made(
                Segment,
                row,
                id=row["segment_id"],
                voice=self.actors[row["voice_id"]],
                item_ids=tuple(carried[row["segment_id"]]),
            )

    def claims(self) -> Iterator[Item]:
        """Yields the claims, each with its evidence."""
        for row in self._rows("claims"):
            evidence = tuple(
                self._tracking(Evidence, each, each["evidence_id"]) for each in self.parts["evidence"][row["claim_id"]]
            )
            tracking = {"evidence": evidence, "independent_voices": self.voices.get(row["claim_id"], 0)}
            yield self._made_item(row, row["claim_id"], CLAIM, row["claim"], row["claim_type"], **tracking)

    def calls(self) -> Iterator[Item]:
        """Yields the calls, each with its follow-ups."""
        for row in self._rows("calls"):
            criteria = {
                each["criterion_id"]: _made(Criterion, each, id=each["criterion_id"])
                for each in self.parts["criteria"][row["call_id"]]
            }
            follow_ups = {
                each["follow_up_id"]: self._tracking(
                    FollowUp, each, each["follow_up_id"], criterion=criteria.get(each["criterion_id"])
                )
                for each in self.parts["follow_ups"][row["call_id"]]
            }
            current = follow_ups.get(self.current.get(row["call_id"]))
            yield self._made_item(
                row,
                row["call_id"],
                CALL,
                row["demand"],
                row["action"],
                follow_ups=tuple(follow_ups.values()),
                criteria=tuple(criteria.values()),
                current=current,
            )

    def _made_item(self, row: dict, id: str, kind: str, text: str, type: Code, **tracking: Any) -> Item:
        """Makes a claim or call from its row and from the rows of other tables about it."""
        anchors = tuple(_made(Anchor, each, id=each["anchor_id"]) for each in self.parts["anchors"][id])
        people = tuple(
            _made(
                Participant,
                each,
                id=each["participant_id"],
                actor=self.actors[each["actor_id"]],
                **self._coded(each["participant_id"]),
            )
            for each in self.parts["participants"][id]
        )
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
            rights=tuple(
                EngagedRight(each["item_right_id"], self.rights[each["right_id"]], each["basis"])
                for each in self.parts["item_rights"][id]
            ),
            grounds=tuple(
                Ground(each["ground_id"], each["call_id" if kind == CLAIM else "claim_id"], each["how"])
                for each in self.parts["grounds"][id]
            ),
            responses=tuple(
                _made(
                    Response,
                    each,
                    id=each["response_id"],
                    actor=self.actors[each["actor_id"]],
                    source=self.sources[each["source_id"]],
                )
                for each in self.parts["responses"][id]
            ),
            **self._coded(id),
            **tracking,
        )

    def _tracking(self, kind: type[Tracking], row: dict, id: str, **more: Any) -> Tracking:
        """Makes a row of evidence or a follow-up, with its source and who says so."""
        more |= {"source": self.sources.get(row["source_id"]), "said_by": self.actors.get(row["said_by_id"])}
        return _made(kind, row, id=id, official=row["official_position"], **self._coded(id), **more)

    def _coded(self, id: str) -> dict[str, Any]:
        """Returns the decisions on what was coded, by its id, and its coders."""
        codings = self.codings[id]
        decisions = [each for each in codings if each["coder"].code == "adjudicator"]
        return {
            "adjudications": tuple(
                _made(Adjudication, each, id=each["coding_id"], value=self._value(each)) for each in decisions
            ),
            "coders": tuple(
                code for code in self.codes["coder"].values() if any(each["coder"] == code for each in codings)
            ),
        }

    def _value(self, coding: dict) -> Code | Right | None:
        """Returns the code or the right that a coding chose, or None for "none"."""
        if coding["variable"].code == "right_id":
            return self.rights.get(coding["value"])
        return self.codes[coding["variable"].code].get(coding["value"])

    def _rows(self, name: str) -> list[dict]:
        """Returns a table's rows, with a Code object in place of each code."""
        table = self.tables[name]
        return [
            row | {column: self._code(codes, row[column]) for column, codes in table.coded.items()}
            for row in table.rows
        ]

    def _code(self, codes: str, value: Value) -> Code | None:
        """Returns the Code object of a code of the list `codes`, or None for a missing value."""
        return None if value is None else self.codes[codes][str(value)]

    def _by_item(self, name: str) -> dict[str, list[dict]]:
        """Groups a table's rows by the claim or call that they are about. A ground is about both, so it is in both."""
        found = defaultdict(list)
        for row in self._rows(name):
            for id in filter(None, (row.get("claim_id"), row.get("call_id"))):
                found[id].append(row)
        return found


def _item(row: dict) -> str:
    """Returns the id of the claim or call that a row is about."""
    return row.get("claim_id") or row["call_id"]


def _made(cls: type[Made], row: Mapping[str, Any], /, **more: Any) -> Made:
    """Makes a dataclass from the columns of a row that are named as its fields, and from further values."""
    names = {each.name for each in fields(cls)}  # type: ignore[arg-type]
    return cls(**{name: value for name, value in row.items() if name in names} | more)
