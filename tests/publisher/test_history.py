"""What each release changed: the entries of the changelog, and the rows that differ from an older version."""

import shutil

import pytest

from claimtrack.package.revision import older_version
from claimtrack.publisher.history import releases
from claimtrack.publisher.join import load
from tests.tools.example import Example
from tests.tools.support import kept, seal


def test_entries_of_a_changelog_are_read_in_its_order():
    text = "# Changelog\n\nWords.\n\n## Unreleased\n\nNot yet.\n\n"
    text += "## 1.1.0 — 2022-03-04\n\n- More.\n\n## [1.0.0]\n\nFirst.\n"
    assert [(one.version, one.day, one.notes) for one in releases(text)] == [
        ("1.1.0", "2022-03-04", "- More."),
        ("1.0.0", None, "First."),
    ]


@pytest.mark.parametrize("text", ["", "# Changelog\n", "## Unreleased\n\nWords.\n", "1.0.0\n"])
def test_changelog_without_a_release_has_none(text):
    assert releases(text) == []


def test_a_version_that_stands_twice_is_told_once():
    assert [one.notes for one in releases("## 1.0.0\n\nOne.\n\n## v1.0.0\n\nTwo.\n")] == ["One."]


def test_rows_that_differ_are_told_with_their_columns(good: Example, tmp_path):
    old = shutil.copytree(good.folder, tmp_path / "old")
    good.set("claims", "EX01-C001", "time_note", "Reworded.")
    seal(good.folder)
    history = load(kept(good.folder), older_version(str(old), good.folder)).history
    assert history.compared and history.since == "1.1.0" and history.statuses == ()
    assert [(one.table, one.id, one.kind, one.columns) for one in history.rows] == [
        ("claims", "EX01-C001", "changed", ("time_note",))
    ]
    changed = history.of("claims", "EX01-C001")
    assert changed is not None and changed.kind == "changed" and history.of("claims", "EX01-C002") is None


def test_without_an_older_version_nothing_is_compared(good: Example):
    history = load(kept(good.folder)).history
    assert not history.compared and history.rows == ()
