"""Pointers proven against a copy of the text."""

import re
import time

from claimtrack.tracking.canonical import canonical
from claimtrack.tracking.source_text import read_source
from claimtrack.tracking.verify import Source, describe, proofs
from tests.conftest import ROOT
from tests.tools.copies import NOISE, TEXT, page_of, proof_of
from tests.tools.example import GOOD
from tests.tools.support import claimtrack, kept


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


def test_command(good_folder, tmp_path):
    done = claimtrack("prove", "--source", GOOD / "statement.txt", good_folder)
    assert done.returncode == 0 and "6 of 6 segments found, 9 of 9 anchors found" in done.stdout
    (tmp_path / "other.txt").write_text(TEXT.replace("former", "old"), encoding="utf-8")
    done = claimtrack("prove", "--source", tmp_path / "other.txt", good_folder)
    assert done.returncode == 1 and "EX01-S03: absent" in done.stdout
    done = claimtrack("prove", "--source", tmp_path / "missing.txt", good_folder)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "no such file" in done.stderr


# ----------------------------------------------------------------------- the dataset, where there is a copy of the text


def test_the_dataset_holds_against_the_statement(statement):
    proof = proof_of(ROOT, statement)
    assert not proof.absent and not proof.several and proof.copies == [0] and all(map(proof.in_place, proof.pointers))


def test_the_dataset_holds_against_a_saved_page(statement, tmp_path):
    (tmp_path / "page.html").write_text(page_of(NOISE, statement, NOISE), encoding="utf-8")
    (proof,) = proofs(kept(ROOT), Source(read_source(str(tmp_path / "page.html"))))
    assert not proof.absent and not proof.several and len(proof.copies) == 1


def test_one_word_of_the_statement_changed_loses_exactly_what_lies_over_it(statement):
    text = canonical(statement)
    for at in (
        match.start() for number, match in enumerate(re.finditer(r"(?<= )[a-z]{5,}(?= )", text)) if number % 7 == 0
    ):
        word = text[at : text.index(" ", at)]
        proof = proof_of(ROOT, NOISE + text[:at] + "zzz" + text[at + len(word) :] + " " + NOISE)
        over = {pointer.id for pointer in proof.pointers if pointer.start < at + len(word) and at < pointer.end}
        assert {pointer.id for pointer in proof.absent} == over and not proof.several


def test_two_copies_of_the_statement_are_said_to_be_two(statement, tmp_path):
    (tmp_path / "page.html").write_text(page_of(statement, NOISE, statement), encoding="utf-8")
    (proof,) = proofs(kept(ROOT), Source(read_source(str(tmp_path / "page.html"))))
    assert len(proof.copies) == 2 and not proof.absent and "stands 2 times" in describe(proof)[0]


def test_a_long_page_is_searched_in_seconds(statement):
    source = Source(canonical(f"{NOISE * 180}{statement}\n{NOISE * 180}"))
    assert len(source.text) > 1_000_000
    began = time.process_time()
    (proof,) = proofs(kept(ROOT), source)
    assert not proof.absent and time.process_time() - began < 10
