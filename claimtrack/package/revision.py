"""Reads the files of a package from a revision of the git repository in which the package lies.

A repository is as untrusted as the package that it comes with. The only program that runs is `git`, and it only reads
objects. A repository whose own files lead elsewhere is refused.
"""

import json
import os
import re
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath

from claimtrack.core.errors import Unusable
from claimtrack.core.opening import read_regular
from claimtrack.core.paths import DESCRIPTOR
from claimtrack.package.sources import Folder, Packed, Source, no_package, something_else

GIT_SECONDS = 120
GIT_ENVIRONMENT = {
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
SHUT_OUT = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    f"core.attributesFile={os.devnull}",
    "gc.auto=0",
    "maintenance.auto=false",
)
MAX_CONFIG = 2**20  # bytes of a repository's settings; real ones have a few thousand
OWN = Path(__file__).resolve().parents[2]  # in a checkout, the repository of this program
OTHERWISE = "write one with `git archive --format=zip -o old.zip REVISION` and name the zip"


class Revision(Source):
    """A package as it was at a revision of the git repository in which it lies."""

    def __init__(self, name: str, package: Path):
        root = (package if package.is_dir() else package.parent).resolve()
        super().__init__(name, DESCRIPTOR if package.is_dir() else package.name)
        repository = repository_of(root)
        if repository is None:
            words = f"there is no such file or folder, and {root} lies in no git repository"
            raise Unusable(f"{json.dumps(name[:100])}: {words}; name a package's folder, its descriptor or a zip")
        if name.startswith("-") or not name.strip() or "\0" in name or ":" in name:
            no = "there is no such file or folder, and this is no name of a git revision"
            raise Unusable(f"{json.dumps(name[:100])}: {no}")
        _refuse_leading_elsewhere(repository)
        self._git = partial(_git, repository)
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip().decode()
        if not found:
            mend = "name a package's folder, its descriptor, a zip or a revision"
            raise Unusable(f"{name}: there is no such file, folder or git revision; {mend}")
        self._commit, self._prefix = found, root.relative_to(repository).as_posix()

    def read(self, name: str) -> bytes:
        """Returns the bytes of a file at the revision. Raises Unusable."""
        inner = str(PurePosixPath(self._prefix, self._inside(name)))
        words = ("ls-tree", "-z", "--long", "--full-tree", self._commit, "--", inner)
        listed = self._git(*words).decode("utf-8", "replace").split()
        if not listed or listed[0] not in ("100644", "100755"):
            no = "no regular file" if listed else "there is no file"
            raise Unusable(f"{self.where}: {no} {inner} in that revision")
        self._refuse_large(inner, int(listed[3]))
        return self._git("cat-file", "blob", listed[2])


def older_version(where: str, package: Path) -> Source:
    """Returns the version of a package that `where` names: a path, or else a git revision.

    The revision is one of the repository in which `package` lies. Raises Unusable where `where` names neither.
    """
    path = Path(where)
    if path.is_dir():
        if not (path / DESCRIPTOR).exists():
            raise Unusable(no_package(path))
        return Folder(path)
    if path.is_file():
        if zipfile.is_zipfile(path):
            return Packed(path)
        source = Folder(path.parent, path.name, str(path), keep=True)
        if reason := something_else(path, source.read(path.name)):
            raise Unusable(f"{path}: {reason}")
        return source
    return Revision(where, package)


def has_revision(name: str, package: Path) -> bool:
    """Tells whether a package lies in a git repository that has it at a revision."""
    try:
        Revision(name, package).load()
    except Unusable:
        return False
    return True


def repository_of(folder: Path) -> Path | None:
    """Returns the git repository in which a folder lies: the nearest folder at or above it that has `.git`, or None."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None)


def _refuse_leading_elsewhere(repository: Path) -> None:
    """Raises Unusable for a repository whose own files have git read elsewhere. That of this program is trusted."""
    if repository == OWN:
        return
    inner = repository / ".git"
    reason = None
    if inner.is_symlink() or not inner.is_dir():
        reason = "its .git leads to another folder, as that of a worktree or submodule does"
    elif os.path.lexists(inner / "commondir") or os.path.lexists(inner / "objects" / "info" / "alternates"):
        reason = "it takes objects from another repository"
    for name in ("config", "config.worktree"):
        if reason is None and os.path.lexists(inner / name):
            try:
                said = read_regular(inner / name, MAX_CONFIG)
            except OSError as error:
                raise Unusable(f"{inner / name}: cannot be read: {error.strerror}; {OTHERWISE}") from None
            if len(said) > MAX_CONFIG or re.search(rb"(?i)\[\s*include", said):
                reason = "its settings include those of another file, or are too long"
    if reason:
        raise Unusable(f"{repository}: this git repository is not read, since {reason}; {OTHERWISE}")


def _git(repository: Path, *arguments: str) -> bytes:
    """Returns git's output about a repository, which is empty where git fails. Raises Unusable where it cannot run.

    The commands only read objects: they run no filter, hook, alias, pager or monitor, contact no remote, and take no
    object for another (`git replace`). Only the repository's own settings are read, and no variable of git's is passed
    on, such as one that names another repository. Git itself refuses a repository of another user.
    """
    import subprocess  # slow to import, and rarely needed

    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | GIT_ENVIRONMENT
    environment["GIT_CEILING_DIRECTORIES"] = str(repository.parent)
    trusted = (f"safe.directory={repository}",) if repository == OWN else ()  # whoever owns it: its code is running
    command = [
        "git",
        "--no-pager",
        "--literal-pathspecs",
        "-C",
        str(repository),
        "-c",
        "protocol.allow=never",
        *(word for setting in (*SHUT_OUT, *trusted) for word in ("-c", setting)),
        *arguments,
    ]
    try:
        ended = subprocess.run(
            command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=environment, timeout=GIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Unusable(f"git gave no answer within {GIT_SECONDS} seconds; name a folder or a zip instead") from None
    except OSError as error:
        mend = "name a folder, a descriptor or a zip instead"
        raise Unusable(f"git cannot be run ({error.strerror}); {mend}") from None
    if b"dubious ownership" in ended.stderr:
        raise Unusable(f"{repository}: this git repository belongs to another user, and is not read; {OTHERWISE}")
    return ended.stdout
