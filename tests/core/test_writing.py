"""Files are written whole or not at all, and stay what they were but for their content."""

import fcntl
import os
import signal
import stat
import threading
from pathlib import Path

import pytest

from claimtrack.core import writing
from claimtrack.core.errors import Unusable
from claimtrack.core.held_signals import HeldSignals
from claimtrack.core.writing import PRIVATE, clear, staged_copies, write_folder, write_together, write_whole
from tests.tools.support import files_in


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def usual():
    """The permissions of a new file are those that most systems give it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_new_file_is_written_with_the_usual_permissions(tmp_path, usual):
    write_whole(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x" and mode(tmp_path / "a") == 0o644
    assert names(tmp_path) == ["a"]


def test_a_file_that_is_there_keeps_its_mode(tmp_path, usual):
    path = tmp_path / "a"
    for its in (0o600, 0o640, 0o755):
        path.write_bytes(b"old")
        path.chmod(its)
        write_whole(path, b"new")
        assert path.read_bytes() == b"new" and mode(path) == its
    write_whole(path, b"newer", PRIVATE)
    assert path.read_bytes() == b"newer" and mode(path) == 0o600
    assert names(tmp_path) == ["a"]


def test_a_link_keeps_leading_to_the_file(tmp_path):
    (tmp_path / "folder").mkdir()
    there, link, further = tmp_path / "folder" / "there", tmp_path / "link", tmp_path / "further"
    there.write_bytes(b"old")
    link.symlink_to("folder/there")
    further.symlink_to(link)
    write_whole(further, b"new")
    assert there.read_bytes() == link.read_bytes() == b"new" and not there.is_symlink()
    assert str(link.readlink()) == "folder/there" and further.readlink() == link
    assert names(tmp_path) == ["folder", "further", "link"] and names(there.parent) == ["there"]


def test_a_link_that_leads_nowhere_yet_makes_the_file(tmp_path):
    (tmp_path / "link").symlink_to("there")
    write_whole(tmp_path / "link", b"x")
    assert (tmp_path / "there").read_bytes() == b"x" and (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("step", ["fsync", "write", "open", "mkdir"])
def test_nothing_is_left_behind_where_it_fails(tmp_path, monkeypatch, step):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    call = getattr(os, step)

    def fails(*arguments, **options):
        if step == "open" and not arguments[1] & os.O_CREAT:
            return call(*arguments, **options)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writing.os, step, fails)
        with pytest.raises(Unusable, match=f"^{path}: cannot be written: No space left on device$"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old" and names(tmp_path) == ["a"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(Unusable, match="cannot be written: No such file"):
        write_whole(tmp_path / "nowhere" / "a", b"x")
    assert names(tmp_path) == []


def test_links_in_a_circle_are_an_error(tmp_path):
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(Unusable, match="cannot be written"):
        write_whole(tmp_path / "a", b"x")
    assert names(tmp_path) == ["a"]


def test_what_is_no_regular_file_is_written_to_as_it_is(tmp_path):
    reader, writer = os.pipe()
    try:
        write_whole(Path(f"/dev/fd/{writer}"), b"x")
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader), os.close(writer)
    with pytest.raises(Unusable):
        write_whole(tmp_path, b"x")
    assert names(tmp_path) == []


# ------------------------------------------------------------------------------------------------------ several files


def some_files(folder: Path, content: bytes) -> dict[Path, bytes]:
    """Three files in two folders."""
    (folder / "in").mkdir(exist_ok=True)
    return {folder / name: content for name in ("a", "in/b", "c")}


def contents(files: dict[Path, bytes]) -> set[bytes]:
    return {path.read_bytes() for path in files}


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_error_while_files_are_moved_brings_back_the_old_ones(tmp_path, monkeypatch, at):
    files, exchange, calls = some_files(tmp_path, b"new"), writing._exchange, []
    write_together(dict.fromkeys(files, b"old"))

    def fails(one, other):
        calls.append(other)
        if len(calls) == at:
            raise OSError(5, "Input/output error")
        return exchange(one, other)

    monkeypatch.setattr(writing, "_exchange", fails)
    with pytest.raises(Unusable, match="Input/output error"):
        write_together(files)
    assert contents(files) == {b"old"} and names(tmp_path) == ["a", "c", "in"] and names(tmp_path / "in") == ["b"]


def test_without_exchange_files_are_replaced_and_what_is_left_completes_them(tmp_path, monkeypatch):
    """As on file systems that know no exchange: each file is replaced in one step, and there is no way back."""
    files = some_files(tmp_path, b"new")
    write_together(dict.fromkeys(files, b"old"))
    monkeypatch.setattr(writing, "_exchange", lambda *_: False)
    replace, calls = Path.replace, []

    def fails(self, target):
        calls.append(target)
        if len(calls) == 3:
            raise OSError(5, "Input/output error")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails)
        with pytest.raises(Unusable):
            write_together(files)
    assert [path.read_bytes() for path in files] == [b"new", b"new", b"old"]
    assert [path.read_bytes() for path in staged_copies(tmp_path)] == [b"new"]
    write_together(files)
    assert contents(files) == {b"new"} and names(tmp_path) == ["a", "c", "in"] and names(tmp_path / "in") == ["b"]


# ----------------------------------------------------------------------------------------------------- whole folders


def test_a_folder_appears_with_those_above_it(tmp_path):
    write_folder(tmp_path / "a" / "b" / "c", {"x": b"1", "in/y": b"2"}, lambda: None)
    assert names(tmp_path) == ["a"] and files_in(tmp_path) == {"a/b/c/x": b"1", "a/b/c/in/y": b"2"}


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_is_replaced_whole(tmp_path, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(writing, "_exchange", lambda *_: False)
    for number in b"1", b"2":
        write_folder(tmp_path / "a", {f"x{number.decode()}": number}, lambda: None)
        (tmp_path / "a").chmod(0o750)
    assert files_in(tmp_path) == {"a/x2": b"2"} and names(tmp_path) == ["a"] and mode(tmp_path / "a") == 0o750


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_that_cannot_be_moved_in_leaves_the_old_one(tmp_path, monkeypatch, exchanges):
    write_folder(tmp_path / "a", {"x": b"1"}, lambda: None)

    def fails(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing, "_exchange", fails if exchanges else lambda *_: False)
    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(Unusable, match="Input/output error"):
        write_folder(tmp_path / "a", {"x": b"2"}, lambda: None)
    assert files_in(tmp_path) == {"a/x": b"1"} and names(tmp_path) == ["a"]


def test_the_last_look_can_refuse(tmp_path):
    def refuses():
        raise Unusable("not yours")

    with pytest.raises(Unusable, match="not yours"):
        write_folder(tmp_path / "a", {"x": b"2"}, refuses)
    assert names(tmp_path) == []


# --------------------------------------------------------------------------------------- what killed processes leave


def test_only_what_the_dead_have_left_is_cleared(tmp_path):
    dead, living = tmp_path / f".claimtrack-{'0' * 16}", tmp_path / f".claimtrack-{'1' * 16}"
    others = [tmp_path / ".claimtrack-1", tmp_path / f".claimtrack-{'2' * 16}.old", tmp_path / ".claimtrack-" / "x"]
    for folder in (dead, living, *others):
        folder.mkdir(parents=True)
        (folder / "0").write_bytes(b"x")
    link = tmp_path / f".claimtrack-{'3' * 16}"
    link.symlink_to(others[0])
    number = os.open(living, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    assert list(staged_copies(tmp_path)) == [dead / "0"]
    write_whole(tmp_path / "a", b"x")
    assert not dead.exists() and link.is_symlink() and all((folder / "0").exists() for folder in (living, *others))
    os.close(number)
    clear(tmp_path)
    assert not living.exists()


def test_a_folder_that_cannot_be_read_is_passed_over(tmp_path):
    clear(tmp_path / "nowhere")
    assert list(staged_copies(tmp_path / "nowhere")) == []


# ------------------------------------------------------------------------------------------------------------ signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_waits_for_the_end_of_the_block(number):
    done = []
    before = signal.signal(number, lambda *_: done.append("signal"))
    try:
        with HeldSignals():
            os.kill(os.getpid(), number)
            os.kill(os.getpid(), number)
            done.append("block")
        assert done == ["block", "signal"]
        signal.signal(number, signal.SIG_IGN)
        with HeldSignals():
            os.kill(os.getpid(), number)
        assert signal.getsignal(number) == signal.SIG_IGN and done == ["block", "signal"]
    finally:
        signal.signal(number, before)


def test_in_another_thread_files_are_written_as_well(tmp_path):
    thread = threading.Thread(target=write_whole, args=(tmp_path / "a", b"x"))
    thread.start(), thread.join()
    assert (tmp_path / "a").read_bytes() == b"x"
