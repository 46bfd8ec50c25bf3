"""Checks tables that the fast reader cannot prove regular: frictionless reads them, and its errors become findings."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from frictionless import Checklist, Resource

from claimtrack.checks import hygiene
from claimtrack.checks.causes import Causes
from claimtrack.checks.cells import RULES
from claimtrack.checks.dates import fault
from claimtrack.checks.expectations import expected
from claimtrack.checks.headers import check_headers
from claimtrack.checks.key_kinds import is_slip, keys_of_resource
from claimtrack.checks.keys import AGAIN
from claimtrack.checks.library_errors import Sample, Samples
from claimtrack.core import limits
from claimtrack.core.errors import LibraryFailed, TooLarge
from claimtrack.core.findings import Tally, of_file
from claimtrack.core.standard_rules import FRICTIONLESS
from claimtrack.core.watchdog import watchdog
from claimtrack.package.described import library
from claimtrack.package.loader import files_beneath
from claimtrack.package.sensitive import hides
from claimtrack.reading.forms import is_edtf
from claimtrack.reading.places import Places


class Recorder(Checklist):
    """A checklist that passes each error on and keeps none, so that a million errors take no memory."""

    def __init__(self, sink: Callable[[Any], None]):
        super().__init__()
        self._sink = sink

    def match(self, error: Any) -> bool:
        """Passes an error on, and tells frictionless not to keep it."""
        self._sink(error)
        return False


def check_row_by_row(
    resource: Resource, places: Places | None, file: str, standard: Tally, ours: Tally | None, causes: Causes
) -> int:
    """Adds frictionless's findings on a resource to `standard`, and our own on its cells and keys to `ours`, if given.

    Returns the number of rows that frictionless read. Findings name `file` where `places` is None. Raises TooLarge,
    Stuck, OSError and LibraryFailed.
    """
    told, resource = resource, library(resource)
    if told is not resource and places and places.table.dialect:  # so that frictionless need not guess it once more
        resource.encoding = places.table.csv.encoding
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
        check_headers(places, ours)
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
