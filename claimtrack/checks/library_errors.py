"""Puts frictionless's errors in our own words, and makes findings of those that a tally wants."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from claimtrack.checks import ragged
from claimtrack.checks.causes import Causes
from claimtrack.checks.expectations import expected
from claimtrack.checks.keys import AGAIN, VOID, leads_nowhere
from claimtrack.checks.messages import of_row
from claimtrack.core.findings import Cause, Finding, Kind, Tally, of_file
from claimtrack.core.standard_rules import FRICTIONLESS
from claimtrack.core.visible import shorten
from claimtrack.package.checksums import other_number
from claimtrack.package.sensitive import hides, hides_any, quoted
from claimtrack.reading.layout import unlike
from claimtrack.reading.places import Places

if TYPE_CHECKING:
    from frictionless import Resource

# The property of a resource that a file does not match, by frictionless's error type.
COUNTED = {"hash-count": "hash", "byte-count": "bytes", "field-count": "fields", "row-count": "rows"}
UNSAID = "frictionless gives a reason, which is kept out since it may have values"


class Sample(NamedTuple):
    """One error that may become a finding.

    `rule` is our rule for it. `row` is the row at fault, or None; `line` may then give the line. `fields` are the
    columns at fault, and `note` and `due` say what is wrong, as those of `of_row` do. `cell` is the cell as
    frictionless read it, which is shown where the text of the table is not at hand. `cause` is the finding from which
    it follows, if it is known.
    """

    rule: str
    row: int | None
    fields: list[str]
    note: str
    line: int | None = None
    cell: object = None
    due: str = ""
    cause: Cause | None = None


class Samples:
    """Keeps the errors that a tally wants as samples until their places are looked up together. It counts the others.

    Findings name `file` where `places` is None.
    """

    def __init__(
        self, resource: Resource, places: Places | None, tally: Tally, file: str, causes: Causes | None = None
    ):
        self.resource, self.places, self.tally, self.file = resource, places, tally, file
        self.causes = causes
        self.kept: list[Sample] = []
        self._counts: Counter[tuple[str, str, Cause | None]] = Counter()
        self._kinds: set[Kind] = set()

    def take(self, sample: Sample) -> None:
        """Adds one error."""
        file = self.places.file_of(sample.row) if self.places else self.file
        cause = sample.cause or (self.places.follows(sample.rule, sample.fields) if self.places else None)
        kind = (sample.rule, file, ", ".join(sample.fields) or None, cause)
        if self._counts[sample.rule, file, cause] < self.tally.limit or kind not in self._kinds:
            self.kept.append(sample)
            self._counts[sample.rule, file, cause] += 1
            self._kinds.add(kind)
        else:
            self.tally.count(sample.rule, file, 1, *kind[2:])

    def take_error(self, error: Any) -> None:
        """Adds an error of frictionless."""
        sample, name = _sample(error, self.resource), self.resource.name
        cause = self.causes.of_error(error, sample.rule, name, self.places) if self.causes else None
        self.take(sample._replace(cause=cause))

    def enter(self) -> None:
        """Turns the kept errors into findings of the tally. They have places where the table can be parsed."""
        if self.places:
            self.places.fetch({sample.row for sample in self.kept if sample.row})
        for sample in self.kept:
            if self.places and sample.row:
                rule, row, fields, note, *_, due, cause = sample
                self.tally.add(of_row(rule, self.places, row, fields, note, due, cause))
            else:
                self.tally.add(self._without_place(sample))

    def _without_place(self, sample: Sample) -> Finding:
        """Makes a finding about a table that is not CSV, or about a whole file, from frictionless's row and value."""
        hidden = hides_any(self.resource, sample.fields)
        value = None if sample.cell is None or hidden else shorten(str(sample.cell))
        shown = quoted(self.resource, sample.cell, *sample.fields[:1])
        cell = f'{shown} (column "{sample.fields[0]}"); ' if sample.cell is not None and sample.fields else ""
        inline = f'the data of the resource "{self.resource.name}", ' if not self.resource.path else ""
        where = f"{inline}row {sample.row} (the header being 1): " if sample.row else ""
        said = "; ".join(filter(None, [UNSAID if hidden and sample.note else sample.note, sample.due]))
        note, fields = (where + cell + said).removesuffix("; ").removesuffix(": "), ", ".join(sample.fields) or None
        found = of_file(sample.rule, self.file, note, sample.line, fields)
        return replace(found, row=sample.row, value=value, follows_from=sample.cause)


