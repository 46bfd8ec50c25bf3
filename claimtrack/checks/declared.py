"""Holds a file to what its resource declares of it, as far as frictionless passes over it in silence.

frictionless takes 0 for no declaration, and knows MD5 and SHA-256 alone. What cannot be checked is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from claimtrack.core import limits
from claimtrack.core.errors import CannotCheck
from claimtrack.core.findings import Finding, of_file
from claimtrack.core.visible import shorten
from claimtrack.package.checksums import Digest, algorithm_of, other_number
from claimtrack.package.dialect import UTF_8
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.shown_path import shown_path
from claimtrack.package.sources import Folder
from claimtrack.reading.decoding import SHOWN
from claimtrack.reading.places import Scanned
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    from frictionless import Resource

OURS = ("md5", "sha256")  # the algorithms that frictionless knows


class NotHeld(CannotCheck):
    """A checksum that a resource declares could not be compared."""

    rule = "FIL110"


def check_declared(
    opened: OpenedPackage, resource: Resource, scanned: Scanned | None, rows: int | None
) -> Iterator[Finding]:
    """Yields the findings on what a resource declares of its file, once the table was read.

    `scanned` is the table if it is in CSV files, and `rows` its number of rows if this is known. Raises NotHeld for
    what cannot be checked, and OSError.
    """
    told, file, shown = opened.resource(resource.name), opened.path.name, shown_path(resource)
    yield from check_counts(told, shown or file, rows, None if rows is None else len(resource.schema.fields))
    if scanned and not opened.is_made:
        yield from check_form_declared(scanned.table, file)
    yield from check_file(told, shown or resource.name, opened.source, bool(scanned and scanned.regular))


def check_form_declared(table: Table, file: str) -> Iterator[Finding]:
    """Yields the findings on a delimiter and an encoding that `file`, the descriptor, leaves open.

    Readers take the standard's defaults, so only a table in another form needs the declaration.
    """
    if table.dialect is None:
        return
    resource, name = table.resource, f'the resource "{table.name}"'
    control = resource.dialect.get_control("csv") if resource.dialect.has_control("csv") else None
    usual = "\t" if resource.format == "tsv" else ","
    if not (control and control.has_defined("delimiter")) and table.csv.delimiter != usual:
        yield of_file("PKG201", file, f"{name}, whose cells seem to be separated by {json.dumps(table.csv.delimiter)}")
    if not resource.has_defined("encoding") and table.csv.encoding not in UTF_8:
        yield of_file(
            "PKG202", file, f"{name}, which seems to be in {SHOWN.get(table.csv.encoding, table.csv.encoding)}"
        )


def check_counts(told: Mapping[str, Any], file: str, rows: int | None, fields: int | None) -> Iterator[Finding]:
    """Yields the findings on `rows` and `fields` of 0, where other numbers (`rows`, `fields`) were found."""
    for name, due, found in (("rows", told.get("rows"), rows), ("fields", told.get("fields"), fields)):
        if due == 0 and due is not False and found:
            yield of_file("FIL101", file, other_number(name, found, 0))


def check_expected(resource: Resource, rows: int) -> Iterator[Finding]:
    """Yields the findings on `rows` and `fields`, as frictionless makes them, for a table of so many rows."""
    for name, due, found in (("rows", resource.rows, rows), ("fields", resource.fields, len(resource.schema.fields))):
        if due and due != found:
            yield of_file("FIL101", shown_path(resource), other_number(name, found, due))


def check_file(told: Mapping[str, Any], shown: str, source: Folder, regular: bool) -> Iterator[Finding]:
    """Yields the findings on `bytes` and `hash` that frictionless does not make.

    `shown` is the name of the file in findings. `regular` tells whether the file was read by our own reader, which has
    compared all that can be compared. Raises NotHeld for what cannot be checked, and OSError.
    """
    size, said, file = told.get("bytes"), told.get("hash"), told.get("path")
    file = file[0] if isinstance(file, list) and len(file) == 1 else file
    algorithm = algorithm_of(said) if isinstance(said, str) and said else None
    if isinstance(said, str) and said and not said.rpartition(":")[2]:
        yield of_file("FIL101", shown, f'`hash` is "{shorten(said)}", which is no hash')
        algorithm = None
    elif isinstance(said, str) and said and algorithm is None:
        raise NotHeld(f'`hash` is "{shorten(said)}", whose algorithm is not known here, so it is not compared')
    due_size = size if size == 0 and size is not False else None
    due_hash = said if algorithm and algorithm not in OURS and not regular else None
    if due_size is None and due_hash is None:
        return
    if not isinstance(file, str):
        raise NotHeld("`bytes` and `hash` are not compared, since the data is not in one file")
    digest = Digest(_Told(due_size, due_hash), shown, is_part=shown != file)
    with source.open(file) as handle:
        while block := handle.read(limits.MIB):
            digest.update(block)
    yield from digest.findings()


class _Told:
    """The size and the hash that a resource declares."""

    def __init__(self, bytes: int | None, hash: str | None):
        self.bytes, self.hash = bytes, hash
