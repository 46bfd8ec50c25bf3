"""The form of a CSV file as frictionless will read it: encoding, delimiter, quoting, header.

What the descriptor declares is taken as it is; for what it leaves open, frictionless's own detectors are asked, so that
the fast way and frictionless never disagree on it.
"""

import csv
import re
from dataclasses import dataclass, replace

from frictionless import FrictionlessException, Resource, errors, system
from frictionless.dialect import Dialect
from frictionless.formats.csv import CsvControl

SAMPLE = 100_000  # bytes that frictionless looks at to guess an encoding (`Detector.buffer_size`)
ALIKE = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig"}  # Python's names of the encodings that the fast way reads


@dataclass(frozen=True)
class Form:
    """How to read one CSV file. `plain` says that the fast way can read it; `dialect` is for Python's csv module, `table`
    says which records are header, comment and content."""

    encoding: str
    dialect: csv.Dialect
    table: Dialect
    plain: bool

    @property
    def delimiter(self) -> str:
        return self.dialect.delimiter

    def irregular(self) -> "Form":
        """The same form, but not to be read the fast way."""
        return replace(self, plain=False)

    def is_content(self, row: int, cells: list[str]) -> bool:
        """Whether a record is a row of the table, by its number (from 1) and cells."""
        comments = self.table.create_comment_filter()
        return row >= self.table.create_first_content_row() and (comments is None or comments(row, cells))


def form(resource: Resource, start: bytes) -> Form:
    """The form of a resource's file, of which `start` are the first bytes.

    Raises what frictionless raises for a file that it cannot open: LookupError, UnicodeDecodeError, FrictionlessException.
    """
    told = resource.get_defined("encoding")
    if told and "\0" in told:  # Python then raises what looks like a fault of ours
        raise LookupError(f"unknown encoding: {told}")
    encoding = resource.detector.detect_encoding(start[:SAMPLE], encoding=told)
    dialect = resource.dialect if _declared(resource) else _detected(resource)
    if not all(isinstance(number, int) for number in [*dialect.header_rows, *(dialect.comment_rows or [])]):
        raise FrictionlessException(errors.DialectError(note="headerRows and commentRows are lists of numbers"))
    control = dialect.get_control("csv") if dialect.has_control("csv") else CsvControl()
    if resource.format == "tsv" and not control.has_defined("delimiter"):
        control = CsvControl(delimiter="\t")
    python = control.to_python()
    try:
        csv.reader([], python)
    except TypeError as error:  # a delimiter of two characters, say: frictionless would fail on the first row
        raise FrictionlessException(errors.DialectError(note=str(error))) from None
    plain = (
        encoding in ALIKE
        and [c.type for c in dialect.controls] in ([], ["csv"])
        and (python.quotechar, python.escapechar, python.skipinitialspace, python.doublequote) == ('"', None, False, True)
        and re.fullmatch(r"[\t -~]", python.delimiter) is not None
        and python.delimiter != '"'
        and (dialect.header, dialect.header_rows, dialect.header_case) == (True, [1], True)
        and not (dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows)
        and not (resource.compression or resource.extrapaths or resource.innerpath)
        and not (resource.fields or resource.rows)  # how many there are to be: frictionless counts
        and resource.schema.fields_match == "exact"
    )
    return Form(encoding, python, dialect, plain)


def _declared(resource: Resource) -> bool:
    """Whether nothing is left for frictionless to guess: it sniffs whatever of these a descriptor does not say."""
    dialect = resource.dialect
    if not dialect.has_control("csv"):
        return False
    control = dialect.get_control("csv")
    told = all(control.has_defined(name) for name in ("delimiter", "quote_char", "skip_initial_space"))
    return told and (dialect.has_defined("header") or dialect.has_defined("header_rows"))


def _detected(resource: Resource) -> Dialect:
    probe = resource.to_copy()
    with system.create_parser(probe) as parser:
        return probe.detector.detect_dialect(parser.sample, dialect=probe.dialect)
