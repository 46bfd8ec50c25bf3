"""Opens files as hostile input: regular files alone, and those of a package without leaving its folder on the way."""

import errno
import io
import os
import stat
from collections import deque
from pathlib import Path, PurePosixPath

MOST_LINKS = 40  # symbolic links that are followed for one file, as Linux does
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_RELATIVE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")  # not on Windows


def open_regular(path: Path) -> io.BufferedReader:
    """Opens a regular file. Raises OSError also for a device or a FIFO, which could block for ever."""
    return _regular(os.open(path, _FLAGS))


def read_regular(path: Path, most: int) -> bytes:
    """Reads a regular file, but at most one byte more than `most`. Raises OSError also for a device or a FIFO."""
    with open_regular(path) as handle:
        return handle.read(most + 1)


def open_beneath(root: Path, name: str) -> io.BufferedReader:
    """Opens a regular file by its path in the folder `root`, as openat2's RESOLVE_BENEATH does.

    Each folder on the way is opened relative to the one before, and the system follows no link. A symbolic link is read
    and followed here, inside the folder alone, so that nobody can lead outside by swapping it in between. Raises
    OSError, also for a link that leads outside, for a device and for a FIFO.
    """
    if not _RELATIVE:
        return open_regular(root / name)
    parts, links = deque(PurePosixPath(name).parts), 0
    folders = [os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]
    try:
        while parts:
            part = parts.popleft()
            if part == "..":
                if len(folders) == 1:
                    raise OSError(errno.EXDEV, "leads outside the package")
                os.close(folders.pop())
                continue
            if stat.S_ISLNK(os.stat(part, dir_fd=folders[-1], follow_symlinks=False).st_mode):
                target, links = PurePosixPath(os.readlink(part, dir_fd=folders[-1])), links + 1
                if links > MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                if target.is_absolute():
                    raise OSError(errno.EXDEV, "leads outside the package")
                parts.extendleft(reversed(target.parts))
                continue
            if not parts:
                return _regular(os.open(part, _FLAGS | os.O_NOFOLLOW, dir_fd=folders[-1]))
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            folders.append(os.open(part, flags, dir_fd=folders[-1]))
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    finally:
        for folder in folders:
            os.close(folder)


def _regular(number: int) -> io.BufferedReader:
    """Makes a reader from a file descriptor. Raises OSError, and closes it, where it is of no regular file."""
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(number, "rb")
