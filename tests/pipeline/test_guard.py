"""What goes wrong in a step costs the table that it is about, and is told as what it is, no fault of the data."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from frictionless import FrictionlessException, Resource

from claimtrack.backends.local.backend import Local
from claimtrack.checks import fallback
from claimtrack.commands import valid
from claimtrack.commands.main import main
from claimtrack.core import errors, limits
from claimtrack.core.findings import Tally
from claimtrack.core.report import Report
from claimtrack.fixing import plan
from claimtrack.package import files
from claimtrack.package.bare_table import open_named
from claimtrack.package.opened import OpenedPackage
from claimtrack.pipeline import check, run
from claimtrack.pipeline.guard import Guard
from tests.tools.second_profile import LAMPS, STREETS
from tests.tools.second_profile import PROFILE as OF_LAMPS
from tests.tools.support import claimtrack, resource, validate, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}
TABLE = Resource(name="t", path="data/t.csv")
INTERNAL = "this is no fault of the data, so please report it"


def taken(error: BaseException) -> Report:
    """The report on a table in a step of which something was raised."""
    tally = Tally()
    report = Report("package")
    guard = Guard(report, tally)

    def step(_resource) -> None:
        raise error

    assert guard.takes(TABLE, step) is False and not report.complete and report.exit_code == 2
    report.findings, report.totals = tally.samples, tally.totals
    return report


UNDECODABLE = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")


@pytest.mark.parametrize(
    "error, rule, words",
    [
        (errors.Unreadable("no table"), "FIL102", "no table"),
        (errors.TooLarge("a line is longer"), "FIL105", "a line is longer"),
        (errors.Changed(), "FIL107", "time of change"),
        (errors.LibraryFailed("frictionless fails on it"), "FIL106", "frictionless fails on it"),
        (errors.Stuck("a cell"), "FIL106", "reading a cell took more than"),
        (FileNotFoundError(2, "No such file or directory"), "FIL103", "No such file"),
        (zipfile.BadZipFile("there is no file in it"), "FIL102", "there is no file in it"),
        (EOFError("cut off"), "FIL102", "cut off"),
        (UNDECODABLE, "FIL102", "invalid start byte"),
        (LookupError("unknown encoding: x"), "FIL102", "unknown encoding"),
        (FrictionlessException("the delimiter"), "FIL102", "the delimiter"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_is_wrong_with_a_file_is_a_finding(error, rule, words):
    report = taken(error)
    assert [(found.rule, found.file) for found in report.findings] == [(rule, "data/t.csv")]
    assert words in report.findings[0].message and report.internal_errors == []


@pytest.mark.parametrize(
    "error, words",
    [
        (ZeroDivisionError("of\nours"), "an internal error (ZeroDivisionError: of ours);"),
        (KeyError("t"), "an internal error (KeyError: 't');"),
        (IndexError("list index out of range"), "an internal error (IndexError: list index out of range);"),
        (AssertionError(), "an internal error (AssertionError: );"),
        (ValueError("x" * 1000), f"({'ValueError'}: {'x' * 200}... (1,000 characters));"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_goes_wrong_in_us_or_a_library_is_an_internal_error(error, words):
    report = taken(error)
    (said,) = report.internal_errors
    assert said.startswith("data/t.csv: not checked to the end, since ") and words in said and said.endswith(INTERNAL)
    assert report.findings == [] and report.totals.total() == 0 and "\n" not in said


class OfTheBackend(Exception):
    """A failure of a backend as a whole."""


@pytest.mark.parametrize(
    "error",
    [errors.NoRoom("full"), errors.Unusable("none"), MemoryError(), KeyboardInterrupt(), SystemExit(1), OfTheBackend()],
    ids=lambda error: type(error).__name__,
)
def test_what_concerns_the_whole_run_goes_on(error):
    report = Report("package")
    guard = Guard(report, Tally(), (OfTheBackend,))

    def step(*_resource) -> None:
        raise error

    with pytest.raises(type(error)):
        guard.takes(TABLE, step)
    with pytest.raises(type(error)):
        guard.asks("the rules", step)
    assert report.internal_errors == [] and report.complete


def test_a_step_that_can_be_taken_says_nothing():
    report, tally = Report("package"), Tally()
    assert Guard(report, tally).takes(TABLE, lambda _resource: None) is True
    Guard(report, tally).asks("the rules", lambda: None)
    assert report.complete and report.internal_errors == [] and tally.totals.total() == 0


def test_after_some_calls_that_hang_no_more_are_waited_for():
    report, tally, asked = Report("package"), Tally(), []
    guard = Guard(report, tally)

    def step(_resource) -> None:
        asked.append(1)
        raise errors.Stuck("a cell")

    for _ in range(5):
        assert guard.takes(TABLE, step) is False
    assert len(asked) == limits.MAX_STUCK and tally.totals["FIL106", "data/t.csv"] == 5
    assert "before it took too long" in tally.samples[-1].message


@pytest.fixture
def three(tmp_path):
    """A package of three tables, each with a cell that is none: a regular one, one of frictionless's, one more."""
    files = {"data/t.csv": "n,a\nx,1\n", "data/u.csv": 'n,a\nx,1"1\n', "data/v.csv": "n,a\n1,y\nx,y\n"}
    return write(tmp_path / "package", [resource(name, [INTEGER, TEXT]) for name in "tuv"], files)


def cells(report: Report) -> list[tuple]:
    return [(found.rule, found.file, found.line) for found in report.findings]


ALL = [("CEL101", "data/t.csv", 2), ("CEL101", "data/u.csv", 2), ("CEL101", "data/v.csv", 3)]


