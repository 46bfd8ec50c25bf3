"""Rules on the time that a claim, a call or a row about them tells of."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from claimtrack import rule
from claimtrack.core.frames import pieces
from claimtrack.core.version_number import parts

from .common import looked_at, on, publication, rowwise

FAR = timedelta(days=366)  # what is due within a year is often told as settled
BACK = timedelta(days=50 * 366)  # whoever counts back further most often names the year


@rule("CLM116", "claim_type", "time", "time_basis")
def time_of_oneself(claims: nw.LazyFrame) -> nw.LazyFrame:
    """A disclaimer has a time, or a self-description has none.

    Why: a disclaimer tells at any time how words are to be read; what somebody is, they are on the publication day.
    Mend: empty `time` of a disclaimer, with the basis "none"; give a self-description the publication day, "bounded".
    """
    kind, timeless = nw.col("claim_type"), nw.col("time_basis") == "none"
    odd = ((kind == "disclaimer") & ~timeless) | ((kind == "self_description") & timeless)
    return claims.filter(odd & (nw.col("status") == "active"))


@rule("CLM117", "time", "claim", "time_basis", severity="warning")
def stated_year_not_in_the_words(claims: nw.LazyFrame) -> nw.LazyFrame:
    """The claim's time is stated, its words name years, and none of them is in the time.

    Why: one of the two was mistyped. (Years of another calendar, or of something else, can stand in the words.)
    Mend: correct `time`, `time_basis` or `claim`.
    """

    def other(text: str | None, first: str | None, last: str | None) -> bool:
        years = re.findall(r"(?<![0-9])[12][0-9]{3}(?![0-9])", text or "")
        return bool(years and first and last) and not any(
            first[:4] <= year <= last[:4] for year in years if first and last
        )

    stated = claims.filter(nw.col("time_basis") == "stated")
    return looked_at(stated, rowwise(other), "claim", "time_from", "time_to")


def _dated(items: nw.LazyFrame, statements: nw.LazyFrame, key: str) -> nw.LazyFrame:
    """Adds to each item the first and last day of its statement's publication: `_first` and `_last`."""
    return items.join(publication(items, statements, key), on=key, how="inner")


def _shifted(day: str | None, by: timedelta) -> str:
    """Returns a day (ISO date) moved by some time. What lies beyond the calendar is its edge."""
    try:
        return (date.fromisoformat(day or "") + by).isoformat()
    except (ValueError, OverflowError):
        return "9999-12-31" if by > timedelta() else "0000-01-01"


