"""`claimtrack rules`: every rule in a line, or one explained."""

import pytest

from claimtrack.reports import rule_pages
from tests.tools.support import RULES


def test_every_rule_is_listed(ended):
    done = ended("rules")
    assert (done.code, done.err) == (0, "") and done.out == f"{rule_pages.listing(RULES)}\n"
    assert done.out.splitlines()[0].startswith("PKG101") and "HYG114" in done.out and "HIS101" in done.out


@pytest.mark.parametrize("name", ["CEL102", "cel102", "cell-breaks-constraint", "Cell-Breaks-Constraint"])
def test_one_rule_is_explained_by_its_id_or_slug(ended, name):
    done = ended("rules", name)
    assert (done.code, done.err) == (0, "")
    for words in ("CEL102 cell-breaks-constraint (error)", "Why: ", "Mend: ", "Example: ", "constraint-error"):
        assert words in done.out


@pytest.mark.parametrize("id", [id for id, rule in RULES.items() if id[:2] != "HI"])
def test_every_explanation_has_an_example(ended, id):
    done = ended("rules", id)
    assert done.code == 0 and "\nExample: " in done.out and done.out.startswith(f"{id} {RULES[id].slug} (")


@pytest.mark.parametrize("id, near", [("CEL10", "CEL101"), ("HYG1O9", "HYG109"), (".", ""), ("x" * 10_000, "")])
def test_an_unknown_rule_is_one_sentence_that_names_the_nearest(ended, id, near):
    done = ended("rules", id)
    assert (done.code, done.out) == (2, "") and len(done.err.splitlines()) == 1 and len(done.err) < 200
    assert f'claimtrack rules: there is no rule "{id[:50]}"; did you mean {near}' in done.err
    assert done.err.endswith("? `claimtrack rules` lists them all\n")


@pytest.mark.parametrize(
    "words", [["--format", "json"], ["HYG109", "--output", "a.json"], ["HYG109", "."]], ids=" ".join
)
def test_nothing_else_is_taken(ended, words):
    done = ended("rules", *words)
    assert (done.code, done.out) == (2, "") and "unrecognized arguments: " in done.err
