"""Citations: one source of truth, the same facts in every form, and rows that can be proven unchanged."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import bibtexparser
import lxml.html
import pytest
import rispy
import yaml
from datacite import schema45

from claimtrack.publisher.join import load
from claimtrack.publisher.metadata import cff, citation, croissant, registries, ro_crate, row_hash
from claimtrack.publisher.model import Dataset
from claimtrack.publisher.release_files import File
from tests.conftest import ROOT, material
from tests.tools.example import Example
from tests.tools.publishing import describe
from tests.tools.support import kept, read_descriptor

DESCRIPTOR = read_descriptor(ROOT)


# --------------------------------------------------------------------------------------------------------------- parity


def _ris(text: str) -> dict:
    (entry,) = rispy.loads(text.replace("\r\n", "\n"))
    return entry


def _bibtex(text: str) -> dict:
    (entry,) = bibtexparser.loads(text).entries
    return entry


def _readers(folder) -> dict[str, dict]:
    """Title, version, date, licence and creators as each form gives them, if possible to other people's software."""
    at = {
        path.name: path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix not in (".zip", ".sqlite", ".xlsx") and path.is_file()
    }
    page = {name: json.loads(text) for name, text in at.items() if name.endswith(("json", "jsonld"))}
    cff_said, bib, ris = yaml.safe_load(at["CITATION.cff"]), _bibtex(at["citation.bib"]), _ris(at["citation.ris"])
    (csl,) = page["citation.json"]
    root = next(node for node in page["ro-crate-metadata.json"]["@graph"] if node["@id"] == "./")
    people = {node["@id"]: node for node in page["ro-crate-metadata.json"]["@graph"]}
    linked = next(node for node in page["dataset.jsonld"]["@graph"] if node["@id"] == "#dataset")
    cite, zenodo, search, ml = (
        page["datacite.json"],
        page[".zenodo.json"],
        page["schema-org.jsonld"],
        page["croissant.json"],
    )
    return {
        "CITATION.cff": _facts(
            cff_said["title"],
            cff_said["version"],
            cff_said["date-released"],
            cff_said["license"],
            [a["name"] for a in cff_said["authors"]],
        ),
        "citation.bib": _facts(
            *_untitled(bib["title"].strip("{}")), bib["date"], bib["copyright"], [bib["author"].strip("{}")]
        ),
        "citation.ris": _facts(
            _untitled(ris["title"])[0], ris["edition"], ris["date"].replace("/", "-"), ris["custom1"], ris["authors"]
        ),
        "citation.json": _facts(
            _untitled(csl["title"])[0],
            csl["custom"]["version"],
            "-".join(f"{part:02}" for part in csl["issued"]["date-parts"][0]),
            csl["custom"]["license"],
            [one["literal"] for one in csl["author"]],
        ),
        "datacite.json": _facts(
            cite["titles"][0]["title"],
            cite["version"],
            cite["dates"][0]["date"],
            cite["rightsList"][0]["rightsIdentifier"],
            [one["name"] for one in cite["creators"]],
        ),
        ".zenodo.json": _facts(
            zenodo["title"],
            zenodo["version"],
            zenodo["publication_date"],
            zenodo["license"].upper(),
            [one["name"] for one in zenodo["creators"]],
        ),
        "schema-org.jsonld": _facts(
            search["name"],
            search["version"],
            search["datePublished"],
            _code(search["license"]),
            [one["name"] for one in search["creator"]],
        ),
        "croissant.json": _facts(
            ml["name"], ml["version"], ml["datePublished"], _code(ml["license"]), [one["name"] for one in ml["creator"]]
        ),
        "ro-crate-metadata.json": _facts(
            root["name"],
            root["version"],
            root["datePublished"],
            _code(root["license"]["@id"]),
            [people[who["@id"]]["name"] for who in _listed(root["creator"])],
        ),
        "dataset.jsonld": _facts(
            linked["schema:name"],
            linked["schema:version"],
            linked["schema:datePublished"]["@value"],
            _code(linked["schema:license"]["@id"]),
            [one["schema:name"] for one in linked["schema:creator"]],
        ),
    }


