"""`claimtrack prove`: its options, and what it refuses."""

import io
import re
import shutil

import pytest

from claimtrack.package.table_io import read_rows
from claimtrack.tracking.canonical import canonical, sha256
from claimtrack.tracking.own_words import compare
from claimtrack.tracking.verify import Pointer, Source, proofs
from tests.tools.example import GOOD, Example
from tests.tools.support import kept, seal

TEXT = GOOD / "statement.txt"


def test_a_source_is_asked_for(good_folder, ended):
    done = ended("prove", good_folder)
    assert (done.code, done.out) == (2, "") and "the following arguments are required: --source" in done.err


def test_a_whole_copy_proves_all(good_folder, ended):
    done = ended("prove", "--source", TEXT, good_folder)
    assert (done.code, done.err) == (0, "") and done.out.startswith(f"{TEXT}: ")


def test_standard_input_is_a_source(good_folder, ended, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.read_bytes())))
    done = ended("prove", "--source", "-", good_folder)
    assert done.code == 0 and done.out == ended("prove", "--source", TEXT, good_folder).out.replace(f"{TEXT}: ", "-: ")


@pytest.mark.slow
def test_of_several_sources_the_best_counts(good_folder, tmp_path, ended):
    other = tmp_path / "other.txt"
    other.write_text("Words of another text.")
    assert ended("prove", "--source", other, good_folder).code == 1
    for sources in ((TEXT, other), (other, TEXT)):
        done = ended("prove", *(f"--source={source}" for source in sources), good_folder)
        assert done.code == 0 and all(f"{source}: " in done.out for source in sources)


def test_quotes_may_be_shown_and_written_at_once(good_folder, tmp_path, ended):
    path = tmp_path / "quotes.csv"
    done = ended("prove", "--source", TEXT, "--quotes", "--quotes-to", path, good_folder)
    assert done.code == 0 and "EX01-C001" in done.out
    assert done.out.endswith(f"{path}: {len(path.read_text().splitlines()) - 1} quotes written, for your own use\n")
    assert "EX01-C001" not in ended("prove", "--source", TEXT, good_folder).out


