"""The dataset as JSON-LD: schema.org for claims and sources, W3C Web Annotation for anchors, PROV for who coded, SKOS for codes.

The context is inline, so that no reader has to fetch one. Identifiers are fragments of the document (`#KH23-C012`), or of
the dataset's own address once the descriptor gives one in `id` or `homepage`.
"""

from urllib.parse import quote

from .facts import Contributor
from .model import CLAIM, Actor, Adjudication, Anchor, Code, Dataset, Evidence, FollowUp, Item, Source, Statement

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
    """The whole dataset as one JSON-LD document."""
    base = {"@base": dataset.url} if dataset.url else {}
    graph = [_dataset(dataset), *_codes(dataset), *_agents(dataset), *_rights(dataset)]
    graph += [node for statement in dataset.statements for node in _statement(statement)]
    graph += [_source(source) for source in dataset.sources]
    graph += [node for item in dataset.items for node in _item(item)]
    return {"@context": CONTEXT | base, "@graph": graph}


def creator(one: Contributor) -> dict:
    """A contributor as schema.org has it."""
    if not one.is_person:
        return _given({"@type": "schema:Organization", "schema:name": one.title, "schema:url": _iri(one.path)})
    names = {"schema:name": one.title, "schema:givenName": one.given_name, "schema:familyName": one.family_name}
    return _given({"@type": "schema:Person", **names, "schema:url": _iri(one.path)})


def _dataset(dataset: Dataset) -> dict:
    return _given(
        {
            "@id": "#dataset",
            "@type": ["schema:Dataset", "prov:Entity"],
            "schema:name": dataset.title,
            "schema:description": dataset.description,
            "schema:version": dataset.version,
            "schema:datePublished": _date(dataset.date),
            "schema:license": _iri(dataset.licence.path),
            "schema:creator": [creator(one) for one in dataset.creators],
            "schema:keywords": list(dataset.keywords),
            "schema:identifier": dataset.id,
            "schema:about": [_ref(statement.id) for statement in dataset.statements],
        }
    )


def _codes(dataset: Dataset) -> list[dict]:
    nodes = []
    for name, codes in dataset.codes.items():
        nodes.append({"@id": _concept_id(name), "@type": "skos:ConceptScheme", "dcterms:title": name})
        for code in codes:
            said = {"skos:notation": code.code, "skos:prefLabel": code.label, "skos:definition": code.definition}
            nodes.append({"@id": _concept_id(name, code.code), "@type": "skos:Concept", "skos:inScheme": {"@id": _concept_id(name)}, **said})
    return nodes


def _agents(dataset: Dataset) -> list[dict]:
    coders = [
        {"@id": _coder_id(code), "@type": "prov:Agent", "rdfs:label": code.label, "rdfs:comment": code.definition} for code in dataset.codes["coder"]
    ]
    actors = []
    for actor in dataset.actors:
        said = {"schema:name": actor.name, "schema:description": actor.description, "dcterms:type": _concept(actor.kind)}
        said |= {"dcterms:isPartOf": actor.part_of and {"@id": _actor_id(actor.part_of)}, "schema:sameAs": _wikidata(actor)}
        actors.append(_given({"@id": _actor_id(actor.id), "@type": "dcterms:Agent", **said}))
    return coders + actors


def _wikidata(actor: Actor) -> dict | None:
    return actor.wikidata and {"@id": f"http://www.wikidata.org/entity/{quote(actor.wikidata)}"}


def _rights(dataset: Dataset) -> list[dict]:
    return [
        {"@id": _right_id(right.id), "@type": "skos:Concept", "skos:prefLabel": right.label, "skos:definition": right.definition}
        for right in dataset.rights
    ]


def _statement(statement: Statement) -> list[dict]:
    work = {
        "@id": _id(statement.id),
        "@type": "schema:Article",
        "schema:headline": statement.title,
        "schema:url": _iri(statement.url),
        "schema:publisher": {"@id": _actor_id(statement.publisher.id)},
        "schema:datePublished": statement.published,
        "schema:inLanguage": statement.language.code,
        "schema:license": statement.licence.code,
    }
    # Positions are counted in the canonical text, which is not part of the dataset: its length, hash and profile identify it.
    text = {
        "@id": _text_id(statement.id),
        "@type": ["schema:DigitalDocument", "prov:Entity"],
        "prov:wasDerivedFrom": _ref(statement.id),
        "schema:sha256": statement.sha256,
        "dcterms:extent": statement.length,
        "dcterms:conformsTo": {"@id": _concept_id("normalisation_profile", statement.profile.code)},
    }
    return [work, text]


def _source(source: Source) -> dict:
    return _given(
        {
            "@id": _id(source.id),
            "@type": "schema:WebPage",
            "schema:name": source.title,
            "schema:url": _iri(source.url),
            "schema:publisher": {"@type": "schema:Organization", "schema:name": source.publisher},
            "schema:datePublished": source.published,
            "schema:inLanguage": source.language.code,
        }
    )


