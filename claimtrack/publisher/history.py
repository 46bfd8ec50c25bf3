"""Tells what each release changed, as far as it can be known.

CHANGELOG.md says it in words, and the comparison with an older version row by row. The older version is the one that
the user names.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from claimtrack.package.opened import OpenedPackage
from claimtrack.package.sources import Source
from claimtrack.tracking import status_changes
from claimtrack.versions.comparison import compare
from claimtrack.versions.snapshot import read_snapshot

CHANGELOG = "CHANGELOG.md"
# The heading of an entry: `## 1.2.0 — 2026-11-24`, with or without a day; the version may stand in brackets.
ENTRY = re.compile(r"(?m)^## +\[?v?(?P<version>\d+\.\d+\.\d+[0-9A-Za-z.+-]*)\]?(?:\W+(?P<day>\d{4}-\d{2}-\d{2}))?.*$")
HEADING = re.compile(r"(?m)^## ")


@dataclass(frozen=True)
class Release:
    """An entry of the changelog: the version, its day if the entry has one, and what it says, in Markdown."""

    version: str
    day: str | None
    notes: str


@dataclass(frozen=True)
class Changed:
    """A row that is another than in the older version. `kind` is added, changed, retired or removed."""

    table: str
    id: str
    kind: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """The releases, newest first, and what changed since the older version.

    `compared` is whether there is an older version, and `since` its number, if it has one. `statuses` are the calls
    with another status (`claimtrack.tracking.status_changes`), and `left_out` says what could not be compared.
    """

    releases: tuple[Release, ...] = ()
    compared: bool = False
    since: str | None = None
    statuses: tuple[dict[str, str | None], ...] = ()
    rows: tuple[Changed, ...] = field(default=(), repr=False)
    left_out: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether anything is known of any change, so that there are pages and a feed of them."""
        return bool(self.releases or self.compared)

    def of(self, table: str, id: str) -> Changed | None:
        """Returns the change of a row, or None where it did not change or is not compared."""
        return self._by_row.get((table, id))

    @cached_property
    def _by_row(self) -> dict[tuple[str, str], Changed]:
        """The changed rows, by table and id."""
        return {(one.table, one.id): one for one in self.rows}

    def by_table(self) -> dict[str, list[Changed]]:
        """Groups the changed rows by table."""
        found: dict[str, list[Changed]] = {}
        for one in self.rows:
            found.setdefault(one.table, []).append(one)
        return found


def read_history(opened: OpenedPackage, older: Source | None = None) -> History:
    """Reads the history of a *valid* package. Raises Unusable where a version cannot be read."""
    told = tuple(releases(opened.document(CHANGELOG) or ""))
    if older is None:
        return History(told)
    old, new = read_snapshot(older), read_snapshot(opened.source)
    comparison = compare(old, new)
    statuses = status_changes.changes(*(version.rows(status_changes.COLUMNS) for version in (old, new)))
    rows = tuple(
        Changed(name, change.id, change.kind, tuple(column for column, _, _ in change.cells))
        for name, changes in comparison.changes.items()
        for change in changes
    )
    return History(told, True, old.number or None, tuple(statuses), rows, tuple(comparison.unread))


def releases(changelog: str) -> list[Release]:
    """Reads the entries of a changelog in its order, the newest first. What is not released yet is passed over."""
    starts = [*(found.start() for found in HEADING.finditer(changelog)), len(changelog)]
    found: list[Release] = []
    for start, end in pairwise(starts):
        if (entry := ENTRY.match(changelog, start)) and entry["version"] not in {one.version for one in found}:
            found.append(Release(entry["version"], entry["day"], changelog[entry.end() : end].strip()))
    return found
