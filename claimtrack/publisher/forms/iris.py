"""Makes the IRIs of a dataset's objects, which are fragments of its document (`#KH23-C012`)."""

from urllib.parse import quote

from claimtrack.publisher.parts import Code


def ref(id: str) -> dict:
    """Returns a reference to the object that has an id, such as a claim or a source."""
    return {"@id": fragment(id)}


def fragment(*parts: str) -> str:
    """Returns a fragment of the document as an IRI. The parts may have any characters."""
    return "#" + "/".join(quote(part, safe="") for part in parts)


def concept(code: Code) -> dict:
    """Returns a reference to a code."""
    return {"@id": concept_id(code.list, code.code)}


def concept_id(*parts: str) -> str:
    """Returns the IRI of a list of codes, or of a code in it."""
    return fragment("code", *parts)


def coder_id(code: Code) -> str:
    """Returns the IRI of a coder."""
    return fragment("coder", code.code)


def actor_id(id: str) -> str:
    """Returns the IRI of an actor."""
    return fragment("actor", id)


def right_id(id: str) -> str:
    """Returns the IRI of a right."""
    return fragment("right", id)


def text_id(statement_id: str) -> str:
    """Returns the IRI of a statement's canonical text."""
    return fragment(statement_id, "text")


def iri(address: str | None) -> dict | None:
    """Returns an address as an IRI. Characters that an IRI must not have are percent-encoded (RFC 3987)."""
    return {"@id": quote(address, safe="%:/?#[]@!$&'()*+,;=~-._")} if address else None


def wikidata(item: str | None) -> dict | None:
    """Returns the IRI of an item of Wikidata, given its number."""
    return {"@id": f"http://www.wikidata.org/entity/{quote(item)}"} if item else None
