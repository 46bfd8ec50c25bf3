"""The rules for readers: a list, one explained, and where each has a page."""

import re
from itertools import groupby

import pytest

from claimtrack.core.rules import Rule
from claimtrack.reports import rule_pages
from claimtrack.reports.rule_pages import anchor, explanation, group, listing, ordered, rule_page
from tests.conftest import ROOT
from tests.tools import second_profile
from tests.tools.support import PROFILE, RULES


def test_the_page_explains_every_rule_in_the_order_of_the_list():
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert re.findall("(?m)^### ([A-Z0-9]+) ", page) == [rule.id for rule in ordered(RULES)]


def test_the_list_has_a_line_for_each_rule():
    lines = listing(RULES).splitlines()
    assert [line[:6] for line in lines] == [rule.id for rule in ordered(RULES)] and len(lines) == len(RULES)
    assert lines[0] == "PKG101  error    The descriptor breaks the Data Package standard"


def test_groups_stand_together_those_of_the_standard_first():
    groups = [group(rule) for rule in ordered(RULES)]
    assert groups[0] == "The descriptor" and len(set(groups)) == sum(1 for _ in groupby(groups))
    letters = [rule.id[:3] for rule in ordered(RULES)]
    assert letters.index("HYG") < letters.index("HIS") < letters.index("CLM")


def test_a_rule_is_explained_in_full():
    rule = RULES["CLM102"]
    assert explanation(rule, PROFILE.examples["CLM102"]).splitlines() == [
        f"CLM102 {rule.slug} (error)",
        f"{rule.title}.",
        f"Why: {rule.why}",
        f"Mend: {rule.mend}",
        f"Example: {PROFILE.examples['CLM102']}",
        f"Reads: claims; names: {', '.join(rule.fields)}",
    ]


def test_a_rule_of_the_standard_names_the_errors_of_frictionless():
    assert explanation(RULES["CEL102"], RULES["CEL102"].example).endswith("\nIn frictionless: constraint-error")


def test_a_rule_of_ones_own_is_explained_likewise():
    rule = second_profile.PROFILE.rules["LMP201"]
    lines = explanation(rule, "").splitlines()
    assert lines[0] == "LMP201 street-without-length (warning)" and lines[-1] == "Reads: lamps, streets; names: street"
    assert group(rule) == "Lamps" and not any(line.startswith("Example: ") for line in lines)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_a_page_of_its_own(monkeypatch, rule: Rule):
    monkeypatch.setenv(rule_pages.RULES_URL, "https://example.org/r.md")
    assert rule_page(rule) == f"https://example.org/r.md#{anchor(rule)}"
    assert re.fullmatch(f"{rule.id.lower()}-[a-z0-9-]+", anchor(rule))
