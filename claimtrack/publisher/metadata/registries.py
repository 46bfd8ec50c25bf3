"""Describes the dataset for registries and search engines: DataCite, Zenodo and schema.org.

A property is left out if the descriptor has no value for it. The DOI is that in the descriptor's `id`.
"""

import html
from typing import Any

from claimtrack.publisher.facts import Contributor
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import File

DATACITE_SCHEMA = "http://datacite.org/schema/kernel-4"
# The values of contributorType in DataCite 4.5, appendix 1. Other roles of the descriptor are left out.
CONTRIBUTOR_TYPES = (
    "ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor", "HostingInstitution",
    "Producer", "ProjectLeader", "ProjectManager", "ProjectMember", "RelatedPerson", "Researcher", "ResearchGroup",
    "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader",
)  # fmt: skip
SPDX = "https://spdx.org/licenses/"


def datacite(dataset: Dataset, files: list[File]) -> dict:
    """Returns the metadata of DataCite Metadata Schema 4.5, in the form of its JSON Schema."""
    said = {
        "schemaVersion": DATACITE_SCHEMA,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "creators": [_datacite_name(one) for one in dataset.creators],
        "titles": [{"title": dataset.title}],
        "publisher": {"name": dataset.publisher},
        "publicationYear": dataset.year,
        "version": dataset.version,
        "dates": [{"date": dataset.date, "dateType": "Issued"}],
        "subjects": [{"subject": word} for word in dataset.keywords],
        "contributors": [
            {"contributorType": role} | _datacite_name(one)
            for one in dataset.contributors
            for role in one.roles
            if role in CONTRIBUTOR_TYPES
        ],
        "rightsList": [
            {
                "rights": one.title,
                "rightsUri": one.path,
                "rightsIdentifier": one.name,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": SPDX,
            }
            for one in dataset.licences
        ],
        "descriptions": [{"description": dataset.description, "descriptionType": "Abstract"}]
        if dataset.description
        else [],
        "relatedIdentifiers": [
            {"relatedIdentifier": each.url, "relatedIdentifierType": "URL", "relationType": "References"}
            for each in dataset.statements
        ],
        "formats": sorted({file.media_type for file in files}),
        "sizes": [f"{sum(file.bytes for file in files)} bytes"],
        "doi": dataset.doi,
        "url": dataset.homepage,
    }
    return {name: value for name, value in said.items() if value}


def zenodo(dataset: Dataset) -> dict:
    """Returns .zenodo.json: the deposit metadata of Zenodo's API (https://developers.zenodo.org/#representation)."""
    said = {
        "upload_type": "dataset",
        "title": dataset.title,
        "version": dataset.version,
        "publication_date": dataset.date,
        "description": f"<p>{html.escape(dataset.description or dataset.title, quote=False)}</p>",
        "creators": [_zenodo_name(one) for one in dataset.creators],
        "access_right": "open",
        "license": dataset.licence.name.lower(),
        "keywords": list(dataset.keywords),
        "related_identifiers": [{"identifier": each.url, "relation": "references"} for each in dataset.statements],
        "doi": dataset.doi,
    }
    return {name: value for name, value in said.items() if value}


def schema_org(dataset: Dataset, files: list[File], up: str = "") -> dict:
    """Returns a Dataset of schema.org, with the properties that Google's dataset search reads.

    `up` is the path from the metadata to the release's folder.
    Source: https://developers.google.com/search/docs/appearance/structured-data/dataset
    """
    said = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": dataset.url,
        **described(dataset),
        "identifier": dataset.url,
        "url": dataset.url,
        "isAccessibleForFree": True,
        "about": [
            {"@type": "Article", "headline": each.title, "url": each.url, "datePublished": each.published}
            for each in dataset.statements
        ],
        "variableMeasured": [table.resource.get("title", table.name) for table in dataset.tables.values()],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.title,
                "contentUrl": address(dataset, file.path, up),
                "encodingFormat": file.media_type,
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file in files
        ],
    }
    return {name: value for name, value in said.items() if value}


def described(dataset: Dataset) -> dict:
    """Returns the general properties of a schema.org Dataset. Croissant has the same properties."""
    return {
        "name": dataset.title,
        "description": dataset.description or dataset.title,
        "version": dataset.version,
        "datePublished": dataset.date,
        "license": dataset.licence.path,
        "creator": [name(one) for one in dataset.creators],
        "publisher": {"@type": "Organization", "name": dataset.publisher},
        "keywords": list(dataset.keywords),
    }


def address(dataset: Dataset, path: str, up: str = "") -> str:
    """Returns the address of a file of the release: below the homepage or, without one, relative by way of `up`."""
    return f"{dataset.homepage.rstrip('/')}/{path}" if dataset.homepage else up + path


def name(one: Contributor) -> dict:
    """Describes a contributor in the terms of schema.org."""
    if not one.is_person:
        return {"@type": "Organization", "name": one.title} | ({"url": one.path} if one.path else {})
    said: dict[str, Any] = {
        "@type": "Person",
        "name": one.title,
        "givenName": one.given_name,
        "familyName": one.family_name,
    }
    said |= {
        "affiliation": one.organization and {"@type": "Organization", "name": one.organization},
        "sameAs": one.orcid,
    }
    return {key: value for key, value in said.items() if value}


def _datacite_name(one: Contributor) -> dict:
    """Describes a contributor in the terms of DataCite."""
    if not one.is_person:
        return {"name": one.title, "nameType": "Organizational"}
    said: dict[str, Any] = {
        "name": one.inverted,
        "nameType": "Personal",
        "givenName": one.given_name,
        "familyName": one.family_name,
    }
    if one.organization:
        said["affiliation"] = [{"name": one.organization}]
    if one.orcid:
        said["nameIdentifiers"] = [
            {"nameIdentifier": one.orcid, "nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
        ]
    return {key: value for key, value in said.items() if value}


def _zenodo_name(one: Contributor) -> dict:
    """Describes a contributor in the terms of Zenodo."""
    said = {
        "name": one.inverted,
        "affiliation": one.organization if one.is_person else None,
        "orcid": one.orcid and one.orcid.rpartition("/")[2],
    }
    return {key: value for key, value in said.items() if value}
