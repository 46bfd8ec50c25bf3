"""Makes a page for every claim, call, actor, source and statement, and the lists of actors and sources."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from claimtrack.publisher.metadata.citation import STYLES
from claimtrack.publisher.model import Dataset, Item
from claimtrack.publisher.parts import Actor, Evidence, FollowUp, Response, Source
from claimtrack.publisher.site import charts, finding
from claimtrack.publisher.site.addresses import file_of, within
from claimtrack.publisher.site.rendering import Renderer


class Told(NamedTuple):
    """A row of evidence, a follow-up or an answer, with the claim or call that it is about."""

    item: Item
    row: Evidence | FollowUp | Response

    @property
    def code(self) -> object:
        """How it bears on the claim, which status it shows, or what is answered."""
        return next(getattr(self.row, name) for name in ("relation", "status", "answer") if hasattr(self.row, name))

    @property
    def date(self) -> str | None:
        """The date of what it tells, in EDTF."""
        return next(
            getattr(self.row, name) for name in ("event_date", "as_of", "response_date") if hasattr(self.row, name)
        )

    @property
    def voice(self) -> Actor | None:
        """Who says so."""
        return self.row.actor if isinstance(self.row, Response) else self.row.said_by


def build(renderer: Renderer, cards: dict[str, str]) -> dict[str, str]:
    """Returns the pages by their paths in the site's folder. `cards` has the card of each claim and call, by id."""
    dataset = renderer.dataset
    files = dict(_items(renderer, cards)) | dict(_statements(renderer, cards))
    said, rests, parts = _by_actor(dataset), _by_source(dataset), _parts(dataset)
    for actor in dataset.actors:
        path = file_of("actor", actor.id)
        files[path] = renderer.page("actor.html", path, actor=actor, said=said[actor.id], parts_in=parts[actor.id])
    for source in dataset.sources:
        path = file_of("source", source.id)
        files[path] = renderer.page("source.html", path, source=source, said=rests[source.id])
    actors = [
        (one, len({told.item.id for told in said[one.id]} | {item.id for item, _ in parts[one.id]}))
        for one in sorted(dataset.actors, key=lambda one: one.title.casefold())
    ]
    sources: list[tuple[Source, int]] = [(one, len(rests[one.id])) for one in dataset.sources]
    files["actors.html"] = renderer.page("list.html", "actors.html", kind="actors", rows=actors)
    files["sources.html"] = renderer.page("list.html", "sources.html", kind="sources", rows=sources)
    return files


def _items(renderer: Renderer, cards: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yields the page of each claim and call, with the ones before and after it in the statement."""
    ids: list[str | None] = [None, *cards, None]
    around = {id: (before, after) for (before, id), (_, after) in zip(pairwise(ids), pairwise(ids[1:]), strict=False)}
    for id, card in cards.items():
        item = renderer.items[id]
        near = [
            renderer.items[other] if other and renderer.items[other].statement_id == item.statement_id else None
            for other in around[id]
        ]
        citations = {style: cite(renderer.dataset, finding.row_of(item)) for style, cite in STYLES.items()}
        path = file_of(item.kind, id)
        yield path, renderer.page("row.html", path, item=item, card=card, near=near, citations=citations)


def _statements(renderer: Renderer, cards: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yields the page of each statement, with all of its claims and calls."""
    dataset = renderer.dataset
    of: dict[str, list[str]] = defaultdict(list)
    for id, card in cards.items():
        of[renderer.items[id].statement_id].append(within(card))
    for one in dataset.statements:
        path = file_of("statement", one.id)
        covered = charts.coverage(dataset, one)
        view = {"statement": one, "coverage": covered, "levels": charts.LEVELS, "cards": of[one.id]}
        yield path, renderer.page("statement.html", path, whole=True, **view)


def _told(dataset: Dataset) -> Iterable[Told]:
    """Yields all rows of evidence, follow-ups and answers."""
    return (Told(item, row) for item in dataset.items for row in item.told)


def _by_actor(dataset: Dataset) -> dict[str, list[Told]]:
    """Groups the rows by who says so."""
    found: dict[str, list[Told]] = defaultdict(list)
    for one in _told(dataset):
        if one.voice:
            found[one.voice.id].append(one)
    return found


def _by_source(dataset: Dataset) -> dict[str, list[Told]]:
    """Groups the rows by the source that they rest on."""
    found: dict[str, list[Told]] = defaultdict(list)
    for one in _told(dataset):
        if one.row.source:
            found[one.row.source.id].append(one)
    return found


def _parts(dataset: Dataset) -> dict[str, list[tuple[Item, list]]]:
    """Groups the claims and calls by who takes part in them, with the roles."""
    found: dict[str, dict[str, tuple[Item, list]]] = defaultdict(dict)
    for item in dataset.items:
        for part in item.participants:
            found[part.actor.id].setdefault(item.id, (item, []))[1].append(part.role)
    return defaultdict(list, {id: list(some.values()) for id, some in found.items()})
