"""Finds why the header of a table is not the list of its fields: one cause, from which many findings follow."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from claimtrack.core.findings import Cause
from claimtrack.core.visible import shorten
from claimtrack.package.records import Record
from claimtrack.package.sensitive import KEPT_OUT, hides
from claimtrack.reading.table import Table

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}
FEW = 5  # columns that a message names
# The rules whose findings depend on which field a cell belongs to.
OF_TYPE = ("HYG111", "HYG112", "HYG113", "HYG117", "EDT101", "CEL101", "CEL102", "CEL103", "KEY101", "KEY102", "KEY103")


@dataclass(frozen=True)
class Layout:
    """Why a header is not the list of the fields.

    `cause` is the finding on it, `words` say what is wrong, and `text` is the header as written, on `line`, or None
    where values are kept out. `moved` are the fields whose cells are not where they are expected. `swallowed` has the
    cells of a row that is taken for the header, by field.
    """

    cause: Cause
    words: str
    line: int
    text: str | None
    moved: frozenset[str]
    swallowed: Mapping[str, str]

    def explains(self, rule: str, fields: Sequence[str] = ()) -> bool:
        """Tells whether a finding of a rule on some columns follows from this cause.

        What is wrong with a cell whatever its column is, such as a control character, does not.
        """
        if rule == "TAB102":
            return self.cause.rule == "TAB104"
        return rule in OF_TYPE and not self.moved.isdisjoint(fields)


def layout_of(table: Table, record: Record | None) -> Layout | None:
    """Returns why the header of a table is not the list of its fields, where one cause explains it, or None.

    `record` is the header as read. Columns that were only renamed have no common cause.
    """
    told = table.csv.table
    exact = table.resource.schema.fields_match == "exact" and told.header is not False and told.header_rows == [1]
    if record is None or not exact or not table.names:
        return None
    labels, names = [label.strip() for label in record.cells], table.names
    if labels == names:
        return None
    hidden = hides(table.resource)  # where the header is missing, its cells are values
    due = {*map(alike, names)}
    shown = [label if not hidden or alike(label) in due else KEPT_OUT for label in labels]
    found = (
        _other_delimiter(table, record.text)
        or _no_header(table, labels)
        or _other_order([alike(label) for label in labels], labels, names)
        or _other_columns([alike(label) for label in labels], shown, names)
    )
    if found is None:
        return None
    rule, words, moved = found
    swallowed = dict(zip(names, labels, strict=False)) if rule == "TAB107" else {}
    text = None if hidden else shorten(record.text.rstrip("\r\n"))
    return Layout(Cause(rule, table.file), words, record.line, text, frozenset(moved), swallowed)


Found = tuple[str, str, Sequence[str]]  # a rule, what is wrong in words, and the fields whose cells have moved


def alike(label: str) -> str:
    """Returns the text that labels have in common which differ only in case, blanks or marks that cannot be seen."""
    bare = "".join(character for character in label if character.isprintable() or character.isspace())
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())


def unlike(label: str, name: str) -> str:
    """Says in which character two texts differ that look alike, as the end of a sentence. Else it is empty.

    They look alike where only case, blanks, composed letters or marks that cannot be seen differ, or where letters of
    another script stand for those of ASCII.
    """
    pairs = [(one, other) for one, other in zip_longest(label, name) if one != other]
    foreign = len(label) == len(name) and all(not (one + other).isascii() for one, other in pairs)
    if not pairs or not (foreign or alike(label) == alike(name)):
        return ""
    if label.casefold() == name.casefold():
        return "; they differ only in case"
    one, other = pairs[0]
    number = next(at for at, pair in enumerate(zip_longest(label, name), 1) if pair == (one, other))
    if other is None or one is None:
        return f"; {_spelt(one or other)} at its end is {'too many' if one else 'missing'}"
    return f"; they differ in character {number}, which is {_spelt(one)} instead of {_spelt(other)}"


def _spelt(character: str) -> str:
    """Returns the code point and the name of a character."""
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'without a name')})"


def _other_delimiter(table: Table, text: str) -> Found | None:
    """Looks for a delimiter that separates the line of the header into the names of the fields."""
    names, declared = {*map(alike, table.names)}, table.csv.delimiter
    for delimiter, word in DELIMITERS.items():
        if delimiter == declared or delimiter not in text:
            continue
        try:
            labels = {alike(label) for label in next(csv.reader([text], delimiter=delimiter), [])}
        except csv.Error:
            continue
        if len(names) > 1 and 2 * len(labels & names) > len(names):
            usual = DELIMITERS.get(declared, f'"{shorten(declared)}"')
            return "TAB104", f"the header is separated by {word}, and {usual} is declared", table.names
    return None


def _no_header(table: Table, labels: Sequence[str]) -> Found | None:
    """Finds out whether the header is a row: each cell is valid in its field, and some could be no label of it."""
    if len(labels) != len(table.fields) or {*map(alike, labels)} & {*map(alike, table.names)}:
        return None
    telling = False
    for field, label in zip(table.fields, labels, strict=True):
        read = field.create_cell_reader()
        value, notes = read(label)
        if notes:
            return None
        telling = telling or (value is not None and bool(read(field.name)[1]))
    words = f"the first line is a row; expected the header, {listed(table.names)}"
    return ("TAB107", words, []) if telling else None


def _other_order(plain: Sequence[str], labels: Sequence[str], names: Sequence[str]) -> Found | None:
    """Finds out whether all columns are there in another order."""
    due = [alike(name) for name in names]
    if plain == due or len({*due}) < len(due) or sorted(plain) != sorted(due):
        return None
    moved = [name for name, label, key in zip(names, plain, due, strict=True) if label != key]
    words = f"all columns are there, {len(moved)} of them elsewhere; expected {listed(names)}; found {listed(labels)}"
    return "TAB106", words, moved


def _other_columns(plain: Sequence[str], labels: Sequence[str], names: Sequence[str]) -> Found | None:
    """Finds out whether columns are missing or added, and at least half of the fields have one, in whatever order."""
    due = [alike(name) for name in names]
    if len({*plain}) < len(plain) or len({*due}) < len(due):
        return None
    common = [key for key in due if key in plain]
    if 2 * len(common) < len(due):
        return None
    moved = [names[at] for at in range(len(due)) if plain[at : at + 1] != due[at : at + 1]]
    if len(plain) == len(due) and not any(alike(name) in plain for name in moved):
        return None  # they were renamed where they are
    missing = [at for at, key in enumerate(due) if key not in plain]
    added = [at for at, key in enumerate(plain) if key not in due]
    parts = [f"{_between(at, names)} is missing" for at in missing[:FEW]]
    parts += [f"{_between(at, labels)} is no field of the Table Schema" for at in added[:FEW]]
    more = len(missing) + len(added) - len(parts)
    parts += [f"and {more} more"] if more else []
    parts += ["the others are in another order"] if common != [label for label in plain if label in due] else []
    return "TAB105", "; ".join(parts), moved


def _between(at: int, names: Sequence[str]) -> str:
    """Names a column and those beside it."""
    name = f'the column "{shorten(names[at])}"' if names[at] else f"column {at + 1}, which has no name,"
    before, after = names[at - 1 : at], names[at + 1 : at + 2]
    if before and after:
        return f'{name} between "{shorten(before[0])}" and "{shorten(after[0])}"'
    return f"{name} at the end" if before else f"{name} at the start"


def listed(names: Sequence[str]) -> str:
    """Returns names with commas between them, cut where they are many."""
    return shorten(", ".join(names))