def _sample(error: Any, resource: Resource) -> Sample:
    """Converts an error of frictionless: finds our rule for it and puts it in plain words."""
    rule = FRICTIONLESS.get(error.type, "FIL102")
    row, name = getattr(error, "row_number", None), getattr(error, "field_name", "")
    schema: Any = resource.schema if resource.tabular else None
    if rule.startswith("CEL"):
        constraint = re.search(r'constraint "(\w+)" is', error.note)
        if schema.has_field(name) and (constraint or error.type == "type-error"):
            cell = None if hides(resource, name) else error.cell
            due = f"expected {expected(schema.get_field(name), constraint and constraint[1], cell)}"
            return Sample(rule, row, [name], "", cell=error.cell, due=due)
        return Sample(rule, row, [name], error.note, cell=error.cell)
    if rule.startswith("KEY"):
        fields = [name] if error.type == "unique-error" else list(getattr(error, "field_names", schema.primary_key))
        return Sample(rule, row, fields, "", due=_on_key(error, resource.name))
    if rule.startswith("TAB1"):
        line = min(getattr(error, "row_numbers", [None]) or [None]) if row is None else None
        if (shape := _shape(error, resource)) is not None:
            return Sample(rule, row, [], "", line, due=shape)
        return Sample(rule, row, [], error.note or error.message, line)
    if told := COUNTED.get(error.type):
        return Sample(rule, None, [], "", due=shorten(_counted(told, error.note)))
    return Sample(rule, None, [], shorten(error.note))


def _counted(name: str, note: str) -> str:
    """Says in plain words how a file differs from the property `name` of its resource."""
    values = re.fullmatch('expected is "(.*)" and actual is "(.*)"', note)
    if values is None:
        return f"`{name}`: {note}"
    due, found = values.groups()
    return f"its hash is {found}, not {due}" if name == "hash" else other_number(name, int(found), int(due))


def _on_key(error: Any, table: str) -> str:
    """Says in plain words what is wrong with a key of a table."""
    if error.type == "foreign-key":
        return leads_nowhere(error.reference_name or table, error.reference_field_names)
    return VOID if "composing" in error.note else AGAIN


def _shape(error: Any, resource: Resource) -> str | None:
    """Says in plain words what is wrong with the shape of a row or a header, or returns None for other errors.

    A label that is the name of no field is shown as a cell is: where the header is missing, it is one.
    """
    fields, label = resource.schema.fields, getattr(error, "label", "")
    label = f'"{label}"' if label in resource.schema.field_names else quoted(resource, label)
    if error.type == "extra-cell":
        return ragged.too_many(error.field_number, len(error.cells), quoted(resource, error.cell), len(fields))
    if error.type == "missing-cell":
        return ragged.absent(error.field_name, len(error.cells), len(fields))
    if error.type == "blank-row":
        return ""
    if error.type == "extra-label":
        return f"{label} is no field of the Table Schema"
    if error.type == "missing-label":
        return f'the column "{error.field_name}" is missing'
    if error.type == "incorrect-label":
        alike = "" if hides(resource) else unlike(error.label, error.field_name)
        return f'{label} stands where "{error.field_name}" is expected' + alike
    if error.type == "blank-label":
        return f'column {error.field_number} has no name; expected "{error.field_name}"'
    if error.type == "duplicate-label":
        return f"{label} stands twice"
    return None