def _untitled(title: str) -> tuple[str, str]:
    """The title and the version of a title for reference managers, which ends in the version."""
    found = re.fullmatch(r"(.*) \(version ([^ ,)]+)\)", title)
    return found[1], found[2]


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _facts(title: str, version: str, date: str, licence: str, creators: list[str]) -> dict:
    return {"title": title, "version": version, "date": str(date), "licence": licence, "creators": creators}


def _code(address: str) -> str:
    """The id of the licence that an address of the descriptor's belongs to."""
    return next(one["name"] for one in DESCRIPTOR["licenses"] if one["path"] == address)


def test_every_form_gives_the_same_facts(release):
    (licence,) = DESCRIPTOR["licenses"]
    creators = [one["title"] for one in DESCRIPTOR["contributors"]]
    said = _facts(DESCRIPTOR["title"], DESCRIPTOR["version"], DESCRIPTOR["created"][:10], licence["name"], creators)
    assert _readers(release) == dict.fromkeys(_readers(release), said)


def test_documents_of_the_project_give_the_same_facts(dataset):
    assert (ROOT / "CITATION.cff").read_text(encoding="utf-8") == cff.cff(dataset), (
        "run python validate.py cite --write"
    )
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("\n>", "\n").split())
    assert citation.apa(dataset) in text
    assert f"[{dataset.licence.name.replace('CC-BY-', 'CC BY ')}](LICENSE-DATA.md)" in text
    assert f"## {dataset.version} — {dataset.date}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_form_gives_the_same_hashes(release):
    sums = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    read = {
        name: json.loads((release / name).read_text(encoding="utf-8"))
        for name in ("croissant.json", "schema-org.jsonld", "ro-crate-metadata.json")
    }
    crate = {node["@id"]: node["sha256"] for node in read["ro-crate-metadata.json"]["@graph"] if "sha256" in node}
    search = {file["contentUrl"]: file["sha256"] for file in read["schema-org.jsonld"]["distribution"]}
    learning = {file["@id"]: file["sha256"] for file in read["croissant.json"]["distribution"]}
    assert {name: sums[name] for name in crate} == crate
    left = {name for name in sums if name not in crate and not name.startswith("site/")}
    assert left == {"ro-crate-metadata.json"} and "site/index.html" in crate  # the crate leaves out the site's parts
    assert {name: sums[name] for name in search} == search and "claims.csv" in search
    tables = {resource["path"]: resource["hash"].removeprefix("sha256:") for resource in DESCRIPTOR["resources"]}
    assert learning == tables | {"datapackage.zip": sums["datapackage.zip"]}


# ---------------------------------------------------------------------------------------------------------- the schemas

WITH_DOI = {
    "id": "https://doi.org/10.1234/not.one",
    "homepage": "https://example.org/lighthouses/",
    "contributors": [
        {
            "givenName": "Ada M.",
            "familyName": "Example",
            "path": "https://orcid.org/0000-0000-0000-0000",
            "organization": "House of Keepers",
            "roles": ["creator"],
        },
        {"title": "Keepers & Sons {sic}", "roles": ["creator", "publisher"]},
        {"title": "A helper", "roles": ["DataCurator"]},
    ],
    "title": 'Claims & calls: 100 % "of" #1 {braces} ~ a_b \\ ^',
}


@pytest.fixture(scope="module")
def other(good_folder, tmp_path_factory) -> Dataset:
    """A dataset with all that ours lacks: a DOI, a homepage, persons, a title full of signs that mean something."""
    good = Example.copy_of(good_folder, tmp_path_factory.mktemp("other") / "package")
    describe(good, **WITH_DOI)
    assert good.validate().exit_code == 0
    return load(kept(good.folder))


@pytest.fixture(params=["shipped", "with a DOI"])
def either(request, dataset, other) -> Dataset:
    return dataset if request.param == "shipped" else other


ROW = citation.Row("claims", "EX01-C001", "0" * 64)


def test_datacite_schema_accepts_it(either):
    made = registries.datacite(either, [File("a.csv", "text/csv", "A", 1, "0" * 64)])
    assert list(schema45.validator.iter_errors(made)) == []
    assert made.get("doi") == (WITH_DOI["id"].removeprefix("https://doi.org/") if either.id else None)


