"""Rules between two versions of a package, which `claimtrack diff` runs: what was cited must keep its meaning.

Each rule gets the comparison (`claimtrack.versions.comparison.Comparison`) and yields its observations.
"""

import re
from collections.abc import Iterator

from semver import Version

from claimtrack import rule
from claimtrack.core.paths import DESCRIPTOR
from claimtrack.core.version_number import parts
from claimtrack.versions.bump import Bump
from claimtrack.versions.comparison import Change, Comparison, Seen


@rule("HIS102")
def row_vanished(comparison: Comparison) -> Iterator[Seen]:
    """A row has vanished from a table whose rows are retired.

    Why: whoever cited the id finds nothing, and cannot learn why.
    Mend: restore the row, with the status "retired" and in `version_retired` the version that withdraws it.
    Example: 1.0.0 has KH23-C012, 1.1.0 has no such row
    """
    for change in comparison.gone():
        if comparison.can_retire(change.table) and not comparison.is_append_only(change.table):
            yield comparison.seen_gone(change)
    for name in sorted(comparison.old.tables.keys() - comparison.new.tables.keys()):
        if comparison.old.tables[name].retires:
            yield Seen(DESCRIPTOR, f'the whole table "{name}"')


@rule("HIS103")
def append_only_altered(comparison: Comparison) -> Iterator[Seen]:
    """A row is changed or gone in a table to which rows are only ever added.

    Why: what was found on a day was found on that day; readers follow the sequence. (What was recorded wrongly can be
    corrected in a MAJOR version whose CHANGELOG.md names the row's id.)
    Mend: restore the row as it was, and say what is known now in a new one; or correct it in a MAJOR version that names
    it.
    Example: the `finding` of KH23-F003 is reworded in `follow_ups`
    """
    corrected = _named_by_the_changelog(comparison) if comparison.rise == Bump.MAJOR else set()
    for name, changes in comparison.changes.items():
        if not comparison.is_append_only(name):
            continue
        for change in changes:
            if change.kind == "removed":
                yield comparison.seen_gone(change)
            elif change.cells and change.id not in corrected:
                cells = "; ".join(f'{column} "{old[:100]}" → "{new[:100]}"' for column, old, new in change.cells)
                yield _at(
                    comparison, change, f"{change.id}: {cells}", ", ".join(column for column, _, _ in change.cells)
                )
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
        if not added or not comparison.is_append_only(name) or len(comparison.new.tables[name].key) != 1:
            continue
        # By the part of an id before its number, the highest number and the id that has it.
        highest: dict[str, tuple[int, str]] = {}
        for (id,) in old.values(*comparison.new.tables[name].key):
            if counted := _counted(id):
                highest[counted[0]] = max(highest.get(counted[0], (counted[1], id)), (counted[1], id))
        for change in added:
            counted = _counted(change.id)
            if counted and counted[0] in highest and counted[1] <= highest[counted[0]][0]:
                last = highest[counted[0]][1]
                yield _at(
                    comparison,
                    change,
                    f"{change.id}, where the old version counts up to {last}",
                    comparison.new.tables[name].key[0],
                )


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
    if comparison.required_bump and comparison.old.number == comparison.new.number != "":
        yield Seen(
            DESCRIPTOR,
            f'it is still "{comparison.new.number}", but {_demand(comparison)}',
            field="version",
            value=comparison.new.number,
        )


@rule("HIS107")
def version_rose_too_little(comparison: Comparison) -> Iterator[Seen]:
    """The version rises by less than the changes ask for.

    Why: readers learn from the number whether their programs still work and whether there is something new.
    Mend: raise the part of `version` that the message names, by https://datapackage.org/recipes/data-package-version/.
    Example: rows are added, and 1.0.0 becomes 1.0.1 instead of 1.1.0
    """
    rise, before = comparison.rise, comparison.old.parts
    # Before 1.0.0, and after a pre-release, any rise will do: https://semver.org/, items 4 and 9.
    if rise and rise < comparison.required_bump and before and before.major > 0 and not before.prerelease:
        note = f"{comparison.old.number} → {comparison.new.number} is a {rise.name} rise, but {_demand(comparison)}"
        yield Seen(DESCRIPTOR, note, field="version", value=comparison.new.number)


@rule("HIS108")
def changelog_names_another_version(comparison: Comparison) -> Iterator[Seen]:
    """The newest entry of CHANGELOG.md is not about the version.

    Why: readers look there for what is new in the version that they have.
    Mend: begin CHANGELOG.md with an entry `## <version> — <day>` that says what changed; only `## Unreleased` may stand
    above it.
    Example: the package has version 1.1.0, and the newest entry begins with `## 1.0.0`
    """
    file, version = "CHANGELOG.md", comparison.new.number
    if comparison.new.changelog is None:
        if comparison.old.changelog is not None:
            yield Seen(file, "the old version has the file, and this one has not")
        return
    for line, text in enumerate(comparison.new.changelog.splitlines(), 1):
        if text.startswith("## ") and not re.match(r"## \[?unreleased\b", text, re.IGNORECASE):
            if version and version not in (word.lstrip("v") for word in re.split(r"[\s\[\](),:]+", text)):
                yield Seen(file, f'the package has version "{version}", the entry is "{text[3:103]}"', line=line)
            return
    yield Seen(file, "it has no entry of a version, that is no line that begins with `## ` (other than Unreleased)")


