"""The dataset's description for registries and search engines: DataCite, Zenodo and schema.org.

What has no source in the descriptor is left out. A DOI is named once the descriptor's `id` is one.
"""

import html

from .facts import Contributor
from .files import File
from .model import Dataset

DATACITE_SCHEMA = "http://datacite.org/schema/kernel-4"
# DataCite 4.5, appendix 1: contributorType. Roles of the descriptor that are none of these are left out.
CONTRIBUTOR_TYPES = (
    "ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor", "HostingInstitution", "Producer", "ProjectLeader",
    "ProjectManager", "ProjectMember", "RelatedPerson", "Researcher", "ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader",
)  # fmt: skip
SPDX = "https://spdx.org/licenses/"


def datacite(dataset: Dataset, files: list[File]) -> dict:
    """DataCite Metadata Schema 4.5, as its JSON Schema has it."""
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
            {"contributorType": role} | _datacite_name(one) for one in dataset.contributors for role in one.roles if role in CONTRIBUTOR_TYPES
        ],
        "rightsList": [
            {"rights": one.title, "rightsUri": one.path, "rightsIdentifier": one.name, "rightsIdentifierScheme": "SPDX", "schemeUri": SPDX}
            for one in dataset.licences
        ],
        "descriptions": [{"description": dataset.description, "descriptionType": "Abstract"}] if dataset.description else [],
        "relatedIdentifiers": [
            {"relatedIdentifier": each.url, "relatedIdentifierType": "URL", "relationType": "References"} for each in dataset.statements
        ],
        "formats": sorted({file.media_type for file in files}),
        "sizes": [f"{sum(file.bytes for file in files)} bytes"],
        "doi": dataset.doi,
        "url": dataset.homepage,
    }
    return {name: value for name, value in said.items() if value}


def zenodo(dataset: Dataset) -> dict:
    """.zenodo.json, by the deposit metadata of Zenodo's API (https://developers.zenodo.org/#representation)."""
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
    """schema.org's Dataset, with the properties that Google's dataset search reads; `up` leads to the release's folder.

    (https://developers.google.com/search/docs/appearance/structured-data/dataset)
    """
    said = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": dataset.url,
        **described(dataset),
        "identifier": dataset.url,
        "url": dataset.url,
        "isAccessibleForFree": True,
        "about": [{"@type": "Article", "headline": each.title, "url": each.url, "datePublished": each.published} for each in dataset.statements],
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
    """What schema.org's Dataset says of any dataset; Croissant builds upon the same properties."""
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
    """Where a file of the release lies: below the homepage, or, where there is none, from the metadata by way of `up`."""
    return f"{dataset.homepage.rstrip('/')}/{path}" if dataset.homepage else up + path


def name(one: Contributor) -> dict:
    """A contributor as schema.org has it."""
    if not one.is_person:
        return {"@type": "Organization", "name": one.title} | ({"url": one.path} if one.path else {})
    said = {"@type": "Person", "name": one.title, "givenName": one.given_name, "familyName": one.family_name}
    said |= {"affiliation": one.organization and {"@type": "Organization", "name": one.organization}, "sameAs": one.orcid}
    return {key: value for key, value in said.items() if value}


def _datacite_name(one: Contributor) -> dict:
    if not one.is_person:
        return {"name": one.title, "nameType": "Organizational"}
    said = {"name": one.inverted, "nameType": "Personal", "givenName": one.given_name, "familyName": one.family_name}
    if one.organization:
        said["affiliation"] = [{"name": one.organization}]
    if one.orcid:
        said["nameIdentifiers"] = [{"nameIdentifier": one.orcid, "nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}]
    return {key: value for key, value in said.items() if value}


def _zenodo_name(one: Contributor) -> dict:
    said = {"name": one.inverted, "affiliation": one.organization if one.is_person else None, "orcid": one.orcid and one.orcid.rpartition("/")[2]}
    return {key: value for key, value in said.items() if value}
