"""Rules between the columns of `follow_ups`, and between its rows."""

import narwhals as nw

from validator.catalogue import rule

from .common import source_at_odds


@rule("FUP101", "status", "source_id", "said_by", "confidence")
def source_and_status_at_odds(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The row names a source and says that no update was found, or lacks the source, its author or the confidence.

    Why: nothing is recorded on what became of a call without somebody who says so.
    Mend: fill in source_id, said_by and confidence; or empty them all where no update was found.
    """
    return follow_ups.filter(source_at_odds(nw.col("status") == "no_update_found"))


@rule("FUP102", "as_of", "recorded")
def later_than_recording(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The row tells the state of things after the day on which it was recorded.

    Why: nobody can record what has not happened yet.
    Mend: correct `as_of` or `recorded`.
    """
    return follow_ups.filter(nw.col("as_of_from") > nw.col("recorded_to"))


@rule("FUP103", "recorded", "follow_up_id")
def recorded_before_an_earlier_row(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The row was recorded before a row of the same statement that has a lower id.

    Why: the table only grows, so that whoever read it last year can see what came since.
    Mend: give the new row the next free id, or correct `recorded`.
    """
    numbered = follow_ups.with_columns(_statement=nw.col("follow_up_id").str.replace_all("-F[0-9]+$", ""))
    latest = nw.col("recorded").cum_max().over("_statement", order_by=["follow_up_id", "_row"])
    return numbered.with_columns(_latest=latest).filter(nw.col("recorded") < nw.col("_latest"))
