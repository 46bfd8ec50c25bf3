"""The verdict on the cells that the sieve did not prove: each distinct one is read as frictionless reads it.

Pandera judges the rows that are left, one check a column: "is read without a note". Type, row, field and constraint equal
frictionless's own by construction, since the reader is `Field.create_cell_reader`.
"""

from collections.abc import Mapping

import polars as pl

from . import startup
from .findings import Tally
from .sieve import Sieve
from .tables import Table
from .watchdog import watchdog
from .wording import enter, expected

Notes = Mapping[str, str]  # by what failed, "type" or the name of a constraint: frictionless's words for it


class Judge:
    """Judges the cells of one table, a frame of doubtful rows at a time."""

    def __init__(self, table: Table, sieve: Sieve):
        self.table, self.sieve, self.fields = table, sieve, table.resource.schema.fields
        self.readers = {field.name: field.create_cell_reader() for field in self.fields}

    def cells(self, held: pl.DataFrame, tally: Tally) -> None:
        """Adds the findings on rows that the sieve held back: `_row`, and a column of text a field, missing values as null."""
        if held.is_empty():
            return
        blank = pl.all_horizontal(pl.col(field.name).is_null() for field in self.fields)
        enter(tally, "TAB103", self.table, held.filter(blank)["_row"])
        held = held.filter(~blank)
        notes = self._notes(held)
        for name, rows in self._failures(held, notes).items():
            for kind in sorted({kind for of_cell in notes[name].values() for kind in of_cell}):
                bad = [cell for cell, of_cell in notes[name].items() if kind in of_cell]
                rule, words = "CEL101" if kind == "type" else "CEL102", expected(self.table.resource.schema.get_field(name), kind)
                enter(tally, rule, self.table, rows.filter(rows["cell"].is_in(bad, nulls_equal=True))["_row"], [name], f"expected {words}")

    def _notes(self, held: pl.DataFrame) -> dict[str, dict[str | None, Notes]]:
        """By column, the distinct cells that frictionless does not read without a note."""
        proven, notes = self.sieve.proven(held), {}
        whole = proven.select(pl.all().all()).row(0, named=True)
        for name, read in self.readers.items():
            if whole[name]:
                continue
            with watchdog(f'a cell of the column "{name}"'):
                doubtful = held.get_column(name).filter(~proven.get_column(name)).unique(maintain_order=True)
                of_column = {cell: read(cell)[1] for cell in doubtful}
                notes[name] = {cell: found for cell, found in of_column.items() if found}
        return notes

    def _failures(self, held: pl.DataFrame, notes: Mapping[str, Mapping[str | None, Notes]]) -> dict[str, pl.DataFrame]:
        """By column, the rows that Pandera finds wanting: `_row` and `cell`."""
        if not any(notes.values()):
            return {}  # each doubt was dispelled, and there is nothing to judge
        startup.load_pandera()  # here, since a package without faults need not wait for it
        import pandera.polars as pa
        from pandera.errors import SchemaErrors

        def reads(column: str) -> "pa.Check":
            rejected = pl.Series(list(notes[column]), dtype=pl.String).implode()
            return pa.Check(lambda data: data.lazyframe.select(~pl.col(data.key).is_in(rejected, nulls_equal=True)), error=column, ignore_na=False)

        schema = pa.DataFrameSchema({name: pa.Column(pl.String, reads(name), nullable=True) for name, found in notes.items() if found})
        try:
            schema.validate(held, lazy=True)
        except SchemaErrors as errors:
            cases = errors.failure_cases
            if set(cases["check"]) - set(notes):
                raise  # an exception inside a check: an error of ours, never a finding
            rows = {column: cases.filter(pl.col("check") == column)["index"].unique().sort() for column in notes}
            return {column: held.select("_row", cell=pl.col(column))[found] for column, found in rows.items() if len(found)}
        return {}
