"""The pattern of a table's lines: it may doubt a good cell, but proves no bad one."""

import random
import re

import polars as pl
import pytest
from frictionless import Field, Package, Schema
from hypothesis import example, given
from hypothesis import strategies as st

from claimtrack.checks import hygiene
from claimtrack.reading import forms, line_pattern, number_pattern
from claimtrack.reading.letters import UNSEEN, Letters
from claimtrack.reading.line_pattern import DELIMITERS, LinePattern
from tests.benchmarks.generate import CLAIMS, generate
from tests.tools.fuzz import MISSING, TYPED, WORDS, field
from tests.tools.support import V2, checked, resource

# Marks that cannot be seen, and white space beyond ASCII at an edge.
NO_PLAIN_TEXT = f"{hygiene.CONTROL}|{hygiene.BIDI}|{hygiene.SPACES}|{hygiene.INVISIBLE}|^[^\\S \t]|[^\\S \t]$"
FORMULA_OR_EDGE = ("=", "+", "-", "@", " ", "\t")


def declared(described: dict) -> Field:
    """A field as Data Package v2 has it."""
    package = Package.from_descriptor({"$schema": V2, "resources": [resource("t", [described])]})
    return package.resources[0].schema.fields[0]


def lines_of(*fields: dict) -> LinePattern:
    """The patterns of the lines of a table with these fields."""
    return LinePattern(Schema.from_descriptor({"fields": list(fields)}).fields, ",")


def cell(field: Field, delimiter: str) -> tuple[str, bool]:
    """The pattern of a field's cells as they stand in a line, and whether it proves a cell right by itself."""
    known = line_pattern._Cell.of(field, delimiter)
    return known.written(delimiter, Letters(UNSEEN)), known.is_whole


def proven(described: dict, delimiter: str, texts: list[str]) -> list[tuple[str, bool, bool]]:
    """For each text, as it stands in a line and quoted, whether the pattern matches it, and whether that proves it."""
    pattern, whole = cell(declared(described), delimiter)
    cells = [(text, '"' + text.replace('"', '""') + '"') for text in texts]
    cells += [(text, text) for text in texts if not set(text) & {delimiter, '"', "\n", "\r"}]
    matches = pl.Series([form for _, form in cells], dtype=pl.String).str.contains(f"^{pattern}$")
    return [(text, match, whole) for (text, _), match in zip(cells, matches, strict=True)]


@pytest.mark.parametrize("seed", range(40))
def test_no_bad_cell_is_proven(seed):
    rng = random.Random(seed)
    texts = sorted(
        {text for pool in TYPED.values() for text in pool}
        | set(MISSING + WORDS)
        | {"a\u200bb", "\x85", "KH-1", "a-", "-a", "ab\tc", "\u2003a", "ក" * 9}
    )
    for number in range(20):
        described = field(rng, f"f{number}")
        described["missingValues"] = [
            value if isinstance(value, str) else value["value"] for value in described.get("missingValues", [""])
        ]
        only = declared(described)
        try:
            read = only.create_cell_reader()
            notes = {text: read(text)[1] for text in texts}
        except Exception:  # a constraint that the field cannot have: `descriptor` takes it out
            continue
        for text, match, whole in proven(described, rng.choice(DELIMITERS), texts):
            assert not (match and whole and notes[text]), (described, text)
            if match and forms.is_text(only) and text not in forms.missing_values(only):
                assert not text.startswith(FORMULA_OR_EDGE) and not text.endswith((" ", "\t")), (described, text)
            if match:
                assert not re.search(NO_PLAIN_TEXT, text), (described, text)


@pytest.mark.parametrize(
    "pattern, plain",
    [("[A-Z]{2}[0-9]+-C[0-9]{8}", True), ("^[0-9a-f]{64}$", True), (r"\d{4}", True), ("[^,]+", False), ("a.b", False),
     ("[+-/]x", False), ("[a-]b", False), ("-a", False), ("a?b", False), ("ab?", False), ("a|b", False), ("(a)", False),
     (r"\S+", False), ("a++b", False), ("a{,3}", False), ("a{0,3}", False), ("[A-z]", False), ("é", False),
     ("[a-f]b[x-z-]", True)],
)  # fmt: skip
def test_which_patterns_are_plain_enough(pattern, plain):
    assert bool(line_pattern._plain(pattern)) == plain


@pytest.mark.parametrize(
    "low, high",
    [(None, None), (None, 4), (0, None), (0, 0), (0, 1), (1, 1), (1, None), (2, 2), (2, 5), (5, None), (0, 4)],
)
@pytest.mark.parametrize("letter", ["a", '"', "ក", ","])
def test_lengths_are_counted_in_characters(low, high, letter):
    bounds = {name: bound for name, bound in (("minLength", low), ("maxLength", high)) if bound is not None}
    described = {"name": "a", "type": "string", "missingValues": [], "constraints": bounds}
    for text, match, whole in proven(described, ",", [letter * n for n in range(8)]):
        assert whole and match == ((low or 0) <= len(text) <= (99 if high is None else high)), text


