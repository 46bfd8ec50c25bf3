"""docs/your-own.md followed as it stands, by a shell in an empty folder. Only what pip would install is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.own import IDENTITY, PAGE, TEXT, blocks
from tests.tools.support import CALM, ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, str]:
    """The folder in which every block of the page was run, and what the commands printed."""
    folder = tmp_path_factory.mktemp("user")
    command = folder / "bin" / "claimtrack"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "validate.py"}" "$@"\n')
    command.chmod(0o755)
    script = "\n".join(["set -e", *(block for block in blocks() if "pip install" not in block)])
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **CALM, **IDENTITY, "PATH": path, "TOOL": "claimtrack"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    return folder, done.stdout


def test_the_page_ends_in_a_published_site(followed):
    folder, said = followed
    assert "\nvalid\n" in said and "sound history: no finding" in said
    site = folder / "release" / "site"
    assert "Claims about the lights of Sarema" in (site / "index.html").read_text(encoding="utf-8")
    assert "LK24-C001" in (site / "claims" / "LK24-C001.html").read_text(encoding="utf-8")


def test_no_word_of_the_statement_is_in_the_package(followed):
    folder, _ = followed
    for sentence in ("has not said why", "only asked for dry oil", "have been dark since Tuesday"):
        assert sentence in TEXT
        assert not any(sentence in path.read_text(encoding="utf-8") for path in (folder / "lights" / "data").iterdir())


def test_each_block_stands_in_the_page_once():
    assert len(blocks()) == PAGE.count("```sh\n") and len(set(blocks())) == len(blocks())
