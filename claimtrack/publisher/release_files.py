"""Describes the files of a release for its metadata."""

import builtins
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file of a release. `path` has "/" between folders, and `sha256` is 64 lower-case hexadecimal digits."""

    path: str
    media_type: str
    title: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: str, media_type: str, title: str, content: builtins.bytes) -> "File":
        """Describes a file with this content."""
        return cls(path, media_type, title, len(content), hashlib.sha256(content).hexdigest())


def as_json(document: dict | list) -> str:
    """Writes a document as JSON, indented by two spaces. Keys are sorted, so that equal documents give equal texts."""
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def sums(contents: Mapping[str, bytes]) -> str:
    """Returns the checksums of files, whose contents are given by name, in the form that `sha256sum --check` reads."""
    return "".join(f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents))
