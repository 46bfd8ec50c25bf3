"""What the command loads, how its process ends, and that it leaves the process of whoever imports it as it was."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.benchmarks import tiny
from tests.conftest import ROOT
from tests.tools.support import in_a_process, table, validate

# Loaded by other commands, by frictionless for what is no check, or by Pandera where they are installed.
NOT_FOR_A_CHECK = {
    "charset_normalizer",
    "duckdb",
    "jinja2",
    "lxml",
    "markdown_it",
    "marko",
    "pandas",
    "petl",
    "pyarrow",
}
NOT_FOR_A_CHECK |= {"pyspark", "requests", "rich", "typer", "xlsxwriter", "yaml", "claimtrack.publisher"}
# Loaded for packages that declare a profile; rfc8785 where they have reviews, which hold the hashes of rows.
FOR_A_PROFILE = {"pandera", "rfc8785", "schemas", "claimtrack.tracking", "claimtrack.versions"}


def python(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, at the project's root."""
    words = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def loaded(package: Path) -> tuple[int, set[str]]:
    """The exit code of a check by the command, and the modules that are then loaded."""
    program = """
import json, sys
from claimtrack.commands.main import main
code = main([sys.argv[1]])
print(json.dumps([code, list(sys.modules)]))
"""
    done = python(program, package)
    assert not done.stderr
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