@pytest.mark.parametrize(
    "place, words",
    [
        ("-", "--quotes-to writes no file to standard output; name a file"),
        ("PACKAGE/quotes.csv", "lies inside the package, where the statement's words must not be"),
        ("no/such/quotes.csv", "make it, or name another"),
        ("notes.csv", "is there already and was not written by --quotes-to"),
    ],
)
def test_quotes_are_not_written_just_anywhere(good: Example, tmp_path, monkeypatch, ended, place, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.csv").write_text("mine\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = ended("prove", "--source", TEXT, "--quotes-to", place.replace("PACKAGE", "package"), "package")
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_package_that_is_not_valid_is_refused(good: Example, ended):
    (good.folder / "data" / "left over.csv").touch()
    assert ended("prove", "--source", TEXT, good.folder).code == 0
    done = ended("prove", "--source", TEXT, "--strict", good.folder)
    assert (done.code, done.out) == (1, "") and f"{good.folder}: nothing to prove, since the package is not" in done.err


def test_a_zip_is_proven_as_its_folder_is(good_folder, tmp_path, ended):
    packed = shutil.make_archive(str(tmp_path / "package"), "zip", good_folder)
    assert ended("prove", "--source", TEXT, packed) == ended("prove", "--source", TEXT, good_folder)


def copied(good: Example, words: str, column: str = "claim", row: str = "EX01-C001", table: str = "claims") -> None:
    """Puts words of the statement into a cell."""
    good.set(table, row, column, words)
    seal(good.folder)


SENTENCE = next(line for line in TEXT.read_text(encoding="utf-8").splitlines() if len(line.split()) > 12)
SEVEN = " ".join(SENTENCE.split()[:7])


def test_words_of_the_statement_are_found_in_cells(good: Example, ended):
    copied(good, f"It is said that {SEVEN.upper()}, or so.")
    done = ended("prove", "--source", TEXT, good.folder)
    assert done.code == 1 and done.err == ""
    (line,) = [line for line in done.out.splitlines() if "words in a row" in line]
    assert line.startswith("data/claims.csv: EX01-C001: claim: 7 words in a row stand in EX01-S0")
    assert line.endswith(f'"{SEVEN.upper()}"')
    assert done.out.splitlines()[-1] == "runs of 6 words and more that the package shares with EX01: 1"
    segment, start = re.search(r"stand in (\S+), from (\d+) on", line).groups()
    assert canonical(TEXT.read_text(encoding="utf-8"))[int(start) :].startswith(canonical(SEVEN))
    (row,) = [row for row in read_rows(good.path("segments"))[1] if row["segment_id"] == segment]
    assert int(row["start"]) <= int(start) < int(row["end"])


def test_the_bound_is_that_of_the_option_or_of_the_settings(good: Example, ended):
    copied(good, f"It is said that {SEVEN}, or so.")
    settings = good.folder / "validate.toml"
    assert ended("prove", "--source", TEXT, "--shared-words", "8", good.folder).code == 0
    settings.write_text("shared-words = 8")
    done = ended("prove", "--source", TEXT, good.folder)
    assert done.code == 0 and done.out.startswith("validate.toml: shared-words = 8\n")
    assert ended("prove", "--source", TEXT, "--shared-words", "7", good.folder).code == 1
    assert ended("prove", "--source", TEXT, "--no-settings", good.folder).code == 1


@pytest.mark.slow
def test_a_phrase_that_may_stand_is_exempt_and_told(good: Example, ended):
    copied(good, f"It is said that {SEVEN}, or so.")
    (good.folder / "validate.toml").write_text(f"may-share = ['{SEVEN.lower()}']")
    done = ended("prove", "--source", TEXT, good.folder)
    assert done.code == 0 and done.out.startswith(f"validate.toml: may-share = {SEVEN.lower()}\n")
    assert ended("check", good.folder, "--format", "json").out.count("validate.toml") == 0  # it changes no report
    assert ended("prove", "--source", TEXT, "--no-settings", good.folder).code == 1


@pytest.mark.parametrize(
    "content, words",
    [
        ("shared-words = 0", '"shared-words" has to be a whole number from 1'),
        ("may-share = 'a'", '"may-share" has to be a list of phrases'),
        ("may-share = [1]", '"may-share" has to be a list of phrases'),
        ("ignore = ['XYZ']", "XYZ"),
    ],
)
def test_settings_that_are_not_valid_are_refused(good: Example, ended, content, words):
    (good.folder / "validate.toml").write_text(content)
    done = ended("prove", "--source", TEXT, good.folder)
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert ended("prove", "--source", TEXT, "--no-settings", good.folder).code == 0


@pytest.mark.parametrize("value", ["0", "six", "-1", ""])
def test_a_bound_is_a_number_of_words(good_folder, ended, value):
    done = ended("prove", "--source", TEXT, f"--shared-words={value}", good_folder)
    assert done.code == 2 and "must be a whole number of words from 1" in done.err


def test_the_title_of_a_statement_may_stand(good: Example, ended):
    copied(good, SEVEN, "title", "EX01", "statements")
    copied(good, f"It is said that {SEVEN}, or so.")
    assert ended("prove", "--source", TEXT, good.folder).code == 0


def test_without_the_text_it_says_that_words_were_not_compared(good: Example, tmp_path, ended):
    copied(good, f"It is said that {SEVEN}, or so.")
    other = tmp_path / "other.txt"
    other.write_text("Words of another text.")
    done = ended("prove", "--source", other, good.folder)
    last = "runs of 6 words and more that the package shares with EX01: not checked, since no source has it"
    assert done.code == 1 and done.out.splitlines()[-1] == last
    assert "not checked without the text: positions, and runs of words" in ended("check", good.folder).out


def test_what_a_shortened_copy_lacks_is_told(good: Example, tmp_path, ended):
    copied(good, f"It is said that {SEVEN}, or so.")
    part = tmp_path / "part.txt"
    part.write_text(TEXT.read_text(encoding="utf-8").replace(SENTENCE, ""))
    done = ended("prove", "--source", part, good.folder)
    assert done.code == 1 and "words in a row" not in done.out
    assert re.search(r"EX01: none; \d of its \d segments not checked, since no source has them\n$", done.out)


def test_documents_and_the_descriptor_are_texts_of_the_package_too(good: Example, ended):
    (good.folder / "README.md").write_text(
        f"# Lights\n\nIt says:\n{SEVEN.replace(' ', chr(10), 1)}\n", encoding="utf-8"
    )
    good.describe(description=f"The statement that {SEVEN}.")
    done = ended("prove", "--source", TEXT, good.folder)
    found = [line.partition(": 7 words")[0] for line in done.out.splitlines() if "words in a row" in line]
    assert done.code == 1 and found == ["datapackage.json: description", "README.md: 4"]


def test_words_that_cannot_be_counted_are_said_not_to_be_checked(good: Example):
    """In scripts without spaces between words, a sentence would be one word, and no run would ever be found."""
    text = "ผู้ดูแลประภาคารสามคนถูกไล่ออก สำนักงานท่าเรือไม่ได้บอกเหตุผล"
    opened = kept(good.folder)
    first, *_ = found = proofs(opened, Source(canonical(TEXT.read_text(encoding="utf-8"))))
    source = Source(text)
    first.segments, first.places = [Pointer("EX01-S01", 0, len(text), sha256(text))], {"EX01-S01": 0}
    (compared,) = compare(opened, [(first, source)], ["claims"])
    assert compared.shared is None and "no spaces between words" in compared.note and len(found) == 1
