"""Versions are those of Semantic Versioning, in its order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.core.version_number import parts
from tests.tools.support import resource, validate, write

# The example of https://semver.org/, item 11.
ORDER = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
ORDER += ["1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0", "2.0.0"]


def test_the_order_is_that_of_the_standard():
    mixed = ORDER[::2] + ORDER[1::2]
    assert sorted(mixed, key=parts) == ORDER
    assert parts("1.0.0+a") == parts("1.0.0+b")


@pytest.mark.parametrize(
    "text",
    [None, "", "1.0", "v1.0.0", "2026-11", "01.0.0", "1.0.0-", "1.0.0-01", "١.0.0", "1" * 300 + ".0.0"],
)
def test_what_is_no_version(text):
    assert parts(text) is None


@pytest.mark.parametrize(
    "version, said",
    [
        ("2026-xi", "is no version of https://semver.org/"),
        ("1.0.0-rc.1", "is a pre-release of 1.0.0"),
        ("1.0.0+a", "is a build of 1.0.0"),
        ("1.0.0", None),
    ],
)
def test_a_package_whose_version_is_no_release_is_warned_of(tmp_path, version, said):
    told = resource("t", [{"name": "a", "type": "string"}])
    report = validate(write(tmp_path, [told], {"data/t.csv": "a\nx\n"}, version=version))
    found = [(each.rule, each.severity, each.message.partition(": ")[2]) for each in report.findings]
    assert found == ([("PKG208", "note", f'"{version}" {said}')] if said else [])


@given(st.text(alphabet="0123456789.-+av \n٣", max_size=20))
def test_no_text_raises(text):
    found = parts(text)
    assert found is None or str(found) == text
