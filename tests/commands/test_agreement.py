"""`claimtrack agreement`: what it prints, and what it refuses."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tools.as_installed import write_command
from tests.tools.example import Example
from tests.tools.support import table


@pytest.mark.slow
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


# ------------------------------------------------------------------------------------------ without the extra of it


@pytest.fixture
def installed(tmp_path) -> Path:
    """The command as it is installed without any extra."""
    write_command(tmp_path / "bin" / "claimtrack")
    return tmp_path / "bin" / "claimtrack"


def test_a_package_is_begun_without_the_extra(installed, tmp_path):
    """The codebook of a new package has no agreement yet, so that nothing measures it."""
    asked = ["--title", "T", "--publisher", "P", "--language", "en", "--country", "EST"]
    done = subprocess.run([installed, "new", tmp_path / "p", *asked], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "p" / "datapackage.json").exists()


def test_values_that_were_coded_twice_ask_for_the_extra(installed, good: Example):
    done = subprocess.run([installed, "agreement", good.folder], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "") and len(done.stderr.splitlines()) == 1
    assert 'is not installed; install the extra "agreement" (`uv sync --extra agreement`' in done.stderr
