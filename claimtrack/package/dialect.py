"""Determines how to read a CSV file: its encoding, delimiter, quoting and header.

What the descriptor declares holds. What it leaves open is guessed as frictionless guesses it, so that the fast reader
and frictionless never disagree about it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from claimtrack.package.described import Resource as DescribedResource
from claimtrack.package.described import library
from claimtrack.package.guesses import dialect_of_file, encoding_of, python_dialect
from claimtrack.package.table_schema import dict_of

if TYPE_CHECKING:
    from frictionless import Resource
    from frictionless.dialect import Dialect

BOM = b"\xef\xbb\xbf"
SAMPLE = 100_000  # bytes from which frictionless guesses an encoding (`Detector.buffer_size`)
UTF_8 = ("utf-8", "utf-8-sig")  # Python's names
# Encodings, by Python's names, in which each byte is one character and the bytes of ASCII mean what they mean there.
SINGLE_BYTE = frozenset(
    ["ascii", "cp437", "cp850", "cp852", "cp858", "cp866", "koi8-r", "koi8-u", "mac-roman"]
    + [f"cp125{number}" for number in range(9)]
    + [f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))]
)
MAX_HEAD = 1000  # records before the first row for which the fast reader reads a table


@dataclass(frozen=True)
class CsvDialect:
    """How to read one CSV file.

    `python` is for Python's csv module. `table` tells header, comments and content apart. `fast` is whether the fast
    reader can read the files, and `plain` whether it can do so line by line, from one file of UTF-8 with its header.
    """

    encoding: str
    python: csv.Dialect
    table: Dialect
    fast: bool
    plain: bool

    @property
    def delimiter(self) -> str:
        """The character between two cells."""
        return self.python.delimiter

    def not_plain(self) -> CsvDialect:
        """Returns the same dialect, but marked as one that the fast reader cannot read."""
        return replace(self, fast=False, plain=False)

    @property
    def is_simple(self) -> bool:
        """Whether the first record is the header, and every other one a row."""
        table = self.table
        comments = table.comment_char or table.comment_rows or table.skip_blank_rows
        return _has_usual_header(table) and not comments

    def is_content(self, row: int, cells: list[str]) -> bool:
        """Tells from its number (from 1) and its cells whether a record is a row of the table."""
        filters = (self.table.create_comment_filter(), self.table.create_blank_filter())
        if row < self.table.create_first_content_row():
            return False
        return (filters[0] is None or filters[0](row, cells)) and (filters[1] is None or filters[1](cells))


def csv_dialect(resource: Mapping[str, Any], dialect: Mapping[str, Any] | None = None) -> csv.Dialect:
    """Converts a resource's Table Dialect into a dialect of Python's csv module.

    `dialect` is given where the Table Dialect is in a file of its own. Raises TypeError for a dialect that the csv
    module does not accept. Standard: https://datapackage.org/standard/table-dialect/
    """
    said = dict_of(resource.get("dialect")) if dialect is None else dialect
    return python_dialect({"delimiter": "\t" if is_tsv(resource) else ",", **said})


def is_csv(resource: Mapping[str, Any], path: str) -> bool:
    """Tells whether a resource is a CSV table, from its format or else from its file's name."""
    return (resource.get("format") or path.rpartition(".")[2].lower()) in ("csv", "tsv")


def is_tsv(resource: Mapping[str, Any]) -> bool:
    """Tells whether the cells of a resource that declares no delimiter are separated by tabs."""
    path = resource.get("path")
    return resource.get("format") == "tsv" or (isinstance(path, str) and path.endswith(".tsv"))


def decoded(raw: bytes, encoding: str) -> str:
    """Decodes bytes, and drops a byte-order mark of UTF-8. Raises UnicodeDecodeError and LookupError."""
    return raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)


