"""docs/api.md: every name that the library promises, and examples that run as they stand there."""

import inspect
import re
import shutil
from pathlib import Path

import pandera.errors
import pytest

import claimtrack as library
from claimtrack.publisher.documents.api import api
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.second_profile import LAMPS
from tests.tools.support import in_a_process, kept, resource, seal, validate, write

PAGE = api(kept(ROOT))
EXAMPLES, REFERENCE = PAGE.split("\n# The names\n")
REPORTING, TESTING, NOTEBOOK, RULES = re.findall(r"```python\n(.*?)```", EXAMPLES, re.DOTALL)
WHERE = Path("path/to/package")  # what the examples call a package


@pytest.fixture
def package(good: Example, tmp_path, monkeypatch) -> Example:
    """The smallest package, where the examples look for one."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(good.folder, WHERE)
    seal(WHERE)
    return Example(WHERE)


def test_a_report_is_printed(package, capsys):
    exec(REPORTING, {})
    assert capsys.readouterr().out == ""
    package.set("claims", "EX01-C001", "claim_type", "rumour")
    seal(WHERE)
    exec(REPORTING, {})
    (found,) = validate(WHERE).findings
    assert capsys.readouterr().out == f"{found.place} CEL102 {found.message}\n"


def test_a_test_of_pytest_fails_where_the_package_does(package):
    names: dict = {}
    exec(TESTING, names)
    names["test_the_package_is_valid"]()
    package.set("claims", "EX01-C001", "claim_type", "rumour")
    seal(WHERE)
    with pytest.raises(AssertionError, match="rumour"):
        names["test_the_package_is_valid"]()


def test_a_notebook_checks_a_frame(package, monkeypatch):
    (here,) = re.findall(r"`(from schemas import \w+)` in a checkout", EXAMPLES)
    monkeypatch.chdir(WHERE)
    code = re.sub(r"(?m)^from claimtrack\.schemas import \w+$", here, NOTEBOOK)
    assert here in code
    exec(code, {})
    Example(Path()).set("claims", "EX01-C001", "claim_type", "rumour")
    with pytest.raises(pandera.errors.SchemaErrors, match="rumour"):
        exec(code, {})


def test_rules_of_ones_own_are_asked_by_library_and_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "lamp,height,street,lit\nL1,4.5,Quay,\nL2,0.5,Quay,\n"
    lamps = resource("lamps", LAMPS["fields"], primaryKey=["lamp"])
    write(WHERE, [lamps], {"data/lamps.csv": rows}, conformsTo="lamps-1")
    seal(WHERE)
    names: dict = {}
    exec(RULES, names)
    low = [(found.rule, found.line, found.field) for found in names["report"].findings if found.rule == "LMP101"]
    assert low == [("LMP101", 3, "height")]

    Path("my_rules.py").write_text(RULES, encoding="utf-8")
    (line,) = re.findall(r"`claimtrack (--profile [^`]*)`", EXAMPLES)
    done = in_a_process(*line.split(), PYTHONPATH=str(tmp_path))
    assert done.returncode == 1 and "data/lamps.csv:3:4: LMP101" in done.stdout, done.stderr


def test_the_reference_has_every_name_and_no_other():
    assert re.findall(r"(?m)^## (\w+)$", REFERENCE) == library.__all__ == sorted(set(library.__all__))


@pytest.mark.parametrize("name", library.__all__)
def test_every_name_says_what_it_is(name):
    value = getattr(library, name)
    (section,) = re.findall(rf"(?ms)^## {name}\n(.*?)(?=^## |\Z)", REFERENCE)
    assert value.__doc__ and inspect.getdoc(value) in section
    signatures = " ".join(re.findall(r"(?s)```python\n(.*?)```", section))
    assert not re.search(r"<\w+ at 0x|<factory>|claimtrack\.\w+\.\w+\.|~", signatures)
    members = [what for what, it in vars(value).items() if not what.startswith("_") and isinstance(it, property)]
    assert all(f"\n### .{member}\n" in section for member in members if not issubclass(value, Exception))
