"""Local copies of what lies outside of a package, as the user names them with `--map`. Nothing is ever fetched."""

import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.opening import read_regular
from claimtrack.core.paths import is_file, leads_inside
from claimtrack.core.visible import shorten

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Copies:
    """The local copies, by what a descriptor writes for them: a URL, another path, or the name of a profile.

    A name that stands for a folder covers all names that begin with it. `http` and `https` count as the same.
    """

    entries: Mapping[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path | None:
        """Returns the file that stands for a name, or None where the user has given none.

        In a folder, the file is the one that the rest of the name leads to, and it lies within the folder.
        """
        plain = _plain(name)
        known = {_plain(key): path for key, path in self.entries.items()}
        if plain in known and is_file(known[plain]):
            return known[plain]
        for start in sorted(known, key=len, reverse=True):
            if plain.startswith(start.rstrip("/") + "/") and known[start].is_dir():
                rest = re.split("[?#]", plain[len(start.rstrip("/")) + 1 :])[0]
                if rest and leads_inside(known[start], rest) and is_file(known[start] / rest):
                    return (known[start] / rest).absolute()
        return None


def parsed(text: str) -> tuple[str, Path]:
    """Splits `URL=FILE_OR_FOLDER` at the "=" behind which a file or folder is. Raises Unusable where there is none."""
    parts = text.split("=")
    for number in range(len(parts) - 1, 0, -1):
        name, path = "=".join(parts[:number]), Path("=".join(parts[number:]))
        if name.strip() and str(path) != "." and (is_file(path) or path.is_dir()):
            return name, path.absolute()
    mend = "write the URL as the descriptor has it, =, and a file or folder that is there"
    raise Unusable(f'--map "{shorten(text)}": {mend}')


def read_copy(path: Path) -> bytes:
    """Returns the bytes of a copy of a JSON file, but at most one more than is allowed. Raises Unusable."""
    try:
        return read_regular(path, limits.MAX_DESCRIPTOR)
    except OSError as error:
        raise Unusable(f"{shorten(str(path), 500)}: cannot be read: {error.strerror}") from None


def why_outside(root: Path, name: str) -> tuple[str, str] | None:
    """Says why a name is not the path of a file in the folder `root`, and what to do about it; None where it is one.

    The words are about the cause: a remote address, a path of Windows, a symbolic link, or a path that leads outside.
    """
    shown = json.dumps(name[:200], ensure_ascii=False)
    if URL.match(name):
        scheme = name.partition(":")[0].lower()
        what = "a path of this computer" if scheme == "file" else "a remote address"
        return f"{shown} is {what}, and nothing is fetched", "have a copy used with --map URL=FILE_OR_FOLDER"
    if leads_inside(root, name):
        return None
    if len(name) > limits.MAX_PATH:
        return f"{shown} has {len(name):,} characters, and at most {limits.MAX_PATH:,} are read", "use a shorter path"
    if "\0" in name:
        return f"{shown} leads outside the package: it has a NUL character", "name a file inside its folder"
    if DRIVE.match(name) or name.startswith("\\\\"):
        return (
            f"{shown} is a path of a Windows computer, and leads outside the package",
            "name a file inside its folder",
        )
    if found := SCHEME.match(name):
        mend = f"write {json.dumps('./' + name[:200], ensure_ascii=False)}, or rename the file"
        return f'{shown} begins with "{found[0]}", as a remote address does', mend
    if "\\" in name:
        return (
            f"{shown} has backslashes, as paths on Windows do",
            f"write {json.dumps(name.replace(chr(92), '/')[:200])}",
        )
    if link := _link(root, name):
        mend = "put the file itself there, or have it used with --map PATH=FILE"
        return f"{shown} leads outside the package: {link}", mend
    return f"{shown} leads outside the package", "name a file inside its folder"


def dangling(root: Path, name: str) -> str | None:
    """Says where a symbolic link leads that leads to no file, or returns None where there is no such link."""
    link = _link(root, name)
    return f"{link}, where there is no file" if link else None


def _link(root: Path, name: str) -> str | None:
    """Says where the first symbolic link on the way to a file leads, or returns None where there is none."""
    at = root
    for part in Path(name).parts:
        at = at / part
        try:
            if stat.S_ISLNK(os.lstat(at).st_mode):
                shown = json.dumps(str(at.relative_to(root)), ensure_ascii=False)
                return f"{shown} is a symbolic link to {json.dumps(str(at.readlink())[:200], ensure_ascii=False)}"
        except (OSError, ValueError):
            return None
    return None


def _plain(name: str) -> str:
    """Returns a name in the form in which names are compared."""
    return re.sub("^https?://", "https://", name)
