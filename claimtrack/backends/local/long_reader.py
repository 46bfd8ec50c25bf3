"""Reads one block of a table in which a record may span several lines."""

import polars as pl

from claimtrack.backends.local.blocks import Irregular
from claimtrack.backends.local.reader import Reader


class LongReader(Reader):
    """A reader for tables in which a record may span several lines, until its quotes are closed."""

    long = True

    def _records(self, lines: pl.Series) -> tuple[pl.Series, pl.Series | None]:
        quotes = lines.str.count_matches('"', literal=True)
        within = (quotes.cum_sum() % 2).cast(pl.Boolean)  # whether a quote is open after a line
        if not within.any():
            return lines, None
        if within[-1]:
            raise Irregular
        starts = ~within.shift(1, fill_value=False)
        frame = pl.DataFrame([lines, starts.cum_sum().alias("record")]).set_sorted("record")
        return frame.group_by("record", maintain_order=True).agg("line")["line"].list.join("\n"), starts
