"""Rules between the columns of `actors`."""

import narwhals as nw

from validator.catalogue import rule
from validator.home import pieces

from .common import looked_at


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
    # In a circle each has a part and is a part; few others stand between two like that.
    above_some, below_some = parts.select(nw.col("part_of").alias("actor_id")), parts.select(nw.col("actor_id").alias("part_of"))
    between = parts.join(above_some, on="actor_id", how="semi").join(below_some, on="part_of", how="semi")
    circles = _in_circles({actor: whole for piece in pieces(between, "actor_id", "part_of") for actor, whole in piece.select("actor_id", "part_of").iter_rows()})
    return looked_at(between, lambda piece: piece["actor_id"].is_in(list(circles)), "actor_id")


def _in_circles(above: dict[str, str]) -> set[str]:
    """Those from whom one comes back to them, going from each to the one above; each is passed once."""
    found, passed = set(), set()
    for start in above:
        way, at = {}, start
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
