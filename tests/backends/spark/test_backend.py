"""The engine that reads tables in Spark finds what the local one finds. Skipped where Spark is not installed."""

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import fuzz_spark
from tests.benchmarks.generate import generate
from tests.conftest import ROOT
from tests.example import Example
from tests.support import resource, table, write
from validator import spark, spark_failures
from validator.check import check as check_package
from validator.findings import Unusable
from validator.run import Run, validate
from validator.settings import Settings

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.fixture(scope="module")
def session():
    """A session on two cores that cuts files into small pieces."""
    pytest.importorskip("pyspark", reason="PySpark is not installed: uv sync --extra spark")
    try:
        session = spark.session()
    except Unusable as error:
        pytest.skip(str(error))
    yield fuzz_spark.small_pieces(session)
    session.stop()


@pytest.fixture
def check(session):
    """Checks a package by both engines: their reports, the local one first, and the notes of Spark's."""

    def both(folder: Path, **options):
        engine = spark.Spark(session)
        return validate(folder, **options), validate(folder, engine=engine, **options), engine.notes

    return both


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
    return all(getattr(local, name) == getattr(there, name) for name in ("findings", "totals", "tables", "coverage", "rules", "skipped", "complete"))


@pytest.fixture(scope="module", autouse=True)
def on_two_cores():
    """What `spark.session` is told by the environment."""
    if "PYSPARK_SUBMIT_ARGS" in os.environ:
        yield
        return
    os.environ["PYSPARK_SUBMIT_ARGS"] = "--master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 pyspark-shell"
    yield
    del os.environ["PYSPARK_SUBMIT_ARGS"]


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


