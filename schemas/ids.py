"""Rules on ids: each begins with the statement that the row belongs to."""

from collections.abc import Callable

import narwhals as nw

from claimtrack import rule

from .common import not_begun_by, on, with_item


def _belongs(key: str, *items: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that the ids in a column begin with the statement of a row's item, which `items` name."""

    def id_of_another_statement(rows: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
        """The row's id does not begin with the statement of the claim or call that it is about.

        Why: ids are read by people, who would look for it in the wrong statement.
        Mend: give the row the next free id that begins with its statement's.
        """
        return with_item(rows, claims, calls, *items).filter(not_begun_by(key, "_of"))

    return id_of_another_statement


ANC204 = on(_belongs("anchor_id"), "anchors", "ANC204", "anchor_id", "claim_id", "call_id")
PAR202 = on(_belongs("participant_id"), "participants", "PAR202", "participant_id", "claim_id", "call_id")
IRT201 = on(_belongs("item_right_id"), "item_rights", "IRT201", "item_right_id", "claim_id", "call_id")
EVI210 = on(_belongs("evidence_id", "claim_id"), "evidence", "EVI210", "evidence_id", "claim_id")
FUP210 = on(_belongs("follow_up_id", "call_id"), "follow_ups", "FUP210", "follow_up_id", "call_id")
CRI205 = on(_belongs("criterion_id", "call_id"), "criteria", "CRI205", "criterion_id", "call_id")
RSP208 = on(_belongs("response_id"), "responses", "RSP208", "response_id", "claim_id", "call_id")
COG206 = on(_belongs("coding_id"), "codings", "COG206", "coding_id", "claim_id", "call_id")


@rule("GRD202", "ground_id", "call_id")
def ground_id_of_another_statement(grounds: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """The ground's id does not begin with the statement of its call.

    Why: ids are read by people, who would look for it in the wrong statement.
    Mend: give the row the next free id that begins with its statement's.
    """
    both = grounds.join(calls.select("call_id", nw.col("statement_id").alias("_of")), on="call_id", how="inner")
    return both.filter(not_begun_by("ground_id", "_of"))


@rule("SEG104", "segment_id", "ordinal")
def number_is_not_the_ordinal(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The number in the segment's id is not its ordinal.

    Why: people read KH23-S07 as the seventh sentence.
    Mend: correct the id or the ordinal.
    """
    number = nw.col("segment_id").str.replace_all("^.*-S0*", "")
    return segments.filter(number != nw.col("ordinal").cast(nw.String))
