"""Rules between the columns of `actors`."""

import narwhals as nw

from validator.catalogue import rule


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
    rows = actors.select("_row", "actor_id", "part_of").collect().rows(named=True)
    above = {row["actor_id"]: row["part_of"] for row in rows}

    def circular(actor: str) -> bool:
        seen, at = set(), above[actor]
        while at and at not in seen and at != actor:
            seen.add(at)
            at = above.get(at)
        return at == actor

    return actors.filter(nw.col("_row").is_in([row["_row"] for row in rows if circular(row["actor_id"])]))


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