@pytest.mark.parametrize(
    "content",
    [b"n,a\n1,\xe9\n", 'n,a\n1,"x\ny"\nz,\n3,x"y\n', "n,a\n1,x,y\n2\n", "a,n\n1,x\n", "n,a\n1,x\n\n2,y\n", "n,a\n1,x\ny,2\r"],
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
    fields = [{**TEXT, "constraints": {"pattern": "(?:a+)+b"}}, {**TEXT, "name": "b", "constraints": {"pattern": "[a-z]$"}}]
    package = table(tmp_path, "a,b\n" + f"{'a' * 500}b,x\n" * 3 + "ab,x\u2028\n", fields)
    local, there, notes = check(package)
    assert same(local, there) and {f.rule for f in there.findings} >= {"CEL102"} and notes == []


def test_a_storm_of_errors_is_counted_and_not_brought_here_at_once(check, tmp_path, monkeypatch):
    monkeypatch.setattr("validator.scan.HELD", 100)
    local, there, _ = check(table(tmp_path, "n,a\n" + "x, y\n" * 500, [INTEGER, TEXT], primaryKey=["n"]), samples=10)
    assert local.totals == there.totals and there.totals["CEL101", "data/t.csv"] == 500
    assert len(there.findings) <= 30 and all(f.value and f.line for f in there.findings)


def test_several_files_are_one_table_in_the_order_of_their_list(check, tmp_path):
    paths = ["data/z.csv", "data/a.csv", "data/m.csv"]
    files = {
        "data/z.csv": "n,a\n" + "".join(f"{n},x\n" for n in range(10)),
        "data/a.csv": "n,a\nbad,y\n" + "".join(f"{n},y\n" for n in range(10, 200)),  # the largest, which Spark reads first
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
    folder = write(tmp_path, [resource("t", [INTEGER], path="data/[ab].csv")], {"data/[ab].csv": "n\n1\n", "data/a.csv": "n\nsecret\n"})
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
    assert same(local, there) and there.coverage


@pytest.fixture
def parquet(tmp_path):
    """The same rows as CSV and as Parquet, in a package each."""
    from datetime import date

    import polars as pl

    fields = [INTEGER, TEXT, {"name": "d", "type": "date"}, {"name": "x", "type": "number"}, {"name": "b", "type": "boolean"}]
    frame = pl.DataFrame(
        {
            "n": [1, 2, 2, None], "a": ["x", "=y", None, "\u202ez"], "d": [date(2023, 7, 23), None, date(2024, 1, 5), date(999, 1, 1)],
            "x": [0.5, 1e300, float("inf"), -1.0], "b": [True, False, None, True],
        }
    )  # fmt: skip
    fields[3]["constraints"] = {"minimum": 0}
    text = "n,a,d,x,b\n1,x,2023-07-23,0.5,true\n2,=y,,1.0E300,false\n2,,2024-01-05,INF,\n,\u202ez,0999-01-01,-1.0,true\n"
    more = {"primaryKey": ["n"]}
    as_csv = write(tmp_path / "csv", [resource("t", fields, **more)], {"data/t.csv": text})
    for name, rows in (("one", frame[:3]), ("two", frame[3:])):
        (tmp_path / "parquet/data").mkdir(parents=True, exist_ok=True)
        rows.write_parquet(tmp_path / f"parquet/data/{name}.parquet")
    declared = {"path": ["data/one.parquet", "data/two.parquet"], "format": "parquet", "dialect": None, "encoding": None}
    as_parquet = write(tmp_path / "parquet", [{k: v for k, v in {**resource("t", fields, **more), **declared}.items() if v is not None}], {})
    return as_csv, as_parquet


def test_parquet_gets_the_findings_of_the_same_table_as_csv(session, parquet):
    as_csv, as_parquet = (validate(folder, engine=spark.Spark(session)) for folder in parquet)
    assert as_csv.tables == as_parquet.tables == {"t": 4}
    found = [[(f.rule, f.row, f.field, f.value) for f in report.findings if f.row] for report in (as_csv, as_parquet)]
    assert sorted(found[0], key=str) == sorted(found[1], key=str) and {"KEY101", "CEL102", "HYG107", "HYG110"} <= {rule for rule, *_ in found[0]}


def test_times_in_parquet_are_read_in_utc(session, tmp_path):
    import polars as pl
    from datetime import datetime, timezone

    field = {"name": "t", "type": "datetime", "constraints": {"enum": ["2023-07-23T10:00:00Z"]}}
    declared = {"path": "data/t.parquet", "format": "parquet", "dialect": None, "encoding": None}
    folder = write(tmp_path, [resource("t", [field], **declared)], {"data/readme.md": ""})
    for hour in (10, 11):
        pl.DataFrame({"t": [datetime(2023, 7, 23, hour, tzinfo=timezone.utc)]}).write_parquet(folder / "data/t.parquet")
        found = [(f.rule, f.value) for f in validate(folder, engine=spark.Spark(session)).findings if f.row]
        assert found == ([] if hour == 10 else [("CEL102", "2023-07-23T11:00:00Z")])


def test_parquet_of_other_columns_or_none_at_all_is_refused_in_a_sentence(session, parquet):
    _, folder = parquet
    (folder / "data/two.parquet").write_bytes(b"no parquet")
    report = validate(folder, engine=spark.Spark(session))
    assert report.exit_code == 2 and [f.rule for f in report.findings] == ["FIL102"]


def test_a_failure_of_sparks_is_said_in_a_sentence(session, tmp_path, monkeypatch):
    engine = spark.Spark(session)
    monkeypatch.setattr(spark, "_address", lambda path: "file:///no/such/file.csv")
    with pytest.raises(Unusable, match="Spark failed"), engine.failing("package"):
        Run(table(tmp_path, "n\n1\n", [INTEGER]), engine=engine).check()


def test_what_spark_reads_has_to_be_what_lies_here(session, tmp_path, monkeypatch):
    """As where an executor has a copy of its own: as many lines, as many bytes, but not the fault."""
    package, other = table(tmp_path / "here", "n\n1\nx\n", [INTEGER]), table(tmp_path / "there", "n\n1\n2\n", [INTEGER])
    monkeypatch.setattr(spark, "_address", lambda path: f"file://{other}/data/t.csv")
    report = check_package(str(package), Settings(), engine=spark.Spark(session))
    assert report.exit_code == 2 and report.findings == [] and "another content" in report.error and "t.csv" in report.error


def test_that_sparks_process_is_gone_is_no_fault_of_a_file(session, tmp_path, monkeypatch):
    def home(frame):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(spark, "home", home)
    report = check_package(str(table(tmp_path, "n\n1\n", [INTEGER], primaryKey=["n"])), Settings(), engine=spark.Spark(session))
    assert report.exit_code == 2 and report.findings == [] and "has ended" in report.error


def test_a_package_after_sparks_process_has_gone_is_told_the_same(tmp_path):
    def gone():
        raise ConnectionRefusedError(111, "Connection refused")

    pytest.importorskip("pyspark", reason="PySpark is not installed: uv sync --extra spark")
    session = SimpleNamespace(sparkContext=SimpleNamespace(_jsc=SimpleNamespace(sc=gone)))
    report = check_package(str(table(tmp_path, "n\n1\n", [INTEGER])), Settings(), engine=spark.Spark(session))
    assert report.exit_code == 2 and report.findings == [] and "has ended" in report.error


def test_a_parquet_file_that_an_executor_does_not_see_is_not_blamed():
    pytest.importorskip("pyspark", reason="PySpark is not installed: uv sync --extra spark")
    footer = "An error occurred while calling o1.parquet.\n: [FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER] Could not read footer."
    assert spark_failures.no_parquet(Exception(footer))
    assert not spark_failures.no_parquet(Exception(f"{footer}\nCaused by: java.io.FileNotFoundException: File file:/t.parquet does not exist"))
    assert not spark_failures.no_parquet(Exception("Job aborted due to stage failure: ExecutorLostFailure"))


@pytest.mark.parametrize(
    "text, words",
    [
        ("An error occurred while calling o1.x.\n: org.apache.spark.SparkException: Job aborted", "org.apache.spark.SparkException: Job aborted"),
        ("Job aborted: PythonException: Traceback (most recent call last):\n  File 1\nModuleNotFoundError: No module named 'polars'\n\n\tat org.x", "needs pyarrow and polars"),
        ("x\n: java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.", "its master does not answer"),
        ("", "Exception"),
    ],
    ids=["java", "python", "stopped", "nothing"],
)
def test_why_spark_failed_is_one_line(text, words):
    assert words in spark_failures.reason(Exception(text)) and "\n" not in spark_failures.reason(Exception(text))


def test_random_packages(session):
    tables, proven, differences = fuzz_spark.fuzz(12, 1, session)
    assert tables >= 12 and proven > 0 and differences == []


def command(*arguments, **environment) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "validate.py", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, env=os.environ | environment)


def test_the_command_says_what_is_missing(tmp_path):
    package = table(tmp_path, "n\n1\n", [INTEGER])
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "pyspark.py").write_text("raise ImportError('hidden', name='pyspark')")
    done = command(package, "--engine", "spark", PYTHONPATH=str(hidden))
    assert done.returncode == 2 and "not installed" in done.stderr and "extra" in done.stderr and "Traceback" not in done.stderr


