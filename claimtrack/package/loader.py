"""Has frictionless open the files of a package as hostile input, too: beneath its folder, following no link outside."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from frictionless import Parser, Plugin, Resource, system
from frictionless.schemes.local.loader import LocalLoader

from claimtrack.core.opening import open_beneath
from claimtrack.package import parquet

_root: ContextVar[Path | None] = ContextVar("_root", default=None)


@contextmanager
def files_beneath(root: Path) -> Iterator[None]:
    """Inside the block, frictionless opens files in the folder `root` by `open_beneath`, and no link leads outside."""
    token = _root.set(root)
    try:
        yield
    finally:
        _root.reset(token)


class Loader(LocalLoader):
    """Opens one file as frictionless does."""

    def read_byte_stream_decompress(self, byte_stream: Any) -> Any:
        """Unpacks the file. frictionless notes in the resource which file of a zip it read; what is declared stays."""
        declared = self.resource.innerpath
        try:
            return super().read_byte_stream_decompress(byte_stream)
        finally:
            if self.resource.innerpath != declared:
                self.resource.innerpath = declared


class BeneathLoader(Loader):
    """Opens one file of the package. frictionless's own loader opens it by its path, which may change in between."""

    def read_byte_stream_create(self) -> io.BufferedReader:
        """Opens the file. Raises OSError."""
        root = _root.get()
        assert root is not None and self.resource.normpath
        return open_beneath(root, os.path.relpath(self.resource.normpath, root))


class ParquetParser(Parser):
    """Gives frictionless the cells of a Parquet file that `parquet.examine` has accepted."""

    requires_loader = True

    def read_cell_stream_create(self) -> Iterator[list]:
        """Yields the names of the columns, and then the rows. Raises what `parquet.examine` raises."""
        with parquet.opened(self.loader.byte_stream.read1) as reading:  # type: ignore[attr-defined]
            yield reading.labels
            yield from reading.rows()


class BeneathPlugin(Plugin):
    """Gives frictionless these loaders, and a parser, inside `files_beneath`. Elsewhere it does nothing.

    A plugin is how frictionless takes loaders from others.
    Source: https://framework.frictionlessdata.io/docs/advanced/system.html
    """

    def create_loader(self, resource: Resource) -> Loader | None:
        """Returns the loader for a file, or None, so that frictionless asks its own plugins."""
        root, path = _root.get(), resource.normpath
        if root is None or resource.scheme != "file" or path is None:
            return None
        return BeneathLoader(resource) if _is_in(path, root) else Loader(resource)

    def create_parser(self, resource: Resource) -> Parser | None:
        """Returns the parser for a Parquet file, or None, so that frictionless asks its own plugins."""
        is_ours = _root.get() is not None and resource.format in parquet.FORMATS
        return ParquetParser(resource) if is_ours else None


def _is_in(path: str, root: Path) -> bool:
    """Tells whether a path says that it is in a folder."""
    return not os.path.relpath(path, root).startswith(os.pardir)


system.register("claimtrack", BeneathPlugin())
