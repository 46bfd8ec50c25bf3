"""Rules between items and actors: every item has its speaker, and every actor takes part in something."""

import narwhals as nw

from claimtrack import rule

from .common import with_item


def _count(participants: nw.LazyFrame, key: str, role: str) -> nw.LazyFrame:
    """Counts the participants with a role for each item.

    | column | type | null means |
    |---|---|---|
    | `key`, which is `claim_id` or `call_id` | text | never |
    | `_count` | integer, at least 1 | never |
    """
    return (
        participants.filter(nw.col("role") == role, ~nw.col(key).is_null()).group_by(key).agg(nw.len().alias("_count"))
    )


def _not_one_speaker(items: nw.LazyFrame, participants: nw.LazyFrame, key: str) -> nw.LazyFrame:
    """Returns the items that do not have exactly one speaker."""
    both = items.join(_count(participants, key, "speaker"), on=key, how="left")
    return both.filter(nw.col("_count").is_null() | (nw.col("_count") != 1))


def _without(items: nw.LazyFrame, participants: nw.LazyFrame, key: str, role: str) -> nw.LazyFrame:
    """Returns the items without any participant in a role."""
    return items.join(_count(participants, key, role), on=key, how="anti")


def _speaker_at_odds(
    items: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame, key: str
) -> nw.LazyFrame:
    """Returns the items whose voice does not fit their speaker."""
    speakers = participants.filter(nw.col("role") == "speaker").select(key, nw.col("actor_id").alias("_speaker"))
    publishers = statements.select("statement_id", nw.col("publisher_id").alias("_publisher"))
    both = items.join(speakers, on=key, how="inner").join(publishers, on="statement_id", how="inner")
    publisher, voice = nw.col("_speaker") == nw.col("_publisher"), nw.col("voice")
    return both.filter(((voice == "narrator") & ~publisher) | ((voice == "quoted_speaker") & publisher))


