"""The hook and the action: their files say what the command knows, and the action's steps run as a runner runs them."""

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

from claimtrack.commands.main import command
from claimtrack.commands.names import COMMANDS
from claimtrack.pipeline import baseline, settings
from tests.conftest import material
from tests.tools.example import ROOT, Example
from tests.tools.support import seal


def read(name: str):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hook_runs_a_command_that_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (hook,) = read(".pre-commit-hooks.yaml")
    *python, name, sub_command = hook["entry"].split()
    assert python == ["python", "-I", "-m"] and (ROOT / name / "__main__.py").is_file()
    assert project["project"]["scripts"] == {name: "claimtrack.commands.main:command"} and callable(command)
    assert sub_command == "check" and sub_command in COMMANDS and hook["id"] == "validate-data-package"
    assert [
        name
        for name in ("data/claims.csv", "datapackage.json", "a/validate.toml", "README.md")
        if re.search(hook["files"], name)
    ] == [
        "data/claims.csv",
        "datapackage.json",
        "a/validate.toml",
    ]


def test_actions_of_others_are_pinned():
    used = re.findall(
        r"uses: (\S+)",
        "".join(
            path.read_text(encoding="utf-8")
            for path in [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / "action.yml"]
        ),
    )
    assert used and all(name == "./" or re.search("@[0-9a-f]{40}$", name) for name in used)


def test_no_input_can_be_a_command():
    """GitHub pastes `${{ }}` into a script before the shell reads it; as a variable it stays a text."""
    assert not any("${{" in step["run"] for step in read("action.yml")["runs"]["steps"])


def test_all_ask_for_the_same_uv():
    names = ("README.md", "action.yml", "Dockerfile", ".github/workflows/validate.yml")
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in names]
    versions = [set(re.findall(r"uv==([\d.]+)", text)) for text in texts]
    assert all(versions) and len(set.union(*versions)) == 1


def test_the_snippets_of_the_readme_fit(good: Example, monkeypatch, ended):
    section = re.search(r"(?s)## In CI\n(.*?)\n## ", (ROOT / "README.md").read_text(encoding="utf-8"))[1]
    workflow, hooks, settings_ = re.findall(r"(?s)```(?:yaml|toml)\n(.*?)```", section)
    *_, step = yaml.safe_load(workflow)["jobs"]["validate"]["steps"]
    assert step["with"].keys() <= read("action.yml")["inputs"].keys()
    assert yaml.safe_load(hooks)["repos"][0]["hooks"][0]["id"] == read(".pre-commit-hooks.yaml")[0]["id"]
    (good.folder / settings.NAME).write_text(settings_)
    (good.folder / "known.json").write_text(json.dumps({"format": baseline.FORMAT, "known": []}))
    monkeypatch.chdir(good.folder)
    for line in re.findall(r"(?m)^    python validate.py (.*)$", section):
        assert ended(*line.split()).code == 0, line
    there = {path.name for path in Path().glob("*.*")} - {"datapackage.json", settings.NAME}
    assert there == {"known.json", "report.html", "report.sarif", "report.xml"}


