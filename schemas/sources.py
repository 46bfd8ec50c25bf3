"""Rules between the columns of `sources`."""

import re

import narwhals as nw

from claimtrack import rule

from .common import alike, looked_at, on, rowwise, schema_of

schema = schema_of("sources")

# Kinds of bodies whose texts speak for a state or an organisation of states, as the codebook has `official`.
OF_STATES = ["un", "government", "intergovernmental", "court", "election_body"]
RUN = re.compile(r"(?<![0-9.-])([0-9]+)\s*(?:to|bis|à|al?|[-–—])\s*([0-9]+)(?![0-9]|[.-][0-9])")


@rule("SRC101", "published", "consulted")
def published_after_consulted(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The source was published after it was consulted.

    Why: one of the two dates is wrong, and dates decide what can be evidence for what.
    Mend: correct `published` or `consulted`.
    """
    return sources.filter(nw.col("published_from") > nw.col("consulted_to"))


def date_and_basis_at_odds(rows: nw.LazyFrame) -> nw.LazyFrame:
    """There is a date of publication without a basis, or a basis without a date.

    Why: a date whose origin is unknown cannot be weighed.
    Mend: say how the date is known in `published_basis`, or write "none" there and leave `published` empty.
    """
    return rows.filter((nw.col("published_basis") == "none") != nw.col("published").is_null())


SRC102 = on(date_and_basis_at_odds, "sources", "SRC102", "published_basis", "published")
STA105 = on(date_and_basis_at_odds, "statements", "STA105", "published_basis", "published")


@rule("SRC110", "locator", severity="warning")
def locator_runs_backwards(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The locator leads from a higher number to a lower one.

    Why: nobody could find the part that was used. (Ends of days and shortened numbers run so by right.)
    Mend: correct the numbers.
    """

    def backwards(locator: str | None) -> bool:
        runs = RUN.findall(locator or "")  # "131-7" is short for "131-137"
        return any(len(first) == len(last) and first > last for first, last in runs)

    return looked_at(sources.filter(~nw.col("locator").is_null()), rowwise(backwards), "locator")


@rule("SRC111", "originator", "publisher")
def originator_is_the_publisher(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The originator is the publisher itself.

    Why: the column tells whose text the publisher carries; its own leaves it empty.
    Mend: empty `originator`.
    """
    return sources.filter(alike("originator") == alike("publisher"))


@rule("SRC112", "official", "kind")
def state_s_text_not_official(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The text comes from a state, a court, an election authority or an organisation of states, and is not official.

    Why: readers weigh what speaks for a state by this mark.
    Mend: set `official` to true, or correct `kind`.
    """
    return sources.filter(nw.col("kind").is_in(OF_STATES) & ~nw.col("official"))


def _of_two(sources: nw.LazyFrame, column: str) -> nw.LazyFrame:
    """Returns the sources whose origin, which is the originator or else the publisher, has two values of a column."""
    origin = nw.coalesce(nw.col("originator"), nw.col("publisher")).alias("_origin")
    told = sources.with_columns(origin).with_columns(alike("_origin").alias("_origin"))
    values = told.filter(~nw.col(column).is_null()).select("_origin", column).unique()
    several = values.group_by("_origin").agg(nw.len().alias("_values")).filter(nw.col("_values") > 1)
    return told.join(several, on="_origin", how="semi")


@rule("SRC113", "official", "originator", "publisher", severity="warning")
def official_and_not(sources: nw.LazyFrame) -> nw.LazyFrame:
    """Some texts from one originator or publisher are official, and some are not.

    Why: who speaks for a state most often does so everywhere. (A body can publish what is not its word by right.)
    Mend: correct `official`, or name whose text it is in `originator`.
    """
    return _of_two(sources, "official")


@rule("SRC114", "kind", "publisher", severity="warning")
def publisher_of_two_kinds(sources: nw.LazyFrame) -> nw.LazyFrame:
    """A publisher's own texts are of two kinds.

    Why: the kind is that of the body, and one body is of one kind. (Two bodies can have one name by right.)
    Mend: correct `kind`, or name whose text it is in `originator`.
    """
    return _of_two(sources.filter(nw.col("originator").is_null()), "kind")


@rule("SRC115", "publisher", "originator")
def two_spellings(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The name of a publisher or originator is spelt in two ways that differ in case or punctuation only.

    Why: one body would be counted as two.
    Mend: write the name in one way.
    """
    wrong = []
    for column in ("publisher", "originator"):
        told = sources.select("_row", nw.col(column).alias("_name"), alike(column).alias("_alike"))
        wrong.append(told.filter(~nw.col("_name").is_null()))
    names = nw.concat(wrong, how="vertical")
    several = names.select("_name", "_alike").unique().group_by("_alike").agg(nw.len().alias("_ways"))
    found = names.join(several.filter(nw.col("_ways") > 1), on="_alike", how="semi").select("_row").unique()
    return sources.join(found, on="_row", how="semi")


@rule("SRC116", "title", "publisher", "published", severity="warning")
def one_title_two_sources(sources: nw.LazyFrame) -> nw.LazyFrame:
    """Publisher, title and date of the source are those of an earlier one.

    Why: it is most often one text under two addresses, and would be counted twice. (A series has one title by right.)
    Mend: keep one of the rows and correct the rows that cite the other, or tell the two apart in `title`.
    """
    told = sources.filter(~nw.col("published").is_null()).with_columns(alike("title").alias("_title"))
    first = told.group_by("publisher", "published", "_title").agg(nw.col("_row").min())
    return told.join(first.select("_row"), on="_row", how="anti")
