"""Computes, renews and checks the sizes and hashes that a descriptor states for its files."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, of_file
from claimtrack.core.visible import shorten
from claimtrack.package.json_object import as_json
from claimtrack.package.sources import Folder


def checksums(raw: bytes) -> dict[str, Any]:
    """Returns the properties `bytes` (the size) and `hash` (SHA-256) that a resource has for the bytes of its file."""
    return {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}


def sealed(path: Path, files: Mapping[str, bytes]) -> bytes:
    """Returns a descriptor's bytes with `bytes` and `hash` of some files, which are given by path. Raises Unusable."""
    folder = Folder(path.parent, path.name, keep=True)
    descriptor = folder.load()
    if not _is_as_written(descriptor, folder.read(path.name)):
        raise Unusable(f"{path}: cannot be written again as it is: it has a number beyond those of Python")
    for resource in descriptor["resources"]:
        if isinstance(resource.get("path"), str) and resource["path"] in files:
            resource.update(checksums(files[resource["path"]]))
    return as_json(descriptor).encode("utf-8")


def _is_as_written(descriptor: dict[str, Any], raw: bytes) -> bool:
    """Tells whether a descriptor has each number of its file as a number: `json_object` makes some a text."""
    try:
        return json.loads(raw) == descriptor
    except ValueError:  # a whole number of too many digits
        return False


def fits(resource: Mapping[str, Any], raw: bytes) -> bool:
    """Tells whether a file is the one that a resource's `bytes` and `hash` describe, as far as it states them.

    A hash of an algorithm that Python lacks, or without a fixed length, describes no file.
    """
    size, told = resource.get("bytes"), resource.get("hash")
    if size is not None and size != len(raw):
        return False
    if not told:
        return True
    algorithm = algorithm_of(str(told))
    due = str(told).rpartition(":")[2].lower()
    return bool(algorithm) and hashlib.new(str(algorithm), raw, usedforsecurity=False).hexdigest() == due


def algorithm_of(hash: str) -> str | None:
    """Returns the algorithm of a resource's `hash`, which is MD5 where none is named.

    It is None for one that Python lacks, and for SHAKE, whose hashes have no fixed length and cannot be compared.
    """
    name = hash.rpartition(":")[0] or "md5"
    try:
        return name if hashlib.new(name, usedforsecurity=False).digest_size else None
    except ValueError:
        return None


def other_number(name: str, found: int, due: int) -> str:
    """Says that a file has another number of `bytes`, `fields` or `rows` than its resource declares."""
    return f"{found:,} {name if found != 1 else name[:-1]} instead of {due:,}"


class Digest:
    """Compares the `bytes` and `hash` of a resource with its file (frictionless's `byte-count` and `hash-count`).

    `resource` has these two as attributes, which may be None. They are always about the whole file, also where the
    table is only a part of it (`is_part`), such as one of several in a zip.
    """

    def __init__(self, resource: Any, file: str, is_part: bool = False):
        self.due_size, self.file, self.size, self.is_part = resource.bytes, file, 0, is_part
        self.due = (resource.hash or "").rpartition(":")[2]
        algorithm = algorithm_of(resource.hash) if self.due else None
        self.hash = hashlib.new(algorithm, usedforsecurity=False) if algorithm else None

    def update(self, block: bytes) -> None:
        """Adds the next bytes of the file."""
        self.size += len(block)
        if self.hash:
            self.hash.update(block)

    def findings(self) -> Iterator[Finding]:
        """Yields the findings, once all bytes were added."""
        if self.due_size is not None and self.due_size != self.size:
            words = other_number("bytes", self.size, self.due_size)
            yield of_file("FIL101", self.file, f"the whole file has {words}" if self.is_part else words)
        if self.hash and self.hash.hexdigest() != self.due:
            whose = "the whole file's" if self.is_part else "its"
            words = f"{whose} {self.hash.name.upper()} is {self.hash.hexdigest()}, not {shorten(self.due)}"
            yield of_file("FIL101", self.file, words)