def run_install(workspace: Path, temp: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The step that installs uv; here it finds no index to take it from, once pip has started."""
    (step,) = (step for step in read("action.yml")["runs"]["steps"] if step["name"] == "Install")
    temp.mkdir(exist_ok=True)
    (temp / "python3").symlink_to(sys.executable)
    env = os.environ | environment | {"RUNNER_TEMP": str(temp), "PIP_NO_INDEX": "1"}
    env["PATH"] = f"{temp}{os.pathsep}{env['PATH']}"
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=workspace, env=env, capture_output=True, text=True, check=False)


def run_action(workspace: Path, temp: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step `validate` of action.yml with these inputs; this Python, which has what is needed, plays `uv run`."""
    action = read("action.yml")
    address = inputs.pop("address", "example/claims")
    step = next(step for step in action["runs"]["steps"] if step.get("id") == "validate")
    given = {name: told.get("default", "") for name, told in action["inputs"].items()} | inputs
    known = {"github.action_path": str(ROOT), "runner.temp": str(temp)}
    known |= {f"inputs.{name}": value for name, value in given.items()}
    known |= {"github.server_url": "https://github.com", "github.action_repository": address}
    known |= {"github.action_ref": "0123abc" if address else ""}
    env = {name: re.sub(r"\$\{\{ (\S+) \}\}", lambda m: known[m[1]], value) for name, value in step["env"].items()}
    uv = temp / "validate-uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True, exist_ok=True)
    uv.write_text(f'#!/bin/sh\nwhile [ "$1" != python ]; do shift; done; shift\nexec {sys.executable} "$@"\n')
    uv.chmod(0o755)
    env |= {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output"), "GITHUB_ACTIONS": "true", "CI": "true"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=workspace, env=os.environ | env, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the action's steps are written")
def test_the_action_checks_a_package_in_a_workspace(good: Example, tmp_path):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()
    done = run_action(
        tmp_path,
        tmp_path / "temp",
        packages="package\n",
        outputs="report.sarif\nreport one.html\n",
        arguments="--strict\n--max-samples=1",
    )
    assert done.returncode == 1 and done.stderr == ""
    assert "::error file=package/data/claims.csv,line=2,col=64,title=CEL102::" in done.stdout
    assert (tmp_path / "temp" / "output").read_text() == "exit-code=1\n"
    assert (tmp_path / "report.sarif").exists() and (tmp_path / "report one.html").exists()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the action's steps are written")
@pytest.mark.parametrize("address", ["example/claims", ""], ids=["of a repository", "of a checkout"])
def test_the_action_leads_from_findings_to_the_rules(good: Example, tmp_path, address):
    """A checkout that uses the action in itself (`uses: ./`) is not told of which repository it is one."""
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    seal(good.folder)
    run_action(tmp_path, tmp_path / "temp", packages="package\n", outputs="report.sarif\n", address=address)
    (run,) = json.loads((tmp_path / "report.sarif").read_text(encoding="utf-8"))["runs"]
    found = {rule["id"]: rule.get("helpUri") for rule in run["tool"]["driver"]["rules"]}
    page = "https://github.com/example/claims/blob/0123abc/docs/rules.md#cel102-cell-breaks-constraint"
    assert found["CEL102"] == (page if address else None)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the action's steps are written")
def test_inputs_of_the_action_are_no_commands(good: Example, tmp_path):
    done = run_action(
        tmp_path, tmp_path / "temp", packages='package\n$(touch evil)\n`touch evil`; touch evil\n--output=evil\n"'
    )
    assert done.returncode == 2 and not (tmp_path / "evil").exists()
    assert "$(touch evil): there is no such file" in done.stderr


# What Python, pip, uv and pytest could take from the folder in which they are run.
MODULES = """
    pip sitecustomize usercustomize conftest claimtrack schemas validate settings frictionless pandera polars narwhals
    duckdb os json encodings runpy site argparse yaml rich chardet frictionless_evil uv setup
""".split()


@pytest.fixture
def hostile(tmp_path) -> Path:
    """A checkout with modules and settings that leave a mark when they are run."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    mark = f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__)\nraise SystemExit(77)\n"
    for name in MODULES:
        (workspace / f"{name}.py").write_text(mark)
    for name in ("pip", "claimtrack", "encodings"):
        (workspace / name).mkdir()
        for file in ("__init__.py", "__main__.py"):
            (workspace / name / file).write_text(mark)
    (workspace / "evil.pth").write_text(f"import sys; {mark.splitlines()[0]}")
    (workspace / "pyproject.toml").write_text("[build-system]\nrequires = []\nbuild-backend = 'setup'\n")
    (workspace / "uv.toml").write_text("not TOML")
    (workspace / ".python-version").write_text("2.7")
    (workspace / "pyvenv.cfg").write_text(f"home = {workspace}\n")
    (workspace / "python3").write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    (workspace / "python3").chmod(0o755)
    return workspace


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here, in which the action's steps are written")
@pytest.mark.parametrize("looked_for", ["", "."], ids=["", "PYTHONPATH"])
def test_nothing_of_the_checkout_is_run(good: Example, hostile, tmp_path, monkeypatch, looked_for):
    shutil.copytree(good.folder, hostile / "package")
    monkeypatch.setenv("PYTHONPATH", looked_for)
    monkeypatch.setenv("PYTHONSTARTUP", "sitecustomize.py")
    done = run_install(hostile, tmp_path / "install")
    assert "No matching distribution found for uv" in done.stderr and not (tmp_path / "ran").exists()
    done = run_action(hostile, tmp_path / "temp", packages="package\n", outputs="report.sarif\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (hostile / "report.sarif").exists() and not (tmp_path / "ran").exists()
    # The hook: what pre-commit installs is found in its environment, for which this checkout stands in.
    *python, name, sub_command = read(".pre-commit-hooks.yaml")[0]["entry"].split()
    start = f"import sys, runpy; sys.path.append({str(ROOT)!r}); runpy.run_module('{name}', run_name='__main__')"
    assert python == ["python", "-I", "-m"]
    words = [sys.executable, "-I", "-c", start, sub_command, "package"]
    done = subprocess.run(words, cwd=hostile, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not (tmp_path / "ran").exists(), done.stderr


def test_the_checkout_would_be_run_without_that(hostile, tmp_path):
    subprocess.run([sys.executable, "-m", "pip", "--version"], cwd=hostile, capture_output=True, check=False)
    assert (tmp_path / "ran").exists()


def test_what_the_project_may_not_carry_is_looked_for_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_MATERIAL", str(tmp_path))
    with pytest.raises(
        pytest.skip.Exception, match=f"no copy: there is no {re.escape(str(tmp_path))}/statement/.*TEST_MATERIAL"
    ):
        material("statement/*.txt", "no copy")
    (tmp_path / "statement").mkdir()
    (tmp_path / "statement" / "own.txt").write_text("Words.")
    assert material("statement/*.txt", "no copy").read_text() == "Words."
    monkeypatch.setenv("TEST_MATERIAL", "")  # as good as not set
    with pytest.raises(pytest.skip.Exception, match=re.escape(str(ROOT.parent / "shared" / "no-such-file"))):
        material("no-such-file", "no copy")
    assert (
        "TEST_MATERIAL" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        and "TEST_MATERIAL" in (ROOT / ".ci/run").read_text()
    )


@pytest.mark.slow
def test_the_names_of_the_tests_depend_on_neither_the_time_nor_the_order_of_sets():
    """pytest-xdist refuses to begin where two of its workers collect different names."""
    names = []
    for seed in ("1", "2"):  # the second begins seconds after the first, so that a name made from the time differs
        asked = [sys.executable, "-m", "pytest", "--collect-only", "-m", "slow or not slow", "-o", "addopts=-q"]
        done = subprocess.run(
            asked,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTEST_ADDOPTS": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
        names.append([line for line in done.stdout.splitlines() if "::" in line])
    assert len(names[0]) > 1000 and names[0] == names[1]
