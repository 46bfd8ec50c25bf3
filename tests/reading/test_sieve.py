"""The sieve by itself: which cells it proves, and that it proves none that frictionless does not accept.

That it doubts a cell is no fault, only slow; but the cells below are the usual ones, and a sieve that doubted them
would send whole tables to be judged cell by cell.
"""

import narwhals as nw
import polars as pl
import pytest
from frictionless import Field, Schema

from claimtrack.core import edtf
from claimtrack.reading import sieve
from tests.tools.support import field_of


def matches(name: str, pattern: str) -> nw.Expr:
    """`sieve.matches` in the words of narwhals."""
    return nw.col(name).str.contains(f"^(?:{pattern})$")


def proven(field: Field, cells: list[str | None]) -> list[str | None]:
    """Those of the cells that the sieve proves, which are the same in the words of Polars and of narwhals."""
    known = pl.DataFrame({"_row": range(len(cells)), "v": cells}, schema={"_row": pl.UInt32, "v": pl.String})
    found = sieve.Sieve([field]).proves(known, ["v"])
    elsewhere = nw.from_native(known).select("_row", ok=sieve.accepted(field, nw, matches))["ok"]
    assert elsewhere.to_list() == found.to_list()
    return [cell for cell, ok in zip(cells, found, strict=True) if ok]


# Type and properties of a field; the cells that are proven; those that are not, be they wrong or only unusual.
CASES = [
    ("integer", {}, ["0", "-1", "12", "9" * 18], ["01", "+1", "1_0", " 1", "-0", "x", "9" * 19, ""]),
    ("integer", {"bareNumber": False}, [], ["1", "1 km"]),
    ("integer", {"constraints": {"minimum": 2}}, ["2", "3"], ["1", "-5"]),
    ("integer", {"constraints": {"maximum": "2"}}, ["2", "-3"], ["3"]),
    ("integer", {"constraints": {"exclusiveMinimum": 2}}, ["3"], ["2", "1"]),
    ("integer", {"constraints": {"exclusiveMaximum": 2}}, ["1"], ["2", "3"]),
    ("integer", {"constraints": {"enum": [1, "2"]}}, ["1", "2"], ["3", "01"]),
    ("number", {}, ["0", "-1.5", "123456789.123456", "-0.5", "1234567890", "0.12345678901234567", "1e3", "2.5E-05"],
     ["01", ".5", "5.", "NaN", "INF", "1e", "1e333", "x"]),
    ("number", {"groupChar": ","}, [], ["1"]),
    ("number", {"decimalChar": ","}, [], ["1"]),
    ("number", {"constraints": {"minimum": 0.1}}, ["0.1", "0.2", "0.10000000000000003"],
     ["0.09", "0.1000000000000000000001", "0.0999999999999999999999"]),
    ("number", {"constraints": {"minimum": "0.1000000000000000000001"}}, ["0.2", "1e3"],
     ["0.1", "0.1000000000000000000001"]),
    ("number", {"constraints": {"exclusiveMaximum": 0.3}}, ["0.29"], ["0.3"]),
    ("date", {}, ["2024-02-28", "2024-01-31", "2024-04-30", "2024-12-01", "1000-01-01", "9999-12-31"],
     ["2024-02-29", "2023-02-29", "2024-04-31", "2024-1-5", "0999-01-01", "2024-13-01", "2024-00-10", "2024-01-00",
      "2024-01-32"]),
    ("date", {"format": "%d/%m/%Y"}, [], ["2024-01-01", "01/01/2024"]),
    ("date", {"constraints": {"minimum": "2024-01-02", "maximum": "2024-01-03"}}, ["2024-01-02", "2024-01-03"],
     ["2024-01-01", "2024-01-04"]),
    ("time", {}, ["00:00:00", "19:59:59", "23:00:00", "10:00:00.5Z", "10:00:00+07:00"],
     ["24:00:00", "10:60:00", "10:00", "10:00:00+15:00", "10:00:00."]),
    ("datetime", {},
     ["2024-01-31T10:00:00Z", "2024-01-31T10:00:00", "2024-01-31 10:00:00", "2024-01-31T10:00:00.123456-03:30"],
     ["2024-01-32T10:00:00Z", "2024-01-31T10:00", "2024-01-31"]),
    ("duration", {}, ["P1Y", "P2W", "P1Y2M", "P3DT4H", "PT4H5M", "PT1S"], ["P", "PT", "1Y", "P1S", "P1H", "-P1Y"]),
    ("datetime", {"constraints": {"minimum": "2024-01-01T00:00:00Z"}}, [], ["2024-01-31T10:00:00Z"]),
    ("year", {}, ["2024", "0001"], ["24", "20240", "-123"]),
    ("yearmonth", {}, ["2024-01", "2024-12"], ["2024-13", "2024-1", "2024-00"]),
    ("boolean", {}, ["true", "1", "False"], ["yes", "tRUE"]),
    ("boolean", {"trueValues": ["yes"], "falseValues": ["no"]}, ["yes", "no"], ["true", "Yes"]),
    ("string", {}, ["", "a", " a", "é"], []),
    ("any", {}, ["a", "1"], []),
    ("string", {"constraints": {"pattern": "[a-z]+"}}, ["a", "abc"], ["", "A", "a1", "a\n"]),
    ("string", {"constraints": {"pattern": r"\w+"}}, ["a", "A1"], ["é", "-"]),
    ("string", {"constraints": {"pattern": "a|b"}}, ["a", "b"], ["axx", "xb"]),
    ("string", {"constraints": {"pattern": "(?=a)a"}}, [], ["a", "A"]),
    ("string", {"constraints": {"pattern": "(a{1,1000}){1,1000}"}}, [], ["a"]),
    ("string", {"constraints": {"minLength": 2}}, ["ab", "éé"], ["a", "é"]),
    ("string", {"constraints": {"maxLength": 2}}, ["ab", "éé"], ["abc"]),
    ("string", {"constraints": {"enum": ["a", "b"]}}, ["a", "b"], ["c", "A"]),
    ("string", {"constraints": {"enum": ["a", "bb"], "minLength": 2}}, ["bb"], ["a"]),
    ("string", {"format": "uri"}, ["https://example.org/a?b=c", "http://example.org"],
     ["ftp://example.org", "example", "https://é"]),
    ("string", {"format": "email"}, ["a@example.org", "A.b+c@x-y.example.com"],
     ["a@b", "a@@b.org", "a b@example.org", ".a@example.org", "é@example.org", "a@-b.org", "a@b.1"]),
    ("string", {"format": "uuid"}, ["2bc1c94f-0deb-43e9-92a1-4775189ec9f8"],
     ["2bc1c94f0deb43e992a14775189ec9f8", "2bc1c94f-0deb-43e9-92a1-4775189ec9f", "g" * 36]),
    ("string", {"format": "binary"}, [], ["YQ=="]),
    ("geopoint", {}, [], ["1,2"]),
    ("array", {"constraints": {"enum": [[1], [2]]}}, [], ["[1]"]),
]  # fmt: skip


