"""Checks the cells that the sieve did not prove valid: frictionless's own reader reads each distinct one.

The reader is `Field.create_cell_reader`, so that type, row, field and constraint always agree with frictionless.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from claimtrack.checks.expectations import expected
from claimtrack.checks.messages import enter
from claimtrack.core.errors import LibraryFailed
from claimtrack.core.findings import Tally
from claimtrack.core.watchdog import watchdog
from claimtrack.package.sensitive import quoted
from claimtrack.reading.forms import refutation
from claimtrack.reading.places import Places
from claimtrack.reading.sieve import Doubts

if TYPE_CHECKING:
    from frictionless import Field, Resource

RULES = {"type": "CEL101", "categories": "CEL103"}  # by what failed; CEL102 for any other constraint
Faults = dict[str, pl.Series]  # the distinct invalid cells, by what failed: "type" or the name of a constraint


def check_cells(places: Places, doubts: Doubts, tally: Tally) -> None:
    """Adds the findings on cells that the sieve did not prove valid. Raises Stuck and LibraryFailed."""
    if None in doubts:
        enter(tally, "TAB103", places, doubts[None]["_row"])
    for field in places.table.fields:
        if field.name not in doubts:
            continue
        doubtful = doubts[field.name].filter(~pl.col("proven")).select("_row", "cell")
        with watchdog(f'a cell of the column "{field.name}"'):
            faults = _faults(places.table.resource, field, doubtful["cell"].unique(maintain_order=True))
        for kind, bad in sorted(faults.items()):
            rule = RULES.get(kind, "CEL102")
            note = partial(_note, field, kind)
            rows = doubtful["_row"].filter(doubtful["cell"].is_in(bad.implode(), nulls_equal=True))
            if kind == "required" and places.short:  # the row is told to lack the cell already
                lacking = rows.is_in(_lacking(places, field.name).implode())
                told = rows.filter(lacking)
                enter(tally, rule, places, told, [field.name], note, follows="TAB102")
                rows = rows.filter(~lacking)
            enter(tally, rule, places, rows, [field.name], note)


def _note(field: Field, kind: str, cell: str | None) -> str:
    """Says what was expected of a cell, or of any cell of the field where its value is kept out."""
    return f"expected {expected(field, kind, cell)}"


def _lacking(places: Places, name: str) -> pl.Series:
    """Returns the numbers of the rows that have no cell for a field."""
    at = places.table.names.index(name)
    return pl.concat([each.filter(pl.col("cells") <= at)["_row"] for each in places.short])


def _faults(resource: Resource, field: Field, cells: pl.Series) -> Faults:
    """Finds out what is wrong with each of these distinct cells of a field. `cells` are texts, null where missing."""
    alien = refutation(field)
    refuted = cells.str.contains(alien).fill_null(False) if alien else pl.repeat(False, len(cells), eager=True)
    bad, read = defaultdict(list), field.create_cell_reader()
    for cell in cells.filter(~refuted).to_list():
        try:
            notes = read(cell)[1]
        except Exception as error:  # a fault of frictionless, which for example cannot compare a signalling NaN
            shown = quoted(resource, cell, field.name)
            words = f'frictionless fails on the cell {shown} (column "{field.name}")'
            raise LibraryFailed(f"{words}: {type(error).__name__}") from error
        for kind in notes or ():
            bad[kind].append(cell)
    found = {kind: pl.Series(texts, dtype=pl.String) for kind, texts in bad.items()}
    if refuted.any():
        types = [cells.filter(refuted), *([found["type"]] if "type" in found else [])]
        found["type"] = pl.concat(types)
    return found
