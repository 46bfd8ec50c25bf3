"""What a check says: one small record a finding, and the error for a run that could not happen."""

from dataclasses import dataclass


class Unusable(Exception):
    """The package cannot be checked at all (missing, unreadable, unsafe). Its text is one sentence for the user."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong at one place.

    `line` and `column` are physical, 1-based and count characters as an editor does; `row` counts records with the
    header as row 1 (frictionless's `rowNumber`); `field` names the column or columns at fault. All four are None where
    the whole file is meant. `value` is the cell as written.
    """

    rule: str
    severity: str
    file: str
    message: str
    help: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """`file:line:column`, as far as known: the form that terminals and editors make clickable."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
