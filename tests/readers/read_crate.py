# /// script
# requires-python = ">=3.11"
# dependencies = ["roc-validator==0.13.0", "rocrate==0.16.0"]
# ///
"""The RO-Crate validator and ro-crate-py read a release: `uv run --script tests/readers/read_crate.py DIST`."""

import json
import sys
from importlib.resources import files

import requests
from rdflib.plugins.shared.jsonld import context
from rocrate.rocrate import ROCrate
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.utils import document_loader
from rocrate_validator.utils.http import HttpRequester

# Recommendations that ask for facts which the descriptor does not give: an organisation's address, its ROR, a contact.
NOT_GIVEN = {"ro-crate-1.2_86.2", "ro-crate-1.2_89.0", "ro-crate-1.2_90.1", "ro-crate-1.2_93.0"}


def fetch_nothing() -> None:
    """Lets the readers have the JSON-LD context that ro-crate-py carries: of a later version, which only adds terms."""
    carried = files("rocrate").joinpath("data/ro-crate.jsonld").read_text(encoding="utf-8")
    document_loader.install_document_loader()
    fetched = context.source_to_json

    def source_to_json(source, **options):
        return (
            (json.loads(carried), None)
            if str(source).startswith("https://w3id.org/ro/crate/")
            else fetched(source, **options)
        )

    def get(self, url: str, **options) -> requests.Response:
        response = requests.Response()
        response.status_code, response._content, response.url = 200, carried.encode("utf-8"), url
        response.headers["Content-Type"] = "application/ld+json"
        return response

    context.source_to_json, HttpRequester.get = source_to_json, get


def main(folder: str) -> int:
    crate = ROCrate(folder)
    parts = {part.id for part in crate.root_dataset["hasPart"]}
    print(f"ro-crate-py: {crate.name}, {len(parts)} parts")
    settings = ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="ro-crate-1.2",
        requirement_severity=Severity.RECOMMENDED,
        skip_availability_check=True,
    )
    result = services.validate(settings)
    issues = [issue for issue in result.get_issues() if issue.check.identifier not in NOT_GIVEN]
    for issue in issues:
        print(f"roc-validator: {issue.severity.name} {issue.check.identifier} {issue.message}")
    print(f"roc-validator: {len(result.executed_checks)} checks, {len(issues)} issues")
    return int(bool(issues) or not result.executed_checks)


if __name__ == "__main__":
    fetch_nothing()
    sys.exit(main(sys.argv[1]))
