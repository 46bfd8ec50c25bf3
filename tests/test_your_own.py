"""docs/your-own.md followed as it stands, by a shell in an empty folder. Only what pip would install is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.tools.as_installed import write_command
from tests.tools.own import IDENTITY, PAGE, TEXT, blocks
from tests.tools.support import CALM, ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, str]:
    """The folder in which every block of the page was run, and what the commands printed."""
    folder = tmp_path_factory.mktemp("user")
    command = folder / "bin" / "claimtrack"
    write_command(command)
    script = "\n".join(["set -e", *(block for block in blocks() if "pip install" not in block)])
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **CALM, **IDENTITY, "PATH": path, "TOOL": f"claimtrack @ {ROOT.as_uri()}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    return folder, done.stdout


def test_the_page_ends_in_a_published_site(followed):
    folder, said = followed
    assert "\nvalid\n" in said and "sound history: no finding" in said
    assert "LK24-K01: none → no_update_found" in said  # a status that was not there has no name of Python's
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


def clone(package: Path, to: Path) -> Path:
    """A clone of the package's repository as its workflow checks it out: the last commit, and the one before."""
    words = ["git", "clone", "--quiet", "--depth", "2", package.as_uri(), str(to)]
    subprocess.run(words, check=True, capture_output=True)
    return to


def run(cwd: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    told |= {**CALM, **IDENTITY, **environment}
    return subprocess.run(words, cwd=cwd, env=told, capture_output=True, text=True, check=False)


def test_the_hook_of_its_repository_checks_before_a_commit(followed, tmp_path):
    """pre-commit itself installs the program into an environment of its own, and Git runs it."""
    package, home = clone(followed[0] / "lights", tmp_path / "lights"), str(tmp_path / "home")
    hooks = [sys.executable, "-m", "pre_commit"]
    assert run(package, *hooks, "install", PRE_COMMIT_HOME=home).returncode == 0
    done = run(package, *hooks, "run", "--all-files", PRE_COMMIT_HOME=home)
    assert done.returncode == 0 and "check the claim package" in done.stdout and "Passed" in done.stdout, done.stdout
    path = package / "data" / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",self_description,", ",rumour,"), encoding="utf-8")
    before = run(package, "git", "rev-parse", "HEAD").stdout
    done = run(package, "git", "commit", "--quiet", "--all", "--message", "A rumour", PRE_COMMIT_HOME=home)
    assert done.returncode == 1 and "CEL102" in done.stdout + done.stderr and "rumour" in done.stdout + done.stderr
    assert run(package, "git", "rev-parse", "HEAD").stdout == before


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the workflow's steps are written")
def test_the_steps_of_its_workflow_check_and_publish(followed, tmp_path):
    package, temp = clone(followed[0] / "lights", tmp_path / "lights"), tmp_path / "runner"
    temp.mkdir()
    workflow = yaml.safe_load((package / ".github" / "workflows" / "validate.yml").read_text(encoding="utf-8"))
    said = {}
    for step in (step for step in workflow["jobs"]["validate"]["steps"] if "run" in step):
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        done = run(package, *shell, step["run"], RUNNER_TEMP=str(temp), CI="true", GITHUB_ACTIONS="true")
        assert done.returncode == 0, (step["name"], done.stdout[-2000:], done.stderr[-2000:])
        said[step["name"]] = done.stdout
    assert list(said) == ["Install", "Check", "History", "Publish", "Begin at the site"]
    assert "sound history: no finding" in said["History"]
    assert "LK24-C001" in (temp / "release" / "site" / "claims" / "LK24-C001.html").read_text(encoding="utf-8")
    assert "site/index.html" in (temp / "release" / "index.html").read_text(encoding="utf-8")
