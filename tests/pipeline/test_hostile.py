"""Input made to harm: every case ends with the right exit code and a sentence, within bounds, without a connection."""

import socket
import subprocess
import time
from pathlib import Path

import pytest

from claimtrack.commands.main import main
from claimtrack.core import limits
from tests.tools.guard import Guard, watching
from tests.tools.hostile import CASES, ROOT, Case, Outcome, faults, run
from tests.tools.support import resource, validate, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard()


def is_quick(number: int, case: Case) -> bool:
    """Whether a case is among the few that are tried each time."""
    return number % 8 == 0 and not case.heavy


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[] if is_quick(number, case) else pytest.mark.slow)
        for number, case in enumerate(CASES)
    ],
)
def test_hostile_input_ends_in_a_sentence(case, tmp_path, guard, capsys, monkeypatch):
    package = case.build(tmp_path / "package")
    if case.heavy:
        outcome = run(package)
    else:  # here, which spares the start of a process
        monkeypatch.setattr(limits, "STUCK", 0.5)
        start = time.process_time()
        with watching(guard, package):
            code = main([str(package)])
        assert guard.deeds == []
        outcome = Outcome(code, *capsys.readouterr(), 0, time.process_time() - start, 0)
    assert faults(case, outcome) == [], outcome.out[:2000] + outcome.err


@pytest.mark.parametrize(
    "deed, told",
    [
        (lambda path: socket.socket().close(), "socket."),
        (lambda path: subprocess.run(["true"], check=False), "subprocess."),
        (lambda path: path.write_text("x"), "writes"),
        (lambda path: Path("/etc/hostname").exists() and Path("/etc/passwd").read_bytes(), "reads /etc/passwd"),
    ],
)
def test_the_guard_sees(tmp_path, guard, deed, told):
    with watching(guard, tmp_path):
        deed(tmp_path / "file")
    assert guard.deeds and told in guard.deeds[0]


def test_without_sockets_the_verdict_is_the_same(tmp_path, monkeypatch):
    def forbidden(*_arguments, **_options):
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "create_connection", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    assert validate(ROOT).exit_code == 0
    told = {
        "$schema": "https://example.org/s.json",
        "profile": "https://example.org/p.json",
        "homepage": "https://example.org/",
        "licenses": [{"name": "x", "path": "https://example.org/"}],
    }
    fields = [{"name": "a", "type": "string", "format": "uri", "rdfType": "https://example.org/type"}]
    folder = write(
        tmp_path,
        [resource("t", fields, profile="https://example.org/q.json")],
        {"data/t.csv": "a\nhttps://example.org/\n"},
        **told,
    )
    assert [part.rule for part in validate(folder).not_checked] == ["PKG103", "PKG103", "PKG103"]
