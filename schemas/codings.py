"""Rules between the columns of `codings`, and between its rows."""

import narwhals as nw

from claimtrack import rule

from .common import given, item, repeated, schema_of

schema = schema_of("codings")

OF_CLAIMS = ["claim_type", "commitment", "act", "hedge", "checkability"]
OF_CALLS = ["action", "category", "urgency"]
OF_BOTH = ["voice", "right_id"]
OF_SEGMENTS = ["anchor_start", "anchor_end"]
# The variables of rows in other tables, each with the column that has the final value.
OF_EVIDENCE = {"relation": "relation", "about": "about"}
OF_FOLLOW_UPS = {"follow_up_status": "status", "bears_on": "bears_on"}
OF_PARTICIPANTS = {"participant_role": "role"}
VARIABLES = {  # by the column that names the unit
    "claim_id": [*OF_CLAIMS, *OF_BOTH],
    "call_id": [*OF_CALLS, *OF_BOTH],
    "segment_id": OF_SEGMENTS,
    "evidence_id": list(OF_EVIDENCE),
    "follow_up_id": list(OF_FOLLOW_UPS),
    "participant_id": list(OF_PARTICIPANTS),
}
UNITS = list(VARIABLES)
MAY_BE_NONE = ["act", "hedge", "about", "bears_on", "right_id"]  # "none" is a value of these, too
SEVERAL = [*OF_SEGMENTS, "right_id"]  # a coder gives several values of these for one unit, one row for each


@rule("COG101", *UNITS)
def not_exactly_one_unit(codings: nw.LazyFrame) -> nw.LazyFrame:
    """The row is about none of the things that are coded, or about more than one.

    Why: a value belongs to one thing that was coded.
    Mend: fill in exactly one of `claim_id`, `call_id`, `segment_id`, `evidence_id`, `follow_up_id` and
    `participant_id`.
    """
    return codings.filter(given(*UNITS) != 1)


@rule("COG102", "variable", *UNITS)
def variable_of_another_unit(codings: nw.LazyFrame) -> nw.LazyFrame:
    """The variable is not one of what the row is about.

    Why: claims, calls, segments and the rows that track them are coded for different things.
    Mend: correct the variable, or the id.
    """
    wrong = [~nw.col(unit).is_null() & ~nw.col("variable").is_in(variables) for unit, variables in VARIABLES.items()]
    return codings.filter((given(*UNITS) == 1) & nw.any_horizontal(*wrong, ignore_nulls=True))


@rule("COG103", "note", "coder")
def reasons_at_odds_with_coder(codings: nw.LazyFrame) -> nw.LazyFrame:
    """An adjudication gives no reason, or a coder's raw value has one.

    Why: a reader must see who changed what and why.
    Mend: say in `note` which coder was followed and why; leave it empty for the coders.
    """
    return codings.filter((nw.col("coder") == "adjudicator") == nw.col("note").is_null())


@rule("COG104", "coder", "variable", *UNITS)
def coded_twice(codings: nw.LazyFrame) -> nw.LazyFrame:
    """A coder gave two values for one variable of one unit, or one position or right of it twice.

    Why: the agreement between coders is computed from one value each.
    Mend: delete the row that is not the coder's own.
    """
    several = nw.when(nw.col("variable").is_in(SEVERAL)).then(nw.col("value")).otherwise(nw.lit("")).alias("_several")
    raw = codings.filter(nw.col("coder") != "adjudicator").with_columns(several)
    return repeated(raw, "_several", "coder", "variable", of=item(*UNITS[2:]))


@rule("COG107", "value", "coder", "variable", *UNITS)
def none_beside_a_value(codings: nw.LazyFrame) -> nw.LazyFrame:
    """A coder gave "none" and another value for one variable of one unit.

    Why: none means that there is no other.
    Mend: delete the row that is not the coder's own.
    """
    rows = codings.filter(nw.col("variable").is_in(SEVERAL), nw.col("coder") != "adjudicator")
    rows = rows.with_columns(item(*UNITS[2:]))
    given_too = rows.filter(nw.col("value") != "none").select("_item", "coder", "variable").unique()
    return rows.filter(nw.col("value") == "none").join(given_too, on=["_item", "coder", "variable"], how="semi")
