"""Agreement between coders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core.errors import Unusable
from claimtrack.tracking import agreement
from claimtrack.tracking.agreement import _agreement, agreements
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.support import claimtrack, kept


def test_alpha_of_a_worked_example():
    """Ten units, two values, two disagreements: alpha = 1 - (n - 1) * o / (n0 * n1), worked by hand."""
    pairs = [("a", "a")] * 5 + [("b", "b")] * 3 + [("a", "b"), ("b", "a")]
    found = _agreement("variable", pairs)
    n_a, n_b, disagreements = 12, 8, 4  # values in all; both orders of each disagreeing pair
    assert found.alpha == pytest.approx(1 - (20 - 1) * (disagreements / 2) / (n_a * n_b))
    assert found.share == 0.8 and found.units == 10
    assert found.interval[0] <= found.alpha <= found.interval[1]


def test_one_value_only_has_no_alpha():
    assert _agreement("variable", [("a", "a")] * 3).alpha is None


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=20).filter(lambda values: len(set(values)) > 1))
def test_full_agreement_is_one(values):
    with pytest.MonkeyPatch.context() as patch:  # the interval, drawn a thousand times, is not what is asked here
        patch.setattr(agreement, "DRAWS", 10)
        assert _agreement("variable", [(value, value) for value in values]).alpha == 1


def test_only_units_that_both_coded_count(good: Example):
    found = {agreement.variable: agreement for agreement in agreements(kept(good.folder))}
    assert found["claim_type"].units == 1 and found["claim_type"].share == 0
    good.drop("codings", "EX01-D0002")
    with pytest.raises(Unusable, match="claim_type"):
        agreements(kept(good.folder))


def test_command_prints_what_the_codebook_shows():
    done = claimtrack("agreement", ROOT)
    printed = done.stdout
    assert done.returncode == 0 and done.stderr == ""
    assert "| claim_type |" in printed and printed in (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")


def test_where_two_agree_least_is_shown_value_by_value(monkeypatch, good: Example):
    pairs = [("a", "a")] * 3 + [("a", "b")] * 2 + [("b", "a"), ("b", "b")]
    found = _agreement("kind", pairs)
    monkeypatch.setattr(agreement, "agreements", lambda _: [found])
    assert found.alpha is not None and found.alpha < agreement.LOW
    assert agreement.table(kept(good.folder)).splitlines()[4:] == [
        "| `kind`: first coder down, second across | a | b |",
        "|---|---|---|",
        "| a | 3 | 2 |",
        "| b | 1 | 1 |",
    ]
    monkeypatch.setattr(agreement, "agreements", lambda _: [_agreement("kind", [("a", "a"), ("b", "b")] * 9)])
    assert len(agreement.table(kept(good.folder)).splitlines()) == 3


@pytest.mark.parametrize(
    "pairs, told",
    [
        ([("a", "a"), ("b", "b")] * 9, "firm"),
        ([("a", "a"), ("b", "b")] * 9 + [("a", "b")] * 2, "firm"),
        ([("a", "a"), ("b", "b")] * 9 + [("a", "b")] * 3, "tentative"),
        ([("a", "a"), ("b", "b")] * 9 + [("a", "b")] * 9, "none to be drawn"),
        ([("a", "a")] * 9, ""),
    ],
)
def test_what_conclusions_an_alpha_allows_is_said(pairs, told, monkeypatch, good: Example):
    found = _agreement("kind", pairs)
    monkeypatch.setattr(agreement, "agreements", lambda _: [found])
    row = agreement.table(kept(good.folder)).splitlines()[2]
    assert row.split(" | ")[-1].strip(" |") == told
    assert not told or (found.alpha >= agreement.FIRM) == (told == "firm")