@rule("CLM213", "time", "claim_type", "statement_id", severity="warning")
def forecast_of_the_past(claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The time of the forecast lies before the statement's publication.

    Why: what is past is not expected any more. (A statement can tell what was expected then.)
    Mend: correct `time` or `claim_type`.
    """
    forecasts = claims.filter(nw.col("claim_type") == "forecast")
    return _dated(forecasts, statements, "claim_id").filter(nw.col("time_to") < nw.col("_first"))


@rule("CLM214", "time", "claim_type", "statement_id", severity="warning")
def told_as_so_long_before(claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The claim, which is no forecast, is about a time more than a year after the statement's publication.

    Why: what lies so far ahead is expected, not told. (What is settled for a later year can be told so.)
    Mend: correct `time` or `claim_type`.
    """
    both = _dated(claims.filter(nw.col("claim_type") != "forecast"), statements, "claim_id")
    late = rowwise(lambda start, last: bool(start and last) and start > _shifted(last, FAR))
    return looked_at(both.filter(nw.col("time_from") > nw.col("_last")), late, "time_from", "_last")


@rule("CLM215", "time", "time_basis", "statement_id", severity="warning")
def counted_back_too_far(claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The claim's time is counted from another day, and begins more than fifty years before the publication.

    Why: most often a digit of the year is wrong. (Words can count back that far by right.)
    Mend: correct `time` or `time_basis`.
    """
    both = _dated(claims.filter(nw.col("time_basis") == "relative"), statements, "claim_id")
    early = rowwise(lambda start, first: bool(start and first) and start < _shifted(first, -BACK))
    return looked_at(both, early, "time_from", "_first")


@rule("CAL213", "urgency", "deadline", "statement_id", severity="warning")
def at_once_and_much_later(calls: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The call is to be met at once, and its deadline lies more than a year after the publication.

    Why: both cannot be asked for. (Something can be begun at once and ended later.)
    Mend: correct `urgency` or `deadline`.
    """
    both = _dated(calls.filter(nw.col("urgency") == "immediate"), statements, "call_id")
    late = rowwise(lambda start, last: bool(start and last) and start > _shifted(last, FAR))
    return looked_at(both.filter(~nw.col("deadline").is_null()), late, "deadline_from", "_last")


@rule("FUP216", "as_of", "bears_on", "call_id", severity="warning")
def later_case_not_later(follow_ups: nw.LazyFrame, calls: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The row tells of a later case, and its time may lie on the day of the statement's publication or before it.

    Why: a later case arose after the call. (FUP201 has what is certainly earlier.)
    Mend: give `as_of` as exactly as the source does, or correct `bears_on`.
    """
    days = publication(calls, statements, "call_id")
    both = follow_ups.filter(nw.col("bears_on") == "later_case").join(days, on="call_id", how="inner")
    return both.filter((nw.col("as_of_from") <= nw.col("_last")) & (nw.col("as_of_to") >= nw.col("_first")))


def _on_claim(evidence: nw.LazyFrame, claims: nw.LazyFrame, *columns: str) -> nw.LazyFrame:
    """Adds to each row of evidence some columns of its claim."""
    return evidence.join(claims.select("claim_id", *columns), on="claim_id", how="inner")


@rule("EVI215", "event_date", "about", "claim_id", severity="warning")
def later_act_before_the_claim(evidence: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """The later act is dated before the claim's time begins, or, where its beginning is not known, before it ends.

    Why: a later act came after what the claim is about. (Something can end before the interval that it is told of.)
    Mend: correct `event_date`, or write "acts_of_kind" in `about`.
    """
    both = _on_claim(evidence.filter(nw.col("about") == "later_act"), claims, "time_from", "time_to")
    told = (nw.col("relation") == "outcome") & (nw.col("event_date_to") < nw.col("time_from"))  # by EVI201
    begin = nw.when(nw.col("time_from") > "0000-01-01").then(nw.col("time_from")).otherwise(nw.col("time_to"))
    return both.filter((nw.col("event_date_to") < begin) & ~told)


@rule("EVI216", "event_date", "about", "claim_id", severity="warning")
def act_meant_at_another_time(evidence: nw.LazyFrame, claims: nw.LazyFrame) -> nw.LazyFrame:
    """The source tells of the very act that the claim means, at another time than the claim states.

    Why: it is another act, or one of the dates is wrong. (Source and statement can date an act differently.)
    Mend: correct `event_date`; or write "acts_of_kind" or "later_act" in `about`.
    """
    meant = evidence.filter(nw.col("about") == "act_meant", nw.col("relation").is_in(["corroborates", "qualifies"]))
    both = _on_claim(meant, claims.filter(nw.col("time_basis") == "stated"), "time_from", "time_to")
    return both.filter(
        (nw.col("event_date_to") < nw.col("time_from")) | (nw.col("event_date_from") > nw.col("time_to"))
    )


@rule("EVI217", "relation", "event_date", "claim_id")
def forecast_settled_by_what_came(
    evidence: nw.LazyFrame, claims: nw.LazyFrame, statements: nw.LazyFrame
) -> nw.LazyFrame:
    """What came after the statement is said to corroborate or contradict a forecast.

    Why: that something was expected is neither right nor wrong for what came of it.
    Mend: write the relation "outcome".
    """
    settling = evidence.filter(nw.col("relation").is_in(["corroborates", "contradicts"]))
    forecasts = _dated(claims.filter(nw.col("claim_type") == "forecast"), statements, "claim_id")
    both = settling.join(forecasts.select("claim_id", "_last"), on="claim_id", how="inner")
    return both.filter(nw.col("event_date_from") > nw.col("_last"))


def _dated_by(day: str) -> Callable[..., nw.LazyFrame]:
    """Makes the check that rows do not have a later day, in the column `day`, than rows that a later version added."""

    def younger_than_a_later_version(rows: nw.LazyFrame) -> nw.LazyFrame:
        """The row is said to be of an earlier version than rows that are older.

        Why: a version has what was recorded before it came out. (Old records can be added late.)
        Mend: correct the day or `version_added`.
        """
        least: dict[str, str] = {}
        for piece in pieces(rows, "version_added", f"{day}_to"):
            known = piece.drop_nulls().group_by("version_added").agg(pl.col(f"{day}_to").min())
            for version, first in known.select("version_added", f"{day}_to").iter_rows():
                least[version] = min(first, least.get(version, first))
        later = {version: _earliest_after(version, least) for version in least}

        def late(version: str | None, first: str | None) -> bool:
            bound = later.get(version or "")
            return bool(bound and first and first > bound)

        return looked_at(rows, rowwise(late), "version_added", f"{day}_from")

    return younger_than_a_later_version


def _earliest_after(version: str, least: dict[str, str]) -> str | None:
    """Returns the earliest day of rows that a later version added. `least` has the earliest by version."""
    this: Any = parts(version)
    days = [first for other, first in least.items() if this and (that := parts(other)) and that > this]
    return min(days, default=None)


EVI218 = on(_dated_by("recorded"), "evidence", "EVI218", "version_added", "recorded", severity="warning")
# In follow_ups, which only grow, FUP103 holds the order of recording.
RSP212 = on(_dated_by("recorded"), "responses", "RSP212", "version_added", "recorded", severity="warning")
REV207 = on(_dated_by("reviewed"), "reviews", "REV207", "version_added", "reviewed", severity="warning")


@rule("REV208", "reviewed", "row_id", "table_name")
def read_before_it_was_there(
    reviews: nw.LazyFrame,
    statements: nw.LazyFrame,
    claims: nw.LazyFrame,
    calls: nw.LazyFrame,
    evidence: nw.LazyFrame,
    follow_ups: nw.LazyFrame,
    responses: nw.LazyFrame,
) -> nw.LazyFrame:
    """The row was read before it was recorded, or before its statement was published.

    Why: nobody can read what is not there.
    Mend: correct `reviewed`, or `recorded` of the row.
    """
    published = nw.col("published_from").alias("_there")
    of = statements.select("statement_id", published)
    there = [
        ("statements", statements.select(nw.col("statement_id").alias("row_id"), published)),
        *(
            (name, rows.join(of, on="statement_id", how="inner").select(nw.col(key).alias("row_id"), "_there"))
            for name, rows, key in (("claims", claims, "claim_id"), ("calls", calls, "call_id"))
        ),
        *(
            (name, rows.select(nw.col(key).alias("row_id"), nw.col("recorded_from").alias("_there")))
            for name, rows, key in (
                ("evidence", evidence, "evidence_id"),
                ("follow_ups", follow_ups, "follow_up_id"),
                ("responses", responses, "response_id"),
            )
        ),
    ]
    # What was mended or changed since may have another day now.
    stands = reviews.filter(nw.col("outcome") == "stands")
    early = [
        stands.filter(nw.col("table_name") == name)
        .join(rows, on="row_id", how="inner")
        .filter(nw.col("reviewed_to") < nw.col("_there"))
        .select("_row")
        for name, rows in there
    ]
    return reviews.join(nw.concat(early, how="vertical"), on="_row", how="semi")
