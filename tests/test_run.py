"""One validation as a whole: what is judged, skipped and counted."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.example import Example
from tests.support import resource, table, write
from validator import scan
from validator.run import validate

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


def test_all_tables_are_judged_when_one_is_handed_over(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    resources = [resource("a", [INTEGER, TEXT], foreignKeys=key), resource("b", [INTEGER, TEXT]), resource("c", [INTEGER])]
    files = {"data/a.csv": "n,a\nx, y\n9,z\n", "data/b.csv": 'n,a\n1,"q\nr"\nx,s\n', "data/c.csv": "n\nx\n"}
    found = {(f.rule, f.file, f.row) for f in validate(write(tmp_path, resources, files)).findings}
    assert found == {
        ("CEL101", "data/a.csv", 2), ("HYG109", "data/a.csv", 2), ("KEY103", "data/a.csv", 3),
        ("CEL101", "data/b.csv", 3), ("CEL101", "data/c.csv", 2),
    }  # fmt: skip


@pytest.mark.parametrize("irregular", ["", '9,"a\nb"\n'], ids=["regular", "irregular"])
def test_a_storm_of_errors_stays_small_and_is_counted(tmp_path, irregular):
    fields = [INTEGER, {"name": "b", "type": "boolean"}]
    report = validate(table(tmp_path, "n,b\n" + "x,y\n" * 5000 + irregular, fields), samples=10)
    listed = [f for f in report.findings if f.rule == "CEL101"]
    assert len(listed) <= 11 and {f.field for f in listed} == {"n", "b"}
    assert report.totals["CEL101", "data/t.csv"] == 10_000 + bool(irregular)
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
    assert [f.message for f in report.findings if f.rule == "PKG102"][0].endswith('the table "codings"')


def test_without_the_profile_the_same_tables_need_no_claim_rules(good: Example):
    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    del descriptor["conformsTo"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    report = validate(good.folder)
    assert report.findings == [] and not any(id.startswith("CLM") for id in report.rules)


def test_after_a_cell_failed_its_type_rules_on_it_are_skipped_by_name(good: Example):
    good.set("anchors", "EX01-A001", "start", "banana")
    report = good.validate()
    assert {f.rule for f in report.findings} == {"CEL101"}
    assert any(line.startswith("ANC102") and "anchors.start" in line for line in report.skipped)


@pytest.mark.parametrize("table_, key, column", [("segments", "EX01-S02", "no_item_reason"), ("segments", "EX01-S02", "end"), ("anchors", "EX01-A001", "segment_id")])
def test_coverage_is_not_counted_from_broken_cells(good: Example, table_, key, column):
    good.set(table_, key, column, "= ?")
    report = good.validate()
    assert report.exit_code == 1 and report.coverage == ""


def test_coverage_of_vast_positions_takes_no_room(good: Example):
    good.set("segments", "EX01-S06", "end", "9" * 18)
    good.set("segments", "EX01-S06", "no_item_reason", "")
    report = good.validate()
    assert report.exit_code == 1 and "of 999,999,999,999," in report.coverage


def test_a_value_given_twice_keeps_no_rule_from_its_columns(good: Example):
    good.set("segments", "EX01-S02", "ordinal", "3")
    assert {("KEY102", 4), ("SEG202", 3)} <= {(f.rule, f.line) for f in good.validate().findings}


def test_a_table_that_refers_to_one_that_changed_is_checked_without_it(tmp_path, monkeypatch):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    folder = write(tmp_path, [resource("a", [INTEGER], foreignKeys=key), resource("b", [INTEGER])], {"data/a.csv": "n\nx\n", "data/b.csv": "n\n1\n"})
    before = scan.Reader.read

    def read(self, *arguments):
        if self.table.name == "b":
            self.table.path.write_text("n\n1\n2\n")
        return before(self, *arguments)

    monkeypatch.setattr(scan.Reader, "read", read)
    report = validate(folder)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/a.csv"), ("FIL107", "data/b.csv")]
    assert any("KEY103" in line for line in report.skipped)


def test_tables_that_refer_to_an_unread_one_say_what_was_not_checked(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "b", "fields": "n"}}]
    folder = write(tmp_path, [resource("a", [INTEGER], foreignKeys=key), resource("b", [INTEGER])], {"data/a.csv": "n\nx\n"})
    report = validate(folder)
    assert [(f.rule, f.file) for f in report.findings] == [("CEL101", "data/a.csv"), ("FIL103", "data/b.csv")]
    assert any("KEY103" in line and '"b"' in line for line in report.skipped)


def test_one_bad_property_does_not_hide_the_rows(tmp_path):
    resources = [resource("t", [INTEGER]), resource("u", [{"name": "n", "type": "no-such-type"}])]
    report = validate(write(tmp_path, resources, {"data/t.csv": "n\nx\n", "data/u.csv": "n\n"}, licenses="none"))
    assert {"PKG101", "CEL101"} <= {f.rule for f in report.findings}
    assert any('"u"' in line for line in report.skipped) and report.exit_code == 2


def test_strict_lets_warnings_fail(tmp_path):
    folder = table(tmp_path, "a\nx ", [TEXT])
    assert validate(folder).exit_code == 0
    assert validate(folder, strict=True).exit_code == 1


def test_pandas_is_never_imported(tmp_path):
    folder = table(tmp_path, "n\nx\n", [{"name": "n", "type": "integer"}])
    program = f"import sys; from validator.run import validate; assert validate({str(folder)!r}).exit_code == 1; print(sorted({{'pandas', 'pandera', 'requests', 'typer', 'rich'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['pandera']", done.stderr


INTERRUPT = """
import os, signal, sys
import validate
from validator import run, scan
read, calls = scan.Reader.read, []
def interrupted(self, *arguments):
    calls.append(1)
    if len(calls) == 40:  # long after the first block, since those being read then are lost
        os.kill(os.getpid(), signal.SIGINT)
    return read(self, *arguments)
scan.Reader.read = interrupted
run.validate.__kwdefaults__["block_size"] = 10
sys.exit(validate.main(sys.argv[1:]))
"""


def test_an_interrupted_run_says_what_it_found_and_that_it_is_not_all(tmp_path):
    package = table(tmp_path, "n,a\nx,first\n" + "1,right\n" * 100 + "x,last\n", [INTEGER, TEXT])
    done = subprocess.run([sys.executable, "-c", INTERRUPT, str(package)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout.count("CEL101") == 1 and '"x"' in done.stdout
    assert "everything after the interruption" in done.stdout
    assert "could not be checked whole" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_finding_far_into_a_file_is_found_again_by_its_line(tmp_path):
    rows = "".join(f"{n},{'é' * (n % 90)}\n" for n in range(6000))
    package = table(tmp_path, "n,a\n" + rows + "x,é\n" + rows + "y,é", [INTEGER, TEXT])
    found = [(f.line, f.column, f.value) for f in validate(package, block_size=100_000).findings if f.rule == "CEL101"]
    assert found == [(6002, 1, "x"), (12_003, 1, "y")]
