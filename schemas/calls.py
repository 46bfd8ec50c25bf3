"""Rules between the columns of `calls`."""

import narwhals as nw

from validator.catalogue import rule

from .common import at_odds, not_begun_by


@rule("CAL101", "call_id", "statement_id")
def id_of_another_statement(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The call's id does not begin with its statement's.

    Why: ids are read by people, who would look for it in the wrong statement.
    Mend: give the call an id made of the statement's, "-K" and its number.
    """
    return calls.filter(not_begun_by("call_id", "statement_id"))


@rule("CAL102", "voice")
def call_of_others(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The call is in the voice of others' belief.

    Why: what others demand is a claim of the statement that they demand it, not a call of its own.
    Mend: move the row to the claims, or correct its voice.
    """
    return calls.filter(nw.col("voice") == "others_belief")


@rule("CAL103", "status", "version_retired")
def retirement_at_odds(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The call is retired and no version says since when, or is active and has such a version.

    Why: a reader who cites the call must see whether it still stands.
    Mend: fill in `version_retired` when `status` is "retired", and only then.
    """
    return calls.filter(at_odds())
