"""The house: no room imports from a higher one or in a circle, each says what it is for, and no module is long."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HOUSE = ROOT / "claimtrack"
ROOMS = sorted(path.parent for path in HOUSE.rglob("__init__.py"))
MODULES = sorted([*HOUSE.rglob("*.py"), *(ROOT / "schemas").rglob("*.py")])
LONGEST = 300  # lines: a module is read in one go


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """`lint-imports` with the contracts of pyproject.toml, in a folder that is as this one."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    words = [sys.executable, "-c", program, "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the house, to break at will."""
    for name in ("claimtrack", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(folder: Path) -> list[str]:
    """The contracts that do not hold in a folder."""
    done = lint(folder)
    assert done.returncode == 1, done.stdout + done.stderr
    return [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]


def add(folder: Path, module: str, line: str) -> None:
    """Writes a line at the end of a module."""
    path = folder / module
    path.write_text(f"{path.read_text(encoding='utf-8') if path.exists() else ''}\n{line}\n", encoding="utf-8")


def test_imports_are_as_the_contracts_have_them():
    done = lint(ROOT)
    assert done.returncode == 0 and "Contracts: 3 kept, 0 broken." in done.stdout, done.stdout + done.stderr


def test_a_copy_of_the_house_is_as_sound(copy):
    assert lint(copy).returncode == 0


@pytest.mark.parametrize(
    "module, line",
    [
        ("claimtrack/core/limits.py", "from claimtrack.pipeline.run import Run"),
        ("claimtrack/checks/dates.py", "from claimtrack.backends import protocol"),
        ("claimtrack/pipeline/check.py", "import claimtrack.commands.main"),
        ("claimtrack/reading/forms.py", "def late():\n    from claimtrack.checks import keys\n    return keys"),
    ],
    ids=["core from pipeline", "checks from backends", "pipeline from commands", "reading from checks, late"],
)
def test_an_import_from_a_higher_room_is_found(copy, module, line):
    add(copy, module, line)
    assert "Whoever stands higher imports from below, never back" in broken(copy)


def test_imports_in_a_circle_are_found(copy):
    add(copy, "claimtrack/core/visible.py", "from claimtrack.core import paths")
    assert lint(copy).returncode == 0
    add(copy, "claimtrack/core/paths.py", "from claimtrack.core import visible")
    assert broken(copy) == ["No imports run in a circle"]


def test_a_circle_in_the_profile_is_found(copy):
    add(copy, "schemas/common.py", "from . import tracking")
    assert "No imports run in a circle" in broken(copy)


def test_an_import_of_the_profile_is_found(copy):
    add(copy, "claimtrack/api.py", "from schemas import PROFILE")
    assert "The profile is handed in, never imported" in broken(copy)


def test_a_room_that_nobody_placed_is_found(copy):
    (copy / "claimtrack" / "attic").mkdir()
    add(copy, "claimtrack/attic/__init__.py", '"""Whatever has no place."""')
    assert "Whoever stands higher imports from below, never back" in broken(copy)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_each_room_says_what_it_is_for(room):
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert text and text.splitlines()[0].endswith((".", ":")) and len(text) > 20


def test_every_folder_of_the_house_is_a_room():
    folders = {path.parent for path in HOUSE.rglob("*.py")}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_no_module_is_long(module):
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines < LONGEST


def test_the_door_is_a_door():
    assert len((ROOT / "validate.py").read_text(encoding="utf-8").splitlines()) < 40


def test_nothing_else_lies_at_the_top():
    """What is installed has one name, so that nothing stands in the way of a module of somebody else's."""
    assert {path.name for path in ROOT.glob("*.py")} == {"validate.py"}
