"""Citations: one source of truth, the same facts in every form, and rows that can be proven unchanged."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import bibtexparser
import lxml.html
import pytest
import rispy
import yaml
from datacite import schema45
from hypothesis import given
from hypothesis import strategies as st

from publisher import cff, citation, crate, croissant, metadata
from publisher.cite import content_hash
from publisher.files import File
from publisher.model import Dataset, load
from tests.conftest import ROOT, material
from tests.example import Example
from tests.test_command import run
from tests.test_publish import describe
from validate import main
from validator.seal import read_rows

DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


# --------------------------------------------------------------------------------------------------------------- parity


def _ris(text: str) -> dict:
    (entry,) = rispy.loads(text.replace("\r\n", "\n"))
    return entry


def _bibtex(text: str) -> dict:
    (entry,) = bibtexparser.loads(text).entries
    return entry


def _readers(folder) -> dict[str, dict]:
    """Title, version, date, licence and creators as each form gives them, read by other people's software where there is some."""
    at = {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix not in (".zip", ".sqlite", ".xlsx") and path.is_file()
    }
    page = {name: json.loads(text) for name, text in at.items() if name.endswith(("json", "jsonld"))}
    cff_said, bib, ris = yaml.safe_load(at["CITATION.cff"]), _bibtex(at["citation.bib"]), _ris(at["citation.ris"])
    (csl,) = page["citation.json"]
    root = next(node for node in page["ro-crate-metadata.json"]["@graph"] if node["@id"] == "./")
    people = {node["@id"]: node for node in page["ro-crate-metadata.json"]["@graph"]}
    linked = next(node for node in page["dataset.jsonld"]["@graph"] if node["@id"] == "#dataset")
    cite, zenodo, search, ml = page["datacite.json"], page[".zenodo.json"], page["schema-org.jsonld"], page["croissant.json"]
    return {
        "CITATION.cff": _facts(cff_said["title"], cff_said["version"], cff_said["date-released"], cff_said["license"], [a["name"] for a in cff_said["authors"]]),
        "citation.bib": _facts(bib["title"].strip("{}"), bib["version"], bib["date"], bib["copyright"], [bib["author"].strip("{}")]),
        "citation.ris": _facts(ris["title"], ris["edition"], ris["date"].replace("/", "-"), ris["custom1"], ris["authors"]),
        "citation.json": _facts(
            csl["title"], csl["version"], "-".join(f"{part:02}" for part in csl["issued"]["date-parts"][0]), csl["custom"]["license"],
            [one["literal"] for one in csl["author"]],
        ),
        "datacite.json": _facts(
            cite["titles"][0]["title"], cite["version"], cite["dates"][0]["date"], cite["rightsList"][0]["rightsIdentifier"],
            [one["name"] for one in cite["creators"]],
        ),
        ".zenodo.json": _facts(
            zenodo["title"], zenodo["version"], zenodo["publication_date"], zenodo["license"].upper(), [one["name"] for one in zenodo["creators"]]
        ),
        "schema-org.jsonld": _facts(
            search["name"], search["version"], search["datePublished"], _code(search["license"]), [one["name"] for one in search["creator"]]
        ),
        "croissant.json": _facts(ml["name"], ml["version"], ml["datePublished"], _code(ml["license"]), [one["name"] for one in ml["creator"]]),
        "ro-crate-metadata.json": _facts(
            root["name"], root["version"], root["datePublished"], _code(root["license"]["@id"]), [people[who["@id"]]["name"] for who in _listed(root["creator"])]
        ),
        "dataset.jsonld": _facts(
            linked["schema:name"], linked["schema:version"], linked["schema:datePublished"]["@value"], _code(linked["schema:license"]["@id"]),
            [one["schema:name"] for one in linked["schema:creator"]],
        ),
    }  # fmt: skip


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
    assert (ROOT / "CITATION.cff").read_text(encoding="utf-8") == cff.cff(dataset), "run python -m publisher.cff"
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("\n>", "\n").split())
    assert citation.apa(dataset) in text
    assert f"[{dataset.licence.name.replace('CC-BY-', 'CC BY ')}](LICENSE-DATA.md)" in text
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == dataset.version
    assert f"## {dataset.version} — {dataset.date}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_form_gives_the_same_hashes(release):
    sums = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    read = {
        name: json.loads((release / name).read_text(encoding="utf-8")) for name in ("croissant.json", "schema-org.jsonld", "ro-crate-metadata.json")
    }
    crate = {node["@id"]: node["sha256"] for node in read["ro-crate-metadata.json"]["@graph"] if "sha256" in node}
    search = {file["contentUrl"]: file["sha256"] for file in read["schema-org.jsonld"]["distribution"]}
    learning = {file["@id"]: file["sha256"] for file in read["croissant.json"]["distribution"]}
    assert {name: sums[name] for name in crate} == crate and set(sums) - set(crate) == {"ro-crate-metadata.json"}
    assert {name: sums[name] for name in search} == search and "claims.csv" in search
    tables = {resource["path"]: resource["hash"].removeprefix("sha256:") for resource in DESCRIPTOR["resources"]}
    assert learning == tables | {"datapackage.zip": sums["datapackage.zip"]}


