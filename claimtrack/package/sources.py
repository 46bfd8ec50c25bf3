"""Opens a version of a package to compare: a folder, a descriptor, a zip of a release, or a git revision of this repository.

Everything is read in place, as bytes by name: nothing is unpacked, nothing fetched, nothing run but `git` reading objects.
"""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import archive
from .findings import Unusable
from .limits import MAX_COMPARED
from .package import DESCRIPTOR, checked, json_object, leads_inside, no_package, says_inside, something_else

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Store:
    """A package's files. `read` gives the bytes of a file by its path in the package, or raises Unusable; `where` is for messages."""

    where: str
    descriptor: str
    read: Callable[[str], bytes]

    def load(self) -> dict:
        """The descriptor, with a list of resources. Raises Unusable when it is anything else."""
        where = f"{self.where}: {self.descriptor}"
        descriptor = checked(json_object(self.read(self.descriptor), where), where)
        if not all(isinstance(resource.get("name"), str) for resource in descriptor["resources"]):
            raise Unusable(f"{where}: a resource has no name, so that its table cannot be matched; give it one")
        return descriptor


def open_store(where: str, package: Path) -> Store:
    """What `where` names. A path that exists is taken first, then a git revision of the repository in which `package` lies.

    Raises Unusable when it is none of these.
    """
    path = Path(where)
    if path.is_dir():
        if not (path / DESCRIPTOR).exists():
            raise Unusable(no_package(path))
        return folder(path, DESCRIPTOR)
    if path.is_file():
        if zipfile.is_zipfile(path):
            return packed(path)
        if reason := something_else(path):
            raise Unusable(f"{path}: {reason}")
        return folder(path.parent, path.name, str(path))
    return revision(where, package)


def inside(where: str, name: object) -> str:
    """A path in the package, as a descriptor names it. Raises Unusable where it leads elsewhere."""
    if not isinstance(name, str) or not name or not says_inside(name):
        raise Unusable(f"{where}: {json.dumps(name)[:200]} is no path of a file inside the package")
    return str(PurePosixPath(name))


def folder(home: Path, descriptor: str, where: str | None = None) -> Store:
    """A package in a folder; symbolic links may not lead out of it."""
    where = where or str(home)

    def read(name: str) -> bytes:
        path = home / inside(where, name)
        if not leads_inside(home, name):
            raise Unusable(f"{path}: leads outside the package")
        if not path.is_file():
            raise Unusable(f"{path}: {'not a regular file' if path.exists() else 'there is no such file'}")
        if path.stat().st_size > MAX_COMPARED:
            raise Unusable(f"{path}: larger than {MAX_COMPARED // 2**30} GiB, which is more than is compared")
        try:
            return path.read_bytes()
        except OSError as error:
            raise Unusable(f"{path}: cannot be read: {error.strerror}") from None

    return Store(where, descriptor, read)


def packed(path: Path) -> Store:
    """A package in a zip, within the bounds of `archive`; it stays open as long as it is read."""
    opened, files, top = archive.listed(path)

    def read(name: str) -> bytes:
        entry = files.get(str(PurePosixPath(top, inside(str(path), name))))
        if entry is None:
            raise Unusable(f"{path}: holds no {name}")
        if entry.file_size > MAX_COMPARED:
            raise Unusable(f"{path}: {name} is larger than {MAX_COMPARED // 2**30} GiB, which is more than is compared")
        try:
            with opened.open(entry) as handle:
                # The size is the archive's own word: no more than it is read, and a longer one fails its checksum.
                return handle.read(entry.file_size)
        except Exception as error:  # zipfile, zlib, lzma and bz2 each raise their own
            raise Unusable(f"{path}: {name} cannot be unpacked: {str(error)[:100]}") from None

    return Store(str(path), DESCRIPTOR, read)


def revision(name: str, package: Path) -> Store:
    """A package as it was at a git revision of this repository: the one that holds this file, never one that a package brings along."""
    home = (package if package.is_dir() else package.parent).resolve()
    descriptor = DESCRIPTOR if package.is_dir() else package.name
    if not home.is_relative_to(REPOSITORY):
        raise Unusable(
            f"{name}: there is no such file or folder, and git revisions are read only of packages in this repository; "
            f"for another write one with `git archive --format=zip -o old.zip REVISION` and name the zip"
        )
    if name.startswith("-") or not name.strip() or "\0" in name or ":" in name:
        raise Unusable(f"{json.dumps(name[:100])}: there is no such file or folder, and this is no name of a git revision")
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip().decode()
    if not commit:
        raise Unusable(f"{name}: there is no such file, folder or git revision; name a package's folder, its descriptor, a zip or a revision")
    prefix = home.relative_to(REPOSITORY).as_posix()

    def read(path: str) -> bytes:
        inner = str(PurePosixPath(prefix, inside(name, path)))
        listed = _git("ls-tree", "-z", "--long", commit, "--", inner).decode("utf-8", "replace").split()
        if not listed or listed[0] not in ("100644", "100755"):
            raise Unusable(f"{name}: {'no regular file' if listed else 'there is no file'} {inner} in that revision")
        if int(listed[3]) > MAX_COMPARED:
            raise Unusable(f"{name}: {inner} is larger than {MAX_COMPARED // 2**30} GiB, which is more than is compared")
        return _git("cat-file", "blob", listed[2])

    return Store(name, descriptor, read)


def _git(*arguments: str) -> bytes:
    """What git answers about this repository, empty where it has no answer. Objects only: no filter, hook, pager or remote has a part in it."""
    import subprocess  # slow to import, and seldom needed

    command = ["git", "--no-pager", "--literal-pathspecs", "-C", str(REPOSITORY), "-c", "protocol.allow=never", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).stdout
    except OSError as error:
        raise Unusable(f"git cannot be run ({error.strerror}); name a folder, a descriptor or a zip instead") from None
