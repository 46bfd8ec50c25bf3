"""Makes a new, empty claim package: valid, with everything that a dataset of one's own needs around its tables."""

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from claimtrack.core.about import version
from claimtrack.core.errors import Unusable
from claimtrack.core.paths import DESCRIPTOR
from claimtrack.core.writing import clear, write_folder
from claimtrack.package.checksums import checksums
from claimtrack.package.json_object import as_json
from claimtrack.package.opened import open_package
from claimtrack.package.table_io import as_table
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.publisher.documents.pages import MARK, codebook, readme
from claimtrack.publisher.join import load
from claimtrack.publisher.metadata.cff import cff
from claimtrack.tracking import general

TEMPLATE = Path(__file__).parent / "template"
FIRST = "0.1.0"  # the version of an empty package; the first statement makes 0.2.0
# The tables in the order in which people read them.
ORDER = (
    "statements segments claims calls anchors actors participants rights item_rights grounds sources evidence "
    "follow_ups criteria responses codings reviews codes"
).split()
# The files of a new package, beside its tables and Table Schemas, by their path in it.
FILES = {
    "README.md": "README.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "LICENSE.md": "LICENSE.md",
    "docs/codebook.md": "codebook.md",
    ".gitignore": "gitignore",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/validate.yml": "workflow.yml",
}
DIALECT = {
    "$schema": "https://datapackage.org/profiles/2.0/tabledialect.json",
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "skipInitialSpace": False,
}


@dataclass(frozen=True)
class About:
    """What a user says of a new package.

    `countries` (ISO 3166-1 alpha-3) and `languages` (BCP 47) are those of the statements and sources. `tool` is what
    pip installs to check the package.
    """

    title: str
    publisher: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    tool: str


def make(folder: Path, about: About) -> list[str]:
    """Writes a new package into a folder, which must be new or empty, and returns the paths of its files.

    Raises Unusable; nothing is then written.
    """
    _refuse(folder)
    files = _files(about)
    with tempfile.TemporaryDirectory() as place:  # the documents are made from the package, as they always are
        for name, content in files.items():
            path = Path(place) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        opened = open_package(place, keep=True)
        files["docs/codebook.md"] = codebook(opened).encode("utf-8")
        files["README.md"] = readme(opened).encode("utf-8")
        files["CITATION.cff"] = cff(load(opened)).encode("utf-8")
    write_folder(folder, files, lambda: _refuse(folder))
    return sorted(files)


def tool() -> str:
    """Returns what pip installs to get this program: the repository and commit that it came from, or its version.

    Source: https://packaging.python.org/en/latest/specifications/direct-url/
    """
    try:
        said = json.loads(metadata.distribution("claimtrack").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        said = {}
    if said.get("vcs_info", {}).get("commit_id"):
        return f"claimtrack @ {said['vcs_info']['vcs']}+{said['url']}@{said['vcs_info']['commit_id']}"
    return f"claimtrack=={version()}"


def _refuse(folder: Path) -> None:
    """Raises Unusable for a place that is not free. What a killed run has left beside it is removed."""
    clear(folder.resolve().parent)
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder}: is there and is no folder; name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise Unusable(f"{folder}: is not empty; name a new folder, and run `git init` in it afterwards")


def _files(about: About) -> dict[str, bytes]:
    """Returns the files of the package by path. The documents are not yet complete. Raises Unusable."""
    chosen = {"language": _known("language", about.languages), "country": _known("country", about.countries)}
    words = {"TITLE": about.title, "TOOL": about.tool, "VERSION": FIRST, "TODAY": _today()}
    files = {name: _template(source, words) for name, source in FILES.items()}
    files["docs/codebook.md"] += MARK.encode("utf-8")
    profile, resources = CLAIM_TRACKING.loaded, []
    for name in ORDER:
        schema = _schema(profile.table_schemas[name], chosen)
        rows = _codes(chosen) if name == "codes" else []
        content = as_table([field["name"] for field in schema["fields"]], rows, in_order=False)
        files[f"data/{name}.csv"] = content
        files[f"schemas/{name}.json"] = as_json(schema).encode("utf-8")
        resources.append(_resource(name, schema, content))
    files[DESCRIPTOR] = as_json(_descriptor(about, resources)).encode("utf-8")
    return files


def _template(source: str, words: Mapping[str, str]) -> bytes:
    """Returns a file of the template with its placeholders filled in."""
    text = (TEMPLATE / source).read_text(encoding="utf-8")
    return re.sub("@([A-Z]+)@", lambda found: words[found[1]], text).encode("utf-8")


def _known(name: str, codes: tuple[str, ...]) -> list[str]:
    """Returns codes of a general list. Raises Unusable for one that is not in it."""
    for code in codes:
        if (name, code) not in general.codes():
            mend = "such as en or fr" if name == "language" else "of three letters, such as KEN"
            raise Unusable(f'"{code[:40]}" is no {name} of the general list; write its code, {mend}')
    return list(dict.fromkeys(codes))


def _schema(asked: Mapping[str, Any], chosen: Mapping[str, list[str]]) -> dict[str, Any]:
    """Returns a copy of a Table Schema, with the chosen codes of countries and languages."""
    schema = json.loads(json.dumps(asked))
    for field in schema["fields"]:
        if field.get("codeList") in chosen:
            field["constraints"]["enum"] = chosen[field["codeList"]]
            field["example"] = chosen[field["codeList"]][0]
    return schema


def _codes(chosen: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Returns the rows of `codes` of a new package."""
    return [row for (name, code), row in general.codes().items() if name not in chosen or code in chosen[name]]


def _resource(name: str, schema: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Returns the resource of a table."""
    return {
        "name": name,
        "type": "table",
        "title": schema["title"],
        "description": schema["description"],
        "path": f"data/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": dict(DIALECT),
        "schema": f"schemas/{name}.json",
        **checksums(content),
    }


def _descriptor(about: About, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the descriptor of a new package."""
    name = re.sub("[^a-z0-9]+", "-", about.title.lower()).strip("-")[:60].strip("-")
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name or "claims",
        "title": about.title,
        "description": "Every claim and every call to action in published statements, and what became of them.",
        "version": FIRST,
        "created": f"{_today()}T00:00:00Z",
        "conformsTo": CLAIM_TRACKING.name,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "contributors": [{"title": about.publisher, "roles": ["creator", "publisher"]}],
        "resources": resources,
    }


def _today() -> str:
    """Returns today's date in UTC."""
    return datetime.now(UTC).date().isoformat()
