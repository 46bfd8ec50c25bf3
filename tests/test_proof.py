"""Pointers proven against a copy of the text."""

import pytest

from tests.conftest import ROOT
from tests.example import GOOD
from tests.test_command import run
from validator.findings import Unusable
from validator.proof import Source, describe, proofs
from validator.source import read_source
from validator.text import canonical

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


def test_the_dataset_holds_against_the_statement(statement):
    proof = proof_of(ROOT, f"{NOISE}{statement}\n{NOISE}")
    assert not proof.absent and not proof.several and len(proof.copies) == 1
