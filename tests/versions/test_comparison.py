"""Two versions of a package compared: what changed, and the rules on it."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimtrack.core.rules import BETWEEN_VERSIONS
from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.versions.changes import as_text
from schemas import identity
from tests.schemas.test_rules import DEFECTS
from tests.tools.example import Example
from tests.tools.history import changes, compared, ids, rename_column
from tests.tools.support import RULES, read_descriptor, table

OURS = [id for id, rule in RULES.items() if rule.tables == BETWEEN_VERSIONS]


# ----------------------------------------------------------------------------------------- each rule and its one defect


@pytest.mark.parametrize("id", OURS)
def test_defect_yields_its_rule_and_no_other(id, good: Example, tmp_path):
    defect = DEFECTS[id]
    old = Example.copy_of(good.folder, tmp_path / "old")
    old.describe(version=defect.get("old_version", "1.1.0"))
    good.edit(defect)
    good.describe(version=defect.get("version", "1.1.0"))
    if "changelog" in defect:
        (good.folder / "CHANGELOG.md").write_text(
            f"# Changelog\n\n## {defect['changelog']} — 2022-01-10\n", encoding="utf-8"
        )
    assert good.validate().findings == []

    (found,) = compared(old.folder, good.folder).findings
    file, key, column = defect["at"]
    assert (
        (found.rule, found.file, found.field or "") == (id, file, column)
        and found.mend
        and found.severity == RULES[id].severity
    )
    if key:
        names, rows = read_rows(good.folder / file)
        assert found.line == found.row == next(n for n, row in enumerate(rows, 2) if row[names[0]] == key)
        assert key in found.message


def test_rules_between_versions_are_not_counted_in_a_plain_run(good: Example):
    assert not set(good.validate().rules) & set(OURS)


# -------------------------------------------------------------------------------------------------- ways to reuse an id


def test_nothing_changed(good: Example, old):
    comparison = compared(old, good.folder)
    assert not comparison.findings and not changes(comparison) and not comparison.notes and comparison.exit_code == 0


def test_form_alone_is_no_change(good: Example, old):
    path = good.path("claims")
    names, rows = read_rows(path)
    path.write_bytes(
        b"\xef\xbb\xbf"
        + "\r\n".join(
            ",".join(f'"{cell}"' for cell in row) for row in [names, *(r.values() for r in rows[::-1])]
        ).encode()
    )
    assert not changes(compared(old, good.folder))


def test_renumbered_claims_are_reused_ids(good: Example, old):
    """The commonest way to reuse ids: a row is deleted and those below move up."""
    six, seven = (row["claim"] for row in read_rows(good.path("claims"))[1][5:7])
    good.drop("claims", "EX01-C007")
    good.set("claims", "EX01-C006", "claim", seven)
    good.describe(version="2.0.0")
    comparison = compared(old, good.folder)
    assert ids(comparison) == ["HIS101", "HIS102"]
    assert (
        f'EX01-C006: it is now what EX01-C007 was: "{seven}"' in comparison.findings[0].message
        and six not in comparison.findings[0].message
    )


def test_renumbered_rows_of_another_table_are_reused_ids(good: Example, old):
    names, (first, second, third) = read_rows(good.path("sources"))
    swapped = [first | {"source_id": "SRC-002"}, second | {"source_id": "SRC-001"}, third]
    write_rows(good.path("sources"), names, swapped)
    good.describe(version="1.1.1")
    comparison = compared(old, good.folder)
    assert ids(comparison) == ["HIS101", "HIS101"] and "it is now what SRC-002 was" in comparison.findings[0].message


def test_retired_id_given_to_another_claim(good: Example, old):
    for column, value in (("status", "active"), ("version_retired", ""), ("claim", "The Harbour Watch has an office.")):
        good.set("claims", "EX01-C008", column, value)
    good.describe(version="1.1.1")
    (found,) = compared(old, good.folder).findings
    assert found.rule == "HIS101" and "retired and is not any more" in found.message


@pytest.mark.parametrize(
    "columns", [None, ["statement_id", "sha256"]], ids=["all columns", "no column more than needed"]
)
def test_claim_that_says_another_thing_of_other_words(good: Example, old, columns):
    good.set("claims", "EX01-C002", "claim", "The keepers vote on a weekday.")
    move(good, "EX01-A002", "EX01-A003")
    for package in (Example(old), good) if columns else ():
        write_rows(
            package.path("statements"),
            columns,
            ({name: row[name] for name in columns} for row in read_rows(package.path("statements"))[1]),
        )
    good.describe(version="1.1.1")
    (found,) = compared(old, good.folder).findings
    assert found.rule == "HIS101" and "none of the words" in found.message


def test_claim_that_says_the_same_of_other_words(good: Example, old):
    good.set("claims", "EX01-C002", "ambiguity_note", "Weather, most likely.")
    move(good, "EX01-A002", "EX01-A003")
    good.describe(version="1.1.1")
    assert not compared(old, good.folder).findings


def test_words_of_which_it_is_not_known_where_they_stand(good: Example, old):
    """The old version need not be valid."""
    good.set("claims", "EX01-C002", "claim", "The keepers vote on a weekday.")
    move(good, "EX01-A002", "EX01-A003")
    for column, value in (("start", "a"), ("end", "b")):
        Example(old).set("anchors", "EX01-A002", column, value)
        Example(old).set("anchors", "EX01-A003", column, value)
    good.describe(version="1.1.1")
    assert not compared(old, good.folder).findings


def test_row_that_refers_to_one_other_row_only(good: Example, old):
    Example(old).set("actors", "keepers", "part_of", "council")
    good.set("actors", "keepers", "part_of", "harbour-watch")
    good.describe(version="1.1.1")
    assert not compared(old, good.folder).findings


@pytest.mark.parametrize("table, column", [("calls", "demand"), ("anchors", "call_id")])
def test_a_column_by_which_rows_are_known_is_in_one_version_only(good: Example, old, table, column):
    good.set("calls", "EX01-K01", "demand", "Both lighthouses must be lit at once.")
    good.set("calls", "EX01-K01", "ambiguity_note", "At once may mean today.")
    rename_column(good, table, column, "another")
    good.describe(version="2.0.0")
    comparison = compared(old, good.folder)
    assert not comparison.findings and comparison.exit_code == 0


def test_long_texts_are_not_told_whole(good: Example, old):
    now, was = "n" * 101, "w" * 101
    Example(old).set("claims", "EX01-C007", "claim", now)
    Example(old).set("follow_ups", "EX01-F001", "finding", was)
    good.drop("claims", "EX01-C007")
    good.set("claims", "EX01-C006", "claim", now)
    good.set("follow_ups", "EX01-F001", "finding", now)
    (good.folder / "CHANGELOG.md").write_text(f"## {now}\n", encoding="utf-8")
    good.describe(version="2.0.0")
    told = {found.rule: found.message for found in compared(old, good.folder).findings}
    assert (
        all(f'"{now[:100]}"' in told[rule] for rule in ("HIS101", "HIS103", "HIS108"))
        and f'"{was[:100]}"' in told["HIS103"]
    )


def test_row_that_refers_to_other_rows_only(good: Example, old):
    for column, value in (("claim_id", "EX01-C001"), ("source_id", "SRC-002"), ("said_by_id", "harbour-watch")):
        good.set("evidence", "EX01-E007", column, value)
    good.describe(version="1.1.1")
    (found,) = compared(old, good.folder).findings
    assert (
        found.rule == "HIS101"
        and "it referred to sailors-gazette and EX01-C006 and SRC-001, and refers to" in found.message
    )


def move(package: Example, *anchors: str) -> None:
    """Has some anchors stand at other words."""
    for anchor in anchors:
        for column, value in (("segment_id", "EX01-S05"), ("start", "200"), ("end", "210")):
            package.set("anchors", anchor, column, value)


@pytest.mark.parametrize(
    "edits",
    [
        [("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")],  # reworded
        [("claims", "EX01-C001", "status", "retired"), ("claims", "EX01-C001", "version_retired", "1.1.1")],
        [
            ("evidence", "EX01-E007", "source_id", "SRC-002"),
            ("evidence", "EX01-E007", "finding", "The association says so as well."),
        ],
        [("anchors", "EX01-A009", "start", "195")],
        [("participants", "EX01-P004", "actor_id", "sailors")],
        [("claims", "EX01-C001", "version_added", "1.1.0")],  # the version of which it is certain that it had the row
        [("sources", "SRC-002", "url", "https://example.org/gazette")],  # an address that another had
        [("segments", "EX01-S02", "ordinal", "3")],  # a place that another had
    ],
)
def test_correction_is_the_same_row(good: Example, old, edits):
    for edit in edits:
        good.set(*edit)
    good.describe(version="1.1.1")
    comparison = compared(old, good.folder)
    assert not comparison.findings and {change[2] for change in changes(comparison)} == {edits[0][1]}


@pytest.mark.parametrize("id, told", [
    ("EX01-F003", None), ("EX01-F02", "EX01-F002"), ("EX01-F000", "EX01-F002"), ("EX01-F", None), ("EX02-F001", None),
])  # fmt: skip
@pytest.mark.parametrize("upwards", [True, False])
def test_ids_of_an_append_only_table_go_up(good: Example, old, id, told, upwards):
    names, rows = read_rows(good.path("follow_ups"))
    write_rows(Example(old).path("follow_ups"), names, rows if upwards else rows[::-1], in_order=False)
    good.add("follow_ups", rows[1] | {"follow_up_id": id})
    good.add(
        "item_rights",
        {
            "item_right_id": "EX01-R000",
            "claim_id": "EX01-C001",
            "right_id": "political-participation",
            "basis": "inferred",
        },
    )  # no such table
    good.describe(version="1.2.0")
    messages = [(found.rule, found.message) for found in compared(old, good.folder).findings]
    assert [rule for rule, _ in messages] == (["HIS104"] if told else [])
    assert not told or messages[0][1].endswith(f"{id}, where the old version counts up to {told}")


def test_an_append_only_table_without_a_key(tmp_path):
    for name, rows in (("old", ["x", "y"]), ("new", ["y", "z"])):
        folder = table(tmp_path / name, "\n".join(["a", *rows, ""]), [{"name": "a", "type": "string"}])
        told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        told["resources"][0]["schema"]["appendOnly"] = True
        Example(folder).describe(**told)
    (found,) = compared(tmp_path / "old", tmp_path / "new").findings
    assert found.rule == "HIS103" and "old line 2" in found.message


def change_schema(package: Path, table: str, change) -> None:
    path = package / "schemas" / f"{table}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    change(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")


def never_retires(schema: dict) -> None:
    next(field for field in schema["fields"] if field["name"] == "status")["constraints"]["enum"].remove("retired")


@pytest.mark.parametrize("silent", ["old", "new"])
def test_a_table_is_what_one_of_the_versions_says_that_it_is(good: Example, old, silent):
    """It does not cease to be append-only, or to retire its rows, by ceasing to say so."""
    folder = old if silent == "old" else good.folder
    change_schema(folder, "follow_ups", lambda schema: schema.pop("appendOnly"))
    change_schema(folder, "claims", never_retires)
    good.drop("follow_ups", "EX01-F001")
    good.drop("claims", "EX01-C008")
    good.describe(version="2.0.0")
    assert ids(compared(old, good.folder)) == ["HIS102", "HIS103"]


@pytest.mark.parametrize("table, rule", [("claims", "HIS102"), ("follow_ups", "HIS103"), ("rights", None)])
def test_a_whole_table_is_gone(good: Example, old, table, rule):
    change_schema(old, "claims", lambda schema: schema.update(appendOnly=True))  # told once, not by two rules
    descriptor = read_descriptor(good.folder)
    good.describe(
        resources=[resource for resource in descriptor["resources"] if resource["name"] != table], version="2.0.0"
    )
    assert ids(compared(old, good.folder)) == ([rule] if rule else [])


def test_retired_row_is_told_apart(good: Example, old):
    good.set("claims", "EX01-C001", "status", "retired")
    good.set("claims", "EX01-C001", "version_retired", "1.1.1")
    assert changes(compared(old, good.folder)) == {("claims", "retired", "EX01-C001", "status", "version_retired")}


@pytest.mark.parametrize(
    "heading, sound",
    [
        ("## 1.1.0 — 2022-01-10", True),
        ("## [1.1.0] - 2022-01-10", True),
        ("## v1.1.0", True),
        ("## [1.1.0](https://example.org/) (2022)", True),
        ("## Unreleased", False),
        ("## Unreleased\n\n- Next.\n\n## 1.1.0", True),
        ("## [Unreleased](https://example.org/)\n\n## [1.1.0]", True),
        ("## Unreleased\n\n## 1.0.0", False),
        ("## 11.1.0", False),
        ("## 1.1.0.1", False),
        ("# 1.1.0", False),
        ("", False),
    ],
)
def test_top_entry_of_the_changelog(good: Example, old, heading, sound):
    (good.folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n\n- Words.\n", encoding="utf-8")
    assert ids(compared(old, good.folder)) == ([] if sound else ["HIS108"])


@pytest.mark.parametrize(
    "version, named, sound",
    [("2.0.0", "EX01-F001", True), ("2.0.0", "F001", False), ("1.2.0", "EX01-F001", False)],
)
def test_a_wrong_row_is_corrected_in_a_major_version_that_names_it(good: Example, old, version, named, sound):
    good.set("follow_ups", "EX01-F001", "finding", "Both lighthouses were dark.")
    good.describe(version=version)
    (good.folder / "CHANGELOG.md").write_text(f"## {version}\n\n- Corrected: {named}.\n", encoding="utf-8")
    assert ids(compared(old, good.folder)) == ([] if sound else ["HIS103"])


@pytest.mark.parametrize("newest", ["Unreleased", "2.1.0 — 2023-01-10", "[2.0.1] — 2023-01-10"])
def test_the_changelog_names_a_row_in_any_entry_since_the_old_version(good: Example, old, newest):
    good.set("follow_ups", "EX01-F001", "finding", "Both lighthouses were dark.")
    good.drop("item_rights", "EX01-R002")
    good.describe(version=newest.split()[0].strip("[]") if newest != "Unreleased" else "2.0.0")
    changelog = good.folder / "CHANGELOG.md"
    named = "- EX01-F001 is corrected, EX01-R002 is withdrawn.\n"
    changelog.write_text(f"## {newest}\n\n- More.\n\n## 2.0.0 — 2022-01-10\n\n{named}", encoding="utf-8")
    assert ids(compared(old, good.folder)) == []
    changelog.write_text(
        f"## {newest}\n\n- More.\n\n## 2.0.0 — 2022-01-10\n\n- More.\n\n## 1.1.0\n\n{named}", encoding="utf-8"
    )
    assert ids(compared(old, good.folder)) == ["HIS103", "HIS109"]


def test_a_row_that_is_gone_is_found_in_any_version(good: Example, old):
    """The changelog of an older version does not name it either."""
    good.drop("item_rights", "EX01-R002")
    good.describe(version="2.0.0")
    changelog = good.folder / "CHANGELOG.md"
    changelog.write_text("## 2.0.0\n\n- More.\n\n## 1.1.0\n\n- EX01-R002.\n", encoding="utf-8")
    assert ids(compared(old, good.folder)) == ["HIS109"]
    changelog.write_text("## 2.0.0\n\n- EX01-R002 is withdrawn.\n", encoding="utf-8")
    assert ids(compared(old, good.folder)) == []


def test_warnings_fail_if_strict(good: Example, old):
    good.drop("item_rights", "EX01-R002")
    good.describe(version="1.1.1")
    assert [compared(old, good.folder, strict).exit_code for strict in (False, True)] == [0, 1]


def test_what_cannot_be_compared_is_said_to_be(good: Example, old):
    descriptor = read_descriptor(good.folder)
    descriptor["resources"][2]["dialect"] = {"commentChar": "#"}
    good.describe(**descriptor)
    comparison = compared(old, good.folder)
    assert comparison.exit_code == 2 and comparison.unread == [
        "claims: not compared, since its dialect has commentChar"
    ]
    assert "could not be compared whole" in as_text(comparison)


@pytest.mark.parametrize(
    "some, others, met",
    [
        ({("t", 0, 5)}, {("t", 0, 5)}, True),
        ({("t", 0, 5)}, {("t", 4, 9)}, True),
        ({("t", 4, 9)}, {("t", 0, 5)}, True),
        ({("t", 0, 9)}, {("t", 3, 4)}, True),
        ({("t", 0, 5)}, {("t", 5, 9)}, False),
        ({("t", 0, 5)}, {("u", 0, 4)}, False),
        ({("t", 0, 5), ("t", 9, 12)}, {("t", 5, 9)}, False),
        ({("t", 0, 10**7)}, {("t", 10**7, 10**8)}, False),
    ],
)
def test_spans_that_meet(some, others, met):
    """Long spans cost no more than short ones: a package may claim any length."""
    assert identity._meet(some, others) is identity._meet(others, some) is met


# ---------------------------------------------------------------------------------------------------------- properties

CELLS = st.text(alphabet="ab,\"' \n;é", max_size=4)


@st.composite
def edited_tables(draw):
    """A table of two columns and a key, and a copy with some cells edited, rows dropped, added and shuffled."""
    keys = draw(st.lists(st.integers(0, 99).map(str), min_size=1, max_size=8, unique=True))
    old = {key: [draw(CELLS), draw(CELLS)] for key in keys}
    new = {key: list(cells) for key, cells in old.items() if draw(st.integers(0, 5))}
    for key in new:
        for column in (0, 1):
            if not draw(st.integers(0, 3)):
                new[key][column] = draw(CELLS)
    new |= {
        key: [draw(CELLS), draw(CELLS)]
        for key in draw(st.lists(st.integers(100, 120).map(str), max_size=3, unique=True))
    }
    return old, dict(draw(st.permutations(list(new.items()))))


def package(folder: Path, rows: dict[str, list[str]], version: str) -> Path:
    folder.mkdir(exist_ok=True)
    fields = [{"name": name, "type": "string"} for name in ("id", "a", "b")]
    table = {"name": "t", "path": "t.csv", "format": "csv", "schema": {"fields": fields, "primaryKey": "id"}}
    (folder / "datapackage.json").write_text(
        json.dumps({"name": "p", "version": version, "resources": [table]}), encoding="utf-8"
    )
    write_rows(
        folder / "t.csv",
        ["id", "a", "b"],
        [{"id": key, "a": a, "b": b} for key, (a, b) in rows.items()],
        in_order=False,
    )
    return folder


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited_tables())
def test_exactly_the_edited_cells_are_reported(tmp_path, tables):
    old, new = tables
    comparison = compared(package(tmp_path / "old", old, "1.0.0"), package(tmp_path / "new", new, "2.0.0"))
    told = {(c.id, column, before, now) for c in comparison.changes["t"] for column, before, now in c.cells}
    assert told == {
        (k, "ab"[i], old[k][i], new[k][i]) for k in old.keys() & new.keys() for i in (0, 1) if old[k][i] != new[k][i]
    }
    assert {c.id for c in comparison.changes["t"] if c.kind == "added"} == new.keys() - old.keys()
    assert {c.id for c in comparison.changes["t"] if c.kind == "removed"} == old.keys() - new.keys()
    assert {(found.rule, found.value) for found in comparison.findings} == {
        ("HIS109", key) for key in old.keys() - new.keys()
    }


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_without_a_key_rows_are_counted(tmp_path_factory, old, new):
    folders = [tmp_path_factory.mktemp("p") for _ in range(2)]
    for folder, rows in zip(folders, (old, new), strict=True):
        package(folder, {}, "1.0.0")
        write_rows(folder / "t.csv", ["a", "b"], [dict(zip("ab", row, strict=True)) for row in rows], in_order=False)
    comparison = compared(*folders)
    before, now = Counter(old), Counter(new)
    told = {
        kind: Counter(tuple((c.new or c.old).values()) for c in comparison.changes["t"] if c.kind == kind)
        for kind in ("added", "removed")
    }
    assert told == {"added": now - before, "removed": before - now}
