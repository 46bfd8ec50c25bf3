"""Handles failures of Spark: its exceptions, a short reason for the user, and an end to waiting for executors."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from claimtrack.core import limits
from claimtrack.core.errors import Unusable

TICK = 1  # seconds between two looks
UNHELPFUL = re.compile(r"An error occurred while calling |Traceback \(most recent call last\)|\s*$")
# The last line of a traceback from the Python of an executor. Java's own exceptions are among the lines that follow.
IN_PYTHON = re.compile(r"^(?!org\.|java\.)(?:\w+\.)*(\w+(?:Error|Exception): .*)$", re.MULTILINE)


class Ended(Exception):
    """Spark's process on this machine has ended or does not answer.

    This is no subclass of OSError or EOFError, because those are taken for errors of a file.
    """


def failures() -> tuple[type[Exception], ...]:
    """Returns the exceptions that are raised where Spark fails."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError, Ended


@contextmanager
def asked() -> Iterator[None]:
    """Raises Ended where Spark's process is gone. The block only talks to Spark, and reads no file in this process."""
    from py4j.protocol import Py4JNetworkError

    try:
        yield
    except (Py4JNetworkError, ConnectionError, EOFError, TimeoutError) as error:
        raise Ended(f"its process on this machine has ended or does not answer ({type(error).__name__})") from None


@contextmanager
def said(
    where: str, what: str = "Spark failed, so there is no verdict", values: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    """Turns a failure of Spark inside the block, such as an executor that cannot see the file, into Unusable.

    Unless `values` says that the text may have values of cells, it has only the kind of the failure.
    """
    try:
        with asked():
            yield
    except failures() as error:
        raise Unusable(f"{where}: {what}: {reason(error) if values() else type(error).__name__}") from None


def reason(error: Exception) -> str:
    """Returns the reason why Spark failed, in one line."""
    text = str(error)
    if "on a stopped SparkContext" in text:
        return "its master does not answer, or has ended what was running"
    if "JAVA_GATEWAY_EXITED" in text:
        return "Java ended at once; what it said of it stands above"
    if "Traceback (most recent call last)" in text and (found := IN_PYTHON.findall(text)):
        mend = (
            "; the Python of the executors needs pyarrow and polars"
            if found[-1].startswith(("ModuleNotFound", "PySparkImport", "Import"))
            else ""
        )
        return f"in the Python of an executor, {found[-1][:300]}{mend}"
    return next(
        (line.removeprefix(": ") for line in text.splitlines() if not UNHELPFUL.match(line)), type(error).__name__
    )[:400]


def is_no_parquet(error: Exception) -> bool:
    """Tells whether Spark failed because a file is no Parquet, and not because an executor cannot see it or is lost."""
    from pyspark.errors import AnalysisException

    text = str(error)
    return isinstance(error, AnalysisException) or (
        "CANNOT_READ_FILE_FOOTER" in text and "FileNotFoundException" not in text
    )


class Patience:
    """Raises Unusable where a job inside the block gets no executor for `limits.PATIENCE` seconds.

    Spark itself would wait for ever. The Spark context is stopped, so that all further calls fail at once.
    """

    def __init__(self, session: Any, where: str):
        self._where, self._lost = where, False
        self._context, self._over = session.sparkContext._jsc.sc(), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10 * TICK)
        if self._lost:
            why = (
                f"no executor came within {limits.PATIENCE:g} seconds; are workers there, "
                "with the cores and memory that are asked for?"
            )
            raise Unusable(f"{self._where}: Spark failed, so there is no verdict: {why}") from None

    def _watch(self) -> None:
        """Looks every second whether a job waits without any executor."""
        waited = 0
        lost: tuple[type[Exception], ...] = (*failures(), OSError, EOFError)
        try:
            if self._context.isLocal():
                return
            tracker = self._context.statusTracker()
            while not self._over.wait(TICK):
                # The driver counts as one executor.
                idle = len(tracker.getActiveJobIds()) and self._context.getExecutorMemoryStatus().size() < 2
                waited = waited + TICK if idle else 0
                if waited >= limits.PATIENCE:
                    self._lost = True
                    self._context.stop()
                    return
        except lost:  # Spark has ended; the code that waits for it gets an exception of its own
            pass
