"""Watches what the command asks of the system while it checks a package.

    python tests/tools/guard.py PACKAGE    the command under guard: ends at once, with exit code 99, on a forbidden deed

Forbidden are sockets, processes, writing (but for the temporary copy that frictionless makes of an unpacked file, and
our own temporary folders), and reading outside the package, the project and Python itself. Python reports these deeds
as audit events (https://docs.python.org/3/library/audit_events.html); such a hook cannot be taken off, so `watching`
turns it on and off.
"""

import mimetypes
import os
import re
import runpy
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Pandera imports Hypothesis where it is installed, and that Trio, which asks `ldconfig` for a library: both are here
# for tests only.
sys.modules.setdefault("trio", None)

ROOT = Path(__file__).parent.parent.parent
DEEDS = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.", "urllib.",
         "http.", "ftplib.", "webbrowser.", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link",
         "os.symlink", "os.chmod", "shutil.")  # fmt: skip
OURS = (
    *(str(Path(path).resolve()) for path in (ROOT, sys.prefix, sys.base_prefix)),
    *("/usr/", "/proc/", "/sys/", "/etc/localtime", "/dev/null"),
)
# The folders that `core.writing` makes for temporary files.
OUR_TEMPORARY = re.compile(re.escape(os.path.realpath(tempfile.gettempdir())) + r"/\.claimtrack-[0-9a-f]{16}(?:/|$)")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """Takes note of forbidden deeds while it is `on`; `stop` makes the first one the last."""

    def __init__(self, stop: bool = False):
        self.on, self.stop = False, stop
        self.package = ""
        self.deeds: list[str] = []
        self.temporary: set[str] = set()  # files and folders that Python's tempfile made
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple) -> None:
        if not self.on:
            return
        if event in ("tempfile.mkstemp", "tempfile.mkdtemp"):
            self.temporary.add(str(arguments[0]))
        elif event == "open":
            self._opened(*arguments)
        elif event.startswith(DEEDS) and not (arguments and self._is_temporary(*arguments)):
            self._forbidden(f"{event} {arguments}")

    def _is_temporary(self, path: object, *rest: object) -> bool:
        """Tells whether a path, which may be relative to an open folder, is one of a temporary file or folder."""
        name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        folder = rest[-1] if rest else None
        if not name.startswith("/") and isinstance(folder, int) and folder >= 0:
            name = f"{os.readlink(f'/proc/self/fd/{folder}')}/{name}"  # noqa: PTH115 - this is no file
        return name in self.temporary or OUR_TEMPORARY.match(name) is not None

    def _opened(self, path: object, _mode: object, flags: int) -> None:
        if not isinstance(path, (str, bytes)):
            return
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - by its words alone: to follow links would be to look
        if "__pycache__" in name or self._is_temporary(name):
            return
        if isinstance(flags, int) and flags & WRITING and name != os.devnull:
            self._forbidden(f"writes {name}")
        elif not name.startswith((*OURS, self.package)) and name not in mimetypes.knownfiles:
            self._forbidden(f"reads {name}")

    def _forbidden(self, deed: str) -> None:
        self.deeds.append(deed)
        if self.stop:
            os.write(2, f"forbidden: {deed[:300]}\n".encode())
            os._exit(99)


@contextmanager
def watching(guard: Guard, package: Path) -> Iterator[Guard]:
    """Turns a guard on for one package; afterwards `deeds` are those that it saw."""
    guard.package, guard.deeds, guard.on = os.path.abspath(package), [], True  # noqa: PTH100 - as in `_opened`
    try:
        yield guard
    finally:
        guard.on = False


if __name__ == "__main__":
    tempfile.gettempdir()  # looks for a folder by writing into it, once
    sys.path.insert(0, str(ROOT))
    sys.argv = [str(ROOT / "validate.py"), *sys.argv[1:]]
    with watching(Guard(stop=True), Path(sys.argv[-1])):
        runpy.run_path(sys.argv[0], run_name="__main__")
