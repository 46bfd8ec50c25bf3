"""Rules between the columns of `segments`."""

import narwhals as nw

from claimtrack import rule

from .common import check_letters_differ, not_begun_by, schema_of

schema = schema_of("segments")


@rule("SEG101", "start", "end")
def ends_before_it_starts(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment ends before it starts.

    Why: such a span holds no text.
    Mend: run `claimtrack point` with a copy of the text.
    """
    return segments.filter(nw.col("end") <= nw.col("start"))


@rule("SEG102", "statement_id", "start", "end", "sha256", "pointer_check")
def check_letters_do_not_fit(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The check letters do not fit the statement, the position and the hash.

    Why: one of them was mistyped or damaged, and the segment can no longer be found in the text.
    Mend: run `claimtrack point` with a copy of the text.
    """
    return check_letters_differ(segments, "statement_id", "start", "end", "sha256")


@rule("SEG103", "segment_id", "statement_id")
def id_of_another_statement(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment's id does not begin with its statement's.

    Why: ids are read by people, who would look for it in the wrong statement.
    Mend: give the segment an id made of the statement's, "-S" and its number.
    """
    return segments.filter(not_begun_by("segment_id", "statement_id"))


@rule("SEG105", "sha256", "start", "end")
def one_hash_two_lengths(segments: nw.LazyFrame) -> nw.LazyFrame:
    """Two segments have one hash and different lengths.

    Why: the same words are equally long wherever they stand.
    Mend: run `claimtrack point` with a copy of the text.
    """
    length = segments.select("sha256", (nw.col("end") - nw.col("start")).alias("_length")).unique()
    several = length.group_by("sha256").agg(nw.len().alias("_lengths")).filter(nw.col("_lengths") > 1)
    return segments.join(several, on="sha256", how="semi")


def _paragraphs(segments: nw.LazyFrame, *kinds: str) -> nw.LazyFrame:
    """Returns the paragraphs (`statement_id`, `paragraph`) that have segments of some kinds."""
    return segments.filter(nw.col("kind").is_in(kinds)).select("statement_id", "paragraph").drop_nulls().unique()


@rule("SEG109", "kind", "paragraph", severity="warning")
def two_headlines(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The statement has headlines in two paragraphs.

    Why: a statement has one title. (A text with headings between its parts can be coded so.)
    Mend: correct `kind` or `paragraph`.
    """
    places = _paragraphs(segments, "headline").group_by("statement_id").agg(nw.len().alias("_places"))
    headlines = segments.filter(nw.col("kind") == "headline")
    return headlines.join(places.filter(nw.col("_places") > 1), on="statement_id", how="semi")


@rule("SEG110", "kind", "paragraph")
def headline_within_a_paragraph(segments: nw.LazyFrame) -> nw.LazyFrame:
    """A headline or caption shares its paragraph with a segment of another kind.

    Why: caption and headline count as a paragraph each.
    Mend: correct `kind`, or number the paragraphs anew.
    """
    apart = segments.filter(nw.col("kind").is_in(["headline", "caption"]))
    mixed = segments.filter(~nw.col("kind").is_null()).select("statement_id", "paragraph", "kind").unique()
    mixed = mixed.group_by("statement_id", "paragraph").agg(nw.len().alias("_kinds")).filter(nw.col("_kinds") > 1)
    return apart.join(mixed, on=["statement_id", "paragraph"], how="semi")


@rule("SEG111", "kind", "paragraph", severity="warning")
def lead_that_does_not_open(segments: nw.LazyFrame) -> nw.LazyFrame:
    """A lead stands in a later paragraph than a quotation or background.

    Why: the lead is the paragraph that opens the text. (A long opening can have a quotation in its midst.)
    Mend: correct `kind`.
    """
    body = _paragraphs(segments, "quotation", "context")
    begun = body.group_by("statement_id").agg(nw.col("paragraph").min().alias("_begun"))
    leads = segments.filter(nw.col("kind") == "lead").join(begun, on="statement_id", how="inner")
    return leads.filter(nw.col("paragraph") > nw.col("_begun"))
