"""A small profile besides that of claim tracking, as whoever has packages of their own would write one."""

import narwhals as nw

from claimtrack import Profile, rule
from claimtrack.core.frames import collect

LAMPS = {
    "fields": [
        {"name": "lamp", "type": "string", "constraints": {"required": True, "pattern": "L[0-9]+"}},
        {"name": "height", "type": "number", "constraints": {"required": True, "minimum": 0}},
        {"name": "street", "type": "string"},
        {"name": "lit", "type": "string", "rdfType": "http://id.loc.gov/datatypes/edtf/EDTF-level1"},
    ],
    "primaryKey": "lamp",
}
STREETS = {
    "fields": [{"name": "street", "type": "string"}, {"name": "length", "type": "integer"}],
    "primaryKey": "street",
}


@rule("LMP101", "height")
def lower_than_a_person(lamps: nw.LazyFrame) -> nw.LazyFrame:
    """The lamp hangs lower than a person stands.

    Why: people would walk into it.
    Mend: correct `height`, in metres.
    Example: a `height` of 0.5
    """
    return lamps.filter(nw.col("height") < 1.8)


@rule("LMP201", "street", severity="warning")
def street_without_length(lamps: nw.LazyFrame, streets: nw.LazyFrame) -> nw.LazyFrame:
    """The lamp stands in a street whose length nobody has written down.

    Why: it cannot be said how far apart the lamps are.
    Mend: add the `length` of the street, in metres.
    """
    known = streets.filter(~nw.col("length").is_null())
    return lamps.filter(~nw.col("street").is_null()).join(known, on="street", how="anti")


def _tallest(lamps: nw.LazyFrame) -> str:
    [height] = collect(lamps.select(nw.col("height").max())).row(0)
    return f"the tallest lamp hangs {height} m high"


PROFILE = Profile(
    "lamps-1",
    {"lamps": LAMPS, "streets": STREETS},
    {each.rule.id: each.rule for each in (lower_than_a_person, street_without_length)},
    summary=_tallest,
    summary_tables=("lamps",),
    summary_rules=frozenset({"LMP101"}),
)