def test_the_command_says_that_there_is_no_java(tmp_path):
    pytest.importorskip("pyspark", reason="PySpark is not installed: uv sync --extra spark")
    done = command(table(tmp_path, "n\n1\n", [INTEGER]), "--engine", "spark", PATH=str(tmp_path), JAVA_HOME="")
    assert done.returncode == 2 and "Java was not found" in done.stderr and "Traceback" not in done.stderr


def test_the_command_says_that_spark_does_not_start(tmp_path):
    pytest.importorskip("pyspark", reason="PySpark is not installed: uv sync --extra spark")
    asked = {"PYSPARK_SUBMIT_ARGS": "--master local[many] --conf spark.ui.enabled=false pyspark-shell"}
    done = command(table(tmp_path, "n\n1\n", [INTEGER]), "--engine", "spark", **asked)
    assert done.returncode == 2 and "Spark does not start" in done.stderr and "local[many]" in done.stderr
    assert not done.stdout and "Traceback" not in done.stderr and "internal error" not in done.stderr


def test_the_engine_goes_with_a_check_only():
    done = command("--status", "--engine", "spark")
    assert done.returncode == 2 and "--engine" in done.stderr


def test_memory_is_for_the_local_engine(tmp_path):
    done = command(table(tmp_path, "n\n1\n", [INTEGER]), "--engine", "spark", "--memory", "64")
    assert done.returncode == 2 and "--memory" in done.stderr and "Traceback" not in done.stderr


