"""Rules on who is who: speakers, publishers, those meant and those hurt, and the bodies that they belong to."""

from collections.abc import Callable

import narwhals as nw

from claimtrack import rule

from .common import item, on, with_item
from .participants import in_both

Check = Callable[..., nw.LazyFrame]


@rule("PAR106", "role", "actor_id", "claim_id")
def speaker_is_the_believer(participants: nw.LazyFrame) -> nw.LazyFrame:
    """The belief of others is that of the speaker.

    Why: whoever speaks for themselves asserts; "others" are somebody else.
    Mend: correct the believer, or the claim's voice, commitment and type.
    """
    return in_both(participants, "believer", "speaker")


@rule("PAR107", "role", "actor_id", "claim_id", severity="warning")
def speaker_accuses_oneself(participants: nw.LazyFrame) -> nw.LazyFrame:
    """The speaker of the claim is said to have done the harm.

    Why: it is most often a slip. (Whoever owns up to something does so by right.)
    Mend: correct the actor or the role in one of the rows.
    """
    return in_both(participants, "alleged_perpetrator", "speaker")


@rule("PAR108", "role", "actor_id", "claim_id", severity="warning")
def decided_on_oneself(participants: nw.LazyFrame) -> nw.LazyFrame:
    """The decision maker is affected by its own decision.

    Why: it is most often a slip. (A body can decide on itself by right.)
    Mend: correct the actor or the role in one of the rows.
    """
    return in_both(participants, "decision_maker", "affected")


def _own_side(statements: nw.LazyFrame) -> nw.LazyFrame:
    """Gives the publisher and the speaker of each statement.

    | column | type | null means |
    |---|---|---|
    | `_of` | text, the id of a statement | never |
    | `actor_id` | text, its publisher or speaker | never |
    """
    sides = [
        statements.select(nw.col("statement_id").alias("_of"), nw.col(name).alias("actor_id"))
        for name in ("publisher_id", "speaker_id")
    ]
    return nw.concat(sides, how="vertical").drop_nulls().unique()


@rule("PAR204", "role", "actor_id", "call_id", severity="warning")
def demand_on_one_s_own_side(
    participants: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame, statements: nw.LazyFrame
) -> nw.LazyFrame:
    """A call is addressed to the statement's own publisher or speaker.

    Why: it is most often a slip. (A large organisation can address one of its parts by right.)
    Mend: correct the addressee, or the statement's `speaker_id`.
    """
    asked = with_item(participants.filter(nw.col("role") == "addressee"), claims, calls)
    return asked.join(_own_side(statements), on=["_of", "actor_id"], how="semi")


