"""The dataset as linked data, asked as its readers ask."""

import json
from collections import Counter
from pathlib import Path

import pytest
import rdflib

from tests.tools.publishing import TABLES

PREFIXES = """
PREFIX schema: <https://schema.org/> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@pytest.fixture(scope="module")
def graph(release) -> rdflib.Graph:
    return rdflib.Graph().parse(release / "dataset.jsonld", format="json-ld", publicID="https://example.org/dataset")


def test_claims_and_calls_are_found_by_query(graph):
    found = graph.query(
        PREFIXES + "SELECT ?id ?text WHERE { ?item a schema:Claim ; schema:identifier ?id ; schema:text ?text }"
    )
    assert {(str(id), str(text)) for id, text in found} == {
        (row["claim_id"], row["claim"]) for row in TABLES["claims"].rows
    }
    found = graph.query(PREFIXES + 'SELECT ?text WHERE { ?item schema:genre "call to action" ; schema:text ?text }')
    assert {str(text) for (text,) in found} == {row["demand"] for row in TABLES["calls"].rows}


def test_anchors_are_web_annotations(graph):
    found = graph.query(
        PREFIXES
        + """SELECT ?id ?start ?end ?sha256 ?source WHERE {
        ?anchor a oa:Annotation ; oa:hasBody/schema:identifier ?id ; oa:hasTarget ?target .
        ?target oa:hasSource/schema:sha256 ?source ; schema:sha256 ?sha256 ;
                oa:hasSelector [ a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end ] }"""
    )
    (statement,) = TABLES["statements"].rows
    read = Counter((str(id), int(start), int(end), str(sha256)) for id, start, end, sha256, _ in found)
    assert read == Counter(
        (row["claim_id"] or row["call_id"], row["start"], row["end"], row["sha256"]) for row in TABLES["anchors"].rows
    )
    assert {str(row[4]) for row in found} == {statement["sha256"]}


def test_evidence_is_found_by_relation_and_source(graph):
    found = graph.query(
        PREFIXES
        + """SELECT ?id ?relation ?url WHERE {
        ?row schema:about/schema:identifier ?id ; dcterms:type ?type ; schema:citation/schema:url ?url .
        ?type skos:inScheme/dcterms:title "relation" ; skos:notation ?relation }"""
    )
    urls = {row["source_id"]: row["url"] for row in TABLES["sources"].rows}
    rows = [row for row in TABLES["evidence"].rows if row["source_id"]]
    assert Counter((str(i), str(r), str(u)) for i, r, u in found) == Counter(
        (r["claim_id"], r["relation"], urls[r["source_id"]]) for r in rows
    )


def test_who_coded_is_told_with_prov(graph):
    found = graph.query(
        PREFIXES
        + "SELECT ?id ?who WHERE { ?item schema:identifier ?id ; prov:wasAttributedTo ?who . ?who a prov:Agent }"
    )
    units = ("claim_id", "call_id", "evidence_id", "follow_up_id", "participant_id")
    coded = {(row[unit], row["coder"]) for row in TABLES["codings"].rows for unit in units if row[unit]}
    assert {(str(id), str(who).rpartition("/")[2]) for id, who in found} == coded


def test_terms_of_the_vocabularies_exist(graph, release):
    """A misspelt term would be read by nobody, and no parser would say so."""
    used = {
        str(term)
        for triple in graph
        for term in (triple[1], triple[2] if triple[1] == rdflib.RDF.type else None)
        if term
    }
    page = rdflib.Graph().parse(
        data=_inline(release / "schema-org.jsonld"), format="json-ld", publicID="https://example.org/"
    )
    used |= {
        str(term)
        for triple in page
        for term in (triple[1], triple[2] if triple[1] == rdflib.RDF.type else None)
        if term
    }
    annotation = {
        "Annotation",
        "SpecificResource",
        "TextPositionSelector",
        "hasBody",
        "hasTarget",
        "hasSource",
        "hasSelector",
        "motivatedBy",
        "start",
        "end",
    }
    spaces = (rdflib.SDO, rdflib.PROV, rdflib.SKOS, rdflib.DCTERMS, rdflib.RDF, rdflib.RDFS)
    for term in used:
        if term.startswith("http://www.w3.org/ns/oa#"):
            assert term.rpartition("#")[2] in annotation, term
        else:
            space = next(space for space in spaces if term.startswith(str(space)))
            assert rdflib.URIRef(term) in space, term


def _inline(path: Path) -> str:
    """A schema.org document with the context spelt out, so that reading it fetches nothing."""
    return json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"@context": {"@vocab": "https://schema.org/"}})
