"""The version number stands once: in the descriptor, from where all else has it."""

import re
import tomllib

import pytest

from claimtrack.core import about
from claimtrack.publisher.documents.pages import MARK
from tests.conftest import ROOT
from tests.tools.own_words import tracked_files
from tests.tools.support import claimtrack, read_descriptor

VERSION = read_descriptor(ROOT)["version"]
TYPED = re.compile(rf"(?<![\w.]){re.escape(VERSION)}(?!\w|\.\w)")
# What has version numbers of its own: rows that say when they were added, invented packages, libraries of others, and
# the rules between versions with their examples.
OTHERS = (
    "data/",
    "tests/",
    "uv.lock",
    "claimtrack/publisher/site/vendor/",
    "schemas/identity.py",
    "schemas/versions.py",
    "schemas/defects.toml",
)
MADE = ("CITATION.cff", "docs/rules.md")  # written whole by `cite --write` and `docs`
# What is made within a document. A changelog is about versions, from its headings on.
WITHIN = {
    "README.md": r"(?s)<!-- (figures|citation) -->.*?<!-- end of \1 -->",
    "docs/codebook.md": rf"(?s){re.escape(MARK)}.*",
    "CHANGELOG.md": r"(?s).*",
}
EXAMPLE = r'(?m)^\s*"example": ".*",?$'  # of a column


def own_words(name: str, text: str) -> str:
    """What of a file was typed, and could name the version."""
    if name.startswith(OTHERS) or name in MADE:
        return ""
    return re.sub(EXAMPLE if name.startswith("schemas/") else WITHIN.get(name, r"(?!)"), "", text)


def test_the_version_is_typed_in_the_descriptor_alone():
    found = {}
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        text = path.read_bytes().decode("utf-8", "replace")
        if times := len(TYPED.findall(own_words(name, text))):
            found[name] = times
    assert found == {"datapackage.json": 1}


@pytest.mark.parametrize(
    "name, text, times",
    [
        ("README.md", f"Version {VERSION}.", 1),
        ("README.md", f"<!-- figures -->\nVersion {VERSION}:\n<!-- end of figures -->\n", 0),
        ("README.md", f"<!-- speed -->\nVersion {VERSION}:\n<!-- end of speed -->\n", 1),
        ("pyproject.toml", f'version = "{VERSION}"', 1),
        ("schemas/claims.json", f'      "example": "{VERSION}",\n      "title": "v{VERSION}", "{VERSION}"\n', 1),
        ("CHANGELOG.md", f"## Unreleased\n\nSince {VERSION}\n\n## {VERSION} — 2024-01-01\n", 0),
        ("docs/codebook.md", f"Of {VERSION}\n{MARK}Of {VERSION}\n", 1),
        ("action.yml", f"v{VERSION}, {VERSION}.1, 1.{VERSION}, {VERSION}rc", 0),
    ],
)
def test_a_version_that_is_typed_is_found(name, text, times):
    assert len(TYPED.findall(own_words(name, text))) == times


def test_the_distribution_has_the_descriptors():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in told["project"] and "version" in told["project"]["dynamic"]
    where = told["tool"]["hatch"]["version"]
    found = re.findall(where["pattern"], (ROOT / where["path"]).read_text(encoding="utf-8"))
    assert found == [VERSION]
    (own,) = [each for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"] if each["name"] == "claimtrack"]
    assert "version" not in own


def test_the_program_has_the_descriptors():
    assert about.version() == VERSION
    done = claimtrack("--version")
    assert done.returncode == 0 and done.stdout.startswith(f"claimtrack {VERSION} (frictionless ")


@pytest.mark.parametrize("descriptor", [None, "{", "[]", "{}"])
def test_where_no_descriptor_lies_beside_it_the_program_is_asked_as_installed(tmp_path, monkeypatch, descriptor):
    if descriptor is not None:
        (tmp_path / "datapackage.json").write_text(descriptor, encoding="utf-8")
    monkeypatch.setattr(about, "CHECKOUT", tmp_path / "datapackage.json")
    monkeypatch.setattr(about, "installed", {"claimtrack": "9.9.9"}.__getitem__)
    assert about.version() == "9.9.9"


def test_what_is_made_of_the_descriptor_names_it():
    for name in ("README.md", "CITATION.cff"):
        assert TYPED.search((ROOT / name).read_text(encoding="utf-8")), name
