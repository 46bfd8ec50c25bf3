"""`claimtrack docs`: what is generated in the documents of a package, written anew or only looked at."""

import json
import shutil

import pytest

from tests.tools.example import Example
from tests.tools.support import table

HEAD = "# Codebook\n\nOur own words.\n\n"


@pytest.fixture
def documented(good: Example) -> Example:
    """The smallest package with a codebook that is not current."""
    (good.folder / "docs").mkdir()
    (good.folder / "docs" / "codebook.md").write_text(HEAD, encoding="utf-8")
    return good


def test_a_document_is_written_anew_and_keeps_its_prose(documented, ended):
    path = documented.folder / "docs" / "codebook.md"
    assert ended("docs", "--check", documented.folder) == (1, "not current: docs/codebook.md\n", "")
    assert path.read_text(encoding="utf-8") == HEAD
    assert ended("docs", documented.folder) == (0, "written anew: docs/codebook.md\n", "")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(HEAD) and "# Reference: tables and columns" in text
    assert ended("docs", "--check", documented.folder) == (0, "not current: nothing\n", "")
    assert ended("docs", documented.folder) == (0, "written anew: nothing\n", "")
    assert path.read_text(encoding="utf-8") == text


def test_no_document_is_made_where_there_is_none(good: Example, ended):
    before = set(good.folder.rglob("*"))
    assert ended("docs", good.folder) == (0, "written anew: nothing\n", "")
    assert set(good.folder.rglob("*")) == before


def test_wrong_paths(tmp_path, ended):
    nope = tmp_path / "nope"
    said = f"{nope}: there is no such file; name a package's folder or its descriptor\n"
    assert ended("docs", nope) == (2, "", said)
    package = table(tmp_path / "other", "n\n1\n", [{"name": "n", "type": "integer"}])
    before = set(package.rglob("*"))
    done = ended("docs", package)
    assert (done.code, done.out) == (2, "") and "this is for claim-tracking packages" in done.err
    assert set(package.rglob("*")) == before


def test_a_package_of_which_no_codebook_can_be_made_is_one_sentence(documented, ended):
    path = documented.folder / "schemas" / "claims.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    del schema["fields"][1]["description"], schema["primaryKey"]
    path.write_text(json.dumps(schema), encoding="utf-8")
    before = shutil.copytree(documented.folder, documented.folder.parent / "before")
    done = ended("docs", documented.folder)
    assert (done.code, done.out) == (2, "") and "internal error" not in done.err and len(done.err.splitlines()) == 1
    for name in ("docs/codebook.md", "schemas/claims.json"):
        assert (before / name).read_bytes() == (documented.folder / name).read_bytes()