@pytest.mark.parametrize("row", [None, ROW])
def test_csl_schema_accepts_it(either, row):
    from jsonschema import Draft7Validator

    path = material("standards/csl-data.json", "without a copy of the CSL-JSON schema validity by it cannot be shown")
    assert (
        list(Draft7Validator(json.loads(path.read_text(encoding="utf-8"))).iter_errors(citation.csl(either, row))) == []
    )


def test_bibtex_is_read_back(either):
    entry = _bibtex(citation.bibtex(either, ROW))
    unescaped = re.sub(r"\\([&%$#_{}])", r"\1", entry["title"][1:-1])
    for command, sign in ((r"\textbackslash{}", "\\"), (r"\textasciitilde{}", "~"), (r"\textasciicircum{}", "^")):
        unescaped = unescaped.replace(command, sign)
    assert (unescaped, entry.get("doi"), entry["ENTRYTYPE"]) == (citation.title(either, ROW), either.doi, "misc")
    assert ROW.id in entry["note"] and ROW.sha256 in entry["note"] and either.version in entry["note"]


def test_ris_is_read_back(either):
    entry = _ris(citation.ris(either, ROW))
    assert (entry["title"], entry["type_of_reference"], entry.get("doi")) == (
        citation.title(either, ROW),
        "DATA",
        either.doi,
    )
    assert entry["authors"] == [one.inverted for one in either.creators] and entry["notes"] == [ROW.note]


STYLES = Path("/usr/share/citation-style-language/styles")  # Debian: citation-style-language-styles
needs_pandoc = pytest.mark.skipif(
    not (shutil.which("pandoc") and STYLES.is_dir()),
    reason="no pandoc with the styles here (Debian: pandoc, citation-style-language-styles): nothing is typeset",
)


