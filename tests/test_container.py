"""The Dockerfile: its steps taken one by one as a script, since a container cannot be had everywhere."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tools.support import CALM

PLACES = ("/source", "/opt/claimtrack", "/package")  # the folders of the container


def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def context(folder: Path) -> Path:
    """What docker sends to a build: the files that .dockerignore lets through."""
    first, *kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert first == "*"
    for name in (line[1:] for line in kept if line.startswith("!")):
        to = folder / name
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, to)
    return folder


def test_it_begins_with_a_python_that_will_do():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    least = tuple(map(int, asked.removeprefix(">=").split(".")))
    found = [rest for name, rest in steps() if name == "FROM"]
    assert found and all(tuple(map(int, re.search(r"python:(\d+)\.(\d+)", each).groups())) >= least for each in found)
    assert len({each.split()[0] for each in found}) == 1  # the environment of the one runs in the other


def test_it_runs_as_nobody_and_takes_what_the_command_takes():
    last = dict(steps())
    assert last["USER"].isdecimal() and int(last["USER"]) > 0
    assert json.loads(last["ENTRYPOINT"]) == ["claimtrack"] and json.loads(last["CMD"]) == ["check", "."]


@pytest.mark.slow
def test_its_steps_make_a_command_that_checks_a_package(tmp_path, good_folder):
    (tmp_path / "context").mkdir()
    sent = context(tmp_path / "context")
    inside = {place: str(tmp_path / "container" / place[1:]) for place in PLACES}

    def placed(words: str) -> str:
        return re.sub("|".join(PLACES), lambda found: inside[found[0]], words)

    subprocess.run([sys.executable, "-m", "venv", tmp_path / "python"], check=True)
    environment = {**os.environ, **CALM, "PATH": f"{tmp_path / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT"):
        environment.pop(name, None)
    at = tmp_path
    for name, rest in steps():
        if name == "WORKDIR":
            at = Path(placed(rest))
            at.mkdir(parents=True, exist_ok=True)
        elif name == "COPY" and not rest.startswith("--from"):
            *sources, to = rest.split()
            for source in sources:
                copy = shutil.copytree if (sent / source).is_dir() else shutil.copy
                copy(sent / source, at / to / source if to == "./" else at / to)
        elif name == "ENV":
            variable, _, value = placed(rest).partition("=")
            environment[variable] = value.replace("$PATH", environment["PATH"])
        elif name == "RUN":
            done = subprocess.run(
                ["sh", "-c", placed(rest)], cwd=at, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (rest, done.stderr[-2000:])
    shutil.copytree(good_folder, inside["/package"], dirs_exist_ok=True)
    last = dict(steps())
    words = [*json.loads(last["ENTRYPOINT"]), *json.loads(last["CMD"])]
    done = subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.endswith("\nvalid\n"), done.stderr
    found = shutil.which(words[0], path=environment["PATH"])
    assert found and Path(found).is_relative_to(inside["/opt/claimtrack"])


@pytest.mark.slow
def test_docker_builds_and_runs_it(good_folder):
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        pytest.skip("no docker runs here, so no container was built; its steps were taken as a script")
    told = re.findall(r"`(docker [^`]+)`", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert len(told) == 2
    for line, cwd in zip(told, (ROOT, good_folder), strict=True):
        words = [word.replace("$PWD", str(cwd)) for word in shlex.split(line)]
        assert subprocess.run(words, cwd=cwd, capture_output=True, check=False).returncode == 0, line
