"""The command as a user runs it: what it prints, and how it ends when it cannot run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.example import Example


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "validate.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_valid_package_is_summed_up():
    done = run(ROOT)
    assert done.returncode == 0 and done.stderr == ""
    for word in ("claims", "calls", "rules run", "100 %", "valid"):
        assert word in done.stdout


def test_finding_names_place_value_and_mend(good: Example):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()  # refreshes the checksums
    done = run(good.folder)
    assert done.returncode == 1 and done.stderr == ""
    assert "data/claims.csv:2:64: CEL102" in done.stdout
    assert '"rumour"' in done.stdout and "help: " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("invalid: ")


def test_place_survives_quoted_commas_and_newlines(good: Example):
    path = good.path("claims")
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    first, _, rest = rest.partition("\n")
    first = first.replace("A vote on lighthouses is being held in Selmara.", '"A vote, on\nlighthouses, ""held"" in Selmara."').replace(",event,", ",rumour,")
    path.write_text("\n".join([head, first, rest]), encoding="utf-8")
    good.validate()
    assert "data/claims.csv:3:36: CEL102" in run(good.folder).stdout


@pytest.mark.parametrize(
    "name, content, word",
    [
        ("missing.json", None, "no such file"),
        ("empty.json", b"", "the file is empty"),
        ("broken.json", b'{"resources": [', "not JSON"),
        ("list.json", b"[]", "JSON object"),
        ("number.json", b"12", "JSON object"),
        ("latin.json", b'{"title": "caf\xe9"}', "not UTF-8"),
        ("bare.json", b"{}", '"resources" must be a list'),
        ("hollow.json", b'{"resources": []}', '"resources" must be a list'),
        ("odd.json", b'{"resources": [1]}', '"resources" must be a list'),
        ("twice.json", b'{"name": "a", "name": "b", "resources": [{}]}', "stands twice"),
        ("deep.json", b"[" * 100_000, "nested too deeply"),
    ],
)
def test_unusable_descriptor_is_one_sentence(tmp_path, name, content, word):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run(tmp_path / name)
    assert done.returncode == 2 and done.stdout == ""
    assert word in done.stderr and name in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name, content, words", [
    ("p.zip", b"PK\x03\x04 and then no more", "a zip that is damaged or cut off; get it again, whole"),
    ("p.zip", b"<html>not found</html>", "not a zip, whatever its name says"),
    ("p.tar.gz", b"\x1f\x8b\x08", "this is packed with gzip; unpack it and name the package's folder"),
    ("data/t.csv", b"n\n1\n", "this is a table by its name; name the package"),
    ("book.ods", b"n", "this is a table by its name; name the package"),
])  # fmt: skip
def test_what_is_no_descriptor_is_called_what_it_is(tmp_path, name, content, words):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    done = run(tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "") and f"{name}: {words}" in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_zip_in_a_folder_is_pointed_at(tmp_path):
    (tmp_path / "release-1.0.0.zip").write_bytes(b"")
    assert f"name the zip in it, {tmp_path / 'release-1.0.0.zip'}" in run(tmp_path).stderr


def test_folder_without_descriptor(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 2 and "holds no datapackage.json" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("damage", ["missing", "empty", "folder"])
def test_unreadable_table_makes_the_run_incomplete(good: Example, damage):
    path = good.path("claims")
    path.unlink()
    if damage == "empty":
        path.touch()
    elif damage == "folder":
        path.mkdir()
    done = run(good.folder)
    assert done.returncode == 2 and done.stderr == ""
    assert "data/claims.csv: FIL103" in done.stdout
    assert "could not be checked whole" in done.stdout


@pytest.mark.parametrize("path", ["../outside.csv", "/etc/passwd", "https://example.org/a.csv", "data/link.csv"])
def test_paths_that_lead_outside_are_refused(good: Example, tmp_path, path):
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (good.folder / "data" / "link.csv").symlink_to(tmp_path / "outside.csv")
    descriptor = good.folder / "datapackage.json"
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace("data/claims.csv", path), encoding="utf-8")
    done = run(good.folder)
    assert done.returncode == 2 and "leads outside the package" in done.stderr


def test_nothing_is_written(good: Example):
    before = {path: path.stat().st_mtime_ns for path in good.folder.rglob("*")}
    run(good.folder)
    assert {path: path.stat().st_mtime_ns for path in good.folder.rglob("*")} == before


@pytest.mark.parametrize("arguments", [[], ["--list-rules"]], ids=str)
def test_a_closed_pipe_ends_the_command_quietly(good: Example, arguments):
    read, write = os.pipe()
    os.close(read)  # as when `head` has gone
    done = subprocess.run([sys.executable, ROOT / "validate.py", *(arguments or [good.folder])], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (2, b"")


def test_names_that_the_terminal_cannot_show_are_spelt_out(good: Example):
    (good.folder / "data" / "ការបោះឆ្នោត.csv").write_text("a\n", encoding="utf-8")
    done = subprocess.run([sys.executable, ROOT / "validate.py", good.folder], capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"}, check=False)
    assert done.returncode == 0 and rb"data/\u1780" in done.stdout and done.stderr == b""


def test_usage_error_is_two():
    assert run("--no-such-option").returncode == 2
