"""Rules between tables: the ledger of completeness, who speaks, what each row must lead to."""

import narwhals as nw

from validator.catalogue import rule

from .common import later_than_package

# ---------------------------------------------------------------------------------------- the segments tile the text


def _with_previous(segments: nw.LazyFrame, *columns: str) -> nw.LazyFrame:
    """Each segment beside the one before it in its statement, by position: the columns again as `_x`, null for the first."""
    previous = [nw.col(name).shift(1).over("statement_id", order_by=["start", "_row"]).alias(f"_{name}") for name in columns]
    return segments.with_columns(*previous)


@rule("SEG201", "start")
def gap_or_overlap(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment does not begin one character after the end of the one before it, or the first not at 0.

    Why: a part of the statement would be coded twice or not at all.
    Mend: run `python -m validator.pointers` with a copy of the text; if a segment is missing, restore its row.
    """
    due = nw.when(nw.col("_end").is_null()).then(nw.lit(0)).otherwise(nw.col("_end") + 1)
    return _with_previous(segments, "end").filter(nw.col("start") != due)


@rule("SEG202", "ordinal")
def out_of_order(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment's ordinal does not follow the one before it, or the first is not 1.

    Why: the ordinals are how people count sentences.
    Mend: number the segments of a statement 1, 2, 3... as they stand in the text.
    """
    due = nw.when(nw.col("_ordinal").is_null()).then(nw.lit(1)).otherwise(nw.col("_ordinal") + 1)
    return _with_previous(segments, "ordinal").filter(nw.col("ordinal") != due)


@rule("SEG203", "paragraph")
def paragraph_out_of_order(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment's paragraph is neither that of the segment before it nor the next one, or the first is not 1.

    Why: the paragraphs are how people find a sentence.
    Mend: number the paragraphs of a statement 1, 2, 3... as they stand in the text.
    """
    step = nw.col("paragraph") - nw.when(nw.col("_paragraph").is_null()).then(nw.lit(0)).otherwise(nw.col("_paragraph"))
    first = nw.col("_paragraph").is_null()
    return _with_previous(segments, "paragraph").filter((first & (step != 1)) | ~step.is_in([0, 1]))


@rule("STA201", "length")
def segments_do_not_reach_the_end(statements: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segments do not end where the statement ends, or there are none.

    Why: the rest of the statement would not be coded.
    Mend: add the missing segments with `python -m validator.pointers`, or correct the statement's length with it.
    """
    ends = segments.group_by("statement_id").agg(nw.col("end").max().alias("_end"))
    both = statements.join(ends, on="statement_id", how="left")
    return both.filter(nw.col("_end").is_null() | (nw.col("_end") != nw.col("length")))


@rule("SEG204", "kind", "voice_id")
def voice_at_odds_with_kind(segments: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """A quotation is in the publisher's voice, or another kind of segment is not.

    Why: who speaks must never be in doubt.
    Mend: give a quotation the voice of the person quoted and every other segment that of the publisher.
    """
    both = segments.join(statements.select("statement_id", "publisher_id"), on="statement_id", how="inner")
    return both.filter((nw.col("kind") == "quotation") == (nw.col("voice_id") == nw.col("publisher_id")))


# ------------------------------------------------------------------------------------------ the anchors cover them


@rule("SEG205", "no_item_reason")
def neither_item_nor_reason(segments: nw.LazyFrame, anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The segment carries neither an item nor a reason why not, or both.

    Why: nobody may drop a sentence unnoticed.
    Mend: code the sentence, or say in `no_item_reason` why it carries nothing.
    """
    anchored = anchors.select("segment_id", nw.lit(True).alias("_anchored")).unique()
    both = segments.join(anchored, on="segment_id", how="left")
    return both.filter(nw.col("_anchored").is_null() == nw.col("no_item_reason").is_null())


@rule("SEG206", "start", "end")
def words_without_item(segments: nw.LazyFrame, anchors: nw.LazyFrame) -> nw.LazyFrame:
    """Some characters of the segment are covered by no anchor.

    Why: nobody may drop a clause unnoticed.
    Mend: code what those words say, or let the anchor of the item that they belong to reach over them.
    """
    own = segments.select("segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    spans = anchors.select("segment_id", "start", "end").join(own, on="segment_id", how="inner")
    # A point that must be covered: the segment's start and every anchor's end, but for the segment's own end.
    points = nw.concat(
        [
            own.select("segment_id", nw.col("_from").alias("_point")),
            spans.filter(nw.col("end") < nw.col("_to")).select("segment_id", nw.col("end").alias("_point")),
        ],
        how="vertical",
    ).unique()
    held = (
        points.join(spans, on="segment_id", how="inner")
        .filter(nw.col("start") <= nw.col("_point"), nw.col("_point") < nw.col("end"))
        .select("segment_id", "_point")
        .unique()
    )
    bare = points.join(held, on=["segment_id", "_point"], how="anti").select("segment_id").unique()
    carrying = anchors.select("segment_id").unique()
    return segments.join(carrying, on="segment_id", how="semi").join(bare, on="segment_id", how="semi")


@rule("ANC201", "start", "end", "segment_id")
def outside_its_segment(anchors: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor reaches beyond its segment.

    Why: it points at the words of another sentence.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    own = segments.select("segment_id", nw.col("start").alias("_from"), nw.col("end").alias("_to"))
    both = anchors.join(own, on="segment_id", how="inner")
    return both.filter((nw.col("start") < nw.col("_from")) | (nw.col("end") > nw.col("_to")))


@rule("ANC202", "sha256", "segment_id")
def whole_segment_other_hash(anchors: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The anchor covers the whole segment and has another hash.

    Why: one text has one hash, so one of the two is wrong.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    own = segments.select("segment_id", "start", "end", nw.col("sha256").alias("_sha256"))
    return anchors.join(own, on=["segment_id", "start", "end"], how="inner").filter(nw.col("sha256") != nw.col("_sha256"))


@rule("ANC203", "segment_id", "claim_id", "call_id")
def item_of_another_statement(
    anchors: nw.LazyFrame, segments: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame
) -> nw.LazyFrame:
    """The anchor ties an item to a segment of another statement.

    Why: a claim is found in the statement that makes it.
    Mend: correct the segment or the item.
    """
    both = anchors.join(segments.select("segment_id", nw.col("statement_id").alias("_of_segment")), on="segment_id", how="inner")
    for items, key in ((claims, "claim_id"), (calls, "call_id")):
        both = both.join(items.select(key, nw.col("statement_id").alias(f"_of_{key}")), on=key, how="left")
    return both.filter(nw.coalesce(nw.col("_of_claim_id"), nw.col("_of_call_id")) != nw.col("_of_segment"))


@rule("CLM201", "claim_id")
def claim_without_anchor(claims: nw.LazyFrame, anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The claim rests on no words of the statement.

    Why: whoever has a copy could not check that the statement says so.
    Mend: add the words it rests on to your quotes and run `python -m validator.pointers`; or retire the claim.
    """
    return claims.filter(nw.col("status") == "active").join(anchors, on="claim_id", how="anti")


@rule("CAL201", "call_id")
def call_without_anchor(calls: nw.LazyFrame, anchors: nw.LazyFrame) -> nw.LazyFrame:
    """The call rests on no words of the statement.

    Why: whoever has a copy could not check that the statement demands it.
    Mend: add the words it rests on to your quotes and run `python -m validator.pointers`; or retire the call.
    """
    return calls.filter(nw.col("status") == "active").join(anchors, on="call_id", how="anti")


# ---------------------------------------------------------------------------------------------- who speaks, and of whom


def _count(participants: nw.LazyFrame, key: str, role: str) -> nw.LazyFrame:
    """How many participants have a role, an item; `key` names the kind of item."""
    return participants.filter(nw.col("role") == role, ~nw.col(key).is_null()).group_by(key).agg(nw.len().alias("_count"))


def _not_one_speaker(items: nw.LazyFrame, participants: nw.LazyFrame, key: str) -> nw.LazyFrame:
    both = items.join(_count(participants, key, "speaker"), on=key, how="left")
    return both.filter(nw.col("_count").is_null() | (nw.col("_count") != 1))


def _without(items: nw.LazyFrame, participants: nw.LazyFrame, key: str, role: str) -> nw.LazyFrame:
    return items.join(_count(participants, key, role), on=key, how="anti")


def _speaker_at_odds(items: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame, key: str) -> nw.LazyFrame:
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
def claim_voice_not_of_speaker(claims: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The claim's voice is the narrator's and its speaker is not the publisher, or it is a quoted speaker's and the publisher is.

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
def call_voice_not_of_speaker(calls: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The call's voice is the narrator's and its speaker is not the publisher, or it is a quoted speaker's and the publisher is.

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
def speaker_is_not_the_one_quoted(participants: nw.LazyFrame, anchors: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The speaker of an item is not the one whose direct speech the item stands in.

    Why: words in quotation marks are those of the person quoted.
    Mend: make the voice of the quotation the item's speaker.
    """
    quoted = segments.filter(nw.col("kind") == "quotation").select("segment_id", "voice_id")
    speakers = participants.filter(nw.col("role") == "speaker")
    wrong = []
    for key in ("claim_id", "call_id"):
        voices = anchors.select(key, "segment_id").join(quoted, on="segment_id", how="inner").select(key, "voice_id").unique()
        wrong.append(speakers.join(voices, on=key, how="inner").filter(nw.col("actor_id") != nw.col("voice_id")).select("_row"))
    return participants.join(nw.concat(wrong, how="vertical"), on="_row", how="semi")


@rule("ACT201", "actor_id")
def actor_without_part(actors: nw.LazyFrame, participants: nw.LazyFrame, statements: nw.LazyFrame, segments: nw.LazyFrame) -> nw.LazyFrame:
    """The actor takes part in nothing.

    Why: a row about a person or body is kept only as long as something needs it.
    Mend: delete the row, or add the participant it was meant for.
    """
    rest = actors.join(participants, on="actor_id", how="anti")
    for frame, column in ((statements, "publisher_id"), (statements, "speaker_id"), (segments, "voice_id"), (actors, "part_of")):
        rest = rest.join(frame.select(nw.col(column).alias("actor_id")), on="actor_id", how="anti")
    return rest


# ------------------------------------------------------------------------------------------------------------- versions


@rule("STA202", "version_added")
def statement_of_a_later_version(statements: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The statement was added in a version later than the package's.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added`, or raise the package's `version`.
    """
    return later_than_package(statements, package)


@rule("CLM205", "version_added", "version_retired")
def claim_of_a_later_version(claims: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The claim was added or retired in a version later than the package's, or retired before it was added.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added` or `version_retired`, or raise the package's `version`.
    """
    return later_than_package(claims, package)


@rule("CAL206", "version_added", "version_retired")
def call_of_a_later_version(calls: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The call was added or retired in a version later than the package's, or retired before it was added.

    Why: versions tell a reader which rows to expect.
    Mend: correct `version_added` or `version_retired`, or raise the package's `version`.
    """
    return later_than_package(calls, package)


# ---------------------------------------------------------------------------------------------------------------- codes


@rule("COD201", "list", "code")
def code_unknown_to_the_schemas(codes: nw.LazyFrame, enums: nw.LazyFrame) -> nw.LazyFrame:
    """The code is not in the `enum` of a column that uses its list.

    Why: nobody could use it, and the schema and the code list would disagree.
    Mend: add the code to the `enum` of every column whose `codeList` names the list, or delete the row.
    """
    return codes.join(enums, on=["list", "code"], how="anti")


@rule("COD202", "reserved", "list", "code")
def reserved_at_odds_with_use(codes: nw.LazyFrame, uses: nw.LazyFrame) -> nw.LazyFrame:
    """The code is marked reserved and some row uses it, or it is not marked and no row does.

    Why: a code that nobody uses is either a slip or meant for later, and readers should know which.
    Mend: correct `reserved`, or delete the code.
    """
    both = codes.join(uses.with_columns(nw.lit(True).alias("_used")), on=["list", "code"], how="left")
    return both.filter(nw.col("reserved") != nw.col("_used").is_null())
