"""The ledger of completeness as a figure: how much of the statements' text some claim or call rests on."""

import narwhals as nw

from .home import home

HALF = 2**31


def coverage(segments: nw.LazyFrame, anchors: nw.LazyFrame) -> str:
    """One sentence: characters under an anchor, of all characters in segments that do not say why they carry no item.

    `segments` needs `segment_id`, `start`, `end` and `no_item_reason`, `anchors` `_row`, `segment_id`, `start` and `end`.
    """
    carrying = segments.filter(nw.col("no_item_reason").is_null()).select("segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    spans = anchors.join(carrying, on="segment_id", how="inner").select(
        "_row", "segment_id", nw.max_horizontal("start", "_from").alias("_first"), nw.min_horizontal("end", "_to").alias("_last")
    )
    spans = spans.filter(nw.col("_first") < nw.col("_last"))
    for name, of in (("_reach", nw.col("_last").cum_max()), ("_before", nw.col("_reach").shift(1))):
        spans = spans.with_columns(of.over("segment_id", order_by=["_first", "_row"]).alias(name))
    # Each span counts for what it adds to all those that begin before it.
    added = spans.select(nw.max_horizontal("_first", "_before").alias("_first"), "_last").filter(nw.col("_first") < nw.col("_last"))
    count, first, last = _sums(carrying, "_from", "_to")
    _, first_covered, last_covered = _sums(added, "_first", "_last")
    total, covered = last - first, last_covered - first_covered
    share = 100 * covered / total if total else 100
    # Rounded down, so that only what is whole reads as whole.
    return f"coverage {int(share * 100) / 100:g} %: a claim or call rests on {covered:,} of {total:,} characters in {count} segments"


def _sums(frame: nw.LazyFrame, *columns: str) -> list[int]:
    """How many rows there are, and the sum of each column: its high and low half apart, as floats, in which each is exact."""
    halves = [half for column in map(nw.col, columns) for half in (column - column % HALF, column % HALF)]
    sums = [half.cast(nw.Float64).sum().alias(f"_{number}") for number, half in enumerate(halves)]
    count, *found = home(frame.select(nw.len().alias("_count"), *sums)).row(0)
    whole = [int(half or 0) for half in found]
    return [count, *map(sum, zip(whole[::2], whole[1::2]))]