@rule("HIS109", severity="warning")
def row_deleted(comparison: Comparison) -> Iterator[Seen]:
    """A row is gone from a table whose rows cannot be retired, and CHANGELOG.md does not name its id.

    Why: whoever cited the id finds nothing; and once it is forgotten, somebody may give it to another row.
    Mend: restore the row if it still holds; if not, name its id in CHANGELOG.md and never give it again.
    Example: KH23-P012 is deleted from `participants`
    """
    told = _named_by_the_changelog(comparison)
    for change in comparison.gone():
        old, new = comparison.old.tables[change.table], comparison.new.tables[change.table]
        if (
            change.id not in told
            and new.key
            and new.key == old.key
            and not comparison.can_retire(change.table)
            and not comparison.is_append_only(change.table)
        ):
            yield comparison.seen_gone(change)


@rule("HIS110")
def version_unknown_to_the_changelog(comparison: Comparison) -> Iterator[Seen]:
    """A row says that it was added or retired in a version of which CHANGELOG.md has no entry.

    Why: there was no such version, so nobody can look up what it was. (Versions before its oldest entry are let pass.)
    Mend: correct the row's version; or add the entry, if CHANGELOG.md lacks it.
    Example: a claim has the `version_added` 1.4.0, and CHANGELOG.md goes from 1.3.0 to 1.5.0
    """
    lines = (comparison.new.changelog or "").splitlines()
    known = {number for line in lines if line.startswith("## ") for number in _numbers(line)}
    if comparison.new.parts not in known:
        return  # HIS108 reports it
    for table in comparison.new.tables.values():
        for column in ("version_added", "version_retired"):
            if column in table.columns and table.key:
                for row in table.frame.iter_rows(named=True):
                    value, number = row[f"n:{column}"], parts(row[f"n:{column}"])
                    if number and number > min(known) and number not in known:
                        id = "/".join(row[f"n:{name}"] for name in table.key)
                        yield Seen(table.file, f'{id}: "{value}"', row["row"], row["line"], column, value)


# ------------------------------------------------------------------------------------------------------------- wording


def _named_by_the_changelog(comparison: Comparison) -> set[str]:
    """Returns the words of CHANGELOG.md, ids among them, of all entries since the old version.

    An entry without a number is one that is not out yet. Where the old version has no number, the newest entry counts.
    """
    entries = re.split(r"(?m)^## ", comparison.new.changelog or "")[1:]
    old = comparison.old.parts
    if old is None:
        entries = entries[:1]
    else:
        entries = [entry for entry in entries if all(number > old for number in _numbers(entry.partition("\n")[0]))]
    return set(re.findall(r"[\w/-]+", " ".join(entries)))


def _numbers(heading: str) -> set[Version]:
    """Returns the version numbers in a heading of CHANGELOG.md."""
    words = re.split(r"[\s\[\](),:]+", heading)
    return {number for word in words if (number := parts(word.lstrip("v")))}


def _demand(comparison: Comparison) -> str:
    """Says which change demands the greatest rise of the version."""
    first = comparison.required_bumps[0]
    return f"{first.where}: {first.text}, which asks for a {first.bump.name} version"


def _at(comparison: Comparison, change: Change, note: str, column: str) -> Seen:
    """Makes an observation about a row of the new version."""
    value = ", ".join(change.new.get(name, "") for name in column.split(", "))
    return Seen(comparison.new.tables[change.table].file, note, change.row, change.line, column, value)


def _gone(comparison: Comparison, change: Change) -> Seen:
    """Makes an observation about a row that is gone."""
    return Seen(
        comparison.new.tables[change.table].file, f"{change.id} of {comparison.old.where} is gone", value=change.id
    )


def _append_only(comparison: Comparison, name: str) -> bool:
    """Tells whether either version declares a table as append-only. Dropping the declaration does not end the duty."""
    return comparison.old.tables[name].append_only or comparison.new.tables[name].append_only


def _retires(comparison: Comparison, name: str) -> bool:
    """Tells whether the rows of a table can be retired in either version."""
    return comparison.old.tables[name].retires or comparison.new.tables[name].retires


def _counted(id: str) -> tuple[str, int] | None:
    """Splits an id that ends in a number into the part before the number and the number, or returns None."""
    match = re.fullmatch(r"(.*?)([0-9]{1,18})", id)
    return (match[1], int(match[2])) if match else None
