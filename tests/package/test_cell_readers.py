"""The readers of plain fields give frictionless's values, and its verdict on each constraint."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from frictionless import system
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimtrack.package.cell_readers import CONSTRAINTS, cell_reader, value_reader
from tests.tools.support import field_of

FORMATS = {
    "string": ["default", "uri", "uri"],
    "date": ["default", "any", "%d.%m.%Y", "%Y", "x"],
    "time": ["default", "any", "%H:%M", "%H"],
    "datetime": ["default", "any", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"],
}
# Values for which the types have cells that are nearly theirs.
TEXTS = [
    "", " ", "a", "-", "NA", "1", " 1 ", "-0", "+5", "1_000", "٣", "1.5", "1,5", "1e5", "NaN", "-INF", "sNaN", "0x1",
    "true", "TRUE", "False", "yes", "0", "2023", "20230", "02023", "-123", "٢٠٢٣", "2023-07", "2023-07-23", "2023-7-3",
    "23.07.2023", "2023-02-29", "10:00", "10:00:00", "24:00:00", "10:00:00Z", "10:00:00.5+01:00", "10-00-00",
    "2023-07-23T10:00:00", "2023-07-23T10:00:00Z", "2023-07-23T10:00", "2023-07-23 10:00:00", "23/07/2023 10:30",
    "https://example.org/é?a=[]#b", "//a", "x:", "http://[::1", "mailto:a@b",
    "23 July 2023", "noon", "1.234,5", "1 234,5", "12,5 %",
    "2023-07-23T10:00:00+25:00", "$5", "5 kg", "é", "a\nb", "0000", "9999", "10000",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=12),
    st.from_regex(r"[-+0-9.:eTZ/ ]{0,20}", fullmatch=True),
    st.datetimes().map(str),
    st.dates().map(str),
    st.integers().map(str),
    st.decimals().map(str),
)
NOT_TEXTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(),
    st.decimals(),
    st.sampled_from(
        [date(2023, 7, 23), datetime(2023, 7, 23), datetime(2023, 7, 23, 1, tzinfo=UTC), Decimal("1.0"), []]
    ),
)


@st.composite
def fields(draw) -> dict:
    """The description of a field that is read here."""
    kind = draw(st.sampled_from(sorted(CONSTRAINTS)))
    told: dict = {"name": "v", "type": kind}
    if draw(st.booleans()):
        told["format"] = draw(st.sampled_from(FORMATS.get(kind, ["default", "x"])))
    if kind == "boolean" and draw(st.booleans()):
        told["trueValues"] = draw(st.lists(st.sampled_from(["yes", "1", "0", "true"]), max_size=3))
        told["falseValues"] = draw(st.lists(st.sampled_from(["no", "0", "1"]), max_size=2))
    if kind in ("integer", "number") and draw(st.booleans()):
        told["bareNumber"] = draw(st.booleans())
    if kind == "number" and draw(st.booleans()):
        marks = {"decimalChar": [",", ".", "", "e"], "groupChar": [" ", ".", ",", ""], "floatNumber": [True, False]}
        names = draw(st.lists(st.sampled_from(sorted(marks)), max_size=3, unique=True))
        told |= {name: draw(st.sampled_from(marks[name])) for name in names}
    arguments = {
        "required": st.booleans(),
        "minLength": st.integers(0, 5),
        "maxLength": st.integers(0, 5),
        "pattern": st.sampled_from(["[a-z]+", "a|b", ".*", r"\d{4}-\d\d"]),
        "enum": st.lists(st.one_of(st.sampled_from(TEXTS), st.integers(0, 5)), max_size=4),
        **dict.fromkeys(
            ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
            st.one_of(st.sampled_from(TEXTS), st.integers(-5, 5), st.floats(-5, 5)),
        ),
    }
    names = draw(st.lists(st.sampled_from(CONSTRAINTS[kind]), max_size=2, unique=True))
    return {**told, "constraints": {name: draw(arguments[name]) for name in names}}


def verdict(read, cell) -> object:
    """What a reader makes of a cell: its value and type, and what it breaks. An exception counts by its type."""
    try:
        value, notes = read(cell)
    except Exception as error:
        return type(error)
    return type(value), repr(value), sorted(notes or ())


@settings(max_examples=1500, deadline=None)
@given(fields(), st.lists(st.sampled_from(TEXTS), max_size=2), st.one_of(VALUES, NOT_TEXTS))
@example({"name": "v", "type": "time"}, [""], "10:00:00Z")
@example({"name": "v", "type": "integer", "bareNumber": False}, [""], "$5")
@example({"name": "v", "type": "number", "constraints": {"maximum": 5}}, [""], "NaN")
def test_cells_are_read_as_frictionless_reads_them(told, missing, cell):
    theirs = field_of(**{key.replace("type", "type_"): value for key, value in told.items() if key != "name"})
    theirs.schema.missing_values = missing
    read = value_reader(told)
    assert read is not None
    try:
        reader = theirs.create_cell_reader()
    except Exception as error:  # a constraint that cannot be applied
        with pytest.raises(type(error)):
            cell_reader(told, told.get("constraints", {}), missing, read)
        return
    ours = cell_reader(told, told.get("constraints", {}), missing, read)
    assert verdict(ours, cell) == verdict(reader, cell)


@pytest.mark.parametrize("kind", sorted(CONSTRAINTS))
def test_the_constraints_of_each_type_are_frictionless_s(kind):
    assert set(CONSTRAINTS[kind]) == set(system.select_field_class(kind).supported_constraints)


@pytest.mark.parametrize(
    "told",
    [
        {"type": "list"},
        {"type": "yearmonth"},
        {"format": "email"},
    ],
    ids=str,
)
def test_other_fields_are_left_to_frictionless(told):
    assert value_reader({"name": "v", **told}) is None
