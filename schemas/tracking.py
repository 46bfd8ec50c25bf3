"""Rules between the tables that track claims and calls: sources, evidence, follow-ups, criteria, responses, rights."""

import narwhals as nw

from claimtrack import rule
from claimtrack.core.frames import collect

from .common import alike, later_than_package, looked_at, publication
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
    """The call has no follow-up on the case that it means, nor one that says that none was found.

    Why: what became of a call is what readers come back for. Later cases and the situation do not tell.
    Mend: add a follow-up: a source on the case or a part of it, or "no_update_found" with its day.
    """
    told = follow_ups.filter(nw.col("bears_on").is_in(["case", "part"]) | (nw.col("status") == "no_update_found"))
    return calls.filter(nw.col("status") == "active").join(told, on="call_id", how="anti")


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
    """A claim is called not trackable that is neither the publisher's word on itself nor about someone unidentified.

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
    sourced = (
        evidence.filter(~nw.col("relation").is_in(WITHOUT_SOURCE))
        .group_by("claim_id")
        .agg(nw.col("recorded").min().alias("_first"))
    )
    none = evidence.filter(nw.col("relation").is_in(WITHOUT_SOURCE))
    return none.join(sourced, on="claim_id", how="inner").filter(nw.col("_first") <= nw.col("recorded"))


@rule("EVI211", "source_id", "claim_id")
def source_on_what_none_can_settle(evidence: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """A source bears on a claim that is coded as not checkable.

    Why: not checkable means that no source can bear on it.
    Mend: correct the claim's `checkability` to "partly_checkable", or take the row out.
    """
    closed = claims.filter(nw.col("checkability") == "not_checkable")
    return evidence.filter(~nw.col("source_id").is_null()).join(closed, on="claim_id", how="semi")


@rule("EVI204", "version_added")
def evidence_of_a_later_version(evidence: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The evidence was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(evidence, package)


@rule("FUP201", "as_of", "call_id")
def older_than_the_statement(follow_ups: nw.LazyFrame, calls: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The follow-up tells of a time before the statement was published.

    Why: what came before a call did not come of it.
    Mend: correct `as_of`, or record the source as evidence for a claim.
    """
    both = follow_ups.join(publication(calls, statements, "call_id"), on="call_id", how="inner")
    return both.filter(nw.col("as_of_to") < nw.col("_first"))


