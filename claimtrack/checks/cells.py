"""The verdict on the cells that the sieve did not prove: each distinct one is read as frictionless reads it.

Pandera judges the rows that are left, one check a column: "is read without a note". Type, row, field and constraint equal
frictionless's own by construction, since the reader is `Field.create_cell_reader`.
"""

from collections import defaultdict

import polars as pl
from frictionless import Field

from . import startup
from .findings import Tally
from .handover import Failed
from .sieve import Doubts, refutation
from .tables import Table
from .watchdog import watchdog
from .wording import enter, expected, shorten

Faults = dict[str, pl.Series]  # by what failed, "type" or the name of a constraint: the distinct cells in fault


def judge(table: Table, doubts: Doubts, tally: Tally) -> None:
    """Adds the findings on cells that the sieve held back. Raises watchdog.Stuck and handover.Failed."""
    if None in doubts:
        enter(tally, "TAB103", table, doubts[None]["_row"])
    for field in table.resource.schema.fields:
        if field.name not in doubts:
            continue
        doubtful = doubts[field.name].filter(~pl.col("proven")).select("_row", "cell")
        with watchdog(f'a cell of the column "{field.name}"'):
            faults = _of_cells(field, doubtful["cell"].unique(maintain_order=True))
        wrong = _failures(field, doubtful, faults)
        for kind, bad in sorted(faults.items()):
            rule, words = "CEL101" if kind == "type" else "CEL102", expected(field, kind)
            rows = wrong if len(faults) == 1 else wrong.filter(wrong["cell"].is_in(bad.implode(), nulls_equal=True))
            enter(tally, rule, table, rows["_row"], [field.name], f"expected {words}")


def _failures(field: Field, doubtful: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The rows of a column that Pandera finds wanting: `_row` and `cell`."""
    if not faults:
        return doubtful.clear()  # each doubt was dispelled, and there is nothing to judge
    startup.load_pandera()  # here, since a package without faults need not wait for it
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    rejected = pl.concat(faults.values()).unique().implode()
    reads = pa.Check(lambda data: data.lazyframe.select(~pl.col(data.key).is_in(rejected, nulls_equal=True)), error=field.name)
    try:
        pa.DataFrameSchema({"cell": pa.Column(pl.String, reads, nullable=True)}).validate(doubtful, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        if (cases["check"] != field.name).any():
            raise  # an exception inside a check: an error of ours, never a finding
        return doubtful[cases["index"].unique().sort()]
    return doubtful.clear()


def _of_cells(field: Field, cells: pl.Series) -> Faults:
    """What is wrong with each of these distinct cells of a field."""
    alien = refutation(field)
    refuted = cells.str.contains(alien).fill_null(False) if alien else pl.repeat(False, len(cells), eager=True)
    bad, read = defaultdict(list), field.create_cell_reader()
    for cell in cells.filter(~refuted).to_list():
        try:
            notes = read(cell)[1]
        except Exception as error:  # of frictionless's: it cannot compare a signalling NaN
            raise Failed(f'frictionless fails on the cell "{shorten(cell)}" (column "{field.name}"): {type(error).__name__}') from error
        for kind in notes or ():
            bad[kind].append(cell)
    found = {kind: pl.Series(texts, dtype=pl.String) for kind, texts in bad.items()}
    if refuted.any():
        types = [cells.filter(refuted), *([found["type"]] if "type" in found else [])]
        found["type"] = pl.concat(types)
    return found
