"""Rules between the columns of `item_rights`, and between its rows."""

import narwhals as nw

from claimtrack import rule

from .common import given, repeated, schema_of

schema = schema_of("item_rights")


@rule("IRT101", "claim_id", "call_id")
def not_exactly_one_item(item_rights: nw.LazyFrame) -> nw.LazyFrame:
    """The row names neither a claim nor a call, or both.

    Why: it says which right one item engages.
    Mend: fill in exactly one of `claim_id` and `call_id`; use two rows for two items.
    """
    return item_rights.filter(given("claim_id", "call_id") != 1)


@rule("IRT102", "right_id", "claim_id", "call_id")
def right_given_twice(item_rights: nw.LazyFrame) -> nw.LazyFrame:
    """The item engages the same right twice.

    Why: it would be counted twice.
    Mend: delete the later row; a right that is named need not be inferred as well.
    """
    return repeated(item_rights.filter(given("claim_id", "call_id") == 1), "right_id")
