"""The words that claims and calls rest on, shown to the reader and kept out of the package."""

import dataclasses
import re
import shutil

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.package.table_io import read_rows
from claimtrack.tracking import quotes
from claimtrack.tracking.canonical import canonical, sha256
from claimtrack.tracking.pointers import compute
from claimtrack.tracking.verify import Pointer, Source, proofs, verify
from tests.conftest import ROOT
from tests.tools.copies import TEXT
from tests.tools.example import GOOD, Example
from tests.tools.support import claimtrack, kept


def test_quotes_stand_beside_the_claims(good_folder):
    done = claimtrack("prove", "--source", GOOD / "statement.txt", "--quotes", good_folder, COLUMNS="72")
    assert done.returncode == 0 and max(map(len, done.stdout.splitlines()[1:])) <= 72
    assert re.search(r"\nEX01-C002 There is fog during the +\| · Lighthouse vote\nvote. +\| · in fog\n", done.stdout)
    assert "under CC-BY-4.0" in done.stdout and "EX01-C008" not in done.stdout  # retired, and resting on nothing


@pytest.mark.parametrize("width", [1, 30, 43, 80, 300])
def test_quotes_fit_any_width(good_folder, width):
    source = Source(TEXT)
    rows = quotes.quotes(kept(good_folder), [(proof, source) for proof in proofs(kept(good_folder), source)])
    lines = list(quotes.beside(rows, width))
    assert max(map(len, lines)) <= max(width, 43)
    assert canonical(" ".join(lines)).count("EX01-C00") == 7


def test_quotes_of_an_altered_copy_are_those_that_were_found(good_folder, tmp_path):
    (tmp_path / "other.txt").write_text(TEXT.replace("former", "old"), encoding="utf-8")
    done = claimtrack("prove", "--source", tmp_path / "other.txt", "--quotes-to", tmp_path / "quotes.csv", good_folder)
    assert done.returncode == 1
    rows = read_rows(tmp_path / "quotes.csv")[1]
    assert "EX01-C006" not in {row["claim_id"] for row in rows} and {"EX01-C005", "EX01-C007"} <= {
        row["claim_id"] for row in rows
    }


def test_quotes_serve_to_compute_the_pointers_again(good: Example, tmp_path):
    done = claimtrack("prove", "--source", GOOD / "statement.txt", "--quotes-to", tmp_path / "quotes.csv", good.folder)
    assert done.returncode == 0
    names, rows = read_rows(tmp_path / "quotes.csv")
    assert names[0] == "licence" and {row["licence"] for row in rows} == {"CC-BY-4.0"}
    before = {table: good.path(table).read_bytes() for table in ("statements", "segments", "anchors")}
    compute("EX01", TEXT, rows, good.folder)
    assert {table: good.path(table).read_bytes() for table in before} == before


def test_quotes_of_the_dataset_serve_to_compute_its_pointers_again(statement, tmp_path):
    folder = tmp_path / "package"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "tests"))
    source = Source(canonical(statement))
    rows = [
        dataclasses.asdict(row)
        for row in quotes.quotes(kept(folder), [(proof, source) for proof in proofs(kept(folder), source)])
    ]
    compute("KH23", source.text, rows, folder)
    for table in ("statements", "segments", "anchors"):
        assert read_rows(folder / "data" / f"{table}.csv") == read_rows(ROOT / "data" / f"{table}.csv")


def test_occurrence_tells_equal_words_apart(good_folder):
    text = "the the the end"
    source = Source(text)
    segment = Pointer("S", 0, 15, sha256(text))
    anchors = [
        Pointer(f"A{start}", start, end, sha256(text[start:end]), "S") for start, end in ((0, 3), (4, 8), (12, 15))
    ]
    proof = verify(source, "EX01", 15, sha256(text), [segment], anchors)
    assert [quotes._occurrence(proof, source, anchor) for anchor in anchors] == ["1", "2", ""]


def test_quotes_are_not_written_into_the_package(good: Example, tmp_path):
    (tmp_path / "link").symlink_to(good.folder)
    (tmp_path / "mine.csv").write_text("precious\n", encoding="utf-8")
    for name, word in [
        (good.folder / "quotes.csv", "inside the package"), (good.folder / "data" / "claims.csv", "inside the package"),
        (tmp_path / "link" / "quotes.csv", "inside the package"), (tmp_path / "none" / "quotes.csv", "no folder"),
        (tmp_path / "mine.csv", "is there already"), (tmp_path, "is there already"), ("/dev/null", "is there already"),
    ]:  # fmt: skip
        with pytest.raises(Unusable, match=word):
            quotes.refuse_place(str(name), good.folder)
    quotes.write([], tmp_path / "quotes.csv")
    assert quotes.refuse_place(str(tmp_path / "quotes.csv"), good.folder)  # its own file may be written again
    done = claimtrack(
        "prove", "--source", GOOD / "statement.txt", "--quotes-to", good.folder / "quotes.csv", good.folder
    )
    assert done.returncode == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert not (good.folder / "quotes.csv").exists()


def test_quotes_ask_for_a_source():
    done = claimtrack("prove", "--quotes")
    assert done.returncode == 2 and done.stdout == "" and "required: --source" in done.stderr
