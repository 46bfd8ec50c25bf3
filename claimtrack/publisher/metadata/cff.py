"""CITATION.cff (Citation File Format 1.2.0): the dataset, and under references the statements that it is about.

    python -m publisher.cff [PACKAGE]     refresh the package's CITATION.cff from its descriptor
"""

import re
import sys
from pathlib import Path

import yaml

from validator.tool import command

from .facts import Contributor
from .model import Dataset, Statement, load

MESSAGE = "If you use this dataset, please cite it as below, with its version; and cite the statement itself for what it says."
EXACT_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def cff(dataset: Dataset) -> str:
    """The file's text."""
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
    return yaml.safe_dump({name: value for name, value in said.items() if value}, sort_keys=False, allow_unicode=True, width=10**6)


def _cff_author(one: Contributor) -> dict:
    if not one.is_person:
        return {"name": one.title}
    names = {"family-names": one.family_name, "given-names": one.given_name, "affiliation": one.organization, "orcid": one.orcid}
    return {name: value for name, value in names.items() if value}


def _cff_reference(statement: Statement) -> dict:
    said = {"type": "article", "title": statement.title, "authors": [{"name": statement.publisher.title}]}
    if EXACT_DAY.fullmatch(statement.published):
        said["date-published"] = statement.published
    return said | {"url": statement.url, "license": statement.licence.code}


def write(descriptor: Path) -> None:
    """Writes the CITATION.cff of a package anew."""
    text = cff(load(descriptor))
    (descriptor.parent / "CITATION.cff").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(command("publisher.cff", write))
