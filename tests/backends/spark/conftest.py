"""What the tests of the Spark backend share: a session, a cluster. Skipped where Spark is not installed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from claimtrack.backends.spark.backend import Spark
from claimtrack.backends.spark.session import session as spark_session
from claimtrack.core.errors import Unusable
from claimtrack.core.report import Report
from tests.conftest import ROOT
from tests.tools import fuzz_spark
from tests.tools.support import validate

ALONE = "--conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1"


@pytest.fixture(scope="package", autouse=True)
def on_two_cores() -> Iterator[None]:
    """What the session is told by the environment."""
    if "PYSPARK_SUBMIT_ARGS" in os.environ:
        yield
        return
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--master local[2] {ALONE} pyspark-shell"
    yield
    del os.environ["PYSPARK_SUBMIT_ARGS"]


@pytest.fixture(scope="session")
def pyspark() -> None:
    """Skips a test where there is no PySpark."""
    pytest.importorskip("pyspark", reason="PySpark is not installed: uv sync --extra spark")


@pytest.fixture(scope="package")
def session(pyspark, on_two_cores) -> Iterator[Any]:
    """A session on two cores that cuts files into small pieces."""
    try:
        made = spark_session()
    except Unusable as error:
        pytest.skip(str(error))
    yield fuzz_spark.small_pieces(made)
    made.stop()


@pytest.fixture
def check(session) -> Callable[..., tuple[Report, Report, list[str]]]:
    """Checks a package by both backends: their reports, the local one first, and the notes of Spark's."""

    def both(folder: Path, **options) -> tuple[Report, Report, list[str]]:
        backend = Spark(session)
        return validate(folder, **options), validate(folder, backend=backend, **options), backend.notes

    return both


@pytest.fixture
def cluster(tmp_path, session) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs a program with a cluster of Spark's own: two workers, and an executor for each, in a folder of its own.

    `session` is for skipping where there is no Spark. No process outlives it.
    """
    home = tmp_path / "spark"  # where the workers put their folders, which the installed Spark should not have
    home.mkdir()
    for entry in Path(sys.modules["pyspark"].__file__).parent.iterdir():
        (home / entry.name).symlink_to(entry)
    settings = "--conf spark.sql.shuffle.partitions=2 --conf spark.scheduler.minRegisteredResourcesRatio=1"
    told_otherwise = ("SPARK_", "PYSPARK_", "PYTHONPATH", "MASTER")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(told_otherwise)}
    environment |= {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    started = []

    def run(program: list[str], more: str = "") -> subprocess.CompletedProcess[str]:
        asked = f"--master local-cluster[2,1,1024] {ALONE} {settings} {more} pyspark-shell"
        process = subprocess.Popen(
            [sys.executable, *program],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment | {"PYSPARK_SUBMIT_ARGS": asked},
            start_new_session=True,
        )
        started.append(process)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(program, process.returncode, out, err)

    yield run
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
