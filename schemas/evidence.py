"""Rules between the columns of `evidence`."""

import narwhals as nw

from validator.catalogue import rule

from .common import source_at_odds

WITHOUT_SOURCE = ["no_source_found", "not_trackable"]


@rule("EVI101", "relation", "source_id", "said_by", "event_date", "confidence")
def source_and_relation_at_odds(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """The row names a source and says that there is none, or lacks the source, its date, its author or the confidence.

    Why: nothing is recorded for or against a claim without somebody who says so.
    Mend: fill in source_id, said_by, event_date and confidence; or empty them all where no source was found or sought.
    """
    return evidence.filter(source_at_odds(nw.col("relation").is_in(WITHOUT_SOURCE), "event_date"))


@rule("EVI102", "event_date", "recorded")
def event_after_recording(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """The event is dated after the day on which the row was recorded.

    Why: nobody can record what has not happened yet.
    Mend: correct `event_date` or `recorded`.
    """
    return evidence.filter(nw.col("event_date_from") > nw.col("recorded_to"))
