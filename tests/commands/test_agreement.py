"""`claimtrack agreement`: what it prints, and what it refuses."""

import pytest

from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.support import table


def test_a_table_is_printed(ended):
    done = ended("agreement", ROOT)
    assert (done.code, done.err) == (0, "") and done.out.splitlines()[1].startswith("|---")


@pytest.mark.slow
def test_this_folder_is_the_package_where_none_is_named(monkeypatch, ended):
    monkeypatch.chdir(ROOT)
    assert ended("agreement") == ended("agreement", ROOT)


def test_wrong_paths(tmp_path, ended):
    nope = tmp_path / "nope"
    said = f"{nope}: there is no such file; name a package's folder or its descriptor\n"
    assert ended("agreement", nope) == (2, "", said)
    package = table(tmp_path / "other", "n\n1\n", [{"name": "n", "type": "integer"}])
    done = ended("agreement", package)
    assert (done.code, done.out) == (2, "") and f"{package}: this is for claim-tracking packages" in done.err


def test_codes_of_one_coder_alone_are_no_agreement(good: Example, ended):
    good.drop("codings", "EX01-D0002")
    done = ended("agreement", good.folder)
    assert (done.code, done.out) == (2, "") and "claim_type" in done.err and len(done.err.splitlines()) == 1