@pytest.mark.parametrize("type_, more, sure, unsure", CASES, ids=[f"{type_} {more}" for type_, more, _, _ in CASES])
def test_cells_that_are_proven(type_, more, sure, unsure):
    tried = field_of(type_, **more)
    assert proven(tried, [*sure, *unsure]) == sure
    read = tried.create_cell_reader()
    assert not [cell for cell in sure if read(cell)[1]], "proven, and frictionless refuses it"


def test_a_missing_cell_is_proven_where_none_is_required():
    assert proven(field_of("integer"), [None, "1"]) == [None, "1"]
    assert proven(field_of("integer", constraints={"required": True}), [None, "1", "x"]) == ["1"]
    assert proven(field_of("integer", constraints={"unique": True, "required": False}), [None, "1"]) == [None, "1"]
    assert proven(field_of("geopoint"), [None]) == []


def test_fields_of_which_no_cell_is_proven():
    assert all(map(sieve.is_hopeless, [field_of("geopoint"), field_of("number", decimalChar=",")]))
    assert not any(map(sieve.is_hopeless, [field_of("integer"), field_of("string")]))


def test_rows_that_are_blank_or_untidy_are_held_back():
    told = {"fields": [{"name": "v", "type": "string"}, {"name": "n", "type": "integer"}]}
    fields = Schema.from_descriptor(told).fields
    cells = [("a", "1"), (None, "1"), ("a", None), (None, None), ("=a", "1"), ("+a", "1"), ("-a", "1"), ("@a", "1"),
             (" a", "1"), ("a ", "1"), ("\ta", "1"), ("a\t", "1"), ("a=b c", "1"), ("a", "x"), ("a\n", "1"),
             ("a\r\n", "1"), ("\r\na", "1"), ("a\nb", "1")]  # fmt: skip
    frame = pl.DataFrame(cells, schema={"v": pl.String, "n": pl.String}, orient="row").with_row_index("_row")
    made = sieve.Sieve(fields)
    found = made.doubts(frame)
    untidy = [*range(4, 12), 14, 15, 16]
    assert rows(found) == {None: [3], "v": untidy, "n": [13]}
    assert found["v"]["proven"].all() and not found["n"]["proven"].any() and found["n"]["cell"].to_list() == ["x"]
    assert rows(made.doubts(frame.filter(pl.col("_row") != 3), ["n"])) == {"n": [13]}
    held_back = sorted([3, 13, *untidy])
    assert frame.filter(~made.passes)["_row"].to_list() == held_back
    assert nw.from_native(frame).filter(~sieve.Sieve(fields, nw).passes)["_row"].to_list() == held_back


def rows(doubts: sieve.Doubts) -> dict[str | None, list[int]]:
    """The numbers of the rows in doubt, by column."""
    return {name: cells["_row"].to_list() for name, cells in doubts.items()}


def test_dates_of_edtf_are_tidy_where_they_need_no_second_look():
    made = sieve.Sieve([field_of("string", rdfType=edtf.LEVEL_1)])
    dates = ["2023", "2023-07", "2023-07-23", "2023-07-23~", "2023?", "2023-02-30", "2023-XX", "soon", None]
    frame = pl.DataFrame({"_row": range(len(dates)), "v": dates}, schema={"_row": pl.UInt32, "v": pl.String})
    assert rows(made.doubts(frame)) == {None: [8], "v": [5, 6, 7]}
    assert made.proves(frame, ["v"]).to_list() == [*[True] * 5, *[False] * 3, True]  # the last is blank, and told so


def test_doubts_of_several_parts_are_put_together_in_the_order_of_rows():
    parts = [pl.DataFrame({"_row": rows, "cell": ["x", "y"], "proven": [False] * 2}) for rows in ([5, 9], [2, 7])]
    assert sieve.together([{"v": part} for part in parts])["v"]["_row"].to_list() == [2, 5, 7, 9]
    assert sieve.together([]) == {}


@pytest.mark.parametrize(
    "codes, looked_at",
    [(["a", "b"], False), (["a", "=b"], True), (["a", " b"], True), (["a", "b "], True), (["", "a"], True)],
)
def test_codes_that_are_tidy_need_no_look(codes, looked_at):
    assert (sieve.tidy(field_of("string", constraints={"enum": codes})) is not None) is looked_at
    assert sieve.tidy(field_of("integer", constraints={"enum": [1]})) is None
    assert sieve.tidy(field_of("string")) is not None
