"""The library: what `import claimtrack` promises, and that programs can rely on it."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import claimtrack as library
from claimtrack.core import errors
from tests.conftest import ROOT
from tests.tools import second_profile
from tests.tools.example import Example
from tests.tools.support import resource, seal, table, write

INTEGER = {"name": "n", "type": "integer"}
LAMPS = second_profile.PROFILE
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)


def python(*words: object, cwd: Path, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, which finds claimtrack at `path`."""
    environment = os.environ | {"PYTHONPATH": str(path)}
    words = (sys.executable, *map(str, words))
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, env=environment)


# ------------------------------------------------------------------------------------------------------------ the names


def test_the_promised_names_are_those_of_all():
    names = "ClaimtrackError Finding NoRoom Profile Report Rule Unusable rule validate"
    assert sorted(library.__all__) == names.split()
    for name in library.__all__:
        assert getattr(library, name).__name__ in (name, "made") and name in dir(library)
        assert inspect.getdoc(getattr(library, name)), name


def test_type_checkers_see_the_same_names():
    """Names are loaded once they are asked for, so what is imported for type checkers has to be the same."""
    (block,) = [node for node in ast.parse(inspect.getsource(library)).body if isinstance(node, ast.If)]
    seen = {alias.name: node.module for node in block.body for alias in node.names if isinstance(node, ast.ImportFrom)}
    assert seen.keys() == set(library.__all__)
    for name, module in seen.items():
        assert getattr(library, name) is getattr(sys.modules[str(module)], name)


def test_a_name_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(AttributeError, match="module 'claimtrack' has no attribute 'validat'"):
        library.validat  # noqa: B018


def test_all_promised_names_can_be_imported_at_once(tmp_path):
    program = "from claimtrack import *; print(validate.__module__, Profile.__name__, rule.__name__)"
    assert python("-c", program, cwd=tmp_path).stdout == "claimtrack.api Profile rule\n"


def test_to_import_it_loads_no_library(tmp_path):
    program = "import claimtrack, sys; print({'frictionless', 'polars', 'pandera'} & set(sys.modules))"
    assert python("-c", program, cwd=tmp_path).stdout == "set()\n"


def test_its_types_are_for_others_too():
    assert (ROOT / "claimtrack" / "py.typed").is_file()


def test_errors_have_one_base_class():
    raised = {each for each in vars(errors).values() if inspect.isclass(each) and each.__module__ == errors.__name__}
    assert {each for each in raised if not issubclass(each, library.ClaimtrackError)} == {
        errors.Stuck,
        errors.OutOfTime,
    }
    assert {library.Unusable, library.NoRoom} < raised and issubclass(library.ClaimtrackError, Exception)


def test_every_error_that_the_code_defines_is_among_them():
    """But for those that never leave their module, and the one that is no Exception on purpose."""
    inner = {"BadRecord", "CannotRead", "Differs", "Ended", "Irregular", "Refusal"}
    for path in (ROOT / "claimtrack").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
            if any(base.endswith(("Exception", "Error")) for base in bases):
                known = node.name.startswith("_") or node.name in inner | vars(errors).keys()
                assert known, f"{path}: {node.name}"


# ------------------------------------------------------------------------------------------------------------- validate


def test_a_folder_a_descriptor_and_a_zip_are_checked(tmp_path):
    folder = table(tmp_path / "package", "n\n1\nx\n", [INTEGER])
    packed = Path(shutil.make_archive(str(tmp_path / "package"), "zip", folder))
    for where in (folder, folder / "datapackage.json", packed):
        for spelt in (where, str(where)):
            report = library.validate(spelt)
            assert isinstance(report, library.Report) and report.where == str(where)
            assert (report.exit_code, report.verdict, report.complete) == (1, "invalid", True)
            (found,) = report.findings
            assert isinstance(found, library.Finding)
            assert (found.rule, found.severity, found.file, found.row) == ("CEL101", "error", "data/t.csv", 3)
            assert (found.line, found.column, found.field, found.value) == (3, 1, "n", "x")
            assert found.place == "data/t.csv:3:1" and found.message and found.mend
            assert report.totals == {("CEL101", "data/t.csv"): 1} and report.tables == {"t": 2}
            assert report.root == (None if where == packed else folder)