def dialect_of(resource: Resource, handle: BinaryIO) -> CsvDialect:
    """Determines the dialect of a resource's file. `handle` has the file's content from its start.

    Raises the exceptions that frictionless raises for a file that it cannot open: LookupError, UnicodeDecodeError and
    FrictionlessException.
    """
    if isinstance(resource, DescribedResource) and resource.read_with:
        return resource.read_with
    told = resource.get_defined("encoding")
    if told and "\0" in told:  # Python would raise a ValueError, which looks like a fault of this program
        raise LookupError(f"unknown encoding: {told}")
    encoding = encoding_of(handle.read(SAMPLE), told)
    dialect, said = _dialect(resource, encoding, handle)
    if not all(isinstance(number, int) for number in [*dialect.header_rows, *(dialect.comment_rows or [])]):
        raise _refused("headerRows and commentRows are lists of numbers")
    try:
        python = csv_dialect({"format": resource.format}, said)
    except TypeError as error:
        raise _refused(str(error)) from None
    known = (
        [c.type for c in dialect.controls] in ([], ["csv"])
        and (python.quotechar, python.escapechar, python.skipinitialspace, python.doublequote)
        == ('"', None, False, True)
        and re.fullmatch(r"[\t -~]", python.delimiter) is not None
        and python.delimiter != '"'
    )
    several = bool(resource.extrapaths)
    fast = (
        known
        and _is_short_head(dialect)
        and not set(dialect.comment_char or "") & {'"', python.delimiter, "\r", "\n"}
        and (resource.schema.fields_match == "exact" or (dialect.header is not False and dialect.header_case))
        # frictionless alone knows how it counts the bytes of several files, and how it joins them.
        and not (several and (resource.hash or resource.bytes))
        and not (several and encoding not in (*UTF_8, *SINGLE_BYTE))
    )
    plain = (
        known
        and encoding in UTF_8
        and _has_usual_header(dialect)
        and dialect.header_case
        and not (dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows)
        and not (resource.compression or several or resource.innerpath)
        and not (resource.fields or resource.rows)
        and resource.schema.fields_match == "exact"
    )
    found = CsvDialect(encoding, python, dialect, fast, plain)
    if isinstance(resource, DescribedResource):
        resource.read_with = found
    return found


def _is_short_head(dialect: Dialect) -> bool:
    """Tells whether the records before the first row are few, so that they can be read one by one."""
    return max([dialect.create_first_content_row(), *(dialect.comment_rows or [])]) <= MAX_HEAD


def _is_declared(resource: Resource) -> bool:
    """Tells whether a descriptor declares every property of the dialect that frictionless would otherwise guess."""
    dialect = resource.dialect
    if not dialect.has_control("csv"):
        return False
    control = dialect.get_control("csv")
    told = all(control.has_defined(name) for name in ("delimiter", "quote_char", "skip_initial_space"))
    return told and (dialect.has_defined("header") or dialect.has_defined("header_rows"))


def _dialect(resource: Resource, encoding: str, handle: BinaryIO) -> tuple[Dialect, Mapping[str, Any]]:
    """Returns the dialect of a resource, and the properties of its part on CSV. What is not declared is guessed.

    `handle` has the file's content behind its start.
    """
    dialect = resource.dialect
    said = _part_on_csv(dialect)
    if _is_declared(resource):
        return dialect, said
    is_usual = not (resource.innerpath or dialect.comment_char)
    if is_usual and _has_usual_header(dialect) and [each.type for each in dialect.controls] in ([], ["csv"]):
        handle.seek(0)
        with suppress(UnicodeDecodeError, LookupError, csv.Error, TypeError):  # frictionless has words for it
            found, header = dialect_of_file(handle, encoding, said, resource.format or "", bool(resource.extrapaths))
            if header == 1:
                return dialect, found
    dialect = _detected(library(resource), encoding)
    return dialect, _part_on_csv(dialect)


def _part_on_csv(dialect: Dialect) -> Mapping[str, Any]:
    """Returns the properties of a dialect's part on CSV, if it has one."""
    return dialect.get_control("csv").to_descriptor() if dialect.has_control("csv") else {}


def _has_usual_header(dialect: Dialect) -> bool:
    """Tells whether the first record is the header as far as a dialect says, and is compared as it is."""
    return (dialect.header, dialect.header_rows) == (True, [1]) and not dialect.comment_rows


def _refused(reason: str) -> Exception:
    """Makes the exception that frictionless would raise for a dialect."""
    from frictionless import FrictionlessException, errors

    return FrictionlessException(errors.DialectError(note=reason))


def _detected(resource: Resource, encoding: str) -> Dialect:
    """Has frictionless guess the dialect of a resource whose encoding is known, and not guessed a second time."""
    from frictionless import system

    probe = resource.to_copy()
    probe.encoding = encoding
    with system.create_parser(probe) as parser:
        return probe.detector.detect_dialect(parser.sample, dialect=probe.dialect)
