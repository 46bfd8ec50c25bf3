"""One version of a package, read from wherever it lies: folder, descriptor, zip or git revision."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.package import sources
from claimtrack.package.revision import older_version
from claimtrack.versions.comparison import compare
from claimtrack.versions.snapshot import read_snapshot
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.history import changes, compared, ids
from tests.tools.support import RULES, claimtrack


def test_zip_folder_and_descriptor_say_the_same(good: Example, old, tmp_path):
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    good.describe(version="1.1.1")
    archive = Path(
        shutil.make_archive(str(tmp_path / "release"), "zip", tmp_path, "old")
    )  # all in one folder, as on GitHub
    flat = Path(shutil.make_archive(str(tmp_path / "flat"), "zip", old))
    results = [changes(compared(where, good.folder)) for where in (old, old / "datapackage.json", archive, flat)]
    assert results == [{("claims", "changed", "EX01-C001", "claim")}] * 4


def hostile_zip(path: Path, *entries: tuple[str, bytes], link: str | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")
    return path


TABLE = b'{"version": "1.0.0", "resources": [{"name": "a", "path": "a.csv", "format": "csv"}]}'


@pytest.mark.parametrize(
    "entries, link, word",
    [
        ([("datapackage.json", TABLE), ("../a.csv", b"n\n")], None, "leads outside it"),
        ([("datapackage.json", TABLE), ("/a.csv", b"n\n")], None, "leads outside it"),
        ([("datapackage.json", TABLE)], "a.csv", "is a link or a device"),
        ([("a/datapackage.json", TABLE), ("b/datapackage.json", TABLE)], None, "in one folder there"),
        ([("datapackage.json", TABLE), ("a.csv", b"n,m\n1\n")], None, "a.csv:2 has 1 cells where the header has 2"),
        ([("datapackage.json", TABLE), ("a.csv", b"n\n\xff\n")], None, "not in the declared encoding"),
        ([("datapackage.json", TABLE), ("a.csv", b"n,n\n")], None, "two columns of one name"),
        ([("datapackage.json", TABLE)], None, "holds no a.csv"),
        ([("readme.txt", b"")], None, "holds no datapackage.json"),
        ([("datapackage.json", b"[1")], None, "old.zip: datapackage.json:1:3: not JSON"),
        ([("datapackage.json", b"[" * 100_000)], None, "nested too deeply"),
        ([("datapackage.json", TABLE.replace(b'"name": "a", ', b""))], None, "a resource has no name"),
        ([("datapackage.json", TABLE[:-1] + b', "version": "2.0.0"}')], None, "stands twice"),
        ([("datapackage.json", b'{"resources": [5]}')], None, "resources"),
        ([("datapackage.json", TABLE.replace(b"a.csv", b"/etc/passwd"))], None, "inside the package"),
        (
            [("datapackage.json", TABLE.replace(b'"csv"', b'"csv", "schema": "https://example.org/s.json"'))],
            None,
            "inside the package",
        ),
        (
            [
                ("datapackage.json", TABLE.replace(b'"csv"', b'"csv", "schema": {"primaryKey": "n"}')),
                ("a.csv", b"n\n1\n1\n"),
            ],
            None,
            'has the key "1" twice',
        ),
        (
            [("datapackage.json", TABLE.replace(b'"csv"', b'"csv", "dialect": {"delimiter": 5}')), ("a.csv", b"n\n")],
            None,
            "dialect",
        ),
    ],
)
def test_unreadable_old_version_is_one_sentence(tmp_path, entries, link, word):
    refused(str(hostile_zip(tmp_path / "old.zip", *entries, link=link)), tmp_path, word)


def refused(where: str, package: Path, word: str) -> None:
    with pytest.raises(Unusable) as error:
        read_snapshot(older_version(where, package))
    assert word in str(error.value) and len(str(error.value).splitlines()) == 1


def test_archives_are_bounded(tmp_path, monkeypatch):
    path = hostile_zip(tmp_path / "old.zip", ("datapackage.json", TABLE), ("a.csv", b"n\n" + b"\0" * 3_000_000))
    refused(str(path), tmp_path, "as no honest tables do")
    monkeypatch.setattr(limits, "MAX_RATIO", 10_000)
    monkeypatch.setattr(sources, "MAX_COMPARED", 1000)
    refused(str(path), tmp_path, "which is more than is held")
    monkeypatch.setattr(limits, "MAX_ENTRIES", 1)
    refused(str(path), tmp_path, "more than 1 entries")


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path):
    path = hostile_zip(tmp_path / "old.zip", ("datapackage.json", TABLE), ("a.csv", b"n\n" + b"1\n" * 1000))
    raw = path.read_bytes()
    size = (2002).to_bytes(4, "little")
    assert raw.count(size) == 2  # in the file's own header and in the directory
    path.write_bytes(raw.replace(size, (20).to_bytes(4, "little")))
    refused(str(path), tmp_path, "cannot be unpacked")


def test_a_zip_with_other_things_in_it(good_folder, old, tmp_path):
    (tmp_path / "old" / "__MACOSX").mkdir()
    shutil.make_archive(str(tmp_path / "release"), "zip", tmp_path, "old")
    assert not changes(compared(tmp_path / "release.zip", good_folder))


def test_what_is_no_old_version_is_called_what_it_is(good_folder, tmp_path):
    (tmp_path / "release-1.0.0.zip").write_bytes(b"PK\x03\x04 cut off")
    for where, words in (
        (tmp_path, f"name the zip in it, {tmp_path / 'release-1.0.0.zip'}"),
        (tmp_path / "release-1.0.0.zip", "a zip that is damaged or cut off"),
    ):
        done = claimtrack("diff", where, good_folder)
        assert (done.returncode, done.stdout) == (2, "") and words in done.stderr and len(done.stderr.splitlines()) == 1


def test_command_cannot_compare_with_nothing(good_folder, tmp_path):
    done = claimtrack("diff", hostile_zip(tmp_path / "old.zip"), good_folder)
    assert (
        done.returncode == 2
        and done.stdout == ""
        and "holds no datapackage.json" in done.stderr
        and len(done.stderr.splitlines()) == 1
    )


def test_old_folder_may_not_lead_outside(old):
    (old / "data" / "claims.csv").unlink()
    (old / "data" / "claims.csv").symlink_to("/etc/passwd")
    refused(str(old), old, "leads outside the package")


@pytest.mark.parametrize("name", ["no-such-thing", "--output=x", "-x", "HEAD:README.md", "HEAD; touch x", " "])
def test_what_is_no_revision_is_refused(name):
    refused(name, ROOT, "there is no such file")


def test_without_a_repository_there_is_no_revision(good_folder):
    refused("HEAD", good_folder, "lies in no git repository")


class Repository:
    """A git repository with a package in it."""

    def __init__(self, package: Example, root: Path):
        self.package, self.root = package, root
        self.git("init", "--quiet", str(root))

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        words = ["git", *identity, *arguments]
        return subprocess.run(words, cwd=self.package.folder, check=True, capture_output=True, text=True).stdout

    def commit(self, name: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", name)
        self.git("tag", name)


@pytest.fixture
def repository(good_folder, tmp_path) -> Repository:
    """A repository with two revisions of a package in a folder of it."""
    root = tmp_path / "repository"
    made = Repository(Example.copy_of(good_folder, root / "inner" / "package"), root)
    made.commit("one")
    made.package.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    made.commit("two")
    return made


TRAPS = {  # each of these settings would have git run a program, if it did anything but read objects
    "core.fsmonitor": "touch {0}",
    "core.hooksPath": "{1}",
    "core.pager": "touch {0}",
    "core.sshCommand": "touch {0}",
    "core.editor": "touch {0}",
    "core.alternateRefsCommand": "touch {0}",
    "diff.external": "touch {0}",
    "filter.trap.smudge": "touch {0}",
    "filter.trap.clean": "touch {0}",
    "alias.rev-parse": "!touch {0}",
    "alias.ls-tree": "!touch {0}",
    "alias.cat-file": "!touch {0}",
    "gpg.program": "touch {0}",
    "remote.origin.url": "ext::touch {0}",
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
}


def test_a_repository_runs_nothing(repository, tmp_path):
    """Whatever the repository of a package says that git should run, it is only read."""
    touched, hooks = tmp_path / "touched", tmp_path / "hooks"
    hooks.mkdir()
    for place in (hooks, repository.root / ".git" / "hooks"):
        for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
            (place / name).write_text(f"#!/bin/sh\ntouch {touched}\n")
            (place / name).chmod(0o755)
    (repository.root / ".git" / "info").mkdir(exist_ok=True)
    (repository.root / ".git" / "info" / "attributes").write_text("* filter=trap diff=trap\n")
    settings = {name: value.format(touched, hooks) for name, value in TRAPS.items()}
    settings["core.repositoryformatversion"] = "1"
    config = repository.root / ".git" / "config"
    for name, value in settings.items():
        subprocess.run(["git", "config", "--file", config, name, value], check=True)
    old = read_snapshot(older_version("one", repository.package.folder))
    assert old.number == "1.1.0" and not touched.exists()
    refused("three", repository.package.folder, "no such file, folder or git revision")
    assert not touched.exists()


@pytest.mark.parametrize("way", ["link", "file", "alternates", "commondir", "include", "fifo"])
def test_a_repository_that_leads_elsewhere_is_not_read(repository, tmp_path, way):
    inner = repository.root / ".git"
    if way in ("link", "file"):
        inner.rename(tmp_path / "elsewhere")
        if way == "link":
            inner.symlink_to(tmp_path / "elsewhere")
        else:
            inner.write_text(f"gitdir: {tmp_path / 'elsewhere'}\n")
    elif way == "include":
        with (inner / "config").open("a") as handle:
            handle.write(f'[includeIf "gitdir:/"]\n\tpath = {tmp_path / "other"}\n')
    elif way == "fifo":
        (inner / "config").unlink()
        os.mkfifo(inner / "config")
    else:
        name = inner / ("objects/info/alternates" if way == "alternates" else way)
        name.parent.mkdir(exist_ok=True)
        name.write_text(f"{tmp_path}\n")
    refused("HEAD", repository.package.folder, "git archive")


@pytest.mark.parametrize(
    "name", ["--output=x", "-x", "--git-dir=/", "HEAD:README.md", "HEAD; touch x", "\0", " ", "@{-1"]
)
def test_what_is_no_revision_of_ones_own_repository_is_refused(repository, name):
    refused(name, repository.package.folder, "there is no such file")


def test_two_revisions_of_a_package_in_a_subfolder(repository):
    home = repository.package
    old, new = (read_snapshot(older_version(name, home.folder)) for name in ("one", "two"))
    assert changes(compare(old, new, RULES.values())) == {("claims", "changed", "EX01-C001", "claim")}
    home.path("claims").unlink()
    home.path("claims").symlink_to("calls.csv")
    repository.commit("link")
    refused("link", home.folder, "no regular file inner/package/data/claims.csv")
    home.describe(resources=[{"name": "a", "path": "none.csv"}])
    repository.commit("hole")
    refused("hole", home.folder, "there is no file")


def git_checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this copy is no git checkout")


def test_readme_commands_work_on_this_repository():
    git_checkout()
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = [words.split() for words in re.findall(r"(?m)^\s*(?:python validate\.py|claimtrack) (diff .*)$", text)]
    assert ["diff", "HEAD"] in told
    for arguments in told:
        done = claimtrack(*arguments, ROOT)
        assert done.returncode in (0, 1) and done.stderr == "" and "sound history" in done.stdout


def test_every_revision_is_the_same_as_itself():
    git_checkout()
    head = older_version("HEAD", ROOT)
    comparison = compare(read_snapshot(head), read_snapshot(head), RULES.values())
    assert not changes(comparison) and not comparison.notes and set(ids(comparison)) <= {"HIS108"}
