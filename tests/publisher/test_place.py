"""The folder of a release: an earlier release in it is replaced, and nothing else."""

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from claimtrack.publisher import build as made
from claimtrack.publisher.build import build
from tests.tools.example import Example
from tests.tools.publishing import evidence_row, source_row
from tests.tools.support import files_in, kept


def test_earlier_release_is_replaced(publish, good_folder, good: Example, tmp_path):
    output = tmp_path / "dist"
    good.add("sources", source_row("SRC-009"))
    good.add("evidence", evidence_row("EX01-E099", "SRC-009"))
    build(kept(good.folder), output, datetime(2022, 1, 10))
    before = files_in(output)
    assert publish(good_folder, "--output", output).code == 0
    gone = {f"site/{where}/SRC-009.{kind}" for where, kind in (("sources", "html"), ("api/sources", "json"))}
    assert files_in(output).keys() == before.keys() - gone and files_in(output)["claims.csv"] != before["claims.csv"]


def _thesis(folder: Path) -> None:
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")


def _checksums_of_others(folder: Path) -> None:
    _thesis(folder)
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(b'mine').hexdigest()}  thesis.txt\n", encoding="utf-8")


def _edited(folder: Path) -> None:
    with (folder / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("mine")


def _linked(folder: Path) -> None:
    shutil.move(folder / "site", folder.parent / "pages")
    (folder / "site").symlink_to(folder.parent / "pages")


@pytest.mark.parametrize(
    "change, word, release_first",
    [
        (_thesis, "thesis.txt: of no earlier release", False),
        (_thesis, "thesis.txt: of no earlier release", True),
        (lambda folder: (folder / "mine").mkdir(), "mine: of no earlier release", True),
        (lambda folder: (folder / "site" / "mine").mkdir(), "mine: of no earlier release", True),
        (_checksums_of_others, "SHA256SUMS: of no earlier release", False),
        (_edited, "claims.csv: has changed since its release was made", True),
        (_linked, "site: of no earlier release", True),
    ],
)
def test_what_is_no_release_of_ours_is_left_alone(publish, good_folder, tmp_path, change, word, release_first):
    output = tmp_path / "dist"
    if release_first:
        build(kept(good_folder), output, datetime(2022, 1, 10))
    output.mkdir(exist_ok=True)
    change(output)
    before = files_in(tmp_path), sorted(tmp_path.rglob("*"))
    done = publish(good_folder, "--output", output)
    assert done.code == 2 and word in done.err and len(done.err.splitlines()) == 1
    assert (files_in(tmp_path), sorted(tmp_path.rglob("*"))) == before


def test_release_cut_short_is_made_again(publish, good_folder, tmp_path):
    """As whoever pulls the plug leaves it while files are deleted or moved: with the list of files and some of them."""
    output = tmp_path / "dist"
    build(kept(good_folder), output, datetime(2022, 1, 10))
    names = files_in(output).keys()
    shutil.rmtree(output / "site")
    (output / "claims.csv").unlink()
    assert publish(good_folder, "--output", output).code == 0 and files_in(output).keys() == names


@pytest.mark.parametrize(
    "output, word",
    [
        ("file", "file: this is no folder"),
        ("file/dist", "file: this is no folder"),
        ("nowhere", "nowhere: a link that leads nowhere"),
        ("package", "of no earlier release"),
        ("package/data", "lies among the package's own files"),
        ("package/schemas/a/b", "lies among the package's own files"),
        ("data", "lies among the package's own files"),
        ("/proc/none", "/proc/none: cannot be written"),
    ],
)
def test_place_where_no_release_can_lie_is_told(publish, good: Example, tmp_path, output, word):
    (tmp_path / "file").touch()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "data").symlink_to(good.folder / "data")
    before = files_in(tmp_path)
    done = publish(good.folder, "--output", tmp_path / output)
    assert done.code == 2 and word in done.err and len(done.err.splitlines()) == 1
    assert files_in(tmp_path) == before


def test_link_to_a_folder_is_followed(publish, good_folder, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "dist").symlink_to(tmp_path / "far")
    for _ in range(2):
        assert publish(good_folder, "--output", tmp_path / "dist").code == 0
    assert (tmp_path / "dist").is_symlink() and (tmp_path / "far" / "SHA256SUMS").is_file()


def test_the_root_of_a_file_system_is_not_replaced(publish, good_folder, tmp_path, monkeypatch):
    (tmp_path / "dist").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda self: self == tmp_path / "dist")
    done = publish(good_folder, "--output", tmp_path / "dist")
    assert done.code == 2 and "a file system begins there" in done.err and len(done.err.splitlines()) == 1
    assert publish(good_folder, "--output", tmp_path / "dist" / "release").code == 0


def test_what_comes_into_the_folder_meanwhile_is_not_deleted(publish, good_folder, tmp_path, monkeypatch):
    """It comes after the folder was looked at, and before the release is moved in."""
    output, contents = tmp_path / "dist", made._contents
    assert publish(good_folder, "--output", output).code == 0

    def slowly(*arguments):
        (output / "thesis.txt").write_text("mine", encoding="utf-8")
        return contents(*arguments)

    monkeypatch.setattr(made, "_contents", slowly)
    done = publish(good_folder, "--output", output)
    assert done.code == 2 and "thesis.txt: of no earlier release" in done.err
    assert (output / "thesis.txt").read_text() == "mine" and [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_folder_that_is_lost_meanwhile_is_told(publish, good_folder, tmp_path, monkeypatch):
    contents = made._contents

    def slowly(*arguments):
        shutil.rmtree(tmp_path / "gone")
        (tmp_path / "gone").touch()
        return contents(*arguments)

    (tmp_path / "gone").mkdir()
    monkeypatch.setattr(made, "_contents", slowly)
    done = publish(good_folder, "--output", tmp_path / "gone" / "dist")
    assert done.code == 2 and "cannot be written" in done.err and len(done.err.splitlines()) == 1
