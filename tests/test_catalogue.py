"""The catalogue: every rule documented and tested, every error of frictionless's given a rule, the page current."""

import re
import subprocess
import sys
from pathlib import Path

import frictionless.errors
import pytest
from frictionless.checks import baseline

from validator import docs, explain
from validator.catalogue import RULES, Rule, add, rule
from validator.general import FRICTIONLESS

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


def test_the_page_explains_every_rule():
    assert re.findall("^### ([A-Z0-9]+)", docs.rules(ROOT), re.MULTILINE) == [found.id for found in explain.ordered()]
    assert len(explain.listing().splitlines()) == len(RULES)


def command(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, ROOT / "validate.py", *arguments], capture_output=True, text=True, check=False)


def test_list_rules():
    done = command("--list-rules")
    assert done.returncode == 0 and done.stdout.splitlines()[0].startswith("PKG101") and "HYG114" in done.stdout


def test_explain():
    done = command("--explain", "cel102")
    assert done.returncode == 0
    for words in ("CEL102 (error)", "Why: ", "Mend: ", "Example: ", "constraint-error"):
        assert words in done.stdout


def test_explain_suggests_the_nearest_id():
    done = command("--explain", "CEL10")
    assert done.returncode == 2 and done.stdout == ""
    assert 'there is no rule "CEL10"; did you mean CEL101?' in done.stderr and len(done.stderr.splitlines()) == 1


def test_pandas_is_never_imported(tmp_path):
    from tests.support import table

    folder = table(tmp_path, "n\nx\n", [{"name": "n", "type": "integer"}])
    program = f"import sys; from validator.run import validate; assert validate({str(folder)!r}).exit_code == 1; print(sorted({{'pandas', 'pandera', 'requests', 'typer', 'rich'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['pandera']", done.stderr