@pytest.mark.parametrize("error", [ZeroDivisionError("of ours"), KeyError("t")])
@pytest.mark.parametrize("failing", "tuv")
@pytest.mark.parametrize("step", ["scan", "judge"])
def test_an_error_in_a_step_costs_its_table_alone(three, monkeypatch, error, failing, step):
    def fails(name: str) -> None:
        if name == failing:
            raise error

    if step == "scan":
        before = Local.scan
        monkeypatch.setattr(
            Local, "scan", lambda self, table, request: fails(table.name) or before(self, table, request)
        )
    else:
        usual = run.Run._judge
        monkeypatch.setattr(run.Run, "_judge", lambda self, resource: fails(resource.name) or usual(self, resource))
    report = validate(three, may_fail=True)
    assert report.exit_code == 2 and report.verdict == "incomplete" and not report.complete
    (said,) = report.internal_errors
    assert said.startswith(f"data/{failing}.csv: ") and said.endswith(INTERNAL)
    assert cells(report) == [found for found in ALL if found[1] != f"data/{failing}.csv"]
    assert set(report.tables) == set("tuv") - {failing}
    assert "FIL106" not in {rule for rule, _ in report.totals}


def test_what_was_found_before_a_library_fails_is_kept(three, monkeypatch):
    """Be it found here, or by frictionless row by row."""

    def breaks_off(self, row) -> None:
        raise ArithmeticError("of a library")

    monkeypatch.setattr(fallback.RowChecks, "__call__", breaks_off)
    report = validate(three)
    (said,) = (found.message for found in report.findings if found.rule == "FIL106")
    assert "frictionless fails on it (ArithmeticError: of a library)" in said
    assert [found for found in cells(report) if found[1] != "data/u.csv"] == [ALL[0], ALL[2]] and report.exit_code == 2


def test_a_rule_that_raises_is_an_internal_error(tmp_path):
    """The findings on the standard are kept, and it is no finding."""

    def raises(_lamps):
        raise ZeroDivisionError("in a rule")

    broken = replace(OF_LAMPS.rules["LMP101"], function=raises)
    profile = replace(OF_LAMPS, rules={**OF_LAMPS.rules, "LMP101": broken})
    tables = (("lamps", LAMPS), ("streets", STREETS))
    resources = [resource(name, schema["fields"], primaryKey=schema["primaryKey"]) for name, schema in tables]
    files = {"data/lamps.csv": "lamp,height,street,lit\nL1,2,A,soon\n", "data/streets.csv": "street,length\nA,x\n"}
    folder = write(tmp_path, resources, files, conformsTo="lamps-1")
    for memory in (limits.MEMORY, 1):
        report = validate(folder, memory=memory, profiles=(profile,), may_fail=True)
        (said,) = report.internal_errors
        assert "the rules of lamps-1: " in said and "ZeroDivisionError: in a rule" in said and said.endswith(INTERNAL)
        assert {found.rule for found in report.findings} == {"EDT101", "CEL101"} and report.exit_code == 2


def test_a_value_on_which_frictionless_fails_is_named_and_the_rest_checked(three, tmp_path):
    """frictionless fails on a signalling NaN beside a bound."""
    fields = [{"name": "x", "type": "number", "constraints": {"minimum": 1}}]
    files = {"data/w.csv": "x\nsNaN\n", "data/t.csv": "n\nx\n"}
    package = write(tmp_path / "other", [resource("w", fields), resource("t", [INTEGER])], files)
    done = claimtrack(package)
    assert done.returncode == 2 and "data/w.csv: FIL106" in done.stdout and "CEL101" in done.stdout
    assert 'the cell "sNaN"' in done.stdout and "Traceback" not in done.stdout + done.stderr
    (told,) = json.loads(claimtrack(package, "--format", "json").stdout)["packages"]
    assert told["verdict"] == "incomplete" and told["internal_errors"] == []


def test_an_error_of_ours_keeps_what_was_found_and_the_other_packages(three, tmp_path, monkeypatch, capsys):
    """Wherever it is raised: while a package is opened, its descriptor read, or its files listed."""
    sound = write(tmp_path / "sound", [resource("t", [INTEGER])], {"data/t.csv": "n\nx\n"})

    def raises(opened) -> None:
        if opened.root == three:
            raise ZeroDivisionError("of ours")
        return iter(())

    monkeypatch.setattr(files, "strangers", raises)
    assert main([str(three), str(sound)]) == 2
    out = capsys.readouterr().out
    assert "internal error: the files beside the tables: not checked to the end" in out and "ZeroDivisionError" in out
    assert out.count(": CEL101 error: ") == 4 and "Traceback" not in out

    def breaks(path, *given, **more) -> OpenedPackage:
        if Path(path) == three:
            raise ZeroDivisionError("of ours")
        return open_named(path, *given, **more)

    monkeypatch.setattr(check, "open_named", breaks)
    assert main([str(three), str(sound)]) == 2
    out = capsys.readouterr().out
    assert f"internal error: opening and checking {three}" in out and out.count("CEL101") == 1


@pytest.mark.parametrize("words", [["fix", "--dry-run"], ["diff", "."], ["publish"], ["prove", "--source", "x"]])
def test_every_command_says_what_it_was_doing(words, three, monkeypatch, capsys):
    def breaks(*_options, **_more) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(plan, "plan", breaks)
    monkeypatch.setattr(valid, "validate_opened", breaks)
    assert main([*words, str(three)]) == 2
    err = capsys.readouterr().err
    assert f"internal error in `claimtrack {words[0]}`, please report it: ZeroDivisionError: of ours" in err
    assert len(err.splitlines()) == 1
