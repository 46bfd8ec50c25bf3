"""What the tests share: the smallest valid package, built from its text with the project's own tools."""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from tests.tools.bad_packages import build_bad
from tests.tools.example import Example, build_good
from tests.tools.support import Ended, claimtrack, in_a_process, kept

ROOT = Path(__file__).parent.parent
# The variable that names the folder of what the project may not carry; CONTRIBUTING.md says what lies there.
MATERIAL = "TEST_MATERIAL"

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


@pytest.fixture(scope="session")
def bad(tmp_path_factory) -> Path:
    """Packages with something wrong in each (`build_bad` has their names). Do not write into them."""
    return build_bad(tmp_path_factory.mktemp("bad"))


@pytest.fixture
def ended() -> Callable[..., Ended]:
    """The command within this process: how it ended."""

    def run(*arguments: object) -> Ended:
        done = claimtrack(*arguments)
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


def material(pattern: str, what: str) -> Path:
    """A file of the material that some tests need beside the project; they are skipped where there is none."""
    folder = Path(os.environ.get(MATERIAL) or ROOT.parent / "shared")
    if not (found := sorted(folder.glob(pattern))):
        where = f"there is no {folder / pattern}, and {MATERIAL} names no other folder that has it"
        pytest.skip(f"{what}: {where} (CONTRIBUTING.md says more)")
    return found[0]


@pytest.fixture(scope="session")
def statement() -> str:
    """The statement's text, which the project may not carry; its tests are skipped where there is no copy."""
    path = material("statement/*.txt", "without a copy of the statement its pointers cannot be proven")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def dataset():
    """The shipped dataset, joined as the publisher has it."""
    from claimtrack.publisher.join import load  # only the tests of the publisher need it

    return load(kept(ROOT))


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Path:
    """The shipped dataset's release, built once by the command. Do not write into it."""
    folder = tmp_path_factory.mktemp("release") / "dist"
    done = in_a_process("publish", ROOT, "--output", folder)
    assert done.returncode == 0, done.stderr
    return folder
