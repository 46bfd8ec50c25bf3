"""A package of one's own, made as docs/your-own.md says."""

import os
from pathlib import Path

import pytest

from claimtrack.commands.main import main
from tests.tools import own


@pytest.fixture(scope="session")
def followed(tmp_path_factory) -> Path:
    """The folder in which the page was followed until the worksheet is taken in. Do not write into it."""
    folder = tmp_path_factory.mktemp("own")

    def run(*words: str) -> int:
        before = Path.cwd()
        if (folder / "lights").exists():
            os.chdir(folder / "lights")
        try:
            return main(list(words))
        finally:
            os.chdir(before)

    own.follow(folder, run, until="point")
    return folder


@pytest.fixture
def lights(followed, tmp_path, monkeypatch) -> Path:
    """A copy of the package, with the text and the worksheet beside it; it is the current folder."""
    folder = own.copied(followed, tmp_path / "own")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def point(ended):
    """`claimtrack point` with the worksheet as it is, or with another text in it."""

    def run(text: str | bytes | None = None):
        sheet = Path("../LK24.csv")
        if text is not None:
            sheet.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return ended("point", "LK24", "--source", "../LK24.txt", "--worksheet", sheet)

    return run
