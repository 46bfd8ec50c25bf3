"""Rules between the columns of `participants`, and between its rows."""

import narwhals as nw

from validator.catalogue import rule

from .common import given, repeated

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
