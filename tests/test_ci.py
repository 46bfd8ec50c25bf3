"""The hook and the action: their files say what the command knows, and the action's own steps run as a runner would run them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import validate as command
from tests.conftest import material
from tests.example import ROOT, Example
from validator import baseline, settings


def read(name: str):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hook_runs_a_command_that_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (hook,) = read(".pre-commit-hooks.yaml")
    assert project["project"]["scripts"] == {hook["entry"]: "validate:command"} and callable(command.command)
    assert [name for name in ("data/claims.csv", "datapackage.json", "a/validate.toml", "README.md") if re.search(hook["files"], name)] == [
        "data/claims.csv",
        "datapackage.json",
        "a/validate.toml",
    ]


def test_actions_of_others_are_pinned():
    used = re.findall(r"uses: (\S+)", "".join(path.read_text(encoding="utf-8") for path in [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / "action.yml"]))
    assert used and all(name == "./" or re.search("@[0-9a-f]{40}$", name) for name in used)


def test_no_input_can_be_a_command():
    """GitHub pastes `${{ }}` into a script before the shell reads it; as a variable it stays a text."""
    assert not any("${{" in step["run"] for step in read("action.yml")["runs"]["steps"])


def test_the_readme_and_the_action_ask_for_the_same_uv():
    versions = set(re.findall(r"uv==([\d.]+)", (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert len(versions) == 1


def test_the_snippets_of_the_readme_fit(good: Example, monkeypatch, capfd):
    section = re.search(r"(?s)## In CI\n(.*?)\n## ", (ROOT / "README.md").read_text(encoding="utf-8"))[1]
    workflow, hooks, settings_ = re.findall(r"(?s)```(?:yaml|toml)\n(.*?)```", section)
    *_, step = yaml.safe_load(workflow)["jobs"]["validate"]["steps"]
    assert step["with"].keys() <= read("action.yml")["inputs"].keys()
    assert yaml.safe_load(hooks)["repos"][0]["hooks"][0]["id"] == read(".pre-commit-hooks.yaml")[0]["id"]
    (good.folder / settings.NAME).write_text(settings_)
    (good.folder / "known.json").write_text(json.dumps({"format": baseline.FORMAT, "known": []}))
    monkeypatch.chdir(good.folder.parent)
    (good.folder.parent / "packages").mkdir()
    shutil.move(good.folder, "packages/a")
    shutil.make_archive("packages/b", "zip", "packages/a")
    for line in re.findall(r"(?m)^    python validate.py (.*)$", section):
        assert command.main(line.split()) == 0, capfd.readouterr()
    assert sorted(path.name for path in Path().glob("*.*")) == ["known.json", "report.html", "report.sarif", "report.xml"]


def run_action(workspace: Path, temp: Path, **inputs: str) -> subprocess.CompletedProcess:
    """The step `validate` of action.yml with these inputs; `uv run` is played by this Python, which has what uv would install."""
    action = read("action.yml")
    step = next(step for step in action["runs"]["steps"] if step.get("id") == "validate")
    given = {name: told.get("default", "") for name, told in action["inputs"].items()} | inputs
    known = {"github.action_path": str(ROOT), "runner.temp": str(temp), **{f"inputs.{name}": value for name, value in given.items()}}
    env = {name: re.sub(r"\$\{\{ (\S+) \}\}", lambda m: known[m[1]], value) for name, value in step["env"].items()}
    uv = temp / "validate-uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True, exist_ok=True)
    uv.write_text(f'#!/bin/sh\nwhile [ "$1" != python ]; do shift; done; shift\nexec {sys.executable} "$@"\n')
    uv.chmod(0o755)
    env |= {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output"), "GITHUB_ACTIONS": "true", "CI": "true"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=workspace, env=os.environ | env, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the action's steps are written")
def test_the_action_checks_a_package_in_a_workspace(good: Example, tmp_path):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()
    done = run_action(tmp_path, tmp_path / "temp", packages="package\n", outputs="report.sarif\nreport one.html\n", arguments="--strict\n--max-samples=1")
    assert done.returncode == 1 and done.stderr == ""
    assert "::error file=package/data/claims.csv,line=2,col=64,title=CEL102::" in done.stdout
    assert (tmp_path / "temp" / "output").read_text() == "exit-code=1\n"
    assert (tmp_path / "report.sarif").exists() and (tmp_path / "report one.html").exists()


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the action's steps are written")
def test_inputs_of_the_action_are_no_commands(good: Example, tmp_path):
    done = run_action(tmp_path, tmp_path / "temp", packages='package\n$(touch evil)\n`touch evil`; touch evil\n--output=evil\n"')
    assert done.returncode == 2 and not (tmp_path / "evil").exists()
    assert "$(touch evil): there is no such file" in done.stderr


def test_what_the_project_may_not_carry_is_looked_for_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_MATERIAL", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=f"no copy: there is no {re.escape(str(tmp_path))}/statement/.*TEST_MATERIAL"):
        material("statement/*.txt", "no copy")
    (tmp_path / "statement").mkdir()
    (tmp_path / "statement" / "own.txt").write_text("Words.")
    assert material("statement/*.txt", "no copy").read_text() == "Words."
    monkeypatch.setenv("TEST_MATERIAL", "")  # as good as not set
    with pytest.raises(pytest.skip.Exception, match=re.escape(str(ROOT.parent / "shared" / "no-such-file"))):
        material("no-such-file", "no copy")
    assert "TEST_MATERIAL" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8") and "TEST_MATERIAL" in (ROOT / ".ci/run").read_text()
