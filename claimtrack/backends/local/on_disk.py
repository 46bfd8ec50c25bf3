"""What the rules of `schemas/` need of DuckDB, where the rows of a package are on disk: the same narwhals expressions, asked there."""

from collections.abc import Iterator
from itertools import chain

import narwhals as nw
import polars as pl

from . import rules
from .home import home, pieces
from .keystore import KeyStore
from .tables import Table


class Disk(rules.Local):
    """The engine of `rules.run`, for tables whose frames are relations of a store's: no table comes here whole."""

    def __init__(self, store: KeyStore):
        import duckdb  # here, since what fits in memory need not wait for it

        self.store = store
        self.lacking = (*rules.Local.lacking, duckdb.BinderException)

    def native(self, frame: pl.DataFrame):
        return self.store.write([frame])

    def typed(self, table: Table, broken: set[str]):
        frame, lost = nw.from_native(table.frame), set()
        whole = rules.typed(table, home(frame.head(0)), set(broken))

        def of_piece(piece: pl.DataFrame) -> pl.DataFrame:
            """Typed as ever, so that only the distinct texts of a piece are asked about; a column left out of it stands there empty."""
            without = set(broken)
            found = rules.typed(table, piece, without)
            lost.update(without - broken)
            return pl.concat([whole, found], how="diagonal")

        read = pieces(frame, *(name for name in table.frame.columns[1:] if name in whole.columns))
        typed = self.store.write(chain([whole], map(of_piece, read)))
        broken |= lost
        return nw.from_native(typed).drop(*lost).to_native()

    def distinct(self, frame, column: str) -> Iterator[tuple[str, int]]:
        texts = nw.from_native(frame).filter(~nw.col(column).is_null()).group_by(column).agg(nw.col("_row").min(), nw.len().alias("_count"))
        for piece in pieces(self.store.put(texts), column, "_count"):
            yield from piece.sort("_row").select(column, "_count").iter_rows()

    def rows(self, plans: list[nw.LazyFrame], most: list[int]) -> list[tuple[pl.Series, int]]:
        found = [self.store.rows(plan, wanted) for plan, wanted in zip(plans, most)]
        return [(pl.Series("_row", first, dtype=pl.UInt32), total) for first, total in found]
