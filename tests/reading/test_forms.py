"""The forms of cells by themselves: whatever has one is of its type, on any engine."""

import pytest
from frictionless import Schema
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core import edtf
from claimtrack.reading import forms
from tests.tools.support import field_of

FORMS = [
    *((form, {"type": type_}) for type_, form in forms.CANONICAL.items()),
    *((form, {"type": "string", "format": name}) for name, form in forms.FORMATS.items()),
]


@pytest.mark.parametrize(
    "form, described", FORMS, ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else ""
)
@given(data=st.data())
def test_whatever_has_the_form_of_a_type_is_accepted(form, described, data):
    text = data.draw(st.from_regex(form.replace("$", r"\Z"), alphabet=st.characters(codec="ascii")))
    assert not Schema.from_descriptor({"fields": [{"name": "v", **described}]}).fields[0].create_cell_reader()(text)[1]


def test_what_stands_for_a_missing_value():
    assert forms.missing_values(field_of("string", missing=["NA"])) == ["NA"]
    assert forms.missing_values(field_of("string", missing=["NA"], missingValues=["-"])) == ["-"]
    assert forms.missing_values(field_of("string", missing=["NA"], missingValues=[])) == []


@pytest.mark.parametrize("pattern, same", [
    ("[a-z]+", True), (r"\d{4}", True), ("(?:a|b)", True), (r"a\.b", True), ("(a)", True), ("[^a]", True),
    ("(?i)a", False), ("(?=a)", False), ("[a-z&&b]", False), ("x{,3}", False), ("a++", False), ("[]]", False),
    (r"\ba", False), ("(", False),
])  # fmt: skip
def test_patterns_that_mean_the_same_to_every_engine(pattern, same):
    assert forms.provable(pattern) is same


@pytest.mark.parametrize("type_", forms.ALIEN)
@given(data=st.data())
def test_whatever_has_a_letter_that_is_alien_to_a_type_is_refused(type_, data):
    field = field_of(type_)
    text = data.draw(st.from_regex(forms.refutation(field), alphabet=st.characters(codec="ascii")))
    assert "type" in field.create_cell_reader()(text)[1]


def test_a_field_of_another_form_refutes_nothing():
    for field in (field_of("number", groupChar=","), field_of("date", format="%d %B %Y"), field_of("string")):
        assert forms.refutation(field) is None


@pytest.mark.parametrize(
    "type_, more, texts",
    [
        ("boolean", {}, ["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"]),
        ("boolean", {"trueValues": ["yes"], "falseValues": ["no"]}, ["yes", "no"]),
        (
            "boolean",
            {"constraints": {"enum": [True]}},
            ["true", "True", "TRUE", "1"],
        ),  # as a text, "True", it is none of the values that are listed
        ("string", {"constraints": {"enum": ["a", "bb"], "minLength": 2}}, ["bb"]),
        ("integer", {"constraints": {"enum": [1, "2", "03"]}}, ["1", "2", "03"]),
        ("number", {"decimalChar": ",", "constraints": {"enum": [0.5, "1.5", "2,5"]}}, ["2,5"]),
        ("array", {"constraints": {"enum": [[1]]}}, None),
        ("string", {}, None),
    ],
    ids=str,
)
def test_the_few_texts_that_a_field_allows(type_, more, texts):
    field = field_of(type_, **more)
    allowed = forms.allowed(field, field.constraints)
    assert allowed == texts
    read = field.create_cell_reader()
    assert not [text for text in allowed or [] if read(text)[1]]


@pytest.mark.parametrize("bound", ["NaN", "INF", "-INF", float("nan"), float("inf"), "Infinity"])
def test_bounds_that_are_not_finite(bound):
    assert not forms.finite(bound) and all(map(forms.finite, (0, "1e999999999", 2.5, "2024-01-01")))


def test_whole_bounds_are_such_as_any_engine_can_compare():
    beyond = 10**18  # as every integer of 18 digits is below it
    numbers = (0, -5, beyond - 1, 10**30, -(10**400))
    assert [forms.within_64_bits(number) for number in numbers] == [0, -5, beyond - 1, beyond, -beyond]


def test_dates_of_edtf_are_told_by_their_type():
    assert forms.is_edtf(field_of("string", rdfType="http://id.loc.gov/datatypes/edtf/EDTF-level1"))
    assert not forms.is_edtf(field_of("string")) and not forms.is_edtf(field_of("date"))


@given(st.from_regex(forms.EDTF.replace("$", r"\Z"), alphabet=st.characters(codec="ascii")))
def test_whatever_has_the_form_of_edtf_is_a_date_of_it(text):
    assert edtf.bounds(text)
