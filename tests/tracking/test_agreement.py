"""Agreement between coders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.example import Example
from validator.reliability import _agreement, agreements, main


def test_alpha_of_a_worked_example():
    """Ten units, two values, two disagreements: alpha = 1 - (n - 1) * o / (n0 * n1), worked by hand from the coincidences."""
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
    assert _agreement("variable", [(value, value) for value in values]).alpha == 1


def test_only_units_that_both_coded_count(good: Example):
    found = {agreement.variable: agreement for agreement in agreements(good.folder)}
    assert found["claim_type"].units == 1 and found["claim_type"].share == 0
    good.drop("codings", "EX01-D0002")
    with pytest.raises(ValueError, match="claim_type"):
        agreements(good.folder)


def test_command_prints_what_the_codebook_shows(capsys):
    assert main([str(ROOT)]) == 0
    printed = capsys.readouterr().out
    assert "| claim_type |" in printed and printed in (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