@rule("PAR205", "role", "actor_id", "claim_id", severity="warning")
def part_and_whole_on_both_sides(participants: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """Who is said to have done the harm belongs to those who suffer it, or they to it.

    Why: it is most often a slip. (A body can turn against its own people by right.)
    Mend: correct the actor or the role in one of the rows.
    """
    wholes = actors.filter(~nw.col("part_of").is_null()).select("actor_id", "part_of")
    does, suffers = (
        participants.filter(nw.col("role") == role).select("_row", "claim_id", "actor_id").drop_nulls()
        for role in ("alleged_perpetrator", "affected")
    )
    hurt = suffers.select("claim_id", nw.col("actor_id").alias("_hurt"))
    parts_of_hurt = does.join(wholes, on="actor_id", how="inner").join(
        hurt, left_on=["claim_id", "part_of"], right_on=["claim_id", "_hurt"], how="semi"
    )
    wholes_of_hurt = hurt.join(wholes, left_on="_hurt", right_on="actor_id", how="inner")
    above = does.join(wholes_of_hurt.select("claim_id", "part_of"), left_on=["claim_id", "actor_id"],
                      right_on=["claim_id", "part_of"], how="semi")  # fmt: skip
    found = nw.concat([parts_of_hurt.select("_row"), above.select("_row")], how="vertical").unique()
    return participants.join(found, on="_row", how="semi")


# --------------------------------------------------------------------------------------------- those who cannot speak


def _says(actor: str, *roles: str) -> Check:
    """Makes the check that nobody speaks who by a claim was killed. `actor` is the column with who speaks."""

    def word_of_one_who_was_killed(
        rows: nw.LazyFrame, participants: nw.LazyFrame, claims: nw.LazyFrame
    ) -> nw.LazyFrame:
        """Somebody speaks, believes or answers who by a claim was killed.

        Why: it is most often a slip in the actor. (Words from before the death, or after a false report of it, stand by
        right.)
        Mend: correct the actor; say in `note` when it was said.
        """
        return _killed(rows.filter(nw.col("role").is_in(roles)) if roles else rows, actor, participants, claims)

    return word_of_one_who_was_killed


def _killed(rows: nw.LazyFrame, actor: str, hit: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """Returns the rows whose actor is affected by a killing that an active claim tells of as a fact."""
    told = claims.filter(nw.col("act") == "killing", nw.col("status") == "active")
    killed = hit.filter(nw.col("role") == "affected").join(told, on="claim_id", how="semi")
    return rows.join(killed.select(nw.col("actor_id").alias(actor)).unique(), on=actor, how="semi")


EVI213 = on(_says("said_by_id"), "evidence", "EVI213", "said_by_id", severity="warning")
FUP212 = on(_says("said_by_id"), "follow_ups", "FUP212", "said_by_id", severity="warning")
RSP210 = on(_says("actor_id"), "responses", "RSP210", "actor_id", severity="warning")


@rule("PAR206", "actor_id", "role", "claim_id", "call_id", severity="warning")
def killed_one_believes(participants: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """Somebody speaks or believes who by a claim was killed.

    Why: it is most often a slip in the actor. (What somebody said before their death stands by right.)
    Mend: correct the actor or the role.
    """
    saying = participants.filter(nw.col("role").is_in(["speaker", "believer"]))
    return _killed(saying, "actor_id", participants, claims)


def _tells(actor: str, *roles: str) -> Check:
    """Makes the check that nobody who is not identified gives an account. `actor` is the column with who gives it."""

    def word_of_one_not_identified(
        rows: nw.LazyFrame, actors: nw.LazyFrame, participants: nw.LazyFrame, claims: nw.LazyFrame
    ) -> nw.LazyFrame:
        """Somebody gives an account whom the statement does not identify.

        Why: the row would say who an unnamed person is, which is ours neither to find out nor to tell. (A group that
        comes up in several claims can have spoken by right.)
        Mend: give who speaks in the source a row of its own in `actors`, not tied to the person in the statement.
        """
        return _not_identified(rows, actor, actors, participants, claims)

    return word_of_one_not_identified


def _not_identified(
    rows: nw.LazyFrame, actor: str, actors: nw.LazyFrame, participants: nw.LazyFrame, claims: nw.LazyFrame
) -> nw.LazyFrame:
    """Returns the rows whose actor is unnamed, without a public role, and in a claim that identifies nobody."""
    hidden = actors.filter(~nw.col("public_role"), ~nw.col("named_in_statement")).select("actor_id")
    unclear = claims.filter(nw.col("checkability_reason") == "unidentified", nw.col("status") == "active")
    about = participants.filter(nw.col("role").is_in(["subject", "affected"])).join(unclear, on="claim_id", how="semi")
    who = about.join(hidden, on="actor_id", how="semi").select(nw.col("actor_id").alias(actor)).unique()
    return rows.join(who, on=actor, how="semi")


EVI214 = on(_tells("said_by_id"), "evidence", "EVI214", "said_by_id", severity="warning")
FUP213 = on(_tells("said_by_id"), "follow_ups", "FUP213", "said_by_id", severity="warning")
RSP211 = on(_tells("actor_id"), "responses", "RSP211", "actor_id", severity="warning")


@rule("PAR207", "actor_id", "role", "claim_id", severity="warning")
def unidentified_one_decides(participants: nw.LazyFrame, actors: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """Somebody whom the statement does not identify is said to have ordered or decided something.

    Why: the row would say what office an unnamed person has. (A group that comes up in several claims can decide.)
    Mend: correct the actor or the role.
    """
    deciding = participants.filter(nw.col("role") == "decision_maker")
    return _not_identified(deciding, "actor_id", actors, participants, claims)


# ------------------------------------------------------------------------------------------- bodies and their members


def _wholes(actors: nw.LazyFrame) -> nw.LazyFrame:
    """Adds to each actor that is part of another the kind of that other, as `_kind`. Other actors are left out."""
    kinds = actors.select(nw.col("actor_id").alias("part_of"), nw.col("kind").alias("_kind"))
    return actors.join(kinds, on="part_of", how="inner")


@rule("ACT112", "part_of", "kind")
def part_of_a_person(actors: nw.LazyFrame) -> nw.LazyFrame:
    """An actor is part of a person.

    Why: people belong to bodies, and no body to a person.
    Mend: correct `part_of`, or the `kind` of the actor that it names.
    """
    return _wholes(actors).filter(nw.col("_kind") == "person")


@rule("ACT113", "part_of", "kind", severity="warning")
def state_body_in_private_hands(actors: nw.LazyFrame) -> nw.LazyFrame:
    """A state body is part of an association, a company or a party.

    Why: it is most often a slip. (Where party and state are one, it can be so by right.)
    Mend: correct `part_of` or `kind`.
    """
    return _wholes(actors).filter(nw.col("kind") == "state_body", nw.col("_kind").is_in(["ngo", "company", "party"]))


@rule("ACT114", "role", "kind")
def office_of_a_body(actors: nw.LazyFrame) -> nw.LazyFrame:
    """An actor that is no person holds an office.

    Why: offices are held by people; what a body is stands in its description.
    Mend: empty `role`, or correct `kind`.
    """
    return actors.filter(~nw.col("role").is_null() & (nw.col("kind") != "person"))


@rule("ACT202", "named_in_statement", "actor_id", severity="warning")
def named_and_absent(
    actors: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame, segments: nw.LazyFrame
) -> nw.LazyFrame:
    """A statement is said to name the actor, who takes part in none of its items and speaks in none.

    Why: an item or the mark is missing. (A name can stand in a sentence that carries no item.)
    Mend: set `named_in_statement` to false, or add the participant.
    """
    rest = actors.filter(nw.col("named_in_statement"))
    for frame, column in (
        (participants, "actor_id"),
        (statements, "publisher_id"),
        (statements, "speaker_id"),
        (segments, "voice_id"),
        (actors, "part_of"),
    ):
        rest = rest.join(frame.select(nw.col(column).alias("actor_id")), on="actor_id", how="anti")
    return rest


@rule("ACT203", "named_in_statement", "name", severity="warning")
def name_in_the_words(
    actors: nw.LazyFrame, participants: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """The actor's name stands in a claim or call in which it takes part, and no statement is said to name it.

    Why: items add no names that the statement does not give. (A name can be a common word.)
    Mend: set `named_in_statement` to true, or take the name out of the item.
    """
    unnamed = actors.filter(~nw.col("named_in_statement"), ~nw.col("name").is_null(), nw.col("kind") != "group")
    parts = participants.with_columns(item()).select("_item", "actor_id")
    words = nw.concat(
        [
            claims.select(nw.col("claim_id").alias("_item"), nw.col("claim").alias("_words")),
            calls.select(nw.col("call_id").alias("_item"), nw.col("demand").alias("_words")),
        ],
        how="vertical",
    )
    both = unnamed.select("_row", "actor_id", "name").join(parts, on="actor_id", how="inner")
    both = both.join(words, on="_item", how="inner")
    return both.filter(nw.col("_words").str.contains(nw.col("name"), literal=True)).select("_row").unique()


@rule("STA205", "speaker_id", "publisher_id", severity="warning")
def speaker_of_another_body(statements: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """The statement's speaker belongs to another body than the publisher.

    Why: it is most often a slip. (A statement can quote a guest, or be published by several.)
    Mend: correct `speaker_id`, or the speaker's `part_of`.
    """
    above = actors.select(nw.col("actor_id").alias("speaker_id"), nw.col("part_of").alias("_body"))
    further = actors.select(nw.col("actor_id").alias("_body"), nw.col("part_of").alias("_above"))
    both = statements.join(above, on="speaker_id", how="inner").join(further, on="_body", how="left")
    publisher = nw.col("publisher_id")
    higher = ~nw.col("_above").is_null() & (nw.col("_above") == publisher)
    return both.filter((nw.col("_body") != publisher) & (nw.col("speaker_id") != publisher) & ~higher)
