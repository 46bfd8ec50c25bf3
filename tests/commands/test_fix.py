"""`claimtrack fix`: its options, and what it refuses."""

import shutil

import pytest

from tests.tools.example import Example
from tests.tools.support import resource, table, write

INTEGER = {"name": "n", "type": "integer"}


def files(folder) -> dict:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(tmp_path, ended):
    folder = table(tmp_path, "n\r\n1\r\n", [INTEGER])
    before = files(folder)
    dry = ended("fix", "--dry-run", folder)
    assert (dry.code, dry.err) == (1, "") and "data/t.csv" in dry.out and files(folder) == before
    done = ended("fix", folder)
    assert (done.code, done.err) == (0, "") and (folder / "data/t.csv").read_bytes() == b"n\n1\n"
    assert dry.out.endswith(done.out)
    assert ended("fix", "--dry-run", folder) == ended("fix", folder) == (0, "nothing to do\n", "")


def test_a_zip_is_not_rewritten(good_folder, tmp_path, ended):
    packed = shutil.make_archive(str(tmp_path / "package"), "zip", good_folder)
    done = ended("fix", packed)
    assert done == (2, "", f"{packed}: a zip is not rewritten; unpack it and name the folder\n")


def test_where_more_than_form_is_at_stake_nothing_is_written(tmp_path, ended):
    folder = table(tmp_path, b"n\r\n\xff\r\n", [INTEGER])
    before = files(folder)
    done = ended("fix", folder)
    assert (done.code, done.out) == (1, "") and files(folder) == before
    assert done.err.endswith("\nnothing is written, since more than form is at stake\n")


def test_nothing_is_read_outside(tmp_path, ended):
    folder = write(tmp_path, [resource("t", [], path="/etc/hostname")], {})
    done = ended("fix", folder)
    assert (done.code, done.out) == (2, "") and "leads outside the package" in done.err


def test_what_is_in_no_file_of_its_own_gets_no_checksum(tmp_path, ended):
    parts = resource("parts", [INTEGER], path=["data/a.csv", "data/b.csv"])
    inline = {"name": "inline", "data": [{"n": 1}], "schema": {"fields": [INTEGER]}}
    resources = [parts, inline, resource("t", [INTEGER])]
    folder = write(tmp_path, resources, {f"data/{name}.csv": "n\n1\n" for name in "abt"})
    done = ended("fix", folder)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "parts: left alone, since it is not in one file of its own",
        "inline: left alone, since it is not in one file of its own",
    ]


@pytest.mark.parametrize("option", [["--strict"], ["--format", "json"], ["--output", "a.json"]], ids=" ".join)
def test_options_of_a_check_are_not_taken(good: Example, ended, option):
    before = files(good.folder)
    done = ended("fix", *option, good.folder)
    assert (done.code, done.out) == (2, "") and f"unrecognized arguments: {option[0]}" in done.err
    assert files(good.folder) == before
