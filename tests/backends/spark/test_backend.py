"""The backend of Spark finds what the local one finds. Skipped where Spark is not installed."""

import json
import random
from contextlib import contextmanager

import pytest

from claimtrack.backends.spark import csv_reading
from claimtrack.backends.spark.backend import Spark
from claimtrack.pipeline.check import check as check_package
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from tests.benchmarks.generate import generate
from tests.conftest import ROOT
from tests.tools import fuzz_spark
from tests.tools.example import Example
from tests.tools.support import in_a_process, resource, table, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@contextmanager
def pieces(session, size: int):
    """Has files cut into pieces of that many bytes."""
    session.conf.set("spark.sql.files.maxPartitionBytes", size)
    try:
        yield
    finally:
        fuzz_spark.small_pieces(session)


def same(local, there) -> bool:
    """Whether two reports say the same, in every word."""
    said = ("findings", "totals", "tables", "summary", "rules", "skipped", "complete", "internal_errors")
    return all(getattr(local, name) == getattr(there, name) for name in said)


def test_the_benchmark_package_with_faults_of_every_kind(check, session, tmp_path):
    package = generate(tmp_path, claims=400, faults=52, seed=1)
    with pieces(session, 20_000):  # some six of the largest file
        local, there, notes = check(package)
    assert same(local, there) and len(local.findings) >= 52 and notes == []


@pytest.mark.parametrize(
    "content, rows",
    [
        ("n,a\n1,x\n1,y\n,\n2,=z\n0,é \n", {3, 4, 5, 6}),
        ("n,a\r\n1,x\r\nb,y\r\n", {3}),
        ("n,a\n1,\ufeffx\n\ufeff2,y\n", {2, 3}),
        ("n,a\n1,e\u0301\n2,\u00a0x\n3\u2028,y\n4,z\u2028\n5,\u202ex\n6,ok é\n", {2, 3, 4, 5, 6}),
        ("n,a\n1_000,x\n1000,y\n 7,z\n", {2, 3, 4}),
    ],
    ids=["keys", "crlf", "mark", "unicode", "numbers"],
)
def test_a_regular_table(check, tmp_path, content, rows):
    local, there, notes = check(table(tmp_path, content, [INTEGER, TEXT], primaryKey=["n"]))
    assert same(local, there) and {f.row for f in there.findings if f.row} == rows and notes == []


def test_a_table_without_a_schema(check, tmp_path):
    """Its types are guessed from the first hundred rows."""
    content = "n,a\n007,x\n" + "1,y\n" * 120 + "soon,z \n"
    local, there, notes = check(table(tmp_path, content, [], schema=None))
    assert same(local, there) and {f.row for f in there.findings if f.row} == {2, 123} and notes == []


@pytest.mark.parametrize(
    "content",
    [
        b"n,a\n1,\xe9\n",
        'n,a\n1,"x\ny"\nz,\n3,x"y\n',
        "n,a\n1,x,y\n2\n",
        "a,n\n1,x\n",
        "n,a\n1,x\n\n2,y\n",
        "n,a\n1,x\ny,2\r",
    ],
    ids=["encoding", "line break", "cells", "header", "blank", "return"],
)
def test_a_table_that_is_not_regular_gets_the_verdict_of_frictionless(check, tmp_path, content):
    local, there, _ = check(table(tmp_path, content, [INTEGER, TEXT], primaryKey=["n"]))
    assert same(local, there) and there.findings


def test_a_table_with_line_breaks_in_cells_is_read_here_and_said(check, tmp_path):
    local, there, notes = check(table(tmp_path, 'n,a\n1,"x\ny"\n1,\nz,"a\n"\n', [INTEGER, TEXT], primaryKey=["n"]))
    assert same(local, there) and {f.rule for f in there.findings} == {"CEL101", "KEY101", "HYG109"}
    assert len(notes) == 1 and "line breaks" in notes[0] and "data/t.csv" in notes[0]


