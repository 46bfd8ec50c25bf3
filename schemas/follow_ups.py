"""Rules between the columns of `follow_ups`, and between its rows."""

import narwhals as nw

from claimtrack import rule

from .common import schema_of, source_at_odds, told_before

schema = schema_of("follow_ups")


@rule("FUP101", "status", "source_id", "said_by_id", "bears_on", "confidence")
def source_and_status_at_odds(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The row names a source and says that no update was found, or lacks a detail that a row with a source has.

    The details are who says so, what the row bears on and the confidence.

    Why: nothing is recorded on what became of a call without somebody who says so.
    Mend: fill in source_id, said_by_id, bears_on and confidence; or empty them all where no update was found.
    """
    return follow_ups.filter(source_at_odds(nw.col("status") == "no_update_found", "bears_on"))


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


@rule("FUP104", "criterion_id", "status")
def status_without_criterion(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The row gives a status and not the criterion that is shown, or finds no update and names a criterion.

    Why: a status is no opinion; a reader must be able to hold the source against the fact that was asked for.
    Mend: name the criterion in `criterion_id`, and add it to `criteria` first if there is none; or empty it where no
    update was found.
    """
    return follow_ups.filter((nw.col("status") == "no_update_found") != nw.col("criterion_id").is_null())


@rule("FUP105", "finding", "source_id", "call_id")
def finding_told_twice(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """A finding of one source on one call is told by an earlier row already, perhaps with another status.

    Why: it would be counted twice, or as two states of things.
    Mend: take the later row out; if the source says two things, give each its own finding.
    """
    return told_before(follow_ups, "call_id", "source_id")


@rule("FUP111", "status", "bears_on")
def met_by_less_than_the_case(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The call is said to be met or overtaken by a row that is not on the whole case.

    Why: a part shows no more than that part, and a later case or the situation gives no status.
    Mend: correct `bears_on`, or write the status "partly_met".
    """
    return follow_ups.filter(nw.col("status").is_in(["met", "overtaken"]) & (nw.col("bears_on") != "case"))


@rule("FUP112", "status", "as_of", "call_id")
def reversed_and_never_met(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The call is said to be reversed, and no row tells that it had been met or partly met before.

    Why: only what was done can be undone.
    Mend: add the row that tells that it was met, or write the status "unmet".
    """
    done = follow_ups.filter(nw.col("status").is_in(["met", "partly_met"]))
    done = done.group_by("call_id").agg(nw.col("as_of_from").min().alias("_done"))
    undone = follow_ups.filter(nw.col("status") == "reversed").join(done, on="call_id", how="left")
    return undone.filter(nw.col("_done").is_null() | (nw.col("_done") > nw.col("as_of_to")))


@rule("FUP113", "as_of", "recorded", "status")
def nothing_found_as_of_another_day(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """No update was found, as of another day than that of the recording.

    Why: the row says that nothing was found up to the day on which somebody looked.
    Mend: write the day of `recorded` into `as_of`.
    """
    none = follow_ups.filter(nw.col("status") == "no_update_found")
    return none.filter((nw.col("as_of_to") < nw.col("recorded_from")) | (nw.col("as_of_from") > nw.col("recorded_to")))


@rule("FUP114", "status", "as_of", "call_id", severity="warning")
def unmet_after_it_was_overtaken(follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The case is told to be unmet, partly met or met at a time when it had been overtaken.

    Why: overtaken means that it can no longer be met as it was made. (A sentence can be taken up again.)
    Mend: correct `as_of`, `status` or `bears_on`.
    """
    on_case = follow_ups.filter(nw.col("bears_on") == "case")
    over = on_case.filter(nw.col("status") == "overtaken")
    over = over.group_by("call_id").agg(nw.col("as_of_to").min().alias("_over"))
    still = on_case.filter(nw.col("status").is_in(["unmet", "partly_met", "met"])).join(over, on="call_id", how="inner")
    return still.filter(nw.col("as_of_from") > nw.col("_over"))
