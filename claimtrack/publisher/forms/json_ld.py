"""Makes the dataset as JSON-LD.

It uses schema.org for claims and sources, W3C Web Annotation for anchors, PROV for the coders, and SKOS for codes. The
context is inline, so that no reader has to fetch it. Identifiers are fragments of the document (`#KH23-C012`), or of
the dataset's address if the descriptor gives one in `id` or `homepage`.
"""

from typing import Any

from claimtrack.publisher.facts import Contributor
from claimtrack.publisher.forms.iris import (
    actor_id,
    coder_id,
    concept,
    concept_id,
    fragment,
    iri,
    ref,
    right_id,
    text_id,
    wikidata,
)
from claimtrack.publisher.model import CLAIM, Dataset, Item, Statement
from claimtrack.publisher.parts import Adjudication, Anchor, Code, Coded, Evidence, FollowUp, Right, Source

CONTEXT = {
    "schema": "https://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def document(dataset: Dataset) -> dict:
    """Returns the whole dataset as one JSON-LD document."""
    base = {"@base": dataset.url} if dataset.url else {}
    graph = [_dataset(dataset), *_codes(dataset), *_agents(dataset), *_rights(dataset)]
    graph += [node for statement in dataset.statements for node in _statement(statement)]
    graph += [_source(source) for source in dataset.sources]
    graph += [node for item in dataset.items for node in _item(item)]
    return {"@context": CONTEXT | base, "@graph": graph}


def creator(one: Contributor) -> dict:
    """Describes a contributor in the terms of schema.org."""
    if not one.is_person:
        return _given({"@type": "schema:Organization", "schema:name": one.title, "schema:url": iri(one.path)})
    names = {"schema:name": one.title, "schema:givenName": one.given_name, "schema:familyName": one.family_name}
    return _given({"@type": "schema:Person", **names, "schema:url": iri(one.path)})


def _dataset(dataset: Dataset) -> dict:
    return _given(
        {
            "@id": "#dataset",
            "@type": ["schema:Dataset", "prov:Entity"],
            "schema:name": dataset.title,
            "schema:description": dataset.description,
            "schema:version": dataset.version,
            "schema:datePublished": _date(dataset.date),
            "schema:license": iri(dataset.licence.path),
            "schema:creator": [creator(one) for one in dataset.creators],
            "schema:keywords": list(dataset.keywords),
            "schema:identifier": dataset.id,
            "schema:about": [ref(statement.id) for statement in dataset.statements],
        }
    )


def _codes(dataset: Dataset) -> list[dict]:
    nodes: list[dict[str, Any]] = []
    for name, codes in dataset.codes.items():
        nodes.append({"@id": concept_id(name), "@type": "skos:ConceptScheme", "dcterms:title": name})
        for code in codes:
            said = {"skos:notation": code.code, "skos:prefLabel": code.label, "skos:definition": code.definition}
            about = {"@id": concept_id(name, code.code), "@type": "skos:Concept"}
            nodes.append(about | {"skos:inScheme": {"@id": concept_id(name)}} | said)
    return nodes


def _agents(dataset: Dataset) -> list[dict]:
    coders = [
        {"@id": coder_id(code), "@type": "prov:Agent", "rdfs:label": code.label, "rdfs:comment": code.definition}
        for code in dataset.codes["coder"]
    ]
    actors = []
    for actor in dataset.actors:
        said = {
            "schema:name": actor.name,
            "schema:description": actor.description,
            "dcterms:type": concept(actor.kind),
        }
        said |= {
            "dcterms:isPartOf": actor.part_of and {"@id": actor_id(actor.part_of)},
            "schema:sameAs": wikidata(actor.wikidata),
        }
        actors.append(_given({"@id": actor_id(actor.id), "@type": "dcterms:Agent", **said}))
    return coders + actors


def _rights(dataset: Dataset) -> list[dict]:
    return [
        {
            "@id": right_id(right.id),
            "@type": "skos:Concept",
            "skos:prefLabel": right.label,
            "skos:definition": right.definition,
        }
        for right in dataset.rights
    ]


def _statement(statement: Statement) -> list[dict]:
    work = {
        "@id": fragment(statement.id),
        "@type": "schema:Article",
        "schema:headline": statement.title,
        "schema:url": iri(statement.url),
        "schema:publisher": {"@id": actor_id(statement.publisher.id)},
        "schema:datePublished": statement.published,
        "schema:inLanguage": statement.language.code,
        "schema:license": statement.licence.code,
    }
    # Positions are counted in the canonical text, which is not part of the dataset. Its length, hash and profile
    # identify it.
    text = {
        "@id": text_id(statement.id),
        "@type": ["schema:DigitalDocument", "prov:Entity"],
        "prov:wasDerivedFrom": ref(statement.id),
        "schema:sha256": statement.sha256,
        "dcterms:extent": statement.length,
        "dcterms:conformsTo": {"@id": concept_id("normalisation_profile", statement.profile.code)},
    }
    return [work, text]


def _source(source: Source) -> dict:
    return _given(
        {
            "@id": fragment(source.id),
            "@type": "schema:WebPage",
            "schema:name": source.title,
            "schema:url": iri(source.url),
            "schema:publisher": {"@type": "schema:Organization", "schema:name": source.publisher},
            "schema:datePublished": source.published,
            "schema:inLanguage": source.language.code,
        }
    )


def _item(item: Item) -> list[dict]:
    codes = [
        item.type,
        item.voice,
        item.status,
        item.commitment,
        item.act,
        item.hedge,
        item.checkability,
        item.category,
        item.modality,
        item.urgency,
    ]
    node = {
        "@id": fragment(item.id),
        "@type": ["schema:Claim" if item.kind == CLAIM else "schema:CreativeWork", "prov:Entity"],
        "schema:identifier": item.id,
        "schema:genre": "claim" if item.kind == CLAIM else "call to action",
        "schema:text": item.text,
        "schema:isPartOf": {"@id": "#dataset"},
        "schema:temporalCoverage": item.time,
        "schema:creativeWorkStatus": item.status.code,
        **_coded(item),
        "dcterms:type": [concept(code) for code in codes if code],
        "dcterms:subject": [{"@id": right_id(each.right.id)} for each in item.rights],
        # schema.org describes a participation by a property that leads to a Role, which has the same property again.
        "schema:mentions": [
            _given(
                {
                    "@id": fragment(part.id),
                    "@type": ["schema:Role", "prov:Entity"],
                    "schema:identifier": part.id,
                    "schema:roleName": concept(part.role),
                    "schema:mentions": {"@id": actor_id(part.actor.id)},
                    **_coded(part),
                }
            )
            for part in item.participants
        ],
    }
    if item.kind == CLAIM:
        node |= {
            "schema:appearance": ref(item.statement_id),
            "schema:claimInterpreter": {"@id": actor_id(item.speaker.id)},
        }
    else:
        node |= {
            "schema:about": ref(item.statement_id),
            "schema:isBasedOn": [ref(ground.item_id) for ground in item.grounds],
        }
    nodes = [_given(node), *(_anchor(item, anchor) for anchor in item.anchors)]
    nodes += [_told(item, each, each.relation, each.event_date) for each in item.evidence]
    nodes += [_told(item, each, each.status, each.as_of) for each in item.follow_ups]
    decided: list[Item | Coded] = [item, *item.participants, *item.evidence, *item.follow_ups]
    return nodes + [_decision(each.id, decision) for each in decided for decision in each.adjudications]


def _anchor(item: Item, anchor: Anchor) -> dict:
    selector = {"@type": "oa:TextPositionSelector", "oa:start": _count(anchor.start), "oa:end": _count(anchor.end)}
    target = {
        "@type": "oa:SpecificResource",
        "oa:hasSource": {"@id": text_id(item.statement_id)},
        "oa:hasSelector": selector,
        "schema:sha256": anchor.sha256,
    }
    return {
        "@id": fragment(anchor.id),
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:identifying"},
        "oa:hasBody": ref(item.id),
        "oa:hasTarget": target,
    }


def _told(item: Item, row: Evidence | FollowUp, says: Code, time: str | None) -> dict:
    """Describes a row of evidence or a follow-up; the list of the code `says` tells which.

    It is no ClaimReview, because it has no rating.
    """
    return _given(
        {
            "@id": fragment(row.id),
            "@type": ["schema:CreativeWork", "prov:Entity"],
            "schema:identifier": row.id,
            **_coded(row),
            "dcterms:type": [concept(code) for code in (says, row.confidence) if code],
            "schema:about": ref(item.id),
            "schema:text": row.finding,
            "schema:citation": row.source and ref(row.source.id),
            "schema:creditText": row.said_by and row.said_by.title,
            "schema:temporalCoverage": time,
            "schema:dateCreated": _date(row.recorded),
            "rdfs:comment": row.note,
        }
    )


def _coded(coded: Item | Coded) -> dict:
    """Tells who coded something, and what was decided of it."""
    return {
        "prov:wasAttributedTo": [{"@id": coder_id(code)} for code in coded.coders],
        "prov:wasDerivedFrom": [ref(decision.id) for decision in coded.adjudications],
    }


def _decision(about: str, decision: Adjudication) -> dict:
    """Describes a decision about what has the id `about`."""
    value = decision.value
    chosen = {"@id": right_id(value.id)} if isinstance(value, Right) else value and concept(value)
    return _given(
        {
            "@id": fragment(decision.id),
            "@type": "prov:Entity",
            "dcterms:type": chosen,
            "schema:about": ref(about),
            "prov:wasAttributedTo": {"@id": "#coder/adjudicator"},
            "rdfs:comment": decision.note,
        }
    )


def _given(node: dict) -> dict:
    """Removes the properties of a node that have no value."""
    return {key: value for key, value in node.items() if value is not None and value != []}


def _count(number: int) -> dict:
    return {"@value": str(number), "@type": "xsd:nonNegativeInteger"}


def _date(text: str) -> dict:
    return {"@value": text, "@type": "xsd:date"}
