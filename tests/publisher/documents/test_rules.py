"""docs/rules.md: every rule once, with an anchor of its own, its reason, its mend and an example."""

import re

import pytest

from claimtrack.publisher.documents.rules import rules
from claimtrack.publisher.site.markdown import markdown
from tests.conftest import ROOT
from tests.tools.support import RULES, kept

PAGE = rules(kept(ROOT))


@pytest.mark.parametrize("id", RULES)
def test_rule_is_explained(id):
    rule = RULES[id]
    (section,) = re.findall(rf"(?ms)^### {id} {rule.slug}\n(.*?)(?=^#|\Z)", PAGE)
    for words in (f"{rule.title} ({rule.severity}).", f"- Why: {rule.why}", f"- Mend: {rule.mend}", "- Example: "):
        assert f"\n{words}" in section


def test_every_rule_has_an_anchor_and_no_other():
    html = markdown(PAGE).html
    wanted = [f"{rule.id} {rule.slug}".lower().replace(" ", "-") for rule in RULES.values()]
    assert sorted(re.findall(r'<h3 id="(.*?)"', html)) == sorted(wanted)
