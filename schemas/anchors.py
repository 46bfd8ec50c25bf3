"""Rules between the columns of `anchors`, and between its rows."""

import narwhals as nw

from claimtrack import rule

from .common import check_letters_differ, given, item, reached, schema_of

schema = schema_of("anchors")


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
    Mend: run `claimtrack point` with a copy of the text.
    """
    return anchors.filter(nw.col("end") <= nw.col("start"))


@rule("ANC103", "segment_id", "start", "end", "sha256", "pointer_check")
def check_letters_do_not_fit(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The check letters do not fit the segment, the position and the hash.

    Why: one of them was mistyped or damaged, and the words of the claim can no longer be found.
    Mend: run `claimtrack point` with a copy of the text.
    """
    return check_letters_differ(anchors, "segment_id", "start", "end", "sha256")


@rule("ANC104", "sha256", "start", "end")
def one_span_two_hashes(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """Two anchors have one span and different hashes.

    Why: one text has one hash, so at least one of them is wrong.
    Mend: run `claimtrack point` with a copy of the text.
    """
    span = ["segment_id", "start", "end"]
    several = (
        anchors.select(*span, "sha256")
        .unique()
        .group_by(span)
        .agg(nw.len().alias("_hashes"))
        .filter(nw.col("_hashes") > 1)
    )
    return anchors.join(several, on=span, how="semi")


@rule("ANC105", "sha256", "start", "end")
def one_hash_two_lengths(anchors: nw.LazyFrame) -> nw.LazyFrame:
    """Two anchors have one hash and spans of different length.

    Why: the same words are equally long wherever they stand.
    Mend: run `claimtrack point` with a copy of the text.
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
    known = spans.filter(~nw.col("_item").is_null(), ~nw.col("segment_id").is_null(), nw.col("start") < nw.col("end"))
    overlapping = reached(known, "_item", "segment_id")
    return anchors.join(overlapping.filter(nw.col("start") < nw.col("_before")), on="_row", how="semi")