def test_a_claim_tracking_package_is_held_to_its_rules(good: Example):
    good.set("claims", "EX01-C007", "time", "")
    seal(good.folder)
    report = library.validate(good.folder)
    assert [found.rule for found in report.findings] == ["CLM102"] and report.summary.startswith("coverage 100 %")


def test_this_folder_is_named_by_a_dot(good: Example, monkeypatch):
    monkeypatch.chdir(good.folder)
    assert library.validate(".").exit_code == 0


def lit(folder: Path, height: str = "0.5") -> Path:
    """A package of the second profile."""
    resources = []
    for name, schema in LAMPS.table_schemas.items():
        resources.append(resource(name, schema["fields"], primaryKey=schema["primaryKey"]))
    files = {"data/lamps.csv": f"lamp,height,street,lit\nL1,{height},,\n", "data/streets.csv": "street,length\n"}
    return write(folder, resources, files, conformsTo=LAMPS.name)


def test_profiles_are_handed_in(tmp_path):
    folder = lit(tmp_path)
    assert library.validate(folder).findings == []
    report = library.validate(folder, profiles=[LAMPS])
    assert [found.rule for found in report.findings] == ["LMP101"]
    assert report.catalogue["LMP101"] is LAMPS.rules["LMP101"] and isinstance(LAMPS.rules["LMP101"], library.Rule)
    assert library.validate(folder, profiles=iter([LAMPS])).findings == report.findings


def test_wishes_are_by_name_alone(tmp_path):
    with pytest.raises(TypeError, match="positional"):
        library.validate(tmp_path, [LAMPS])


def test_memory_samples_and_strict(tmp_path):
    folder = table(tmp_path, "n\n" + "x\n" * 50, [INTEGER], primaryKey="n")
    assert library.validate(folder, memory=1).totals == library.validate(folder).totals
    report = library.validate(folder, samples=3)
    assert len([found for found in report.findings if found.rule == "CEL101"]) == 3
    assert report.totals["CEL101", "data/t.csv"] == 50
    warned = table(tmp_path, "s\n a\n", [{"name": "s", "type": "string"}])
    assert [library.validate(warned, strict=strict).exit_code for strict in (False, True)] == [0, 1]


def test_the_settings_of_a_package_are_for_the_command_alone(tmp_path):
    folder = table(tmp_path, "n\nx\n", [INTEGER])
    (folder / "validate.toml").write_text("ignore = ['CEL101']\n")
    assert library.validate(folder).exit_code == 1


def test_nothing_is_written_or_printed(good: Example, capfd):
    before = {path: path.stat().st_mtime_ns for path in good.folder.rglob("*")}
    library.validate(good.folder)
    assert {path: path.stat().st_mtime_ns for path in good.folder.rglob("*")} == before
    assert capfd.readouterr() == ("", "")


def test_where_there_is_nothing_to_check_it_says_why(tmp_path):
    for make, words in ((lambda path: None, "there is no such file"), (Path.mkdir, "holds no datapackage.json")):
        make(tmp_path / "nothing")
        with pytest.raises(library.Unusable, match=words) as refused:
            library.validate(tmp_path / "nothing")
        assert isinstance(refused.value, library.ClaimtrackError) and "\n" not in str(refused.value)
    (tmp_path / "datapackage.json").write_text("[]")
    with pytest.raises(library.Unusable, match="a descriptor is a JSON object"):
        library.validate(tmp_path)


def test_a_backend_that_there_is_not(tmp_path):
    with pytest.raises(library.Unusable, match='there is no backend "sparc"; there are local and spark'):
        library.validate(tmp_path, backend="sparc")  # type: ignore[arg-type]


