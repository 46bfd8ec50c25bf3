"""The command `claimtrack`: what its sub-commands have in common, and how it ends when it cannot run."""

import argparse
import errno
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from claimtrack.commands import main as command
from claimtrack.commands.main import parsed
from claimtrack.commands.names import COMMANDS
from tests.conftest import ROOT
from tests.tools import second_profile
from tests.tools.example import Example
from tests.tools.support import CALM, in_a_process, resource, table, write

INTEGER = {"name": "n", "type": "integer"}
PARSERS = {name: import_module(f"claimtrack.commands.{name}").parser() for name in COMMANDS}
# What each sub-command needs beside a package, which stands where PACKAGE does.
NEEDED = {
    "check": ["PACKAGE"],
    "status": ["PACKAGE"],
    "prove": ["--source", "statement.txt", "PACKAGE"],
    "diff": ["HEAD", "PACKAGE"],
    "fix": ["PACKAGE"],
    "cite": ["--package", "PACKAGE"],
    "publish": ["PACKAGE", "--output", "release"],
    "point": ["EX01", "--source", "statement.txt", "--quotes", "quotes.csv", "--package", "PACKAGE"],
    "agreement": ["PACKAGE"],
    "docs": ["PACKAGE"],
    "new": ["DIR"],
    "add": ["actor", "--package", "PACKAGE"],
    "worksheet": ["EX01", "--source", "statement.txt", "--to", "EX01.csv", "--package", "PACKAGE"],
    "annotations": ["EX01", "--source", "statement.txt", "--to", "EX01.jsonld", "--package", "PACKAGE"],
    "prepare": ["PACKAGE"],
    "bump": ["patch", "PACKAGE"],
}


def asked(name: str, package: object) -> list[object]:
    """The words that ask a sub-command of a package."""
    return [name, *(package if word == "PACKAGE" else word for word in NEEDED[name])]


# ------------------------------------------------------------------------------------------------------------- the name


@pytest.mark.parametrize(
    "word, command",
    [("statu", "status"), ("chek", "check"), ("pubish", "publish"), ("--cite", "cite"), ("--fix", "fix")],
)
def test_a_slip_in_a_name_is_told_with_what_was_meant(ended, word, command):
    done = ended(word)
    assert (done.code, done.out) == (2, "")
    assert f'"{word}"' in done.err and f"`claimtrack {command}`" in done.err


def test_a_package_is_taken_for_no_slip(ended, tmp_path, monkeypatch):
    (tmp_path / "statu").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("statu", "harbours"):  # the one is there, the other is like no command
        done = ended(name)
        assert done.code == 2 and "did you mean" not in done.err and done.err.startswith(f"{name}: ")


