"""Checks the files of a package: which ones no resource names, and whether the named ones can be read within bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import Changed, TooLarge, Unusable
from claimtrack.core.findings import Finding, of_file
from claimtrack.core.opening import open_regular
from claimtrack.core.paths import PACKED, TABLES, leads_inside
from claimtrack.core.visible import shorten
from claimtrack.package import parquet, workbook
from claimtrack.package.archive import refuse_crowded
from claimtrack.package.local_copies import dangling
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.refusals import listed
from claimtrack.package.sources import Folder

if TYPE_CHECKING:
    from frictionless import Resource

OPENERS: dict[str | None, Callable[[BinaryIO], BinaryIO]] = {
    "gz": gzip.open,  # type: ignore[dict-item]
    "bz2": bz2.open,  # type: ignore[dict-item]
    "xz": lzma.open,  # type: ignore[dict-item]
}


# How a pointer of Git LFS begins, and bytes that none reaches (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
POINTER, POINTER_SIZE = b"version https://git-lfs.github.com/spec/", 1024


@contextmanager
def unchanged(resource: Resource, source: Folder) -> Iterator[None]:
    """Raises Changed where a file of a resource has changed, or leads elsewhere, at the end of the block.

    frictionless opens files by their paths, so this is what tells that nobody has put another one there.
    """
    before = [_identity(source, name) for name in resource.paths]
    yield
    if before != [_identity(source, name) for name in resource.paths]:
        raise Changed


def _identity(source: Folder, name: str) -> tuple | None:
    """Returns values that differ when another file stands at a path, or None where it leads outside the package."""
    return source.state(name) if source.holds(name) else None


def strangers(opened: OpenedPackage) -> Iterator[Finding]:
    """Yields a finding for each file in a folder of the package's data that no resource names."""
    root = opened.root
    inside = (path for path, table in opened.files.items() if table is not None and leads_inside(root, path))
    data = {Path(path) for path in inside}
    left_out = {Path(path.replace("\\", "/")) for each in opened.resources for path in listed(each.get("path"))}
    named = data | left_out | {Path(path) for path in opened.named.values()}
    stems = {(path.parent, _stem(path.name)) for path in data}  # a twin is the same table in another format
    for folder in sorted({path.parent for path in data if path.parent != Path()}):
        entries = list(os.scandir(root / folder)) if (root / folder).is_dir() else []
        for entry in sorted(entries, key=lambda entry: entry.name):
            known = folder / entry.name in named or (folder, _stem(entry.name)) in stems
            known |= entry.name.startswith(".") or entry.name.lower() == "readme.md"
            if not known and Path(entry.path).is_file():  # links that form a circle are not files
                yield of_file("FIL104", str(folder / entry.name), "no resource has this path")
    yield from _strangers_in_zips(opened)


def _strangers_in_zips(opened: OpenedPackage) -> Iterator[Finding]:
    """Yields a finding for each zip of tables that holds further tables, which no resource names."""
    zips: dict[str, set[str | None]] = {}
    for each in opened.package.resources if opened.package else []:
        if each.tabular and each.compression == "zip" and each.path and not each.extrapaths:
            zips.setdefault(each.path, set()).add(each.innerpath)
    for path, named in zips.items():
        with suppress(OSError, Unusable, ValueError, zipfile.BadZipFile, NotImplementedError):  # told when it is read
            refuse_crowded(opened.root / path)
            with opened.source.open(path) as handle, zipfile.ZipFile(handle) as archive:
                names = archive.namelist()
            named |= set(names[:1]) if None in named else set()
            tables = [name for name in names if name.lower().endswith(TABLES) and not name.startswith("__MACOSX/")]
            others = [name for name in dict.fromkeys(tables) if name not in named]
            if others:
                more = f", nor that of {len(others) - 1:,} more in the zip" if others[1:] else ""
                yield of_file("FIL104", f"{path}/{shorten(others[0])}", f"no resource has this path{more}")


def _stem(name: str) -> str:
    """Returns a file's name without the ending of its format, and without that of its packing."""
    return name.split(".", 1)[0] or name


def size_together(paths: Iterable[Path]) -> int:
    """Returns the size of some regular files in bytes. A file with several names counts once."""
    found = {}
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                found[status.st_dev, status.st_ino] = status.st_size
    return sum(found.values())


