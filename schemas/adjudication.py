"""Rules between `codings` and what was coded: raw values, their adjudication, and the value that the dataset gives."""

import narwhals as nw

from claimtrack import rule

from .codings import (
    MAY_BE_NONE,
    OF_CALLS,
    OF_CLAIMS,
    OF_EVIDENCE,
    OF_FOLLOW_UPS,
    OF_PARTICIPANTS,
    OF_SEGMENTS,
    SEVERAL,
    UNITS,
)
from .common import item

UNIT = ["_item", "variable"]


@rule("COG201", "value", "variable")
def value_not_in_the_list(codings: nw.LazyFrame, codes: nw.LazyFrame, rights: nw.LazyFrame) -> nw.LazyFrame:
    """The value is not a code of the variable's list, and no right where rights are coded.

    Why: agreement cannot be computed over values that nobody defined.
    Mend: write a code of the list that has the variable's name, or a `right_id`; "none" is allowed for what may be
    empty.
    """
    listed = nw.concat(
        [
            codes.select(nw.col("list").alias("variable"), nw.col("code").alias("value")),
            rights.select(nw.lit("right_id").alias("variable"), nw.col("right_id").alias("value")),
        ],
        how="vertical",
    )
    coded = codings.filter(
        ~nw.col("variable").is_in(OF_SEGMENTS),
        ~(nw.col("variable").is_in(MAY_BE_NONE) & (nw.col("value") == "none")),
    )
    return coded.join(listed, on=["variable", "value"], how="anti")