@rule("FUP202", "version_added")
def follow_up_of_a_later_version(follow_ups: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The follow-up was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(follow_ups, package)


# ------------------------------------------------------------------------------------------- criteria and responses


@rule("CAL208", "call_id")
def call_without_criteria(calls: nw.LazyFrame, criteria: nw.LazyFrame) -> nw.LazyFrame:
    """The call has no criterion for being met, or none for not being met.

    Why: whoever says what became of a call must have said before what would show it.
    Mend: add a criterion with the status "met" and one with "unmet".
    """
    active = calls.filter(nw.col("status") == "active")
    lacking = [
        active.join(criteria.filter(nw.col("status") == status), on="call_id", how="anti").select("_row")
        for status in ("met", "unmet")
    ]
    return calls.join(nw.concat(lacking, how="vertical").unique(), on="_row", how="semi")


@rule("CAL210", "call_id", severity="warning")
def call_without_ground(calls: nw.LazyFrame, grounds: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """No active claim grounds the call.

    Why: a reader cannot see what the call is about. (A statement can demand something without a word on why.)
    Mend: add the claims that state the facts or the abuse to `grounds`.
    """
    standing = grounds.join(claims.filter(nw.col("status") == "active"), on="claim_id", how="semi")
    return calls.filter(nw.col("status") == "active").join(standing, on="call_id", how="anti")


@rule("CRI201", "version_added")
def criterion_of_a_later_version(criteria: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The criterion was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(criteria, package)


@rule("CRI202", "criterion", "call_id")
def one_fact_two_statuses(criteria: nw.LazyFrame) -> nw.LazyFrame:
    """A criterion of a call, but for case and punctuation, is an earlier row's already, perhaps for another status.

    Why: one fact cannot show two things, and one row of it is enough.
    Mend: delete the later row, or say what is different about its fact.
    """
    told = criteria.with_columns(alike("criterion").alias("_fact"))
    same = ["call_id", "_fact", "status", "source_kind"]  # one fact may be shown by sources of several kinds
    firsts = told.group_by(same).agg(nw.col("_row").min())
    least = told.group_by("call_id", "_fact").agg(nw.col("_row").min().alias("_least"))
    of_least = least.join(told.select("_row", nw.col("status").alias("_status")), left_on="_least", right_on="_row")
    other = told.join(of_least, on=["call_id", "_fact"], how="inner").filter(nw.col("status") != nw.col("_status"))
    wrong = nw.concat(
        [told.join(firsts.select("_row"), on="_row", how="anti").select("_row"), other.select("_row")], how="vertical"
    )
    return criteria.join(wrong.unique(), on="_row", how="inner")


@rule("FUP203", "criterion_id", "status", "call_id")
def criterion_of_another_status(follow_ups: nw.LazyFrame, criteria: nw.LazyFrame) -> nw.LazyFrame:
    """The criterion that the follow-up shows is another call's, or leads to another status.

    Why: the fact that was shown must be the one that was asked for.
    Mend: correct `criterion_id` or `status`.
    """
    asked = criteria.select("criterion_id", nw.col("call_id").alias("_call"), nw.col("status").alias("_status"))
    both = follow_ups.join(asked, on="criterion_id", how="inner")
    return both.filter((nw.col("call_id") != nw.col("_call")) | (nw.col("status") != nw.col("_status")))


@rule("RSP201", "version_added")
def response_of_a_later_version(responses: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The response was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(responses, package)


@rule("RSP202", "response_date", "call_id")
def answer_before_the_call(responses: nw.LazyFrame, calls: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The call is answered before the statement was published.

    Why: nobody answers a call that has not been made.
    Mend: correct `response_date`; an earlier word on the matter is evidence for a claim.
    """
    both = responses.join(publication(calls, statements, "call_id"), on="call_id", how="inner")
    return both.filter(nw.col("response_date_to") < nw.col("_first"))


# ----------------------------------------------------------------------------------------- sources, rights, grounds


@rule("SRC201", "source_id")
def source_not_cited(
    sources: nw.LazyFrame, evidence: nw.LazyFrame, follow_ups: nw.LazyFrame, responses: nw.LazyFrame
) -> nw.LazyFrame:
    """No row cites the source.

    Why: a list of sources that says more than the rows rest on misleads.
    Mend: delete the source, or add the row that it was read for.
    """
    rest = sources
    for citing in (evidence, follow_ups, responses):
        rest = rest.join(citing, on="source_id", how="anti")
    return rest


@rule("SRC202", "independent", "publisher", "originator")
def own_source_called_independent(
    sources: nw.LazyFrame, statements: nw.LazyFrame, actors: nw.LazyFrame
) -> nw.LazyFrame:
    """A source of the statement's own publisher is called independent.

    Why: nobody corroborates themselves.
    Mend: set `independent` to false.
    """
    publishers = actors.join(statements.select(nw.col("publisher_id").alias("actor_id")), on="actor_id", how="semi")
    names = collect(publishers.select("name").drop_nulls())["name"].str.to_lowercase().unique().implode()
    texts = (
        nw.when(nw.col(name).is_null()).then(nw.lit("")).otherwise(nw.col(name)) for name in ("publisher", "originator")
    )
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
    both = grounds.join(
        claims.select("claim_id", nw.col("statement_id").alias("_of_claim")), on="claim_id", how="inner"
    )
    both = both.join(calls.select("call_id", nw.col("statement_id").alias("_of_call")), on="call_id", how="inner")
    return both.filter(nw.col("_of_claim") != nw.col("_of_call"))


@rule("STA204", "country", "statement_id", severity="warning")
def country_of_no_claim(statements: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """All placed claims of the statement have one place, and the statement has another country or none.

    Why: whoever looks for statements on a country would miss it. (A statement can be about more than its claims tell.)
    Mend: correct `country`, or the claims' `place`.
    """
    places = claims.filter(~nw.col("place").is_null()).select("statement_id", "place").unique()
    single = places.group_by("statement_id").agg(nw.len().alias("_count"), nw.col("place").min().alias("_place"))
    both = statements.join(single.filter(nw.col("_count") == 1), on="statement_id", how="inner")
    return both.filter(nw.col("country").is_null() | (nw.col("country") != nw.col("_place")))
