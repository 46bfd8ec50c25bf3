"""Input made to harm: every case ends with the right exit code and a sentence, within bounds, without a connection."""

import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

import validate as command
from tests.guard import Guard, watching
from tests.hostile import CASES, ROOT, Outcome, faults, run
from tests.support import resource, table, write
from validator import limits, scan, watchdog
from validator.run import validate

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_input_ends_in_a_sentence(case, tmp_path, guard, capsys, monkeypatch):
    package = case.build(tmp_path / "package")
    if case.heavy:
        outcome = run(package)
    else:  # here, which spares the start of a process
        monkeypatch.setattr(limits, "STUCK", 0.5)
        start = time.process_time()
        with watching(guard, package):
            code = command.main([str(package)])
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
    told = {"$schema": "https://example.org/s.json", "profile": "https://example.org/p.json", "homepage": "https://example.org/", "licenses": [{"name": "x", "path": "https://example.org/"}]}
    fields = [{"name": "a", "type": "string", "format": "uri", "rdfType": "https://example.org/type"}]
    folder = write(tmp_path, [resource("t", fields, profile="https://example.org/q.json")], {"data/t.csv": "a\nhttps://example.org/\n"}, **told)
    assert [f.rule for f in validate(folder).findings] == ["PKG103", "PKG103"]


@pytest.mark.parametrize("change", ["grows", "shrinks", "is touched"])
def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch, change):
    folder = table(tmp_path, "n\n" + "1\n" * 500, [INTEGER])
    path, before = folder / "data" / "t.csv", scan.Reader.read

    def read(self, *arguments):
        {"grows": lambda: path.write_text("n\n" + "1\n" * 900), "shrinks": lambda: path.write_text("n\n1\n"), "is touched": lambda: path.touch()}[change]()
        return before(self, *arguments)

    monkeypatch.setattr(scan.Reader, "read", read)
    report = validate(folder, block_size=100)
    assert "FIL107" in {f.rule for f in report.findings} and report.exit_code == 2


@pytest.mark.parametrize("content", ["n\n1\n", 'n,a\n1,"x\ny"\n'], ids=["regular", "irregular"])
def test_a_file_that_vanishes_while_it_is_read(tmp_path, monkeypatch, content):
    folder = table(tmp_path, content, [INTEGER])
    before = scan.blocks

    def blocks(table, size):
        for block in before(table, size):
            Path(table.path).unlink()
            yield block

    monkeypatch.setattr(scan, "blocks", blocks)
    report = validate(folder)
    assert {f.rule for f in report.findings} & {"FIL103", "FIL107"} and report.exit_code == 2
    assert all("data/t.csv" in f.place for f in report.findings)


def test_a_table_that_refers_to_one_that_changed_is_checked_without_it(tmp_path, monkeypatch):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    folder = write(tmp_path, [resource("a", [INTEGER], foreignKeys=key), resource("b", [INTEGER])], {"data/a.csv": "n\nx\n", "data/b.csv": "n\n1\n"})
    before = scan.Reader.read

    def read(self, *arguments):
        if self.table.name == "b":
            self.table.path.write_text("n\n1\n2\n")
        return before(self, *arguments)

    monkeypatch.setattr(scan.Reader, "read", read)
    report = validate(folder)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/a.csv"), ("FIL107", "data/b.csv")]
    assert any("KEY103" in line for line in report.skipped)


def test_tables_that_refer_to_an_unread_one_say_what_was_not_checked(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    folder = write(tmp_path, [resource("a", [INTEGER], foreignKeys=key), resource("b", [INTEGER])], {"data/a.csv": "n\nx\n"})
    report = validate(folder)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/a.csv"), ("FIL103", "data/b.csv")]
    assert any("KEY103" in line and '"b"' in line for line in report.skipped)


def test_one_bad_property_does_not_hide_the_rows(tmp_path):
    resources = [resource("t", [INTEGER]), resource("u", [{"name": "n", "type": "no-such-type"}])]
    report = validate(write(tmp_path, resources, {"data/t.csv": "n\nx\n", "data/u.csv": "n\n"}, licenses="none"))
    assert {"PKG101", "CEL101"} <= {f.rule for f in report.findings}
    assert any('"u"' in line for line in report.skipped) and report.exit_code == 2


def test_the_watchdog_lets_long_work_pass_and_stops_a_call_that_hangs():
    import re

    with watchdog.watchdog("work", 0.5):
        for _ in range(20_000):  # longer than the bound, but in many calls
            sum(i for i in range(1000))
    with pytest.raises(watchdog.Stuck), watchdog.watchdog("a cell", 0.5):
        re.match("(a+)+$", "a" * 40 + "!")


def test_outside_the_main_thread_nothing_is_bounded():
    done = []
    thread = threading.Thread(target=lambda: [done.append(1) for _ in [0] if watchdog.watchdog("x").__enter__() is None])
    thread.start()
    thread.join()
    assert done == [1]