def _typeset(form: str, text: str, style: str, tmp_path: Path) -> str:
    """What pandoc makes of a citation in a style, without marks of the style such as quotes."""
    path = tmp_path / f"citation.{ {'csl': 'json', 'bibtex': 'bib'}[form] }"
    path.write_text(text, encoding="utf-8")
    command = ["pandoc", "--citeproc", f"--bibliography={path}", f"--csl={STYLES / style}.csl"]
    command += ["--to=plain", "--wrap=none"]
    told = "---\nnocite: '@*'\n---\n"
    done = subprocess.run(command, input=told, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


@needs_pandoc
@pytest.mark.parametrize("style", ["apa", "chicago-author-date", "ieee", "modern-language-association", "vancouver"])
@pytest.mark.parametrize("form", ["csl", "bibtex"])
def test_id_and_version_survive_every_style(dataset, tmp_path, form, style):
    """Few styles print the version of a data set, and none of these its notes."""
    row = row_hash.find(kept(ROOT), "KH23-C012")
    told = _typeset(form, citation.STYLES[form](dataset, row), style, tmp_path)
    assert "KH23-C012" in told and "span" not in told
    assert told.lower().count(f"version {dataset.version}") == 1
    assert row.sha256[: citation.SHORT] in told.lower()
    whole = _typeset(form, citation.STYLES[form](dataset), style, tmp_path)
    assert whole.lower().count(f"version {dataset.version}") == 1


@needs_pandoc
@pytest.mark.parametrize("form", ["csl", "bibtex"])
@pytest.mark.parametrize("style", ["apa", "chicago-author-date", "ieee"])
def test_case_of_an_id_is_no_matter_of_style(dataset, tmp_path, form, style):
    row = row_hash.find(kept(ROOT), "kem-sokha")
    assert "row kem-sokha" in _typeset(form, citation.STYLES[form](dataset, row), style, tmp_path).replace("Row", "row")


def test_no_doi_is_made_up(release):
    assert "id" not in DESCRIPTOR, "once there is a DOI, this test has said its piece"
    for path in release.iterdir():
        if path.suffix in (".cff", ".bib", ".ris", ".json", ".jsonld", ".txt") and path.is_file():
            assert not re.search(r"doi\.org|\b10\.[0-9]{4,9}/", path.read_text(encoding="utf-8")), path.name


def test_doi_stands_wherever_one_belongs(other):
    doi = other.doi
    assert citation.apa(other).endswith(f"https://doi.org/{doi}") and yaml.safe_load(cff.cff(other))["doi"] == doi
    assert citation.csl(other)[0]["DOI"] == doi and registries.zenodo(other)["doi"] == doi
    assert (
        registries.schema_org(other, [])["identifier"]
        == croissant.document(other, File("a", "b", "c", 1, "d"), "")["url"]
        == other.id
    )


def test_persons_are_cited_as_persons(other):
    assert citation.apa(other).startswith("Example, A. M., & Keepers & Sons {sic}. (")
    assert yaml.safe_load(cff.cff(other))["authors"][0]["orcid"] == "https://orcid.org/0000-0000-0000-0000"
    assert citation.csl(other)[0]["author"][0] == {"family": "Example", "given": "Ada M."}
    assert "A helper" not in citation.bibtex(other)  # named as curator only, where others are named as creators


def test_descriptor_is_not_trusted(good: Example):
    """What is no address of the web is left out, and no line break or control character gets into a citation."""
    people = [{"title": "A\nTY  - BOOK", "path": "javascript:alert(1)", "roles": "creator"}]
    describe(good, homepage="javascript:alert(1)", id=5, title="A\r\nER  - \x07b", contributors=people)
    made = load(kept(good.folder))
    assert (made.homepage, made.doi, made.url, made.title, made.creators[0].path) == (
        None,
        None,
        None,
        "A ER - b",
        None,
    )
    assert len(citation.ris(made).split("TY  - ")) == 2 and made.creators[0].title == "A TY - BOOK"


def test_crate_is_flat_and_closed(other):
    """RO-Crate asks that an entity refers to others by id alone, and every id of its own leads to one."""
    graph = ro_crate.document(other, [], [File("site/index.html", "text/html", "A page", 1, "0" * 64)], "")["@graph"]
    found = {node["@id"] for node in graph}
    values = [
        value for node in graph for each in node.values() for value in (each if isinstance(each, list) else [each])
    ]
    references = [value for value in values if isinstance(value, dict)]
    assert references and all(set(value) == {"@id"} for value in references) and len(found) == len(graph)
    assert {value["@id"] for value in references} - found == {ro_crate.VERSION}


@pytest.mark.parametrize("name", ["schema-org.jsonld", "site/index.html"])
def test_search_engines_find_what_they_ask_for(release, name):
    """What Google requires, and most of what it recommends.

    https://developers.google.com/search/docs/appearance/structured-data/dataset
    """
    text = (release / name).read_text(encoding="utf-8")
    if name.endswith(".html"):
        (text,) = lxml.html.document_fromstring(text).xpath("//script[@type='application/ld+json']/text()")
    said = json.loads(text)
    assert said["@context"] == "https://schema.org/" and said["@type"] == "Dataset"
    assert said["name"] and 50 <= len(said["description"]) <= 5000
    assert {"creator", "license", "version", "keywords", "distribution", "isAccessibleForFree"} <= said.keys()
    assert said["license"].startswith("https://")
    assert all(one["@type"] in ("Person", "Organization") and one["name"] for one in said["creator"])
    assert all(one["@type"] == "DataDownload" and one["encodingFormat"] for one in said["distribution"])
    assert all(((release / name).parent / one["contentUrl"]).is_file() for one in said["distribution"])


def test_search_engines_are_led_to_the_homepage(other, tmp_path):
    """Where there is one, every address is whole, from wherever it is read."""
    (file,) = registries.schema_org(other, [File("a.csv", "text/csv", "A", 1, "0" * 64)], up="../")["distribution"]
    assert file["contentUrl"] == WITH_DOI["homepage"] + "a.csv"


# ------------------------------------------------------------------------------------------------ what it must not need


@pytest.mark.slow
def test_validator_needs_no_pandas():
    """Where pandas is installed Pandera loads it, which takes seconds. Nothing that the project locks may bring it."""
    code = "import sys; from claimtrack.commands.main import main; main(['.']); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0
    locked = {package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]}
    assert "pandas" not in locked and "polars" in locked
