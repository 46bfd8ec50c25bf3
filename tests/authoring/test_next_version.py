"""`claimtrack bump` and `claimtrack prepare`: the version in every place, and all in form by one command."""

import json
import re

import pytest
import yaml

from tests.tools.own import commit, table
from tests.tools.support import files_in, read_descriptor


@pytest.mark.parametrize("part, version", [("patch", "0.1.1"), ("minor", "0.2.0"), ("major", "1.0.0")])
def test_the_version_stands_in_every_place(lights, ended, part, version):
    assert ended("bump", part).code == 0
    assert read_descriptor(lights)["version"] == version
    assert re.findall("(?m)^## ([0-9.]+)", (lights / "CHANGELOG.md").read_text(encoding="utf-8")) == [version, "0.1.0"]
    assert yaml.safe_load((lights / "CITATION.cff").read_text(encoding="utf-8"))["version"] == version
    assert f"Version {version}:" in (lights / "README.md").read_text(encoding="utf-8")


def test_what_stands_under_unreleased_is_that_version_s(lights, ended):
    path = lights / "CHANGELOG.md"
    path.write_text(path.read_text(encoding="utf-8").replace("## 0.1.0", "## Unreleased\n\n- More.\n\n## 0.1.0"))
    ended("bump", "minor")
    text = path.read_text(encoding="utf-8")
    assert "nreleased" not in text and re.search(r"## 0\.2\.0 — \S+\n\n- More\.\n\n## 0\.1\.0", text)


def test_a_package_without_a_changelog_and_a_wrong_version(lights, ended):
    (lights / "CHANGELOG.md").unlink()
    (lights / "CITATION.cff").unlink()
    assert ended("bump", "minor").code == 0 and not (lights / "CITATION.cff").exists()
    path = lights / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"0.2.0"', '"two"'), encoding="utf-8")
    done = ended("bump", "minor")
    assert done.code == 2 and "is no version" in done.err and len(done.err.splitlines()) == 1


def test_prepare_does_all_and_the_second_time_nothing(lights, ended):
    commit(lights, "Empty")
    ended("bump", "minor")
    path = lights / "data" / "codes.csv"  # edited by hand: a code, and Windows line ends
    text = path.read_text(encoding="utf-8") + "country,LVA,Latvia,The Republic of Latvia.,,\n"
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8"))
    done = ended("prepare")
    assert "codes in the Table Schemas: country/LVA" in done.out and "data/codes.csv: " in done.out
    assert "`LVA`" in (lights / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert b"\r" not in path.read_bytes()
    before = files_in(lights)
    again = ended("prepare")
    assert "codes in the Table Schemas: nothing to do" in again.out and "checksums: nothing to do" in again.out
    assert "written anew: nothing" in again.out and "CITATION.cff: as it was" in again.out
    assert files_in(lights) == before


@pytest.mark.slow
def test_a_version_of_which_nothing_is_said_is_told(lights, ended):
    ended("bump", "minor")
    assert "CHANGELOG.md: says nothing of 0.2.0 yet; say there what is new\n" in ended("prepare").out
    path = lights / "CHANGELOG.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("\n\n## 0.1.0", "\n\n- More.\n\n## 0.1.0"), encoding="utf-8"
    )
    assert "says nothing" not in ended("prepare").out


@pytest.mark.slow
def test_prepare_tells_of_the_history(lights, ended, tmp_path):
    assert (
        ended("new", tmp_path / "p", "--title", "T", "--publisher", "P", "--language", "en", "--country", "EST").code
        == 0
    )
    commit(tmp_path / "p", "Empty")
    assert "since the last commit:" in ended("prepare", tmp_path / "p").out
    assert ended("add", "code", "list=country", "code=LVA", "--package", tmp_path / "p").code == 0
    done = ended("prepare", tmp_path / "p")
    assert done.code == 1 and "LVA" in done.out and "HIS" in done.out  # rows were added, and the version did not rise


def test_prepare_refuses_what_is_damaged(lights, ended):
    path = lights / "data" / "claims.csv"
    path.write_bytes(path.read_bytes() + b'LK24-C011,"open\n')
    before = files_in(lights)
    done = ended("prepare")
    assert done.code in (1, 2) and "claims.csv" in done.err
    assert files_in(lights) == before


def test_prepare_refuses_a_code_of_a_closed_list(lights, ended):
    path = lights / "data" / "codes.csv"
    path.write_text(path.read_text(encoding="utf-8") + "voice,zither,Zither,A sound.,,\n", encoding="utf-8")
    before = files_in(lights)
    done = ended("prepare")
    assert done.code == 2 and '"voice", which is closed' in done.err and files_in(lights) == before


def test_the_descriptor_stays_as_it_was_but_for_the_version(lights, ended):
    before = read_descriptor(lights)
    ended("bump", "patch")
    after = read_descriptor(lights)
    assert {key for key in before if before[key] != after[key]} <= {"version", "created"}
    assert json.dumps(before["resources"]) == json.dumps(after["resources"]) and len(table(lights, "claims")) == 10
