"""Splits a file into blocks that end at line breaks."""

from collections.abc import Iterator
from typing import BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import TooLarge
from claimtrack.reading.places import closing


class Irregular(Exception):
    """Some line is not proven to be one record of the declared fields. Only the backends raise and catch this."""


def blocks(handle: BinaryIO, size: int, closed: bool = False, least: int = 0) -> Iterator[bytes]:
    """Yields the bytes of a file in blocks of at least `size` bytes, each of which ends at a line break.

    The first block has at least `least` bytes. With `closed`, no quote is open at the end of a block. Raises TooLarge
    for a line of more than `limits.MAX_LINE` bytes, Irregular where a quote stays open for that long, and OSError.
    """
    at = 0
    while True:  # the end of the block is found first, because joining two pieces would copy both
        length = size if at else max(size, least)
        handle.seek(at + length)
        rest = handle.readline(limits.MAX_LINE + 1)
        handle.seek(at)
        if not (block := handle.read(length + len(rest))):
            return
        if _has_line_of(limits.MAX_LINE, block):
            raise TooLarge(f"a line is longer than {limits.MAX_LINE // limits.MIB} MiB")
        if closed and block.count(b'"') % 2:
            more = closing(handle)
            if not more:
                raise Irregular
            yield block + more
            at += len(more)
        else:
            yield block
        at += len(block)


def _has_line_of(size: int, block: bytes) -> bool:
    """Tells whether a block has a line of more than `size` bytes, not counting its line feed."""
    start = 0  # of the current line
    while len(block) - start > size:
        start = block.rfind(b"\n", start, start + size + 1) + 1
        if not start:
            return True
    return False