# ---------------------------------------------------------------------------------------------------------- the schemas

WITH_DOI = {
    "id": "https://doi.org/10.1234/not.one",
    "homepage": "https://example.org/lighthouses/",
    "contributors": [
        {"givenName": "Ada M.", "familyName": "Example", "path": "https://orcid.org/0000-0000-0000-0000", "organization": "House of Keepers", "roles": ["creator"]},
        {"title": "Keepers & Sons {sic}", "roles": ["creator", "publisher"]},
        {"title": "A helper", "roles": ["DataCurator"]},
    ],
    "title": 'Claims & calls: 100 % "of" #1 {braces} ~ a_b \\ ^',
}  # fmt: skip


@pytest.fixture(scope="module")
def other(good_folder, tmp_path_factory) -> Dataset:
    """A dataset with all that ours lacks: a DOI, a homepage, persons, and a title full of signs that mean something somewhere."""
    good = Example.copy_of(good_folder, tmp_path_factory.mktemp("other") / "package")
    describe(good, **WITH_DOI)
    assert good.validate().exit_code == 0
    return load(good.folder)


@pytest.fixture(params=["shipped", "with a DOI"])
def either(request, dataset, other) -> Dataset:
    return dataset if request.param == "shipped" else other


ROW = citation.Row("claims", "EX01-C001", "0" * 64)


def test_datacite_schema_accepts_it(either):
    made = metadata.datacite(either, [File("a.csv", "text/csv", "A", 1, "0" * 64)])
    assert list(schema45.validator.iter_errors(made)) == []
    assert made.get("doi") == (WITH_DOI["id"].removeprefix("https://doi.org/") if either.id else None)


@pytest.mark.parametrize("row", [None, ROW])
def test_csl_schema_accepts_it(either, row):
    from jsonschema import Draft7Validator

    path = material("standards/csl-data.json", "without a copy of the CSL-JSON schema validity by it cannot be shown")
    assert list(Draft7Validator(json.loads(path.read_text(encoding="utf-8"))).iter_errors(citation.csl(either, row))) == []


def test_bibtex_is_read_back(either):
    entry = _bibtex(citation.bibtex(either, ROW))
    unescaped = re.sub(r"\\([&%$#_{}])", r"\1", entry["title"][1:-1])
    for command, sign in ((r"\textbackslash{}", "\\"), (r"\textasciitilde{}", "~"), (r"\textasciicircum{}", "^")):
        unescaped = unescaped.replace(command, sign)
    assert (unescaped, entry["version"], entry.get("doi"), entry["ENTRYTYPE"]) == (either.title, either.version, either.doi, "misc")
    assert ROW.id in entry["note"] and ROW.sha256 in entry["note"]


def test_ris_is_read_back(either):
    entry = _ris(citation.ris(either, ROW))
    assert (entry["title"], entry["type_of_reference"], entry.get("doi")) == (either.title, "DATA", either.doi)
    assert entry["authors"] == [one.inverted for one in either.creators] and entry["notes"] == [ROW.note]


def test_no_doi_is_made_up(release):
    assert "id" not in DESCRIPTOR, "once there is a DOI, this test has said its piece"
    for path in release.iterdir():
        if path.suffix in (".cff", ".bib", ".ris", ".json", ".jsonld", ".txt") and path.is_file():
            assert not re.search(r"doi\.org|\b10\.[0-9]{4,9}/", path.read_text(encoding="utf-8")), path.name


