"""Rules between the columns of `calls`."""

import narwhals as nw

from claimtrack import rule

from .common import at_odds, not_begun_by, schema_of

schema = schema_of("calls")

MODALS = {"must": "must", "should": "should", "asks": "asks?|appeals?"}  # the words of each modality, in English


@rule("CAL101", "call_id", "statement_id")
def id_of_another_statement(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The call's id does not begin with its statement's.

    Why: ids are read by people, who would look for it in the wrong statement.
    Mend: give the call an id made of the statement's, "-K" and its number.
    """
    return calls.filter(not_begun_by("call_id", "statement_id"))


@rule("CAL102", "voice")
def call_of_others(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The call is in the voice of others' belief.

    Why: what others demand is a claim of the statement that they demand it, not a call of its own.
    Mend: move the row to the claims, or correct its voice.
    """
    return calls.filter(nw.col("voice") == "others_belief")


@rule("CAL103", "status", "version_retired")
def retirement_at_odds(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The call is retired and no version says since when, or is active and has such a version.

    Why: a reader who cites the call must see whether it still stands.
    Mend: fill in `version_retired` when `status` is "retired", and only then.
    """
    return calls.filter(at_odds())


@rule("CAL109", "modality", "demand", severity="warning")
def word_of_another_modality(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The demand has the word of another modality ("must", "should", "asks"), and not its own.

    Why: an obligation is not advice. (The word can belong to something else in the demand.)
    Mend: correct `modality` or `demand`.
    """
    has = {code: nw.col("demand").str.contains(rf"(?i)\b(?:{words})\b") for code, words in MODALS.items()}
    wrong = [
        (nw.col("modality") == code)
        & ~own
        & nw.any_horizontal(*(has[other] for other in has if other != code), ignore_nulls=True)
        for code, own in has.items()
    ]
    return calls.filter(nw.any_horizontal(*wrong, ignore_nulls=True))


@rule("CAL110", "urgency", "demand", severity="warning")
def at_once_without_urgency(calls: nw.LazyFrame) -> nw.LazyFrame:
    """The demand says "at once" or "immediately", and its urgency is not coded as immediate.

    Why: the words are the reason for the code. (They can belong to something else in the demand.)
    Mend: correct `urgency` or `demand`.
    """
    words = nw.col("demand").str.contains(r"(?i)\b(?:at once|immediately|without delay)\b")
    return calls.filter(words & (nw.col("urgency") != "immediate"))