@rule("COG202", "value", "segment_id", "variable")
def position_outside_the_segment(codings: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The position of an anchor is no number, or does not lie in the segment.

    Why: where coders let items begin and end is compared by position.
    Mend: correct the position or the segment.
    """
    own = segments.select("segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    both = codings.filter(nw.col("variable").is_in(OF_SEGMENTS)).join(own, on="segment_id", how="inner")
    numeric = nw.col("value").str.contains("^[0-9]{1,15}$")
    position = nw.when(numeric).then(nw.col("value")).otherwise(nw.lit("-1")).cast(nw.Int64)
    first = nw.when(nw.col("variable") == "anchor_start").then(nw.col("_from")).otherwise(nw.col("_from") + 1)
    last = nw.when(nw.col("variable") == "anchor_start").then(nw.col("_to") - 1).otherwise(nw.col("_to"))
    return both.filter((position < first) | (position > last))


def _final(
    claims: nw.LazyFrame,
    calls: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    participants: nw.LazyFrame,
    item_rights: nw.LazyFrame,
) -> nw.LazyFrame:
    """Returns the values that the dataset has for each variable that is coded.

    | column | type | null means |
    |---|---|---|
    | `_item` | text, the id of what was coded | never |
    | `variable` | text, its name | never |
    | `_final` | text, the value, or "none" for an empty cell | never |
    """
    coded = [
        (claims, "claim_id", {name: name for name in (*OF_CLAIMS, "voice")}),
        (calls, "call_id", {name: name for name in (*OF_CALLS, "voice")}),
        (evidence, "evidence_id", OF_EVIDENCE),
        (follow_ups, "follow_up_id", OF_FOLLOW_UPS),
        (participants, "participant_id", OF_PARTICIPANTS),
    ]
    # The columns are selected one by one, because narwhals's `unpivot` uses another connection to DuckDB, which does
    # not have the table.
    long = [
        rows.select(
            nw.col(key).alias("_item"), nw.lit(name).alias("variable"), nw.col(column).cast(nw.String).alias("_final")
        )
        for rows, key, variables in coded
        for name, column in variables.items()
    ]
    engaged = item_rights.select(item(), nw.lit("right_id").alias("variable"), nw.col("right_id").alias("_final"))
    value = nw.when(nw.col("_final").is_null()).then(nw.lit("none")).otherwise(nw.col("_final"))
    return nw.concat([*long, engaged], how="vertical").with_columns(value.alias("_final"))


@rule("COG203", "value", "variable", *UNITS)
def adjudication_not_carried_out(
    codings: nw.LazyFrame,
    claims: nw.LazyFrame,
    calls: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    participants: nw.LazyFrame,
    item_rights: nw.LazyFrame,
) -> nw.LazyFrame:
    """The latest adjudication of a variable is not the value that the dataset gives.

    Why: the decision and the row would contradict each other.
    Mend: correct the row, or add an adjudication with the reason for the new value.
    """
    made = codings.filter(nw.col("coder") == "adjudicator", ~nw.col("variable").is_in(SEVERAL)).with_columns(
        item(*UNITS[2:])
    )
    latest = made.group_by(*UNIT).agg(nw.col("_row").max())
    both = made.join(latest.select("_row"), on="_row", how="semi").join(
        _final(claims, calls, evidence, follow_ups, participants, item_rights), on=UNIT, how="inner"
    )
    return both.filter(nw.col("value") != nw.col("_final"))


@rule("COG204", "value", "variable", *UNITS)
def disagreement_left_open(codings: nw.LazyFrame) -> nw.LazyFrame:
    """The second coder's value differs from the first's and nobody has adjudicated.

    Why: disagreements are settled in the open, not by silence.
    Mend: add an adjudication with its reason.
    """
    rows = codings.filter(nw.col("segment_id").is_null()).with_columns(item(*UNITS[2:]))
    first, second = (rows.filter(nw.col("coder") == coder) for coder in ("first", "second"))
    settled = rows.filter(nw.col("coder") == "adjudicator")
    # What only one coder gave, although the other coded the variable of the unit, too. If a variable has one value, the
    # second coder's row stands for both.
    apart = [
        second.join(first, on=UNIT, how="semi").join(first, on=[*UNIT, "value"], how="anti"),
        first.filter(nw.col("variable").is_in(SEVERAL))
        .join(second, on=UNIT, how="semi")
        .join(second, on=[*UNIT, "value"], how="anti"),
    ]
    return nw.concat([each.join(settled, on=UNIT, how="anti") for each in apart], how="vertical")


@rule("COG205", "value", "variable", *UNITS)
def final_value_of_no_coder(
    codings: nw.LazyFrame,
    claims: nw.LazyFrame,
    calls: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    participants: nw.LazyFrame,
    item_rights: nw.LazyFrame,
) -> nw.LazyFrame:
    """The dataset gives a value that no coder gave, and nobody has adjudicated.

    Why: where coders agree, their value is the final one; any other needs a reason that readers can see.
    Mend: correct the row that was coded, or add an adjudication with its reason.
    """
    rows = codings.filter(nw.col("segment_id").is_null()).with_columns(item(*UNITS[2:]))
    coded = rows.filter(nw.col("coder") != "adjudicator")
    settled = rows.filter(nw.col("coder") == "adjudicator")
    final = _final(claims, calls, evidence, follow_ups, participants, item_rights)
    given = coded.select(*UNIT, nw.col("value").alias("_final"))
    unheard = final.join(given, on=[*UNIT, "_final"], how="anti").select(*UNIT)
    first = coded.group_by(*UNIT).agg(nw.col("_row").min())
    found = first.join(unheard, on=UNIT, how="semi").join(settled, on=UNIT, how="anti")
    return codings.join(found.select("_row"), on="_row", how="semi")


@rule("COG208", "coder", "variable", *UNITS)
def adjudication_of_nothing(codings: nw.LazyFrame) -> nw.LazyFrame:
    """An adjudication is about a variable of a unit that no coder coded.

    Why: there was nothing to decide; the value would pass for one on which coders worked.
    Mend: delete the row, or add the coders' raw values.
    """
    rows = codings.with_columns(item(*UNITS[2:]))
    return rows.filter(nw.col("coder") == "adjudicator").join(
        rows.filter(nw.col("coder") != "adjudicator"), on=UNIT, how="anti"
    )


@rule("COG209", "coder", "value", "variable", *UNITS, severity="warning")
def adjudication_of_what_was_agreed(codings: nw.LazyFrame) -> nw.LazyFrame:
    """An adjudication gives the value that both coders gave.

    Why: there was nothing to decide. (A value that was challenged later can be upheld.)
    Mend: delete the row, or correct the coders' raw values.
    """
    rows = codings.filter(~nw.col("variable").is_in(SEVERAL)).with_columns(item(*UNITS[2:]))
    found = rows.filter(nw.col("coder") == "adjudicator")
    for coder in ("first", "second"):
        found = found.join(rows.filter(nw.col("coder") == coder), on=[*UNIT, "value"], how="semi")
    return found


@rule("COG210", "value", "segment_id", "variable", "coder")
def ends_before_any_start(codings: nw.LazyFrame) -> nw.LazyFrame:
    """A coder lets an item of the segment end before any item begins, or the last begin after all have ended.

    Why: each anchor has a start and, after it, an end.
    Mend: correct the positions.
    """
    by, numeric = ["segment_id", "coder"], nw.col("value").str.contains("^[0-9]{1,15}$")
    position = nw.when(numeric).then(nw.col("value")).otherwise(nw.lit("-1")).cast(nw.Int64)
    placed = codings.filter(nw.col("variable").is_in(OF_SEGMENTS)).with_columns(position.alias("_at"))
    placed = placed.filter(nw.col("_at") >= 0)
    starts, ends = (
        placed.filter(nw.col("variable") == name)
        .group_by(*by)
        .agg(nw.col("_at").min().alias(f"{name}_least"), nw.col("_at").max().alias(f"{name}_most"))
        for name in OF_SEGMENTS
    )
    odd = starts.join(ends, on=by, how="inner").filter(
        (nw.col("anchor_start_least") >= nw.col("anchor_end_least"))
        | (nw.col("anchor_start_most") >= nw.col("anchor_end_most"))
    )
    return placed.join(odd, on=by, how="semi")
