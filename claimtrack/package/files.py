"""The files of a package: those that no resource names, and whether those that are named can be read within bounds."""

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from frictionless import FrictionlessException, Resource, errors

from . import limits
from .archive import refuse_crowded
from .findings import Finding, Unusable
from .package import Loaded
from .tables import TooLarge, open_content, open_regular
from .wording import of_file

# The formats that frictionless reads from a file without more libraries; others lead to a database or a service, or need a
# reader of binary files, whose bounds nobody has tried.
FORMATS = {"csv", "tsv", "json", "jsonl", "ndjson", "inline", None, ""}


def strangers(loaded: Loaded) -> Iterator[Finding]:
    """The findings on files that lie in a folder of the package's data and that no resource names."""
    home = loaded.path.parent
    data = {Path(path) for resource in loaded.package.resources for path in resource.paths}
    named = data | {Path(path) for path in loaded.sources.values()}
    for folder in sorted({path.parent for path in data if path.parent != Path()}):
        for entry in sorted(os.scandir(home / folder), key=lambda entry: entry.name) if (home / folder).is_dir() else []:
            known = folder / entry.name in named or entry.name.startswith(".") or entry.name.lower() == "readme.md"
            if not known and os.path.isfile(entry.path):  # which a link that leads round in a circle is not
                yield of_file("FIL104", str(folder / entry.name), "no resource has this path")


def refusal(resource: Resource) -> tuple[str, str] | None:
    """The first file of a resource that is not there, not regular, empty or not readable, and why; None if there is none."""
    for name in resource.paths:
        path = Path(resource.basepath or "", name)
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                return name, "this is not a regular file"
            if not status.st_size:
                return name, "the file is empty; a table has at least a header line"
            open_regular(path).close()
        except FileNotFoundError:
            return name, "there is no such file"
        except OSError as error:
            return name, error.strerror or str(error)
    return None


def bound(resource: Resource) -> None:
    """Raises TooLarge where a packed file holds more than is read, or where one that frictionless reads whole is larger.

    Raises OSError, EOFError, LookupError, zipfile.BadZipFile or FrictionlessException for a packed file that cannot be unpacked.
    """
    if not resource.path or not resource.tabular:
        return
    for name in resource.paths:
        if _unpacked(resource, Path(resource.basepath or "", name)) > limits.MAX_UNPACKED:
            raise TooLarge(f"its content is larger than {limits.MAX_UNPACKED // limits.MIB} MiB; unpack it, or save it as CSV")


def _unpacked(resource: Resource, path: Path) -> int:
    """The bytes that a file holds, or more than are read; 0 for a plain table, which is read a block at a time."""
    if not resource.compression:
        return path.stat().st_size if resource.format not in ("csv", "tsv") else 0
    if resource.compression == "zip":
        try:
            refuse_crowded(path)
        except Unusable:
            raise TooLarge("the zip has too many entries") from None
        with zipfile.ZipFile(open_regular(path)) as archive:
            if not archive.infolist():
                raise zipfile.BadZipFile("the archive holds no file")
            if (size := sum(entry.file_size for entry in archive.infolist())) > limits.MAX_UNPACKED:
                return size
    size = 0
    try:
        with open_content(resource, path) as content:
            while size <= limits.MAX_UNPACKED and (piece := content.read(limits.MIB)):
                size += len(piece)
    except (OSError, zlib.error, lzma.LZMAError, RuntimeError) as error:  # the last: a zip that is encrypted, or packed in a way unknown
        if getattr(error, "errno", None):
            raise
        raise FrictionlessException(errors.CompressionError(note=str(error))) from None
    return size
