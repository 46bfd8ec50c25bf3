"""Cuts what the front page finds into parts, which a page can load from a disk: each part is a script.

A part holds up to `SIZE` claims and calls, in the order of the statements, as three scripts: `find/N.js` has what is
searched, filtered and listed, `cards/N.js` the cards, and `rows/N.js` the rows to download and cite. The page loads the
first when the reader comes to find something, and the others when they are shown or asked for. `find/places.js` says
where everything else lies to which an address of an older version may lead.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from claimtrack.core import edtf
from claimtrack.publisher.forms import flat
from claimtrack.publisher.language import Language
from claimtrack.publisher.metadata.citation import STYLES, Row
from claimtrack.publisher.model import CLAIM, Dataset, Item
from claimtrack.publisher.site import api
from claimtrack.publisher.site.addresses import at_top, link
from claimtrack.publisher.words import in_words

SIZE = 50  # claims and calls in a part, so that what is shown first takes a few dozen kB


@dataclass(frozen=True)
class Part:
    """A part of the claims and calls, with the HTML of their cards, in order."""

    name: str
    items: tuple[Item, ...]
    cards: tuple[str, ...]


def in_order(dataset: Dataset) -> list[Item]:
    """Sorts the claims and calls by the position of their first anchor in the statement."""
    places = {segment.id: place for place, segment in enumerate(dataset.segments)}
    unplaced = len(places)

    def place(item: Item) -> tuple:
        first = min(((places[anchor.segment_id], anchor.start) for anchor in item.anchors), default=(unplaced, 0))
        return (*first, item.kind != CLAIM, item.id)

    return sorted(dataset.items, key=place)


def parts(dataset: Dataset, cards: dict[str, str]) -> list[Part]:
    """Returns the parts. `cards` has the HTML of the card of each claim and call, by id, in their order."""
    items = {item.id: item for item in dataset.items}
    ids = list(cards)
    cut = [ids[start : start + SIZE] for start in range(0, len(ids), SIZE)]
    return [
        Part(str(number), tuple(items[id] for id in some), tuple(at_top(cards[id]) for id in some))
        for number, some in enumerate(cut, 1)
    ]


def files(dataset: Dataset, language: Language, parts: Sequence[Part]) -> dict[str, str]:
    """Returns the scripts of all parts, by path. Dates and labels are in the words of a language."""
    made = {"find/places.js": _received("find/places", places(dataset))}
    columns, whole, tables = Columns(dataset, language), api.Whole(dataset), flat.Tables(dataset)
    for part in parts:
        made[f"find/{part.name}.js"] = _received(f"find/{part.name}", columns.part(part))
        cards = {item.id: card for item, card in zip(part.items, part.cards, strict=True)}
        made[f"cards/{part.name}.js"] = _received(f"cards/{part.name}", cards)
        rows = {
            item.id: {
                "whole": whole.of(item),
                "flat": tables.row(item),
                "findings": list(tables.findings(item)),
                "citations": _citations(dataset, item),
            }
            for item in part.items
        }
        told = {"rows": rows, "columns": tables.columns}
        made[f"rows/{part.name}.js"] = _received(f"rows/{part.name}", told)
    return made


def places(dataset: Dataset) -> dict[str, str]:
    """Returns where the segments, sources and actors are shown, by the ids that they had on the one page of before."""
    found = {source.id: link("source", source.id) for source in dataset.sources}
    found |= {f"actor-{actor.id}": link("actor", actor.id) for actor in dataset.actors}
    return found | {one.id: f"{link('statement', one.statement_id)}#{one.id}" for one in dataset.segments}


class Columns:
    """Describes claims and calls for the script that finds them."""

    def __init__(self, dataset: Dataset, language: Language):
        self._language = language
        self._actors = {actor.id: actor.title for actor in dataset.actors}
        self._sources = {
            one.id: language.say(language["item"]["source"], publisher=one.publisher, title=one.title)
            for one in dataset.sources
        }

    def part(self, part: Part) -> dict:
        """Returns a part's records, and the names of the actors and sources that they mention."""
        records = [self._record(item) for item in part.items]
        actors = dict.fromkeys(id for one in records for id in one["tokens"]["actor"])
        sources = dict.fromkeys(row["source"] for one in records for row in one["rows"] if row["source"])
        names = {
            "actor": {id: self._actors[id] for id in actors},
            "source": {id: self._sources[id] for id in sources},
        }
        return {"records": records, "names": names}

    def _record(self, item: Item) -> dict:
        """Returns what is searched, filtered and listed of a claim or call."""
        return {
            "id": item.id,
            "kind": item.kind,
            "sha256": item.sha256,
            "text": item.text,
            "rest": " ".join(filter(None, _words(item, self._language))),
            "tokens": tokens(item),
            "rows": [
                row | {"date": row["date"] and in_words(row["date"], self._language["date"])} for row in findings(item)
            ],
            "ids": [one.id for one in item.criteria],
        }


