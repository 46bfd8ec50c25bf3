"""Checks tables that the fast reader cannot prove regular: frictionless reads them, and its errors become findings."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from frictionless import Checklist, Resource

from claimtrack.checks import hygiene, ragged
from claimtrack.checks.causes import Causes
from claimtrack.checks.cells import RULES
from claimtrack.checks.dates import fault
from claimtrack.checks.expectations import expected
from claimtrack.checks.further import check_further_headers
from claimtrack.checks.keys import AGAIN, VOID, is_slip, keys_of_resource, leads_nowhere
from claimtrack.checks.messages import of_row
from claimtrack.core import limits
from claimtrack.core.errors import LibraryFailed, TooLarge
from claimtrack.core.findings import Cause, Finding, Kind, Tally, of_file
from claimtrack.core.standard_rules import FRICTIONLESS
from claimtrack.core.visible import shorten
from claimtrack.core.watchdog import watchdog
from claimtrack.package.loader import files_beneath
from claimtrack.package.sensitive import hides, hides_any, quoted
from claimtrack.reading.forms import is_edtf
from claimtrack.reading.layout import unlike
from claimtrack.reading.places import Places

# The property of a resource that a file does not match, by frictionless's error type.
COUNTED = {"hash-count": "hash", "byte-count": "bytes", "field-count": "fields", "row-count": "rows"}


UNSAID = "frictionless gives a reason, which is kept out since it may have values"


class Recorder(Checklist):
    """A checklist that passes each error on and keeps none, so that a million errors take no memory."""

    def __init__(self, sink: Callable[[Any], None]):
        super().__init__()
        self._sink = sink

    def match(self, error: Any) -> bool:
        """Passes an error on, and tells frictionless not to keep it."""
        self._sink(error)
        return False


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
        return Sample(rule, None, [], "", due=shorten(f"`{told}`: {error.note}"))
    return Sample(rule, None, [], shorten(error.note))


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


def check_row_by_row(
    resource: Resource, places: Places | None, file: str, standard: Tally, ours: Tally | None, causes: Causes
) -> int:
    """Adds frictionless's findings on a resource to `standard`, and our own on its cells and keys to `ours`, if given.

    Returns the number of rows that frictionless read. Findings name `file` where `places` is None. Raises TooLarge,
    Stuck, OSError and LibraryFailed.
    """
    samples = Samples(resource, places, standard, file, causes)
    own = RowChecks(resource, places, ours, file, samples) if resource.tabular else None
    try:
        with watchdog("a cell or the file's dialect"):
            if places and ours is not None:
                _look_ahead(places, ours)
            _read(resource, samples, own)
    finally:  # findings from before an exception are still true
        samples.enter()
        if own:
            own.enter()
    return own.count if own else 0


def _read(resource: Resource, samples: Samples, own: "RowChecks | None") -> None:
    """Has frictionless read a resource, and passes its errors to `samples` and its rows to `own`.

    Raises LibraryFailed and OSError.
    """
    try:
        with files_beneath(Path(resource.basepath or "")):
            report = resource.validate(Recorder(samples.take_error), limit_errors=0, on_row=own)
    except OSError:
        raise
    except Exception as error:
        said = "" if hides(resource) else f": {str(error)[:200]}"
        words = f"frictionless fails on it ({type(error).__name__}{said})"
        raise LibraryFailed(words) from error
    broken = samples.places.broken if samples.places else None
    if broken and samples.places and own:
        samples.places.rows = own.count
        words = f"{broken.words}; rows that could be checked before it: {own.count:,}"
        samples.tally.add(of_file("FIL102", broken.file, words, broken.line))
    for found in [*report.errors, *(each for task in report.tasks for each in task.errors)]:
        # Errors of the file and of the header, which a checklist does not see.
        if not (broken and FRICTIONLESS.get(found.type, "FIL102") == "FIL102"):
            samples.take_error(found)


def _look_ahead(places: Places, ours: Tally) -> None:
    """Reads the records before frictionless does. Checks their form, and raises TooLarge for what exceeds a bound."""
    try:
        hygiene.check_records(places, ours)
        check_further_headers(places, ours)
    except csv.Error as error:
        if "field larger than field limit" in str(error):
            most = limits.MAX_CELL // limits.MIB
            words = f"a cell is longer than {most:,} Mi characters; is a quote before it closed nowhere?"
            raise TooLarge(words) from None
    except (UnicodeDecodeError, EOFError):
        pass  # frictionless says why the file cannot be read


def _hashable(value: object) -> object:
    """Returns a value as it is, or the text of a list or an object, which cannot be hashed."""
    return repr(value) if isinstance(value, (list, dict)) else value


class RowChecks:
    """The checks that frictionless lacks. They run on each row that frictionless reads.

    The rows are counted. If there is a `tally`, `uniqueKeys` and the order of the rows are checked. Dates are checked
    only where the file is not text; `hygiene.check_records` has checked those of a text file.
    """

    def __init__(
        self, resource: Resource, places: Places | None, tally: Tally | None, file: str, standard: Samples | None = None
    ):
        self.samples = Samples(resource, places, tally or Tally(), file)
        self.standard = standard or self.samples  # for constraints of the standard that frictionless refuses
        self.beyond = [field for field in resource.schema.fields if getattr(field, "beyond", None)]
        self.count = 0
        keys = keys_of_resource(resource)
        self.primary = keys.primary if tally else []
        self.seen: dict[tuple[str, ...], set] = {tuple(key): set() for key in keys.unique_keys} if tally else {}
        self.dates = [field.name for field in resource.schema.fields if tally and not places and is_edtf(field)]
        self.before: list | None = None  # the primary key of the row before
        self.first, self.lower = 0, 0  # the first row whose key is lower than that of the row before, and their number

    def __call__(self, row: Any) -> None:
        """Checks the next row, which is a mapping from frictionless."""
        self.count += 1
        for name in self.dates:
            text = row.get(name)
            if isinstance(text, str) and (note := fault(text)):
                self.samples.take(Sample("EDT101", row.row_number, [name], note, cell=text))
        for field in self.beyond:
            value = row.get(field.name)
            for constraint, test in field.tests.items():  # type: ignore[attr-defined]
                if value is not None and not test(value):
                    words = f"expected {expected(field, constraint)}"
                    rule = RULES.get(constraint, "CEL102")
                    self.standard.take(Sample(rule, row.row_number, [field.name], "", cell=value, due=words))
        for names, seen in self.seen.items():
            values = tuple(_hashable(row.get(name)) for name in names)
            if None in values:
                continue
            if values in seen:
                self.samples.take(Sample("KEY102", row.row_number, list(names), "", due=AGAIN))
            seen.add(values)
        if self.primary:
            self._take_key(row.row_number, [row.get(name) for name in self.primary])

    def _take_key(self, number: int, values: list) -> None:
        """Compares the primary key of a row with that of the row before."""
        if None in values or not all(isinstance(value, (str, int)) for value in values):
            return
        before, self.before = self.before, values
        alike = before is not None and [*map(type, values)] == [*map(type, before)]
        if alike and before is not None and values < before:
            self.first, self.lower = self.first or number, self.lower + 1

    def enter(self) -> None:
        """Enters the findings, once all rows were read. One on the order is enough, since others would follow."""
        if is_slip(self.lower, self.count - 1):
            self.samples.take(Sample("HYG113", self.first, list(self.primary), ""))
        self.samples.enter()
