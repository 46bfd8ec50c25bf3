"""The files of a release, as its metadata name them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class File:
    """A file by its path in the release, with "/" between folders. `sha256` is 64 lower-case hexadecimal digits."""

    path: str
    media_type: str
    title: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: str, media_type: str, title: str, content: bytes) -> "File":
        return cls(path, media_type, title, len(content), hashlib.sha256(content).hexdigest())


def as_json(document: dict | list) -> str:
    """A document as JSON: two spaces, keys sorted, so that the same document is the same text."""
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def sums(folder: Path, names: list[str]) -> str:
    """The checksums of the named files, in the form that `sha256sum --check` reads."""
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names))
