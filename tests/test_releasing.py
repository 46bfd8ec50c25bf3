"""RELEASING.md: its blocks that leave nothing on any server are taken as they stand; those that do are held to uv."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, material
from tests.test_contributing import Clone
from tests.tools.own import IDENTITY
from tests.tools.support import CALM, read_descriptor

PAGE = (ROOT / "RELEASING.md").read_text(encoding="utf-8")
HERE, OUT = (re.findall(rf"```{name}\n(.*?)```", PAGE, re.DOTALL) for name in ("sh", "console"))
VERSION = read_descriptor(ROOT)["version"]


def uv() -> str:
    """The path of the uv that README.md has one install, or of another. Without any, the test is skipped."""
    own = ROOT / ".tools" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv") or pytest.skip("there is no uv here")


def shell(block: str, clone: Clone) -> str:
    """Takes a block in a clone, and returns what it printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **CALM, **IDENTITY, "PATH": path}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=clone.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Clone:
    made = Clone.of_the_project(tmp_path_factory.mktemp("release"))
    (made.folder / ".git" / "info" / "exclude").write_text(".tools\n", encoding="utf-8")
    (made.folder / ".tools" / "bin").mkdir(parents=True)
    (made.folder / ".tools" / "bin" / "uv").symlink_to(uv())
    return made


@pytest.mark.slow
def test_the_files_are_made_ready(clone):
    text = material("statement/*.txt", "without a copy of the statement nothing can be proven")
    said = shell(HERE[0].replace("TEXT", f"'{text}'"), clone)
    assert "\nvalid\n" in said and "shared words" not in said and "shares with KH23: none" in said
    assert not shell("git status --short", clone)  # the last commit was in form


@pytest.mark.slow
def test_the_parcels_are_built_and_run(clone):
    said = shell(HERE[1], clone)
    assert re.search(rf"^claimtrack {re.escape(VERSION)} ", said, re.MULTILINE)
    place = clone.folder.parent / f"claimtrack-{VERSION}"
    wheel, source = (f"claimtrack-{VERSION}{end}" for end in ("-py3-none-any.whl", ".tar.gz"))
    built = {path.name for path in (place / "program").iterdir() if path.name != ".gitignore"}
    assert built == {wheel, source}
    assert (place / "data" / ".zenodo.json").is_file() and (place / "data" / "SHA256SUMS").is_file()
    assert shell("git tag --list", clone).split() == [f"v{VERSION}"]


def test_what_leaves_the_computer_is_what_the_programs_take():
    """Nothing is sent here: the options are looked up in the program's own help."""
    told = subprocess.run([uv(), "publish", "--help"], capture_output=True, text=True, check=True).stdout
    commands = [line.strip() for block in OUT for line in block.splitlines() if line.strip()]
    assert [line.split()[:2] for line in commands] == [[".tools/bin/uv", "publish"]] * 2 + [["git", "push"]]
    used = {option for line in commands[:2] for option in re.findall(r"--[a-z-]+", line)}
    assert used == {"--dry-run"} and all(option in told for option in used)
    assert "UV_PUBLISH_TOKEN" in PAGE and "UV_PUBLISH_TOKEN" in told
    assert all('"../claimtrack-$version/program/"*' in line for line in commands[:2])


def test_every_block_is_one_of_the_two_kinds():
    assert len(HERE) == 2 and PAGE.count("```") == 2 * len(HERE + OUT)
