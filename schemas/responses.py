"""Rules between the columns of `responses`."""

import narwhals as nw

from claimtrack import rule

from .common import given, repeated, schema_of

schema = schema_of("responses")


@rule("RSP101", "claim_id", "call_id")
def not_exactly_one_item(responses: nw.LazyFrame) -> nw.LazyFrame:
    """The row answers neither a claim nor a call, or both.

    Why: an answer is one actor's to one item.
    Mend: fill in exactly one of `claim_id` and `call_id`; use two rows for two items.
    """
    return responses.filter(given("claim_id", "call_id") != 1)


@rule("RSP102", "response_date", "recorded")
def answer_after_recording(responses: nw.LazyFrame) -> nw.LazyFrame:
    """The answer is dated after the day on which the row was recorded.

    Why: nobody can record what has not been said yet.
    Mend: correct `response_date` or `recorded`.
    """
    return responses.filter(nw.col("response_date_from") > nw.col("recorded_to"))


@rule("RSP103", "answer", "source_id", "actor_id", "response_date", "claim_id", "call_id")
def answer_told_twice(responses: nw.LazyFrame) -> nw.LazyFrame:
    """The same answer of one actor to one item, of one day and from one source, is told by an earlier row already.

    Why: it would be counted twice, or as two answers.
    Mend: delete the later row.
    """
    told = responses.filter(given("claim_id", "call_id") == 1)
    return repeated(told, "actor_id", "source_id", "response_date", "answer")
