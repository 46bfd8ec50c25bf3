"""The backend that needs no cluster: Polars in memory, and DuckDB on disk for what exceeds the memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

import polars as pl

from claimtrack.backends.local.scan import scan
from claimtrack.backends.local.spill import SpillingStore
from claimtrack.backends.protocol import ScanRequest
from claimtrack.core import limits
from claimtrack.core.backend import RuleEngine
from claimtrack.core.errors import Unreadable
from claimtrack.package.sources import Folder
from claimtrack.reading.places import Scanned
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    from frictionless import Resource


class Local:
    """The local backend.

    `memory` is in bytes: the most that keys and rows for rules may take in memory. More than that goes to disk.
    """

    formats: frozenset[str] = frozenset()
    failures: tuple[type[Exception], ...] = ()

    def __init__(self, memory: int = limits.MEMORY):
        self.store = SpillingStore(memory)
        self.notes: list[str] = []
        self.values = True

    def scan(self, table: Table, request: ScanRequest) -> Scanned:
        """Reads the files of a CSV table. Raises OSError, TooLarge, Changed, Stuck, LibraryFailed and NoRoom."""
        return scan(table, request, self.store)

    def scan_columns(self, resource: Resource, source: Folder, request: ScanRequest) -> Scanned:
        """Raises Unreadable, because this backend reads no other format than CSV."""
        raise Unreadable(f'the format "{resource.format}" is not read here')

    def rules(self) -> RuleEngine:
        """Returns the engine for rules: Pandera where the rows are in memory, DuckDB where they are on disk."""
        # Both are imported only here: DuckDB and Pandera are slow to load, and not every run needs them.
        if self.store.spilled:
            from claimtrack.backends.local.on_disk import OnDisk

            return OnDisk(self.store)
        from claimtrack.backends.local.in_memory import InMemory

        return InMemory()

    def failing(self, where: str) -> AbstractContextManager[object]:
        """Does nothing: a failure of this backend is an error in this program."""
        return nullcontext()


@contextmanager
def small_queries() -> Iterator[None]:
    """Has Polars run the queries inside the block on the engine that starts at once, which is best for few rows.

    Its usual engine is made for large tables. What the user's environment says takes precedence.
    """
    if "POLARS_ENGINE_AFFINITY" in os.environ:
        yield
        return
    with pl.Config(set_engine_affinity="in-memory"):  # restored afterwards
        yield