def test_doi_stands_wherever_one_belongs(other):
    doi = other.doi
    assert citation.apa(other).endswith(f"https://doi.org/{doi}") and yaml.safe_load(cff.cff(other))["doi"] == doi
    assert citation.csl(other)[0]["DOI"] == doi and metadata.zenodo(other)["doi"] == doi
    assert metadata.schema_org(other, [])["identifier"] == croissant.document(other, File("a", "b", "c", 1, "d"), "")["url"] == other.id


def test_persons_are_cited_as_persons(other):
    assert citation.apa(other).startswith("Example, A. M., & Keepers & Sons {sic}. (")
    assert yaml.safe_load(cff.cff(other))["authors"][0]["orcid"] == "https://orcid.org/0000-0000-0000-0000"
    assert citation.csl(other)[0]["author"][0] == {"family": "Example", "given": "Ada M."}
    assert "A helper" not in citation.bibtex(other)  # named as curator only, where others are named as creators


def test_descriptor_is_not_trusted(good: Example):
    """What is no address of the web is left out, and no line break or control character gets into a citation."""
    people = [{"title": "A\nTY  - BOOK", "path": "javascript:alert(1)", "roles": "creator"}]
    describe(good, homepage="javascript:alert(1)", id=5, title="A\r\nER  - \x07b", contributors=people)
    made = load(good.folder)
    assert (made.homepage, made.doi, made.url, made.title, made.creators[0].path) == (None, None, None, "A ER - b", None)
    assert len(citation.ris(made).split("TY  - ")) == 2 and made.creators[0].title == "A TY - BOOK"


def test_crate_is_flat_and_closed(other):
    """RO-Crate asks that an entity refers to others by id alone, and every id of its own leads to one."""
    graph = crate.document(other, [], [File("site/index.html", "text/html", "A page", 1, "0" * 64)], "")["@graph"]
    found = {node["@id"] for node in graph}
    values = [value for node in graph for each in node.values() for value in (each if isinstance(each, list) else [each])]
    references = [value for value in values if isinstance(value, dict)]
    assert references and all(set(value) == {"@id"} for value in references) and len(found) == len(graph)
    assert {value["@id"] for value in references} - found == {crate.VERSION}


@pytest.mark.parametrize("name", ["schema-org.jsonld", "site/index.html"])
def test_search_engines_find_what_they_ask_for(release, name):
    """https://developers.google.com/search/docs/appearance/structured-data/dataset: what it requires, and most of what it recommends."""
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
    (file,) = metadata.schema_org(other, [File("a.csv", "text/csv", "A", 1, "0" * 64)], up="../")["distribution"]
    assert file["contentUrl"] == WITH_DOI["homepage"] + "a.csv"


# ------------------------------------------------------------------------------------------------------------- the rows


