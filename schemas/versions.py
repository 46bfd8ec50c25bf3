"""Rules between two versions of a package, run by `validate.py --against`: what is cited must stay what it is.

Each gets the comparison (`validator.history.Comparison`) and yields what it saw.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from validator.catalogue import rule
from validator.history import Change, Comparison, Seen
from validator.version import RETIRED, Version, references

DESCRIPTOR = "datapackage.json"
WORDS = {"claims": "claim", "calls": "demand"}  # the column that says, in our own words, what an item is


@rule("HIS101")
def id_reused(comparison: Comparison) -> Iterator[Seen]:
    """An id stands for another row than it did.

    Why: whoever cited the id finds something else under it.
    Mend: give the new row an id of its own, and restore the former row under the old id, retired if it no longer stands.
    Example: KH23-C012 is withdrawn in 1.1.0, and in 1.2.0 it is the id of a new claim
    """
    # Only what is certain counts, and each function below is one such certainty: a row with a few cells corrected is the same row.
    taken_over, moved = _taken_over(comparison), _moved(comparison)
    for change in comparison.altered():
        if _append_only(comparison, change.table):
            continue  # HIS103 says so already
        seen = (
            _revived(comparison, change)
            or _newer_than_its_id(comparison, change)
            or taken_over.get((change.table, change.key))
            or _refers_elsewhere(comparison, change)
            or moved.get((change.table, change.key))
        )
        if seen:
            yield _at(comparison, change, f"{change.id}: {seen[1]}", seen[0])


def _revived(comparison: Comparison, change: Change) -> tuple[str, str] | None:
    if comparison.new.tables[change.table].retires and change.old.get("status") == RETIRED != change.new.get("status"):
        return "status", "it was retired and is not any more"
    return None


def _newer_than_its_id(comparison: Comparison, change: Change) -> tuple[str, str] | None:
    old, new = (cells.get("version_added", "") for cells in (change.old, change.new))
    if old != new and _number(new) and comparison.old.parts and _number(new) > comparison.old.parts:
        return "version_added", f"it says that it was added in {new}, but version {comparison.old.number} has a row of this id"
    return None


def _taken_over(comparison: Comparison) -> dict[tuple, tuple[str, str]]:
    """The changed rows that are what another id was: a claim or call by its words, which no two share; another row cell for
    cell, if its table has columns that no two rows share. (Those columns alone would not do: an ordinal moves, an address
    is corrected, and the row is the same.)"""
    found = {}
    for name, changes in comparison.changes.items():
        old, new = comparison.old.tables[name], comparison.new.tables[name]
        altered = [change for change in changes if change.old and change.new]
        columns = [WORDS[name]] if name in WORDS else [c for c in new.columns if c in old.columns and c not in new.key]
        if not altered or not new.unique or not {*columns, *new.key} <= {*old.columns} & {*new.columns}:
            continue
        own = {column for names in new.unique for column in names if column in columns}
        had = {values[: len(columns)]: values[len(columns) :] for values in old.values(*columns, *new.key)}
        for change in altered:
            other = had.get(tuple(change.new[column] for column in columns))
            if other not in (None, change.key) and any(change.new[column] for column in own):
                told = next(column for column, _, _ in change.cells)
                words = change.new[columns[0]] if name in WORDS else ""
                found[name, change.key] = told, f"it is now what {'/'.join(other)} was" + (f': "{words[:100]}"' if words else "")
    return found


def _refers_elsewhere(comparison: Comparison, change: Change) -> tuple[str, str] | None:
    table = comparison.new.tables[change.table]
    if not set(table.columns) <= change.old.keys():
        return None
    before, now = references(table, ({f"n:{name}": cells[name] for name in table.columns} for cells in (change.old, change.new)))
    if min(len(before), len(now)) > 1 and not before & now:
        told = " and ".join("/".join(key) for _, key in sorted(before)), " and ".join("/".join(key) for _, key in sorted(now))
        column = next(column for column, _, _ in change.cells if column not in table.key)
        return column, f"it referred to {told[0]}, and refers to {told[1]}"
    return None


def _moved(comparison: Comparison) -> dict[tuple, tuple[str, str]]:
    """The claims and calls that say something else and rest on none of the words that they rested on."""
    needed = {"anchors": ("segment_id", "start", "end"), "segments": ("segment_id", "statement_id"), "statements": ("statement_id", "sha256")}
    for version in (comparison.old, comparison.new):
        for name, columns in needed.items():
            if name not in version.tables or not set(columns) <= set(version.tables[name].columns):
                return {}
    found = {}
    for name, column in WORDS.items():
        key = f"{column if name == 'claims' else 'call'}_id"
        altered = [c for c in comparison.changes.get(name, []) if c.old and c.new and c.old.get(column) != c.new.get(column)]
        if altered and all(key in version.tables["anchors"].columns for version in (comparison.old, comparison.new)):
            before, now = (_spans(version, key) for version in (comparison.old, comparison.new))
            for change in altered:
                was, is_ = before.get(change.id, set()), now.get(change.id, set())
                texts = {text for text, _, _ in was}
                # Positions tell only in one and the same text: a statement that was corrected has another hash.
                if was and is_ and texts == {text for text, _, _ in is_} and not _meet(was, is_):
                    found[name, change.key] = column, "it says something else, and rests on none of the words that it rested on"
    return found


Span = tuple[str, int, int]  # the statement's hash, start and end


def _spans(version: Version, key: str) -> dict[str, set[Span]]:
    """The spans on which each item rests."""
    hashes = dict(version.tables["statements"].values("statement_id", "sha256"))
    texts = {segment: hashes.get(statement, "") for segment, statement in version.tables["segments"].values("segment_id", "statement_id")}
    spans = defaultdict(set)
    for item, segment, start, end in version.tables["anchors"].values(key, "segment_id", "start", "end"):
        if item and re.fullmatch("[0-9]{1,7}", start) and re.fullmatch("[0-9]{1,7}", end):
            spans[item].add((texts.get(segment, ""), int(start), int(end)))
    return spans


def _meet(some: set[Span], others: set[Span]) -> bool:
    """Whether some character lies in a span of either set. The spans of one set do not overlap: that is another rule's (ANC106)."""
    both = sorted(some | others)
    return bool(some & others) or any(one[0] == next_[0] and next_[1] < one[2] for one, next_ in zip(both, both[1:]))


