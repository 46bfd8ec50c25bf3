"""`claimtrack point`: its options, and what it cannot work on: a sentence that names the mend, and nothing written."""

import pytest

from claimtrack.package.table_io import read_rows, write_rows
from tests.tools.example import GOOD, Example


def files(good: Example) -> dict:
    return {path: path.read_bytes() for path in good.folder.rglob("*") if path.is_file()}


def test_positions_are_computed_anew(good: Example, ended):
    before = {path: content for path, content in files(good).items() if path.suffix == ".csv"}
    names, rows = read_rows(good.path("anchors"))
    write_rows(good.path("anchors"), names, [row | {"sha256": "0" * 64, "pointer_check": "aaaaaaaa"} for row in rows])
    options = ("--source", GOOD / "statement.txt", "--quotes", GOOD / "quotes.csv", "--package", good.folder)
    done = ended("point", "EX01", *options)
    assert done == (0, "positions, hashes and check letters written; run `claimtrack check`\n", "")
    assert before.items() <= files(good).items() and ended(good.folder).code == 0


def test_this_folder_is_the_package_where_none_is_named(good: Example, monkeypatch, ended):
    monkeypatch.chdir(good.folder)
    assert ended("point", "EX01", "--source", GOOD / "statement.txt", "--quotes", GOOD / "quotes.csv").code == 0


@pytest.mark.parametrize(
    "lacking, words",
    [("--source", "required: --source"), ("--quotes", "either --worksheet or --quotes; give one of them")],
)
def test_text_and_quotes_are_asked_for(good: Example, ended, lacking, words):
    given = {"--source": GOOD / "statement.txt", "--quotes": GOOD / "quotes.csv"}
    del given[lacking]
    done = ended("point", "EX01", *(word for pair in given.items() for word in pair))
    assert (done.code, done.out) == (2, "") and words in done.err


@pytest.mark.parametrize(
    "change, words",
    [
        ({"--source": "nope.txt"}, "nope.txt: cannot be read: No such file or directory"),
        ({"--quotes": "nope.csv"}, "nope.csv: cannot be read: No such file or directory"),
        ({"--source": "latin.txt"}, "latin.txt: not UTF-8 at byte 1; save your copy as UTF-8 text"),
        ({"--source": "heaped.txt"}, "heaped.txt has more than 1,000 combining marks in a row"),
        ({"--quotes": "many.csv"}, '"occurrence" is "many"; write a whole number from 1'),
        ({"--quotes": "empty.csv"}, "empty.csv: has no header; write the names of the columns into the first line"),
        ({"--package": "nope"}, "nope: there is no such file; name a package's folder or its descriptor"),
    ],
    ids=str,
)
def test_what_it_cannot_work_on(good: Example, tmp_path, ended, change, words):
    (tmp_path / "latin.txt").write_bytes(b"A\xe9")
    (tmp_path / "heaped.txt").write_text("e" + "\u0316\u0301" * 1000, encoding="utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    head, *rows = (GOOD / "quotes.csv").read_text(encoding="utf-8").splitlines()
    many = [row.removesuffix(row.rpartition(",")[2]) + "many" for row in rows]
    (tmp_path / "many.csv").write_text("\n".join([head, *many]) + "\n", encoding="utf-8")
    before = files(good)
    options = {"--source": GOOD / "statement.txt", "--quotes": GOOD / "quotes.csv", "--package": good.folder}
    options |= {key: tmp_path / value for key, value in change.items()}
    done = ended("point", "EX01", *(word for pair in options.items() for word in pair))
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1, done.err
    assert files(good) == before


def test_a_statement_that_is_not_there(good: Example, ended):
    before = files(good)
    options = ("--source", GOOD / "statement.txt", "--quotes", GOOD / "quotes.csv", "--package", good.folder)
    done = ended("point", "ZZ99", *options)
    assert (done.code, done.out) == (2, "") and "ZZ99" in done.err and len(done.err.splitlines()) == 1
    assert files(good) == before
