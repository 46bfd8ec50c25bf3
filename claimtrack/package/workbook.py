"""Looks through a workbook (XLSX) before openpyxl reads it for frictionless: it is a zip of XML, and hostile input.

openpyxl makes room for whatever place a cell says that it has. Nothing is read that unpacks to more than
`limits.MAX_WORKBOOK`, that declares entities, or whose cells lie beyond the bounds of a table.
"""

import lzma
import re
import zipfile
import zlib
from functools import reduce
from importlib.util import find_spec
from typing import BinaryIO
from xml.parsers import expat

from claimtrack.core import limits
from claimtrack.core.errors import TooLarge, Unreadable, Unusable
from claimtrack.core.visible import shorten
from claimtrack.package.archive import refuse_crowded_directory

FORMATS = {"xlsx"}
PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
# What Python raises for a zip that is damaged, encrypted or packed by an unknown method.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError, ValueError)


def is_readable() -> bool:
    """Tells whether the library that reads workbooks is installed."""
    return find_spec("openpyxl") is not None


def examine(handle: BinaryIO) -> None:
    """Looks through a workbook. Raises TooLarge, Unreadable and OSError."""
    try:
        refuse_crowded_directory(handle)
        with zipfile.ZipFile(handle) as archive:
            parts = archive.infolist()
            if (size := sum(part.file_size for part in parts)) > limits.MAX_WORKBOOK:
                words = f"the workbook unpacks to {size:,} bytes; at most {limits.MAX_WORKBOOK:,} are read"
                raise TooLarge(f"{words}; save the table as CSV")
            for part in parts:
                _look_through(archive, part)
    except Unusable:
        raise TooLarge("the workbook has too many parts") from None
    except BROKEN as error:
        raise Unreadable(f"this is no workbook: {shorten(str(error))}") from None


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Looks through one part, as far as it is XML. Raises what `examine` raises, and what zipfile and zlib raise."""
    parser, left = expat.ParserCreate(), part.file_size
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = _Bounds()
    try:
        with archive.open(part) as content:
            while piece := content.read(limits.MIB):
                if (left := left - len(piece)) < 0:
                    raise TooLarge("a part of the workbook is longer than it declares")
                parser.Parse(piece, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        if part.filename.lower().endswith((".xml", ".rels")):  # others are pictures, for example
            raise Unreadable(f"{shorten(part.filename)} in it is no XML: {error}") from None


def _refuse_entities(*_: object) -> None:
    """Raises Unreadable: no workbook has a document type, and the entities of one can grow without end."""
    raise Unreadable("a part of the workbook has a document type, as no program writes it")


class _Bounds:
    """Called with each element of a part, it raises TooLarge for a place beyond the bounds of a table."""

    def __init__(self) -> None:
        self.column = 0  # of the last cell in the row

    def __call__(self, name: str, attributes: dict[str, str]) -> None:
        """Looks at one element."""
        name = name.rpartition(":")[2]
        if name == "row":
            self.column = 0
            if _number(attributes.get("r", "1")) > limits.MAX_SHEET_ROWS:
                raise TooLarge(f'its row "{shorten(attributes["r"], 50)}" is none that a sheet has')
        elif name == "c":
            self.column = self._column(attributes["r"]) if attributes.get("r") else self.column + 1
            if self.column > limits.MAX_COLUMNS:
                raise TooLarge(f"it has more than {limits.MAX_COLUMNS:,} columns, and no more are checked")
        elif name == "dimension":
            range = attributes.get("ref") or "A1"
            if max(map(self._column, range.split(":"))) > limits.MAX_COLUMNS:
                words = f"it says that its cells are {shorten(range, 50)}"
                raise TooLarge(f"{words}; at most {limits.MAX_COLUMNS:,} columns are checked")

    def _column(self, place: str) -> int:
        """Returns the number of a column from the place of a cell: 1 for A1, 27 for AA1. Raises TooLarge."""
        found = PLACE.fullmatch(place.upper())
        if not found or int(found[2]) > limits.MAX_SHEET_ROWS:
            raise TooLarge(f'the place "{shorten(place, 50)}" in it is none that a sheet has')
        return reduce(lambda number, letter: number * 26 + ord(letter) - 64, found[1], 0)


def _number(text: str) -> float:
    """Returns the number of a row, or infinity for a text that is none. openpyxl takes `2.0` for 2."""
    return float(text) if re.fullmatch(r"[0-9]{1,9}(?:\.0*)?", text) else float("inf")
