"""Derives the status of every call and claim from the follow-ups and from the evidence. Nobody types it.

The command, the site, the flat tables and the SQLite view all take it from here.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from claimtrack.core import edtf
from claimtrack.package.opened import OpenedPackage
from claimtrack.tracking import reviews

RELATIONS = ("corroborates", "qualifies", "contradicts", "outcome")
DECIDING = ("case", "part")  # what a follow-up must bear on to give a call's status
BESIDE = ("later_case", "situation")  # what stands beside the status and never gives it
NOTHING = "no_update_found"
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Clocks:
    """The days up to which rows count, as ISO dates: when it was so, and when the dataset knew. None is no bound."""

    as_of: str | None = None
    known_on: str | None = None

    def count(self, rows: Iterable[dict[str, str]], when: str) -> Rows:
        """Returns the rows that tell of a time up to `as_of` and were recorded up to `known_on`.

        `when` is the column with the time, in EDTF. A time counts from the last day that it can mean (`last_day`), so
        that nothing counts that may have been later.
        """
        return [
            row
            for row in rows
            if (self.known_on is None or row["recorded"] <= self.known_on)
            and (self.as_of is None or last_day(row[when], row["recorded"]) <= self.as_of)
        ]


def last_day(time: str | None, recorded: str) -> str:
    """Returns the last day that the time of a row (in EDTF) can mean, as an ISO date.

    It is never after the day on which the row was recorded: what is told of "this year" is so by then. A row without a
    time has that day.
    """
    return min(edtf.bounds(time)[1], recorded) if time else recorded


def current(rows: Rows) -> dict[str, str] | None:
    """Returns the follow-up that gives a call its status, or None.

    It is the one with the latest day that its `as_of` can mean, among those that bear on the case meant or on a part of
    it. If two have the same day, the one with the higher id counts. "No update found" is the status only of a call that
    has no such row. In an older version, whose rows do not say what they bear on, all of them count.
    """
    told = [row for row in rows if row["status"] != NOTHING and row.get("bears_on", "case") in DECIDING]
    told = told or [row for row in rows if row["status"] == NOTHING]
    return max(told, key=lambda row: (last_day(row["as_of"], row["recorded"]), row["follow_up_id"]), default=None)


def calls(opened: OpenedPackage, clocks: Clocks | None = None) -> list[dict]:
    """Returns a record for each call: its demand, its status, what it rests on, and what stands beside it.

    The status is that of the follow-up that `current` chooses, and null where there is none on those days. Beside it
    stand the ids of the follow-ups on later cases and on the situation, and the answers to the call, oldest first.
    """
    clocks = clocks or Clocks()
    tables = ("sources", "actors", "criteria")
    sources, actors, criteria = ({next(iter(row.values())): row for row in opened.rows(name)} for name in tables)
    answers = _by("call_id", clocks.count(opened.rows("responses"), "response_date"))
    records = []
    for call, rows in _active_with(opened.rows("calls"), "call_id", clocks.count(opened.rows("follow_ups"), "as_of")):
        newest = current(rows) or {}
        source = sources.get(newest.get("source_id", ""), {})
        fields = ("status", "as_of", "follow_up_id", "bears_on", "criterion_id", "finding", "said_by_id", "note")
        record: dict[str, Any] = {name: call[name] for name in ("call_id", "demand")} | {
            name: newest.get(name) or None for name in fields
        }
        record["criterion"] = criteria.get(newest.get("criterion_id", ""), {}).get("criterion")
        record["said_by"] = _name(actors, newest.get("said_by_id", ""))
        record |= {"publisher": source.get("publisher"), "url": source.get("url"), "follow_ups": len(rows)}
        record |= {kind: [row["follow_up_id"] for row in rows if row["bears_on"] == kind] for kind in BESIDE}
        told = sorted(
            answers[call["call_id"]],
            key=lambda row: (last_day(row["response_date"], row["recorded"]), row["response_id"]),
        )
        record["responses"] = [
            {name: row[name] for name in ("response_id", "actor_id", "answer", "response_date", "finding")}
            | {"actor": _name(actors, row["actor_id"]), "url": sources[row["source_id"]]["url"]}
            for row in told
        ]
        records.append(record)
    return records


def claims(opened: OpenedPackage, clocks: Clocks | None = None) -> list[dict]:
    """Returns a record for each claim: the rows of evidence by relation, and whose voices they are.

    `independent_voices` is the number of actors that say something in a source independent of the statement's
    publisher, without the publisher and the speaker themselves: what three outlets relate of one body is one voice.
    `contradicted_by` are the actors that contradict the claim, and `responses` the ids of the answers to it.
    `without_source` says that no source was found or sought, where no row has a source.
    """
    clocks = clocks or Clocks()
    evidence = clocks.count(opened.rows("evidence"), "event_date")
    independent = {row["source_id"] for row in opened.rows("sources") if row["independent"] == "true"}
    own = {row[name] for row in opened.rows("statements") for name in ("publisher_id", "speaker_id")}
    answers = _by("claim_id", clocks.count(opened.rows("responses"), "response_date"))
    records = []
    for claim, rows in _active_with(opened.rows("claims"), "claim_id", evidence):
        counts = Counter(row["relation"] for row in rows)
        record = {"claim_id": claim["claim_id"], "claim": claim["claim"], **{name: counts[name] for name in RELATIONS}}
        voices = {row["said_by_id"] for row in rows if row["source_id"] in independent}
        record["independent_voices"] = len(voices - own - {""})
        against = (row["said_by_id"] for row in rows if row["relation"] == "contradicts")
        record["contradicted_by"] = sorted(set(against))
        record["responses"] = [row["response_id"] for row in answers[claim["claim_id"]]]
        sourced = any(row["source_id"] for row in rows)
        record["without_source"] = None if sourced or not rows else rows[-1]["relation"]
        records.append(record)
    return records


def due(opened: OpenedPackage, days: int, today: str) -> list[dict]:
    """Returns the claims and calls that nobody has looked at for some days, the longest first.

    A look is a row of evidence, a follow-up or a response, on the day on which it was recorded; rows recorded after
    `today` do not count. Each record has the item's id and text, the day of the last look (null if there is none), and
    how many days ago that is.
    """
    looks: dict[str, str] = {}
    for name in ("evidence", "follow_ups", "responses"):
        for row in opened.rows(name):
            if row["recorded"] <= today:
                for id in filter(None, (row.get("claim_id"), row.get("call_id"))):
                    looks[id] = max(looks.get(id, ""), row["recorded"])
    now, records = date.fromisoformat(today), []
    for table, key, text in (("calls", "call_id", "demand"), ("claims", "claim_id", "claim")):
        for item in opened.rows(table):
            last = looks.get(item[key])
            ago = (now - date.fromisoformat(last)).days if last else None
            if item["status"] != "retired" and (ago is None or ago >= days):
                records.append({"item_id": item[key], "text": item[text], "last_looked_at": last, "days": ago})
    return sorted(records, key=lambda record: (record["last_looked_at"] or "", record["item_id"]))


def _name(actors: dict[str, dict[str, str]], id: str) -> str | None:
    """Returns the name of an actor, or the description of one without a name, or None for no actor."""
    actor = actors.get(id, {})
    return actor.get("name") or actor.get("description")


def _by(key: str, rows: Rows) -> defaultdict[str, Rows]:
    """Groups rows by the value of a column."""
    found = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def _active_with(items: Rows, key: str, tracking: Rows) -> Iterator[tuple[dict[str, str], Rows]]:
    """Yields each item that is not retired, with the rows that track it."""
    rows = _by(key, tracking)
    return ((item, rows[item[key]]) for item in items if item["status"] != "retired")


def as_json(opened: OpenedPackage, clocks: Clocks | None = None) -> str:
    """Returns the status of every call and claim as JSON: `{"calls": [...], "claims": [...], "reviews": [...]}`."""
    told = {"calls": calls(opened, clocks), "claims": claims(opened, clocks), "reviews": reviews.summary(opened)}
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_text(opened: OpenedPackage, clocks: Clocks | None = None) -> str:
    """Returns the status of every call and claim as text: the calls first, then a line for each claim, then reviews."""
    lines = ["What became of each call", ""]
    for call in calls(opened, clocks):
        lines += [*_call_text(call), ""]
    lines.append(
        "What sources say of each claim: rows of evidence for, qualifying, against and on what came later, and how"
    )
    lines += ["many independent voices they are. They are counted, not weighed: a count is no verdict.", ""]
    lines.append(f"{'':11}{'for':>4}{'qual.':>6}{'against':>8}{'later':>6}{'ind.':>5}  claim")
    for claim in claims(opened, clocks):
        numbers = "".join(
            f"{claim[name] or '·':>{width}}"
            for name, width in zip((*RELATIONS, "independent_voices"), (4, 6, 8, 6, 5), strict=True)
        )
        without = f" [{claim['without_source'].replace('_', ' ')}]" if claim["without_source"] else ""
        lines.append(f"{claim['claim_id']:11}{numbers}  {claim['claim']}{without}")
    return "\n".join([*lines, "", "Who has reviewed rows", "", *map(reviews.line, reviews.summary(opened))])


def _call_text(call: dict) -> Iterator[str]:
    """Yields the lines on one call."""
    if call["status"] is None:
        yield f"{call['call_id']}  NOTHING RECORDED"
        yield f"    {call['demand']}"
    else:
        part = " (a part of it)" if call["bears_on"] == "part" else ""
        yield f"{call['call_id']}  {call['status'].replace('_', ' ').upper()}{part} as of {call['as_of']}"
        yield f"    {call['demand']}"
        yield f"    {call['finding']}"
        if call["criterion"]:
            yield f"    Shown: {call['criterion']}"
        if call["note"]:
            yield f"    Note: {call['note']}"
        who = " · ".join(dict.fromkeys(filter(None, (call["said_by"], call["publisher"]))))
        yield f"    {who} <{call['url']}>" if call["url"] else "    no source"
    for answer in call["responses"]:
        said = f"{answer['answer'].replace('_', ' ')}: {answer['finding']}"
        yield f"    Answer of {answer['actor']}, {answer['response_date']}, {said} <{answer['url']}>"
    for kind in BESIDE:
        if call[kind]:
            yield f"    Beside it, {kind.replace('_', ' ')}: {', '.join(call[kind])}"


def due_text(records: list[dict], days: int) -> str:
    """Returns the items that are due as text, a line for each."""
    if not records:
        return f"everything has been looked at within {days} days"
    ago = ("never" if one["days"] is None else f"{one['days']} days" for one in records)
    return "\n".join(f"{one['item_id']:11}{when:>10}  {one['text']}" for one, when in zip(records, ago, strict=True))
