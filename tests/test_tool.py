"""The project's small commands, on what they cannot work on: one sentence that names the mend, and nothing written."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.example import GOOD, Example
from tests.support import resource, table, write


def run(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)


def refused(done: subprocess.CompletedProcess, words: str) -> None:
    assert (done.returncode, done.stdout) == (2, "") and words in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("module", ["validator.seal", "validator.docs", "validator.reliability", "publisher.cff"])
def test_wrong_paths(module, tmp_path):
    refused(run(module, tmp_path / "nope"), f"{module}: {tmp_path / 'nope'}: there is no such file; name a package's folder")
    if module != "validator.seal":
        package = table(tmp_path / "other", "n\n1\n", [{"name": "n", "type": "integer"}])
        before = {path for path in package.rglob("*")}
        refused(run(module, package), "this is for claim-tracking packages")
        assert {path for path in package.rglob("*")} == before


@pytest.mark.parametrize("words", [[""], ["--help"], ["a", "b"]], ids=str)
def test_wrong_arguments(words):
    refused(run("validator.seal", *words), "usage: python -m validator.seal [PACKAGE]")


def test_seal_reads_nothing_outside(tmp_path):
    refused(run("validator.seal", write(tmp_path, [resource("t", [], path="/etc/hostname")], {})), "leads outside the package")


def test_seal_passes_over_what_is_in_no_file_of_its_own(tmp_path):
    field = [{"name": "n", "type": "integer"}]
    parts = resource("parts", field, path=["data/a.csv", "data/b.csv"])
    inline = {"name": "inline", "data": [{"n": 1}], "schema": {"fields": field}}
    package = write(tmp_path, [parts, inline, resource("t", field)], {f"data/{name}.csv": "n\n1\n" for name in "abt"})
    done = run("validator.seal", package)
    assert (done.returncode, done.stdout, done.stderr) == (0, "sealed anew: t\n", "")


@pytest.mark.parametrize("change, words", [
    ({"--source": "nope.txt"}, "nope.txt: cannot be read or written: No such file or directory"),
    ({"--quotes": "nope.csv"}, "nope.csv: cannot be read or written: No such file or directory"),
    ({"--source": "latin.txt"}, "latin.txt: not UTF-8 at byte 1; save your copy as UTF-8 text"),
    ({"--quotes": "many.csv"}, '"occurrence" is "many"; write a whole number from 1'),
    ({"--quotes": "empty.csv"}, "run validate.py, which says where"),
    ({"--package": "nope"}, "nope: there is no such file; name a package's folder or its descriptor"),
], ids=str)  # fmt: skip
def test_pointers(good: Example, tmp_path, change, words):
    (tmp_path / "latin.txt").write_bytes(b"A\xe9")
    (tmp_path / "empty.csv").write_bytes(b"")
    head, *rows = (GOOD / "quotes.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "many.csv").write_text("\n".join([head, *(row.removesuffix(row.rpartition(",")[2]) + "many" for row in rows)]) + "\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in good.folder.rglob("*") if path.is_file()}
    options = {"--source": GOOD / "statement.txt", "--quotes": GOOD / "quotes.csv", "--package": good.folder} | {key: tmp_path / value for key, value in change.items()}
    refused(run("validator.pointers", "EX01", *(word for pair in options.items() for word in pair)), words)
    assert {path: path.read_bytes() for path in good.folder.rglob("*") if path.is_file()} == before


def test_a_reader_that_has_seen_enough_is_no_failure():
    """The pipe is closed before the command writes."""
    command = f'exec 3>&1; {{ sleep 1; exec "{sys.executable}" -m validator.reliability; }} 2>&3 | true'
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""
