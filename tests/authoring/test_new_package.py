"""`claimtrack new`: a package that is valid at once, and nothing where there is something already."""

import json
import re
from pathlib import Path

import pytest
import yaml

from claimtrack.authoring import new_package
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.tracking import general
from tests.tools.own import table
from tests.tools.support import ROOT, files_in

ASKED = ("--title", "Harbour claims", "--publisher", "Quay Watch", "--language", "en", "--country", "EST")


def test_it_is_valid_at_once_strictly_and_not_yet_to_be_published(tmp_path, ended):
    folder = tmp_path / "deep" / "harbours"
    assert ended("new", folder, *ASKED).code == 0
    done = ended("check", folder, "--strict")
    assert done.code == 0 and done.out.endswith("valid\n"), done.out
    assert ended("docs", "--check", folder).code == 0
    done = ended("publish", folder, "--output", tmp_path / "release")
    assert done.code == 2 and "has no statement yet" in done.err and not (tmp_path / "release").exists()


def test_what_was_said_stands_where_it_belongs(tmp_path, ended):
    words = [*ASKED, "--language", "fr", "--country", "KEN", "--tool", "claimtrack @ git+https://example.org/c@abc"]
    assert ended("new", tmp_path / "p", *words).code == 0
    descriptor = json.loads((tmp_path / "p" / "datapackage.json").read_text(encoding="utf-8"))
    assert (descriptor["name"], descriptor["contributors"][0]["title"]) == ("harbour-claims", "Quay Watch")
    codes = {(row["list"], row["code"]) for row in table(tmp_path / "p", "codes")}
    assert {code for name, code in codes if name in general.ON_DEMAND} == {"en", "fr", "EST", "KEN"}
    workflow = yaml.safe_load((tmp_path / "p" / ".github" / "workflows" / "validate.yml").read_text(encoding="utf-8"))
    assert any("git+https://example.org/c@abc" in step.get("run", "") for step in workflow["jobs"]["validate"]["steps"])
    hooks = yaml.safe_load((tmp_path / "p" / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert hooks["repos"][0]["hooks"][0]["additional_dependencies"] == ["claimtrack @ git+https://example.org/c@abc"]
    text = "".join(raw.decode("utf-8") for raw in files_in(tmp_path / "p").values())
    assert "@TITLE@" not in text and "@TOOL@" not in text and "@VERSION@" not in text


@pytest.mark.parametrize(
    "change, words",
    [
        ({"--country": "Estonia"}, '"Estonia" is no country of the general list; write its code'),
        ({"--language": "zz"}, '"zz" is no language of the general list'),
        ({"--title": None}, "--title is not given"),
        ({"--country": None}, "--country is not given"),
        ({"--title": 'A "title"'}, "has a quotation mark"),
        ({"--publisher": "A\nB"}, "a sign that cannot be shown"),
    ],
    ids=str,
)
def test_what_it_cannot_take(tmp_path, ended, change, words):
    given = dict(zip(ASKED[::2], ASKED[1::2], strict=True)) | change
    done = ended("new", tmp_path / "p", *(word for pair in given.items() if pair[1] is not None for word in pair))
    assert (done.code, done.out) == (2, "") and words in done.err and len(done.err.splitlines()) == 1
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_nothing_is_written_over(tmp_path, ended, what):
    place = tmp_path / "p"
    if what == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "note.txt").write_text("mine")
    before = files_in(tmp_path)
    done = ended("new", place, *ASKED)
    assert done.code == 2 and "name a new folder" in done.err and files_in(tmp_path) == before


def test_the_tool_is_told_from_where_it_came(monkeypatch):
    class Installed:
        def __init__(self, said):
            self.said = said

        def read_text(self, name):
            return self.said

    vcs = {"url": "https://example.org/c.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    for said, words in ((json.dumps(vcs), "git+https://example.org/c.git@abc"), (None, "claimtrack=="), ("{", "==")):
        monkeypatch.setattr(new_package.metadata, "distribution", lambda name, said=said: Installed(said))
        assert words in new_package.tool()


@pytest.mark.parametrize(
    "tool, is_here",
    [
        ("{here}", True),
        ("claimtrack @ file://{here}", True),
        ("claimtrack @ git+https://example.org/c@abc", False),
        ("claimtrack", False),
    ],
)
def test_a_tool_that_only_this_machine_has_is_told(tmp_path, ended, tool, is_here):
    done = ended("new", tmp_path / "p", *ASKED, "--tool", tool.format(here=tmp_path))
    assert done.code == 0 and ("only this machine has that" in done.out) == is_here


def test_the_general_lists_fit_the_profile():
    """Each code of a closed list is one of the profile's, and the shipped dataset has no code that they lack."""
    schemas, lists = CLAIM_TRACKING.loaded.table_schemas, {}
    for schema in schemas.values():
        for field in schema["fields"]:
            if "codeList" in field:
                lists.setdefault(field["codeList"], set()).update(map(str, field["constraints"]["enum"]))
    known = general.codes().keys()
    assert {(name, code) for name, codes in lists.items() for code in codes} <= known
    assert {(name, code) for name, code in known if name not in general.ON_DEMAND and code not in lists[name]} == set()
    assert {(row["list"], row["code"]) for row in table(ROOT, "codes")} <= known
    assert {row["right_id"] for row in table(ROOT, "rights")} <= general.rights().keys()


def test_every_article_of_both_texts_is_there():
    rows = general.rights().values()
    assert {int(row["udhr_article"]) for row in rows if row["udhr_article"]} == set(range(1, 31))
    assert {int(row["iccpr_article"]) for row in rows if row["iccpr_article"]} == set(range(1, 28))


def test_every_action_has_a_category():
    for (name, code), row in general.codes().items():
        if name == "action":
            assert row["crosswalk_scheme"] == "upr_info" and row["crosswalk_code"] in "12345", code


def test_the_template_has_no_file_that_is_not_used():
    assert {path.name for path in Path(new_package.TEMPLATE).iterdir()} == set(new_package.FILES.values())


def test_the_codebook_of_a_new_package_speaks_of_codes_and_columns_that_there_are():
    """It is prose, which nothing would keep in step with the lists; and it settles what most statements bring."""
    text = (new_package.TEMPLATE / "codebook.md").read_text(encoding="utf-8")
    schemas = CLAIM_TRACKING.loaded.table_schemas
    known = {code for _, code in general.codes()} | schemas.keys()
    known |= {field["name"] for schema in schemas.values() for field in schema["fields"]}
    named = set(re.findall("`([a-z_]+)`", text))
    assert len(named) > 40 and named <= known, named - known
    for word in (
        "attribution",
        "Indirect speech",
        "Lists",
        "Tables",
        "Footnotes",
        "Several publishers",
        "others have said",
    ):
        assert word in text
