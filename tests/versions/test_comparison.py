"""Two versions of a package compared: what changed, and the rules on it."""

import json
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import versions
from tests.conftest import ROOT
from tests.example import Example
from tests.support import table
from tests.test_command import run
from tests.test_rules import DEFECTS
from validator import limits, store
from validator.catalogue import BETWEEN_VERSIONS, every
from validator.changes import as_text
from validator.findings import Unusable
from validator.history import Comparison, compare
from validator.seal import read_rows, write_rows
from validator.store import open_store
from validator.version import read

RULES = every()
OURS = [id for id, rule in RULES.items() if rule.tables == BETWEEN_VERSIONS]


def compared(old: Path, new: Path) -> Comparison:
    return compare(read(open_store(str(old), new)), read(open_store(str(new), new)))


def ids(comparison: Comparison) -> list[str]:
    return [found.rule for found in comparison.findings]


def changes(comparison: Comparison) -> set[tuple]:
    """Table, kind, id and, for a changed row, its changed columns."""
    return {(c.table, c.kind, c.id, *(column for column, _, _ in c.cells)) for rows in comparison.changes.values() for c in rows}


# ----------------------------------------------------------------------------------------- each rule and its one defect


@pytest.mark.parametrize("id", OURS)
def test_defect_yields_its_rule_and_no_other(id, good: Example, tmp_path):
    defect = DEFECTS[id]
    old = Example.copy_of(good.folder, tmp_path / "old")
    old.describe(version=defect.get("old_version", "1.1.0"))
    good.edit(defect)
    good.mark_reserved()
    good.describe(version=defect.get("version", "1.1.0"))
    if "changelog" in defect:
        (good.folder / "CHANGELOG.md").write_text(f"# Changelog\n\n## {defect['changelog']} — 2022-01-10\n", encoding="utf-8")
    assert good.validate().findings == []

    (found,) = compared(old.folder, good.folder).findings
    file, key, column = defect["at"]
    assert (found.rule, found.file, found.field or "") == (id, file, column) and found.help and found.severity == RULES[id].severity
    if key:
        names, rows = read_rows(good.folder / file)
        assert found.line == found.row == next(n for n, row in enumerate(rows, 2) if row[names[0]] == key)
        assert key in found.message


def test_rules_between_versions_are_not_counted_in_a_plain_run(good: Example):
    assert not set(good.validate().rules) & set(OURS)


# -------------------------------------------------------------------------------------------------- ways to reuse an id


@pytest.fixture
def old(good_folder, tmp_path) -> Path:
    """The package as it was."""
    return shutil.copytree(good_folder, tmp_path / "old")


def test_nothing_changed(good: Example, old):
    comparison = compared(old, good.folder)
    assert not comparison.findings and not changes(comparison) and not comparison.notes and comparison.exit_code == 0


def test_form_alone_is_no_change(good: Example, old):
    path = good.path("claims")
    names, rows = read_rows(path)
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in [names, *(r.values() for r in rows[::-1])]).encode())
    assert not changes(compared(old, good.folder))


def test_renumbered_claims_are_reused_ids(good: Example, old):
    """The commonest way to reuse ids: a row is deleted and those below move up."""
    six, seven = (row["claim"] for row in read_rows(good.path("claims"))[1][5:7])
    good.drop("claims", "EX01-C007")
    good.set("claims", "EX01-C006", "claim", seven)
    good.describe(version="2.0.0")
    comparison = compared(old, good.folder)
    assert ids(comparison) == ["HIS101", "HIS102"]
    assert f'EX01-C006: it is now what EX01-C007 was: "{seven}"' in comparison.findings[0].message and six not in comparison.findings[0].message


def test_renumbered_rows_of_another_table_are_reused_ids(good: Example, old):
    names, (first, second) = read_rows(good.path("sources"))
    write_rows(good.path("sources"), names, [first | {"source_id": "SRC-002"}, second | {"source_id": "SRC-001"}])
    good.describe(version="1.1.1")
    comparison = compared(old, good.folder)
    assert ids(comparison) == ["HIS101", "HIS101"] and "it is now what SRC-002 was" in comparison.findings[0].message


