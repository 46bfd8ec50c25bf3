"""The ledger of completeness as a figure: how much of the statements' text some claim or call rests on."""

from collections.abc import Iterable

import polars as pl


def coverage(segments: pl.DataFrame, anchors: pl.DataFrame) -> str:
    """One sentence: characters under an anchor, of all characters in segments that do not say why they carry no item.

    `segments` needs `segment_id`, `start`, `end` and `no_item_reason`, `anchors` `segment_id`, `start` and `end`.
    """
    spans = anchors.group_by("segment_id").agg("start", "end").rows_by_key("segment_id", unique=True)
    total = covered = count = 0
    for segment, start, end, reason in segments.select("segment_id", "start", "end", "no_item_reason").iter_rows():
        if reason:
            continue
        count, total = count + 1, total + end - start
        covered += _covered(start, end, zip(*spans.get(segment, ([], []))))
    share = 100 * covered / total if total else 100
    # Rounded down, so that only what is whole reads as whole.
    return f"coverage {int(share * 100) / 100:g} %: a claim or call rests on {covered:,} of {total:,} characters in {count} segments"


def _covered(start: int, end: int, spans: Iterable[tuple[int, int]]) -> int:
    """How many of the positions from `start` to before `end` lie in a span; nothing is laid out, since positions can be of any size."""
    covered = 0
    for first, last in sorted(spans):
        first, last = max(first, start), min(last, end)
        if first < last:
            covered, start = covered + last - first, last
    return covered
