"""The rule between two versions that an id must keep its meaning.

It gets the comparison (`claimtrack.versions.comparison.Comparison`) and yields its observations.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from claimtrack import rule
from claimtrack.core.version_number import parts
from claimtrack.versions.comparison import Change, Comparison, Seen
from claimtrack.versions.snapshot import RETIRED, Snapshot, references

WORDS = {"claims": "claim", "calls": "demand"}  # the column with the item in the dataset's own words


@rule("HIS101")
def id_reused(comparison: Comparison) -> Iterator[Seen]:
    """An id stands for another row than it did.

    Why: whoever cited the id finds something else under it.
    Mend: give the new row an id of its own, and restore the former row under the old id, retired if it no longer
    stands.
    Example: KH23-C012 is withdrawn in 1.1.0, and in 1.2.0 it is the id of a new claim
    """
    # A row in which a few cells were corrected is still the same row. Each function below finds rows that certainly
    # are not.
    taken_over, moved = _taken_over(comparison), _moved(comparison)
    for change in comparison.altered():
        if comparison.is_append_only(change.table):
            continue  # HIS103 reports it already
        seen = (
            _revived(comparison, change)
            or _newer_than_its_id(comparison, change)
            or taken_over.get((change.table, change.key))
            or _refers_elsewhere(comparison, change)
            or moved.get((change.table, change.key))
        )
        if seen:
            yield comparison.seen(change, f"{change.id}: {seen[1]}", seen[0])


def _revived(comparison: Comparison, change: Change) -> tuple[str, str] | None:
    """Returns the column and a note if a retired row is active again."""
    if comparison.new.tables[change.table].retires and change.old.get("status") == RETIRED != change.new.get("status"):
        return "status", "it was retired and is not any more"
    return None


def _newer_than_its_id(comparison: Comparison, change: Change) -> tuple[str, str] | None:
    """Returns the column and a note if a row claims to be newer than the version that already has its id."""
    old, new = (cells.get("version_added", "") for cells in (change.old, change.new))
    added, before = parts(new), comparison.old.parts
    if old != new and added and before and added > before:
        return (
            "version_added",
            f"it says that it was added in {new}, but version {comparison.old.number} has a row of this id",
        )
    return None


def _taken_over(comparison: Comparison) -> dict[tuple, tuple[str, str]]:
    """Returns the changed rows that now are what another id was, each with a column and a note, by table and key.

    A claim or call is recognised by its words, which are unique. A row of another table is recognised if all its cells
    are equal and some of them must be unique. The unique cells alone do not suffice: when an ordinal moves or an
    address is corrected, the row is still the same.
    """
    found = {}
    for name, changes in comparison.changes.items():
        old, new = comparison.old.tables[name], comparison.new.tables[name]
        altered = [change for change in changes if change.old and change.new]
        columns = [WORDS[name]] if name in WORDS else [c for c in new.columns if c in old.columns and c not in new.key]
        if not altered or not new.keys.unique or not {*columns, *new.key} <= {*old.columns} & {*new.columns}:
            continue
        own = {column for names in new.keys.unique for column in names if column in columns}
        had = {values[: len(columns)]: values[len(columns) :] for values in old.values(*columns, *new.key)}
        for change in altered:
            other = had.get(tuple(change.new[column] for column in columns))
            if other not in (None, change.key) and any(change.new[column] for column in own):
                told = next(column for column, _, _ in change.cells)
                words = change.new[columns[0]] if name in WORDS else ""
                found[name, change.key] = (
                    told,
                    f"it is now what {'/'.join(other)} was" + (f': "{words[:100]}"' if words else ""),
                )
    return found


def _refers_elsewhere(comparison: Comparison, change: Change) -> tuple[str, str] | None:
    """Returns a column and a note if a row has several references and now refers only to other rows than before."""
    table = comparison.new.tables[change.table]
    if not set(table.columns) <= change.old.keys():
        return None
    before, now = references(
        table, ({f"n:{name}": cells[name] for name in table.columns} for cells in (change.old, change.new))
    )
    if min(len(before), len(now)) > 1 and not before & now:
        told = (
            " and ".join("/".join(key) for _, key in sorted(before)),
            " and ".join("/".join(key) for _, key in sorted(now)),
        )
        column = next(column for column, _, _ in change.cells if column not in table.key)
        return column, f"it referred to {told[0]}, and refers to {told[1]}"
    return None


def _moved(comparison: Comparison) -> dict[tuple, tuple[str, str]]:
    """Returns the claims and calls that say something else and rest on none of the words on which they rested.

    Each has a column and a note, by table and key.
    """
    needed = {
        "anchors": ("segment_id", "start", "end"),
        "segments": ("segment_id", "statement_id"),
        "statements": ("statement_id", "sha256"),
    }
    for version in (comparison.old, comparison.new):
        for name, columns in needed.items():
            if name not in version.tables or not set(columns) <= set(version.tables[name].columns):
                return {}
    found = {}
    for name, column in WORDS.items():
        key = f"{column if name == 'claims' else 'call'}_id"
        altered = [
            c for c in comparison.changes.get(name, []) if c.old and c.new and c.old.get(column) != c.new.get(column)
        ]
        if altered and all(key in version.tables["anchors"].columns for version in (comparison.old, comparison.new)):
            before, now = (_spans(version, key) for version in (comparison.old, comparison.new))
            for change in altered:
                was, is_ = before.get(change.id, set()), now.get(change.id, set())
                texts = {text for text, _, _ in was}
                # Positions can be compared only within the same text. A statement that was corrected has another hash.
                if was and is_ and texts == {text for text, _, _ in is_} and not _meet(was, is_):
                    found[name, change.key] = (
                        column,
                        "it says something else, and rests on none of the words that it rested on",
                    )
    return found


Span = tuple[str, int, int]  # the statement's hash, start and end


def _spans(version: Snapshot, key: str) -> dict[str, set[Span]]:
    """Returns the spans on which each item rests, by the item's id."""
    hashes = {row[0]: row[1] for row in version.tables["statements"].values("statement_id", "sha256")}
    texts = {
        segment: hashes.get(statement, "")
        for segment, statement in version.tables["segments"].values("segment_id", "statement_id")
    }
    spans = defaultdict(set)
    for item, segment, start, end in version.tables["anchors"].values(key, "segment_id", "start", "end"):
        if item and re.fullmatch("[0-9]{1,7}", start) and re.fullmatch("[0-9]{1,7}", end):
            spans[item].add((texts.get(segment, ""), int(start), int(end)))
    return spans


def _meet(some: set[Span], others: set[Span]) -> bool:
    """Tells whether some character lies in spans of both sets.

    The spans within a set do not overlap, as ANC106 checks.
    """
    both = sorted(some | others)
    return bool(some & others) or any(one[0] == next_[0] and next_[1] < one[2] for one, next_ in pairwise(both))