def _item(item: Item) -> list[dict]:
    codes = [item.type, item.voice, item.status, item.commitment, item.act, item.hedge, item.checkability, item.category, item.modality, item.urgency]
    node = {
        "@id": _id(item.id),
        "@type": ["schema:Claim" if item.kind == CLAIM else "schema:CreativeWork", "prov:Entity"],
        "schema:identifier": item.id,
        "schema:genre": "claim" if item.kind == CLAIM else "call to action",
        "schema:text": item.text,
        "schema:isPartOf": {"@id": "#dataset"},
        "schema:temporalCoverage": item.time,
        "schema:creativeWorkStatus": item.status.code,
        "prov:wasAttributedTo": [{"@id": _coder_id(code)} for code in item.coders],
        "prov:wasDerivedFrom": [_ref(decision.id) for decision in item.adjudications],
        "dcterms:type": [_concept(code) for code in codes if code],
        "dcterms:subject": [{"@id": _right_id(each.right.id)} for each in item.rights],
        # schema.org's pattern for a part that someone takes: the property leads to a Role, which has the property again.
        "schema:mentions": [
            {"@type": "schema:Role", "schema:roleName": _concept(part.role), "schema:mentions": {"@id": _actor_id(part.actor.id)}}
            for part in item.participants
        ],
    }
    if item.kind == CLAIM:
        node |= {"schema:appearance": _ref(item.statement_id), "schema:claimInterpreter": {"@id": _actor_id(item.speaker.id)}}
    else:
        node |= {"schema:about": _ref(item.statement_id), "schema:isBasedOn": [_ref(ground.item_id) for ground in item.grounds]}
    nodes = [_given(node), *(_anchor(item, anchor) for anchor in item.anchors)]
    nodes += [_told(item, each, each.relation, each.event_date) for each in item.evidence]
    nodes += [_told(item, each, each.status, each.as_of) for each in item.follow_ups]
    return nodes + [_decision(item, each) for each in item.adjudications]


def _anchor(item: Item, anchor: Anchor) -> dict:
    selector = {"@type": "oa:TextPositionSelector", "oa:start": _count(anchor.start), "oa:end": _count(anchor.end)}
    target = {
        "@type": "oa:SpecificResource",
        "oa:hasSource": {"@id": _text_id(item.statement_id)},
        "oa:hasSelector": selector,
        "schema:sha256": anchor.sha256,
    }
    return {
        "@id": _id(anchor.id),
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:identifying"},
        "oa:hasBody": _ref(item.id),
        "oa:hasTarget": target,
    }


def _told(item: Item, row: Evidence | FollowUp, says: Code, time: str | None) -> dict:
    """A row of evidence or a follow-up: the code of its list tells which. No rating is given, so it is no ClaimReview."""
    return _given(
        {
            "@id": _id(row.id),
            "@type": ["schema:CreativeWork", "prov:Entity"],
            "dcterms:type": [_concept(code) for code in (says, row.confidence) if code],
            "schema:about": _ref(item.id),
            "schema:text": row.finding,
            "schema:citation": row.source and _ref(row.source.id),
            "schema:creditText": row.said_by,
            "schema:temporalCoverage": time,
            "schema:dateCreated": _date(row.recorded),
            "rdfs:comment": row.note,
        }
    )


def _decision(item: Item, decision: Adjudication) -> dict:
    return _given(
        {
            "@id": _id(decision.id),
            "@type": "prov:Entity",
            "dcterms:type": decision.value and _concept(decision.value),
            "schema:about": _ref(item.id),
            "prov:wasAttributedTo": {"@id": "#coder/adjudicator"},
            "rdfs:comment": decision.note,
        }
    )


def _given(node: dict) -> dict:
    """The node without the properties that have no value."""
    return {key: value for key, value in node.items() if value is not None and value != []}


def _ref(id: str) -> dict:
    return {"@id": _id(id)}


def _id(*parts: str) -> str:
    """A fragment of the document as an IRI, whatever the parts hold."""
    return "#" + "/".join(quote(part, safe="") for part in parts)


def _concept(code: Code) -> dict:
    return {"@id": _concept_id(code.list, code.code)}


def _concept_id(*parts: str) -> str:
    return _id("code", *parts)


def _coder_id(code: Code) -> str:
    return _id("coder", code.code)


def _actor_id(id: str) -> str:
    return _id("actor", id)


def _right_id(id: str) -> str:
    return _id("right", id)


def _text_id(statement_id: str) -> str:
    return _id(statement_id, "text")


def _count(number: int) -> dict:
    return {"@value": str(number), "@type": "xsd:nonNegativeInteger"}


def _date(text: str) -> dict:
    return {"@value": text, "@type": "xsd:date"}


def _iri(address: str | None) -> dict | None:
    """An address as an IRI; characters that none may have are percent-encoded (RFC 3987)."""
    return address and {"@id": quote(address, safe="%:/?#[]@!$&'()*+,;=~-._")}
