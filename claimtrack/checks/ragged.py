"""Tells the cells that a row has too many of, or lacks (TAB102)."""

from collections.abc import Iterator

import polars as pl

from claimtrack.checks.messages import of_row
from claimtrack.core.findings import Tally
from claimtrack.package.sensitive import quoted
from claimtrack.reading.places import Places

RULE = "TAB102"


def check_ragged(places: Places, ragged: pl.DataFrame, tally: Tally) -> None:
    """Adds the findings on rows with another number of cells than the table has fields.

    The rows are in one file. `ragged` has these columns:

    | column | type | null means |
    |---|---|---|
    | `_row` | integer, the record's number (the header is 1) | never |
    | `cells` | integer, its number of cells; 0 for a blank row, on which TAB103 is told | never |
    """
    told = ragged.filter(pl.col("cells") > 0)
    if told.is_empty():
        return
    places.short.append(told)
    file, width = places.file_of(told["_row"][0]), len(places.table.fields)
    room = tally.wants(RULE, file)
    places.fetch(told["_row"][:room].to_list())  # one pass is quicker than one for each row
    made = 0
    for row in told["_row"][:room]:
        for note in notes(places, row):
            if made < room:
                tally.add(of_row(RULE, places, row, due=note))
                made += 1
    total = (told["cells"].cast(pl.Int64) - width).abs().sum()
    tally.count(RULE, file, int(total) - made)


def notes(places: Places, row: int) -> Iterator[str]:
    """Says of each cell that a row has too many, or lacks, what is wrong."""
    record = places.record(row)
    cells, names = record.cells if record else [], places.table.names
    for number, cell in enumerate(cells[len(names) :], len(names) + 1):
        yield too_many(number, len(cells), quoted(places.table.resource, cell), len(names))
    for name in names[len(cells) :]:
        yield absent(name, len(cells), len(names))


def too_many(number: int, count: int, cell: str, width: int) -> str:
    """Says of a cell, by its number from 1, that its row has too many cells: `count` instead of `width`.

    `cell` is the cell in quotes, or what stands in its place.
    """
    return f"cell {number} of {count} is one too many: {cell}; expected {width} cells"


def absent(name: str, count: int, width: int) -> str:
    """Says that a row has no cell for a column, and `count` cells instead of `width`."""
    return f'no cell for column "{name}"; expected {width} cells and found {count}'
