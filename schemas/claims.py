"""Rules between the columns of `claims`."""

import narwhals as nw

from claimtrack import rule

from .common import at_odds, given, not_begun_by, schema_of

schema = schema_of("claims")

ABOUT_ONESELF = ["self_description", "disclaimer"]


@rule("CLM101", "claim_id", "statement_id")
def id_of_another_statement(claims: nw.LazyFrame) -> nw.LazyFrame:
    """The claim's id does not begin with its statement's.

    Why: ids are read by people, who would look for it in the wrong statement.
    Mend: give the claim an id made of the statement's, "-C" and its number.
    """
    return claims.filter(not_begun_by("claim_id", "statement_id"))


@rule("CLM102", "time_basis", "time")
def time_and_basis_at_odds(claims: nw.LazyFrame) -> nw.LazyFrame:
    """The claim has a time without a basis, or a basis without a time.

    Why: a date whose origin is unknown cannot be weighed.
    Mend: say how the time is known in `time_basis`, or write "none" there and leave `time` empty.
    """
    return claims.filter((nw.col("time_basis") == "none") != nw.col("time").is_null())


@rule("CLM103", "time_note", "time_basis")
def resolved_without_reasoning(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A relative date was resolved and the reasoning is not given, or reasoning is given where nothing was resolved.

    Why: a reader must be able to retrace how "this Sunday" became a date.
    Mend: say in `time_note` what the date was counted from, or correct `time_basis`.
    """
    return claims.filter((nw.col("time_basis") == "relative") == nw.col("time_note").is_null())


@rule("CLM104", "hedge", "hedge_term")
def hedge_without_words(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A hedge is coded without its words, or words are given without a code.

    Why: the words are the evidence for the code.
    Mend: fill in both `hedge` and `hedge_term`, or empty both.
    """
    return claims.filter(given("hedge", "hedge_term") == 1)


@rule("CLM105", "commitment", "voice")
def belief_not_reported(claims: nw.LazyFrame) -> nw.LazyFrame:
    """The belief of others is not coded as reported, or something is coded as reported that is in a voice of its own.

    Why: what others believe would pass for what the statement says.
    Mend: pair the voice "others_belief" with the commitment "reported", and only those.
    """
    return claims.filter((nw.col("voice") == "others_belief") != (nw.col("commitment") == "reported"))


@rule("CLM106", "claim_type", "voice")
def belief_in_own_voice(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A reported belief has another voice than the believers', or a belief of others has a type that is no belief.

    Why: the claim would say more than the statement does.
    Mend: for the voice "others_belief" choose the type "reported_belief" or "forecast"; a "reported_belief" has that
    voice.
    """
    belief, others = nw.col("claim_type") == "reported_belief", nw.col("voice") == "others_belief"
    return claims.filter((belief & ~others) | (others & ~nw.col("claim_type").is_in(["reported_belief", "forecast"])))


@rule("CLM107", "hedge", "claim_type")
def expectation_without_hedge(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A forecast or a reported belief has no hedge, or not one of its type.

    Why: what is expected or believed would be read as what is.
    Mend: code the hedge "expectation" or "possibility" for a forecast and "belief" for a reported belief, with its
    words.
    """
    kind = nw.col("claim_type")
    hedge = nw.when(nw.col("hedge").is_null()).then(nw.lit("")).otherwise(nw.col("hedge"))
    is_open = (kind == "forecast") & ~hedge.is_in(["expectation", "possibility"])
    return claims.filter(is_open | ((kind == "reported_belief") & (hedge != "belief")))


@rule("CLM108", "checkability_reason", "claim_type")
def oneself_for_another_reason(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A self-description or disclaimer is not marked as a statement about oneself, or another type is.

    Why: such claims are not tracked against independent sources.
    Mend: pair the types "self_description" and "disclaimer" with the reason "self_statement", and only those.
    """
    return claims.filter(
        nw.col("claim_type").is_in(ABOUT_ONESELF) != (nw.col("checkability_reason") == "self_statement")
    )


@rule("CLM109", "checkability", "checkability_reason")
def checkability_at_odds_with_reason(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A claim that the public record holds is not coded as checkable, or a checkable claim is not in the public record.

    Why: checkability without its reason is a guess.
    Mend: pair "checkable" with the reason "public_record", and only those.
    """
    return claims.filter((nw.col("checkability") == "checkable") != (nw.col("checkability_reason") == "public_record"))


@rule("CLM110", "status", "version_retired")
def retirement_at_odds(claims: nw.LazyFrame) -> nw.LazyFrame:
    """The claim is retired and no version says since when, or is active and has such a version.

    Why: a reader who cites the claim must see whether it still stands.
    Mend: fill in `version_retired` when `status` is "retired", and only then.
    """
    return claims.filter(at_odds())


@rule("CLM118", "act", "claim_type")
def act_of_oneself(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A self-description or disclaimer tells of an act against someone.

    Why: it says what the publisher is or how its words are to be read, and of nothing that was done.
    Mend: empty `act`, or correct `claim_type`.
    """
    return claims.filter(nw.col("claim_type").is_in(ABOUT_ONESELF) & ~nw.col("act").is_null())


@rule("CLM119", "checkability_reason", "claim_type", severity="warning")
def inner_state_of_a_fact(claims: nw.LazyFrame) -> nw.LazyFrame:
    """What people feel or believe is the obstacle to checking a claim that is no belief, forecast or characterisation.

    Why: a ruling, event or tie can be seen from outside. (An event can be one of feeling.)
    Mend: correct `checkability_reason` or `claim_type`.
    """
    inner = ["reported_belief", "forecast", "characterisation"]
    own_voice = claims.filter(nw.col("voice") != "others_belief")  # CLM106 tells of the others
    return own_voice.filter((nw.col("checkability_reason") == "inner_state") & ~nw.col("claim_type").is_in(inner))


@rule("CLM120", "commitment", "claim_type", severity="warning")
def forecast_taken_for_granted(claims: nw.LazyFrame) -> nw.LazyFrame:
    """The forecast is coded as presupposed.

    Why: what is expected is most often told as such. (Words such as "the expected win" take it for granted.)
    Mend: correct `commitment`, or code what is taken for granted as a claim of its own.
    """
    return claims.filter((nw.col("claim_type") == "forecast") & (nw.col("commitment") == "presupposed"))
