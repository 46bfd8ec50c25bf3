"""Writes files, several files that belong together, and whole folders, so that each is as before or as wanted.

All code writes through this module. What is new is first written into a staging folder beside its place, hence on the
same file system, and then moved there by `rename`. A process that is killed leaves at most a staging folder. It holds
a lock on it, which the system releases when the process ends; so the next write into the same folder knows the staging
folders of dead processes from those of living ones, and removes them. Signals wait while files are moved.
"""

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.held_signals import HeldSignals

PRIVATE = 0o600  # readable by its owner alone
STAGING = re.compile(r"\.claimtrack-[0-9a-f]{16}")  # the names of staging folders
PIECE = 2**20  # bytes that are written at a time
TRIES = 10  # to make a staging folder, which another process may take for a dead one before it is locked
# What a system or a file system answers that cannot exchange two names in one step.
NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


@dataclass
class _Place:
    """A staging folder. It is removed after use, unless `keep` is set."""

    path: Path
    keep: bool = False


def write_whole(path: Path, content: bytes, mode: int | None = None) -> None:
    """Replaces a file in one step, so that it has either its old or its new content. Raises Unusable.

    An existing file keeps its permissions, unless `mode` gives others. A symbolic link stays, and its target is
    replaced. A path that is no regular file, such as /dev/stderr, is written to directly.
    """
    with _sentence(path):
        direct = path.exists() and not path.is_file()
        if direct:
            path.write_bytes(content)
    if not direct:
        write_together({path: content}, mode)


def write_together(files: Mapping[Path, bytes], mode: int | None = None) -> None:
    """Replaces several files, the last one last, as `write_whole` replaces one. Raises Unusable.

    All are written before the first is moved into place, and an error while they are moved brings back the old ones.
    A kill at that time leaves some new and some old, and the new ones in staging folders (`staged_copies`).
    """
    with HeldSignals(), contextlib.ExitStack() as stack:
        places: dict[Path, _Place] = {}
        ready: list[tuple[Path, Path]] = []
        for path, content in files.items():
            with _sentence(path):
                target = path.resolve()
                if target.parent not in places:
                    places[target.parent] = stack.enter_context(_staging(target.parent))
                new = places[target.parent].path / str(len(ready))
                _write(new, content, mode, target)
            ready.append((new, target))
        moved: list[tuple[Path, Path]] = []
        for (new, target), path in zip(ready, files, strict=True):
            try:
                with _sentence(path):
                    _move(new, target)
            except Unusable:
                if not all(_moved_back(*each) for each in reversed(moved)):
                    for place in places.values():
                        place.keep = True  # a second run needs what is in them
                raise
            moved.append((new, target))
        for folder in places:
            _sync(folder)


def write_folder(path: Path, files: Mapping[str, bytes], check: Callable[[], None]) -> None:
    """Makes a folder of files, or replaces one by them, in one step. Raises Unusable.

    `files` has the contents by path in the folder. `check` is called once more just before the step. Folders above
    `path` that are missing appear in the same step. Where the system cannot exchange two folders in one step (Linux
    and macOS can, on most file systems), an old folder is moved away just before the new one is moved in.
    """
    with HeldSignals(), _sentence(path):
        top = path.resolve()
        inner = Path()
        while not top.parent.exists():
            top, inner = top.parent, Path(top.name) / inner
        with _staging(top.parent) as place:
            new = place.path / "new"
            folders = {new / inner}
            for name, content in files.items():
                file = new / inner / name
                file.parent.mkdir(parents=True, exist_ok=True)
                _write(file, content)
                folders.add(file.parent)
            for folder in sorted(folders, reverse=True):
                _sync(folder)
            if top.exists():
                shutil.copymode(top, new)
            check()
            _move(new, top)
            _sync(top.parent)


def staged_copies(folder: Path) -> Iterator[Path]:
    """Yields the files that processes which were killed have left in the staging folders of a folder."""
    for place in _places(folder):
        with _locked(place) as is_ours, contextlib.suppress(OSError):
            if is_ours:
                yield from sorted(path for path in place.iterdir() if path.is_file() and not path.is_symlink())