def test_the_command(session, tmp_path):
    package = table(tmp_path, "n,a\n1,x\nb,y\n", [INTEGER, TEXT])
    done = command(package, "--engine", "spark", "--quiet")
    assert done.returncode == 1 and done.stdout == command(package, "--quiet").stdout and "CEL101" in done.stdout


def test_without_the_option_nothing_of_spark_is_loaded(tmp_path):
    program = f"import sys, validate; validate.main([{str(table(tmp_path, 'n;x', [INTEGER]))!r}]); print(sorted(name for name in sys.modules if 'spark' in name))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.fixture
def cluster(tmp_path, session):
    """Runs a program with a cluster of Spark's own: two workers, and an executor for each, a process with a folder of its own. `session`
    is for skipping where there is no Spark. No process outlives it."""
    home = tmp_path / "spark"  # where the workers put their folders, which the installed Spark should not have
    home.mkdir()
    for entry in Path(sys.modules["pyspark"].__file__).parent.iterdir():
        (home / entry.name).symlink_to(entry)
    settings = "--conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 --conf spark.sql.shuffle.partitions=2 --conf spark.scheduler.minRegisteredResourcesRatio=1"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_", "PYTHONPATH", "MASTER"))}
    environment |= {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}

    def run(program: list[str], more: str = "") -> subprocess.CompletedProcess:
        asked = {"PYSPARK_SUBMIT_ARGS": f"--master local-cluster[2,1,1024] {settings} {more} pyspark-shell"}
        process = subprocess.Popen([sys.executable, *program], cwd=ROOT, stdout=-1, stderr=-1, text=True, env=environment | asked, start_new_session=True)
        started.append(process)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(program, process.returncode, out, err)

    started = []
    yield run
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_on_a_cluster_several_files_in_any_order_get_the_findings_of_the_local_engine(cluster, tmp_path):
    names, rng = [f"data/{letter}.csv" for letter in "abc"], random.Random(1)
    rng.shuffle(names)
    rows = [f"{n},{rng.choice(['x', 'y', 'Z', '=z', ''])},{rng.choice([n, n, n, -1])}\n" for n in [*range(150), 7, 7]]
    rng.shuffle(rows)
    fields = [INTEGER, {**TEXT, "constraints": {"pattern": "[a-z]"}}, {"name": "of", "type": "integer"}]
    key = {"fields": "of", "reference": {"resource": "", "fields": "n"}}
    told = {**resource("t", fields, primaryKey=["n"], foreignKeys=[key]), "path": names}
    folder = write(tmp_path / "package", [told], {name: "n,a,of\n" + "".join(rows[i::3]) for i, name in enumerate(names)})
    arguments = [str(ROOT / "validate.py"), str(folder), "--format", "json", "--max-samples", "1000"]
    local, done = command(*arguments[1:]), cluster([*arguments, "--engine", "spark"])
    assert done.returncode == local.returncode == 1, done.stderr

    def found(report: str) -> list[tuple]:  # but for the words on keys, which in tables of several files are frictionless's with the local engine
        return [(f["rule"], f["file"], f["row"], f["field"], f["value"], f["line"], f["column"]) for f in json.loads(report)["packages"][0]["findings"]]

    assert found(done.stdout) == found(local.stdout) and len(found(done.stdout)) > 50
    logs = [log.read_text() for log in (tmp_path / "spark/work").glob("*/*/stderr")]
    assert sum("Finished task" in log for log in logs) == 2  # executors, which had folders of their own


def test_a_wait_for_executors_that_never_come_has_an_end(cluster, tmp_path):
    program = "import sys; from validator import limits; limits.PATIENCE = 2; import validate; sys.exit(validate.main(sys.argv[1:]))"
    package = table(tmp_path / "package", "n\n1\n", [INTEGER])
    done = cluster(["-c", program, str(package), "--engine", "spark"], "--conf spark.executor.cores=2")  # a worker has one
    assert done.returncode == 2 and "no executor came" in done.stderr and not done.stdout and "Traceback" not in done.stderr
