"""The rules for readers: --list-rules, --explain and docs/rules.md."""

import re

from tests.conftest import ROOT
from tests.test_command import run
from validator import docs, explain
from validator.catalogue import every


def test_the_page_explains_every_rule():
    assert re.findall("^### ([A-Z0-9]+)", docs.rules(ROOT), re.MULTILINE) == [found.id for found in explain.ordered()]
    assert len(explain.listing().splitlines()) == len(every())


def test_list_rules():
    done = run("--list-rules")
    assert done.returncode == 0 and done.stdout.splitlines()[0].startswith("PKG101") and "HYG114" in done.stdout


def test_explain():
    done = run("--explain", "cel102")
    assert done.returncode == 0
    for words in ("CEL102 (error)", "Why: ", "Mend: ", "Example: ", "constraint-error"):
        assert words in done.stdout


def test_explain_suggests_the_nearest_id():
    done = run("--explain", "CEL10")
    assert done.returncode == 2 and done.stdout == ""
    assert 'there is no rule "CEL10"; did you mean CEL101?' in done.stderr and len(done.stderr.splitlines()) == 1
