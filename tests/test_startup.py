"""What the command loads, and what it leaves out without a difference in what it finds."""

import importlib.util
import json
import os
import pkgutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.benchmarks import tiny
from tests.conftest import ROOT
from tests.support import table
from validator import startup
from validator.run import validate

# Loaded by other commands, by frictionless for what is no check, or by Pandera where they are installed.
NOT_FOR_A_CHECK = {"jinja2", "lxml", "marko", "pandas", "petl", "publisher", "requests", "rich", "typer", "yaml"} | set(startup.UNUSED)


def python(program: str, *arguments: str | Path) -> subprocess.CompletedProcess:
    """A program in a process of its own, at the project's root."""
    return subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def loaded(package: Path) -> tuple[int, set[str]]:
    """The exit code of a check by the command, and the modules that are then loaded, stand-ins left aside."""
    program = """
import json, sys, validate
code = validate.main([sys.argv[1]])
from validator.startup import StandIn
print(json.dumps([code, [name for name, module in sys.modules.items() if not isinstance(module, StandIn)]]))
"""
    done = python(program, package)
    assert not done.stderr
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


@pytest.fixture(scope="module")
def packages(tmp_path_factory) -> dict[str, Path]:
    return tiny.packages(tmp_path_factory.mktemp("tiny"))


def test_a_check_without_faults_loads_only_what_it_uses(packages):
    code, names = loaded(packages["a table of 60 rows, no fault"])
    assert code == 0 and {"frictionless", "polars", "narwhals"} <= names
    assert not names & (NOT_FOR_A_CHECK | {"pandera", "schemas", "validator.history"})


def test_a_check_with_faults_loads_pandera_too(packages):
    code, names = loaded(packages["a table of 60 rows, 5 faults in the last"])
    assert code == 1 and "pandera.polars" in names
    assert not names & NOT_FOR_A_CHECK


def test_the_claim_rules_load_no_more(packages):
    code, names = loaded(packages["the smallest claim-tracking package"])
    assert code == 0
    assert not names & (NOT_FOR_A_CHECK | {"pandera"})


@pytest.mark.parametrize("irregular", ["", '7,a"b\n'], ids=["regular", "handed over"])
def test_the_command_finds_what_the_library_finds(tmp_path, irregular):
    """Here frictionless and Pandera were loaded as they are, so `validate` runs without stand-ins."""
    content = "n,a\nx,=1+1\n1, y\n1,z\n,q\n" + irregular
    folder = table(tmp_path, content, [{"name": "n", "type": "integer", "constraints": {"unique": True}}, {"name": "a", "type": "string"}])
    done = subprocess.run([sys.executable, ROOT / "validate.py", "--format", "json", folder], capture_output=True, text=True, check=False)
    found = {(f["rule"], f["line"], f["column"]) for f in json.loads(done.stdout)["packages"][0]["findings"]}
    assert found == {(f.rule, f.line, f.column) for f in validate(folder).findings} and len(found) >= 4


def test_every_stand_in_is_for_something_that_would_be_loaded():
    program = "import sys, frictionless, pandera.polars; frictionless.system.methods; print(set(sys.argv[1:]) - set(sys.modules))"
    assert python(program, *startup.UNUSED).stdout == "set()\n"
    assert all(map(importlib.util.find_spec, startup.UNUSED))


def test_what_a_stand_in_stands_for_can_be_named_and_inherited_from_but_not_used():
    stand_in = startup.StandIn("library")
    model = type("Model", (stand_in.BaseModel,), {})
    with pytest.raises(NotImplementedError, match=r"library\.BaseModel"):
        stand_in.BaseModel()
    with pytest.raises(NotImplementedError, match="Model"):
        model(url="x")
    assert not hasattr(stand_in, "__path__")


