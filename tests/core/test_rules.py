"""The catalogue: every rule documented and tested, every error of frictionless's given a rule, the page current."""

import re
from pathlib import Path

import frictionless.errors
import pytest
from frictionless.checks import baseline

from validator import explain
from validator.catalogue import Rule, add, every, rule
from validator.general import FRICTIONLESS

RULES = every()
ROOT = Path(__file__).parent.parent
TESTS = Path(__file__).parent


def test_every_rule_is_documented():
    for id, found in RULES.items():
        assert re.fullmatch("[A-Z]{3}[0-9]{3}", id), id
        assert found.severity in ("error", "warning"), id
        assert all(len(text) > 10 for text in (found.title, found.why, found.mend)), id
        assert not found.title.endswith("."), id
        assert explain.group(found) and explain.example(found), id


def test_every_rule_is_tested():
    """Each id stands in some test, or among the defects of `tests/packages`."""
    told = "".join(path.read_text(encoding="utf-8") for path in [*TESTS.glob("test_*.py"), TESTS / "hostile.py", explain.DEFECTS])
    assert [id for id in RULES if id not in told] == []


def test_every_error_of_frictionless_has_a_rule():
    types = {error.type for error in baseline.Errors} | {
        error.type for error in vars(frictionless.errors).values() if isinstance(error, type) and issubclass(error, frictionless.errors.ResourceError)
    }
    assert types - FRICTIONLESS.keys() == set()
    assert set(FRICTIONLESS.values()) <= RULES.keys()


def test_an_id_is_never_reused():
    with pytest.raises(ValueError, match="CEL101"):
        add(Rule("CEL101", "error", "Another", "Why", "How"))


def test_a_rule_without_documentation_is_refused():
    with pytest.raises(ValueError, match="lacks"):

        @rule("XXX999")
        def undocumented(claims):
            """Something is wrong."""

    assert "XXX999" not in RULES
