"""What sub-commands begin with: one package, opened once."""

import shutil
from pathlib import Path

import pytest

from claimtrack.package.revision import older_version
from claimtrack.versions.snapshot import read_snapshot
from tests.tools.example import GOOD
from tests.tools.openings import openings
from tests.tools.support import in_a_process, seal


@pytest.fixture(scope="module")
def package(good_folder, tmp_path_factory) -> Path:
    """A package whose checksums are refreshed once for all. Do not write into it."""
    folder = shutil.copytree(good_folder, tmp_path_factory.mktemp("valid") / "package")
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## 1.1.0 — 2022-01-10\n", encoding="utf-8")
    seal(folder)
    return folder


COMMANDS = {
    "status": ["status", "PACKAGE"],
    "status as JSON": ["status", "--format", "json", "PACKAGE"],
    "prove": ["prove", "--source", GOOD / "statement.txt", "PACKAGE"],
    "prove with quotes": ["prove", "--source", GOOD / "statement.txt", "--quotes", "PACKAGE"],
    "cite": ["cite", "--package", "PACKAGE"],
    "cite a row": ["cite", "EX01-C001", "--style", "csl", "--package", "PACKAGE"],
    "diff": ["diff", "OLD", "PACKAGE"],
    "agreement": ["agreement", "PACKAGE"],
}


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_each_file_of_the_package_is_opened_at_most_once(package, tmp_path, words):
    # A zip, since `openings` would take files of a folder for those of the same names in the package.
    old = shutil.make_archive(str(tmp_path / "old"), "zip", package) if "OLD" in words else None
    named = {"PACKAGE": package, "OLD": old}
    opened = openings(package, tmp_path / "told", *(named.get(word, word) for word in words))
    assert {name: times for name, times in opened.items() if times > 1} == {}
    assert opened["datapackage.json"] == opened["data/statements.csv"] == 1
    # `diff` looks there for the ids of rows that are gone, `prove` for runs of words of the statement.
    assert opened["CHANGELOG.md"] == (1 if words[0] in ("diff", "prove") else 0)


@pytest.mark.slow
def test_a_version_is_called_what_the_user_calls_it(package, tmp_path):
    """Also a zip, which is unpacked elsewhere."""
    archive = shutil.make_archive(str(tmp_path / "new"), "zip", package)
    for where in (package, package / "datapackage.json", Path(archive)):
        done = in_a_process("diff", package, where)
        assert done.returncode == 0, done.stderr
        assert f"From {package} (version 1.1.0) to {where} (version 1.1.0)" in done.stdout
    assert read_snapshot(older_version(str(package), package)).where == str(package)