@pytest.fixture(scope="module")
def packages(tmp_path_factory) -> dict[str, Path]:
    return tiny.packages(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def sound(packages) -> Path:
    return packages["a table of 60 rows, no fault"]


@pytest.mark.slow
@pytest.mark.parametrize("faults, code", [("no fault", 0), ("5 faults in the last", 1)])
@pytest.mark.parametrize("tables", ["a table", "12 tables"])
def test_a_check_loads_only_what_it_uses(packages, tables, faults, code):
    ended, names = loaded(packages[f"{tables} of 60 rows, {faults}"])
    assert ended == code and ("polars" in names) == bool(code) and "frictionless" not in names
    assert not names & (NOT_FOR_A_CHECK | FOR_A_PROFILE)


def test_a_table_that_is_handed_over_loads_no_more(tmp_path):
    code, names = loaded(table(tmp_path, 'n,a\nx,b"c\n', [{"name": "n", "type": "integer"}, {"name": "a"}]))
    assert code == 1 and not names & (NOT_FOR_A_CHECK | FOR_A_PROFILE)


def test_the_rules_of_a_profile_load_what_they_use(packages):
    code, names = loaded(packages["the smallest claim-tracking package"])
    assert code == 0 and names >= FOR_A_PROFILE
    assert not names & NOT_FOR_A_CHECK


@pytest.mark.parametrize("irregular", ["", '7,a"b\n'], ids=["regular", "handed over"])
def test_the_command_finds_what_the_library_finds(tmp_path, irregular):
    content = "n,a\nx,=1+1\n1, y\n1,z\n,q\n" + irregular
    unique = {"name": "n", "type": "integer", "constraints": {"unique": True}}
    folder = table(tmp_path, content, [unique, {"name": "a", "type": "string"}])
    done = in_a_process("--format", "json", folder)
    found = {(f["rule"], f["line"], f["column"]) for f in json.loads(done.stdout)["packages"][0]["findings"]}
    assert found == {(f.rule, f.line, f.column) for f in validate(folder).findings} and len(found) >= 4


# --------------------------------------------------------------------------------------------- the process of others

KEPT = """
import csv, gc, signal, sys
import frictionless.formats  # which sets the bound of csv as it is loaded
def alarmed(*_):
    pass
signal.signal(signal.SIGALRM, alarmed)
signal.signal(signal.SIGTERM, alarmed)
csv.field_size_limit(4321)
path, hook = list(sys.path), sys.excepthook
import pkgutil
modules = pkgutil.iter_modules
from claimtrack import validate
report = validate(sys.argv[1])
assert report.exit_code == 1, report
assert signal.getsignal(signal.SIGALRM) is alarmed and signal.getitimer(signal.ITIMER_REAL) == (0, 0)
assert signal.getsignal(signal.SIGTERM) is alarmed
assert csv.field_size_limit() == 4321
assert gc.isenabled() and gc.get_freeze_count() == 0
assert sys.path == path and sys.excepthook is hook and pkgutil.iter_modules is modules
from types import ModuleType
false = [name for name, module in sys.modules.items() if module is not None and not isinstance(module, ModuleType)]
ours = [name for name, module in sys.modules.items() if type(module).__module__.startswith("claimtrack")]
print(*ours, *(name for name in false if name.startswith(("frictionless", "pandera", "polars", "pydantic"))))
"""


@pytest.mark.slow
@pytest.mark.parametrize("package", ["a table of 60 rows, 5 faults in the last", "the smallest claim-tracking package"])
def test_who_imports_claimtrack_keeps_the_process_as_it_is(packages, tmp_path, package):
    folder = packages[package]
    if package == "the smallest claim-tracking package":
        program, arguments = KEPT.replace("exit_code == 1", "exit_code == 0"), [folder]
    else:
        program, arguments = KEPT, [folder]
    done = python(program, *arguments)
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.slow
def test_libraries_can_be_used_beside_it(packages):
    """None of what frictionless, Polars and Pandera bring along is replaced."""
    program = """
import sys
from claimtrack import validate
assert validate(sys.argv[1]).exit_code == 1
import frictionless, pydantic, polars, tabulate
class Model(pydantic.BaseModel):
    number: int
frame = polars.DataFrame({"a": [1, 2]})
from frictionless.pipeline import Pipeline
assert Pipeline(steps=[]).to_descriptor() == {"steps": []}
total = polars.sql("SELECT sum(a) AS a FROM frame").collect()["a"][0]
print(Model(number="1").number, tabulate.tabulate([["a"]]).split()[1], total)
"""
    done = python(program, packages["a table of 60 rows, 5 faults in the last"])
    assert done.stdout == "1 a 3\n", done.stderr


def test_a_check_that_breaks_off_leaves_the_process_as_it_was(tmp_path):
    program = """
import csv, signal, sys
import frictionless.formats  # which sets the bound of csv as it is loaded
before, handler = csv.field_size_limit(), signal.getsignal(signal.SIGALRM)
from claimtrack import validate
from claimtrack.pipeline import run
def broken(*_):
    raise KeyboardInterrupt
run.check_keys = broken
assert validate(sys.argv[1]).interrupted
def lost(*_):
    raise MemoryError
run.check_keys = lost
try:
    validate(sys.argv[1])
except MemoryError:
    print(csv.field_size_limit() == before, signal.getsignal(signal.SIGALRM) == handler)
"""
    done = python(program, table(tmp_path, "n\n01\n", [{"name": "n", "type": "integer"}]))
    assert done.stdout == "True True\n", done.stderr


def test_the_garbage_collector_runs_again_once_all_is_loaded(sound):
    program = """
import gc, sys
from claimtrack.commands.main import main
main(sys.argv[1:])
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""
    assert python(program, sound).stdout.endswith("True True\n")


@pytest.mark.slow
def test_plugins_of_frictionless_are_found(tmp_path):
    """In a folder or a zip, as a module or a package, where frictionless is loaded: for a list, say."""
    package = table(tmp_path / "package", "n\n1\n", [{"name": "n", "type": "list"}])
    program = "from frictionless import Plugin\nclass {}Plugin(Plugin):\n    pass\nprint('plugin {}')\n"
    (tmp_path / "frictionless_one.py").write_text(program.format("One", "one"))
    (tmp_path / "more" / "frictionless_two").mkdir(parents=True)
    (tmp_path / "more" / "frictionless_two" / "__init__.py").write_text(program.format("Two", "two"))
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
        packed.writestr("frictionless_three.py", program.format("Three", "three"))
    for place, name in ((tmp_path, "one"), (tmp_path / "more", "two"), (tmp_path / "packed.zip", "three")):
        done = in_a_process("-q", package, PYTHONPATH=str(place))
        assert (done.returncode, done.stdout) == (0, f"plugin {name}\n"), done.stderr


# ----------------------------------------------------------------------------------------------------------- its end


@pytest.mark.parametrize(
    "arguments, code, out, err",
    [
        (["PACKAGE"], 0, "valid", ""),
        (["--format", "junk", "PACKAGE"], 2, "", "junk"),
        (["--version"], 0, "frictionless", ""),
        (["--nonsense", "PACKAGE"], 2, "", "nonsense"),
        (["rules", "CLM104"], 0, "CLM104", ""),
    ],
    ids=["check", "misuse", "version", "unknown", "rules"],
)
def test_the_process_ends_at_once_with_all_that_was_printed(sound, arguments, code, out, err):
    done = in_a_process(*(sound if word == "PACKAGE" else word for word in arguments))
    assert done.returncode == code and out in done.stdout and err in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_nothing_is_taken_apart_at_the_end(sound):
    """Which would take longer than the check of a small package."""
    program = """
import atexit, sys
from claimtrack.commands.main import command
atexit.register(lambda: print("taken apart"))
sys.argv[1:] = [sys.argv[1]]
command()
"""
    done = python(program, sound)
    assert done.returncode == 0 and done.stdout.endswith("\nvalid\n")


def test_output_through_a_pipe_is_whole(tmp_path):
    """More than a pipe holds at a time, none of it lost as the process ends at once."""
    folder = table(tmp_path, "n\n" + "x\n" * 3000, [{"name": "n", "type": "integer"}])
    done = in_a_process("--max-samples", "3000", "-q", folder)
    assert len(done.stdout.splitlines()) == 3000 and len(done.stdout) > 2 * 65_536


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there is no sh")
@pytest.mark.parametrize(
    "arguments, closed, code",
    [([], ">&-", 0), (["--format", "json"], ">&-", 0), (["--format", "junk"], "2>&-", 2), ([], "<&- >&- 2>&-", 0)],
)
def test_closed_streams_are_no_fault(sound, arguments, closed, code):
    words = [sys.executable, str(ROOT / "validate.py"), *arguments, str(sound)]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == code and done.stdout + done.stderr == "", done.stderr
