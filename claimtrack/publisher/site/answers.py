"""Answers from the data alone what readers ask first: what was asked for, what became of it, and what is contested.

Nothing here judges. A status is that of the follow-ups, and a claim is contested where somebody contests it, whoever is
right. Retired items count for nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from claimtrack.core import edtf
from claimtrack.publisher.language import Language
from claimtrack.publisher.model import Dataset, Item
from claimtrack.publisher.parts import Actor, Response
from claimtrack.publisher.words import in_words
from claimtrack.tracking.status import last_day

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


def sentences(dataset: Dataset, language: Language, own: Callable[[str], str] = str) -> Iterator[str]:
    """Yields the sentences that answer first, in the words of a language. `own` marks what the dataset names."""
    words, asked = language["answers"], calls(dataset)
    if asked:
        told = {"n": len(asked), "addressees": _addressees(asked, language, own)}
        became = _became(asked, language)
        yield language.say(words["calls_became" if became else "calls"], **told, **became)
    active = [item for item in dataset.claims if not item.retired]
    against = contested(dataset)
    if not active:
        return
    if not against:
        yield language.say(words["none_contested"], n=len(active))
        return
    who = voices(dataset)
    named = (language.say(words["voice"], who=own(one.actor.title), n=one.claims) for one in who[:NAMED])
    told = {"n": len(against), "claims": len(active), "voices": language.say(words["voices"], n=len(who))}
    said = words["contested"] if who else words["contested_by_nobody"]
    yield language.say(said, **told, named=language.listed(named, "semicolon"))


def _became(asked: list[Asked], language: Language) -> dict[str, str]:
    """Returns what a sentence says of what became of the calls: nothing where nothing is recorded."""
    words, now = language["answers"], [one.item.current for one in asked if one.item.current]
    if not now:
        return {}
    found = Counter(row.status for row in now)
    listed = language.listed(
        language.say(words["status"], n=number, status=language.within(language.label(code)))
        for code, number in found.most_common()
    )
    days = [row.as_of for row in sorted(now, key=lambda row: last_day(row.as_of, row.recorded))]
    first, last = (in_words(day, language["date"]) for day in (days[0], days[-1]))
    span = words["as_of"].format(date=last) if first == last else words["between"].format(first=first, last=last)
    return {"statuses": listed, "as_of": span}


def _addressees(asked: list[Asked], language: Language, own: Callable[[str], str]) -> str:
    """Returns the names of those of whom most is demanded."""
    words = language["answers"]
    found = Counter(actor.title for one in asked for actor in one.addressees)
    names = language.listed(own(name) for name, _ in found.most_common(NAMED))
    if len(found) > NAMED:
        return language.say(words["and_others"], names=names, n=len(found) - NAMED)
    return names or words["nobody"]


def _when_answered(row: Response) -> tuple[str, str]:
    """Sorts answers by the last day that their date can mean."""
    return last_day(row.response_date, row.recorded), row.id


def _newest(rows: list[tuple[bool, str | None]]) -> str | None:
    """Returns the newest of the dates, by the last day that they can mean."""
    return max((date for _, date in rows if date), key=lambda date: edtf.bounds(date)[1], default=None)
