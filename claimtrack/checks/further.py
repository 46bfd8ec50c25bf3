"""Checks the first line of every file of a table after the first: frictionless passes over it without a look."""

import csv

from claimtrack.core.findings import Tally, of_file
from claimtrack.package.sensitive import quoted
from claimtrack.reading.places import Places


def check_further_headers(places: Places, tally: Tally) -> None:
    """Adds a finding for each further file whose first line differs from the header of the first file.

    `places` has the labels of the first file. Raises OSError and UnicodeDecodeError.
    """
    table = places.table
    if not table.repeats_header or table.csv.table.header_rows != [1]:
        return
    for file in table.files[1:]:
        with table.content(file) as handle:
            line = handle.readline().decode(table.csv.encoding).rstrip("\r\n").removeprefix("\ufeff")
        if next(csv.reader([line], table.csv.python), []) != places.labels:
            words = f"expected the header of {table.file}, since the line is passed over as such"
            tally.add(of_file("TAB101", file, f"the first line is {quoted(table.resource, line)}; {words}", 1))
