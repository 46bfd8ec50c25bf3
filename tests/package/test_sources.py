"""Where a package's files come from: a folder whose files are read once, and never from outside it."""

import io
from pathlib import Path

import pytest

from claimtrack.core.errors import Unusable
from claimtrack.package import sources
from claimtrack.package.opened import open_package
from claimtrack.package.sources import Folder
from tests.tools.support import resource, table, write

TEXT = {"name": "a", "type": "string"}


@pytest.fixture
def opened_files(monkeypatch) -> list[str]:
    """The names of the files that are opened, one for each time."""
    found, usual = [], sources.open_beneath

    def noted(root: Path, name: str) -> io.BufferedReader:
        found.append(Path(name).name)
        return usual(root, name)

    monkeypatch.setattr(sources, "open_beneath", noted)
    return found


def test_a_folder_that_keeps_opens_each_file_once(tmp_path, opened_files):
    folder = Folder(table(tmp_path, "a\nx\n", [TEXT]), keep=True)
    (tmp_path / "README.md").write_text("read me")
    for _ in range(3):
        assert folder.read("data/t.csv") == folder.read("data/./t.csv") == b"a\nx\n"
        with folder.open("data/t.csv") as handle:
            assert handle.read() == b"a\nx\n"
        assert folder.read("README.md") == b"read me" and folder.load()["name"] == "example"
    assert sorted(opened_files) == ["README.md", "datapackage.json", "t.csv"]
    (tmp_path / "data/t.csv").write_text("changed")
    assert folder.read("data/t.csv") == b"a\nx\n"


def test_a_folder_that_keeps_nothing_reads_what_is_there_now(tmp_path, opened_files):
    folder = Folder(table(tmp_path, "a\nx\n", [TEXT]))
    assert folder.read("data/t.csv") == b"a\nx\n"
    (tmp_path / "data/t.csv").write_text("changed")
    assert folder.read("data/t.csv") == b"changed" and opened_files == ["t.csv", "t.csv"]


def test_a_package_that_is_kept_opens_each_file_once(tmp_path, opened_files):
    """The tables, the descriptor, and the Table Schema that two resources name."""
    told = [resource(name, [], schema="s.json") for name in ("t", "u")]
    files = {"data/t.csv": "a\nx\n", "data/u.csv": "a\ny\n", "s.json": '{"fields": [{"name": "a", "type": "string"}]}'}
    opened = open_package(write(tmp_path, told, files), keep=True)
    for _ in range(2):
        assert opened.rows("t") == [{"a": "x"}] and opened.rows("u") == [{"a": "y"}]
        assert opened.as_written()["resources"][0]["schema"] == "s.json" and opened.document("none.md") is None
    assert sorted(opened_files) == ["datapackage.json", "s.json", "t.csv", "u.csv"]


@pytest.mark.parametrize("name", ["../t.csv", "/etc/passwd", "data/../../t.csv", "C:/t.csv", "", None, 7])
def test_no_path_leads_out_of_a_folder(tmp_path, name):
    with pytest.raises(Unusable, match="is no path of a file inside the package"):
        Folder(tmp_path).read(name)


def test_no_link_leads_out_of_a_folder(tmp_path):
    (tmp_path / "outside.csv").write_text("secret")
    (tmp_path / "package").mkdir()
    (tmp_path / "package/t.csv").symlink_to("../outside.csv")
    for keep in (False, True):
        folder = Folder(tmp_path / "package", keep=keep)
        with pytest.raises(Unusable, match="leads outside the package"):
            folder.read("t.csv")
        assert not folder.has("t.csv")


def test_what_is_no_file_is_said(tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(Unusable, match="there is no such file"):
        Folder(tmp_path).read("data/t.csv")
    with pytest.raises(Unusable, match="not a regular file"):
        Folder(tmp_path).read("data")
