"""Tables that the fast way cannot prove regular: frictionless reads them row by row, and its errors become findings."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from frictionless import Checklist, Resource, errors

from . import hygiene, keys, limits
from .findings import Finding, Tally
from .general import FRICTIONLESS
from .tables import Table, TooLarge, open_content, records
from .watchdog import watchdog
from .wording import expected, of_file, of_row, shorten

# The properties of a resource that say what its file has to be, by frictionless's error where it is not.
COUNTED = {"hash-count": "hash", "byte-count": "bytes", "field-count": "fields", "row-count": "rows"}


class Failed(Exception):
    """frictionless itself failed on a table, as it does on lists in a key. Its text says how."""


class Recorder(Checklist):
    """A checklist that passes each error on and keeps none: a million errors need no memory."""

    def __init__(self, sink: Callable[[errors.Error], None]):
        super().__init__()
        self._sink = sink

    def match(self, error: errors.Error) -> bool:
        self._sink(error)
        return False


class Sample(NamedTuple):
    """One error: our rule for it, the row (or, where there is none, the line) and the columns at fault, what is said of it, and
    the cell as frictionless read it, for a table whose text is not looked at here."""

    rule: str
    row: int | None
    fields: list[str]
    note: str
    line: int | None = None
    cell: object = None


class Samples:
    """The errors that a tally wants as samples, kept until their places are looked up in one go; others are only counted."""

    def __init__(self, resource: Resource, table: Table | None, tally: Tally, file: str):
        self.resource, self.table, self.tally, self.file = resource, table, tally, file
        self.kept: list[Sample] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._columns: set[tuple[str, str, str]] = set()

    def take(self, sample: Sample) -> None:
        file = self.table.file_of(sample.row) if self.table else self.file
        column = (sample.rule, file, ", ".join(sample.fields))
        if self._counts[sample.rule, file] < self.tally.limit or column not in self._columns:
            self.kept.append(sample)
            self._counts[sample.rule, file] += 1
            self._columns.add(column)
        else:
            self.tally.count(sample.rule, file, 1)

    def error(self, error: errors.Error) -> None:
        """Takes an error of frictionless's."""
        self.take(_sample(error, self.resource))

    def enter(self) -> None:
        """Enters what was kept as findings, with their places where the table's form can be followed."""
        table = self.table if self.table and self.table.form else None
        if table:
            table.fetch({sample.row for sample in self.kept if sample.row})
        for sample in self.kept:
            if table and sample.row:
                self.tally.add(of_row(sample.rule, table, sample.row, sample.fields, sample.note))
            else:
                self.tally.add(self._without_place(sample))

    def _without_place(self, sample: Sample) -> Finding:
        """A finding on a table that is no file of CSV, or on a whole file: what frictionless says of the row and the value."""
        value = None if sample.cell is None else shorten(str(sample.cell))
        cell = f'"{value}" (column "{sample.fields[0]}"); ' if value is not None and sample.fields else ""
        inline = f'the data of the resource "{self.resource.name}", ' if not self.resource.path else ""
        where = f"{inline}row {sample.row} (the header being 1): " if sample.row else ""
        found = of_file(sample.rule, self.file, where + cell + sample.note, sample.line, ", ".join(sample.fields) or None)
        return replace(found, row=sample.row, value=value)


def _sample(error: errors.Error, resource: Resource) -> Sample:
    """An error of frictionless's by our rule, in plain words."""
    rule = FRICTIONLESS.get(error.type, "FIL102")
    row, name = getattr(error, "row_number", None), getattr(error, "field_name", None)
    schema = resource.schema if resource.tabular else None
    if rule.startswith("CEL"):
        constraint = re.match(r'constraint "(\w+)" is', error.note)
        known = schema.has_field(name) and (constraint or error.type == "type-error" and "item" not in error.note)
        words = f"expected {expected(schema.get_field(name), constraint and constraint[1])}" if known else error.note
        return Sample(rule, row, [name], words, cell=error.cell)
    if rule.startswith("KEY"):
        fields = [name] if error.type == "unique-error" else list(getattr(error, "field_names", schema.primary_key))
        return Sample(rule, row, fields, error.note)
    if rule.startswith("TAB1"):
        return Sample(rule, row, [], _shape(error, schema), min(getattr(error, "row_numbers", [None]) or [None]) if row is None else None)
    told = COUNTED.get(error.type)
    return Sample(rule, None, [], shorten(f"`{told}`: {error.note}" if told else error.note))