def test_retired_id_given_to_another_claim(good: Example, old):
    for column, value in (("status", "active"), ("version_retired", ""), ("claim", "The Harbour Watch has an office.")):
        good.set("claims", "EX01-C008", column, value)
    good.describe(version="1.1.1")
    (found,) = compared(old, good.folder).findings
    assert found.rule == "HIS101" and "retired and is not any more" in found.message


@pytest.mark.parametrize("columns", [None, ["statement_id", "sha256"]], ids=["all columns", "no column more than needed"])
def test_claim_that_says_another_thing_of_other_words(good: Example, old, columns):
    good.set("claims", "EX01-C002", "claim", "The keepers vote on a weekday.")
    move(good, "EX01-A002", "EX01-A003")
    for package in (Example(old), good) if columns else ():
        write_rows(package.path("statements"), columns, ({name: row[name] for name in columns} for row in read_rows(package.path("statements"))[1]))
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
    assert all(f'"{now[:100]}"' in told[rule] for rule in ("HIS101", "HIS103", "HIS108")) and f'"{was[:100]}"' in told["HIS103"]


def test_row_that_refers_to_other_rows_only(good: Example, old):
    for column, value in (("claim_id", "EX01-C001"), ("source_id", "SRC-002")):
        good.set("evidence", "EX01-E007", column, value)
    good.describe(version="1.1.1")
    (found,) = compared(old, good.folder).findings
    assert found.rule == "HIS101" and "it referred to EX01-C006 and SRC-001, and refers to EX01-C001 and SRC-002" in found.message


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
        [("evidence", "EX01-E007", "source_id", "SRC-002"), ("evidence", "EX01-E007", "finding", "The association says so as well.")],
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
    good.add("item_rights", {"item_right_id": "EX01-R000", "claim_id": "EX01-C001", "right_id": "political-participation", "basis": "inferred"})  # no such table
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
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    good.describe(resources=[resource for resource in descriptor["resources"] if resource["name"] != table], version="2.0.0")
    assert ids(compared(old, good.folder)) == ([rule] if rule else [])


def test_retired_row_is_told_apart(good: Example, old):
    good.set("claims", "EX01-C001", "status", "retired")
    good.set("claims", "EX01-C001", "version_retired", "1.1.1")
    assert changes(compared(old, good.folder)) == {("claims", "retired", "EX01-C001", "status", "version_retired")}


# --------------------------------------------------------------------------------------------- columns, tables, versions


def rename_column(example: Example, table: str, was: str, now: str) -> None:
    for path in (example.path(table), example.folder / "schemas" / f"{table}.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")


@pytest.mark.parametrize("version, rules", [("2.0.0", []), ("1.2.0", ["HIS107"]), ("1.1.0", ["HIS106"]), ("1.0.0", ["HIS105"])])
def test_renamed_column_is_one_removed_and_one_added(good: Example, old, version, rules):
    rename_column(good, "rights", "udhr_article", "udhr")
    good.describe(version=version)
    comparison = compared(old, good.folder)
    assert ids(comparison) == rules
    told = [note.text for note in comparison.notes]
    assert told == ['the column "udhr_article" is removed (a renamed column is one removed and one added)', 'the column "udhr" is added']


def test_new_rows_are_minor_and_named(good: Example, old):
    good.add("item_rights", {"item_right_id": "EX01-R003", "claim_id": "EX01-C001", "right_id": "political-participation", "basis": "inferred"})
    good.describe(version="1.2.0")
    comparison = compared(old, good.folder)
    assert not comparison.findings and changes(comparison) == {("item_rights", "added", "EX01-R003")}


