"""Rules between the columns of `evidence`."""

import narwhals as nw

from claimtrack import rule

from .common import schema_of, source_at_odds, told_before

schema = schema_of("evidence")

WITHOUT_SOURCE = ["no_source_found", "not_trackable"]


@rule("EVI101", "relation", "source_id", "said_by_id", "about", "event_date", "confidence")
def source_and_relation_at_odds(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """The row names a source and says that there is none, or lacks a detail that a row with a source has.

    The details are who says so, what the source is about, its date and the confidence.

    Why: nothing is recorded for or against a claim without somebody who says so.
    Mend: fill in source_id, said_by_id, about, event_date and confidence; or empty them all where no source was found
    or sought.
    """
    return evidence.filter(source_at_odds(nw.col("relation").is_in(WITHOUT_SOURCE), "about", "event_date"))


@rule("EVI102", "event_date", "recorded")
def event_after_recording(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """The event is dated after the day on which the row was recorded.

    Why: nobody can record what has not happened yet.
    Mend: correct `event_date` or `recorded`.
    """
    return evidence.filter(nw.col("event_date_from") > nw.col("recorded_to"))


@rule("EVI103", "finding", "source_id", "claim_id")
def finding_told_twice(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """A finding of one source on one claim is told by an earlier row already, perhaps with another relation.

    Why: it would be counted twice, or for and against at once.
    Mend: delete the later row; if the source says two things, give each its own finding.
    """
    return told_before(evidence, "claim_id", "source_id")
