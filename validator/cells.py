"""The verdict on the cells that the sieve did not prove: each distinct one is read as frictionless reads it.

Pandera judges the rows that are left, one check a column: "is read without a note". Type, row, field and constraint equal
frictionless's own by construction, since the reader is `Field.create_cell_reader`.
"""

from collections import defaultdict
from collections.abc import Mapping

import polars as pl
from frictionless import Field

from . import startup
from .findings import Tally
from .sieve import Sieve, refutation
from .tables import Table
from .watchdog import watchdog
from .wording import enter, expected

Faults = dict[str, pl.Series]  # by what failed, "type" or the name of a constraint: the distinct cells in fault


class Judge:
    """Judges the cells of one table, a frame of doubtful rows at a time."""

    def __init__(self, table: Table, sieve: Sieve):
        self.table, self.sieve, self.fields = table, sieve, table.resource.schema.fields

    def cells(self, held: pl.DataFrame, tally: Tally) -> None:
        """Adds the findings on rows that the sieve held back: `_row`, and a column of text a field, missing values as null."""
        if held.is_empty():
            return
        blank = pl.all_horizontal(pl.col(field.name).is_null() for field in self.fields)
        enter(tally, "TAB103", self.table, held.filter(blank)["_row"])
        held = held.filter(~blank)
        faults = self._faults(held)
        for name, rows in self._failures(held, faults).items():
            for kind, bad in sorted(faults[name].items()):
                rule, words = "CEL101" if kind == "type" else "CEL102", expected(self.table.resource.schema.get_field(name), kind)
                enter(tally, rule, self.table, rows.filter(rows["cell"].is_in(bad.implode(), nulls_equal=True))["_row"], [name], f"expected {words}")

    def _faults(self, held: pl.DataFrame) -> dict[str, Faults]:
        """By column, what frictionless does not read without a note."""
        proven = self.sieve.proven(held)
        whole, faults = proven.select(pl.all().all()).row(0, named=True), {}
        for field in self.fields:
            if whole[field.name]:
                continue
            with watchdog(f'a cell of the column "{field.name}"'):
                doubtful = held.get_column(field.name).filter(~proven.get_column(field.name)).unique(maintain_order=True)
                if found := _of_cells(field, doubtful):
                    faults[field.name] = found
        return faults

    def _failures(self, held: pl.DataFrame, faults: Mapping[str, Faults]) -> dict[str, pl.DataFrame]:
        """By column, the rows that Pandera finds wanting: `_row` and `cell`."""
        if not faults:
            return {}  # each doubt was dispelled, and there is nothing to judge
        startup.load_pandera()  # here, since a package without faults need not wait for it
        import pandera.polars as pa
        from pandera.errors import SchemaErrors

        def reads(column: str) -> "pa.Check":
            rejected = pl.concat(faults[column].values()).unique().implode()
            return pa.Check(lambda data: data.lazyframe.select(~pl.col(data.key).is_in(rejected, nulls_equal=True)), error=column, ignore_na=False)

        schema = pa.DataFrameSchema({name: pa.Column(pl.String, reads(name), nullable=True) for name in faults})
        try:
            schema.validate(held, lazy=True)
        except SchemaErrors as errors:
            cases = errors.failure_cases
            if set(cases["check"]) - set(faults):
                raise  # an exception inside a check: an error of ours, never a finding
            rows = {column: cases.filter(pl.col("check") == column)["index"].unique().sort() for column in faults}
            return {column: held.select("_row", cell=pl.col(column))[found] for column, found in rows.items() if len(found)}
        return {}


def _of_cells(field: Field, cells: pl.Series) -> Faults:
    """What is wrong with each of these distinct cells of a field."""
    alien = refutation(field)
    refuted = cells.str.contains(alien).fill_null(False) if alien else pl.repeat(False, len(cells), eager=True)
    bad, read = defaultdict(list), field.create_cell_reader()
    for cell in cells.filter(~refuted):
        for kind in read(cell)[1] or ():
            bad[kind].append(cell)
    found = {kind: pl.Series(texts, dtype=pl.String) for kind, texts in bad.items()}
    if refuted.any():
        types = [cells.filter(refuted), *([found["type"]] if "type" in found else [])]
        found["type"] = pl.concat(types)
    return found
