"""The shipped dataset: valid, documented, proven against the text where there is a copy, and free of the text itself."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from validator import docs
from validator.run import validate
from validator.seal import read_rows
from validator.text import canonical, sha256

DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
TABLES = {r["name"]: read_rows(ROOT / r["path"])[1] for r in DESCRIPTOR["resources"]}
SCHEMAS = {r["name"]: json.loads((ROOT / r["schema"]).read_text(encoding="utf-8")) for r in DESCRIPTOR["resources"]}
# Facts that may stand as they are: the title of the statement, and the post of the person it quotes.
FACTS = ["Cambodia: Election takes place under cloud of human rights crisis", "interim Deputy Regional Director for Research"]
# Columns of text that may hold a number as such, since a spreadsheet leaves its value alone.
NUMBERS = {("codes", "code"), ("codes", "crosswalk_code"), ("codings", "value")}


def test_dataset_is_valid():
    report = validate(ROOT)
    assert [found.message for found in report.findings] == []
    assert report.exit_code == 0 and not report.skipped


def test_every_column_is_documented():
    for name, schema in SCHEMAS.items():
        assert schema["title"] and schema["description"], name
        for field in schema["fields"]:
            assert all(field.get(key) for key in ("title", "description", "example")), (name, field["name"])
            optional_prose = field["type"] == "boolean"
            assert field.get("constraints") or optional_prose, (name, field["name"])


def test_examples_are_allowed_by_their_own_column():
    from frictionless import Schema

    for name, schema in SCHEMAS.items():
        for field in Schema.from_descriptor(schema).fields:
            notes = field.create_cell_reader()(field.to_descriptor()["example"])[1]
            assert not notes, (name, field.name, notes)


def test_no_text_reads_as_a_number():
    """A spreadsheet would turn an id such as 417218e3 into 417218000."""
    for name, schema in SCHEMAS.items():
        texts = [f["name"] for f in schema["fields"] if f["type"] == "string" and "rdfType" not in f and (name, f["name"]) not in NUMBERS]
        numbers = [(name, row, text) for row in TABLES[name] for text in texts if re.fullmatch(r"[-+]?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?", row[text])]
        assert not numbers


def test_every_resource_says_what_it_is():
    for resource in DESCRIPTOR["resources"]:
        assert {"name", "type", "path", "schema", "encoding", "dialect", "bytes", "hash", "title", "description"} <= resource.keys()
        assert resource["hash"].startswith("sha256:")


@pytest.mark.parametrize("name", docs.PAGES)
def test_generated_pages_are_current(name):
    assert (ROOT / name).read_text(encoding="utf-8") == docs.PAGES[name](ROOT), "run python -m validator.docs"


def test_segments_and_anchors_hold_against_the_text(statement):
    text = canonical(statement)
    (row,) = TABLES["statements"]
    assert (len(text), sha256(text)) == (int(row["length"]), row["sha256"])
    for pointer in [*TABLES["segments"], *TABLES["anchors"]]:
        assert sha256(text[int(pointer["start"]) : int(pointer["end"])]) == pointer["sha256"], pointer


def test_anchors_begin_and_end_with_words(statement):
    """An anchor cut inside a word would carry half a word of some other claim."""
    text = canonical(statement)
    for anchor in TABLES["anchors"]:
        start, end = int(anchor["start"]), int(anchor["end"])
        assert not re.match(r"\w\w", text[max(start - 1, 0) : start + 1]) or start == 0, anchor["anchor_id"]
        assert not re.match(r"\w\w", text[end - 1 : end + 1]), anchor["anchor_id"]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub("['\u2019]", "", text.lower()))


def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this copy is no git checkout, so its own files cannot be told from others")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_sentence_of_the_statement_is_in_the_project(statement):
    theirs = runs(statement) - set().union(*map(runs, FACTS))
    shared = Counter()
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not a text
        shared.update((str(path.relative_to(ROOT)), " ".join(run)) for run in runs(text) & theirs)
    assert not shared


def test_the_search_for_sentences_finds_one(statement):
    some = " ".join(words(statement)[20:27])
    assert runs(f"Somebody wrote: {some}!") & runs(statement)


def test_all_that_contradicts_is_kept():
    """The government's side stands beside the others: its positions are recorded as such."""
    relations = Counter(row["relation"] for row in TABLES["evidence"])
    assert relations["contradicts"] > 0 and relations["qualifies"] > 0
    assert all(row["said_by"] for row in TABLES["evidence"] if row["official_position"] == "true")
