"""Rules on days and versions that contradict each other, between tables."""

from collections.abc import Callable
from datetime import date, timedelta

import narwhals as nw

from claimtrack import rule
from claimtrack.core.frames import collect
from claimtrack.core.version_number import parts

from .common import looked_at, on, publication, rowwise, with_item

Check = Callable[..., nw.LazyFrame]


def _after_the_package(day: str) -> Check:
    """Makes the check that the days in a column do not lie after the package was made."""

    def later_than_the_package_was_made(rows: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
        """The day lies after the day on which the package was made.

        Why: nobody can have read or recorded then what is in the package already. (One day more is let pass, since a
        day begins earlier in the east.)
        Mend: correct the day, or `created` in the descriptor.
        """
        try:
            limit = date.fromisoformat(collect(package)["created"][0] or "") + timedelta(days=1)
        except (ValueError, OverflowError):  # the descriptor's own checks report it
            limit = date.max
        return rows.filter(nw.col(f"{day}_from") > limit.isoformat())

    return later_than_the_package_was_made


SRC203 = on(_after_the_package("consulted"), "sources", "SRC203", "consulted")
EVI205 = on(_after_the_package("recorded"), "evidence", "EVI205", "recorded")
FUP204 = on(_after_the_package("recorded"), "follow_ups", "FUP204", "recorded")
RSP203 = on(_after_the_package("recorded"), "responses", "RSP203", "recorded")
REV204 = on(_after_the_package("reviewed"), "reviews", "REV204", "reviewed")


def recorded_before_it_was_published(rows: nw.LazyFrame, sources: nw.LazyFrame) -> nw.LazyFrame:
    """The row was recorded before its source was published.

    Why: nobody can record what a page says before there is such a page.
    Mend: correct `recorded`, or `published` of the source.
    """
    both = rows.join(sources.select("source_id", nw.col("published_from").alias("_first")), on="source_id", how="inner")
    return both.filter(nw.col("recorded_to") < nw.col("_first"))


EVI206 = on(recorded_before_it_was_published, "evidence", "EVI206", "recorded", "source_id")
FUP205 = on(recorded_before_it_was_published, "follow_ups", "FUP205", "recorded", "source_id")
RSP204 = on(recorded_before_it_was_published, "responses", "RSP204", "recorded", "source_id")


def _after_the_page(day: str) -> Check:
    """Makes the check that the days in a column do not lie after the publication of the row's source."""

    def later_than_its_source(rows: nw.LazyFrame, sources: nw.LazyFrame) -> nw.LazyFrame:
        """The row tells of a day that lies after the publication of its source.

        Why: a page that tells what happened is younger than that. (A page that announces something, or was written west
        of where it happened, can be older by right.)
        Mend: correct the date, or `published` of the source; or say in `note` that the page announces it.
        """
        published = sources.select("source_id", nw.col("published_to").alias("_last"))
        both = rows.join(published, on="source_id", how="inner")
        return both.filter(nw.col(f"{day}_from") > nw.col("_last"))

    return later_than_its_source


EVI207 = on(_after_the_page("event_date"), "evidence", "EVI207", "event_date", "source_id", severity="warning")
FUP206 = on(_after_the_page("as_of"), "follow_ups", "FUP206", "as_of", "source_id", severity="warning")
RSP205 = on(_after_the_page("response_date"), "responses", "RSP205", "response_date", "source_id", severity="warning")


@rule("FUP207", "source_id", "call_id")
def source_older_than_the_statement(
    follow_ups: nw.LazyFrame, calls: nw.LazyFrame, statements: nw.LazyFrame, sources: nw.LazyFrame
) -> nw.LazyFrame:
    """The source of the follow-up was published before the statement.

    Why: a page cannot tell what became of a call that had not been made.
    Mend: correct `source_id`, or `published` of the source; or record the page as evidence for a claim.
    """
    both = follow_ups.join(publication(calls, statements, "call_id"), on="call_id", how="inner")
    both = both.join(sources.select("source_id", nw.col("published_to").alias("_page")), on="source_id", how="inner")
    return both.filter(nw.col("_page") < nw.col("_first"))


@rule("CLM207", "time", "time_basis", "statement_id")
def bounded_by_another_day(claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The claim's time is bounded by the publication day, and does not end on it.

    Why: "bounded" says that all that is known is that it holds on that day, or lies before.
    Mend: end `time` on the publication day, or correct `time_basis`.
    """
    both = claims.join(publication(claims, statements, "claim_id"), on="claim_id", how="inner")
    end = nw.col("time_to")
    return both.filter((nw.col("time_basis") == "bounded") & ((end > nw.col("_last")) | (end < nw.col("_first"))))


@rule("CLM208", "time", "claim_type", "statement_id", severity="warning")
def told_as_so_before_it_was(claims: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The claim tells of conduct or a ruling as a fact, and its time lies after the statement's publication.

    Why: what has not happened yet is a forecast, or an event that is due. (A ruling that was announced can be told so.)
    Mend: correct `time` or `claim_type`.
    """
    facts = ["legal_process", "pattern"]
    both = claims.join(publication(claims, statements, "claim_id"), on="claim_id", how="inner")
    return both.filter(nw.col("claim_type").is_in(facts) & (nw.col("time_from") > nw.col("_last")))


@rule("CAL209", "deadline", "statement_id")
def deadline_before_publication(calls: nw.LazyFrame, statements: nw.LazyFrame) -> nw.LazyFrame:
    """The call's deadline lies before the statement's publication.

    Why: nobody can be asked to have done something in time that is past.
    Mend: correct `deadline`.
    """
    both = calls.join(publication(calls, statements, "call_id"), on="call_id", how="inner")
    return both.filter(nw.col("deadline_to") < nw.col("_first"))


# -------------------------------------------------------------------------------------------------------- versions


def _before(first: str | None, second: str | None) -> bool:
    """Tells whether a version is lower than another. It is not if one of them is no version."""
    one, other = parts(first), parts(second)
    return bool(one and other and one < other)


def _older(*keys: str) -> Check:
    """Makes the check that rows are not older than the claim or call that the columns `keys` name."""

    def older_than_its_item(rows: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
        """The row was added in an earlier version than the claim or call that it is about.

        Why: a row cannot be about something that was not there.
        Mend: correct `version_added` of the row or of the claim or call.
        """
        return looked_at(with_item(rows, claims, calls, *keys), rowwise(_before), "version_added", "_added")

    return older_than_its_item


EVI208 = on(_older("claim_id"), "evidence", "EVI208", "version_added", "claim_id")
FUP208 = on(_older("call_id"), "follow_ups", "FUP208", "version_added", "call_id")
CRI203 = on(_older("call_id"), "criteria", "CRI203", "version_added", "call_id")
RSP206 = on(_older("claim_id", "call_id"), "responses", "RSP206", "version_added", "claim_id", "call_id")


def _withdrawn(*keys: str) -> Check:
    """Makes the check that rows are not added to a retired claim or call, which the columns `keys` name."""

    def added_to_a_retired_item(rows: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
        """The row was added to a claim or call that was retired by then.

        Why: what has been withdrawn is not tracked any more.
        Mend: delete the row, or tie it to the claim or call that took its place.
        """
        withdrawn = with_item(rows, claims, calls, *keys).filter(~nw.col("_retired").is_null())
        late = rowwise(lambda retired, added: not _before(added, retired))
        return looked_at(withdrawn, late, "_retired", "version_added")

    return added_to_a_retired_item


EVI209 = on(_withdrawn("claim_id"), "evidence", "EVI209", "version_added", "claim_id")
FUP209 = on(_withdrawn("call_id"), "follow_ups", "FUP209", "version_added", "call_id")
CRI204 = on(_withdrawn("call_id"), "criteria", "CRI204", "version_added", "call_id")
RSP207 = on(_withdrawn("claim_id", "call_id"), "responses", "RSP207", "version_added", "claim_id", "call_id")
