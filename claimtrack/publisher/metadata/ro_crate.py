"""Describes the release as a research object, with every file and its checksum.

Standard: RO-Crate 1.2, https://w3id.org/ro/crate/1.2
"""

from urllib.parse import quote

from claimtrack.publisher.facts import Contributor
from claimtrack.publisher.metadata.registries import name
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import File

METADATA = "ro-crate-metadata.json"
SITE = "site/"
VERSION = "https://w3id.org/ro/crate/1.2"


def document(dataset: Dataset, files: list[File], pages: list[File], citation: str) -> dict:
    """Returns the metadata of the crate, which is the folder of the release. `pages` are the files in `site/`."""
    people = [_creator(number, one) for number, one in enumerate(dataset.creators, 1)]
    employed = [one for one in dataset.creators if one.is_person and one.organization]
    employers = {
        _organisation_id(one): {"@id": _organisation_id(one), "@type": "Organization", "name": one.organization}
        for one in employed
    }
    publisher = next(
        (who["@id"] for who, one in zip(people, dataset.creators, strict=True) if one.title == dataset.publisher),
        "#publisher",
    )
    statements = [
        {
            "@id": each.url,
            "@type": "CreativeWork",
            "name": each.title,
            "datePublished": each.published,
            "license": {"@id": _spdx(each.licence.code)},
        }
        for each in dataset.statements
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": dataset.title,
        "description": dataset.description or dataset.title,
        "version": dataset.version,
        "datePublished": dataset.date,
        "license": {"@id": dataset.licence.path},
        "creator": _one_or_all([{"@id": who["@id"]} for who in people]),
        "author": _one_or_all([{"@id": who["@id"]} for who in people]),
        "publisher": {"@id": publisher},
        "keywords": ", ".join(dataset.keywords),
        "creditText": citation,
        "about": _one_or_all([{"@id": each["@id"]} for each in statements]),
        "hasPart": [{"@id": file.path} for file in files] + [{"@id": SITE}],
    }
    if dataset.url:
        root |= {"identifier": dataset.url, "url": dataset.url}
    licences = {one.path: _licence(one.title, one.name) for one in dataset.licences}
    licences |= {
        _spdx(each.licence.code): _licence(each.licence.label, each.licence.code) for each in dataset.statements
    }
    return {
        "@context": f"{VERSION}/context",
        "@graph": [
            {"@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": VERSION}, "about": {"@id": "./"}},
            root,
            *people,
            *employers.values(),
            *(
                [{"@id": "#publisher", "@type": "Organization", "name": dataset.publisher}]
                if publisher == "#publisher"
                else []
            ),
            *({"@id": address, "@type": "CreativeWork", **said} for address, said in licences.items()),
            *statements,
            *(_file(file) for file in [*files, *pages]),
            {
                "@id": SITE,
                "@type": "Dataset",
                "name": SITE,
                "description": "Pages to look at",
                "hasPart": [{"@id": page.path} for page in pages],
            },
        ],
    }


def _creator(number: int, one: Contributor) -> dict:
    """Describes a creator as an entity of the crate. Entities must not be nested."""
    said = {"@id": one.orcid or f"#creator-{number}"} | name(one)
    return said | ({"affiliation": {"@id": _organisation_id(one)}} if "affiliation" in said else {})


def _organisation_id(one: Contributor) -> str:
    """Returns the id of the entity for a contributor's organisation."""
    return "#" + quote(one.organization or "", safe="")


def _file(file: File) -> dict:
    """Describes a file of the release."""
    said = {
        "@id": file.path,
        "@type": "File",
        "name": file.path,
        "description": file.title,
        "encodingFormat": file.media_type,
    }
    return said | {"contentSize": str(file.bytes), "sha256": file.sha256}


def _licence(title: str, code: str) -> dict:
    """Describes a licence, given its SPDX id."""
    return {"name": title, "description": f"The licence whose SPDX id is {code}."}


def _one_or_all(values: list) -> object:
    """Returns a single value without its list, as RO-Crate demands."""
    return values[0] if len(values) == 1 else values


def _spdx(code: str) -> str:
    """Returns the address of a licence, given its SPDX id."""
    return f"https://spdx.org/licenses/{code}"