def test_a_package_that_cannot_be_read_whole_is_incomplete_and_raises_nothing(tmp_path):
    report = library.validate(write(tmp_path, [resource("t", [INTEGER])], {}))
    assert (report.exit_code, report.verdict, report.complete) == (2, "incomplete", False)
    assert [found.rule for found in report.findings] == ["FIL103"]


def test_a_report_is_short_in_a_notebook(tmp_path):
    """The catalogue of rules is not part of how it is shown."""
    assert len(repr(library.validate(table(tmp_path, "n\n1\n", [INTEGER])))) < 2000


# --------------------------------------------------------------------------------------------- as the documents show it


@pytest.fixture
def package(good: Example, tmp_path) -> Path:
    """The smallest package, where the examples look for one."""
    where = tmp_path / "path" / "to" / "package"
    shutil.copytree(good.folder, where)
    seal(where)
    return where


def test_a_loop_over_findings(package, tmp_path):
    Example(package).set("claims", "EX01-C001", "claim_type", "rumour")
    seal(package)
    done = python("-c", EXAMPLES[0], cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("data/claims.csv:2:64 CEL102 "), done.stderr


@pytest.mark.slow
def test_a_test_of_pytest(package, tmp_path):
    (tmp_path / "test_package.py").write_text(EXAMPLES[1], encoding="utf-8")
    run = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, "test_package.py")
    assert "1 passed" in python(*run, cwd=tmp_path).stdout
    Example(package).set("claims", "EX01-C001", "claim_type", "rumour")
    seal(package)
    done = python(*run, cwd=tmp_path)
    assert done.returncode == 1 and "1 failed" in done.stdout and '"rumour"' in done.stdout


@pytest.mark.slow
def test_a_cell_of_a_notebook_in_a_checkout(package):
    cell = EXAMPLES[2].replace("from claimtrack.schemas import", "from schemas import")
    assert cell != EXAMPLES[2]
    done = python("-c", cell, cwd=package)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    Example(package).set("claims", "EX01-C001", "claim_type", "rumour")
    done = python("-c", cell, cwd=package)
    assert done.returncode == 1 and "SchemaErrors" in done.stderr and "rumour" in done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with claimtrack in it as its wheel has it: the profile of claim tracking lies within."""
    folder = tmp_path_factory.mktemp("installed")
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "claimtrack", folder / "claimtrack", ignore=leave)
    shutil.copytree(ROOT / "schemas", folder / "claimtrack" / "schemas", ignore=leave)
    return folder


@pytest.mark.slow
def test_a_cell_of_a_notebook_where_it_is_installed(package, installed):
    shutil.rmtree(package / "schemas")  # else Python could find the package's own
    done = python("-c", EXAMPLES[2], cwd=package, path=installed)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.slow
def test_where_it_is_installed_it_finds_the_same(package, installed, tmp_path):
    Example(package).set("claims", "EX01-C007", "time", "")
    seal(package)
    program = """
import claimtrack, sys
report = claimtrack.validate("path/to/package")
print([found.rule for found in report.findings], len(report.rules), report.summary)
print("schemas" in sys.modules, "claimtrack.schemas" in sys.modules)
"""
    here, there = (python("-c", program, cwd=tmp_path, path=path) for path in (ROOT, installed))
    assert here.stdout.startswith("['CLM102'] ") and here.stdout.endswith("\nTrue False\n"), here.stderr
    assert there.stdout == here.stdout.replace("\nTrue False\n", "\nFalse True\n"), there.stderr


@pytest.mark.slow
def test_a_profile_of_ones_own(tmp_path):
    lamps = [{"name": "lamp", "type": "string"}, {"name": "height", "type": "number"}]
    where = tmp_path / "path" / "to" / "package"
    write(where, [resource("lamps", lamps)], {"data/lamps.csv": "lamp,height\nL1,0.5\n"}, conformsTo="lamps-1")
    shown = "\nprint([found.place for found in report.findings])"
    done = python("-c", EXAMPLES[3] + shown, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "lamps.py").write_text(EXAMPLES[3] + shown, encoding="utf-8")
    assert python("lamps.py", cwd=tmp_path).stdout == "['data/lamps.csv:2:4']\n"
