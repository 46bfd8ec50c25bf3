"""Rules between the tables that track claims and calls: sources, evidence, follow-ups, rights, grounds and codings."""

import narwhals as nw

from validator.catalogue import rule
from validator.home import home

from .codings import OF_CALLS, OF_CLAIMS, OF_SEGMENTS
from .common import item, later_than_package, looked_at
from .evidence import WITHOUT_SOURCE

# ------------------------------------------------------------------------------------------ every item is tracked


@rule("CLM206", "claim_id")
def claim_without_evidence(claims: nw.LazyFrame, evidence: nw.LazyFrame) -> nw.LazyFrame:
    """The claim is not tracked.

    Why: a reader could not tell a claim without sources from one that nobody has looked into.
    Mend: add an evidence row: a source, or "no_source_found" or "not_trackable" with its day and reason.
    """
    return claims.filter(nw.col("status") == "active").join(evidence, on="claim_id", how="anti")


@rule("CAL207", "call_id")
def call_without_follow_up(calls: nw.LazyFrame, follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """The call has no follow-up.

    Why: what became of a call is what readers come back for.
    Mend: add a follow-up: a source, or "no_update_found" with its day.
    """
    return calls.filter(nw.col("status") == "active").join(follow_ups, on="call_id", how="anti")


@rule("EVI201", "event_date", "relation", "claim_id")
def outcome_before_the_claim(evidence: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """The outcome is dated before the time that the claim is about.

    Why: what came earlier cannot have come of it.
    Mend: correct the date, or choose the relation "corroborates", "contradicts" or "qualifies".
    """
    both = evidence.join(claims.select("claim_id", "time_from"), on="claim_id", how="inner")
    return both.filter((nw.col("relation") == "outcome") & (nw.col("event_date_to") < nw.col("time_from")))


@rule("EVI202", "relation", "claim_id")
def sources_not_to_be_sought(evidence: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """The claim is called not trackable although it is neither the publisher's word about itself nor about someone unidentified.

    Why: "not trackable" must not become a way round the search for sources.
    Mend: look for sources, and write "no_source_found" if there are none.
    """
    both = evidence.join(claims.select("claim_id", "checkability_reason"), on="claim_id", how="inner")
    exempt = nw.col("checkability_reason").is_in(["self_statement", "unidentified"])
    return both.filter((nw.col("relation") == "not_trackable") & ~exempt)


@rule("EVI203", "relation", "claim_id", "recorded")
def no_source_beside_a_source(evidence: nw.LazyFrame) -> nw.LazyFrame:
    """The claim is said to have no source, and on that day or before a source was recorded for it.

    Why: both cannot be so.
    Mend: delete the row that says there is none.
    """
    sourced = evidence.filter(~nw.col("relation").is_in(WITHOUT_SOURCE)).group_by("claim_id").agg(nw.col("recorded").min().alias("_first"))
    none = evidence.filter(nw.col("relation").is_in(WITHOUT_SOURCE))
    return none.join(sourced, on="claim_id", how="inner").filter(nw.col("_first") <= nw.col("recorded"))


@rule("EVI204", "version_added")
def evidence_of_a_later_version(evidence: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The evidence was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(evidence, package)


@rule("FUP201", "as_of", "call_id")
def older_than_the_statement(
    follow_ups: nw.LazyFrame, calls: nw.LazyFrame, statements: nw.LazyFrame
) -> nw.LazyFrame:
    """The follow-up tells of a time before the statement was published.

    Why: what came before a call did not come of it.
    Mend: correct `as_of`, or record the source as evidence for a claim.
    """
    published = calls.select("call_id", "statement_id").join(statements.select("statement_id", "published_from"), on="statement_id", how="inner")
    both = follow_ups.join(published.select("call_id", "published_from"), on="call_id", how="inner")
    return both.filter(nw.col("as_of_to") < nw.col("published_from"))


@rule("FUP202", "version_added")
def follow_up_of_a_later_version(follow_ups: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The follow-up was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(follow_ups, package)


# ----------------------------------------------------------------------------------------- sources, rights, grounds


@rule("SRC201", "source_id")
def source_not_cited(sources: nw.LazyFrame, evidence: nw.LazyFrame, follow_ups: nw.LazyFrame) -> nw.LazyFrame:
    """No row cites the source.

    Why: a list of sources that says more than the rows rest on misleads.
    Mend: delete the source, or add the row that it was read for.
    """
    return sources.join(evidence, on="source_id", how="anti").join(follow_ups, on="source_id", how="anti")


@rule("SRC202", "independent", "publisher", "originator")
def own_source_called_independent(sources: nw.LazyFrame, statements: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """A source of the statement's own publisher is called independent.

    Why: nobody corroborates themselves.
    Mend: set `independent` to false.
    """
    publishers = actors.join(statements.select(nw.col("publisher_id").alias("actor_id")), on="actor_id", how="semi")
    names = home(publishers.select("name").drop_nulls())["name"].str.to_lowercase().unique().implode()
    texts = (nw.when(nw.col(name).is_null()).then(nw.lit("")).otherwise(nw.col(name)) for name in ("publisher", "originator"))
    called = sources.filter(nw.col("independent")).with_columns(nw.concat_str(*texts, separator=" ").alias("_text"))
    return looked_at(called, lambda piece: piece["_text"].str.to_lowercase().str.contains_any(names), "_text")


@rule("RGT201", "right_id")
def right_not_engaged(rights: nw.LazyFrame, item_rights: nw.LazyFrame) -> nw.LazyFrame:
    """No item engages the right.

    Why: the list of rights says what the statement is about.
    Mend: delete the right, or add the row that it was meant for.
    """
    return rights.join(item_rights, on="right_id", how="anti")


@rule("GRD201", "claim_id", "call_id")
def ground_in_another_statement(grounds: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """The claim that grounds the call is another statement's.

    Why: a call is grounded in what its own statement says.
    Mend: correct the claim or the call.
    """
    both = grounds.join(claims.select("claim_id", nw.col("statement_id").alias("_of_claim")), on="claim_id", how="inner")
    both = both.join(calls.select("call_id", nw.col("statement_id").alias("_of_call")), on="call_id", how="inner")
    return both.filter(nw.col("_of_claim") != nw.col("_of_call"))


# ------------------------------------------------------------------------------------------------------------- codings


@rule("COG201", "value", "variable")
def value_not_in_the_list(codings: nw.LazyFrame, codes: nw.LazyFrame) -> nw.LazyFrame:
    """The value is not a code of the variable's list.

    Why: agreement cannot be computed over values that nobody defined.
    Mend: write a code of the list that has the variable's name; "none" is allowed for a hedge.
    """
    listed = codes.select(nw.col("list").alias("variable"), nw.col("code").alias("value"))
    coded = codings.filter(~nw.col("variable").is_in(OF_SEGMENTS), ~((nw.col("variable") == "hedge") & (nw.col("value") == "none")))
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


def _final(claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """The values that the dataset gives: `_item`, `variable`, `_final`, with "none" for an empty cell."""
    long = []
    for items, key, variables in ((claims, "claim_id", OF_CLAIMS), (calls, "call_id", OF_CALLS)):
        for name in (*variables, "voice"):  # one by one, since narwhals's unpivot asks another DuckDB than the one that has the table
            long.append(items.select(nw.col(key).alias("_item"), nw.lit(name).alias("variable"), nw.col(name).cast(nw.String).alias("_final")))
    value = nw.when(nw.col("_final").is_null()).then(nw.lit("none")).otherwise(nw.col("_final"))
    return nw.concat(long, how="vertical").with_columns(value.alias("_final"))


@rule("COG203", "value", "claim_id", "call_id", "variable")
def adjudication_not_carried_out(codings: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """The latest adjudication of a variable is not the value that the dataset gives.

    Why: the decision and the row would contradict each other.
    Mend: correct the row, or add an adjudication with the reason for the new value.
    """
    made = codings.filter(nw.col("coder") == "adjudicator").with_columns(item())
    latest = made.group_by("_item", "variable").agg(nw.col("_row").max())
    both = made.join(latest.select("_row"), on="_row", how="semi").join(_final(claims, calls), on=["_item", "variable"], how="inner")
    return both.filter(nw.col("value") != nw.col("_final"))


@rule("COG204", "value", "claim_id", "call_id", "variable")
def disagreement_left_open(codings: nw.LazyFrame) -> nw.LazyFrame:
    """The second coder's value differs from the first's and nobody has adjudicated.

    Why: disagreements are settled in the open, not by silence.
    Mend: add an adjudication with its reason.
    """
    rows = codings.filter(nw.col("segment_id").is_null()).with_columns(item())
    first = rows.filter(nw.col("coder") == "first").select("_item", "variable", nw.col("value").alias("_first"))
    settled = rows.filter(nw.col("coder") == "adjudicator").select("_item", "variable")
    second = rows.filter(nw.col("coder") == "second").join(first, on=["_item", "variable"], how="inner")
    return second.filter(nw.col("value") != nw.col("_first")).join(settled, on=["_item", "variable"], how="anti")