@rule("HIS102")
def row_vanished(comparison: Comparison) -> Iterator[Seen]:
    """A row has vanished from a table whose rows are retired.

    Why: whoever cited the id finds nothing, and cannot learn why.
    Mend: restore the row, with the status "retired" and in `version_retired` the version that withdraws it.
    Example: 1.0.0 has KH23-C012, 1.1.0 has no such row
    """
    for change in comparison.gone():
        if _retires(comparison, change.table) and not _append_only(comparison, change.table):
            yield _gone(comparison, change)
    for name in sorted(comparison.old.tables.keys() - comparison.new.tables.keys()):
        if comparison.old.tables[name].retires:
            yield Seen(DESCRIPTOR, f'the whole table "{name}"')


@rule("HIS103")
def append_only_altered(comparison: Comparison) -> Iterator[Seen]:
    """A row is changed or gone in a table to which rows are only ever added.

    Why: what was found on a day was found on that day; readers follow the sequence.
    Mend: restore the row as it was, and say what is known now in a new one.
    Example: the `finding` of KH23-F003 is reworded in `follow_ups`
    """
    for name, changes in comparison.changes.items():
        if not _append_only(comparison, name):
            continue
        for change in changes:
            if change.kind == "removed":
                yield _gone(comparison, change)
            elif change.cells:
                cells = "; ".join(f'{column} "{old[:100]}" → "{new[:100]}"' for column, old, new in change.cells)
                yield _at(comparison, change, f"{change.id}: {cells}", ", ".join(column for column, _, _ in change.cells))
    for name in sorted(comparison.old.tables.keys() - comparison.new.tables.keys()):
        if comparison.old.tables[name].append_only and not comparison.old.tables[name].retires:
            yield Seen(DESCRIPTOR, f'the whole table "{name}" is gone')


@rule("HIS104")
def not_appended(comparison: Comparison) -> Iterator[Seen]:
    """A row added to an append-only table has an id that is not higher than all of the old version's.

    Why: ids are given in order, and the order tells what was recorded first.
    Mend: give the row the next free id.
    Example: KH23-F000 is added to `follow_ups`, which counts up to KH23-F027
    """
    for name, changes in comparison.changes.items():
        added = [change for change in changes if change.kind == "added" and len(change.key) == 1]
        old = comparison.old.tables[name]
        if not added or not _append_only(comparison, name) or len(comparison.new.tables[name].key) != 1:
            continue
        highest: dict[str, tuple[int, str]] = {}  # by what comes before the number, the highest number and the id that has it
        for (id,) in old.values(*comparison.new.tables[name].key):
            if counted := _counted(id):
                highest[counted[0]] = max(highest.get(counted[0], (counted[1], id)), (counted[1], id))
        for change in added:
            counted = _counted(change.id)
            if counted and counted[0] in highest and counted[1] <= highest[counted[0]][0]:
                last = highest[counted[0]][1]
                yield _at(comparison, change, f"{change.id}, where the old version counts up to {last}", comparison.new.tables[name].key[0])


