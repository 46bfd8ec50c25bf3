"""Writes CITATION.cff (Citation File Format 1.2.0): the dataset, and as references the statements that it is about.

`claimtrack cite --write` writes it into a package.
"""

import re

import yaml

from claimtrack.publisher.facts import Contributor
from claimtrack.publisher.model import Dataset, Statement

MESSAGE = (
    "If you use this dataset, please cite it as below, with its version; "
    "and cite the statement itself for what it says."
)
EXACT_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def cff(dataset: Dataset) -> str:
    """Returns the text of the file."""
    said = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": "dataset",
        "title": dataset.title,
        "version": dataset.version,
        "date-released": dataset.date,
        "license": dataset.licence.name,
        "authors": [_cff_author(one) for one in dataset.creators],
        "keywords": list(dataset.keywords),
        "doi": dataset.doi,
        "url": dataset.url,
        "references": [_cff_reference(statement) for statement in dataset.statements],
    }
    return yaml.safe_dump(
        {name: value for name, value in said.items() if value}, sort_keys=False, allow_unicode=True, width=10**6
    )


def _cff_author(one: Contributor) -> dict:
    """Describes a creator of the dataset."""
    if not one.is_person:
        return {"name": one.title}
    names = {
        "family-names": one.family_name,
        "given-names": one.given_name,
        "affiliation": one.organization,
        "orcid": one.orcid,
    }
    return {name: value for name, value in names.items() if value}


def _cff_reference(statement: Statement) -> dict:
    """Describes a statement. The format allows only dates with an exact day."""
    said = {"type": "article", "title": statement.title, "authors": [{"name": statement.publisher.title}]}
    if EXACT_DAY.fullmatch(statement.published):
        said["date-published"] = statement.published
    return said | {"url": statement.url, "license": statement.licence.code}
