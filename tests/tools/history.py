"""What the tests of versions share: two packages compared, and what was found told shortly."""

from pathlib import Path

from claimtrack.package.revision import older_version
from claimtrack.versions.comparison import Comparison, compare
from claimtrack.versions.snapshot import read_snapshot
from tests.tools.example import Example
from tests.tools.support import RULES


def compared(old: Path, new: Path, strict: bool = False) -> Comparison:
    """What changed from one package to another, by every rule there is."""
    before, now = (read_snapshot(older_version(str(where), new)) for where in (old, new))
    return compare(before, now, RULES.values(), strict=strict)


def ids(comparison: Comparison) -> list[str]:
    """The rules that were broken, one a finding."""
    return [found.rule for found in comparison.findings]


def changes(comparison: Comparison) -> set[tuple]:
    """Table, kind, id and, for a changed row, its changed columns."""
    rows = (change for found in comparison.changes.values() for change in found)
    return {(each.table, each.kind, each.id, *(column for column, _, _ in each.cells)) for each in rows}


def rename_column(example: Example, table: str, was: str, now: str) -> None:
    """Gives a column another name, in the table and in its Table Schema."""
    for path in (example.path(table), example.folder / "schemas" / f"{table}.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")