@rule("HIS105")
def version_fell(comparison: Comparison) -> Iterator[Seen]:
    """The version is lower than the old one's, or gone.

    Why: readers take the higher number for the newer data.
    Mend: raise `version` above the old one's; or swap the two, if the old version was given as the new one.
    Example: 1.2.0 → 1.1.9
    """
    old, new = comparison.old, comparison.new
    if old.parts and new.parts and new.parts < old.parts:
        yield Seen(DESCRIPTOR, f"{old.number} → {new.number}", field="version", value=new.number)
    if old.number and not new.number:
        yield Seen(DESCRIPTOR, f"{old.number} → none", field="version", value="")


@rule("HIS106")
def same_version_for_other_content(comparison: Comparison) -> Iterator[Seen]:
    """The content changed and the version did not.

    Why: two readers who name the same version would mean different data. (A package that never had a version cannot be
    named by it, and is left in peace.)
    Mend: raise `version` by what the message says, and say in `CHANGELOG.md` what changed.
    Example: a date is corrected in `claims`, and the version is still 1.0.0
    """
    if comparison.demanded and comparison.old.number == comparison.new.number != "":
        yield Seen(DESCRIPTOR, f'it is still "{comparison.new.number}", but {_demand(comparison)}', field="version", value=comparison.new.number)


@rule("HIS107")
def version_rose_too_little(comparison: Comparison) -> Iterator[Seen]:
    """The version rises by less than the changes ask for.

    Why: readers learn from the number whether their programs still work and whether there is something new.
    Mend: raise the part of `version` that the message names, by https://datapackage.org/recipes/data-package-version/.
    Example: rows are added, and 1.0.0 becomes 1.0.1 instead of 1.1.0
    """
    rise = comparison.rise
    # Before 1.0.0 any rise will do: https://semver.org/, item 4.
    if rise and rise < comparison.demanded and comparison.old.parts[0] > 0:
        note = f"{comparison.old.number} → {comparison.new.number} is a {rise.name} rise, but {_demand(comparison)}"
        yield Seen(DESCRIPTOR, note, field="version", value=comparison.new.number)


@rule("HIS108")
def changelog_names_another_version(comparison: Comparison) -> Iterator[Seen]:
    """The newest entry of CHANGELOG.md is not about the version.

    Why: readers look there for what is new in the version that they have.
    Mend: begin CHANGELOG.md with an entry `## <version> — <day>` that says what changed.
    Example: the package has version 1.1.0, and the newest entry begins with `## 1.0.0`
    """
    file, version = "CHANGELOG.md", comparison.new.number
    if comparison.new.changelog is None:
        if comparison.old.changelog is not None:
            yield Seen(file, "the old version has the file, and this one has not")
        return
    for line, text in enumerate(comparison.new.changelog.splitlines(), 1):
        if text.startswith("## "):
            if version and version not in (word.lstrip("v") for word in re.split(r"[\s\[\](),:]+", text)):
                yield Seen(file, f'the package has version "{version}", the entry is "{text[3:103]}"', line=line)
            return
    yield Seen(file, "it has no entry, that is no line that begins with `## `")


@rule("HIS109", severity="warning")
def row_deleted(comparison: Comparison) -> Iterator[Seen]:
    """A row is gone from a table whose rows cannot be retired.

    Why: whoever cited the id finds nothing; and once it is forgotten, somebody may give it to another row.
    Mend: restore the row if it still holds; if not, name its id in CHANGELOG.md and never give it again.
    Example: KH23-P012 is deleted from `participants`
    """
    for change in comparison.gone():
        old, new = comparison.old.tables[change.table], comparison.new.tables[change.table]
        if new.key and new.key == old.key and not _retires(comparison, change.table) and not _append_only(comparison, change.table):
            yield _gone(comparison, change)


# ------------------------------------------------------------------------------------------------------------- wording


def _demand(comparison: Comparison) -> str:
    first = comparison.demands[0]
    return f"{first.where}: {first.text}, which asks for a {first.level.name} version"


def _at(comparison: Comparison, change: Change, note: str, column: str) -> Seen:
    value = ", ".join(change.new.get(name, "") for name in column.split(", "))
    return Seen(comparison.new.tables[change.table].file, note, change.row, change.line, column, value)


def _gone(comparison: Comparison, change: Change) -> Seen:
    return Seen(comparison.new.tables[change.table].file, f"{change.id} of {comparison.old.where} is gone", value=change.id)


def _append_only(comparison: Comparison, name: str) -> bool:
    """Whether either version says so: a table does not cease to be append-only by ceasing to say it."""
    return comparison.old.tables[name].append_only or comparison.new.tables[name].append_only


def _retires(comparison: Comparison, name: str) -> bool:
    return comparison.old.tables[name].retires or comparison.new.tables[name].retires


def _number(version: str) -> tuple[int, ...] | None:
    return tuple(map(int, version.split("."))) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){2}", version) else None


def _counted(id: str) -> tuple[str, int] | None:
    """An id that ends in a number, as what comes before it and the number."""
    match = re.fullmatch(r"(.*?)([0-9]{1,18})", id)
    return (match[1], int(match[2])) if match else None