@pytest.mark.parametrize(
    "more", [{}, {"constraints": {"minLength": 3}}, {"constraints": {"pattern": "(?s).*"}}, {"type": "array"}], ids=str
)
@pytest.mark.parametrize("beyond", [True, False])
def test_a_record_of_several_lines_has_line_feeds_within_quoted_texts_alone(more, beyond):
    made = lines_of({"name": "n", "type": "integer"}, {"name": "a", "type": "string", **more})
    right = ['1,"a\nb"', '1,"a\n\n""b"', "1,abc"]
    wrong = ["1,a\nb", "1\n,abc", '"1\n",abc', "1,abc\n", *([] if "type" in more else ['1,"\nabc"', '1,"abc\n"'])]
    for known, expected in ((made.long, right), (made, right[2:])):
        records = pl.Series([*right, *wrong]).str.contains(known.pattern if beyond else known.ascii)
        assert [text for text, match in zip([*right, *wrong], records, strict=True) if match] == expected


BOUNDS = st.none() | st.integers(-3, 1200) | st.decimals(-2, 30, places=1)


@given(
    least=BOUNDS,
    most=BOUNDS,
    whole=st.booleans(),
    number=st.integers(-2000, 2000) | st.decimals(-20, 2000, places=2) | BOUNDS,
)
def test_numbers_beyond_their_bounds_are_not_proven(least, most, whole, number):
    pattern, text = number_pattern.numbers(whole, least, most), str(number)
    if number is not None and pattern and re.fullmatch(pattern, text):
        assert (least is None or number >= least) and (most is None or number <= most)
        assert re.search(forms.CANONICAL["integer" if whole else "number"], text)


def test_most_numbers_within_usual_bounds_are_proven():
    for whole, least, most, texts in (
        (True, 0, None, "0 7 123456"),
        (True, 1, None, "1 10"),
        (False, 0, 1, "0 0.5 1 1.0 0.123456"),
        (True, 0, 10, "0 9"),
        (True, 1, 5, "1 5"),
        (True, 0, 100, "0 9 42 99"),
        (True, None, 5, "-12 0 5"),
        (False, None, None, "-0.5 3"),
    ):
        pattern = number_pattern.numbers(whole, least, most)
        assert all(re.fullmatch(pattern, text) for text in texts.split()), (whole, least, most)


@example(1500, 3500, 2500)
@given(st.integers(1000, 9999), st.integers(1000, 9999), st.integers(1000, 9999))
def test_years_between_two(low, high, year):
    low, high = sorted((low, high))
    assert bool(re.fullmatch(number_pattern.between(str(low), str(high)), str(year))) == (low <= year <= high)


def of_date(**constraints: str) -> tuple[str, bool]:
    """`cell` of a field of dates."""
    return cell(declared({"name": "d", "type": "date", "constraints": constraints}), ",")


def test_dates_of_a_year_that_is_partly_within_bounds_are_left_to_the_sieve():
    form, whole = of_date(minimum="2000-01-01", maximum="2023-07-23")
    texts = ("1999-12-31", "2000-01-01", "2022-12-31", "2023-01-01", "2024-01-01", "2001-02-30")
    assert whole and [bool(re.fullmatch(form, text)) for text in texts] == [False, True, True, False, False, False]


def test_dates_of_every_year_of_four_digits_are_proven():
    for constraints in ({}, {"maximum": "9999-12-31"}, {"minimum": "1000-01-01"}):
        form, whole = of_date(**constraints)
        assert whole and all(re.fullmatch(form, text) for text in ("1000-01-01", "9999-12-31")), constraints


def test_dates_of_one_year_are_proven():
    form, whole = of_date(minimum="2024-01-01", maximum="2024-12-31")
    texts = ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01")
    assert whole and [bool(re.fullmatch(form, text)) for text in texts] == [False, True, True, False]


def test_a_pattern_that_is_too_large_for_the_engine_is_none():
    names = [f"d{number}" for number in range(3000)]
    made = lines_of(*({"name": name, "type": "date"} for name in names))
    assert (made.pattern, made.ascii, made.rest, made.blank) == (None, None, names, None)


def test_marks_for_no_value_that_are_too_many_for_the_engine():
    fields = [
        {"name": f"p{number}", "type": "geopoint", "missingValues": [f"{value:0100}" for value in range(100)]}
        for number in range(200)
    ]
    made = LinePattern([declared(described) for described in fields], ",")
    assert (made.pattern, made.blank) == (None, None)


def test_lines_like_those_of_the_dataset_are_all_proven(tmp_path, monkeypatch):
    package, held = generate(tmp_path, claims=300, faults=0, seed=1), []
    monkeypatch.setattr(
        "claimtrack.backends.local.reader.check_cells", lambda places, doubts, tally: held.append(doubts)
    )
    run = checked(package)
    assert all(table.regular for table in run.tables.values()) and len(run.tables) == 3
    assert held == [] and run.report.totals.total() == 0
    assert lines_of(*CLAIMS).rest == []


def test_a_row_without_any_value_is_not_proven():
    assert lines_of({"name": "a", "type": "string"}, {"name": "b", "type": "integer"}).blank
