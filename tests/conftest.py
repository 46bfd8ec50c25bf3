"""What the tests share: the smallest valid package, built from its text with the project's own tools."""

import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

from tests.example import Example, build_good

ROOT = Path(__file__).parent.parent
MATERIAL = "TEST_MATERIAL"  # the variable that names the folder of what the project may not carry; CONTRIBUTING.md says what lies there

# A slow machine is no failure.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def good_folder(tmp_path_factory) -> Path:
    """The smallest valid package, built once. Do not write into it: take `good` for that."""
    return build_good(tmp_path_factory.mktemp("good"))


@pytest.fixture
def good(good_folder, tmp_path) -> Example:
    """A copy of the smallest valid package, to break at will."""
    return Example.copy_of(good_folder, tmp_path / "package")


def material(pattern: str, what: str) -> Path:
    """A file of the material that some tests need beside the project; they are skipped where there is none."""
    folder = Path(os.environ.get(MATERIAL) or ROOT.parent / "shared")
    if not (found := sorted(folder.glob(pattern))):
        pytest.skip(f"{what}: there is no {folder / pattern}, and {MATERIAL} names no other folder that has it (CONTRIBUTING.md says more)")
    return found[0]


@pytest.fixture(scope="session")
def statement() -> str:
    """The statement's text, which the project may not carry; its tests are skipped where there is no copy."""
    return material("statement/*.txt", "without a copy of the statement its pointers cannot be proven").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def dataset():
    """The shipped dataset, joined as the publisher has it."""
    from publisher.model import load  # only the tests of the publisher need it

    return load(ROOT)


def publish_command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess:
    """`publish.py` as a user runs it, in a process of its own."""
    words = [sys.executable, ROOT / "publish.py", *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | environment)


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Path:
    """The shipped dataset's release, built once by the command. Do not write into it."""
    folder = tmp_path_factory.mktemp("release") / "dist"
    done = publish_command(ROOT, "--output", folder)
    assert done.returncode == 0, done.stderr
    return folder
