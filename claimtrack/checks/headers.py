"""Checks the headers of a table's files, which frictionless strips, or passes over without a look."""

import csv

from claimtrack.checks.texts import edges
from claimtrack.core.findings import Tally, of_file
from claimtrack.package.sensitive import quoted
from claimtrack.reading.places import Places


def check_headers(places: Places, tally: Tally) -> None:
    """Adds a finding for each label of the first file with a blank at an end, or that a spreadsheet may run.

    Adds another for each further file whose first line differs from the header of the first file. `places` has the
    labels of the first file. Raises OSError and UnicodeDecodeError.
    """
    table, told = places.table, places.table.csv.table
    line = told.header_rows[0] if len(told.header_rows) == 1 else None
    for label in places.labels:
        for rule in edges(label):
            tally.add(of_file(rule, table.file, f"the label {quoted(table.resource, label)}", line))
    if not table.repeats_header or told.header_rows != [1]:
        return
    for file in table.files[1:]:
        with table.content(file) as handle:
            first = handle.readline().decode(table.csv.encoding).rstrip("\r\n").removeprefix("\ufeff")
        if next(csv.reader([first], table.csv.python), []) != places.labels:
            words = f"expected the header of {table.file}, since the line is passed over as such"
            tally.add(of_file("TAB101", file, f"the first line is {quoted(table.resource, first)}; {words}", 1))