# ------------------------------------------------------------------------------------------------------------- the help


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_a_screen_and_has_an_example(ended, monkeypatch, name, flag):
    monkeypatch.setenv("COLUMNS", "80")
    done = ended(*name.split(), flag)
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    usage = f"usage: claimtrack {name} [options]" if name else "usage: claimtrack [COMMAND] [options] [PACKAGE ...]"
    assert lines[0].startswith(usage) and not done.out.startswith("usage: validate")
    assert re.search(rf"(?m)^examples?:\n  claimtrack {name if name != 'check' else ''}", done.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option_and_what_it_does(name):
    parser = PARSERS[name]
    text = parser.format_help()
    for action in parser._actions:
        for option in action.option_strings:
            assert re.search(rf"(?m)^  (?:--?\w+, )?{option}\b", text) or option in ("-h", "-q", "-v"), option
        assert action.help, action.dest
        assert not (action.option_strings and action.help is argparse.SUPPRESS), action.dest


def test_help_lists_every_command_that_there_is(ended):
    folder = Path(command.__file__).parent
    modules = {
        path.stem for path in folder.glob("*.py") if re.search(r"(?m)^def run\(", path.read_text(encoding="utf-8"))
    }
    assert modules == COMMANDS.keys()
    assert re.findall("(?m)^  ([a-z]+)  +[a-z]", ended("--help").out) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_the_help_are_understood(name):
    (examples,) = re.findall(r"(?ms)^examples?:\n(.*)", PARSERS[name].format_help())
    for line in examples.splitlines():
        program, *words = shlex.split(line)
        given = words[1:] if words[0] in COMMANDS else words
        assert program == "claimtrack" and (words[0] == name or name == "check")
        assert parsed(PARSERS[name], given)


@pytest.mark.parametrize("arguments", [["--version"], *([name, "--version"] for name in COMMANDS)], ids=str)
def test_version(ended, arguments):
    done = ended(*arguments)
    form = r"claimtrack \d+\.\d+\.\d+ \(frictionless .+, pandera .+, polars .+, Python .+\)\n"
    assert (done.code, done.err) == (0, "") and re.fullmatch(form, done.out)


def test_python_runs_the_package_as_the_command():
    words = [sys.executable, "-m", "claimtrack", "--version"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout == in_a_process("--version").stdout


# ---------------------------------------------------------------------------------------------------------- the options


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_an_unknown_option_is_one_sentence_that_names_the_nearest(ended, name):
    needed = NEEDED.get(name, [])
    done = ended(*name.split(), "--hepl", *needed)
    assert (done.code, done.out) == (2, "") and "unrecognized arguments: --hepl" in done.err
    assert done.err.endswith("; did you mean --help?\n") and len(done.err.splitlines()) == 2
    assert done.err.startswith(f"usage: claimtrack {name or 'check'} ")
    done = ended(*name.split(), "--qqqq=1", *needed)
    assert done.code == 2 and done.err.endswith("unrecognized arguments: --qqqq=1; --help lists the options\n")


EMPTY = [
    *(
        ("check", option)
        for option in ("--baseline", "--write-baseline", "--select", "--ignore", "--output", "--format")
    ),
    *(("check", option) for option in ("--max-samples", "--memory", "--backend", "--profile")),
    *(("status", "--format"), ("diff", "--format"), ("diff", "--profile"), ("rules", "--profile")),
    *(("prove", "--source"), ("prove", "--quotes-to"), ("publish", "--output")),
    *(("cite", "--package"), ("cite", "--style"), ("cite", "--expect")),
    *(("point", "--source"), ("point", "--quotes"), ("point", "--package")),
]


@pytest.mark.parametrize("value", ["", " "], ids=["empty", "blank"])
@pytest.mark.parametrize("name, option", EMPTY, ids=" ".join)
def test_an_empty_value_turns_no_check_off(tmp_path, monkeypatch, ended, name, option, value):
    """As of a variable that a script forgot to set: the check that was meant would not be made, and all seem well."""
    table(tmp_path, "n\n1\n", [INTEGER])
    monkeypatch.chdir(tmp_path)
    for given in ([option, value], [f"{option}={value}"]):
        done = ended(*asked(name, "."), *given) if name in NEEDED else ended(name, *given)
        assert (done.code, done.out) == (2, "") and f"argument {option}: " in done.err, done.err
        number = option in ("--max-samples", "--memory")
        said = ("the value is empty", "invalid choice", *(["whole number"] if number else []))
        assert any(words in done.err for words in said)


@pytest.mark.parametrize("value", ["", " "], ids=["empty", "blank"])
@pytest.mark.parametrize(
    "arguments, metavar",
    [
        (["VALUE"], "PACKAGE"),
        ([".", "VALUE"], "PACKAGE"),
        (["--strict", "--", "VALUE"], "PACKAGE"),
        (["status", "VALUE"], "PACKAGE"),
        (["prove", "--source", "a.txt", "VALUE"], "PACKAGE"),
        (["diff", "HEAD", "VALUE"], "PACKAGE"),
        (["diff", "VALUE"], "OLD"),
        (["fix", "VALUE"], "PACKAGE"),
        (["cite", "VALUE"], "ROW_ID"),
        (["rules", "VALUE"], "ID"),
        (["publish", "VALUE"], "PACKAGE"),
        (["point", "VALUE", "--source", "a.txt", "--quotes", "q.csv"], "STATEMENT_ID"),
        (["agreement", "VALUE"], "PACKAGE"),
        (["docs", "VALUE"], "PACKAGE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_an_empty_name_stands_for_nothing(tmp_path, monkeypatch, ended, arguments, metavar, value):
    table(tmp_path, "n\n1\n", [INTEGER])
    monkeypatch.chdir(tmp_path)
    done = ended(*(value if word == "VALUE" else word for word in arguments))
    assert (done.code, done.out) == (2, "") and f"argument {metavar}: the " in done.err and "empty" in done.err


@pytest.mark.parametrize("name", ["status", "prove", "diff", "fix", "publish", "agreement", "docs"])
def test_of_several_packages_only_a_check_is_made(ended, name):
    done = ended(*asked(name, "."), ".")
    assert (done.code, done.out) == (2, "")
    assert done.err == "this is about one package, and 2 are named; run it on each\n"


def test_what_follows_two_dashes_is_a_package(tmp_path, monkeypatch, ended):
    table(tmp_path / "--strict", "n\n1\n", [INTEGER])
    monkeypatch.chdir(tmp_path)
    done = ended("--quiet", "--", "--strict")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert ended("status", "--", "--strict").err.startswith(
        "--strict: no status, since it is no claim-tracking package"
    )
    done = ended("cite", "--", "KH23-C001")
    assert done.code == 2 and "unrecognized arguments: KH23-C001" in done.err


def test_options_and_packages_may_be_mixed(tmp_path, monkeypatch, ended):
    for name in ("a", "b"):
        table(tmp_path / name, "n\n1\n", [INTEGER])
    monkeypatch.chdir(tmp_path)
    assert ended("a", "--quiet", "b", "--strict").code == 0
    done = ended("diff", "a", "--format", "json", "b")
    assert (done.code, done.err) == (0, "") and done.out.startswith("{")


# ------------------------------------------------------------------------------------------------------- no traceback


def hidden(folder: Path) -> Path:
    folder.mkdir()
    (folder / "datapackage.json").write_bytes(b"\x00\xff\xfe")
    return folder


def damaged(folder: Path) -> Path:
    folder.mkdir()
    (folder / "p.zip").write_bytes(b"PK\x03\x04 and no more")
    return folder / "p.zip"


def broken(folder: Path) -> Path:
    described = [resource("claims", [INTEGER], path="data/none.csv"), resource("calls", [{"name": 7}])]
    files = {"data/calls.csv": "n\n"}
    return write(folder, described, files, conformsTo="claim-tracking-package-1", version=1, created=[])


def general(folder: Path) -> Path:
    return table(folder, "n\n1\n", [INTEGER])


def none(folder: Path) -> Path:
    return folder / "there is none"


@pytest.mark.parametrize("build", [none, hidden, damaged, broken, general], ids=lambda build: build.__name__)
@pytest.mark.parametrize("name", NEEDED)
def test_what_no_command_can_work_on_is_told_without_a_traceback(tmp_path, monkeypatch, ended, name, build):
    package = build(tmp_path / "package")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "statement.txt").write_text("Words.\n")
    (tmp_path / "quotes.csv").write_text("segment_id,quote\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = ended(*asked(name, package))
    said = done.out + done.err
    assert "Traceback" not in said and "internal error" not in said
    if (name, build) in (
        ("check", general),
        ("fix", general),
        ("docs", broken),
    ):  # there is something to do, or nothing
        assert (done.code, done.err) == (0, "")
        return
    if build is broken and name == "check":
        assert done.code == 2 and "could not be checked whole" in done.out
    else:
        assert done.code in (1, 2) and done.out == "" and done.err.count("\n") <= 2, said
        assert done.code == 2 or (name, build) == ("fix", broken)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


class Panic(BaseException):
    """What Polars raises where it panics is no Exception either."""


@pytest.mark.parametrize(
    "error, said",
    [
        (
            RuntimeError("two\nlines"),
            ".: internal error in `claimtrack status`, please report it: RuntimeError: two lines",
        ),
        (KeyError("x"), ".: internal error in `claimtrack status`, please report it: KeyError: 'x'"),
        (
            Panic("index out of bounds"),
            ".: internal error in `claimtrack status`, please report it: Panic: index out of bounds",
        ),
        (MemoryError(), ".: out of memory"),
        (
            RecursionError("x" * 1000),
            f".: internal error in `claimtrack status`, please report it: RecursionError: {'x' * 300}",
        ),
        (KeyboardInterrupt(), "claimtrack: stopped"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            ".: what is to be written finds no room: No space left on device",
        ),
        (
            OSError(errno.ENAMETOOLONG, "File name too long", "x" * 300),
            f".: a file cannot be read or written: {'x' * 60}",
        ),
        (
            ModuleNotFoundError("No module named 'xlsxwriter'", name="xlsxwriter"),
            "claimtrack status: xlsxwriter is not installed; run `python -m pip install xlsxwriter` and try again",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_whatever_goes_wrong_is_one_sentence(ended, monkeypatch, error, said):
    def failing(options):
        raise error

    monkeypatch.setattr("claimtrack.commands.status.run", failing)
    done = ended("status")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said) and len(done.err.splitlines()) == 1


def test_a_sentence_on_a_package_steers_no_terminal(ended):
    done = ended("nothing\x1b[31m\n::error::owned")
    assert done.code == 2 and done.err.startswith(r"nothing\u001b[31m\u000a::error::owned: ")


# ------------------------------------------------------------------------------------------- how the process may end

SLOW = """
import signal, sys, time
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may have these ignored, as nohup does
from claimtrack.commands import status
from claimtrack.commands.main import command
from claimtrack.package import archive
def run(options):
    with archive.opened(sys.argv[2]):
        print("begun", flush=True)
        time.sleep(60)
status.run = run
command()
"""


def slow(package: Path, temporary: Path) -> subprocess.Popen:
    """A command that has unpacked a zip, and takes a minute with it."""
    temporary.mkdir()
    archive = shutil.make_archive(str(package), "zip", package)
    words = [sys.executable, "-c", SLOW, "status", archive]
    environment = os.environ | {"TMPDIR": str(temporary)}
    done = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert done.stdout is not None and done.stdout.readline() == "begun\n" and list(temporary.iterdir())
    return done


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals")
@pytest.mark.parametrize(
    "number, code, said",
    [(signal.SIGINT, 2, "claimtrack: stopped\n"), (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")],
    ids=["SIGINT", "SIGTERM", "SIGHUP"],
)
def test_a_stopped_command_leaves_nothing_behind(good: Example, tmp_path, number, code, said):
    process = slow(good.folder, tmp_path / "temporary")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (code, "", said)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_interruption_while_libraries_are_loaded_is_no_traceback(tmp_path):
    (tmp_path / "frictionless_slow.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(60)\n")
    package = table(tmp_path / "package", "n\n1\n", [{"name": "n", "type": "list"}])  # which only frictionless reads
    words = [sys.executable, str(ROOT / "validate.py"), str(package)]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None and process.stdout.readline() == "loading\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (2, "claimtrack: stopped\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["PACKAGE"], ["rules"], ["--help"], ["--version"], ["status", "PACKAGE"]], ids=str
)
def test_a_closed_pipe_ends_the_command_quietly(good: Example, arguments):
    read, write_ = os.pipe()
    os.close(read)  # as when `head` has gone
    words = [sys.executable, ROOT / "validate.py", *(good.folder if word == "PACKAGE" else word for word in arguments)]
    done = subprocess.run(words, stdout=write_, stderr=subprocess.PIPE, check=False)
    os.close(write_)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_failure():
    """The pipe is closed before the command writes."""
    program = f'exec 3>&1; {{ sleep 1; exec "{sys.executable}" validate.py agreement; }} 2>&3 | true'
    done = subprocess.run(["bash", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments", [["PACKAGE"], ["rules"], ["--help"], ["--version"], ["status", "PACKAGE"]], ids=str
)
def test_a_full_disk_is_one_sentence(good: Example, arguments):
    words = [sys.executable, ROOT / "validate.py", *(good.folder if word == "PACKAGE" else word for word in arguments)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "finds no room" in done.stderr, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there is no sh")
@pytest.mark.parametrize(
    "arguments, closed, code",
    [
        (["PACKAGE"], ">&-", 0),
        (["--format", "json", "PACKAGE"], ">&-", 0),
        (["--format", "junk", "PACKAGE"], "2>&-", 2),
        (["PACKAGE"], "<&- >&- 2>&-", 0),
        (["rules"], "<&- >&- 2>&-", 0),
        (["status", "nothing"], "<&- >&- 2>&-", 2),
    ],
)
def test_closed_streams_are_no_fault(good: Example, arguments, closed, code):
    given = [str(good.folder) if word == "PACKAGE" else word for word in arguments]
    words = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, str(ROOT / "validate.py"), *given]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == code and done.stdout + done.stderr == "", done.stderr


@pytest.mark.slow
def test_pythons_options_are_taken_or_refused(tmp_path):
    package = general(tmp_path / "package")

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, *options, ROOT / "validate.py", package]
        return subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | CALM)

    assert all(run(*options).stdout.endswith("\nvalid\n") for options in (["-I"], ["-O"], ["-W", "error"]))
    refused = run("-OO")
    assert (refused.returncode, refused.stdout) == (2, "") and len(refused.stderr.splitlines()) == 1
    assert "leave it out" in refused.stderr and "PYTHONOPTIMIZE" in refused.stderr
    assert in_a_process(package, PYTHONOPTIMIZE="2").stderr == refused.stderr


# ------------------------------------------------------------------------------------------------------ --profile

LAMPS = second_profile.PROFILE
TOOLS = str(Path(second_profile.__file__).parent)


@pytest.fixture
def lit(tmp_path) -> Path:
    """A package that declares the second profile, with a fault by a rule of it."""
    resources = []
    for name, schema in LAMPS.table_schemas.items():
        resources.append(resource(name, schema["fields"], primaryKey=schema["primaryKey"]))
    files = {"data/lamps.csv": "lamp,height,street,lit\nL1,0.5,,\n", "data/streets.csv": "street,length\n"}
    return write(tmp_path / "lit", resources, files, conformsTo=LAMPS.name)


@pytest.mark.slow
def test_a_profile_is_found_by_pythonpath(lit):
    done = in_a_process(lit, "--profile", "second_profile:PROFILE", "-v", PYTHONPATH=TOOLS)
    assert done.returncode == 1 and done.stderr == ""
    assert "lamps.csv:2:4: LMP101 error: The lamp hangs lower than a person stands" in done.stdout
    assert "    mend: Correct `height`, in metres." in done.stdout
    assert "    why: People would walk into it." in done.stdout
    assert "the tallest lamp hangs 0.5 m high" in done.stdout
    assert in_a_process(lit).returncode == 0


@pytest.mark.slow
def test_its_rules_may_be_chosen_and_explained(lit):
    profile = ("--profile", "second_profile:PROFILE")
    done = in_a_process(lit, *profile, "--ignore", "LMP101", PYTHONPATH=TOOLS)
    assert done.returncode == 0 and "ignored: 1 finding (LMP101 1)" in done.stdout
    assert "there is no rule" in in_a_process(lit, "--ignore", "LMP101").stderr
    done = in_a_process("rules", *profile, PYTHONPATH=TOOLS)
    assert "LMP201  warning  The lamp stands in a street" in done.stdout and "CLM101" in done.stdout
    done = in_a_process("rules", "lower-than-a-person", *profile, PYTHONPATH=TOOLS)
    assert (
        done.stdout.startswith("LMP101 lower-than-a-person (error)\n") and "Example: a `height` of 0.5" in done.stdout
    )


def test_it_goes_with_a_comparison_too(lit, tmp_path):
    (lit / "data" / "lamps.csv").write_text("lamp,height,street,lit\nL1,2.5,,\n")
    old = shutil.copytree(lit, tmp_path / "old")
    (lit / "data" / "lamps.csv").write_text("lamp,height,street,lit\nL1,0.5,,\n")
    assert in_a_process("diff", old, lit).returncode == 0
    done = in_a_process("diff", old, lit, "--profile", "second_profile:PROFILE", PYTHONPATH=TOOLS)
    assert (done.returncode, done.stdout) == (1, "") and "the package is not valid" in done.stderr


@pytest.mark.parametrize("name", ["check", "diff", "rules"])
@pytest.mark.parametrize(
    "profile, words",
    [
        ("no_such_module:PROFILE", "No module named 'no_such_module'; is the module where Python looks (PYTHONPATH)?"),
        ("second_profile:NONE", "NONE in second_profile is no claimtrack.Profile"),
        ("second_profile:LAMPS", "LAMPS in second_profile is no claimtrack.Profile"),
        ("second_profile", "is not of the form MODULE:NAME, such as my_rules:PROFILE"),
    ],
    ids=["module", "name", "no profile", "form"],
)
def test_what_is_no_profile_is_refused_in_a_sentence(ended, monkeypatch, lit, name, profile, words):
    monkeypatch.syspath_prepend(TOOLS)
    done = ended(*(asked(name, lit) if name in NEEDED else [name]), "--profile", profile)
    assert (done.code, done.out) == (2, "") and done.err.startswith(f'--profile "{profile}"')
    assert words in done.err and len(done.err.splitlines()) == 1


def test_two_profiles_of_one_name_are_refused(ended, monkeypatch, lit):
    monkeypatch.syspath_prepend(TOOLS)
    done = ended(lit, "--profile", "second_profile:PROFILE", "--profile", "tests.tools.second_profile:PROFILE")
    assert done.code == 2 and done.err == '--profile: two profiles have the name "lamps-1"; leave one out\n'