def test_a_cell_of_two_hundred_thousand_quotes_does_not_exhaust_javas_stack(check, session, tmp_path):
    with pieces(session, 2**20):
        local, there, notes = check(table(tmp_path, 'n,a\n1,"' + '""' * 100_000 + '"\nx,"a,""b"\n', [INTEGER, TEXT]))
    assert same(local, there) and [f.row for f in there.findings] == [3] and notes == []


def test_a_pattern_that_hangs_other_engines_is_never_given_to_javas(check, tmp_path):
    fields = [
        {**TEXT, "constraints": {"pattern": "(?:a+)+b"}},
        {**TEXT, "name": "b", "constraints": {"pattern": "[a-z]$"}},
    ]
    package = table(tmp_path, "a,b\n" + f"{'a' * 500}b,x\n" * 3 + "ab,x\u2028\n", fields)
    local, there, notes = check(package)
    assert same(local, there) and {f.rule for f in there.findings} >= {"CEL102"} and notes == []


def test_a_storm_of_errors_is_counted_and_not_brought_here_at_once(check, tmp_path, monkeypatch):
    monkeypatch.setattr(csv_reading, "HELD", 100)
    local, there, _ = check(table(tmp_path, "n,a\n" + "x, y\n" * 500, [INTEGER, TEXT], primaryKey=["n"]), samples=10)
    assert local.totals == there.totals and there.totals["CEL101", "data/t.csv"] == 500
    assert len(there.findings) <= 30 and all(f.value and f.line for f in there.findings)


def test_several_files_are_one_table_in_the_order_of_their_list(check, tmp_path):
    paths = ["data/z.csv", "data/a.csv", "data/m.csv"]
    files = {
        "data/z.csv": "n,a\n" + "".join(f"{n},x\n" for n in range(10)),
        "data/a.csv": "n,a\nbad,y\n"
        + "".join(f"{n},y\n" for n in range(10, 200)),  # the largest, which Spark reads first
        "data/m.csv": "n,a\n3,again\n300,\n",
    }
    folder = write(tmp_path, [{**resource("t", [INTEGER, TEXT], primaryKey=["n"]), "path": paths}], files)
    local, there, notes = check(folder)
    told = [[(f.rule, f.file, f.row, f.field, f.line, f.column) for f in report.findings] for report in (local, there)]
    assert told[0] == told[1]
    assert ("CEL101", 12, "bad") in {(f.rule, f.row, f.value) for f in there.findings} and notes == []
    assert ("KEY101", 203, "3") in {(f.rule, f.row, f.value) for f in there.findings}


@pytest.mark.parametrize(
    "name, fields, word",
    [
        ("data/t*.csv", [INTEGER, TEXT], "Hadoop"),
        ("data/t.csv.gz.csv.lz4", [INTEGER, TEXT], "Hadoop"),
        ("data/t.csv", [{**INTEGER, "name": "A", "constraints": {"minimum": 0}}, TEXT], "names"),
        ("data/t.csv", [{**INTEGER, "name": "a.b"}, TEXT], "names"),
        ("data/t.csv", [INTEGER, {**TEXT, "format": "binary"}], "proof"),
    ],
    ids=["wildcard", "packed", "capitals", "dot", "no proof"],
)
def test_what_spark_could_mistake_is_read_here_and_said(check, tmp_path, name, fields, word):
    header = ",".join(field["name"] for field in fields)
    folder = write(tmp_path, [resource("t", fields, path=name)], {name: f"{header}\nx,a\n"})
    local, there, notes = check(folder)
    assert same(local, there) and local.findings
    assert len(notes) == 1 and word in notes[0] and name in notes[0]


def test_a_wildcard_in_a_path_reaches_no_other_file(check, tmp_path):
    folder = write(
        tmp_path,
        [resource("t", [INTEGER], path="data/[ab].csv")],
        {"data/[ab].csv": "n\n1\n", "data/a.csv": "n\nsecret\n"},
    )
    _, there, _ = check(folder)
    assert {f.rule for f in there.findings} == {"FIL104"}


def test_after_a_cell_failed_its_type_the_rules_on_it_are_skipped_and_the_others_run(check, session, good: Example):
    good.set("anchors", "EX01-A001", "start", "banana")
    with pieces(session, 2**20):
        local, there, _ = check(good.folder)
    assert same(local, there) and any(line.startswith("ANC102") for line in there.skipped)


