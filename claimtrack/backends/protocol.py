"""The protocol of a backend: an object that reads the rows of a package and evaluates its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from claimtrack.core import limits
from claimtrack.core.backend import RuleEngine, Store
from claimtrack.core.findings import Tally
from claimtrack.package.sources import Folder
from claimtrack.reading.places import Scanned
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    from frictionless import Resource


def _silent(file: str, size: int) -> None:
    """Reports no progress."""


@dataclass(frozen=True)
class ScanRequest:
    """What one pass over a table's files has to find out.

    `keys` are the columns whose keys go into the store. `held` are the fields whose cells go into the store for the
    rules of a profile, each with the name of its column there. It is None where no rule reads the table. Findings on
    the bytes of a file go to `on_file`, and findings on cells to `on_cells`. Those in `on_cells` are not valid for an
    irregular table. `progress` is called with a file and the number of further bytes that were read from it.
    """

    keys: frozenset[str] = frozenset()
    held: Mapping[str, str] | None = None
    on_file: Tally = field(default_factory=Tally)
    on_cells: Tally = field(default_factory=Tally)
    block_size: int = limits.BLOCK  # bytes
    progress: Callable[[str, int], None] = _silent


class Backend(Protocol):
    """Reads tables, holds their keys and rows until all tables are read, and evaluates the rules between them."""

    formats: frozenset[str]  # the formats that it reads besides CSV
    notes: list[str]  # what the user should know about how it read the tables
    values: bool  # whether `failing` may quote errors that have values of cells

    @property
    def store(self) -> Store:
        """Holds keys and rows of the tables until all tables are read."""
        ...

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """The exceptions that mean that the backend itself failed. `failing` turns them into Unusable."""
        ...

    def scan(self, table: Table, request: ScanRequest) -> Scanned:
        """Reads the files of a CSV table. Raises OSError, TooLarge, Changed, Stuck, LibraryFailed and NoRoom."""
        ...

    def scan_columns(self, resource: Resource, source: Folder, request: ScanRequest) -> Scanned:
        """Reads the files of a table in one of `formats`. Raises the exceptions of `scan`, and Unreadable."""
        ...

    def rules(self) -> RuleEngine:
        """Returns the engine that evaluates rules, once all tables are read."""
        ...

    def failing(self, where: str) -> AbstractContextManager[object]:
        """Turns a failure of the backend inside the block into Unusable, whose text names `where`.

        There is then no verdict.
        """
        ...