@rule("CLM202", "claim_id")
def claim_not_one_speaker(claims: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The claim does not have exactly one speaker.

    Why: who says so must never be in doubt.
    Mend: give the claim one participant with the role "speaker": the publisher or the person quoted.
    """
    return _not_one_speaker(claims, participants, "claim_id")


@rule("CLM203", "voice", "claim_id")
def claim_voice_not_of_speaker(
    claims: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame
) -> nw.LazyFrame:
    """The claim is in the narrator's voice without the publisher as speaker, or in a quoted speaker's voice with it.

    Why: the publisher's words and those of a person it quotes would be confused.
    Mend: correct `voice`, or the participant with the role "speaker".
    """
    return _speaker_at_odds(claims, participants, statements, "claim_id")


@rule("CLM204", "voice", "claim_id")
def belief_without_believer(claims: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The belief of others has no believer, or a claim in a voice of its own has one.

    Why: a belief is somebody's, even when the statement does not name them.
    Mend: give the claim a participant with the role "believer", a group if need be; or correct `voice`.
    """
    believers = _count(participants, "claim_id", "believer")
    both = claims.join(believers, on="claim_id", how="left")
    return both.filter((nw.col("voice") == "others_belief") == nw.col("_count").is_null())


@rule("CAL202", "call_id")
def call_not_one_speaker(calls: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The call does not have exactly one speaker.

    Why: who demands it must never be in doubt.
    Mend: give the call one participant with the role "speaker": the publisher or the person quoted.
    """
    return _not_one_speaker(calls, participants, "call_id")


@rule("CAL203", "voice", "call_id")
def call_voice_not_of_speaker(
    calls: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame
) -> nw.LazyFrame:
    """The call is in the narrator's voice without the publisher as speaker, or in a quoted speaker's voice with it.

    Why: the publisher's demands and those of a person it quotes would be confused.
    Mend: correct `voice`, or the participant with the role "speaker".
    """
    return _speaker_at_odds(calls, participants, statements, "call_id")


@rule("CAL204", "call_id")
def call_without_addressee(calls: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The call is addressed to no one.

    Why: nobody could be asked what became of it.
    Mend: give the call a participant with the role "addressee".
    """
    return _without(calls, participants, "call_id", "addressee")


@rule("CAL205", "call_id")
def call_without_beneficiary(calls: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The call is for no one's sake.

    Why: what became of it is what became of them.
    Mend: give the call a participant with the role "beneficiary", a group if need be.
    """
    return _without(calls, participants, "call_id", "beneficiary")


@rule("PAR201", "actor_id", "claim_id", "call_id")
def speaker_is_not_the_one_quoted(
    participants: nw.LazyFrame, anchors: nw.LazyFrame, segments: nw.LazyFrame
) -> nw.LazyFrame:
    """The speaker of an item is not the one whose direct speech the item stands in.

    Why: words in quotation marks are those of the person quoted.
    Mend: make the voice of the quotation the item's speaker.
    """
    quoted = segments.filter(nw.col("kind") == "quotation").select("segment_id", "voice_id")
    speakers = participants.filter(nw.col("role") == "speaker")
    wrong = []
    for key in ("claim_id", "call_id"):
        voices = (
            anchors.select(key, "segment_id")
            .join(quoted, on="segment_id", how="inner")
            .select(key, "voice_id")
            .unique()
        )
        wrong.append(
            speakers.join(voices, on=key, how="inner").filter(nw.col("actor_id") != nw.col("voice_id")).select("_row")
        )
    return participants.join(nw.concat(wrong, how="vertical"), on="_row", how="semi")


@rule("ACT201", "actor_id")
def actor_without_part(
    actors: nw.LazyFrame,
    participants: nw.LazyFrame,
    statements: nw.LazyFrame,
    segments: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    responses: nw.LazyFrame,
) -> nw.LazyFrame:
    """The actor takes part in nothing, and nobody cites it.

    Why: a row about a person or body is kept only as long as something needs it.
    Mend: delete the row, or add the participant, evidence or answer it was meant for.
    """
    rest = actors.join(participants, on="actor_id", how="anti")
    for frame, column in (
        (statements, "publisher_id"),
        (statements, "speaker_id"),
        (segments, "voice_id"),
        (actors, "part_of"),
        (evidence, "said_by_id"),
        (follow_ups, "said_by_id"),
        (responses, "actor_id"),
    ):
        rest = rest.join(frame.select(nw.col(column).alias("actor_id")), on="actor_id", how="anti")
    return rest


@rule("PAR203", "actor_id", "role", "claim_id", "call_id")
def speaker_without_voice(
    participants: nw.LazyFrame,
    claims: nw.LazyFrame,
    calls: nw.LazyFrame,
    statements: nw.LazyFrame,
    segments: nw.LazyFrame,
) -> nw.LazyFrame:
    """The speaker of an item is neither the statement's publisher or speaker nor a voice of one of its segments.

    Why: words are ascribed to somebody who does not speak in the statement.
    Mend: correct `actor_id`; whose words the statement relates is a believer or the claim's subject.
    """
    voices = nw.concat(
        [
            rows.select(nw.col("statement_id").alias("_of"), nw.col(name).alias("actor_id"))
            for rows, name in ((statements, "publisher_id"), (statements, "speaker_id"), (segments, "voice_id"))
        ],
        how="vertical",
    ).drop_nulls()
    speakers = with_item(participants.filter(nw.col("role") == "speaker"), claims, calls)
    return speakers.join(voices, on=["_of", "actor_id"], how="anti")


@rule("CAL214", "call_id")
def several_in_one_call(calls: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The call has several addressees or several beneficiaries.

    Why: one call is one demand on one addressee for one beneficiary; for each, something else could become of it.
    Mend: make a call for each, or a group of those who are named together.
    """
    found = [
        calls.join(_count(participants, "call_id", role).filter(nw.col("_count") > 1), on="call_id", how="semi")
        for role in ("addressee", "beneficiary")
    ]
    return calls.join(nw.concat([each.select("_row") for each in found], how="vertical"), on="_row", how="semi")


@rule("CLM216", "claim_type", "claim_id", severity="warning")
def self_description_of_another(
    claims: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame, actors: nw.LazyFrame
) -> nw.LazyFrame:
    """The publisher's word about itself has subjects, and the publisher is not among them, nor one of its parts.

    Why: it is somebody else's description. (The publisher can be left out beside those whom it sets itself apart from.)
    Mend: correct `claim_type` or the claim's subject.
    """
    told = claims.filter(nw.col("claim_type").is_in(["self_description", "disclaimer"]))
    told = told.join(statements.select("statement_id", "publisher_id"), on="statement_id", how="inner")
    subjects = participants.filter(nw.col("role") == "subject").select("claim_id", "actor_id")
    subjects = subjects.join(actors.select("actor_id", "part_of"), on="actor_id", how="inner")
    both = told.select("_row", "claim_id", "publisher_id").join(subjects, on="claim_id", how="inner")
    publisher = nw.col("publisher_id")
    own = both.filter((nw.col("actor_id") == publisher) | (nw.col("part_of") == publisher))
    return told.join(both, on="_row", how="semi").join(own, on="_row", how="anti")
