"""Dates in EDTF, with the `edtf` package as a second opinion."""

from datetime import date

import edtf as oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from claimtrack.core.edtf import bounds

DAYS = st.dates(min_value=date(1000, 1, 1))
PLAIN = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from([4, 7, 10]))
QUALIFIED = st.builds(str.__add__, PLAIN, st.sampled_from(["", "~", "?", "%"]))


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-07-21", "2023-07-21", "2023-07-21"),
        ("2018-07~", "2018-07-01", "2018-07-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("2023-XX", "2023-01-01", "2023-12-31"),
        ("2023-02-XX", "2023-02-01", "2023-02-28"),
        ("2023-21", "2023-01-01", "2023-12-31"),
        ("2018/2023-07", "2018-01-01", "2023-07-31"),
        ("2018/..", "2018-01-01", "9999-12-31"),
        ("/2023-07-21", "0000-01-01", "2023-07-21"),
        ("0000-02", "0000-02-01", "0000-02-29"),
        ("2023-07-21T10:00:00Z", "2023-07-21", "2023-07-21"),
    ],
)
def test_bounds(text, first, last):
    assert bounds(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "2023-13", "2023-00", "2023-02-29", "2023-04-31", "2023-1-5", "23", "2023 ", " 2023", "2023-21-01", "20X3",
     "202X-05", "2023-XX-01", "2023-01/2021", "/", "../..", "2023/2024/2025", "{2020,2021}", "2023-07-21T25:00:00",
     "2023?~", "٢٠٢٣", "2023-07-21\n", "uuuu"],
)  # fmt: skip
def test_refuses(text):
    with pytest.raises(ValueError):
        bounds(text)


@given(QUALIFIED)
def test_agrees_with_the_oracle_on_dates(text):
    theirs = oracle.parse_edtf(text)
    assert bounds(text) == tuple(
        f"{t.tm_year:04}-{t.tm_mon:02}-{t.tm_mday:02}" for t in (theirs.lower_strict(), theirs.upper_strict())
    )


@given(QUALIFIED, QUALIFIED)
def test_agrees_with_the_oracle_on_intervals(start, end):
    assume(bounds(start)[0] <= bounds(end)[1])
    assert bounds(f"{start}/{end}") == (bounds(start)[0], bounds(end)[1])
    assert str(oracle.parse_edtf(f"{start}/{end}")) == f"{start}/{end}"


@given(st.text(alphabet="0123456789-/.X~?%TZ:", max_size=24))
def test_answers_or_says_why(text):
    try:
        first, last = bounds(text)
    except ValueError as reason:
        assert str(reason)
    else:
        assert first <= last and len(first) == len(last) == 10
