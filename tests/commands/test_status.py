"""`claimtrack status`: its options, and what it refuses."""

import json
import shutil

import pytest

from tests.tools.example import Example
from tests.tools.support import seal


def test_the_forms_say_the_same(good_folder, ended):
    text, told = ended("status", good_folder), ended("status", good_folder, "--format", "json")
    assert (text.code, text.err, told.code, told.err) == (0, "", 0, "")
    assert ended("status", "--format", "text", good_folder).out == text.out
    for call in json.loads(told.out)["calls"]:
        assert f"{call['call_id']}  {call['status'].upper().replace('_', ' ')}" in text.out


def test_a_zip_has_the_status_of_its_folder(good_folder, tmp_path, ended):
    packed = shutil.make_archive(str(tmp_path / "package"), "zip", good_folder)
    assert ended("status", packed) == ended("status", good_folder)


def test_a_package_with_warnings_is_refused_if_strict(good: Example, ended):
    (good.folder / "data" / "left over.csv").touch()
    assert ended("status", good.folder).code == 0
    done = ended("status", "--strict", good.folder)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"{good.folder}: no status, since the package is not valid: run `claimtrack check` on it first\n"


def test_the_exit_code_is_that_of_the_check(good: Example, ended):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    seal(good.folder)
    assert ended("status", good.folder)[:2] == (1, "")
    good.path("claims").unlink()
    assert ended("status", good.folder)[:2] == (2, "")


@pytest.mark.parametrize("form", ["html", "JSON", "sarif"])
def test_there_are_no_other_forms(good_folder, ended, form):
    done = ended("status", "--format", form, good_folder)
    assert (done.code, done.out) == (2, "") and f"argument --format: invalid choice: '{form}'" in done.err


@pytest.mark.parametrize(
    "option", [["--output", "a.json"], ["--ignore", "HYG"], ["--max-samples", "0"], ["--baseline", "k"]]
)
def test_options_of_a_check_are_not_taken(good_folder, ended, option):
    done = ended("status", *option, good_folder)
    assert (done.code, done.out) == (2, "") and f"unrecognized arguments: {option[0]}" in done.err


@pytest.mark.slow
def test_both_clocks_can_be_asked(good_folder, ended):
    def call(*options: str) -> dict:
        return json.loads(ended("status", good_folder, "--format", "json", *options).out)["calls"][0]

    assert call("--as-of", "2021-06-30")["follow_up_id"] == "EX01-F001"
    assert call("--known-on", "2021-07-01")["follow_up_id"] == "EX01-F001"
    assert call("--as-of", "2021-01-01")["status"] is None
    assert "EX01-K01  NOTHING RECORDED" in ended("status", good_folder, "--as-of", "2021-01-01").out


def test_what_is_due_is_listed_in_both_forms(good_folder, ended):
    text = ended("status", good_folder, "--due", "30", "--known-on", "2022-02-09")
    told = ended("status", good_folder, "--due", "30", "--known-on", "2022-02-09", "--format", "json")
    assert (text.code, text.err, told.code, told.err) == (0, "", 0, "")
    ids = [one["item_id"] for one in json.loads(told.out)["due"]]
    assert "EX01-K01" in ids and [line.split()[0] for line in text.out.splitlines()] == ids
    assert "within 31 days" in ended("status", good_folder, "--due", "31", "--known-on", "2022-02-09").out


@pytest.mark.parametrize(
    "options, words",
    [
        (["--as-of", "2024-02-30"], "no day; write it as YYYY-MM-DD"),
        (["--known-on", "20240201"], "no day; write it as YYYY-MM-DD"),
        (["--due", "-1"], "no number of days"),
        (["--due", "x"], "no number of days"),
        (["--due", "1", "--as-of", "2024-02-01"], "leave --as-of out"),
    ],
)
def test_what_is_no_day_is_said(good_folder, ended, options, words):
    done = ended("status", good_folder, *options)
    assert (done.code, done.out) == (2, "") and words in done.err
