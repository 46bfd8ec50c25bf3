"""Rules between the columns of `actors`."""

import narwhals as nw

from claimtrack import rule
from claimtrack.core.frames import pieces

from .common import looked_at, schema_of

schema = schema_of("actors")


@rule("ACT101", "name", "kind", "public_role")
def private_person_named(actors: nw.LazyFrame) -> nw.LazyFrame:
    """A natural person without a public role is named.

    Why: a name in a dataset stays; a private person can come to harm by it.
    Mend: empty `name` and describe the person without identifying them, or set `public_role` if they act in public.
    """
    return actors.filter((nw.col("kind") == "person") & ~nw.col("public_role") & ~nw.col("name").is_null())


@rule("ACT102", "name", "kind", "public_role")
def unnamed_without_need(actors: nw.LazyFrame) -> nw.LazyFrame:
    """An actor that is no private person has no name.

    Why: it cannot be listed or cited.
    Mend: fill in `name`; for a group, a short name of our own for it.
    """
    private = (nw.col("kind") == "person") & ~nw.col("public_role")
    return actors.filter(nw.col("name").is_null() & ~private)


@rule("ACT103", "part_of", "actor_id")
def part_of_itself(actors: nw.LazyFrame) -> nw.LazyFrame:
    """An actor is part of itself, directly or by way of others.

    Why: whoever follows the chain would never arrive.
    Mend: correct `part_of`.
    """
    parts = actors.filter(~nw.col("part_of").is_null()).select("_row", "actor_id", "part_of")
    # An actor in a circle has a part and is a part. Few other actors are both, so that few rows have to be fetched.
    above_some, below_some = (
        parts.select(nw.col("part_of").alias("actor_id")),
        parts.select(nw.col("actor_id").alias("part_of")),
    )
    between = parts.join(above_some, on="actor_id", how="semi").join(below_some, on="part_of", how="semi")
    circles = _in_circles(
        {
            actor: whole
            for piece in pieces(between, "actor_id", "part_of")
            for actor, whole in piece.select("actor_id", "part_of").iter_rows()
        }
    )
    return looked_at(between, lambda piece: piece["actor_id"].is_in(list(circles)), "actor_id")


def _in_circles(above: dict[str, str]) -> set[str]:
    """Returns the actors that are in a circle. `above` maps each actor to the one of which it is a part.

    Each actor is visited only once.
    """
    found: set[str] = set()
    passed: set[str] = set()
    for start in above:
        way: dict[str, int] = {}
        at = start
        while at in above and at not in passed:
            passed.add(at)
            way[at] = len(way)
            at = above[at]
        found.update(list(way)[way[at] :] if at in way else ())
    return found


@rule("ACT104", "kind", "public_role")
def public_group(actors: nw.LazyFrame) -> nw.LazyFrame:
    """A group of people is marked as having a public role, or an organisation as having none.

    Why: the mark decides who may be named.
    Mend: set `public_role` to false for the kind "group" and to true for organisations.
    """
    group, person = nw.col("kind") == "group", nw.col("kind") == "person"
    return actors.filter(~person & (group == nw.col("public_role")))


@rule("ACT105", "named_in_statement", "name")
def named_without_name(actors: nw.LazyFrame) -> nw.LazyFrame:
    """An actor is marked as named in a statement and has no name.

    Why: either the mark or the missing name is wrong.
    Mend: set `named_in_statement` to false, or fill in the name the statement gives.
    """
    return actors.filter(nw.col("named_in_statement") & nw.col("name").is_null())


@rule("ACT106", "name", severity="warning")
def one_name_two_actors(actors: nw.LazyFrame) -> nw.LazyFrame:
    """Two actors have one name, letter case aside.

    Why: what one of them says or does would be counted for two. (Two people can have one name by right.)
    Mend: keep one of the rows, and correct the others that name the other; or tell the two apart in `name`.
    """
    return _shared(actors.with_columns(nw.col("name").str.to_lowercase().alias("_name")), "_name")


@rule("ACT107", "wikidata")
def one_wikidata_id_two_actors(actors: nw.LazyFrame) -> nw.LazyFrame:
    """Two actors have one Wikidata id.

    Why: they are one, or the id is wrong for one of them.
    Mend: keep one of the rows, or correct `wikidata`.
    """
    return _shared(actors, "wikidata")


def _shared(actors: nw.LazyFrame, column: str) -> nw.LazyFrame:
    """Returns the rows whose value in a column stands in another row, too."""
    several = actors.group_by(column).agg(nw.len().alias("_actors")).filter(nw.col("_actors") > 1)
    return actors.filter(~nw.col(column).is_null()).join(several, on=column, how="semi")


@rule("ACT108", "wikidata", "kind", "public_role")
def private_person_identified(actors: nw.LazyFrame) -> nw.LazyFrame:
    """A natural person without a public role has a Wikidata id.

    Why: the id names the person as well as a name does.
    Mend: empty `wikidata`, or set `public_role` if they act in public.
    """
    return actors.filter((nw.col("kind") == "person") & ~nw.col("public_role") & ~nw.col("wikidata").is_null())
