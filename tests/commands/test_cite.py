"""`claimtrack cite`: its options, and what it refuses."""

import re
import shutil

import pytest

from tests.tools.example import Example
from tests.tools.support import table


@pytest.mark.parametrize("style, sign", [("apa", "[Data set]"), ("bibtex", "@"), ("ris", "TY  - "), ("csl", '"type"')])
@pytest.mark.parametrize("row", [[], ["EX01-C001"]], ids=["dataset", "row"])
def test_each_style(good_folder, ended, row, style, sign):
    done = ended("cite", *row, "--style", style, "--package", good_folder)
    assert (done.code, done.err) == (0, "") and sign in done.out
    assert ("EX01-C001" in done.out) == bool(row)


def test_apa_is_the_style_where_none_is_named(good_folder, ended):
    assert ended("cite", "--package", good_folder) == ended("cite", "--style", "apa", "--package", good_folder)


def test_this_folder_is_the_package_where_none_is_named(good: Example, monkeypatch, ended):
    monkeypatch.chdir(good.folder)
    assert ended("cite", "EX01-C001") == ended("cite", "EX01-C001", "--package", good.folder)


@pytest.mark.slow
def test_a_hash_is_compared(good_folder, ended):
    (found,) = re.findall("SHA-256 ([0-9a-f]{12})", ended("cite", "EX01-C001", "--package", good_folder).out)
    for spelt in (found, found.upper(), f"sha256:{found}", f" {found} ", found[:8]):
        done = ended("cite", "EX01-C001", "--expect", spelt, "--package", good_folder)
        assert (done.code, done.err) == (0, "EX01-C001: unchanged\n")
    done = ended("cite", "EX01-C001", "--expect", "00000000", "--package", good_folder)
    assert done.code == 1 and "EX01-C001: not what has the SHA-256 00000000" in done.err


@pytest.mark.slow
def test_a_zip_is_cited_as_its_folder_is(good_folder, tmp_path, ended):
    packed = shutil.make_archive(str(tmp_path / "package"), "zip", good_folder)
    assert ended("cite", "EX01-C001", "--package", packed) == ended("cite", "EX01-C001", "--package", good_folder)


def test_the_whole_file_is_written(good: Example, ended):
    assert ended("cite", "--write", "--package", good.folder) == (0, "", "")
    text = (good.folder / "CITATION.cff").read_text(encoding="utf-8")
    assert text.startswith("cff-version: ") and "Claims of an invented statement" in text


@pytest.mark.parametrize(
    "words, said",
    [
        (["--expect", "ab"], "give 8 to 64 of its hexadecimal digits"),
        (["--expect", "abababab"], "--expect goes with a ROW_ID; name the row"),
        (["--write", "EX01-C001"], "--write writes the whole CITATION.cff; leave the rows and --style out"),
        (["--write", "--style", "ris"], "--write writes the whole CITATION.cff; leave the rows and --style out"),
        (["--style", "mla"], "argument --style: invalid choice: 'mla'"),
        (["EX01-C001", "--since", "old"], "--since goes with --expect; give the hash that was cited"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_do_not_go_together(good: Example, ended, words, said):
    done = ended("cite", *words, "--package", good.folder)
    assert (done.code, done.out) == (2, "") and said in done.err and not (good.folder / "CITATION.cff").exists()


def test_a_package_with_warnings_is_refused_if_strict(good: Example, ended):
    (good.folder / "data" / "left over.csv").touch()
    assert ended("cite", "--package", good.folder).code == 0
    done = ended("cite", "--strict", "--package", good.folder)
    assert (done.code, done.out) == (
        1,
        "",
    ) and f"{good.folder}: no citation, since the package is not valid" in done.err


def test_the_whole_file_is_not_written_for_what_is_no_claim_tracking_package(tmp_path, ended):
    nope = tmp_path / "nope"
    said = f"{nope}: there is no such file; name a package's folder or its descriptor\n"
    assert ended("cite", "--write", "--package", nope) == (2, "", said)
    package = table(tmp_path / "other", "n\n1\n", [{"name": "n", "type": "integer"}])
    before = set(package.rglob("*"))
    done = ended("cite", "--write", "--package", package)
    assert (done.code, done.out) == (2, "") and f"{package}: this is for claim-tracking packages" in done.err
    assert set(package.rglob("*")) == before
