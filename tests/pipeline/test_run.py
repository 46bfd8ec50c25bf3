"""One validation as a whole: what is judged, skipped and counted."""

import dataclasses
import io
import json
import subprocess
import sys
import zipfile
from collections import Counter

import pytest

from claimtrack.backends.local import scan
from claimtrack.backends.local.backend import Local
from claimtrack.checks.keys import check_keys
from claimtrack.core import limits
from claimtrack.core.rules import rule
from claimtrack.package.table_io import read_rows, write_rows
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.second_profile import PROFILE
from tests.tools.support import resource, table, validate, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


def test_all_tables_are_judged_when_one_is_handed_over(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    resources = [
        resource("a", [INTEGER, TEXT], foreignKeys=key),
        resource("b", [INTEGER, TEXT]),
        resource("c", [INTEGER]),
    ]
    files = {"data/a.csv": "n,a\nx, y\n9,z\n", "data/b.csv": 'n,a\n1,"q\nr"\nx,s\n', "data/c.csv": "n\nx\n"}
    found = {(f.rule, f.file, f.row) for f in validate(write(tmp_path, resources, files)).findings}
    assert found == {
        ("CEL101", "data/a.csv", 2), ("HYG109", "data/a.csv", 2), ("KEY103", "data/a.csv", 3),
        ("CEL101", "data/b.csv", 3), ("CEL101", "data/c.csv", 2),
    }  # fmt: skip


@pytest.mark.parametrize("rest", ["", '9,"a\nb"\n', '9,a"b\n'], ids=["regular", "long", "irregular"])
def test_a_storm_of_errors_stays_small_and_is_counted(tmp_path, rest):
    fields = [INTEGER, {"name": "b", "type": "boolean"}]
    report = validate(table(tmp_path, "n,b\n" + "x,y\n" * 5000 + rest, fields), samples=10)
    listed = [f for f in report.findings if f.rule == "CEL101"]
    assert len(listed) <= 11 and {f.field for f in listed} == {"n", "b"}
    assert report.totals["CEL101", "data/t.csv"] == 10_000 + bool(rest)
    assert [f.row for f in listed][:3] in ([2, 2, 3], [2, 2, 3])


def test_a_date_that_no_calendar_has(good: Example):
    good.set("statements", "EX01", "published", "2023-02-29")
    assert "EDT101" in {f.rule for f in good.validate().findings}


def test_a_table_or_column_that_the_profile_asks_for(good: Example):
    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "codings"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(good.folder)
    (message, *_) = (f.message for f in report.findings if f.rule == "PKG102")
    assert message.endswith('there is no table "codings"')


def test_without_the_profile_the_same_tables_need_no_claim_rules(good: Example):
    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    del descriptor["conformsTo"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(good.folder)
    assert [f.rule for f in report.findings] == ["PKG207"] and not any(id.startswith("CLM") for id in report.rules)


def test_after_a_cell_failed_its_type_rules_on_it_are_skipped_by_name(good: Example):
    good.set("anchors", "EX01-A001", "start", "banana")
    report = good.validate()
    assert {f.rule for f in report.findings} == {"CEL101"}
    assert any(line.startswith("ANC102") and "anchors.start" in line for line in report.skipped)


@pytest.mark.parametrize(
    "table_, key, column",
    [
        ("segments", "EX01-S02", "no_item_reason"),
        ("segments", "EX01-S02", "end"),
        ("anchors", "EX01-A001", "segment_id"),
    ],
)
def test_coverage_is_not_counted_from_broken_cells(good: Example, table_, key, column):
    good.set(table_, key, column, "= ?")
    report = good.validate()
    assert report.exit_code == 1 and report.summary == ""


def test_coverage_of_vast_positions_takes_no_room(good: Example):
    good.set("segments", "EX01-S06", "end", "9" * 18)
    good.set("segments", "EX01-S06", "no_item_reason", "")
    report = good.validate()
    assert report.exit_code == 1 and "of 999,999,999,999," in report.summary


def test_a_value_given_twice_keeps_no_rule_from_its_columns(good: Example):
    good.set("segments", "EX01-S02", "ordinal", "3")
    assert {("KEY102", 4), ("SEG202", 3)} <= {(f.rule, f.line) for f in good.validate().findings}


def test_a_table_that_refers_to_one_that_changed_is_checked_without_it(tmp_path, monkeypatch):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    folder = write(
        tmp_path,
        [resource("a", [INTEGER], foreignKeys=key), resource("b", [INTEGER])],
        {"data/a.csv": "n\nx\n", "data/b.csv": "n\n1\n"},
    )
    before = scan.Reader.read

    def read(self, *arguments):
        if self.table.name == "b":
            (folder / "data/b.csv").write_text("n\n1\n2\n")
        return before(self, *arguments)

    monkeypatch.setattr(scan.Reader, "read", read)
    report = validate(folder)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/a.csv"), ("FIL107", "data/b.csv")]
    assert any("KEY103" in line for line in report.skipped)


def test_tables_that_refer_to_an_unread_one_say_what_was_not_checked(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    folder = write(
        tmp_path, [resource("a", [INTEGER], foreignKeys=key), resource("b", [INTEGER])], {"data/a.csv": "n\nx\n"}
    )
    report = validate(folder)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/a.csv"), ("FIL103", "data/b.csv")]
    assert any("KEY103" in line and '"b"' in line for line in report.skipped)


def test_one_bad_property_does_not_hide_the_rows(tmp_path):
    resources = [resource("t", [INTEGER]), resource("u", [{"name": "n", "type": "no-such-type"}])]
    report = validate(write(tmp_path, resources, {"data/t.csv": "n\nx\n", "data/u.csv": "n\n"}, licenses="none"))
    assert {"PKG101", "CEL101"} <= {f.rule for f in report.findings}
    assert report.tables == {"t": 1, "u": 0} and report.exit_code == 1 and report.not_checked == []


def test_strict_lets_warnings_fail(tmp_path):
    folder = table(tmp_path, "a\nx ", [TEXT])
    assert validate(folder).exit_code == 0
    assert validate(folder, strict=True).exit_code == 1


def test_libraries_that_a_check_does_without_are_not_loaded(tmp_path):
    folder = table(tmp_path, "n\nx\n", [{"name": "n", "type": "integer"}])
    program = """
import sys
from claimtrack import validate
assert validate(sys.argv[1]).exit_code == 1
print(sorted({"pandas", "pandera", "requests", "rich", "schemas", "typer"} & set(sys.modules)))
"""
    words = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_table_in_several_files_is_counted_and_each_finding_is_in_its_own(tmp_path):
    told = resource(
        "t", [INTEGER, TEXT], path=["data/a.csv", "data/b.csv", "data/c.csv"], primaryKey=["n"], uniqueKeys=[["a"]]
    )
    files = {
        "data/a.csv": 'n,a\n1,first\nx,"q\nr"\n',
        "data/b.csv": 'n,a\n3,"c\nd"\ny, e\n',
        "data/c.csv": "n,a\n5\n1,first\n",
    }
    report = validate(write(tmp_path, [told], files))
    assert report.tables == {"t": 6}
    assert [(f.rule, f.file, f.row, f.line, f.column, f.value) for f in report.findings if f.rule != "KEY101"] == [
        ("CEL101", "data/a.csv", 3, 3, 1, "x"),
        ("CEL101", "data/b.csv", 5, 4, 1, "y"),
        ("HYG109", "data/b.csv", 5, 4, 3, " e"),
        ("TAB102", "data/c.csv", 6, 2, 1, None),
        ("HYG113", "data/c.csv", 7, 3, 1, "1"),
        ("KEY102", "data/c.csv", 7, 3, 3, "first"),
    ]


def test_a_storm_in_several_files_is_counted_by_file(tmp_path):
    told = resource("t", [INTEGER, TEXT], path=["data/a.csv", "data/b.csv"])
    files = {"data/a.csv": "n,a\n" + "x, y\n" * 300, "data/b.csv": "n,a\n" + "x, y\n" * 200}
    report = validate(write(tmp_path, [told], files), samples=10)
    assert report.totals == {
        (rule, f"data/{name}.csv"): number for rule in ("CEL101", "HYG109") for name, number in (("a", 300), ("b", 200))
    }
    assert Counter((f.rule, f.file) for f in report.findings) == dict.fromkeys(report.totals, 10)


def test_the_form_of_each_file_of_a_table_is_looked_at(tmp_path):
    told = resource("t", [INTEGER], path=["data/a.csv", "data/b.csv"])
    report = validate(write(tmp_path, [told], {"data/a.csv": "n\n1\n", "data/b.csv": b"\xef\xbb\xbfn\r\n2"}))
    assert {(f.rule, f.file) for f in report.findings} == {
        ("HYG101", "data/b.csv"),
        ("HYG104", "data/b.csv"),
        ("HYG114", "data/b.csv"),
    }
    assert report.tables == {"t": 2}


@pytest.mark.parametrize(
    "start, found",
    [("n,a\n", []), ('"n",a\r\n', ["HYG103"]), ("a,n\n", ["TAB101"]), ("2,b\n", ["TAB101"]), ("\n", ["TAB101"])],
)
def test_a_further_file_without_the_header_loses_no_row_in_silence(tmp_path, start, found):
    """frictionless passes over the first line of each further file, whatever it says."""
    told = resource("t", [INTEGER, TEXT], path=["data/a.csv", "data/b.csv"])
    report = validate(write(tmp_path, [told], {"data/a.csv": "n,a\n1,a\n", "data/b.csv": start + "3,c\n"}))
    assert [f.rule for f in report.findings] == found and report.tables == {"t": 2}
    if "TAB101" in found:
        assert (report.findings[0].file, report.findings[0].line) == (
            "data/b.csv",
            1,
        ) and "expected the header of data/a.csv" in report.findings[0].message


def test_a_file_that_does_not_end_its_last_line_runs_into_the_next(tmp_path):
    told = resource("t", [INTEGER], path=["data/a.csv", "data/b.csv"])
    report = validate(write(tmp_path, [told], {"data/a.csv": "n\n1\n2", "data/b.csv": "n\nx\n3\n"}))
    assert [(f.rule, f.file, f.line, f.value) for f in report.findings if f.rule != "HYG104"] == [
        ("CEL101", "data/a.csv", 3, "2x")
    ]
    assert report.tables == {"t": 3}


def test_a_claim_table_in_several_files_is_held_to_the_rules_whole(good: Example):
    names, rows = read_rows(good.path("claims"))
    write_rows(
        good.folder / "data" / "claims-2.csv",
        names,
        [row | ({"time": ""} if row["claim_id"] == "EX01-C007" else {}) for row in rows[3:]],
    )
    write_rows(good.path("claims"), names, rows[:3])
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    for told in descriptor["resources"]:
        if told["name"] == "claims":
            told["path"] = ["data/claims.csv", "data/claims-2.csv"]
            del told["bytes"], told["hash"]
    good.describe(resources=descriptor["resources"])
    report = good.validate()
    on_rows = [(f.rule, f.file, f.line) for f in report.findings if f.file != "datapackage.json"]
    assert on_rows == [("CLM102", "data/claims-2.csv", 5)] and report.tables["claims"] == len(rows)
    assert {f.rule for f in report.findings} == {"CLM102", "PKG102"}  # the profile asks for one file with its checksum


def test_data_in_the_descriptor_are_counted_and_shown(tmp_path):
    schema = {"fields": [INTEGER, TEXT]}
    rows = {"name": "rows", "data": [{"n": 1, "a": "a"}, {"n": "x", "a": "b"}], "schema": schema}
    lists = {"name": "lists", "data": [["n", "a"], [1, "a"], ["y", "b"], [3, "c"]], "schema": schema}
    report = validate(write(tmp_path, [rows, lists], {}))
    assert report.tables == {"rows": 2, "lists": 3}
    assert [(f.file, f.row, f.field, f.value) for f in report.findings] == [
        ("datapackage.json", 3, "n", "x"),
        ("datapackage.json", 3, "n", "y"),
    ]
    assert (
        'the data of the resource "lists", row 3 (the header being 1): "y" (column "n"); expected an integer'
        in report.findings[1].message
    )


INTERRUPT = """
import os, signal, sys
from functools import partial
from claimtrack.backends.local import scan
from claimtrack.commands.main import main
from claimtrack.pipeline import run
read, calls = scan.Reader.read, []
def interrupted(self, *arguments):
    calls.append(1)
    if len(calls) == 40:  # long after the first block, since those being read then are lost
        os.kill(os.getpid(), signal.SIGINT)
    return read(self, *arguments)
scan.Reader.read = interrupted
run.validate_opened = partial(run.validate_opened, block_size=10)
sys.exit(main(sys.argv[1:]))
"""


def test_an_interrupted_run_says_what_it_found_and_that_it_is_not_all(tmp_path):
    package = table(tmp_path, "n,a\nx,first\n" + "1,right\n" * 100 + "x,last\n", [INTEGER, TEXT])
    done = subprocess.run([sys.executable, "-c", INTERRUPT, str(package)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout.count("CEL101") == 1 and '"x"' in done.stdout
    assert "everything after the interruption" in done.stdout
    assert "could not be checked whole" in done.stdout
    assert "Traceback" not in done.stderr


def test_packages_after_an_interrupted_one_are_not_begun(tmp_path):
    package, later = table(tmp_path / "a", "n\n" + "+1\n" * 500, [INTEGER]), table(tmp_path / "b", "n\nx\n", [INTEGER])
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT, str(package), str(later)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2 and "CEL101" not in done.stdout
    assert f"{later}: not checked, since the run was interrupted before it" in done.stderr


def test_a_finding_far_into_a_file_is_found_again_by_its_line(tmp_path):
    rows = "".join(f"{n},{'é' * (n % 90)}\n" for n in range(6000))
    package = table(tmp_path, "n,a\n" + rows + "x,é\n" + rows + "y,é", [INTEGER, TEXT])
    found = [(f.line, f.column, f.value) for f in validate(package, block_size=100_000).findings if f.rule == "CEL101"]
    assert found == [(6002, 1, "x"), (12_003, 1, "y")]


@pytest.mark.parametrize("error", [KeyError, IndexError, ValueError, AttributeError, RuntimeError, AssertionError])
def test_an_error_of_ours_is_no_finding_and_costs_one_table_alone(tmp_path, monkeypatch, error):
    def failing(scanned, *arguments):
        if scanned.table.resource.name == "a":
            raise error("of ours")
        return check_keys(scanned, *arguments)

    monkeypatch.setattr("claimtrack.pipeline.run.check_keys", failing)
    resources = [resource(name, [INTEGER]) for name in "ab"]
    report = validate(write(tmp_path, resources, {"data/a.csv": "n\n1\n", "data/b.csv": "n\nx\n"}), may_fail=True)
    (told,) = report.internal_errors
    assert told.startswith("data/a.csv: not checked to the end, since there was an internal error")
    assert error.__name__ in told and "of ours" in told
    assert told.endswith("this is no fault of the data, so please report it")
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/b.csv")]
    assert report.tables == {"b": 1} and (report.exit_code, report.verdict) == (2, "incomplete")


@pytest.mark.parametrize("memory", [limits.MEMORY, 0], ids=["in memory", "on disk"])
def test_a_rule_that_raises_takes_down_no_other_check(tmp_path, memory):
    """Whatever a rule raises is an error of its author's, never a fault of the data."""

    @rule("LMP901", "lamp")
    def raises(lamps):
        """It raises.

        Why: there is a slip in it.
        Mend: mend the rule.
        """
        raise ValueError("a slip")

    rules = PROFILE.rules | {"LMP901": raises.rule}
    profile = dataclasses.replace(PROFILE, rules=rules)
    resources = [resource(name, **schema) for name, schema in PROFILE.table_schemas.items()]
    files = {"data/lamps.csv": "lamp,height,street,lit\nL1,high,,\n", "data/streets.csv": "street,length\n"}
    folder = write(tmp_path, resources, files, conformsTo=PROFILE.name)
    report = validate(folder, memory, profiles=(profile,), may_fail=True)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/lamps.csv")]
    (told,) = report.internal_errors
    assert told.startswith("the rules of lamps-1: not checked to the end, since there was an internal error")
    assert "(ValueError: a slip)" in told and report.exit_code == 2


def test_a_backend_that_fails_leaves_no_verdict(tmp_path):
    """That is neither a fault of the data nor an error to report."""

    class Lost(Exception):
        """The backend is gone."""

    class Losing(Local):
        failures = (Lost,)

        def scan(self, table, request):
            raise Lost

    with pytest.raises(Lost):
        validate(table(tmp_path, "n\n1\n", [INTEGER]), backend=Losing())


@pytest.mark.parametrize(
    "names, more, said",
    [([], {}, "the archive holds no file"), (["a.txt"], {"innerpath": "b.csv"}, 'there is no "b.csv" in it')],
)
def test_a_zipped_table_without_its_file(tmp_path, names, more, said):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "n\n1\n")
    folder = write(
        tmp_path,
        [resource("t", [INTEGER], path="data/t.csv.zip", compression="zip", **more)],
        {"data/t.csv.zip": content.getvalue()},
    )
    found = validate(folder).findings
    assert [f.rule for f in found] == ["FIL102"] and said in found[0].message


def test_progress_counts_the_bytes_that_are_read(tmp_path):
    told = []
    folder = table(tmp_path, "n,s\n1, a\nx,b\ny, c\n", [INTEGER, {"name": "s", "type": "string"}])
    validate(folder, block_size=8, tell=lambda *now: told.append(now))
    size = (folder / "data/t.csv").stat().st_size
    assert ("reading data/t.csv", size, size) in told and len(told) >= 3
