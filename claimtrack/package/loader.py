"""Has frictionless open the files of a package as hostile input, too: beneath its folder, following no link outside."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from frictionless import Plugin, Resource, system
from frictionless.schemes.local.loader import LocalLoader

from claimtrack.core.opening import open_beneath

_root: ContextVar[Path | None] = ContextVar("_root", default=None)


@contextmanager
def files_beneath(root: Path) -> Iterator[None]:
    """Inside the block, frictionless opens files in the folder `root` by `open_beneath`, and no link leads outside."""
    token = _root.set(root)
    try:
        yield
    finally:
        _root.reset(token)


class BeneathLoader(LocalLoader):
    """Opens one file of the package. frictionless's own loader opens it by its path, which may change in between."""

    def read_byte_stream_create(self) -> io.BufferedReader:
        """Opens the file. Raises OSError."""
        root = _root.get()
        assert root is not None and self.resource.normpath
        return open_beneath(root, os.path.relpath(self.resource.normpath, root))


class BeneathPlugin(Plugin):
    """Gives frictionless this loader inside `files_beneath`, for files of that folder alone. Elsewhere it does nothing.

    A plugin is how frictionless takes loaders from others.
    Source: https://framework.frictionlessdata.io/docs/advanced/system.html
    """

    def create_loader(self, resource: Resource) -> BeneathLoader | None:
        """Returns the loader for a file of the folder, or None, so that frictionless asks its own plugins."""
        root, path = _root.get(), resource.normpath
        is_ours = root is not None and resource.scheme == "file" and path is not None and _is_in(path, root)
        return BeneathLoader(resource) if is_ours else None


def _is_in(path: str, root: Path) -> bool:
    """Tells whether a path says that it is in a folder."""
    return not os.path.relpath(path, root).startswith(os.pardir)


system.register("claimtrack", BeneathPlugin())
