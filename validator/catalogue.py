"""Every rule there is: its id, severity, title, why it matters and how to mend it.

A rule of ours is one function with one docstring: the first line names the bad condition, `Why:` and `Mend:` follow, and perhaps `Example:`.
The functions live in `schemas/`; rules that no table owns (those of the standard, of files and of descriptors) are below.
Ids are grouped by what they check and never reused.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule. `tables` are the tables it reads, the one that carries the finding first; `fields` are its columns there."""

    id: str
    severity: str
    title: str
    why: str
    mend: str
    example: str = ""
    tables: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    function: Callable | None = None


RULES: dict[str, Rule] = {}
BETWEEN_VERSIONS = ("comparison",)  # the `tables` of a rule that reads no table but a comparison of two versions of a package


def add(rule: Rule) -> None:
    """Enters a rule in the catalogue. Raises ValueError when its id is taken: ids are never reused."""
    if rule.id in RULES:
        raise ValueError(f"rule {rule.id} is defined twice")
    RULES[rule.id] = rule


def rule(id: str, *fields: str, severity: str = "error") -> Callable:
    """Makes a function a rule between columns, rows or tables.

    The function's parameters name the tables it reads, as narwhals lazy frames with the row number in `_row` and, for
    every EDTF column `x`, its first and last day in `x_from` and `x_to`. It returns the *bad* rows of its first table;
    a comparison with a missing value is null and so never bad. `fields` are the columns a finding names.

    A rule between two versions has the one parameter `comparison` instead, and yields what it saw (`validator.history`).
    """

    def register(function: Callable) -> Callable:
        title, why, mend, example = _read(function)
        add(Rule(id, severity, title, why, mend, example, tuple(inspect.signature(function).parameters), fields, function))
        return function

    return register


def _read(function: Callable) -> tuple[str, str, str, str]:
    text = " ".join(inspect.getdoc(function).split())
    parts = re.fullmatch(r"(?P<title>.+?)\.? Why: (?P<why>.+) Mend: (?P<mend>.+?)(?: Example: (?P<example>.+))?", text)
    if not parts:
        raise ValueError(f"the docstring of {function.__name__} lacks a title, Why: or Mend:")
    return parts["title"], parts["why"], parts["mend"], parts["example"] or ""


def _standard(id: str, title: str, why: str, mend: str) -> None:
    add(Rule(id, "error", title, why, mend))


_standard(
    "PKG101", "The descriptor breaks the Data Package standard",
    "Other tools rely on it to find and read the tables.",
    "Correct the property that the message names; the standard is at https://datapackage.org/.",
)  # fmt: skip
_standard(
    "PKG102", "A table that the claim-tracking profile asks for is missing or lacks a column",
    "Rules between tables need every table and column of the profile.",
    "Add the resource or the column, or drop `conformsTo` from the descriptor if this is no claim-tracking package.",
)  # fmt: skip
_standard(
    "FIL101", "A file is not what the descriptor's `bytes` or `hash` says",
    "A reader can then not tell a damaged or altered copy from the published one.",
    "Look at what changed; if it is meant, refresh the descriptor with `python -m validator.seal`.",
)  # fmt: skip
_standard(
    "FIL102", "A file cannot be read as the CSV that the descriptor declares",
    "None of its rows can be checked or used.",
    "Save the file in the encoding, with the delimiter and quoting that the descriptor declares.",
)  # fmt: skip
_standard(
    "FIL103", "A file that the descriptor names cannot be opened, or is empty",
    "Nothing can be said of the table, nor of those that refer to it.",
    "Put the file where the descriptor says, or correct the resource's `path`.",
)  # fmt: skip
_standard(
    "TAB101", "The header is not the list of fields in the Table Schema",
    "Readers that go by position and readers that go by name would see different values.",
    "Give the columns the names and the order of the Table Schema.",
)  # fmt: skip
_standard(
    "TAB102", "A row has more or fewer cells than the header",
    "Every value after the missing or surplus delimiter stands under the wrong name.",
    "Quote a cell that contains the delimiter; write an empty cell for a missing value.",
)  # fmt: skip
_standard(
    "TAB103", "A row is blank",
    "Tools disagree on whether it is a record.",
    "Delete the line.",
)  # fmt: skip
_standard(
    "CEL101", "A cell is not of its column's type",
    "The value cannot be read as what the Table Schema promises.",
    "Write the value in the form of the column's type and format.",
)  # fmt: skip
_standard(
    "CEL102", "A cell breaks a constraint of its column",
    "The Table Schema promises what values the column can hold.",
    "Give a value that the constraint allows.",
)  # fmt: skip
_standard(
    "KEY101", "A primary key is missing or stands twice",
    "Rows can then not be cited or joined.",
    "Give the row a new id; ids are never reused.",
)  # fmt: skip
_standard(
    "KEY102", "A value that must be unique stands twice",
    "Two rows then claim to be the same thing.",
    "Correct the value, or merge the rows.",
)  # fmt: skip
_standard(
    "KEY103", "A reference leads to no row",
    "What the row speaks of cannot be found.",
    "Correct the reference, or add the row it should lead to.",
)  # fmt: skip
_standard(
    "EDT101", "A date is not EDTF level 1, or names a day that no calendar has",
    "Programs cannot sort or compare it.",
    "Write YYYY, YYYY-MM or YYYY-MM-DD, an interval as start/end, with ~ for about and ? for uncertain.",
)  # fmt: skip

# frictionless's error types (https://framework.frictionlessdata.io/docs/errors/errors.html) and our rule for each;
# a type that is not listed is about a file.
FRICTIONLESS = {
    "type-error": "CEL101", "constraint-error": "CEL102", "cell-error": "CEL101",
    "primary-key": "KEY101", "unique-error": "KEY102", "foreign-key": "KEY103",
    "extra-cell": "TAB102", "missing-cell": "TAB102", "blank-row": "TAB103", "row-error": "TAB102",
    "blank-header": "TAB101", "header-error": "TAB101", "blank-label": "TAB101", "duplicate-label": "TAB101", "extra-label": "TAB101",
    "incorrect-label": "TAB101", "missing-label": "TAB101", "label-error": "TAB101",
    "hash-count": "FIL101", "byte-count": "FIL101", "field-count": "FIL101", "row-count": "FIL101",
    "package-error": "PKG101", "resource-error": "PKG101", "schema-error": "PKG101", "field-error": "PKG101", "dialect-error": "PKG101",
}  # fmt: skip