def _shape(error: errors.Error, schema) -> str:
    """What is wrong with a row's or a header's shape, in plain words."""
    if error.type == "extra-cell":
        return f'cell {error.field_number} of {len(error.cells)} is one too many: "{shorten(error.cell)}"; expected {len(schema.fields)} cells'
    if error.type == "missing-cell":
        return f'no cell for column "{error.field_name}"; expected {len(schema.fields)} cells and found {len(error.cells)}'
    if error.type == "blank-row":
        return ""
    if error.type == "extra-label":
        return f'"{shorten(error.label)}" is no field of the Table Schema'
    if error.type == "missing-label":
        return f'the column "{error.field_name}" is missing'
    if error.type == "incorrect-label":
        return f'"{shorten(error.label)}" stands where "{error.field_name}" is expected'
    if error.type == "blank-label":
        return f'column {error.field_number} has no name; expected "{error.field_name}"'
    if error.type == "duplicate-label":
        return f'"{shorten(error.label)}" stands twice'
    return error.note or error.message


def judge(resource: Resource, table: Table | None, file: str, standard: Tally, ours: Tally | None) -> int:
    """Adds frictionless's verdict on a resource to `standard` and, where given, ours on its cells and keys to `ours`; returns how
    many rows frictionless read. `file` is the one to name where `table`, which knows its own, is None.

    Raises TooLarge, watchdog.Stuck, OSError and Failed.
    """
    samples = Samples(resource, table, standard, file)
    own = Rows(resource, table, ours, file) if resource.tabular else None
    try:
        with watchdog("a cell or the file's dialect"):
            if table and table.form and ours is not None:
                _look_ahead(table, ours)
            _read(resource, samples, own)
    finally:  # what was found before it broke off is true all the same
        samples.enter()
        if own:
            own.samples.enter()
    return own.count if own else 0


def _read(resource: Resource, samples: Samples, own: "Rows | None") -> None:
    """Lets frictionless read a resource; its errors go to `samples`, its rows to `own`. Raises Failed and OSError."""
    csv.field_size_limit(limits.MAX_CELL)
    try:
        report = resource.validate(Recorder(samples.error), limit_errors=0, on_row=own)
    except OSError:
        raise
    except Exception as error:
        raise Failed(f"frictionless fails on it ({type(error).__name__}: {str(error)[:200]})") from error
    for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]:
        samples.error(error)  # those that no checklist sees: of the file, of the header


def _look_ahead(table: Table, ours: Tally) -> None:
    """Reads the records before frictionless does: their hygiene, and that none is beyond the bounds."""
    try:
        hygiene.of_records(table, records(table), ours)
        _headers_again(table, ours)
    except csv.Error as error:
        if "field larger than field limit" in str(error):
            raise TooLarge(f"a cell is longer than {limits.MAX_CELL // limits.MIB:,} Mi characters; is a quote before it closed nowhere?") from None
    except (UnicodeDecodeError, EOFError):
        pass  # frictionless says why the file cannot be read


def _headers_again(table: Table, tally: Tally) -> None:
    """Adds the findings on further files of a table whose first line is not the first file's: frictionless passes over it unseen."""
    if not table.repeats_header or table.form.table.header_rows != [1]:
        return
    for part in table.parts[1:]:
        with open_content(part.resource, part.path) as handle:
            line = handle.readline().decode(table.form.encoding).rstrip("\r\n").removeprefix("\ufeff")
        if next(csv.reader([line], table.form.dialect), []) != table.labels:
            note = f'the first line is "{shorten(line)}"; expected the header of {table.file}, since the line is passed over as such'
            tally.add(of_file("TAB101", part.file, note, 1))


def _hashable(value: object) -> object:
    """The value itself, or its text where it is a list or an object."""
    return repr(value) if isinstance(value, (list, dict)) else value


class Rows:
    """What frictionless does not look for, row by row as it reads: how many there are, and for `tally`, if there is one,
    `uniqueKeys` and the order of the rows."""

    def __init__(self, resource: Resource, table: Table | None, tally: Tally | None, file: str):
        self.samples = Samples(resource, table, tally or Tally(), file)
        self.count = 0
        self.primary = resource.schema.primary_key if tally else []
        self.seen = {tuple(key): set() for key in keys.unique_keys(resource)} if tally else {}
        self.before: list | None | bool = None  # the primary key of the row before; False once a row was out of order

    def __call__(self, row) -> None:
        self.count += 1
        for names, seen in self.seen.items():
            values = tuple(_hashable(row.get(name)) for name in names)
            if None in values:
                continue
            if values in seen:
                self.samples.take(Sample("KEY102", row.row_number, list(names), keys.AGAIN))
            seen.add(values)
        if self.primary and self.before is not False:
            values = [row.get(name) for name in self.primary]
            if None in values or not all(isinstance(value, (str, int)) for value in values):
                return
            if self.before is not None and [*map(type, values)] == [*map(type, self.before)] and values < self.before:
                self.samples.take(Sample("HYG113", row.row_number, list(self.primary), ""))
                self.before = False  # one is enough: the rest follows from it
            else:
                self.before = values