@pytest.mark.parametrize("change, level", [
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
def test_what_the_recipe_demands(good: Example, old, change, level):
    path = good.folder / "schemas" / "statements.json"
    descriptor, schema = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8")), json.loads(path.read_text(encoding="utf-8"))
    change(descriptor, schema)
    path.write_text(json.dumps(schema), encoding="utf-8")
    good.describe(**descriptor)
    assert compared(old, good.folder).demanded.name == level


def test_moved_file_demands_nothing(good: Example, old):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][2]["path"] = "claims.csv"
    shutil.move(good.path("claims"), good.folder / "claims.csv")
    good.describe(**descriptor)
    assert compared(old, good.folder).demanded.name == "NONE"


def test_removed_row_that_others_refer_to_is_major(good: Example, old):
    good.drop("sources", "SRC-002")
    good.describe(version="1.2.0")
    assert ids(compared(old, good.folder)) == ["HIS107", "HIS109"]


def test_before_version_one_any_rise_will_do(good: Example, old):
    good.drop("rights", "political-participation")
    Example(old).describe(version="0.1.0")
    good.describe(version="0.1.1")
    assert ids(compared(old, good.folder)) == ["HIS109"]


@pytest.mark.parametrize("before, after, rules", [(None, None, []), ("1.0.0", None, ["HIS105"]), (None, "1.0.0", []), ("2023", "2023", ["HIS106"])])
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


@pytest.mark.parametrize("heading, sound", [
    ("## 1.1.0 — 2022-01-10", True), ("## [1.1.0] - 2022-01-10", True), ("## v1.1.0", True), ("## [1.1.0](https://example.org/) (2022)", True),
    ("## Unreleased", False), ("## 11.1.0", False), ("## 1.1.0.1", False), ("# 1.1.0", False), ("", False),
])  # fmt: skip
def test_top_entry_of_the_changelog(good: Example, old, heading, sound):
    (good.folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n\n- Words.\n", encoding="utf-8")
    assert ids(compared(old, good.folder)) == ([] if sound else ["HIS108"])


def test_warnings_fail_if_strict(good: Example, old):
    good.drop("item_rights", "EX01-R002")
    good.describe(version="1.1.1")
    versions = [read(open_store(str(where), good.folder)) for where in (old, good.folder)]
    assert [compare(*versions, strict=strict).exit_code for strict in (False, True)] == [0, 1]


def test_what_cannot_be_compared_is_said_to_be(good: Example, old):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["resources"][2]["dialect"] = {"commentChar": "#"}
    good.describe(**descriptor)
    comparison = compared(old, good.folder)
    assert comparison.exit_code == 2 and comparison.unread == ["claims: not compared, since its dialect has commentChar"]
    assert "could not be compared whole" in as_text(comparison)


# ------------------------------------------------------------------------------------------------- where OLD can come from


def test_zip_folder_and_descriptor_say_the_same(good: Example, old, tmp_path):
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    good.describe(version="1.1.1")
    archive = Path(shutil.make_archive(str(tmp_path / "release"), "zip", tmp_path, "old"))  # all in one folder, as on GitHub
    flat = Path(shutil.make_archive(str(tmp_path / "flat"), "zip", old))
    results = [changes(compared(where, good.folder)) for where in (old, old / "datapackage.json", archive, flat)]
    assert results == [{("claims", "changed", "EX01-C001", "claim")}] * 4


def hostile_zip(path: Path, *entries: tuple[str, bytes], link: str | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")
    return path


TABLE = b'{"version": "1.0.0", "resources": [{"name": "a", "path": "a.csv", "format": "csv"}]}'


@pytest.mark.parametrize("entries, link, word", [
    ([("datapackage.json", TABLE), ("../a.csv", b"n\n")], None, "leads outside it"),
    ([("datapackage.json", TABLE), ("/a.csv", b"n\n")], None, "leads outside it"),
    ([("datapackage.json", TABLE)], "a.csv", "is a link or a device"),
    ([("a/datapackage.json", TABLE), ("b/datapackage.json", TABLE)], None, "in one folder there"),
    ([("datapackage.json", TABLE), ("a.csv", b"n,m\n1\n")], None, "a.csv:2 has 1 cells where the header has 2"),
    ([("datapackage.json", TABLE), ("a.csv", b"n\n\xff\n")], None, "not in the declared encoding"),
    ([("datapackage.json", TABLE), ("a.csv", b"n,n\n")], None, "two columns of one name"),
    ([("datapackage.json", TABLE)], None, "holds no a.csv"),
    ([("readme.txt", b"")], None, "holds no datapackage.json"),
    ([("datapackage.json", b"[1")], None, "old.zip: datapackage.json:1:3: not JSON"),
    ([("datapackage.json", b"[" * 100_000)], None, "nested too deeply"),
    ([("datapackage.json", TABLE.replace(b'"name": "a", ', b""))], None, "a resource has no name"),
    ([("datapackage.json", TABLE[:-1] + b', "version": "2.0.0"}')], None, "stands twice"),
    ([("datapackage.json", b'{"resources": [5]}')], None, "resources"),
    ([("datapackage.json", TABLE.replace(b"a.csv", b"/etc/passwd"))], None, "inside the package"),
    ([("datapackage.json", TABLE.replace(b'"csv"', b'"csv", "schema": "https://example.org/s.json"'))], None, "inside the package"),
    ([("datapackage.json", TABLE.replace(b'"csv"', b'"csv", "schema": {"primaryKey": "n"}')), ("a.csv", b"n\n1\n1\n")], None, 'has the key "1" twice'),
    ([("datapackage.json", TABLE.replace(b'"csv"', b'"csv", "dialect": {"delimiter": 5}')), ("a.csv", b"n\n")], None, "dialect"),
])  # fmt: skip
def test_unreadable_old_version_is_one_sentence(tmp_path, entries, link, word):
    refused(str(hostile_zip(tmp_path / "old.zip", *entries, link=link)), tmp_path, word)


def refused(where: str, package: Path, word: str) -> None:
    with pytest.raises(Unusable) as error:
        read(open_store(where, package))
    assert word in str(error.value) and len(str(error.value).splitlines()) == 1


def test_archives_are_bounded(tmp_path, monkeypatch):
    path = hostile_zip(tmp_path / "old.zip", ("datapackage.json", TABLE), ("a.csv", b"n\n" + b"\0" * 3_000_000))
    refused(str(path), tmp_path, "as no honest tables do")
    monkeypatch.setattr(limits, "MAX_RATIO", 10_000)
    monkeypatch.setattr(store, "MAX_COMPARED", 1000)
    refused(str(path), tmp_path, "which is more than is compared")
    monkeypatch.setattr(limits, "MAX_ENTRIES", 1)
    refused(str(path), tmp_path, "more than 1 entries")


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path):
    path = hostile_zip(tmp_path / "old.zip", ("datapackage.json", TABLE), ("a.csv", b"n\n" + b"1\n" * 1000))
    raw = path.read_bytes()
    size = (2002).to_bytes(4, "little")
    assert raw.count(size) == 2  # in the file's own header and in the directory
    path.write_bytes(raw.replace(size, (20).to_bytes(4, "little")))
    refused(str(path), tmp_path, "cannot be unpacked")


def test_a_zip_with_other_things_in_it(good_folder, old, tmp_path):
    (tmp_path / "old" / "__MACOSX").mkdir()
    shutil.make_archive(str(tmp_path / "release"), "zip", tmp_path, "old")
    assert not changes(compared(tmp_path / "release.zip", good_folder))


def test_what_is_no_old_version_is_called_what_it_is(good_folder, tmp_path):
    (tmp_path / "release-1.0.0.zip").write_bytes(b"PK\x03\x04 cut off")
    for where, words in ((tmp_path, f"name the zip in it, {tmp_path / 'release-1.0.0.zip'}"), (tmp_path / "release-1.0.0.zip", "a zip that is damaged or cut off")):
        done = run("--against", where, good_folder)
        assert (done.returncode, done.stdout) == (2, "") and words in done.stderr and len(done.stderr.splitlines()) == 1


def test_command_cannot_compare_with_nothing(good_folder, tmp_path):
    done = run("--against", hostile_zip(tmp_path / "old.zip"), good_folder)
    assert done.returncode == 2 and done.stdout == "" and "holds no datapackage.json" in done.stderr and len(done.stderr.splitlines()) == 1


def test_old_folder_may_not_lead_outside(old):
    (old / "data" / "claims.csv").unlink()
    (old / "data" / "claims.csv").symlink_to("/etc/passwd")
    refused(str(old), old, "leads outside the package")


@pytest.mark.parametrize("name", ["no-such-thing", "--output=x", "-x", "HEAD:README.md", "HEAD; touch x", " "])
def test_what_is_no_revision_is_refused(name):
    refused(name, ROOT, "there is no such file")


def test_revisions_are_read_of_this_repository_only(good_folder):
    """A repository that a package brings along could have git run what its configuration says."""
    refused("HEAD", good_folder, "git archive")


def test_two_revisions_of_a_package_in_a_subfolder(good_folder, tmp_path, monkeypatch):
    home = Example.copy_of(good_folder, tmp_path / "repository" / "inner" / "package")

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=home.folder, check=True, capture_output=True)

    def commit(name: str) -> None:
        git("add", "--all")
        git("commit", "--quiet", "--message", name)
        git("tag", name)

    monkeypatch.setattr(store, "REPOSITORY", tmp_path / "repository")
    git("init", "--quiet", str(tmp_path / "repository"))
    commit("one")
    home.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    commit("two")
    home.path("claims").unlink()
    home.path("claims").symlink_to("calls.csv")
    commit("link")
    old, new = (read(open_store(name, home.folder)) for name in ("one", "two"))
    assert changes(compare(old, new)) == {("claims", "changed", "EX01-C001", "claim")}
    refused("link", home.folder, "no regular file inner/package/data/claims.csv")
    home.describe(resources=[{"name": "a", "path": "none.csv"}])
    commit("hole")
    refused("hole", home.folder, "there is no file")


def git_checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this copy is no git checkout")


def test_readme_commands_work_on_this_repository():
    git_checkout()
    told = [line.split()[2:] for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.strip().startswith("python validate.py --against")]
    assert ["--against", "HEAD"] in told
    for arguments in told:
        done = run(*arguments, ROOT)
        assert done.returncode in (0, 1) and done.stderr == "" and "sound history" in done.stdout


def test_every_revision_is_the_same_as_itself():
    git_checkout()
    head = open_store("HEAD", ROOT)
    comparison = compare(read(head), read(head))
    assert not changes(comparison) and not comparison.notes and set(ids(comparison)) <= {"HIS108"}


# --------------------------------------------------------------------------------------------------------- the command


def test_command_prints_what_changed(good: Example, old):
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    good.describe(version="1.1.1")
    good.validate()
    done = run("--against", old, good.folder)
    assert done.returncode == 0 and done.stderr == ""
    assert "claims: 1 changed" in done.stdout and 'claim: "A vote on lighthouses is being held in Selmara." → "A vote on the' in done.stdout
    assert "ask for a PATCH version" in done.stdout and done.stdout.splitlines()[-1] == "sound history: no finding"


def test_command_as_json(good: Example, old):
    good.set("claims", "EX01-C001", "claim", "A vote on the lighthouses is held in Selmara.")
    good.validate()
    done = run("--against", old, "--format", "json", good.folder)
    report = json.loads(done.stdout)
    assert done.returncode == 1 and report["format"] == "package-history-1" and report["demands"] == "PATCH"
    (row,) = report["tables"]["claims"]["rows"]
    assert (row["kind"], row["key"], row["line"]) == ("changed", {"claim_id": "EX01-C001"}, 2) and row["cells"][0]["column"] == "claim"
    (found,) = report["findings"]
    assert (found["rule"], found["file"], found["column"]) == ("HIS106", "datapackage.json", "version")


def test_invalid_package_is_not_compared(good: Example, old):
    good.set("claims", "EX01-C001", "claim_type", "rumour")
    good.validate()
    done = run("--against", old, good.folder)
    assert done.returncode == 1 and "nothing to compare, since the package is not valid" in done.stderr


def test_what_would_steer_a_terminal_is_spelt_out(good: Example, old):
    good.set("rights", "political-participation", "label", "Political\x1b[31m participation")
    told = as_text(compared(old, good.folder))
    assert "\x1b" not in told and "\\u001b" in told


# ------------------------------------------------------------------------------------------------------------ properties

CELLS = st.text(alphabet='ab,"\' \n;é', max_size=4)


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
    new |= {key: [draw(CELLS), draw(CELLS)] for key in draw(st.lists(st.integers(100, 120).map(str), max_size=3, unique=True))}
    return old, dict(draw(st.permutations(list(new.items()))))


def package(folder: Path, rows: dict[str, list[str]], version: str) -> Path:
    folder.mkdir(exist_ok=True)
    fields = [{"name": name, "type": "string"} for name in ("id", "a", "b")]
    table = {"name": "t", "path": "t.csv", "format": "csv", "schema": {"fields": fields, "primaryKey": "id"}}
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "version": version, "resources": [table]}), encoding="utf-8")
    write_rows(folder / "t.csv", ["id", "a", "b"], [{"id": key, "a": a, "b": b} for key, (a, b) in rows.items()], in_order=False)
    return folder


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited_tables())
def test_exactly_the_edited_cells_are_reported(tmp_path, tables):
    old, new = tables
    comparison = compared(package(tmp_path / "old", old, "1.0.0"), package(tmp_path / "new", new, "2.0.0"))
    told = {(c.id, column, before, now) for c in comparison.changes["t"] for column, before, now in c.cells}
    assert told == {(k, "ab"[i], old[k][i], new[k][i]) for k in old.keys() & new.keys() for i in (0, 1) if old[k][i] != new[k][i]}
    assert {c.id for c in comparison.changes["t"] if c.kind == "added"} == new.keys() - old.keys()
    assert {c.id for c in comparison.changes["t"] if c.kind == "removed"} == old.keys() - new.keys()
    assert {(found.rule, found.value) for found in comparison.findings} == {("HIS109", key) for key in old.keys() - new.keys()}


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_without_a_key_rows_are_counted(tmp_path_factory, old, new):
    folders = [tmp_path_factory.mktemp("p") for _ in range(2)]
    for folder, rows in zip(folders, (old, new)):
        package(folder, {}, "1.0.0")
        write_rows(folder / "t.csv", ["a", "b"], [dict(zip("ab", row)) for row in rows], in_order=False)
    comparison = compared(*folders)
    before, now = Counter(old), Counter(new)
    told = {kind: Counter(tuple((c.new or c.old).values()) for c in comparison.changes["t"] if c.kind == kind) for kind in ("added", "removed")}
    assert told == {"added": now - before, "removed": before - now}


@pytest.mark.parametrize("some, others, met", [
    ({("t", 0, 5)}, {("t", 0, 5)}, True), ({("t", 0, 5)}, {("t", 4, 9)}, True), ({("t", 4, 9)}, {("t", 0, 5)}, True), ({("t", 0, 9)}, {("t", 3, 4)}, True),
    ({("t", 0, 5)}, {("t", 5, 9)}, False), ({("t", 0, 5)}, {("u", 0, 4)}, False), ({("t", 0, 5), ("t", 9, 12)}, {("t", 5, 9)}, False),
    ({("t", 0, 10**7)}, {("t", 10**7, 10**8)}, False),
])  # fmt: skip
def test_spans_that_meet(some, others, met):
    """Long spans cost no more than short ones: a package may claim any length."""
    assert versions._meet(some, others) is versions._meet(others, some) is met
