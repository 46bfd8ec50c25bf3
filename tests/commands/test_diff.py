"""`claimtrack diff`: its options, and what it refuses."""

import json
import shutil
from pathlib import Path

import pytest

from tests.tools.example import Example
from tests.tools.support import seal


@pytest.fixture
def old(good: Example, tmp_path) -> Path:
    """The package as it was before one of its claims was mended."""
    old = Path(shutil.copytree(good.folder, tmp_path / "old"))
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    seal(good.folder)
    return old


def test_an_older_version_is_asked_for(ended):
    done = ended("diff")
    assert (done.code, done.out) == (2, "") and "the following arguments are required: OLD" in done.err


def test_folder_descriptor_and_zip_say_the_same(good: Example, old, tmp_path, monkeypatch, ended):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", old)
    monkeypatch.chdir(good.folder)
    places = (old, old / "datapackage.json", packed)
    told = [json.loads(ended("diff", place, ".", "--format", "json").out) for place in places]
    assert told[0]["tables"] and all(each["tables"] == told[0]["tables"] for each in told)
    assert ended("diff", old).out == ended("diff", old, ".").out != ""


def test_the_forms_are_text_and_json(good: Example, old, ended):
    assert "EX01-C001" in ended("diff", old, good.folder).out
    assert json.loads(ended("diff", "--format", "json", old, good.folder).out)
    done = ended("diff", "--format", "html", old, good.folder)
    assert (done.code, done.out) == (2, "") and "argument --format: invalid choice: 'html'" in done.err


def test_a_package_with_warnings_is_refused_if_strict(good: Example, old, ended):
    (good.folder / "data" / "left over.csv").touch()
    assert ended("diff", old, good.folder).out
    done = ended("diff", "--strict", old, good.folder)
    assert (done.code, done.out) == (
        1,
        "",
    ) and f"{good.folder}: nothing to compare, since the package is not" in done.err


def test_an_old_version_that_is_none_is_one_sentence(good_folder, tmp_path, ended):
    done = ended("diff", tmp_path / "gone", good_folder)
    assert (done.code, done.out) == (2, "") and "gone" in done.err and len(done.err.splitlines()) == 1
