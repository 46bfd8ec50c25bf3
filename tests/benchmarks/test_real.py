"""The benchmark on other people's packages, on small packages of our own: what agrees, what differs, what is judged."""

import re
import sys
from collections import Counter

import pytest

from claimtrack.core.standard_rules import STANDARD
from tests.benchmarks import real
from tests.conftest import ROOT
from tests.tools.support import resource, write

FIELDS = [{"name": "n", "type": "integer"}, {"name": "t"}]
PAGE = ROOT / "docs" / "real-packages.md"


def one(name: str = "p", theirs: str = "valid", **beyond: int) -> real.Measured:
    """What was measured of a package with these findings beyond frictionless."""
    return real.Measured(name, theirs, "valid", "yes", (1.0, 0.5), Counter(beyond))


def test_the_page_has_no_finding_that_nobody_judged():
    rows = re.findall(r"(?m)^\| .+ \|$", PAGE.read_text(encoding="utf-8"))
    assert len(rows) > len(real.KNOWN["package"]) and not [row for row in rows if "unjudged" in row]


def test_what_is_judged_is_a_rule_on_a_package_that_is_named_with_its_commit():
    names = {each["name"] for each in real.KNOWN["package"]}
    assert all(re.fullmatch("[0-9a-f]{40}", each["commit"]) for each in real.KNOWN["package"])
    pairs = [(each["rule"], name) for each in real.KNOWN["judged"] for name in each["packages"]]
    assert len(pairs) == len(set(pairs)) and {name for _, name in pairs} <= names
    assert {rule for rule, _ in pairs} <= STANDARD.keys()
    assert {each["judged"] for each in real.KNOWN["judged"]} <= {"true", "false"}


def test_a_finding_that_nobody_judged_is_named(monkeypatch):
    known = {"package": [], "judged": [{"rule": "HYG109", "packages": ["p"], "judged": "true", "reason": ""}]}
    monkeypatch.setattr(real, "KNOWN", known)
    assert real.unjudged([one(HYG109=2), one(HYG101=1), one("q", HYG109=1)]) == ["HYG101 in p", "HYG109 in q"]
    lines = real.table([one(HYG109=2), one("q", "invalid", HYG101=1)])
    assert "HYG109 2 (true)" in lines[2] and "HYG101 1 (unjudged)" in lines[3]
    assert len({line.count("|") for line in lines if line.startswith("|")}) == 1


def test_the_sums_tell_true_warnings_from_others_and_pass_over_notes(monkeypatch):
    known = {"package": [], "judged": [{"rule": "HYG109", "packages": ["p"], "judged": "true", "reason": ""}]}
    monkeypatch.setattr(real, "KNOWN", known)
    text = " ".join(real.sums([one(HYG109=1), one("q", HYG101=1), one("r", HYG113=1), one("s", "invalid", HYG109=1)]))
    assert "calls 3 packages valid. `--strict` fails 2 of them: 1 for at least one warning" in text
    assert "same in 4 of these, and 0 are refused" in text and "4.0 s frictionless, 2.0 s ours" in text
    slower = real.Measured("t", "valid", "valid", "yes", (1.0, 1.25))
    assert "ours took more on 1 of them, by 0.25 s at most" in " ".join(real.sums([one(), slower]))


@pytest.mark.slow
def test_a_package_is_measured_with_places_and_parts(tmp_path):
    resources = [resource("t", FIELDS, primaryKey="n"), resource("u", [], schema="https://example.org/s.json")]
    write(tmp_path, resources, {"data/t.csv": "n,t\n1,a \nx,b\n1,c\n", "data/u.csv": "n\n1\n"})
    found = real.measured(tmp_path, sys.executable, rounds=1)
    assert found.beyond == {"HYG109": 1} and found.unchecked == {"PKG107": 1} and found.ours == "incomplete"
    write(tmp_path, resources[:1], {})
    found = real.measured(tmp_path, sys.executable, rounds=1)
    assert (found.theirs, found.ours, found.agree) == ("invalid", "invalid", "yes") and min(found.times) > 0


def test_another_place_is_a_difference():
    error = {"type": "type-error", "rowNumber": 3, "fieldName": "n"}
    theirs = real.places_of_frictionless({"tasks": [{"name": "t", "errors": [error]}]})
    ours = {"rule": "CEL101", "table": "t", "row": 3, "field": "n"}
    assert theirs == real.places_of_ours({"findings": [ours, {**ours, "rule": "HYG109"}]})
    assert theirs != real.places_of_ours({"findings": [{**ours, "row": 4}]})