def test_recipe_of_the_hash_is_the_documented_one(good: Example):
    """The recipe again, with nothing of ours: cells as written, empty ones left out, keys sorted, no white space, UTF-8, SHA-256."""
    (row, *_) = read_rows(good.path("claims"))[1]
    plain = json.dumps({name: cell for name, cell in row.items() if cell}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    done = run("--cite", row["claim_id"], good.folder)
    assert done.returncode == 0 and hashlib.sha256(plain.encode()).hexdigest() in done.stdout


TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # no lone surrogates, which UTF-8 has not


@given(st.dictionaries(st.text("abcdefgh_", min_size=1), TEXT))
def test_hash_depends_on_content_alone(cells):
    plain = json.dumps({name: cell for name, cell in cells.items() if cell}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert content_hash(cells) == hashlib.sha256(plain.encode()).hexdigest()
    assert content_hash(dict(reversed(cells.items()))) == content_hash(cells | {"added_later": ""}) == content_hash(cells)
    assert content_hash(cells | {"added_later": "x"}) != content_hash(cells)


@pytest.fixture
def cite(capsys) -> Callable:
    """`validate.py --cite` within this process, which saves the seconds that a new one takes to start."""

    def run(*arguments: str | Path) -> SimpleNamespace:
        code = main([str(word) for word in arguments])
        said = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=said.out, stderr=said.err)

    return run


@pytest.mark.parametrize("style, sign", [("apa", "[Data set]"), ("bibtex", "@misc{"), ("ris", "TY  - DATA"), ("csl", '"type": "dataset"')])
def test_command_cites(cite, good_folder, style, sign):
    for done, row in (
        (cite(good_folder, "--style", style, "--cite"), None),
        (cite(good_folder, "--style", style, "--cite", "EX01-C001"), "EX01-C001"),
    ):
        assert done.returncode == 0 and done.stderr == "" and sign in done.stdout and "1.1.0" in done.stdout
        assert row in done.stdout if row else "row" not in done.stdout


def test_changed_row_is_told(cite, good: Example):
    before = re.search("[0-9a-f]{64}", cite("--cite", "EX01-E001", good.folder).stdout)[0]
    assert cite("--cite", "EX01-E001", "--expect", before, good.folder).returncode == 0
    good.set("evidence", "EX01-E001", "confidence", "medium")
    assert good.validate().exit_code == 0
    done = cite("--cite", "EX01-E001", "--expect", f"sha256:{before}", good.folder)
    assert done.returncode == 1 and "not the row" in done.stderr


def test_retired_row_is_told(cite, good_folder):
    assert "row EX01-C008 (retired in version 1.1.0)" in cite("--cite", "EX01-C008", good_folder).stdout


def test_id_of_several_parts_and_of_several_tables(cite, good: Example):
    assert "row voice/narrator" in cite("--cite", "voice/narrator", good.folder).stdout
    right, actor = (read_rows(good.path(table))[1][0] for table in ("rights", "actors"))
    for row in read_rows(good.path("item_rights"))[1]:
        if row["right_id"] == right["right_id"]:
            good.set("item_rights", row["item_right_id"], "right_id", actor["actor_id"])
    good.set("rights", right["right_id"], "right_id", actor["actor_id"])
    assert good.validate().exit_code == 0
    done = cite("--cite", actor["actor_id"], good.folder)
    both = " or ".join(f"{table}/{actor['actor_id']}" for table in ("actors", "rights"))
    assert done.returncode == 2 and both in done.stderr and len(done.stderr.splitlines()) == 1
    assert f"row {actor['actor_id']}" in cite("--cite", f"rights/{actor['actor_id']}", good.folder).stdout


def test_any_valid_package_can_be_cited(cite, tmp_path):
    """One with other tables, and with a file that is none."""
    (tmp_path / "sea.csv").write_text("id,depth\nA1,7\n", encoding="utf-8")
    (tmp_path / "map.txt").write_text("here be dragons", encoding="utf-8")
    schema = {"fields": [{"name": "id", "type": "string"}, {"name": "depth", "type": "integer"}], "primaryKey": "id"}
    table = {"name": "sea", "type": "table", "path": "sea.csv", "format": "csv", "encoding": "utf-8", "dialect": {"delimiter": ","}, "schema": schema}
    said = {"name": "seas", "version": "1.0.0", "created": "2020-02-02T00:00:00Z", "contributors": [{"title": "A. Pilot"}]}
    said |= {"licenses": [{"name": "CC0-1.0"}], "resources": [table, {"name": "map", "path": "map.txt"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    assert cite(tmp_path, "--cite").stdout == "A. Pilot. (2020). seas (Version 1.0.0) [Data set].\n"
    assert content_hash({"id": "A1", "depth": "7"}) in cite(tmp_path, "--cite", "A1").stdout


def test_unknown_id_is_one_sentence(cite, good_folder):
    done = cite("--cite", "EX01-C999", good_folder)
    assert done.returncode == 2 and done.stdout == "" and '"EX01-C999"' in done.stderr and len(done.stderr.splitlines()) == 1


def test_package_without_a_date_has_no_citation(cite, good: Example):
    describe(good, created=None)
    done = cite(good.folder, "--cite")
    assert done.returncode == 2 and 'gives no "created"' in done.stderr and len(done.stderr.splitlines()) == 1


def test_invalid_package_has_no_citation(cite, good: Example):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    done = cite(good.folder, "--cite")
    assert done.returncode == 1 and done.stdout == "" and "is not valid" in done.stderr


def test_expect_needs_a_row(good_folder):
    assert run(good_folder, "--cite", "--expect", "00").returncode == 2


# ------------------------------------------------------------------------------------------------- what it must not need


def test_validator_needs_no_pandas():
    """Where pandas is installed Pandera loads it, which takes seconds; so nothing that the project locks may bring it."""
    code = "import sys, validate; validate.main(['.']); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0
    locked = {package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]}
    assert "pandas" not in locked and "polars" in locked
