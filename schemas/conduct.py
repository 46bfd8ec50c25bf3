"""Rules on what a claim says was done: its act, those whom it met, the rights that it engages, what it grounds."""

import re
from functools import lru_cache

import narwhals as nw

from claimtrack import rule

from .claims import ABOUT_ONESELF
from .common import item, looked_at, rowwise

# Acts that need not be against somebody: words in public, and rules.
AGAINST_NOBODY = ["call_for_violence", "repressive_law"]
MEETS = {  # the kinds of actors that an act can meet
    "killing": ["person", "group"],
    "assault": ["person", "group"],
    "detention": ["person", "group"],
    "imprisonment": ["person", "group"],
    "party_dissolution": ["party"],
}
AS_FACT = ["states_facts", "states_abuse"]


def _with_role(participants: nw.LazyFrame, *roles: str) -> nw.LazyFrame:
    """Returns the participants that have one of the roles."""
    return participants.filter(nw.col("role").is_in(roles))


@rule("CLM210", "act", "claim_id")
def act_against_nobody(claims: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """The claim tells of an act against someone, and nobody is affected.

    Why: whom an act met is what readers ask first.
    Mend: give the claim a participant with the role "affected", a group if need be; or correct `act`.
    """
    acts = claims.filter(~nw.col("act").is_null(), ~nw.col("act").is_in(AGAINST_NOBODY))
    return acts.join(_with_role(participants, "affected"), on="claim_id", how="anti")


@rule("CLM211", "act", "claim_id", severity="warning")
def act_on_another_kind(claims: nw.LazyFrame, participants: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """The act can meet only people, or only parties, and none of those affected is of that kind.

    Why: a party is not killed, and people are not dissolved. (Words can be figurative by right.)
    Mend: correct `act`, the participants with the role "affected", or their `kind`.
    """
    hit = _with_role(participants, "affected").join(actors.select("actor_id", "kind"), on="actor_id", how="inner")
    found = []
    for act, kinds in MEETS.items():
        told = claims.filter(nw.col("act") == act)
        fits = hit.filter(nw.col("kind").is_in(kinds))
        found.append(told.join(hit, on="claim_id", how="semi").join(fits, on="claim_id", how="anti").select("_row"))
    return claims.join(nw.concat(found, how="vertical"), on="_row", how="semi")


@rule("CLM212", "act", "claim_id", severity="warning")
def killing_without_life(claims: nw.LazyFrame, item_rights: nw.LazyFrame, rights: nw.LazyFrame) -> nw.LazyFrame:
    """The claim tells of a killing and does not engage the right to life, which is among the rights.

    Why: whoever looks for what bears on a right would miss it. (The right to life is that of the Covenant's article 6.)
    Mend: add the row to `item_rights`, or correct `act`.
    """
    life = rights.filter(nw.col("iccpr_article") == 6).select("right_id", nw.lit("killing").alias("act"))
    known = claims.filter(nw.col("status") == "active").join(life.select("act").unique(), on="act", how="semi")
    return known.join(item_rights.join(life, on="right_id", how="semi"), on="claim_id", how="anti")


@rule("PAR208", "role", "claim_id")
def accused_where_nothing_is_done(participants: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """Somebody is said to have done harm by a claim that only situates, or in which the publisher speaks of itself.

    Why: a name would stand beside an accusation that the statement does not make.
    Mend: correct the role, or the claim's type and act.
    """
    plain = claims.filter(nw.col("claim_type").is_in([*ABOUT_ONESELF, "background"]) & nw.col("act").is_null())
    return _with_role(participants, "alleged_perpetrator").join(plain, on="claim_id", how="semi")


# ------------------------------------------------------------------------------------------------------------- rights


@rule("IRT202", "claim_id", "right_id")
def right_of_a_disclaimer(item_rights: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """A disclaimer is said to engage a right.

    Why: it says how words are to be read, and of nothing that was done.
    Mend: delete the row, or correct the claim's type.
    """
    return item_rights.join(claims.filter(nw.col("claim_type") == "disclaimer"), on="claim_id", how="semi")


@rule("IRT203", "claim_id", "right_id", "basis", severity="warning")
def right_of_a_plain_tie(item_rights: nw.LazyFrame, claims: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """A right is inferred from a background claim that tells of no act and of nobody affected.

    Why: rights are inferred from what was done to someone. (A state of affairs can bear on a right by right.)
    Mend: delete the row, or correct the claim's type, act and participants.
    """
    plain = claims.filter((nw.col("claim_type") == "background") & nw.col("act").is_null())
    plain = plain.join(_with_role(participants, "affected"), on="claim_id", how="anti")
    return item_rights.filter(nw.col("basis") == "inferred").join(plain, on="claim_id", how="semi")


@rule("IRT204", "basis", "right_id", "claim_id", "call_id", severity="warning")
def named_right_not_in_the_words(
    item_rights: nw.LazyFrame, rights: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """The item is said to name the right, and has no word of the right's label or definition.

    Why: what is named can be seen, and what is inferred is ours. (Another word can name the right, too.)
    Mend: correct `right_id` or `basis`.
    """
    texts = nw.concat(
        [
            claims.select(nw.col("claim_id").alias("_item"), nw.col("claim").alias("_words")),
            calls.select(nw.col("call_id").alias("_item"), nw.col("demand").alias("_words")),
        ],
        how="vertical",
    )
    named = item_rights.filter(nw.col("basis") == "named").with_columns(item())
    both = named.join(texts, on="_item", how="inner")
    both = both.join(rights.select("right_id", "label", "definition"), on="right_id", how="inner")
    other = rowwise(lambda text, *right: _differ(text, " ".join(each or "" for each in right)))
    return looked_at(both, other, "_words", "label", "definition")


def _differ(text: str | None, other: str) -> bool:
    """Tells whether two texts have no longer word in common. Scripts without letter case do not part all words."""
    words = _stems(other)
    return bool(text and words) and other.lower() != other.upper() and not words & _stems(text or "")


@lru_cache(1000)
def _stems(text: str) -> set[str]:
    """Returns how the longer words of a text begin: five letters of each word of four or more."""
    return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text.lower())}


# ------------------------------------------------------------------------------------------------------------ grounds


@rule("GRD203", "how", "claim_id")
def fact_that_is_no_fact(grounds: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """A forecast, a belief of others or the publisher's word on itself is said to state the facts or the abuse.

    Why: what is expected, believed or disclaimed states no fact.
    Mend: correct `how` to "gives_context", or correct the claim.
    """
    soft = ["forecast", "reported_belief", *ABOUT_ONESELF]
    soft_claims = claims.filter(nw.col("claim_type").is_in(soft), nw.col("status") == "active")
    return grounds.filter(nw.col("how").is_in(AS_FACT)).join(soft_claims, on="claim_id", how="semi")


@rule("GRD204", "how", "claim_id", severity="warning")
def abuse_of_nobody(grounds: nw.LazyFrame, claims: nw.LazyFrame, participants: nw.LazyFrame) -> nw.LazyFrame:
    """A claim is said to state the abuse that has no act, and nobody who does it, suffers it or is its subject.

    Why: an abuse is done to someone or by someone. (It can be one to land or water by right.)
    Mend: correct `how`, or the claim's act and participants.
    """
    bare = claims.filter(nw.col("act").is_null()).join(
        _with_role(participants, "alleged_perpetrator", "affected", "subject"), on="claim_id", how="anti"
    )
    return grounds.filter(nw.col("how") == "states_abuse").join(bare, on="claim_id", how="semi")


def _sharing(grounds: nw.LazyFrame, participants: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """Returns the grounds (`_row`) in whose claim a beneficiary of the call, or a part or whole of it, takes part."""
    kin = nw.concat(
        [
            actors.select("actor_id", nw.col("actor_id").alias("_kin")),
            actors.select("actor_id", nw.col("part_of").alias("_kin")).drop_nulls(),
            actors.select(nw.col("part_of").alias("actor_id"), nw.col("actor_id").alias("_kin")).drop_nulls(),
        ],
        how="vertical",
    )
    for_whom = _with_role(participants, "beneficiary").select("call_id", "actor_id").drop_nulls()
    near = for_whom.join(kin, on="actor_id", how="inner").select("call_id", nw.col("_kin").alias("actor_id"))
    told = participants.filter(nw.col("role") != "speaker").select("claim_id", "actor_id").drop_nulls()
    both = grounds.select("_row", "call_id", "claim_id").join(told, on="claim_id", how="inner")
    return both.join(near, on=["call_id", "actor_id"], how="semi").select("_row").unique()


@rule("GRD205", "how", "claim_id", "call_id")
def another_than_the_beneficiary(
    grounds: nw.LazyFrame, participants: nw.LazyFrame, actors: nw.LazyFrame
) -> nw.LazyFrame:
    """A claim is said to identify the beneficiary of a call, who takes no part in it.

    Why: it tells of somebody else.
    Mend: correct `how`, the claim or the call; or add the participant to the claim.
    """
    naming = grounds.filter(nw.col("how") == "identifies_beneficiary")
    return naming.join(_sharing(naming, participants, actors), on="_row", how="anti")


@rule("GRD206", "how", "claim_id", "call_id", severity="warning")
def facts_of_another_call(grounds: nw.LazyFrame, participants: nw.LazyFrame, actors: nw.LazyFrame) -> nw.LazyFrame:
    """A claim about those for whom another call is made, and not about this call's, is said to state its facts.

    Why: the facts of one case are no facts of another. (One case can be the reason for a call on another.)
    Mend: correct `how` to "gives_context", or correct the claim or the call.
    """
    stating = grounds.filter(nw.col("how").is_in(AS_FACT))
    for_whom = _with_role(participants, "beneficiary").select("call_id", "actor_id").drop_nulls()
    told = _with_role(participants, "affected", "subject").select("claim_id", "actor_id").drop_nulls()
    of_others = told.join(for_whom.select("actor_id").unique(), on="actor_id", how="semi")
    apart = stating.join(_sharing(stating, participants, actors), on="_row", how="anti")
    return apart.join(of_others, on="claim_id", how="semi")


@rule("CAL212", "call_id", severity="warning")
def call_in_context_only(calls: nw.LazyFrame, grounds: nw.LazyFrame) -> nw.LazyFrame:
    """The call has grounds, and none of them states the facts or the abuse.

    Why: a reader cannot see what the call would end. (A statement can demand something for what it does not tell.)
    Mend: correct `how`, or add the claim that states it.
    """
    grounded = calls.filter(nw.col("status") == "active").join(grounds, on="call_id", how="semi")
    return grounded.join(grounds.filter(nw.col("how").is_in(AS_FACT)), on="call_id", how="anti")
