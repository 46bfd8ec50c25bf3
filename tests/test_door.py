"""`validate.py`, a checkout's door to the command: what it says where the command cannot run at all."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

import validate as door
from tests.conftest import ROOT
from tests.tools.support import CALM, table

SCRIPT = ROOT / "validate.py"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*words: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    words = tuple(map(str, words))
    told = os.environ | CALM | environment
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, env=told)


@pytest.fixture
def package(tmp_path) -> Path:
    return table(tmp_path / "package", "n\n1\n", [{"name": "n", "type": "integer"}])


# --------------------------------------------------------------------------------------------------- too old a Python


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13, "final", 0)], ids=str)
def test_too_old_a_python_is_named(monkeypatch, version):
    monkeypatch.setattr(door, "sys", SimpleNamespace(version_info=version))
    assert door.lacking() == "this is Python {}.{}, and 3.11 or newer is needed".format(*version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)], ids=str)
def test_a_newer_python_will_do(monkeypatch, version):
    monkeypatch.setattr(door, "sys", SimpleNamespace(version_info=version))
    assert door.lacking() == ""


def test_old_pythons_can_read_it():
    """Else they would say no more than that there is a syntax error."""
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("name", ["python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10"])
def test_an_old_python_says_so(name):
    found = shutil.which(name)
    if not found or run(found, "--version").returncode:
        pytest.skip(f"there is no {name} here")
    done = run(found, SCRIPT)
    said = f"this is Python {name.removeprefix('python')}, and 3.11 or newer is needed"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"validate.py: {said}; {door.SETUP}\n")


def test_it_asks_for_what_the_project_asks_for():
    least = ".".join(map(str, door.LEAST))
    assert PROJECT["requires-python"] == f">={least}"
    names = {re.split(r"[^\w-]", wanted)[0] for wanted in PROJECT["dependencies"]}
    assert set(door.NEEDED) <= names


# ----------------------------------------------------------------------------------------- libraries that are missing


def test_without_libraries_it_says_which_and_what_to_do(package):
    """With -S Python does not look where libraries are installed."""
    done = run(sys.executable, "-S", SCRIPT, package, PYTHONPATH="")
    said = "not installed: frictionless, pandera, polars, narwhals"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"validate.py: {said}; {door.SETUP}\n")


@pytest.mark.parametrize("missing", [["polars"], ["frictionless", "narwhals"], []], ids=str)
def test_only_those_that_are_missing_are_named(monkeypatch, missing):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else find_spec(name))
    assert door.lacking() == (f"not installed: {', '.join(missing)}" if missing else "")


def test_what_it_says_to_do_can_be_done():
    """README.md has a first line to run, which makes the environment."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.findall(r"(?s)```sh\n(.*?)```", text)[0].splitlines()[0]
    assert "uv sync" in first and "README.md" in door.SETUP and "pip install ." in door.SETUP


# -------------------------------------------------------------------------------------------- from wherever it is run


@pytest.mark.parametrize("options", [[], ["-I"], ["-P"]], ids=str)
def test_it_leads_to_the_command_from_any_folder(package, tmp_path, options):
    done = run(sys.executable, *options, SCRIPT, package, cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.endswith("\nvalid\n"), done.stderr


@pytest.mark.parametrize("options", [[], ["-I"]], ids=str)
def test_it_leads_to_the_command_from_its_own_folder(package, options):
    done = run(sys.executable, *options, "validate.py", package, cwd=ROOT)
    assert done.returncode == 0 and done.stdout.endswith("\nvalid\n"), done.stderr


def test_it_takes_no_other_claimtrack_for_its_own(package, tmp_path):
    """The folder in which it is run may hold anything."""
    (tmp_path / "claimtrack").mkdir()
    (tmp_path / "claimtrack" / "__init__.py").write_text("raise SystemExit('another')")
    (tmp_path / "schemas.py").write_text("raise SystemExit('another')")
    done = run(sys.executable, SCRIPT, package, cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.endswith("\nvalid\n"), done.stderr


def test_a_link_to_it_is_as_good(package, tmp_path):
    (tmp_path / "check").symlink_to(SCRIPT)
    done = run(sys.executable, tmp_path / "check", package)
    assert done.returncode == 0 and done.stdout.endswith("\nvalid\n"), done.stderr


def test_to_import_it_does_nothing(tmp_path):
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import validate; print('claimtrack' in sys.modules)"
    assert run(sys.executable, "-c", program, cwd=tmp_path).stdout == "False\n"
