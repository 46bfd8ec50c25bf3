"""Reads a table's cells as frictionless reads them, so that a rewrite can be held to them."""

import codecs
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from frictionless import Field, Resource, system

from claimtrack.core.errors import Stuck
from claimtrack.core.visible import shorten
from claimtrack.core.watchdog import watchdog
from claimtrack.package.dialect import SAMPLE
from claimtrack.package.table_schema import list_of

# The encodings whose mark is no part of the text, each with how the names of its codecs begin; and the codecs' marks.
FAMILIES = {"utf-8-sig": "utf-8", "utf-16": "utf-16-", "utf-32": "utf-32-"}
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


class CannotRead(Exception):
    """frictionless cannot read a table. The text says why."""


@dataclass(frozen=True)
class Encoding:
    """How frictionless decodes a file: Python's codec for what follows the byte-order mark, and that mark or b"".

    `keeps` is whether the declared encoding has a mark.
    """

    codec: str
    mark: bytes
    keeps: bool


def encoding_of(resource: Resource, raw: bytes) -> Encoding:
    """Returns how frictionless decodes a file with these bytes. Raises LookupError and UnicodeError for others."""
    told = resource.get_defined("encoding")
    if told and not (told.isascii() and told.isprintable()):  # a NUL or a surrogate would raise other errors
        raise LookupError(f"unknown encoding: {shorten(told)}")
    read = resource.detector.detect_encoding(raw[:SAMPLE], encoding=told)
    if not told and read not in ("utf-8", "utf-8-sig"):
        raise LookupError(f"it declares none, and frictionless guesses {read}")
    marks = {name: mark for name, mark in MARKS.items() if name.startswith(FAMILIES.get(read, "none"))}
    for name, mark in marks.items():
        if raw.startswith(mark):
            return Encoding(name, mark, bool(told) and codecs.lookup(told).name in FAMILIES)
    if not read.startswith("utf-") and "\n".encode(read) != b"\n":
        raise LookupError(f"{read} ends lines by other bytes than ASCII does")
    plain = {"utf-8-sig": "utf-8", "utf-16": f"utf-16-{sys.byteorder[0]}e", "utf-32": f"utf-32-{sys.byteorder[0]}e"}
    return Encoding(plain.get(read, read), b"", False)


def cells(resource: Resource, raw: bytes) -> list[list[str]]:
    """Returns the records of a CSV file with these bytes as frictionless reads them, without blank lines.

    frictionless guesses what the resource does not declare. Raises CannotRead.
    """
    told = {"format": resource.format, "encoding": resource.get_defined("encoding")}
    try:
        with watchdog("the dialect"):
            probe = Resource(data=raw, dialect=resource.dialect.to_copy(), **told)
            with system.create_parser(probe) as parser:
                return [record for record in parser.cell_stream if record]
    except (Exception, Stuck) as error:  # frictionless lets errors of Python through
        raise CannotRead(shorten(str(error))) from None


def says_the_same(fields: Sequence[Field], cell: str, mended: str) -> bool:
    """Tells whether a cell says the same once it was put into NFC and lost the blanks at its end.

    Each of the fields, which the cell may belong to, has to take both for the same value, and must not refuse the
    mended cell for a reason that it has not against the other. A cell of blanks alone has to be a missing value, and
    to stay one.
    """
    if not fields:
        return bool(mended)
    try:
        with watchdog("a pattern"):
            return all(_is_same(field, cell, mended) for field in fields)
    except Stuck:
        return False


def _is_same(field: Field, cell: str, mended: str) -> bool:
    """Tells whether one field takes two cells for the same value."""
    schema = None if field.has_defined("missing_values") else field.schema
    missing = schema.missing_values if schema else field.missing_values
    if (cell in missing) != (mended in missing) or not (mended or cell in missing):
        return False
    categories = [one.get("value") if isinstance(one, dict) else one for one in list_of(field.custom.get("categories"))]
    if cell in categories and mended not in categories:
        return False
    read = field.create_cell_reader()
    (old, refused), (new, reasons) = read(cell), read(mended)
    same = _plain(old) == _plain(new)
    return same and (reasons or {}).keys() <= (refused or {}).keys()


def _plain(value: object) -> object:
    """Returns a cell's value in the form that a rewrite gives it."""
    return unicodedata.normalize("NFC", str(value)).rstrip() if value is not None else None
