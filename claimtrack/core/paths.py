"""Checks the paths that a package names: they are relative, have slashes, and never lead out of its folder."""

import os
import re
from pathlib import Path, PurePosixPath

from claimtrack.core import limits

DESCRIPTOR = "datapackage.json"
DESCRIPTORS = (DESCRIPTOR, "datapackage.yaml", "datapackage.yml")  # the names under which one is looked for, in order

# The endings of names that only files of tables have.
PACKED = ("zip", "gz", "bz2", "xz")  # endings of files that frictionless unpacks
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".ods", ".parquet", ".parq", ".jsonl", ".ndjson")

# A backslash, a NUL, and what begins as a URL does (RFC 3986, 3.1) or as a drive of Windows. On Windows, a colon has a
# meaning everywhere.
OUTSIDE = re.compile(r"[\\\x00]|^[A-Za-z][A-Za-z0-9+.-]*:" + ("|:" if os.name == "nt" else ""))


def says_inside(name: str) -> bool:
    """Tells, from the text alone, whether a path stays inside a package."""
    pure = PurePosixPath(name)
    return not (OUTSIDE.search(name) or pure.is_absolute() or ".." in pure.parts)


def is_file(path: Path) -> bool:
    """Tells whether there is such a regular file. A name that the file system does not allow is that of no file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def leads_inside(root: Path, name: str) -> bool:
    """Tells whether a path stays in the package's folder `root` once symbolic links are followed.

    The file need not exist.
    """
    if len(name) > limits.MAX_PATH or not says_inside(name):
        return False
    try:
        end = (root / name).resolve()
        # From Python 3.13 on, `resolve` does not raise for a circle of links but returns one of the links.
        return end.is_relative_to(root.resolve()) and not end.is_symlink()
    except (OSError, RuntimeError):  # the name is too long; the links form a circle
        return False