def test_the_rules_of_claim_tracking(check, session, good: Example):
    good.set("claims", "EX01-C001", "time_basis", "none")
    good.set("claims", "EX01-C001", "time", "2023")
    good.set("segments", "EX01-S02", "ordinal", "3")
    good.set("evidence", "EX01-E001", "event_date", "2023-02-29")
    good.drop("participants", "EX01-P001")
    with pieces(session, 2**20):
        local, there, _ = check(good.folder)
    assert {"CLM102", "CLM202", "EDT101"} <= {f.rule for f in there.findings}
    assert same(local, there) and there.summary


def test_what_spark_reads_has_to_be_what_lies_here(session, tmp_path, monkeypatch):
    """As where an executor has a copy of its own: as many lines, as many bytes, but not the fault."""
    package, other = table(tmp_path / "here", "n\n1\nx\n", [INTEGER]), table(tmp_path / "there", "n\n1\n2\n", [INTEGER])
    monkeypatch.setattr(csv_reading, "address_of", lambda path: f"file://{other}/data/t.csv")
    report = check_package(str(package), Settings(), [CLAIM_TRACKING], Spark(session))
    assert report.exit_code == 2 and report.findings == [] and report.internal_errors == []
    assert "another content" in report.error and "t.csv" in report.error


def test_random_packages(session):
    tables, proven, differences = fuzz_spark.fuzz(12, 1, session)
    assert tables >= 12 and proven > 0 and differences == []


def test_the_backend_goes_with_a_check_only():
    done = in_a_process("status", "--backend", "spark")
    assert done.returncode == 2 and "--backend" in done.stderr and "Traceback" not in done.stderr


def test_memory_is_for_the_local_backend(tmp_path):
    done = in_a_process(table(tmp_path, "n\n1\n", [INTEGER]), "--backend", "spark", "--memory", "64")
    assert done.returncode == 2 and "--memory" in done.stderr and "Traceback" not in done.stderr


def test_the_command(session, tmp_path):
    package = table(tmp_path, "n,a\n1,x\nb,y\n", [INTEGER, TEXT])
    done = in_a_process(package, "--backend", "spark", "--quiet")
    assert done.returncode == 1 and done.stdout == in_a_process(package, "--quiet").stdout and "CEL101" in done.stdout


def test_on_a_cluster_several_files_in_any_order_get_the_findings_of_the_local_backend(cluster, tmp_path):
    names, rng = [f"data/{letter}.csv" for letter in "abc"], random.Random(1)
    rng.shuffle(names)
    rows = [f"{n},{rng.choice(['x', 'y', 'Z', '=z', ''])},{rng.choice([n, n, n, -1])}\n" for n in [*range(150), 7, 7]]
    rng.shuffle(rows)
    fields = [INTEGER, {**TEXT, "constraints": {"pattern": "[a-z]"}}, {"name": "of", "type": "integer"}]
    key = {"fields": "of", "reference": {"resource": "", "fields": "n"}}
    told = {**resource("t", fields, primaryKey=["n"], foreignKeys=[key]), "path": names}
    folder = write(
        tmp_path / "package", [told], {name: "n,a,of\n" + "".join(rows[i::3]) for i, name in enumerate(names)}
    )
    arguments = [str(ROOT / "validate.py"), str(folder), "--format", "json", "--max-samples", "1000"]
    local, done = in_a_process(*arguments[1:]), cluster([*arguments, "--backend", "spark"])
    assert done.returncode == local.returncode == 1, done.stderr

    def found(report: str) -> list[tuple]:
        """All but the words: those on keys of tables of several files are frictionless's with the local backend."""
        parts = ("rule", "file", "row", "field", "value", "line", "column")
        return [tuple(f[part] for part in parts) for f in json.loads(report)["packages"][0]["findings"]]

    assert found(done.stdout) == found(local.stdout) and len(found(done.stdout)) > 50
    logs = [log.read_text() for log in (tmp_path / "spark/work").glob("*/*/stderr")]
    assert sum("Finished task" in log for log in logs) == 2  # executors, which had folders of their own
