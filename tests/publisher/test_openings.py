"""A whole release is built from one look at each file of the package."""

import shutil
from pathlib import Path

import pytest

from claimtrack.publisher.forms.zip import members
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.openings import openings
from tests.tools.support import kept, seal


def smallest(good: Example, _folder: Path) -> Path:
    """The smallest package, with a changelog and a file that is no part of it."""
    (good.folder / "CHANGELOG.md").write_text("# Changelog\n\n## 1.1.0 — 2022-01-10\n", encoding="utf-8")
    (good.folder / "notes.txt").write_text("mine", encoding="utf-8")
    seal(good.folder)
    return good.folder


def shipped(_good: Example, folder: Path) -> Path:
    """This dataset's package by itself, without the project around it."""
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "schemas").mkdir()
    for path in (ROOT / "schemas").glob("*.json"):
        shutil.copy(path, folder / "schemas")
    for name in ("datapackage.json", "CHANGELOG.md", "CITATION.cff", "LICENSE-DATA.md"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("made", [smallest, shipped])
def test_each_file_of_the_package_is_opened_once(good: Example, tmp_path, made):
    package = made(good, tmp_path / "shipped")
    opened = openings(package, tmp_path / "told", "publish", package, "--output", tmp_path / "dist")
    own = members(kept(package))
    assert opened == {name: int(name in own) for name in opened}
    assert set(own) <= opened.keys() and 0 in opened.values()
    assert (tmp_path / "dist" / "SHA256SUMS").is_file()
