"""Reads the files of a package from a folder or from the zip of a release.

Files are read in place, as bytes by name. Nothing is unpacked to disk or fetched. `revision` reads from git.
"""

import io
import json
import os
from abc import ABC, abstractmethod
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from claimtrack.core.errors import Unusable
from claimtrack.core.limits import MAX_COMPARED
from claimtrack.core.opening import open_beneath, open_regular
from claimtrack.core.paths import DESCRIPTOR, TABLES, is_file, leads_inside, says_inside
from claimtrack.package import archive
from claimtrack.package.json_object import json_object, with_resources
from claimtrack.package.table_schema import dict_of


class Source(ABC):
    """The files of a package, each by its path in the package.

    `where` names the package in messages. `descriptor` is the name of its descriptor.
    """

    def __init__(self, where: str, descriptor: str):
        self.where, self.descriptor = where, descriptor

    @abstractmethod
    def read(self, name: str) -> bytes:
        """Returns the bytes of a file. Raises Unusable where it cannot be read or exceeds `limits.MAX_COMPARED`."""

    def load(self) -> dict[str, Any]:
        """Returns the descriptor. Raises Unusable where it has no list of named resources."""
        where = f"{self.where}: {self.descriptor}"
        descriptor = with_resources(json_object(self.read(self.descriptor), where), where)
        if not all(isinstance(resource.get("name"), str) for resource in descriptor["resources"]):
            raise Unusable(f"{where}: a resource has no name, so that its table cannot be matched; give it one")
        return descriptor

    def part(self, value: object) -> dict[str, Any]:
        """Returns a Table Schema or dialect that a descriptor gives as an object or as the path of a JSON file.

        Raises Unusable.
        """
        return json_object(self.read(value), f"{self.where}: {value}") if isinstance(value, str) else dict_of(value)

    def _inside(self, name: object) -> str:
        """Returns a path that a descriptor names, in plain form. Raises Unusable where it leads outside the package."""
        if not isinstance(name, str) or not name or not says_inside(name):
            raise Unusable(f"{self.where}: {json.dumps(name)[:200]} is no path of a file inside the package")
        return str(PurePosixPath(name))

    def _refuse_large(self, name: str, size: int) -> None:
        """Raises Unusable for a file of more than `limits.MAX_COMPARED` bytes."""
        if size > MAX_COMPARED:
            raise Unusable(
                f"{self.where}: {name} is larger than {MAX_COMPARED // 2**30} GiB, which is more than is held"
            )


class Folder(Source):
    """A package in a folder. Symbolic links must not lead out of it.

    With `keep`, each file is read only once and then stays in memory.
    """

    def __init__(self, root: Path, descriptor: str = DESCRIPTOR, where: str | None = None, keep: bool = False):
        super().__init__(where or str(root), descriptor)
        self.root, self.keep = root, keep
        self._kept: dict[str, bytes] = {}
        self._copies: set[str] = set()

    def allow(self, copy: Path) -> None:
        """Lets a file outside of the folder be read, by its absolute path: the user has named it, and no descriptor."""
        self._copies.add(str(copy))

    def read(self, name: str) -> bytes:
        """Returns the bytes of a file in the folder. Raises Unusable."""
        inner = name if name in self._copies else self._inside(name)
        if inner not in self._kept:
            path = self.root / inner
            if not self.holds(inner):
                raise Unusable(f"{path}: leads outside the package")
            if not is_file(path):
                raise Unusable(f"{path}: {'not a regular file' if os.path.lexists(path) else 'there is no such file'}")
            self._refuse_large(name, path.stat().st_size)
            try:
                with self._opened(inner) as handle:
                    content = handle.read(MAX_COMPARED + 1)
            except OSError as error:
                raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
            if not self.keep:
                return content
            self._kept[inner] = content
        return self._kept[inner]

    def open(self, name: str) -> BinaryIO:
        """Opens a regular file, so that it can be read a block at a time. Raises OSError."""
        return io.BytesIO(self.read(name)) if self.keep else self._opened(name)

    def _opened(self, name: str) -> io.BufferedReader:
        """Opens a regular file of the folder, or one that is allowed. Raises OSError."""
        return open_regular(Path(name)) if name in self._copies else open_beneath(self.root, name)

    def holds(self, name: str) -> bool:
        """Tells whether a path is that of a file in the folder, or of one that is allowed. It need not exist."""
        return name in self._copies or leads_inside(self.root, name)

    def state(self, name: str) -> tuple[int, int, int]:
        """Returns values that differ when a file has changed (see the function `state`). Raises OSError."""
        return state((self.root / name).stat())

    def has(self, name: str) -> bool:
        """Tells whether there is such a file inside the package."""
        return self.holds(name) and is_file(self.root / name)


class Packed(Source):
    """A package in a zip, read within the bounds of `archive`. The zip stays open while this object lives."""

    def __init__(self, path: Path):
        super().__init__(str(path), DESCRIPTOR)
        self._zip, self._entries, self._top = archive.listed(path)

    def read(self, name: str) -> bytes:
        """Returns the bytes of a file in the zip. Raises Unusable."""
        entry = self._entries.get(str(PurePosixPath(self._top, self._inside(name))))
        if entry is None:
            raise Unusable(f"{self.where}: holds no {name}")
        self._refuse_large(name, entry.file_size)
        try:
            with self._zip.open(entry) as handle:
                # The zip only claims this size. No more is read, and the checksum of a longer entry then fails.
                return handle.read(entry.file_size)
        except Exception as error:  # zipfile, zlib, lzma and bz2 each raise exceptions of their own
            raise Unusable(f"{self.where}: {name} cannot be unpacked: {str(error)[:100]}") from None


# Users sometimes name a packed file instead of a package. These first bytes reveal such a file.
PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}


def something_else(path: Path, content: bytes) -> str | None:
    """Says what a file is and what to name instead, if it is certainly no descriptor; else returns None.

    `content` may be just the first bytes of the file.
    """
    if path.suffix.lower() in TABLES:
        there = next((folder / DESCRIPTOR for folder in path.parents[:2] if (folder / DESCRIPTOR).is_file()), None)
        package = f"name the package that it belongs to{f', such as {there}' if there else ''}"
        return f"this is a table by its name; {package}, or check it alone with `claimtrack check --schema FILE`"
    if content.startswith(b"PK"):
        return "a zip that is damaged or cut off; get it again, whole"
    if path.suffix.lower() == ".zip":
        return "not a zip, whatever its name says; get it again, whole"
    if packed := next((name for mark, name in PACKED.items() if content.startswith(mark)), None):
        return f"this is packed with {packed}; unpack it and name the package's folder, or pack the folder as a zip"
    return None


def no_package(folder: Path) -> str:
    """Makes the sentence that says that a folder holds no descriptor, and what to name instead.

    It suggests a zip in the folder, because the folder of a release holds the package as a zip.
    """
    zips = (
        sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip") if os.access(folder, os.R_OK) else []
    )
    mend = f"the zip in it, {zips[0]}" if zips else "a package's folder or its descriptor"
    return f"{folder}: this folder holds no {DESCRIPTOR}; name {mend}"


def state(found: os.stat_result) -> tuple[int, int, int]:
    """Returns the size, the time of change and the inode number of a file, which differ when the file has changed."""
    return found.st_size, found.st_mtime_ns, found.st_ino
