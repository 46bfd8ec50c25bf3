"""Finds the first bytes of a table's files that are not in the encoding of the table."""

import codecs
import io

from claimtrack.core import limits
from claimtrack.reading.places import Undecodable
from claimtrack.reading.table import Table

WIDE = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16", codecs.BOM_UTF8: "UTF-8"}
SHOWN = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "ascii": "ASCII", "cp1252": "Windows-1252"}


def undecodable(table: Table) -> Undecodable | None:
    """Returns the first bytes of a table's files that cannot be decoded, or None. Raises OSError and EOFError."""
    try:
        io.TextIOWrapper(io.BytesIO(), table.csv.encoding)
    except LookupError:  # no encoding of texts
        return None
    for file in table.files:
        if found := _in_file(table, file):
            return found
    return None


def _in_file(table: Table, file: str) -> Undecodable | None:
    """Returns the first bytes of one file that cannot be decoded, or None."""
    encoding = table.csv.encoding
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, line, start = 0, 1, b""
    with table.content(file) as handle:
        while True:
            piece = handle.read(limits.MIB)
            start = start or piece[:4]
            try:
                line += decoder.decode(piece, not piece).count("\n")
            except UnicodeDecodeError as error:
                raw, at = error.object, error.start
                line += raw[:at].decode(encoding, "replace").count("\n")
                before = offset + len(piece) - len(raw) + at
                return Undecodable(file, line, _words(encoding, start, raw[at : at + 1], before))
            offset += len(piece)
            if not piece:
                return None


def _words(encoding: str, start: bytes, byte: bytes, at: int) -> str:
    """Says what is wrong with a byte, `at` bytes from the start of the file, which begins with `start`."""
    name = SHOWN.get(encoding, encoding.upper())
    words = f"byte {at + 1:,} of the file (0x{byte[0]:02X}) is not {name}"
    wide = next((each for mark, each in WIDE.items() if start.startswith(mark) and each != name), None)
    if wide or (start[1:2] == b"\0") != (start[:1] == b"\0"):
        return f"{words}; the file seems to be in {wide or 'UTF-16'}"
    if encoding == "cp1252":
        return words
    meant = byte.decode("cp1252", "replace")
    return f'{words}; in Windows-1252 it is "{meant}"' if meant.isprintable() and meant != "\ufffd" else words
