"""Answers from the data alone what readers ask first: what was asked for, what became of it, and what is contested.

Nothing here judges. A status is that of the follow-ups, and a claim is contested where somebody contests it, whoever is
right. Retired items count for nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from claimtrack.core import edtf
from claimtrack.publisher.model import Dataset, Item
from claimtrack.publisher.parts import Actor, Response
from claimtrack.publisher.words import in_words

NAMED = 3  # of those who contest most claims, how many a sentence names


@dataclass(frozen=True)
class Asked:
    """A call: of whom something is demanded, and the newest answer of one who is meant, or None."""

    item: Item
    addressees: tuple[Actor, ...]
    answer: Response | None


@dataclass(frozen=True)
class Voice:
    """Who contests claims: how many, in how many findings, how many of these official, and the newest date (EDTF)."""

    actor: Actor
    claims: int
    findings: int
    official: int
    newest: str | None


def calls(dataset: Dataset) -> list[Asked]:
    """Returns the calls that are not retired, in order."""
    return [
        Asked(item, item.actors("addressee"), max(item.responses, key=_when_answered, default=None))
        for item in dataset.calls
        if not item.retired
    ]


def contested(dataset: Dataset) -> list[Item]:
    """Returns the claims that are contested (`Item.contested`) and not retired."""
    return [item for item in dataset.claims if item.contested and not item.retired]


def voices(dataset: Dataset) -> list[Voice]:
    """Returns who contests claims, the one who contests most claims first."""
    claims: Counter[str] = Counter()
    rows: dict[str, list[tuple[bool, str | None]]] = defaultdict(list)
    actors: dict[str, Actor] = {}
    for item in contested(dataset):
        actors |= {actor.id: actor for actor in item.contesting}
        claims.update(actor.id for actor in item.contesting)
        for row in item.evidence:
            if row.said_by and row.relation.code == "contradicts":
                rows[row.said_by.id].append((row.official, row.event_date))
        for answer in item.denials:
            rows[answer.actor.id].append((False, answer.response_date))
    made = [
        Voice(actor, claims[id], len(rows[id]), sum(official for official, _ in rows[id]), _newest(rows[id]))
        for id, actor in actors.items()
    ]
    return sorted(made, key=lambda one: (-one.claims, -one.findings, one.actor.title.casefold()))


def sentences(dataset: Dataset, strings: Mapping) -> Iterator[str]:
    """Yields the sentences that answer first, in the words of a language."""
    words, asked = strings["answers"], calls(dataset)
    if asked:
        said = words["calls"] if len(asked) > 1 else words["call"]
        yield said.format(calls=len(asked), addressees=_addressees(asked, words)) + (_became(asked, strings) or ".")
    active = [item for item in dataset.claims if not item.retired]
    against = contested(dataset)
    if not active:
        return
    if not against:
        yield words["none_contested"].format(claims=len(active))
        return
    who = voices(dataset)
    named = [words["voice"].format(who=one.actor.title, claims=one.claims) for one in who[:NAMED]]
    said = words["contested"] if who else words["contested_by_nobody"]
    yield said.format(contested=len(against), claims=len(active), voices=len(who), named="; ".join(named))


def _became(asked: list[Asked], strings: Mapping) -> str:
    """Returns what became of the calls, as the end of a sentence, or "" where nothing is recorded."""
    words, now = strings["answers"], [one.item.current for one in asked if one.item.current]
    if not now:
        return ""
    found = Counter(row.status for row in now)
    listed = ", ".join(f"{number} {code.label.lower()}" for code, number in found.most_common())
    days = sorted({row.as_of for row in now}, key=lambda day: edtf.bounds(day)[1])
    first, last = (in_words(day, strings["date"]) for day in (days[0], days[-1]))
    span = words["as_of"].format(date=last) if first == last else words["between"].format(first=first, last=last)
    return ": " + words["became"].format(statuses=listed, as_of=span)


def _addressees(asked: list[Asked], words: Mapping) -> str:
    """Returns the names of those of whom most is demanded."""
    found = Counter(actor.title for one in asked for actor in one.addressees)
    names = [name for name, _ in found.most_common(NAMED)]
    more = words["and_others"].format(n=len(found) - NAMED) if len(found) > NAMED else ""
    return ", ".join(names) + more if names else words["nobody"]


def _when_answered(row: Response) -> tuple[str, str]:
    """Sorts answers by the last day that their date can mean."""
    return edtf.bounds(row.response_date)[1], row.id


def _newest(rows: list[tuple[bool, str | None]]) -> str | None:
    """Returns the newest of the dates, by the last day that they can mean."""
    return max((date for _, date in rows if date), key=lambda date: edtf.bounds(date)[1], default=None)
