"""Coverage: how many characters the anchors cover, however they overlap."""

import polars as pl
import pytest

from validator.ledger import coverage


@pytest.mark.parametrize(
    "spans, covered",
    [([(0, 10)], 10), ([(0, 4), (2, 6)], 6), ([(2, 6), (0, 4), (3, 5)], 6), ([(8, 20)], 2), ([], 0), ([(5, 5)], 0), ([(4, 2)], 0)],
)
def test_positions_are_counted_once(spans, covered):
    segments = pl.DataFrame({"segment_id": ["S", "T"], "start": [0, 11], "end": [10, 20], "no_item_reason": [None, "navigation"]})
    anchors = pl.DataFrame({"segment_id": ["S"] * len(spans), "start": [a for a, _ in spans], "end": [b for _, b in spans]}, schema={"segment_id": pl.String, "start": pl.Int64, "end": pl.Int64})
    assert f"{covered} of 10 characters in 1 segments" in coverage(segments, anchors)