def tokens(item: Item) -> dict[str, list[str]]:
    """Returns the values by which the page filters an item: for each filter, the values that match."""
    status = item.current.status.code if item.current else None
    found: dict[str, Sequence[str | None]] = {
        "kind": [item.kind],
        "type": [f"{item.type.list}.{item.type.code}"],
        "right": [engaged.right.id for engaged in item.rights],
        "voice": [item.voice.code],
        "status": [status],
        "actor": [actor.id for actor in item.everybody],
        "segment": item.segment_ids,
        "statement": [item.statement_id],
    }
    return {name: list(dict.fromkeys(filter(None, values))) for name, values in found.items()}


def findings(item: Item) -> Iterator[dict[str, Any]]:
    """Yields what the page lists and filters of each row of evidence, follow-up and answer.

    `says` is a code with its list before it. `when` is the last day that the date can mean, and for an open end the
    first: dates are compared by it. `contests` tells whether the claim is contested for it (`Item.contested`).
    """
    for one in item.evidence:
        contests = one.relation.code == "contradicts"
        said = f"relation.{one.relation.code}"
        yield _finding(one.id, said, one, one.said_by, one.event_date, one.official) | {"contests": contests}
    for row in item.follow_ups:
        yield _finding(row.id, f"follow_up_status.{row.status.code}", row, row.said_by, row.as_of, row.official)
    for answer in item.responses:
        said, contests = f"answer.{answer.answer.code}", answer in item.denials
        yield _finding(answer.id, said, answer, answer.actor, answer.response_date, None) | {"contests": contests}


def _finding(id: str, says: str, row: Any, actor: Any, date: str | None, official: bool | None) -> dict[str, Any]:
    """Describes one row of evidence, follow-up or answer. An answer is that of the one who is meant, in any case."""
    low, high = edtf.bounds(date) if date else (None, None)
    return {
        "id": id,
        "says": says,
        "said_by": actor.id if actor else None,
        "source": row.source.id if row.source else None,
        "date": date,
        "when": low if high == edtf.LATEST else high,
        "official": {True: "yes", False: "no", None: None}[official],
        "finding": row.finding,
    }


def _words(item: Item, language: Language) -> Iterator[str | None]:
    """Yields the words of a card beside the claim or call itself."""
    label = language.label
    yield from (label(item.type), label(item.voice), item.speaker.title)
    yield from (item.hedge_term, item.condition, item.ambiguity)
    yield from (label(code) for code in (item.commitment, item.hedge, item.act, item.place, item.modality) if code)
    yield from (part.actor.title for part in item.participants)
    yield from (label(one.right) for one in item.rights)
    yield from (one.criterion for one in item.criteria)
    yield item.added_context
    for row in item.told:
        yield from (row.id, row.finding, row.note)
        yield from (row.source.publisher, row.source.title, row.source.originator, row.source.id) if row.source else ()
    yield from (row.said_by.title for row in (*item.evidence, *item.follow_ups) if row.said_by)
    yield from (row.actor.title for row in item.responses)


def row_of(item: Item) -> Row:
    """Returns a claim or call as a row to cite."""
    return Row("claims" if item.kind == CLAIM else "calls", item.id, item.sha256, item.version_retired)


def _citations(dataset: Dataset, item: Item) -> dict[str, str]:
    """Returns the citation of a claim or call in every style."""
    return {style: cite(dataset, row_of(item)) for style, cite in STYLES.items()}


def _received(name: str, value: object) -> str:
    """Writes a script that hands a value to the page."""
    return f"site.receive({json.dumps(name)}, {json.dumps(value, ensure_ascii=False, separators=(',', ':'))});\n"
