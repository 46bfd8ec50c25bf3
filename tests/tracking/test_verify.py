"""Pointers proven against a copy of the text."""

import dataclasses
import html
import re
import shutil
import time

import pytest

from tests.conftest import ROOT
from tests.example import GOOD, Example
from tests.test_command import run
from validator import quotes
from validator.findings import Unusable
from validator.pointers import compute
from validator.proof import Pointer, Source, describe, proofs, prove
from validator.seal import read_rows
from validator.source import read_source
from validator.text import canonical, sha256

TEXT = canonical((GOOD / "statement.txt").read_text(encoding="utf-8"))
NOISE = "Another article, on the price of herring, which says nothing of lamps. " * 40


def proof_of(folder, text):
    (proof,) = proofs(folder, Source(canonical(text)))
    return proof


def test_plain_copy_is_found_in_place(good_folder):
    proof = proof_of(good_folder, TEXT)
    assert not proof.absent and not proof.several and proof.copies == [0]
    assert all(map(proof.in_place, proof.pointers))


def test_copy_inside_a_page_is_found_elsewhere(good_folder):
    proof = proof_of(good_folder, f"{NOISE}{TEXT} {NOISE}")
    assert not proof.absent and proof.copies == [len(canonical(NOISE)) + 1]
    assert not any(map(proof.in_place, proof.pointers))


def test_one_word_changed_loses_only_what_lies_over_it(good_folder):
    proof = proof_of(good_folder, NOISE + TEXT.replace("former", "old") + " " + NOISE)
    assert sorted(pointer.id for pointer in proof.absent) == ["EX01-A007", "EX01-S03"]
    assert not proof.copies and not proof.several


def test_two_copies_are_said_to_be_two(good_folder):
    proof = proof_of(good_folder, f"{TEXT} {NOISE}{TEXT}")
    assert len(proof.copies) == 2 and not proof.absent
    assert "stands 2 times" in "\n".join(describe(proof))


def test_an_altered_copy_beside_a_whole_one_does_not_mislead(good_folder):
    altered = TEXT.replace("former", "old")
    proof = proof_of(good_folder, f"{altered} {NOISE}{TEXT}")
    start = len(canonical(f"{altered} {NOISE}")) + 1
    assert proof.copies == [start] and not proof.absent and not proof.several
    assert {proof.places[s.id] - s.start for s in proof.segments} == {start}


def test_another_text_shows_nothing(good_folder):
    proof = proof_of(good_folder, NOISE)
    assert len(proof.absent) == len(proof.pointers) and not proof.places


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_saved_page(good_folder, tmp_path, encoding):
    paragraphs = (GOOD / "statement.txt").read_text(encoding="utf-8").split("\n\n")
    article = "".join(f"<p>{text.replace('council', '<a href=#>coun<b>cil</b></a>')}</p>" for text in paragraphs)
    page = f'<!doctype html><html><head><meta charset="{encoding}"><title>x</title></head><body><nav><ul><li>Home<li>News</ul></nav>'
    page += f"<script>var a = '<p>no</p>';</script><article><p>{NOISE}</p></article>{article}<!-- note --><footer>End</footer></body></html>"
    (tmp_path / "page.html").write_bytes(page.encode(encoding))
    (proof,) = proofs(good_folder, Source(read_source(str(tmp_path / "page.html"))))
    assert not proof.absent and len(proof.copies) == 1


@pytest.mark.parametrize("content, word", [(None, "no such file"), (b"<meta charset=utf-8>\xff", "declares"), (b"<meta charset=klingon>x", "declares")])
def test_unreadable_source_is_one_sentence(tmp_path, content, word):
    if content is not None:
        (tmp_path / "page.html").write_bytes(content)
    with pytest.raises(Unusable, match=word):
        read_source(str(tmp_path / "page.html"))


def test_command(good_folder, tmp_path):
    done = run("--source", GOOD / "statement.txt", good_folder)
    assert done.returncode == 0 and "6 of 6 segments found, 9 of 9 anchors found" in done.stdout
    (tmp_path / "other.txt").write_text(TEXT.replace("former", "old"), encoding="utf-8")
    done = run("--source", tmp_path / "other.txt", good_folder)
    assert done.returncode == 1 and "EX01-S03: absent" in done.stdout
    done = run("--source", tmp_path / "missing.txt", good_folder)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "no such file" in done.stderr


# ---------------------------------------------------------------------------- the dataset, where there is a copy of the text