def test_who_imports_the_validator_keeps_the_process_as_it_is(packages):
    program = """
import gc, sys
from validator.run import validate
assert validate(sys.argv[1]).exit_code == 1
import pydantic, tabulate
class Model(pydantic.BaseModel):
    number: int
print(Model(number="1").number, tabulate.tabulate([["a"]]).split()[1], gc.get_freeze_count(), gc.isenabled())
"""
    done = python(program, packages["a table of 60 rows, 5 faults in the last"])
    assert done.stdout == "1 a 0 True\n", done.stderr


def test_the_garbage_collector_runs_again_once_all_is_loaded(packages):
    program = "import gc, sys, validate; validate.main(sys.argv[1:]); print(gc.isenabled(), gc.get_freeze_count() > 0)"
    assert python(program, packages["a table of 60 rows, no fault"]).stdout.endswith("True True\n")


def test_plugins_of_frictionless_are_found(packages, tmp_path):
    """Though Python's list of modules is only made where there is one; in a folder or a zip, as a module or a package."""
    program = "from frictionless import Plugin\nclass {}Plugin(Plugin):\n    pass\nprint('plugin {}')\n"
    (tmp_path / "frictionless_one.py").write_text(program.format("One", "one"))
    (tmp_path / "more" / "frictionless_two").mkdir(parents=True)
    (tmp_path / "more" / "frictionless_two" / "__init__.py").write_text(program.format("Two", "two"))
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
        packed.writestr("frictionless_three.py", program.format("Three", "three"))
    for place, name in ((tmp_path, "one"), (tmp_path / "more", "two"), (tmp_path / "packed.zip", "three")):
        command = [sys.executable, ROOT / "validate.py", "-q", packages["a table of 60 rows, no fault"]]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(place)}, capture_output=True, text=True, check=True)
        assert done.stdout == f"plugin {name}\n"


def test_pythons_list_of_modules_is_what_it_was_once_all_is_loaded(packages):
    program = "import pkgutil, sys, validate; before = pkgutil.iter_modules; validate.main(sys.argv[1:]); print(pkgutil.iter_modules is before)"
    assert python(program, packages["a table of 60 rows, no fault"]).stdout.endswith("True\n")
    assert not any(found.name.startswith("frictionless_") for found in pkgutil.iter_modules())  # else the tests above show little


@pytest.mark.parametrize(
    "arguments, code, out, err",
    [([], 0, "valid", ""), (["--format", "junk"], 2, "", "junk"), (["--version"], 0, "frictionless", ""), (["--nonsense"], 2, "", "nonsense"), (["--explain", "CLM104"], 0, "CLM104", "")],
    ids=["check", "misuse", "version", "unknown", "explain"],
)
def test_the_process_ends_at_once_with_all_that_was_printed(packages, arguments, code, out, err):
    command = [sys.executable, ROOT / "validate.py", *arguments, *([] if arguments[:1] in (["--version"], ["--explain"]) else [packages["a table of 60 rows, no fault"]])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code and out in done.stdout and err in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_the_process_ends_with_a_sentence_where_nothing_can_be_printed(packages):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, ROOT / "validate.py", packages["a table of 60 rows, no fault"]], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "finds no room" in done.stderr, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="there is no sh")
@pytest.mark.parametrize(
    "arguments, closed, code",
    [([], ">&-", 0), (["--format", "json"], ">&-", 0), (["--format", "junk"], "2>&-", 2), ([], "<&- >&- 2>&-", 0)],
)
def test_closed_streams_are_no_fault(packages, arguments, closed, code):
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, str(ROOT / "validate.py"), *arguments, str(packages["a table of 60 rows, no fault"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code and done.stdout + done.stderr == "", done.stderr


def test_pythons_options_are_taken_or_refused(packages):
    def run(*options: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, *options, ROOT / "validate.py", packages["a table of 60 rows, no fault"]], capture_output=True, text=True, check=False)

    assert all(run(*options).stdout.endswith("\nvalid\n") for options in (["-I"], ["-O"], ["-W", "error"]))
    assert run("-OO").returncode == 2 and "leave it out" in run("-OO").stderr
