"""Guards the folder into which a release is written: only an unchanged earlier release in it may be replaced."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.package.opened import OpenedPackage
from claimtrack.publisher.forms.zip import members

SUMS = "SHA256SUMS"  # the list of a release's files with their checksums


@dataclass(frozen=True)
class Names:
    """The names of files in a release: those in `known`, and those that match `pattern`."""

    known: frozenset[str]
    pattern: re.Pattern[str]

    def has(self, name: str) -> bool:
        """Tells whether a file of a release can have this name."""
        return name in self.known or bool(self.pattern.fullmatch(name))


def refuse_what_is_not_ours(opened: OpenedPackage, output: Path, names: Names) -> None:
    """Raises Unusable unless a release can be written into the folder.

    The folder may be new or empty, or have an unchanged earlier release. Nothing else in it would be deleted.
    """
    for place in (output, *output.parents):
        if place.is_symlink() and not place.exists():
            raise Unusable(f"{place}: a link that leads nowhere; name a folder to write the release into")
        if place.exists() and not place.is_dir():
            raise Unusable(f"{place}: this is no folder; name one to write the release into")
    if output.is_dir() and output.resolve().is_mount():
        words = "a file system begins there, so that it cannot be replaced in one step"
        raise Unusable(f"{output}: {words}; name a folder in it, such as {output / 'release'}")
    root = opened.root.resolve()
    for folder in {(root / name).resolve().parent for name in members(opened)} - {root}:
        if output.resolve().is_relative_to(folder):
            raise Unusable(
                f"{output}: lies among the package's own files; "
                f"name a folder outside {folder.name}/ to write the release into"
            )
    if output.is_dir():
        _refuse_others(output, _earlier(output, names), output)


def _refuse_others(output: Path, ours: dict[str, str], folder: Path) -> None:
    """Raises Unusable for anything in a folder of the output that is not in `ours`, or has changed.

    A folder without any file of the release counts as a whole; its files are not read.
    """
    for path in sorted(folder.iterdir()):
        name = path.relative_to(output).as_posix()
        if path.is_dir() and not path.is_symlink() and any(each.startswith(f"{name}/") for each in ours):
            _refuse_others(output, ours, path)
        elif name not in ours or path.is_symlink() or not path.is_file():
            raise Unusable(
                f"{path}: of no earlier release; "
                "name an empty folder, or one that does not exist, to write the release into"
            )
        elif name != SUMS and hashlib.sha256(path.read_bytes()).hexdigest() != ours[name]:
            raise Unusable(
                f"{path}: has changed since its release was made; "
                "move it elsewhere, or name another folder to write the release into"
            )


def _earlier(output: Path, names: Names) -> dict[str, str]:
    """Returns the files of an earlier release with their checksums.

    Returns none where the list of checksums in the folder was not written by this program.
    """
    path = output / SUMS
    listed = (
        path.read_text(encoding="utf-8", errors="replace").splitlines()
        if path.is_file() and not path.is_symlink()
        else []
    )
    files = {name: digest for digest, _, name in (line.partition("  ") for line in listed)}
    ours = {"datapackage.zip", "ro-crate-metadata.json"} <= files.keys() and all(map(names.has, files))
    return files | {SUMS: ""} if ours else {}
