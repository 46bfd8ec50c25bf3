"""The forms for issues: in the shape that GitHub asks for, and leading those whom an issue would harm elsewhere.

The shape: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests
"""

import json
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"
FORMS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yml")}
SETTINGS = FORMS.pop("config")
NEEDED = {"markdown": {"value"}, "input": {"label"}, "textarea": {"label"}, "dropdown": {"label", "options"}}


def test_there_is_one_for_each_who_may_need_one():
    assert FORMS.keys() == {"correction", "reply", "takedown"} and SETTINGS == {"blank_issues_enabled": True}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_in_the_shape_that_is_asked_for(name):
    form = FORMS[name]
    assert form.keys() == {"name", "description", "title", "labels", "body"} and form["labels"] == [name]
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(set(ids)) == len(ids) and ids
    for part in form["body"]:
        assert part.keys() <= {"type", "id", "attributes", "validations"}
        assert part["attributes"].keys() >= NEEDED[part["type"]]
        assert part.get("validations", {}).keys() <= {"required"}
    assert any(part.get("validations", {}).get("required") for part in form["body"])


@pytest.mark.parametrize("name", FORMS)
def test_a_form_leads_to_the_private_way_first(name):
    """Relative to the page of a new issue, so that it holds in every copy of the repository."""
    first = FORMS[name]["body"][0]
    assert first["type"] == "markdown" and "(../security/advisories/new)" in first["attributes"]["value"]
    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_an_answer_can_be_coded():
    """The kinds of answers that the form offers are those that the table of answers has, and one more."""
    fields = json.loads(Path(ROOT, "schemas", "responses.json").read_text(encoding="utf-8"))["fields"]
    (codes,) = [field["constraints"]["enum"] for field in fields if field["name"] == "answer"]
    (offered,) = [part["attributes"]["options"] for part in FORMS["reply"]["body"] if part.get("id") == "kind"]
    assert len(offered) == len(codes) + 1
