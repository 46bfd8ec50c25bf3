"""Rules between the columns of `anchors`, and between its rows."""

import narwhals as nw

from validator.catalogue import rule

from .common import check_letters_differ, given, item


@rule("ANC101", "claim_id", "call_id")
def not_exactly_one_item(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor carries neither a claim nor a call, or both.

    Why: an anchor is a pointer from one item to its words.
    Mend: fill in exactly one of `claim_id` and `call_id`; use two anchors for two items.
    """
    return anchors.filter(given("claim_id", "call_id") != 1)


@rule("ANC102", "start", "end")
def ends_before_it_starts(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor ends before it starts.

    Why: such a span holds no text.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    return anchors.filter(nw.col("end") <= nw.col("start"))


@rule("ANC103", "segment_id", "start", "end", "sha256", "pointer_check")
def check_letters_do_not_fit(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The check letters do not fit the segment, the position and the hash.

    Why: one of them was mistyped or damaged, and the words of the claim can no longer be found.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    return check_letters_differ(anchors, "segment_id", "start", "end", "sha256")


@rule("ANC104", "sha256", "start", "end")
def one_span_two_hashes(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """Two anchors have one span and different hashes.

    Why: one text has one hash, so at least one of them is wrong.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    span = ["segment_id", "start", "end"]
    several = anchors.select(*span, "sha256").unique().group_by(span).agg(nw.len().alias("_hashes")).filter(nw.col("_hashes") > 1)
    return anchors.join(several, on=span, how="semi")


@rule("ANC105", "sha256", "start", "end")
def one_hash_two_lengths(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """Two anchors have one hash and spans of different length.

    Why: the same words are equally long wherever they stand.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    length = anchors.select("sha256", (nw.col("end") - nw.col("start")).alias("_length")).unique()
    several = length.group_by("sha256").agg(nw.len().alias("_lengths")).filter(nw.col("_lengths") > 1)
    return anchors.join(several, on="sha256", how="semi")


@rule("ANC106", "start", "claim_id", "call_id")
def item_overlaps_itself(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """Two anchors of one item overlap.

    Why: its words would be counted twice.
    Mend: give the item one longer anchor, or cut the two where they meet.
    """
    spans = anchors.select("_row", item(), "segment_id", "start", "end")
    other = spans.select("_item", "segment_id", nw.col("_row").alias("_other"), nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    pairs = spans.join(other, on=["_item", "segment_id"], how="inner")
    later = pairs.filter(nw.col("_row") > nw.col("_other"), nw.col("start") < nw.col("_to"), nw.col("_from") < nw.col("end"))
    return anchors.join(later, on="_row", how="semi")
