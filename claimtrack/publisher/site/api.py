"""Writes the rows of claims, calls, actors and sources as static JSON, with an index, and a page for language models.

    api/index.json            the dataset's facts, and every row with the addresses of its JSON and its page
    api/claims/ID.json        a claim, with all rows of other tables about it; calls alike
    api/actors/ID.json        an actor, with the ids of the rows in which they take part, speak or answer
    api/sources/ID.json       a source, with the ids of the rows that rest on it
    llms.txt                  what the dataset is, how to read it, and where its files are

Rows are as in the tables. `llms.txt` follows https://llmstxt.org.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from claimtrack.publisher.language import Language
from claimtrack.publisher.metadata.citation import apa
from claimtrack.publisher.model import CLAIM, Dataset, Item
from claimtrack.publisher.release_files import as_json
from claimtrack.publisher.site import answers
from claimtrack.publisher.site.addresses import FOLDERS, file_of, link

# The tables with rows about a claim or call. The coders' raw values are only in the package.
ABOUT = ("anchors", "participants", "item_rights", "grounds", "evidence", "follow_ups", "criteria", "responses")


class Whole:
    """Gathers the rows of all tables about a claim or call, and the sources, actors and rights that they name."""

    def __init__(self, dataset: Dataset):
        tables = dataset.tables
        self._own = {
            row[key]: (name, row)
            for name, key in (("claims", "claim_id"), ("calls", "call_id"))
            for row in tables[name].rows
        }
        self._about: dict[Any, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
        for name in ABOUT:
            for row in tables[name].rows:
                for id in filter(None, (row.get("claim_id"), row.get("call_id"))):
                    self._about[id][name].append(dict(row))
        keys = {"sources": "source_id", "actors": "actor_id", "rights": "right_id"}
        self.named = {name: {row[key]: dict(row) for row in tables[name].rows} for name, key in keys.items()}

    def of(self, item: Item) -> dict[str, list[dict]]:
        """Returns the row of a claim or call and those about it, by table. Tables without one are left out."""
        name, row = self._own[item.id]
        found = {name: [dict(row)], **self._about[item.id]}
        rows = [row for some in self._about[item.id].values() for row in some]
        used = {
            "sources": {row.get("source_id") for row in rows},
            "actors": {row.get("actor_id") for row in rows} | {row.get("said_by_id") for row in rows},
            "rights": {row.get("right_id") for row in rows},
        }
        for name, ids in used.items():
            found[name] = [row for id, row in self.named[name].items() if id in ids]
        return {name: some for name, some in found.items() if some}


def build(dataset: Dataset, language: Language) -> dict[str, str]:
    """Returns the files of `api/` and `llms.txt`, by their paths in the site's folder."""
    whole, stamp = Whole(dataset), {"dataset": dataset.title, "version": dataset.version}
    files = {}
    for item in dataset.items:
        told = stamp | {"id": item.id, "sha256": item.sha256, **whole.of(item)}
        files[_json(item.kind, item.id)] = as_json(told)
    for actor, rows in voices(dataset).items():
        files[_json("actor", actor)] = as_json(stamp | {"actors": [whole.named["actors"][actor]], "rows": rows})
    for source, used in uses(dataset).items():
        files[_json("source", source)] = as_json(stamp | {"sources": [whole.named["sources"][source]], "rows": used})
    return files | {"api/index.json": as_json(_index(dataset)), "llms.txt": _for_models(dataset, language)}


def uses(dataset: Dataset) -> dict[str, list[str]]:
    """Returns, for each source, the ids of the rows of evidence, follow-ups and responses that rest on it."""
    found: dict[str, list[str]] = {source.id: [] for source in dataset.sources}
    for item in dataset.items:
        for row in item.told:
            if row.source:
                found[row.source.id].append(row.id)
    return found


def voices(dataset: Dataset) -> dict[str, list[str]]:
    """Returns, for each actor, the ids of the rows in which they take part, say something, or answer."""
    found: dict[str, list[str]] = {actor.id: [] for actor in dataset.actors}
    for item in dataset.items:
        for part in item.participants:
            found[part.actor.id].append(part.id)
        for row in (*item.evidence, *item.follow_ups):
            if row.said_by:
                found[row.said_by.id].append(row.id)
        for answer in item.responses:
            found[answer.actor.id].append(answer.id)
    return found


def _json(kind: str, id: str) -> str:
    """Returns the path of a row's JSON in the site's folder."""
    return f"api/{file_of(kind, id, 'json')}"


def _index(dataset: Dataset) -> dict:
    """Returns the index of all rows, with addresses that are relative to the site's folder."""

    def listed(kind: str, rows: Iterable[tuple[str, dict]]) -> list[dict]:
        return [
            {"id": id, "json": f"api/{link(kind, id).removesuffix('html')}json", "page": link(kind, id)} | more
            for id, more in rows
        ]

    def of(item: Item) -> dict:
        said: dict[str, Any] = {"text": item.text, "sha256": item.sha256, "status": item.status.code}
        if item.kind == CLAIM:
            return said | {"contested": item.contested}
        now = item.current
        return said | {"follow_up_status": now.status.code if now else None, "as_of": now.as_of if now else None}

    return {
        "dataset": dataset.title,
        "version": dataset.version,
        "date": dataset.date,
        "citation": apa(dataset),
        "licence": dataset.licence.name,
        "claims": listed("claim", ((item.id, of(item)) for item in dataset.claims)),
        "calls": listed("call", ((item.id, of(item)) for item in dataset.calls)),
        "actors": listed("actor", ((one.id, {"name": one.title}) for one in dataset.actors)),
        "sources": listed(
            "source", ((one.id, {"publisher": one.publisher, "url": one.url}) for one in dataset.sources)
        ),
        "statements": [
            {"id": one.id, "title": one.title, "page": link("statement", one.id)} for one in dataset.statements
        ],
    }


def _for_models(dataset: Dataset, language: Language) -> str:
    """Returns `llms.txt`."""
    return "\n".join(_lines(dataset, language)) + "\n"


def _lines(dataset: Dataset, language: Language) -> Iterator[str]:
    """Yields the lines of `llms.txt`."""
    about, models = language["about"], language["models"]
    yield from (f"# {dataset.title}", "", f"> {dataset.description or dataset.title}", "")
    yield from (*answers.sentences(dataset, language), "", about["record"], about["voice"], about["evidence"], "")
    yield language.say(language["form"]["pair"], label=language["nav"]["cite"], text=apa(dataset))
    yield from ("", f"## {language['nav']['download']}", "")
    yield f"- [api/index.json](api/index.json): {models['index']}"
    for kind in ("claim", "call", "actor", "source"):
        yield f"- api/{FOLDERS[kind]}/ID.json, {FOLDERS[kind]}/ID.html: {models[kind]}"
    yield from (f"- [{one.title}]({link('statement', one.id)})" for one in dataset.statements)
    yield from (f"- [{name}]({name}.html)" for name in ("codebook", "datasheet") if getattr(dataset, name))
    yield f"- [claims.csv](../claims.csv), [calls.csv](../calls.csv), [findings.csv](../findings.csv): {models['flat']}"