def clear(folder: Path) -> None:
    """Removes the staging folders that processes which were killed have left in a folder, as far as it is allowed."""
    for place in _places(folder):
        with _locked(place) as is_ours:
            if is_ours:
                shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Makes a folder for temporary files for the block, and removes those that killed processes have left beside it.

    It is in the folder that the variable `TMPDIR` names. Raises OSError.
    """
    with _staging(Path(tempfile.gettempdir()).resolve()) as place:
        yield place.path


@contextlib.contextmanager
def _sentence(path: Path) -> Iterator[None]:
    """Turns an OSError inside the block into Unusable."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # links that form a circle are a RuntimeError before Python 3.13
        raise Unusable(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[_Place]:
    """Makes a locked staging folder in `folder` for the block, and removes the dead ones there. Raises OSError."""
    clear(folder)
    for _ in range(TRIES):
        place = _Place(folder / f".claimtrack-{os.urandom(8).hex()}")
        place.path.mkdir(0o700)
        with _locked(place.path) as is_ours:
            if is_ours is False or not place.path.exists():  # another process took it for a dead one
                continue
            try:
                yield place
            finally:
                if not place.keep:
                    shutil.rmtree(place.path, ignore_errors=True)
        return
    raise OSError(None, f"{folder} is cleared by other processes all the time")


def _places(folder: Path) -> list[Path]:
    """Returns the staging folders in a folder, living and dead ones."""
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if STAGING.fullmatch(path.name))
    return []


@contextlib.contextmanager
def _locked(place: Path) -> Iterator[bool | None]:
    """Locks a folder for the block, and tells whether it could: None where the system has no such locks.

    It waits for nobody. A symbolic link is not followed.
    """
    try:
        import fcntl

        number = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (ImportError, OSError):  # Windows has no fcntl; the folder may be gone, or be of another user
        yield None
        return
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        except OSError:  # the file system has no locks
            yield None
        else:
            yield True
    finally:
        os.close(number)


def _write(new: Path, content: bytes, mode: int | None = None, like: Path | None = None) -> None:
    """Writes a new file, with the permissions and the owner of the file `like`, if there is one. Raises OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    number, rest = os.open(new, flags, 0o666 if mode is None else mode), memoryview(content)
    try:
        while rest:
            rest = rest[os.write(number, rest[:PIECE]) :]
        os.fsync(number)
    finally:
        os.close(number)
    if like and like.exists():
        found = like.stat()
        if hasattr(os, "chown"):
            with contextlib.suppress(OSError):  # only root can give a file away
                os.chown(new, found.st_uid, found.st_gid)
        if mode is None:
            new.chmod(stat.S_IMODE(found.st_mode))


def _move(new: Path, target: Path) -> None:
    """Moves a file or folder to its place, in one step where the system can. Raises OSError.

    What was there before is then in the staging folder: where the new one was, if the two were exchanged in one step,
    or else under the name that `_aside` gives.
    """
    if not os.path.lexists(target):
        new.rename(target)
    elif not _exchange(new, target):
        if target.is_dir():
            target.rename(_aside(new))
        try:
            new.replace(target)
        except OSError:
            if _aside(new).exists():
                _aside(new).rename(target)
            raise


def _moved_back(new: Path, target: Path) -> bool:
    """Undoes a move, and tells whether it could."""
    with contextlib.suppress(OSError):
        return new.exists() and _exchange(new, target)
    return False


def _aside(new: Path) -> Path:
    """Returns the place of an old folder that cannot be exchanged with the new one."""
    return new.with_name(f"{new.name}-old")


def _exchange(one: Path, other: Path) -> bool:
    """Exchanges two files or folders in one step, or returns False where the system cannot. Raises OSError.

    Sources: renameat2(2) with RENAME_EXCHANGE of Linux, renameatx_np(2) with RENAME_SWAP of macOS.
    """
    import ctypes  # only here, because few runs write

    name, here = {"linux": ("renameat2", -100), "darwin": ("renameatx_np", -2)}.get(sys.platform, ("", 0))
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    if call(here, os.fsencode(one), here, os.fsencode(other), 2) == 0:
        return True
    number = ctypes.get_errno()
    if number in NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number))


def _sync(folder: Path) -> None:
    """Has the system write a folder's entries to the disk, where it can."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
