"""Rules between the columns of `segments`."""

import narwhals as nw

from validator.catalogue import rule

from .common import check_letters_differ, not_begun_by


@rule("SEG101", "start", "end")
def ends_before_it_starts(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment ends before it starts.

    Why: such a span holds no text.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    return segments.filter(nw.col("end") <= nw.col("start"))


@rule("SEG102", "statement_id", "start", "end", "sha256", "pointer_check")
def check_letters_do_not_fit(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The check letters do not fit the statement, the position and the hash.

    Why: one of them was mistyped or damaged, and the segment can no longer be found in the text.
    Mend: run `python -m validator.pointers` with a copy of the text.
    """
    return check_letters_differ(segments, "statement_id", "start", "end", "sha256")


@rule("SEG103", "segment_id", "statement_id")
def id_of_another_statement(segments: nw.LazyFrame) -> nw.LazyFrame:
    """The segment's id does not begin with its statement's.

    Why: ids are read by people, who would look for it in the wrong statement.
    Mend: give the segment an id made of the statement's, "-S" and its number.
    """
    return segments.filter(not_begun_by("segment_id", "statement_id"))
