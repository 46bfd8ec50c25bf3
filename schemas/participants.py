"""Rules between the columns of `participants`, and between its rows."""

import narwhals as nw

from claimtrack import rule

from .common import given, item, repeated, schema_of

schema = schema_of("participants")

CALLS_ONLY = ["addressee", "beneficiary"]
BOTH = ["speaker"]


@rule("PAR101", "claim_id", "call_id")
def not_exactly_one_item(participants: nw.LazyFrame) -> nw.LazyFrame:
    """The row names neither a claim nor a call, or both.

    Why: it says what part an actor has in one item.
    Mend: fill in exactly one of `claim_id` and `call_id`; use two rows for two items.
    """
    return participants.filter(given("claim_id", "call_id") != 1)


@rule("PAR102", "role", "claim_id", "call_id")
def role_of_the_other_kind(participants: nw.LazyFrame) -> nw.LazyFrame:
    """A claim has an addressee or a beneficiary, or a call has a role that only claims have.

    Why: a claim demands nothing, and a call states nothing.
    Mend: correct the role; calls have speaker, addressee and beneficiary, claims have all the others.
    """
    of_calls, of_both = nw.col("role").is_in(CALLS_ONLY), nw.col("role").is_in(BOTH)
    call, claim = ~nw.col("call_id").is_null(), ~nw.col("claim_id").is_null()
    return participants.filter((claim & ~call & of_calls) | (call & ~claim & ~of_calls & ~of_both))


@rule("PAR103", "actor_id", "role")
def part_given_twice(participants: nw.LazyFrame) -> nw.LazyFrame:
    """An actor has the same role in the same item twice.

    Why: it would be counted twice.
    Mend: delete the later row.
    """
    return repeated(participants.filter(given("claim_id", "call_id") == 1), "actor_id", "role")


def in_both(participants: nw.LazyFrame, one: str, *others: str) -> nw.LazyFrame:
    """Returns the rows of actors that have the role `one` in an item in which they also have one of `others`."""
    rows = participants.filter(given("claim_id", "call_id") == 1).with_columns(item())
    first = rows.filter(nw.col("role") == one)
    other = rows.filter(nw.col("role").is_in(others)).select("_item", "actor_id").unique()
    return first.join(other, on=["_item", "actor_id"], how="semi")


@rule("PAR104", "role", "actor_id", "claim_id", "call_id")
def both_sides_at_once(participants: nw.LazyFrame) -> nw.LazyFrame:
    """An actor is said to have done the harm and to suffer it, or is asked to do something by itself.

    Why: one of the two roles is wrong, and whoever counts either counts wrong.
    Mend: correct the actor or the role in one of the rows.
    """
    pairs = (("alleged_perpetrator", "affected"), ("addressee", "speaker"))
    found = [in_both(participants, one, other).select("_row") for one, other in pairs]
    return participants.join(nw.concat(found, how="vertical"), on="_row", how="semi")


@rule("PAR105", "role", "actor_id", "call_id", severity="warning")
def addressee_is_beneficiary(participants: nw.LazyFrame) -> nw.LazyFrame:
    """A call is addressed to the actor for whose sake it is made.

    Why: it is most often a slip. (A body can be asked to help itself by right.)
    Mend: correct the actor or the role in one of the rows.
    """
    return in_both(participants, "addressee", "beneficiary")
