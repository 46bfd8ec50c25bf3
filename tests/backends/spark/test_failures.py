"""A failure of Spark's is no finding: it is said in one sentence, and there is no verdict."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claimtrack.backends.spark import csv_reading, failures, frames
from claimtrack.backends.spark.backend import Spark
from claimtrack.core.errors import Unusable
from claimtrack.core.report import Report
from claimtrack.pipeline.check import check
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from tests.tools.support import table, validate

INTEGER = {"name": "n", "type": "integer"}


def test_a_failure_of_sparks_is_said_in_a_sentence(session, tmp_path, monkeypatch):
    backend = Spark(session)
    monkeypatch.setattr(csv_reading, "address_of", lambda path: "file:///no/such/file.csv")
    with pytest.raises(Unusable, match="Spark failed"), backend.failing("package"):
        validate(table(tmp_path, "n\n1\n", [INTEGER]), backend=backend)


def told(package: Path, session: Any) -> Report:
    """The report that the command would write."""
    return check(str(package), Settings(), [CLAIM_TRACKING], Spark(session))


def test_that_sparks_process_is_gone_is_no_fault_of_a_file(session, tmp_path, monkeypatch):
    def collected(frame):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(frames, "collected", collected)
    report = told(table(tmp_path, "n\n1\n", [INTEGER], primaryKey=["n"]), session)
    assert report.exit_code == 2 and report.findings == [] and "has ended" in report.error


def test_a_package_after_sparks_process_has_gone_is_told_the_same(tmp_path, pyspark):
    def gone():
        raise ConnectionRefusedError(111, "Connection refused")

    session = SimpleNamespace(sparkContext=SimpleNamespace(_jsc=SimpleNamespace(sc=gone)))
    report = told(table(tmp_path, "n\n1\n", [INTEGER]), session)
    assert report.exit_code == 2 and report.findings == [] and "has ended" in report.error


def test_a_parquet_file_that_an_executor_does_not_see_is_not_blamed(pyspark):
    footer = "An error occurred while calling o1.parquet.\n: [FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER] Could not read."
    unseen = f"{footer}\nCaused by: java.io.FileNotFoundException: File file:/t.parquet does not exist"
    assert failures.is_no_parquet(Exception(footer))
    assert not failures.is_no_parquet(Exception(unseen))
    assert not failures.is_no_parquet(Exception("Job aborted due to stage failure: ExecutorLostFailure"))


ABORTED = "org.apache.spark.SparkException: Job aborted"
TRACEBACK = "Traceback (most recent call last):\n  File 1\nModuleNotFoundError: No module named 'polars'"
STOPPED = "Cannot call methods on a stopped SparkContext"


@pytest.mark.parametrize(
    "text, words",
    [
        (f"An error occurred while calling o1.x.\n: {ABORTED}", ABORTED),
        (f"Job aborted: PythonException: {TRACEBACK}\n\n\tat org.x", "needs pyarrow and polars"),
        (f"x\n: java.lang.IllegalStateException: {STOPPED}.", "its master does not answer"),
        ("", "Exception"),
    ],
    ids=["java", "python", "stopped", "nothing"],
)
def test_why_spark_failed_is_one_line(text, words):
    said = failures.reason(Exception(text))
    assert words in said and "\n" not in said


def test_a_wait_for_executors_that_never_come_has_an_end(cluster, tmp_path):
    program = "; ".join(
        [
            "import sys",
            "from claimtrack.core import limits",
            "from claimtrack.commands.main import main",
            "limits.PATIENCE = 2",
            "sys.exit(main(sys.argv[1:]))",
        ]
    )
    package = table(tmp_path / "package", "n\n1\n", [INTEGER])
    # A worker has one core.
    done = cluster(["-c", program, str(package), "--backend", "spark"], "--conf spark.executor.cores=2")
    assert done.returncode == 2 and "no executor came" in done.stderr
    assert not done.stdout and "Traceback" not in done.stderr


def test_a_failure_that_may_quote_a_cell_is_told_by_its_kind_alone(pyspark):
    from pyspark.errors import PySparkException

    with pytest.raises(Unusable) as told, failures.said("package", values=lambda: False):
        raise PySparkException("the value 'qzvkxwjq' cannot be cast")
    assert "PySparkException" in str(told.value) and "qzvkxwjq" not in str(told.value)
