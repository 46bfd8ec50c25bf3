"""Measures coverage: how much of the statements' text has a claim or call that rests on it."""

import narwhals as nw

from claimtrack.core.frames import collect

HALF = 2**31  # numbers are summed in two halves, below and above this


def coverage(segments: nw.LazyFrame, anchors: nw.LazyFrame) -> str:
    """Returns one sentence on the share of characters that an anchor covers.

    Only segments that should have an item count: those without a reason for having none.

    | column | type | null means |
    |---|---|---|
    | `segment_id` (of both) | text | never |
    | `start`, `end` (of both) | integer, a position in the statement | never |
    | `no_item_reason` (of `segments`) | text, why the segment has no claim or call | it has some |
    | `_row` (of `anchors`) | integer, the record's number | never |
    """
    carrying = segments.filter(nw.col("no_item_reason").is_null()).select(
        "segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to")
    )
    spans = anchors.join(carrying, on="segment_id", how="inner").select(
        "_row",
        "segment_id",
        nw.max_horizontal("start", "_from").alias("_first"),
        nw.min_horizontal("end", "_to").alias("_last"),
    )
    spans = spans.filter(nw.col("_first") < nw.col("_last"))
    for name, of in (("_reach", nw.col("_last").cum_max()), ("_before", nw.col("_reach").shift(1))):
        spans = spans.with_columns(of.over("segment_id", order_by=["_first", "_row"]).alias(name))
    # Spans may overlap. Each counts only for the characters that no span before it covers.
    added = spans.select(nw.max_horizontal("_first", "_before").alias("_first"), "_last").filter(
        nw.col("_first") < nw.col("_last")
    )
    count, first, last = _sums(carrying, "_from", "_to")
    _, first_covered, last_covered = _sums(added, "_first", "_last")
    total, covered = last - first, last_covered - first_covered
    share = 100 * covered / total if total else 100
    # The share is rounded down, so that only full coverage reads as 100 %.
    shown = f"{int(share * 100) / 100:g} %"
    return f"coverage {shown}: a claim or call rests on {covered:,} of {total:,} characters in {count} segments"


def _sums(frame: nw.LazyFrame, *columns: str) -> list[int]:
    """Returns the number of rows and the sum of each of the integer columns.

    The high and the low half of the numbers are summed separately, as floats, so that each sum is exact on all engines.
    """
    halves = [half for column in map(nw.col, columns) for half in (column - column % HALF, column % HALF)]
    sums = [half.cast(nw.Float64).sum().alias(f"_{number}") for number, half in enumerate(halves)]
    count, *found = collect(frame.select(nw.len().alias("_count"), *sums)).row(0)
    whole = [int(half or 0) for half in found]
    return [count, *map(sum, zip(whole[::2], whole[1::2], strict=True))]