def size_of(path: Path) -> int:
    """Returns the size of a regular file in bytes, and 0 for anything else."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # for example because the name is too long
        return 0


def refusal(resource: Resource, source: Folder) -> tuple[str, str] | None:
    """Returns the first file of a resource that cannot be read, and the reason, or None where all can be read.

    Such a file is missing, not regular, empty, not readable for the user or a pointer of Git LFS. What `source` keeps
    in memory is opened only once.
    """
    for name in resource.paths:
        path = Path(resource.basepath or "", name)
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                return name, "this is not a regular file"
            if not status.st_size and resource.tabular:
                return name, "the file is empty; a table has at least a header line"
            if not os.access(path, os.R_OK):
                return name, "Permission denied"
            if status.st_size < POINTER_SIZE:
                with source.open(name) as handle:
                    if handle.read(len(POINTER)) == POINTER:
                        return name, "this is a pointer of Git LFS, and not the file; fetch it with `git lfs pull`"
        except FileNotFoundError:
            return name, dangling(source.root, name) or "there is no such file"
        except Unusable as error:  # it has changed meanwhile
            return name, str(error)
        except OSError as error:
            return name, error.strerror or str(error)
    return None


def refuse_beyond_bounds(resource: Resource, unpacked: Counter[str]) -> None:
    """Raises TooLarge where a file's content is larger than `limits.MAX_UNPACKED`.

    `unpacked` counts the content of the compressed files of the other resources, in bytes by resource. The sum is
    bounded by `limits.MAX_UNPACKED_TOGETHER`. The bounds hold for packed files and for files that frictionless reads
    whole. Binary files are read to their end. Raises Unreadable, OSError, EOFError, LookupError, zipfile.BadZipFile or
    FrictionlessException for a file that cannot be unpacked.
    """
    if not resource.path or not resource.tabular:
        return
    for name in resource.paths:
        size = _unpacked(resource, name)
        if size > limits.MAX_UNPACKED:
            words = f"its content is larger than {limits.MAX_UNPACKED // limits.MIB} MiB"
            raise TooLarge(f"{words}; unpack it, or save it as CSV")
        unpacked[resource.name] += size if compression_of(resource, name) else 0
        _examine(resource, name)
    if unpacked.total() > limits.MAX_UNPACKED_TOGETHER:
        unpacked.pop(resource.name)
        words = f"the package's packed files unpack to more than {limits.MAX_UNPACKED_TOGETHER // limits.MIB:,} MiB"
        raise TooLarge(f"{words}; unpack it, or save it as CSV")


def compression_of(resource: Resource, name: str) -> str | None:
    """Returns how one of a resource's files is packed, or None: of several, frictionless asks each one's own name."""
    if not resource.extrapaths:
        return resource.compression
    ending = name.rpartition(".")[2].lower()
    return ending if ending in PACKED else None


def unpacked(resource: Resource, name: str, handle: BinaryIO) -> BinaryIO:
    """Returns the unpacked content of `handle`, which has the file of a resource at the path `name`.

    Raises OSError, EOFError or zipfile.BadZipFile as Python does.
    """
    compression = compression_of(resource, name)
    if compression == "zip":
        archive, inner = zipfile.ZipFile(handle), None if resource.extrapaths else resource.innerpath
        if inner and inner not in archive.namelist():
            raise zipfile.BadZipFile(f'there is no "{inner}" in it')
        # `refuse_beyond_bounds` has checked that the zip holds a file.
        return archive.open(inner or archive.namelist()[0])  # type: ignore[return-value]
    return OPENERS.get(compression, lambda plain: plain)(handle)


def _examine(resource: Resource, name: str) -> None:
    """Reads a binary file to its end. Raises TooLarge, Unreadable, and what `unpacked` raises."""
    path = Path(resource.basepath or "", name)
    for reader in (parquet, workbook):
        if resource.format in reader.FORMATS:
            with open_regular(path) as handle, unpacked(resource, name, handle) as content:
                reader.examine(content)


def _unpacked(resource: Resource, name: str) -> int:
    """Returns the size of a file's content in bytes, or some size beyond the bound where it is too large.

    The size of a plain table counts as 0, because it is read a block at a time.
    """
    path, compression = Path(resource.basepath or "", name), compression_of(resource, name)
    if not compression:
        return path.stat().st_size if resource.format not in ("csv", "tsv") else 0
    if compression == "zip":
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
        with open_regular(path) as handle, unpacked(resource, name, handle) as content:
            while size <= limits.MAX_UNPACKED and (piece := content.read(limits.MIB)):
                size += len(piece)
    # zipfile raises RuntimeError for a zip that is encrypted or packed by an unknown method.
    except (OSError, zlib.error, lzma.LZMAError, RuntimeError) as error:
        if getattr(error, "errno", None):
            raise
        from frictionless import FrictionlessException, errors

        raise FrictionlessException(errors.CompressionError(note=str(error))) from None
    return size
