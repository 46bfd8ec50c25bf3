"""Opens a version of a package to compare: a folder, a descriptor, a zip of a release, or a git revision of this repository.

Everything is read in place, as bytes by name: nothing is unpacked, nothing fetched, nothing run but `git` reading objects.
"""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .findings import Unusable
from .limits import MAX_DESCRIPTOR

MAX_FILE = 2 * 2**30  # bytes of one table, unpacked: a bound on memory
# A zip can hold a thousand times its size, of one repeated byte; tables of real data pack 3 to 30 to 1.
MAX_RATIO, RATIO_FROM = 200, 100 * 2**20  # how much smaller a file may be packed, once it is of this many bytes
MAX_ARCHIVE, MAX_ENTRIES = 256 * 2**20, 10_000  # bytes of a zip and files in it
REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Store:
    """A package's files. `read` gives the bytes of a file by its path in the package, or raises Unusable; `where` is for messages."""

    where: str
    descriptor: str
    read: Callable[[str], bytes]

    def load(self) -> dict:
        """The descriptor, with a list of resources. Raises Unusable when it is anything else."""
        raw = self.read(self.descriptor)
        if len(raw) > MAX_DESCRIPTOR:
            raise Unusable(f"{self.where}: {self.descriptor} is larger than {MAX_DESCRIPTOR // 2**20} MiB; a descriptor is a small JSON file")
        try:
            descriptor = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise Unusable(f"{self.where}: {self.descriptor} is no JSON that can be read: {str(error)[:100]}") from None
        resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
        if not isinstance(resources, list) or not all(isinstance(r, dict) and isinstance(r.get("name"), str) for r in resources):
            raise Unusable(f'{self.where}: {self.descriptor} has no list of "resources", each an object with a name')
        return descriptor


def open_store(where: str, package: Path) -> Store:
    """What `where` names. A path that exists is taken first, then a git revision of the repository in which `package` lies.

    Raises Unusable when it is none of these.
    """
    path = Path(where)
    if path.is_dir():
        return folder(path, "datapackage.json")
    if path.is_file():
        return archive(path) if zipfile.is_zipfile(path) else folder(path.parent, path.name, str(path))
    return revision(where, package)


def inside(where: str, name: object) -> str:
    """A path in the package, as a descriptor names it. Raises Unusable where it leads elsewhere."""
    pure = PurePosixPath(name) if isinstance(name, str) else None
    if pure is None or not name or ":" in name or "\\" in name or "\0" in name or pure.is_absolute() or ".." in pure.parts:
        raise Unusable(f"{where}: {json.dumps(name)[:200]} is no path of a file inside the package")
    return str(pure)


def folder(home: Path, descriptor: str, where: str | None = None) -> Store:
    """A package in a folder; symbolic links may not lead out of it."""
    where = where or str(home)

    def read(name: str) -> bytes:
        path = home / inside(where, name)
        if not path.resolve().is_relative_to(home.resolve()):
            raise Unusable(f"{path}: leads outside the package")
        if not path.is_file():
            raise Unusable(f"{path}: {'not a regular file' if path.exists() else 'there is no such file'}")
        if path.stat().st_size > MAX_FILE:
            raise Unusable(f"{path}: larger than {MAX_FILE // 2**30} GiB, which is more than is compared")
        try:
            return path.read_bytes()
        except OSError as error:
            raise Unusable(f"{path}: cannot be read: {error.strerror}") from None

    return Store(where, descriptor, read)


def archive(path: Path) -> Store:
    """A package in a zip. It is where the uppermost descriptor is: at the top, or in a folder as in GitHub's archives."""
    if path.stat().st_size > MAX_ARCHIVE:
        raise Unusable(f"{path}: larger than {MAX_ARCHIVE // 2**20} MiB; unpack it and name the folder")
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unusable(f"{path}: no zip that can be read: {error}") from None
    entries = {}
    for entry in opened.infolist():
        name = entry.filename
        if len(entries) == MAX_ENTRIES:
            raise Unusable(f"{path}: holds more than {MAX_ENTRIES:,} files; a release of a package is smaller")
        if name in entries:
            raise Unusable(f"{path}: holds {json.dumps(name[:200])} twice")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise Unusable(f"{path}: {json.dumps(name[:200])} is a symbolic link; pack the file itself")
        inside(str(path), name.rstrip("/"))
        entries[name] = entry
    tops = sorted((name.count("/"), name) for name in entries if PurePosixPath(name).name == "datapackage.json")
    if len(tops) > 1 and tops[0][0] == tops[1][0]:
        raise Unusable(f"{path}: holds two packages, {tops[0][1]} and {tops[1][1]}; unpack it and name the folder of one")
    top = tops[0][1].removesuffix("datapackage.json") if tops else ""

    def read(name: str) -> bytes:
        entry = entries.get(top + inside(str(path), name))
        if entry is None:
            raise Unusable(f"{path}: holds no {name}")
        if entry.file_size > MAX_FILE or entry.file_size > max(entry.compress_size * MAX_RATIO, RATIO_FROM):
            raise Unusable(f"{path}: {name} would unpack to {entry.file_size:,} bytes from {entry.compress_size:,}, which is more than is unpacked")
        try:
            with opened.open(entry) as handle:
                # The size is the archive's own word: no more than it is read, and a longer one fails its checksum.
                return handle.read(entry.file_size)
        except Exception as error:  # zipfile, zlib, lzma and bz2 each raise their own
            raise Unusable(f"{path}: {name} cannot be unpacked: {str(error)[:100]}") from None

    return Store(str(path), "datapackage.json", read)


def revision(name: str, package: Path) -> Store:
    """A package as it was at a git revision of this repository: the one that holds this file, never one that a package brings along."""
    home = (package if package.is_dir() else package.parent).resolve()
    descriptor = "datapackage.json" if package.is_dir() else package.name
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
        if int(listed[3]) > MAX_FILE:
            raise Unusable(f"{name}: {inner} is larger than {MAX_FILE // 2**30} GiB, which is more than is compared")
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
