"""Coverage: how many characters the anchors cover, however they overlap."""

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.tracking.coverage import coverage


@pytest.mark.parametrize(
    "spans, covered",
    [
        ([(0, 10)], 10),
        ([(0, 4), (2, 6)], 6),
        ([(2, 6), (0, 4), (3, 5)], 6),
        ([(8, 20)], 2),
        ([], 0),
        ([(5, 5)], 0),
        ([(4, 2)], 0),
    ],
)
def test_positions_are_counted_once(spans, covered):
    segments = pl.DataFrame(
        {"segment_id": ["S", "T"], "start": [0, 11], "end": [10, 20], "no_item_reason": [None, "navigation"]}
    )
    anchors = pl.DataFrame(
        {"segment_id": ["S"] * len(spans), "start": [a for a, _ in spans], "end": [b for _, b in spans]},
        schema={"segment_id": pl.String, "start": pl.Int64, "end": pl.Int64},
    )
    frames = (nw.from_native(frame.lazy()) for frame in (segments, anchors.with_row_index("_row")))
    assert f"{covered} of 10 characters in 1 segments" in coverage(*frames)


SPANS = st.lists(st.tuples(st.sampled_from("ST"), st.integers(0, 30), st.integers(0, 30)), max_size=8)


@given(SPANS)
def test_each_position_is_counted_once_one_by_one(spans):
    bounds = {"S": (0, 10), "T": (11, 25)}
    expected = {
        (segment, at)
        for segment, start, end in spans
        for at in range(start, end)
        if bounds[segment][0] <= at < bounds[segment][1]
    }
    segments = pl.DataFrame(
        {"segment_id": ["S", "T"], "start": [0, 11], "end": [10, 25], "no_item_reason": [None, None]},
        schema_overrides={"no_item_reason": pl.String},
    )
    anchors = pl.DataFrame(
        spans, schema={"segment_id": pl.String, "start": pl.Int64, "end": pl.Int64}, orient="row"
    ).with_row_index("_row")
    assert f" {len(expected)} of 24 characters in 2 segments" in coverage(
        *(nw.from_native(frame.lazy()) for frame in (segments, anchors))
    )


def test_sums_are_exact_however_large():
    vast = 10**18 - 1
    segments = pl.DataFrame(
        {"segment_id": list("abcdefghijklmnopqrstuvwxyz"), "start": 1, "end": vast, "no_item_reason": None},
        schema_overrides={"no_item_reason": pl.String},
    )
    anchors = segments.select("segment_id", "start", "end").with_row_index("_row")
    said = coverage(*(nw.from_native(frame.lazy()) for frame in (segments, anchors)))
    assert f"{26 * (vast - 1):,} of {26 * (vast - 1):,} characters" in said