def page_of(*articles: str) -> str:
    """A page as a browser saves it: menus, scripts, articles."""
    menu = "<nav><ul>" + "".join(f"<li><a href=#{i}>Section {i}</a></li>" for i in range(30)) + "</ul></nav>"
    shown = "".join("<article>" + "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip()) + "</article>" for text in articles)
    return f"<!doctype html><html><head><meta charset=utf-8><title>News</title><script>let a = '<p>';</script></head><body>{menu}<main>{shown}</main><footer>End</footer></body></html>"


def test_the_dataset_holds_against_the_statement(statement):
    proof = proof_of(ROOT, statement)
    assert not proof.absent and not proof.several and proof.copies == [0] and all(map(proof.in_place, proof.pointers))


def test_the_dataset_holds_against_a_saved_page(statement, tmp_path):
    (tmp_path / "page.html").write_text(page_of(NOISE, statement, NOISE), encoding="utf-8")
    (proof,) = proofs(ROOT, Source(read_source(str(tmp_path / "page.html"))))
    assert not proof.absent and not proof.several and len(proof.copies) == 1


def test_one_word_of_the_statement_changed_loses_exactly_what_lies_over_it(statement):
    text = canonical(statement)
    for at in (match.start() for number, match in enumerate(re.finditer(r"(?<= )[a-z]{5,}(?= )", text)) if number % 7 == 0):
        word = text[at : text.index(" ", at)]
        proof = proof_of(ROOT, NOISE + text[:at] + "zzz" + text[at + len(word) :] + " " + NOISE)
        over = {pointer.id for pointer in proof.pointers if pointer.start < at + len(word) and at < pointer.end}
        assert {pointer.id for pointer in proof.absent} == over and not proof.several


def test_two_copies_of_the_statement_are_said_to_be_two(statement, tmp_path):
    (tmp_path / "page.html").write_text(page_of(statement, NOISE, statement), encoding="utf-8")
    (proof,) = proofs(ROOT, Source(read_source(str(tmp_path / "page.html"))))
    assert len(proof.copies) == 2 and not proof.absent and "stands 2 times" in describe(proof)[0]


def test_a_long_page_is_searched_within_a_second(statement):
    source = Source(canonical(f"{NOISE * 180}{statement}\n{NOISE * 180}"))
    assert len(source.text) > 1_000_000
    began = time.process_time()
    (proof,) = proofs(ROOT, source)
    assert not proof.absent and time.process_time() - began < 1


# ------------------------------------------------------------------------------------------------- the words, for the reader


def test_quotes_stand_beside_the_claims(good_folder):
    done = run("--source", GOOD / "statement.txt", "--quotes", good_folder, COLUMNS="72")
    assert done.returncode == 0 and max(map(len, done.stdout.splitlines()[1:])) <= 72
    assert re.search(r"\nEX01-C002 There is fog during the +\| · Lighthouse vote\nvote. +\| · in fog\n", done.stdout)
    assert "under CC-BY-4.0" in done.stdout and "EX01-C008" not in done.stdout  # retired, and resting on nothing


@pytest.mark.parametrize("width", [1, 30, 43, 80, 300])
def test_quotes_fit_any_width(good_folder, width):
    source = Source(TEXT)
    rows = quotes.quotes(good_folder, [(proof, source) for proof in proofs(good_folder, source)])
    lines = list(quotes.beside(rows, width))
    assert max(map(len, lines)) <= max(width, 43)
    assert canonical(" ".join(lines)).count("EX01-C00") == 7


def test_quotes_of_an_altered_copy_are_those_that_were_found(good_folder, tmp_path):
    (tmp_path / "other.txt").write_text(TEXT.replace("former", "old"), encoding="utf-8")
    done = run("--source", tmp_path / "other.txt", "--quotes-to", tmp_path / "quotes.csv", good_folder)
    assert done.returncode == 1
    rows = read_rows(tmp_path / "quotes.csv")[1]
    assert "EX01-C006" not in {row["claim_id"] for row in rows} and {"EX01-C005", "EX01-C007"} <= {row["claim_id"] for row in rows}


def test_quotes_serve_to_compute_the_pointers_again(good: Example, tmp_path):
    done = run("--source", GOOD / "statement.txt", "--quotes-to", tmp_path / "quotes.csv", good.folder)
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
    rows = [dataclasses.asdict(row) for row in quotes.quotes(folder, [(proof, source) for proof in proofs(folder, source)])]
    compute("KH23", source.text, rows, folder)
    for table in ("statements", "segments", "anchors"):
        assert read_rows(folder / "data" / f"{table}.csv") == read_rows(ROOT / "data" / f"{table}.csv")


def test_occurrence_tells_equal_words_apart(good_folder):
    text = "the the the end"
    source = Source(text)
    segment = Pointer("S", 0, 15, sha256(text))
    anchors = [Pointer(f"A{start}", start, end, sha256(text[start:end]), "S") for start, end in ((0, 3), (4, 8), (12, 15))]
    proof = prove(source, "EX01", 15, sha256(text), [segment], anchors)
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
    done = run("--source", GOOD / "statement.txt", "--quotes-to", good.folder / "quotes.csv", good.folder)
    assert done.returncode == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert not (good.folder / "quotes.csv").exists()


def test_quotes_ask_for_a_source():
    done = run("--quotes")
    assert done.returncode == 2 and "--quotes goes with --source" in done.stderr
