"""The rules: every one documented and tested, every error of frictionless's given a rule."""

import re

import frictionless.errors
import pytest
from frictionless.checks import baseline

from claimtrack.core.rules import SEVERITIES, by_id, no_such_rule, rule, rules_in
from claimtrack.core.standard_rules import FRICTIONLESS, STANDARD
from claimtrack.reports import rule_pages
from tests.conftest import ROOT
from tests.tools import second_profile
from tests.tools.support import PROFILE, RULES

TESTS = ROOT / "tests"


def test_every_rule_is_documented():
    for id, found in RULES.items():
        assert re.fullmatch("[A-Z]{3}[0-9]{3}", id), id
        assert found.severity in (*SEVERITIES, "unchecked"), id
        assert all(len(text) > 10 for text in (found.title, found.why, found.mend)), id
        assert not found.title.endswith("."), id
        assert rule_pages.group(found) and (found.example or PROFILE.examples.get(id)), id
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", found.slug), id


def test_no_two_rules_have_one_page():
    assert len({rule_pages.anchor(found) for found in RULES.values()}) == len(RULES)


def test_every_rule_is_tested():
    """Each id stands in some test, or among the defects of `schemas`."""
    told = "".join(
        path.read_text(encoding="utf-8")
        for path in [*TESTS.rglob("test_*.py"), TESTS / "tools" / "hostile.py", ROOT / "schemas" / "defects.toml"]
    )
    assert [id for id in RULES if id not in told] == []


def test_every_error_of_frictionless_has_a_rule():
    types = {error.type for error in baseline.Errors} | {
        error.type
        for error in vars(frictionless.errors).values()
        if isinstance(error, type) and issubclass(error, frictionless.errors.ResourceError)
    }
    assert types - FRICTIONLESS.keys() == set()
    assert set(FRICTIONLESS.values()) <= RULES.keys()


def test_an_id_is_never_reused():
    with pytest.raises(ValueError, match="CEL101"):
        by_id([*STANDARD.values(), STANDARD["CEL101"]])


def test_a_rule_without_documentation_is_refused():
    with pytest.raises(ValueError, match="lacks"):

        @rule("XXX999")
        def undocumented(claims):
            """Something is wrong."""


def test_rules_are_found_where_they_are_defined():
    """And not where they are only imported."""
    found = rules_in(second_profile)
    assert list(found) == ["LMP101", "LMP201"] and found["LMP101"].slug == "lower-than-a-person"


@pytest.mark.parametrize("id, near", [("CLM12", "CLM102"), ("clm102x", "CLM102"), ("HYGG", "HYG")])
def test_the_rule_that_was_meant_is_named(id, near):
    assert f"did you mean {near}" in no_such_rule(id, RULES, groups=True)
