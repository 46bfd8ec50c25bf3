"""Rules between the columns of `codings`, and between its rows."""

import narwhals as nw

from validator.catalogue import rule

from .common import given, item, repeated

OF_CLAIMS = ["claim_type", "commitment", "hedge", "checkability"]
OF_CALLS = ["action", "category", "urgency"]
OF_SEGMENTS = ["anchor_start", "anchor_end"]


@rule("COG101", "claim_id", "call_id", "segment_id")
def not_exactly_one_unit(codings: nw.LazyFrame) -> nw.LazyFrame:
    """The row is about no claim, call or segment, or about more than one.

    Why: a value belongs to one thing that was coded.
    Mend: fill in exactly one of `claim_id`, `call_id` and `segment_id`.
    """
    return codings.filter(given("claim_id", "call_id", "segment_id") != 1)


@rule("COG102", "variable", "claim_id", "call_id", "segment_id")
def variable_of_another_unit(codings: nw.LazyFrame) -> nw.LazyFrame:
    """The variable is not one of what the row is about.

    Why: claims, calls and segments are coded for different things.
    Mend: correct the variable, or the id.
    """
    variable = nw.col("variable")
    wrong = [
        ~nw.col("claim_id").is_null() & ~variable.is_in([*OF_CLAIMS, "voice"]),
        ~nw.col("call_id").is_null() & ~variable.is_in([*OF_CALLS, "voice"]),
        ~nw.col("segment_id").is_null() & ~variable.is_in(OF_SEGMENTS),
    ]
    return codings.filter((given("claim_id", "call_id", "segment_id") == 1) & nw.any_horizontal(*wrong, ignore_nulls=True))


@rule("COG103", "note", "coder")
def reasons_at_odds_with_coder(codings: nw.LazyFrame) -> nw.LazyFrame:
    """An adjudication gives no reason, or a coder's raw value has one.

    Why: a reader must see who changed what and why.
    Mend: say in `note` which coder was followed and why; leave it empty for the coders.
    """
    return codings.filter((nw.col("coder") == "adjudicator") == nw.col("note").is_null())


@rule("COG104", "coder", "variable", "claim_id", "call_id", "segment_id")
def coded_twice(codings: nw.LazyFrame) -> nw.LazyFrame:
    """A coder gave two values for one variable of one item, or one position of a segment twice.

    Why: the agreement between coders is computed from one value each.
    Mend: delete the row that is not the coder's own.
    """
    position = nw.when(~nw.col("segment_id").is_null()).then(nw.col("value")).otherwise(nw.lit("")).alias("_position")
    raw = codings.filter(nw.col("coder") != "adjudicator").with_columns(position)
    return repeated(raw, "_position", "coder", "variable", of=item("segment_id"))
