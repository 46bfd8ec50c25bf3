"""Rules between a statement's text and its items: segments tile the text, and anchors cover it."""

import hashlib
from collections.abc import Callable

import narwhals as nw

from claimtrack import rule
from claimtrack.core.frames import collect
from claimtrack.tracking.coverage import coverage

from .common import on, reached, standing, with_item


def _with_previous(segments: nw.LazyFrame, *columns: str) -> nw.LazyFrame:
    """Adds to each segment the columns of the segment before it in its statement, by position.

    The column `x` of the segment before is named `_x`. It is null for the first segment.
    """
    previous = [
        nw.col(name).shift(1).over("statement_id", order_by=["start", "_row"]).alias(f"_{name}") for name in columns
    ]
    return segments.with_columns(*previous)


@rule("SEG201", "start")
def gap_or_overlap(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment does not begin one character after the end of the one before it, or the first not at 0.

    Why: a part of the statement would be coded twice or not at all.
    Mend: run `claimtrack point` with a copy of the text; if a segment is missing, restore its row.
    """
    due = nw.when(nw.col("_end").is_null()).then(nw.lit(0)).otherwise(nw.col("_end") + 1)
    return _with_previous(segments, "end").filter(nw.col("start") != due)


@rule("SEG202", "ordinal")
def out_of_order(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment's ordinal does not follow the one before it, or the first is not 1.

    Why: the ordinals are how people count sentences.
    Mend: number the segments of a statement 1, 2, 3... as they stand in the text.
    """
    due = nw.when(nw.col("_ordinal").is_null()).then(nw.lit(1)).otherwise(nw.col("_ordinal") + 1)
    return _with_previous(segments, "ordinal").filter(nw.col("ordinal") != due)


@rule("SEG203", "paragraph")
def paragraph_out_of_order(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment's paragraph is neither that of the segment before it nor the next one, or the first is not 1.

    Why: the paragraphs are how people find a sentence.
    Mend: number the paragraphs of a statement 1, 2, 3... as they stand in the text.
    """
    step = nw.col("paragraph") - nw.when(nw.col("_paragraph").is_null()).then(nw.lit(0)).otherwise(nw.col("_paragraph"))
    first = nw.col("_paragraph").is_null()
    return _with_previous(segments, "paragraph").filter((first & (step != 1)) | ~step.is_in([0, 1]))


@rule("STA201", "length")
def segments_do_not_reach_the_end(statements: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segments do not end where the statement ends, or there are none.

    Why: the rest of the statement would not be coded.
    Mend: add the missing segments with `claimtrack point`, or correct the statement's length with it.
    """
    ends = segments.group_by("statement_id").agg(nw.col("end").max().alias("_end"))
    both = statements.join(ends, on="statement_id", how="left")
    return both.filter(nw.col("_end").is_null() | (nw.col("_end") != nw.col("length")))


@rule("SEG204", "kind", "voice_id")
def voice_at_odds_with_kind(segments: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """A quotation is in the publisher's voice, or another kind of segment is not.

    Why: who speaks must never be in doubt.
    Mend: give a quotation the voice of the person quoted and every other segment that of the publisher.
    """
    both = segments.join(statements.select("statement_id", "publisher_id"), on="statement_id", how="inner")
    return both.filter((nw.col("kind") == "quotation") == (nw.col("voice_id") == nw.col("publisher_id")))


# ------------------------------------------------------------------------------------------ the anchors cover them


@rule("SEG205", "no_item_reason")
def neither_item_nor_reason(
    segments: nw.LazyFrame, anchors: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """The segment carries neither an item that stands nor a reason why not, or both.

    Why: nobody may drop a sentence unnoticed, and an item that is retired says nothing any more.
    Mend: code the sentence, or say in `no_item_reason` why it carries nothing.
    """
    anchored = standing(anchors, claims, calls).select("segment_id", nw.lit(True).alias("_anchored")).unique()
    both = segments.join(anchored, on="segment_id", how="left")
    return both.filter(nw.col("_anchored").is_null() == nw.col("no_item_reason").is_null())


@rule("SEG206", "start", "end")
def words_without_item(
    segments: nw.LazyFrame, anchors: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """Some characters of the segment are covered by no anchor of an item that stands.

    Why: nobody may drop a clause unnoticed.
    Mend: code what those words say, or let the anchor of the item that they belong to reach over them.
    """
    own = segments.select("segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    known = standing(anchors, claims, calls).filter(nw.col("start") < nw.col("end"))
    spans = known.select("_row", "segment_id", "start", "end").join(own, on="segment_id", how="inner")
    before = nw.when(nw.col("_before") > nw.col("_from")).then(nw.col("_before")).otherwise(nw.col("_from"))
    gaps = reached(spans, "segment_id").with_columns(before.alias("_bare"))
    gap = gaps.filter(nw.col("_bare") < nw.col("start"), nw.col("_bare") < nw.col("_to")).select("segment_id")
    ends = spans.group_by("segment_id", "_to").agg(nw.col("end").max().alias("_last"))
    short = ends.filter(nw.col("_last") < nw.col("_to")).select("segment_id")
    bare = nw.concat([gap, short], how="vertical").unique()
    return segments.join(bare, on="segment_id", how="semi")


@rule("ANC201", "start", "end", "segment_id")
def outside_its_segment(anchors: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor reaches beyond its segment.

    Why: it points at the words of another sentence.
    Mend: run `claimtrack point` with a copy of the text.
    """
    own = segments.select("segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    both = anchors.join(own, on="segment_id", how="inner")
    return both.filter((nw.col("start") < nw.col("_from")) | (nw.col("end") > nw.col("_to")))


@rule("ANC202", "sha256", "segment_id")
def whole_segment_other_hash(anchors: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor covers the whole segment and has another hash.

    Why: one text has one hash, so one of the two is wrong.
    Mend: run `claimtrack point` with a copy of the text.
    """
    own = segments.select("segment_id", "start", "end", nw.col("sha256").alias("_sha256"))
    return anchors.join(own, on=["segment_id", "start", "end"], how="inner").filter(
        nw.col("sha256") != nw.col("_sha256")
    )


@rule("ANC203", "segment_id", "claim_id", "call_id")
def item_of_another_statement(
    anchors: nw.LazyFrame, segments: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """The anchor ties an item to a segment of another statement.

    Why: a claim is found in the statement that makes it.
    Mend: correct the segment or the item.
    """
    both = anchors.join(
        segments.select("segment_id", nw.col("statement_id").alias("_of_segment")), on="segment_id", how="inner"
    )
    for items, key in ((claims, "claim_id"), (calls, "call_id")):
        both = both.join(items.select(key, nw.col("statement_id").alias(f"_of_{key}")), on=key, how="left")
    return both.filter(nw.coalesce(nw.col("_of_claim_id"), nw.col("_of_call_id")) != nw.col("_of_segment"))


@rule("CLM201", "claim_id")
def claim_without_anchor(claims: nw.LazyFrame, anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The claim rests on no words of the statement.

    Why: whoever has a copy could not check that the statement says so.
    Mend: add the words it rests on to your quotes and run `claimtrack point`; or retire the claim.
    """
    return claims.filter(nw.col("status") == "active").join(anchors, on="claim_id", how="anti")


@rule("CAL201", "call_id")
def call_without_anchor(calls: nw.LazyFrame, anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The call rests on no words of the statement.

    Why: whoever has a copy could not check that the statement demands it.
    Mend: add the words it rests on to your quotes and run `claimtrack point`; or retire the call.
    """
    return calls.filter(nw.col("status") == "active").join(anchors, on="call_id", how="anti")


# What no check can tell without the statement's text, which is no part of a package.
NOT_CHECKED = "not checked without the text: positions, and runs of words shared with it (`claimtrack prove`)"


def summary(segments: nw.LazyFrame, anchors: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> str:
    """Returns one sentence on how much of the text the items that stand cover, and on statements that have none."""
    said = coverage(segments, standing(anchors, claims, calls))
    items = nw.concat([each.select("statement_id", "status") for each in (claims, calls)], how="vertical")
    stands = items.filter(nw.col("status") != "retired").select("statement_id")
    gone = collect(items.join(stands, on="statement_id", how="anti").select("statement_id").unique())
    names = ", ".join(sorted(gone["statement_id"].drop_nulls()))
    gap = f"; no claim or call of {names} stands, since all are retired" if names else ""
    return f"{said}{gap}; {NOT_CHECKED}"


@rule("ANC205", "claim_id", "call_id")
def retired_item_anchored(anchors: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor carries a claim or call that is retired.

    Why: its words would count as coded, although no item of the dataset stands for them any more.
    Mend: take the words out of your quotes and run `claimtrack point`; if others must carry them, code them anew.
    """
    return with_item(anchors, claims, calls).filter(nw.col("_status") == "retired")


NOTHING = [hashlib.sha256(text).hexdigest() for text in (b"", b"{}", b"[]", b" ", b"\n")]  # also an empty row


def _hashed(column: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that the hashes in a column are of something."""

    def hash_of_nothing(rows: nw.LazyFrame) -> nw.LazyFrame:
        """The hash is that of an empty text or row.

        Why: whatever was hashed was not read.
        Mend: run `claimtrack point` with a copy of the text; for a review, have the row read anew.
        """
        return rows.filter(nw.col(column).is_in(NOTHING))

    return hash_of_nothing


STA108 = on(_hashed("sha256"), "statements", "STA108", "sha256")
SEG108 = on(_hashed("sha256"), "segments", "SEG108", "sha256")
ANC107 = on(_hashed("sha256"), "anchors", "ANC107", "sha256")
REV106 = on(_hashed("row_sha256"), "reviews", "REV106", "row_sha256")


@rule("STA203", "sha256", "length")
def whole_text_is_a_part(statements: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The hash of the whole text is that of a segment of another length.

    Why: one text has one hash, so one of the two is wrong.
    Mend: run `claimtrack point` with a copy of the text.
    """
    parts = segments.select("statement_id", "sha256", (nw.col("end") - nw.col("start")).alias("_length"))
    wrong = statements.join(parts, on=["statement_id", "sha256"], how="inner").filter(
        nw.col("length") != nw.col("_length")
    )
    return statements.join(wrong, on="_row", how="semi")


@rule("ANC206", "segment_id", "claim_id", "call_id", severity="warning")
def quoted_item_in_the_narrator_s_words(
    anchors: nw.LazyFrame, segments: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """An item in a quoted speaker's voice is anchored in a quotation and, besides, in what the publisher says itself.

    Why: an item has one voice; what is said again in another is an item of its own. (A lead can relate a quotation.)
    Mend: take the words out of your quotes and run `claimtrack point`, or code them as an item of their own.
    """
    both = anchors.join(segments.select("segment_id", "kind"), on="segment_id", how="inner")
    found = []
    for items, key in ((claims, "claim_id"), (calls, "call_id")):
        quoted = both.join(items.filter(nw.col("voice") == "quoted_speaker"), on=key, how="semi")
        speech = quoted.filter(nw.col("kind") == "quotation")
        narrated = quoted.filter(~nw.col("kind").is_in(["quotation", "lead"]))
        found.append(narrated.join(speech, on=key, how="semi").select("_row"))
    return anchors.join(nw.concat(found, how="vertical"), on="_row", how="semi")
