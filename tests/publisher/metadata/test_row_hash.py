"""The command `cite`: the dataset, and rows that can be proven unchanged."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.package.table_io import read_rows
from claimtrack.publisher.join import load
from claimtrack.publisher.metadata import cff
from claimtrack.publisher.metadata.row_hash import content_hash
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.publishing import describe
from tests.tools.support import Ended, claimtrack, kept, read_descriptor

DESCRIPTOR = read_descriptor(ROOT)


def test_recipe_of_the_hash_is_the_documented_one(good: Example):
    """The recipe again, with nothing of ours.

    Cells as written, empty ones left out, keys sorted, no white space, UTF-8, SHA-256.
    """
    (row, *_) = read_rows(good.path("claims"))[1]
    plain = json.dumps(
        {name: cell for name, cell in row.items() if cell}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    done = claimtrack("cite", row["claim_id"], "--style", "csl", "--package", good.folder)
    assert done.returncode == 0 and hashlib.sha256(plain.encode()).hexdigest() in done.stdout


TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # no lone surrogates, which UTF-8 has not


@given(st.dictionaries(st.text("abcdefgh_", min_size=1), TEXT))
def test_hash_depends_on_content_alone(cells):
    plain = json.dumps(
        {name: cell for name, cell in cells.items() if cell}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert content_hash(cells) == hashlib.sha256(plain.encode()).hexdigest()
    assert (
        content_hash(dict(reversed(cells.items()))) == content_hash(cells | {"added_later": ""}) == content_hash(cells)
    )
    assert content_hash(cells | {"added_later": "x"}) != content_hash(cells)


@pytest.fixture
def cite(ended) -> Callable[..., Ended]:
    """The command `cite` within this process; the package is named last."""

    def run(*arguments: str | Path) -> Ended:
        *words, package = arguments
        return ended("cite", *words, "--package", package)

    return run


@pytest.mark.parametrize(
    "style, sign", [("apa", "[Data set]"), ("bibtex", "@misc{"), ("ris", "TY  - DATA"), ("csl", '"type": "dataset"')]
)
def test_command_cites(cite, good_folder, style, sign):
    for done, row in (
        (cite("--style", style, good_folder), None),
        (cite("--style", style, "EX01-C001", good_folder), "EX01-C001"),
    ):
        assert done.code == 0 and done.err == "" and sign in done.out and "1.1.0" in done.out
        assert row in done.out if row else "row" not in done.out


def test_changed_row_is_told(cite, good: Example):
    before = re.search("[0-9a-f]{12}", cite("EX01-E001", good.folder).out)[0]
    assert cite("EX01-E001", "--expect", before, good.folder).code == 0
    good.set("evidence", "EX01-E001", "confidence", "medium")
    assert good.validate().exit_code == 0
    done = cite("EX01-E001", "--expect", f"sha256:{before}", good.folder)
    assert done.code == 1 and "not what has the SHA-256" in done.err


@pytest.mark.slow
def test_what_changed_in_a_row_is_named(cite, good: Example, good_folder, tmp_path):
    """With the older version at hand, column by column; also of several rows, and of one that was not there."""
    before = re.search("SHA-256 ([0-9a-f]{12})", cite("EX01-E001", "EX01-C001", good.folder).out)[1]
    old = cite("EX01-E001", good.folder).out
    good.set("evidence", "EX01-E001", "confidence", "medium")
    assert good.validate().exit_code == 0
    words = ["EX01-E001, EX01-C001", "--expect", before, "--since", good_folder]
    done = cite(*words, good.folder)
    assert done.code == 1 and done.err.splitlines()[1:] == ['EX01-E001: confidence: "high" → "medium"']
    alone = re.search("SHA-256 ([0-9a-f]{12})", old)[1]
    done = cite("EX01-E001", "--expect", alone, "--since", good_folder, good.folder)
    assert done.err.splitlines()[1:] == ['EX01-E001: confidence: "high" → "medium"']
    done = cite("EX01-E001", "--expect", "0" * 12, "--since", good_folder, good.folder)
    assert "the older version has another hash, too" in done.err


@pytest.mark.slow
def test_claim_is_cited_with_its_evidence(cite, good: Example):
    told = cite("EX01-C001", "--with-evidence", "--style", "csl", good.folder).out
    own = [row["evidence_id"] for row in read_rows(good.path("evidence"))[1] if row["claim_id"] == "EX01-C001"]
    assert own and all(id in told for id in ["EX01-C001", *own])
    before = re.search("SHA-256 ([0-9a-f]{12})", cite("EX01-C001", "--with-evidence", good.folder).out)[1]
    words = ["EX01-C001", "--with-evidence", "--expect", before]
    assert cite(*words, good.folder).code == 0
    good.set("evidence", own[0], "finding", "Another finding.")
    assert cite("EX01-C001", good.folder).code in (0, 1)
    good.validate()
    assert cite(*words, good.folder).code == 1


def test_hash_of_several_rows_is_the_documented_one(cite, good_folder):
    """A line for each row, sorted by id, with id and hash; the order in which they are named is no matter."""
    ids = ["EX01-C003", "EX01-C001", "EX01-E001"]
    hashes = {}
    for id in ids:
        (told,) = json.loads(cite(id, "--style", "csl", good_folder).out)
        hashes[id] = told["custom"]["sha256"]
    lines = "".join(f"{id} {hashes[id]}\n" for id in sorted(ids))
    (told,) = json.loads(cite(*ids, "--style", "csl", good_folder).out)
    assert told["custom"]["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    assert told["custom"]["row"] == ", ".join(sorted(ids))


@pytest.mark.parametrize("hash", ["1234567", "x" * 12, "0" * 65, "zz"])
def test_hash_that_is_none_is_one_sentence(cite, good_folder, hash):
    done = cite("EX01-C001", "--expect", hash, good_folder)
    assert done.code == 2 and done.out == "" and "is no SHA-256; give 8 to 64" in done.err.splitlines()[-1]


def test_since_needs_a_hash(cite, good_folder):
    done = cite("EX01-C001", "--since", good_folder, good_folder)
    assert done.code == 2 and "--since goes with --expect" in done.err


def test_retired_row_is_told(cite, good_folder):
    assert "row EX01-C008 (retired in version 1.1.0)" in cite("EX01-C008", good_folder).out


def test_id_of_several_parts_and_of_several_tables(cite, good: Example):
    assert "row voice/narrator" in cite("voice/narrator", good.folder).out
    right, actor = (read_rows(good.path(table))[1][0] for table in ("rights", "actors"))
    for row in read_rows(good.path("item_rights"))[1]:
        if row["right_id"] == right["right_id"]:
            good.set("item_rights", row["item_right_id"], "right_id", actor["actor_id"])
    good.set("rights", right["right_id"], "right_id", actor["actor_id"])
    for row in read_rows(good.path("codings"))[1]:
        if row["variable"] == "right_id":
            good.set("codings", row["coding_id"], "value", actor["actor_id"])
    assert good.validate().exit_code == 0
    done = cite(actor["actor_id"], good.folder)
    both = " or ".join(f"{table}/{actor['actor_id']}" for table in ("actors", "rights"))
    assert done.code == 2 and both in done.err and len(done.err.splitlines()) == 1
    assert f"row {actor['actor_id']}" in cite(f"rights/{actor['actor_id']}", good.folder).out


def test_any_valid_package_can_be_cited(cite, tmp_path):
    """One with other tables, and with a file that is none."""
    (tmp_path / "sea.csv").write_text("id,depth\nA1,7\n", encoding="utf-8")
    (tmp_path / "map.txt").write_text("here be dragons", encoding="utf-8")
    schema = {"fields": [{"name": "id", "type": "string"}, {"name": "depth", "type": "integer"}], "primaryKey": "id"}
    table = {
        "name": "sea",
        "type": "table",
        "path": "sea.csv",
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},
        "schema": schema,
    }
    said = {
        "name": "seas",
        "version": "1.0.0",
        "created": "2020-02-02T00:00:00Z",
        "contributors": [{"title": "A. Pilot"}],
    }
    said |= {"licenses": [{"name": "CC0-1.0"}], "resources": [table, {"name": "map", "path": "map.txt"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    assert cite(tmp_path).out == "A. Pilot. (2020). seas (Version 1.0.0) [Data set].\n"
    assert content_hash({"id": "A1", "depth": "7"})[:12] in cite("A1", tmp_path).out


def test_unknown_id_is_one_sentence(cite, good_folder):
    done = cite("EX01-C999", good_folder)
    assert done.code == 2 and done.out == "" and '"EX01-C999"' in done.err and len(done.err.splitlines()) == 1


def test_package_without_a_date_has_no_citation(cite, good: Example):
    describe(good, created=None)
    done = cite(good.folder)
    assert done.code == 2 and 'gives no "created"' in done.err and len(done.err.splitlines()) == 1


def test_invalid_package_has_no_citation(cite, good: Example):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    done = cite(good.folder)
    assert done.code == 1 and done.out == "" and "is not valid" in done.err


def test_expect_needs_a_row(cite, good_folder):
    done = cite("--expect", "0" * 12, good_folder)
    assert done.code == 2 and done.out == "" and "--expect goes with a ROW_ID" in done.err


@pytest.mark.parametrize("words", [["EX01-C001"], ["--style", "apa"]], ids=" ".join)
def test_the_whole_file_is_written_or_nothing(cite, good: Example, words):
    done = cite("--write", *words, good.folder)
    assert done.code == 2 and "--write writes the whole CITATION.cff" in done.err
    assert not (good.folder / "CITATION.cff").exists()
    done = cite("--write", good.folder)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (good.folder / "CITATION.cff").read_text(encoding="utf-8") == cff.cff(load(kept(good.folder)))
