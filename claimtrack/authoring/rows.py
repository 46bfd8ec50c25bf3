"""Writes what a worksheet says into the tables: anchors, claims, calls, participants, rights and grounds."""

from dataclasses import dataclass, field

from claimtrack.authoring.draft import Draft, Row
from claimtrack.authoring.worksheet import KEYS, RIGHTS, WORDS, coded, roles, several
from claimtrack.tracking import general
from claimtrack.tracking.pointers import Span, close_gaps, pointer, with_ids


@dataclass
class Item:
    """A claim or call of the worksheet: its id, its table, its cells by column, and where each span of it is."""

    id: str
    table: str
    line: int
    cells: Row
    spans: list[tuple[str, Span]] = field(default_factory=list)  # the segment's id, and the span


def write_anchors(
    draft: Draft, statement_id: str, text: str, items: list[Item], segments: list[Row]
) -> dict[str, list[str]]:
    """Writes the anchors of a statement, and returns the words on which nothing rests, by segment."""
    rows, lacking = [], {}
    for segment in segments:
        id, within = segment["segment_id"], (int(segment["start"]), int(segment["end"]))
        here = [(item, span) for item in items for place, span in item.spans if place == id]
        bare: list[str] = []
        spans = close_gaps(text, within, [span for _, span in here], bare) if here else []
        if bare:
            lacking[id] = bare
        for (item, _), span in zip(here, spans, strict=True):
            about = {"claim_id": "", "call_id": "", KEYS[item.table]: item.id, "segment_id": id}
            rows.append(about | pointer(text, span, id))
    rows.sort(key=lambda row: (row["call_id"], row["claim_id"], row["start"]))
    before = draft.rows("anchors")
    others = [row for row in before if not row["segment_id"].startswith(f"{statement_id}-")]
    made = [{name: str(value) for name, value in row.items()} for row in with_ids(statement_id, before, rows)]
    draft.replace("anchors", [*others, *made])
    return lacking


def write_items(draft: Draft, statement_id: str, items: list[Item]) -> None:
    """Writes the rows of claims and calls."""
    for table, key in KEYS.items():
        rows = {row[key]: row for row in draft.rows(table)}
        for item in items:
            if item.table == table:
                old = rows.get(item.id, {"version_added": draft.version})
                own = {name: item.cells.get(name, "") for name in coded(draft, table)}
                retired = own["status"] == "retired"
                since = (old.get("version_retired") or draft.version) if retired else ""
                about = {key: item.id, "statement_id": statement_id, "version_retired": since}
                rows[item.id] = old | own | about | {WORDS[table]: item.cells.get("own_words", "")}
        draft.replace(table, list(rows.values()))


def write_parts(draft: Draft, statement_id: str, items: list[Item], grounds: list[tuple[str, str, str]]) -> None:
    """Writes who takes part in each item, which rights it engages, and what grounds each call.

    `grounds` has, for each ground, the call, the claim and how the claim grounds the call.
    """
    parts, rights = [], []
    for item in sorted(items, key=lambda item: (item.table == "calls", item.id)):
        about = {"claim_id": "", "call_id": ""} | {KEYS[item.table]: item.id}
        for role in roles(draft):
            parts += [about | {"actor_id": actor, "role": role} for actor in several(item.cells.get(role, ""))]
        for column, basis in RIGHTS.items():
            rights += [about | {"right_id": id, "basis": basis} for id in several(item.cells.get(column, ""))]
    there = {row["right_id"] for row in draft.rows("rights")}
    new = [id for id in dict.fromkeys(row["right_id"] for row in rights) if id not in there]
    draft.replace("rights", [*draft.rows("rights"), *(dict(general.rights()[id]) for id in new)])
    _merge(draft, statement_id, "participants", parts, "actor_id", "role", "claim_id", "call_id")
    _merge(draft, statement_id, "item_rights", rights, "right_id", "claim_id", "call_id")
    engaged = {row["right_id"] for row in draft.rows("item_rights")}
    known = general.rights()
    draft.replace(
        "rights", [r for r in draft.rows("rights") if r["right_id"] in engaged or r != known.get(r["right_id"])]
    )
    causes = [{"call_id": call, "claim_id": claim, "how": how} for call, claim, how in grounds]
    _merge(draft, statement_id, "grounds", causes, "call_id", "claim_id")


def _merge(draft: Draft, statement_id: str, table: str, rows: list[Row], *identity: str) -> None:
    """Puts the statement's rows of a table in place of the old ones. A row that was there keeps its id."""
    key, start = draft.schema(table)["primaryKey"][0], f"{statement_id}-"
    before = draft.rows(table)
    kept = {tuple(row[name] for name in identity): row for row in before if row[key].startswith(start)}
    first = draft.next_id(table, statement_id)
    letter, digits = first.rpartition("-")[2][:1], len(first.rpartition("-")[2]) - 1
    number = int(first.rpartition("-")[2][1:])
    made: dict[tuple[str, ...], Row] = {}
    for row in rows:
        same = tuple(row[name] for name in identity)
        if same in made:
            continue
        if same not in kept:
            row, number = {key: f"{start}{letter}{number:0{digits}}", **row}, number + 1
        made[same] = kept.get(same, {}) | row
    draft.replace(table, [*(row for row in before if not row[key].startswith(start)), *made.values()])
