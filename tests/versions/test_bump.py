"""The rise of `version` that changes require, and the rules on it."""

import json
import shutil

import pytest

from claimtrack.versions.changes import as_text
from tests.tools.example import Example
from tests.tools.history import changes, compared, ids, rename_column
from tests.tools.support import read_descriptor, table


@pytest.mark.parametrize(
    "version, rules", [("2.0.0", []), ("1.2.0", ["HIS107"]), ("1.1.0", ["HIS106"]), ("1.0.0", ["HIS105"])]
)
def test_renamed_column_is_one_removed_and_one_added(good: Example, old, version, rules):
    rename_column(good, "rights", "udhr_article", "udhr")
    good.describe(version=version)
    comparison = compared(old, good.folder)
    assert ids(comparison) == rules
    told = [note.text for note in comparison.notes]
    assert told == [
        'the column "udhr_article" is removed (a renamed column is one removed and one added)',
        'the column "udhr" is added',
    ]


def test_new_rows_are_minor_and_named(good: Example, old):
    good.add(
        "item_rights",
        {
            "item_right_id": "EX01-R003",
            "claim_id": "EX01-C001",
            "right_id": "political-participation",
            "basis": "inferred",
        },
    )
    good.describe(version="1.2.0")
    comparison = compared(old, good.folder)
    assert not comparison.findings and changes(comparison) == {("item_rights", "added", "EX01-R003")}


@pytest.mark.parametrize("change, bump", [
    (lambda d, s: d.update(name="other"), "MAJOR"),
    (lambda d, s: d.update(description="Another."), "PATCH"),
    (lambda d, s: d["resources"].pop(), "MAJOR"),
    (lambda d, s: d["resources"][0].update(title="Another"), "PATCH"),
    (lambda d, s: d["resources"][0].update(bytes=1, hash="sha256:0"), "NONE"),
    (lambda d, s: s["fields"].reverse(), "NONE"),  # the order that counts is that of the file
    (lambda d, s: s["fields"][0].update(type="integer"), "MAJOR"),
    (lambda d, s: s["fields"][0].update(type="string", format="default"), "NONE"),
    (lambda d, s: s["fields"][0].update(description="Another."), "PATCH"),
    (lambda d, s: s["fields"][0]["constraints"].update(maxLength=4), "MAJOR"),
    (lambda d, s: s["fields"][0]["constraints"].update(required=False), "MINOR"),
    (lambda d, s: s["fields"][0]["constraints"].pop("pattern"), "MINOR"),
    (lambda d, s: s.update(primaryKey=["sha256"]), "MAJOR"),
    (lambda d, s: s.update(uniqueKeys=[["title"]]), "MAJOR"),
    (lambda d, s: s.update(foreignKeys=[]), "MINOR"),
    (lambda d, s: s.update(missingValues=["", "NA"]), "MAJOR"),
])  # fmt: skip
def test_what_the_recipe_demands(good: Example, old, change, bump):
    path = good.folder / "schemas" / "statements.json"
    descriptor, schema = read_descriptor(good.folder), json.loads(path.read_text(encoding="utf-8"))
    change(descriptor, schema)
    path.write_text(json.dumps(schema), encoding="utf-8")
    good.describe(**descriptor)
    assert compared(old, good.folder).required_bump.name == bump


def test_moved_file_demands_nothing(good: Example, old):
    descriptor = read_descriptor(good.folder)
    descriptor["resources"][2]["path"] = "claims.csv"
    shutil.move(good.path("claims"), good.folder / "claims.csv")
    good.describe(**descriptor)
    assert compared(old, good.folder).required_bump.name == "NONE"


def test_removed_row_that_others_refer_to_is_major(good: Example, old):
    good.drop("sources", "SRC-002")
    good.describe(version="1.2.0")
    assert ids(compared(old, good.folder)) == ["HIS107", "HIS109"]


def test_before_version_one_any_rise_will_do(good: Example, old):
    good.drop("rights", "political-participation")
    Example(old).describe(version="0.1.0")
    good.describe(version="0.1.1")
    assert ids(compared(old, good.folder)) == ["HIS109"]


@pytest.mark.parametrize(
    "before, after, rules",
    [(None, None, []), ("1.0.0", None, ["HIS105"]), (None, "1.0.0", []), ("2023", "2023", ["HIS106"])],
)
def test_packages_without_a_version(tmp_path, before, after, rules):
    """Any package may be compared, and `version` is optional in the standard."""
    folders = []
    for name, number, rows in (("old", before, "1\n"), ("new", after, "1\n2\n")):
        folders.append(table(tmp_path / name, f"n\n{rows}", [{"name": "n", "type": "integer"}], primaryKey=["n"]))
        (folders[-1] / "CHANGELOG.md").write_text(f"## {number or 'today'}\n")
        Example(folders[-1]).describe(**({"version": number} if number else {}))
    comparison = compared(*folders)
    assert ids(comparison) == rules
    if not before and not after:
        assert "the package has no version that could rise" in as_text(comparison)
