"""Rules on what is told twice: rows, cells and names that differ in letter case, punctuation and white space only."""

from collections.abc import Callable

import narwhals as nw

from claimtrack import rule

from .common import alike, on, repeated, told_before
from .evidence import WITHOUT_SOURCE

Check = Callable[..., nw.LazyFrame]


def _before(rows: nw.LazyFrame, text: str, *within: str) -> nw.LazyFrame:
    """Returns the rows whose text is alike to that of an earlier row with the same values in the columns `within`."""
    told = rows.filter(~nw.col(text).is_null()).with_columns(alike(text).alias("_text"))
    first = told.group_by(*within, "_text").agg(nw.col("_row").min())
    return told.join(first.select("_row"), on="_row", how="anti")


def _worded(text: str) -> Check:
    """Makes the check that no two active items of a statement have the same words in a column."""

    def item_worded_twice(rows: nw.LazyFrame) -> nw.LazyFrame:
        """The item has the words of an earlier one of the statement, letter case and punctuation aside.

        Why: one thing that the statement says would be counted twice.
        Mend: keep one of the rows, with the anchors of both; or word the two so that their difference can be read.
        """
        return _before(rows.filter(nw.col("status") == "active"), text, "statement_id")

    return item_worded_twice


CLM114 = on(_worded("claim"), "claims", "CLM114", "claim", "statement_id")
CAL107 = on(_worded("demand"), "calls", "CAL107", "demand", "statement_id")


def _named(*within: str) -> Check:
    """Makes the check that no two rows with the same values in `within` share a label or a definition."""

    def label_or_definition_twice(rows: nw.LazyFrame) -> nw.LazyFrame:
        """The label or the definition is that of an earlier row, letter case and punctuation aside.

        Why: two rows stand for one thing, or a reader cannot tell the two apart.
        Mend: keep one of the rows, or say in label and definition what is different.
        """
        found = [_before(rows, text, *within).select("_row") for text in ("label", "definition")]
        return rows.join(nw.concat(found, how="vertical").unique(), on="_row", how="semi")

    return label_or_definition_twice


RGT104 = on(_named(), "rights", "RGT104", "label", "definition")
COD105 = on(_named("list"), "codes", "COD105", "label", "definition", "list")


def _both(first: str, second: str) -> Check:
    """Makes the check that two texts of a row are different."""

    def one_text_in_two_cells(rows: nw.LazyFrame) -> nw.LazyFrame:
        """Two cells of the row say the same, letter case and punctuation aside.

        Why: one of the two is missing, and the other stands in its place.
        Mend: write what the second cell is for, or empty it if it may be empty.
        """
        return rows.filter(alike(first) == alike(second))

    return one_text_in_two_cells


NOTES = ("ambiguity_note", "added_context")
CLM115 = on(_both(*NOTES), "claims", "CLM115", *NOTES)
CAL108 = on(_both(*NOTES), "calls", "CAL108", *NOTES)
EVI107 = on(_both("finding", "note"), "evidence", "EVI107", "finding", "note")
FUP109 = on(_both("finding", "note"), "follow_ups", "FUP109", "finding", "note")
RSP107 = on(_both("finding", "note"), "responses", "RSP107", "finding", "note")
COD106 = on(_both("label", "definition"), "codes", "COD106", "label", "definition")
RGT105 = on(_both("label", "definition"), "rights", "RGT105", "label", "definition")


@rule("RSP108", "finding", "actor_id", "source_id", "claim_id", "call_id")
def finding_told_twice(responses: nw.LazyFrame) -> nw.LazyFrame:
    """A finding of one source on one actor's answer to one item is told by an earlier row already.

    Why: it would be counted twice, or as two answers.
    Mend: delete the later row; if the source tells of two answers, give each its own finding.
    """
    wrong = [told_before(responses, key, "source_id", "actor_id").select("_row") for key in ("claim_id", "call_id")]
    return responses.join(nw.concat(wrong, how="vertical").unique(), on="_row", how="semi")


@rule("EVI108", "relation", "recorded", "claim_id")
def nothing_found_twice(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """Two rows of one day say that a claim has no source.

    Why: one look is one row; a reader would take it for two.
    Mend: delete the later row.
    """
    none = evidence.filter(nw.col("relation").is_in(WITHOUT_SOURCE), ~nw.col("recorded").is_null())
    return repeated(none, "recorded", of=nw.col("claim_id").alias("_item"))


@rule("FUP110", "status", "recorded", "call_id")
def no_update_twice(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """Two rows of one day say that no update on a call was found.

    Why: one look is one row; a reader would take it for two.
    Mend: take the later row out.
    """
    none = follow_ups.filter(nw.col("status") == "no_update_found", ~nw.col("recorded").is_null())
    return repeated(none, "recorded", of=nw.col("call_id").alias("_item"))


@rule("REV105", "reviewer_kind", "reviewer")
def reviewer_of_two_kinds(reviews: nw.LazyFrame) -> nw.LazyFrame:
    """One reviewer is a person in one review and a program in another.

    Why: what people have read is counted apart from what programs have.
    Mend: correct `reviewer_kind`, or give each its own label in `reviewer`.
    """
    kinds = reviews.filter(~nw.col("reviewer_kind").is_null()).select("reviewer", "reviewer_kind").unique()
    several = kinds.group_by("reviewer").agg(nw.len().alias("_kinds")).filter(nw.col("_kinds") > 1)
    return reviews.join(several, on="reviewer", how="semi")
