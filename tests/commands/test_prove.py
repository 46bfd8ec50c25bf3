"""`claimtrack prove`: its options, and what it refuses."""

import io
import shutil

import pytest

from tests.tools.example import GOOD, Example

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
