"""Rules on who says what about whom: answers of those meant, words in one's own cause, and what outlets report."""

from collections.abc import Callable

import narwhals as nw

from claimtrack import rule

from .claims import ABOUT_ONESELF
from .common import alike, given, item, on, with_item

# The roles of those whom an item is about, and whose answer to it counts.
MEANT = ["addressee", "alleged_perpetrator", "decision_maker", "subject"]


def _answers(responses: nw.LazyFrame) -> nw.LazyFrame:
    """Adds to each answer to one item the id of that item, as `_item`. RSP101 tells of the others."""
    return responses.filter(given("claim_id", "call_id") == 1).with_columns(item())


@rule("RSP213", "actor_id", "claim_id", "call_id")
def publisher_answers_oneself(
    responses: nw.LazyFrame,
    claims: nw.LazyFrame,
    calls: nw.LazyFrame,
    statements: nw.LazyFrame,
    participants: nw.LazyFrame,
) -> nw.LazyFrame:
    """The statement's own publisher or speaker answers it, without being addressed or meant.

    Why: an answer is that of somebody else.
    Mend: correct `actor_id`; a further word of the publisher is evidence.
    """
    own = [
        statements.select(nw.col("statement_id").alias("_of"), nw.col(name).alias("actor_id"))
        for name in ("publisher_id", "speaker_id")
    ]
    answers = with_item(_answers(responses), claims, calls).join(
        nw.concat(own, how="vertical"), on=["_of", "actor_id"], how="semi"
    )
    meant = participants.filter(nw.col("role").is_in(MEANT)).with_columns(item())
    return answers.join(meant, on=["_item", "actor_id"], how="anti")


@rule("RSP214", "actor_id", "claim_id", "call_id", severity="warning")
def answer_of_the_other_side(
    responses: nw.LazyFrame, participants: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """Those who suffer, believe or are to benefit from a call of the statement answer, and are not those meant.

    Why: an answer is that of those whom an item accuses or addresses. (Whoever is affected can be meant, too.)
    Mend: correct `actor_id`; what those affected say is evidence.
    """
    parts = participants.with_columns(item())
    answers = with_item(_answers(responses), claims, calls)
    side = parts.filter(nw.col("role").is_in(["affected", "believer"])).select("_item", "actor_id")
    benefit = with_item(participants.filter(nw.col("role") == "beneficiary"), claims, calls, "call_id")
    other = [
        answers.join(side, on=["_item", "actor_id"], how="semi").select("_row"),
        answers.join(benefit, on=["_of", "actor_id"], how="semi").select("_row"),
    ]
    found = answers.join(nw.concat(other, how="vertical"), on="_row", how="semi")
    return found.join(parts.filter(nw.col("role").is_in(MEANT)), on=["_item", "actor_id"], how="anti")


@rule("RSP215", "actor_id", "claim_id", "call_id", severity="warning")
def answer_of_another_kind(responses: nw.LazyFrame, participants: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """The body that answers is of another kind than all those whom the item means.

    Why: a news agency does not answer for a government. (Somebody can speak for a body of another kind by right.)
    Mend: correct `actor_id`: it is whoever answers, not who relates it.
    """
    kinds = actors.select("actor_id", "kind")
    meant = participants.filter(nw.col("role").is_in(MEANT)).with_columns(item())
    meant = meant.select("_item", "actor_id").join(kinds, on="actor_id", how="inner")
    bodies = _answers(responses).join(
        kinds.filter(nw.col("kind") != "person").select("actor_id", "kind"), on="actor_id", how="inner"
    )
    # Whether a group speaks for one of those meant cannot be seen from its kind, nor whether one meant is such a group.
    known = bodies.join(meant, on="_item", how="semi").join(
        meant.filter(nw.col("kind").is_in(["person", "group"])), on="_item", how="anti"
    )
    return known.join(meant.select("_item", "kind"), on=["_item", "kind"], how="anti")


@rule("RSP216", "claim_id", "answer")
def disclaimer_answered(responses: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """A disclaimer is answered.

    Why: it accuses nobody and asks for nothing.
    Mend: correct `claim_id`, or delete the row.
    """
    return responses.join(claims.filter(nw.col("claim_type") == "disclaimer"), on="claim_id", how="semi")


# --------------------------------------------------------------------------------------------------- in one's own cause


def _outlets(key: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that outlets and associations do not speak in their own cause where they only report."""

    def report_in_one_s_own_cause(
        rows: nw.LazyFrame, sources: nw.LazyFrame, actors: nw.LazyFrame, participants: nw.LazyFrame
    ) -> nw.LazyFrame:
        """What an outlet or association publishes itself is marked as in its own cause, and the item is not about it.

        Why: readers weigh a word in one's own cause otherwise than a report. (It can be one of the group meant.)
        Mend: set `official_position` to false, or correct `said_by_id`.
        """
        private = actors.filter(nw.col("kind").is_in(["company", "ngo"]))
        names = private.select(nw.col("actor_id").alias("said_by_id"), alike("name").alias("_name"))
        origin = nw.coalesce(nw.col("originator"), nw.col("publisher")).alias("_origin")
        by = sources.filter(~nw.col("official")).with_columns(origin).select("source_id", alike("_origin").alias("_of"))
        marked = rows.filter(nw.col("official_position")).join(names, on="said_by_id", how="inner")
        own = marked.join(by, on="source_id", how="inner").filter(nw.col("_name") == nw.col("_of"))
        parts = participants.select(key, nw.col("actor_id").alias("said_by_id")).drop_nulls()
        return own.join(parts, on=[key, "said_by_id"], how="anti")

    return report_in_one_s_own_cause


EVI219 = on(
    _outlets("claim_id"), "evidence", "EVI219", "official_position", "said_by_id", "claim_id", severity="warning"
)
FUP215 = on(
    _outlets("call_id"), "follow_ups", "FUP215", "official_position", "said_by_id", "call_id", severity="warning"
)


@rule("EVI220", "official_position", "said_by_id", "claim_id")
def denial_as_a_report(evidence: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """Whom the claim accuses contradicts it, and the row is not marked as in their own cause.

    Why: a denial is weighed as one, and heard as one.
    Mend: set `official_position` to true, or correct `said_by_id`.
    """
    accused = participants.filter(nw.col("role").is_in(["alleged_perpetrator", "decision_maker", "subject"]))
    accused = accused.select("claim_id", nw.col("actor_id").alias("said_by_id")).drop_nulls()
    denying = evidence.filter(nw.col("relation") == "contradicts", ~nw.col("official_position"))
    return denying.join(accused, on=["claim_id", "said_by_id"], how="semi")


@rule("EVI221", "relation", "said_by_id", "claim_id")
def publisher_bears_oneself_out(evidence: nw.LazyFrame, claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The publisher corroborates its own word about itself.

    Why: nobody corroborates themselves.
    Mend: delete the row; write "not_trackable" if there is no other.
    """
    own = claims.filter(nw.col("claim_type").is_in(ABOUT_ONESELF)).select("claim_id", "statement_id")
    own = own.join(statements.select("statement_id", nw.col("publisher_id").alias("said_by_id")), on="statement_id",
                   how="inner")  # fmt: skip
    return evidence.filter(nw.col("relation") == "corroborates").join(own, on=["claim_id", "said_by_id"], how="semi")
