"""The backend for Apache Spark. Spark proves lines, cells and keys valid; what it doubts is judged in this process.

A table that Spark cannot read in full is read in this process instead, and a note says so. The verdict is the same.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from frictionless import Resource

from claimtrack.backends.local.scan import scan
from claimtrack.backends.protocol import ScanRequest
from claimtrack.backends.spark.csv_reading import Differs, Header, Reading
from claimtrack.backends.spark.failures import Patience, failures, said
from claimtrack.backends.spark.parquet import Columns, FetchedPlaces
from claimtrack.backends.spark.rules import Cluster
from claimtrack.backends.spark.store import SparkStore
from claimtrack.checks.key_kinds import is_keyable
from claimtrack.core import limits
from claimtrack.core.backend import RuleEngine
from claimtrack.core.errors import Changed, Unreadable, Unusable
from claimtrack.core.findings import Tally
from claimtrack.package.checksums import Digest
from claimtrack.package.dialect import dialect_of
from claimtrack.package.sources import Folder, state
from claimtrack.reading.line_pattern import DELIMITERS
from claimtrack.reading.places import Scanned
from claimtrack.reading.sieve import is_hopeless
from claimtrack.reading.table import Table

# A path that Hadoop reads literally, without wildcards or escapes, and a name that does not mean a packed file.
PLAIN_PATH, PLAIN_NAME = re.compile(r"[\w ./@+-]+"), re.compile(r"[^_.].*\.(?:csv|tsv|tab|txt|parquet)")


class Spark:
    """Reads tables in Spark. `notes` says which tables were read in this process instead, and why."""

    formats = frozenset({"parquet"})

    def __init__(self, session: Any):
        self.session, self.store = session, SparkStore(session)
        self.notes: list[str] = []
        self.values = True
        self.failures = failures()

    @contextmanager
    def failing(self, where: str) -> Iterator[None]:
        """Raises Unusable where Spark fails inside the block, or where no executors come. There is then no verdict."""
        with said(where, values=lambda: self.values), Patience(self.session, where):
            yield

    def rules(self) -> RuleEngine:
        """Returns the engine that evaluates the rules between columns and tables."""
        return Cluster(self.session, self.store)

    def scan(self, table: Table, request: ScanRequest) -> Scanned:
        """Reads the files of a CSV table.

        This process reads their bytes once, for the hash, the line breaks, the header and the places of lines. Raises
        OSError, TooLarge, Changed and Unusable.
        """
        reason, table = self._unfit(table, request.keys)
        if reason:
            self.notes.append(f"{table.file}: read here instead of in Spark, since {reason}")
            return scan(table, request, self.store)
        states = [state(table.path(file).stat()) for file in table.files]
        header = scan(table, replace(request, keys=frozenset(), held=None), self.store, [Header])
        self.store.drop(table.name)
        places, rows = header.places, header.rows
        if not header.regular:
            return Scanned(table, places, False)
        with self._same(table, states):
            scanned = Reading(self.session, places, request).read(self.store, rows, places.sum)
            # Spark splits records that span several lines. This process can read them.
            if not scanned.regular:
                request.on_cells.clear()
                scanned = scan(table, replace(request, on_file=Tally()), self.store)
                if scanned.regular:
                    words = "read here instead of in Spark, since cells in it have line breaks"
                    self.notes.append(f"{table.file}: {words}")
        return scanned

    def scan_columns(self, resource: Resource, source: Folder, request: ScanRequest) -> Scanned:
        """Reads the Parquet files of a table. Raises Unreadable, TooLarge, Changed and OSError."""
        table = Table(resource, source)
        if reason := self._confusing(table):
            raise Unreadable(f"it cannot be given to Spark, since {reason}")
        if len(table.files) > 1 and (resource.hash or resource.bytes):
            raise Unreadable("nobody says of which of its files `hash` and `bytes` are")
        if resource.schema.fields_match != "exact" or not has_keys_as_texts(resource, request.keys):
            words = "its keys, or the order of its columns, are such as frictionless alone compares"
            raise Unreadable(f"{words}; save it as CSV")
        states = [state(table.path(file).stat()) for file in table.files]
        digest = Digest(resource, table.file)
        with table.open(table.file) as handle:
            while block := handle.read(limits.MIB):
                digest.update(block)
        places = FetchedPlaces(table)
        reading = places.reading = Columns(self.session, places, request)
        with self._same(table, states):
            scanned = reading.read(self.store, reading.count(), 0)
        if not scanned.regular:
            raise Unreadable("a text in it is not UTF-8")
        request.on_file.add(*digest.findings())
        return scanned

    @contextmanager
    def _same(self, table: Table, states: list[tuple[int, int, int]]) -> Iterator[None]:
        """Checks that the files that Spark reads inside the block are those that this process sees.

        Raises Changed where the files are no longer in those states, and Unusable where Spark has read other content.
        """
        differs = False
        try:
            yield
        except Differs:
            differs = True
        if [state(table.path(file).stat()) for file in table.files] != states:
            raise Changed
        if differs:
            words = "the executors of Spark read another content at this path than lies here, so there is no verdict"
            raise Unusable(f"{table.path(table.file)}: {words}; have them share one file system")

    def _confusing(self, table: Table) -> str | None:
        """Returns the reason why Spark could misread a path or a column name of a table, or None."""
        names, paths = table.names, [table.path(file) for file in table.files]
        if any(not PLAIN_PATH.fullmatch(str(path.resolve())) or not PLAIN_NAME.fullmatch(path.name) for path in paths):
            return "its path could mean something else to Hadoop"
        odd = any(name.startswith("_") or set(name) & set(".`") for name in names)
        return (
            "Spark could confuse the names of its columns"
            if odd or len({*map(str.lower, names)}) < len(names)
            else None
        )

    def _unfit(self, table: Table, keys: frozenset[str]) -> tuple[str | None, Table]:
        """Returns why Spark cannot read a table, or None, and the table with the dialect of its first file."""
        declared = table.resource
        if reason := self._confusing(table):
            return reason, table
        if len(table.files) > 1:
            if declared.format != "csv" or declared.hash or declared.bytes:
                return "frictionless alone knows how it puts these parts together", table
            # By itself each file is plain, which a table of several is not: Spark reads them one by one.
            alone = _of_one_file(declared, table.file)
            with table.open(table.file) as handle:
                table = Table(declared, table.source, dialect_of(alone, handle))
        if not (table.dialect and table.dialect.plain and has_keys_as_texts(declared, keys)):
            return "its form, or the type of a key, is one that frictionless alone reads", table
        if table.csv.delimiter not in DELIMITERS:
            return f'its delimiter "{table.csv.delimiter}" could mean something else to Spark', table
        if doubtful := next((field.name for field in table.fields if is_hopeless(field)), None):
            return f'no proof covers the column "{doubtful}"', table
        return None, table


def _of_one_file(resource: Resource, file: str) -> Resource:
    """Copies a resource of several files as if it had only one of them."""
    alone = resource.to_copy()
    alone.path, alone.extrapaths = file, []
    return alone


def has_keys_as_texts(resource: Resource, keys: frozenset[str]) -> bool:
    """Tells whether the key columns `keys` of a resource can be compared as texts."""
    schema = resource.schema
    known = all(schema.has_field(name) and is_keyable(schema.get_field(name)) for name in keys)
    return bool(schema.fields) and known
