"""How Spark fails, and what is said then: what it raises, its own words made short, and an end to waiting for executors."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import limits
from .findings import Unusable

TICK = 1  # seconds between two looks
UNHELPFUL = re.compile(r"An error occurred while calling |Traceback \(most recent call last\)|\s*$")
# What the Python of an executor says, in the last line of its traceback; Java's own exceptions stand among the lines that follow.
IN_PYTHON = re.compile(r"^(?!org\.|java\.)(?:\w+\.)*(\w+(?:Error|Exception): .*)$", re.MULTILINE)


class Ended(Exception):
    """Spark's process on this machine has ended or does not answer. No OSError or EOFError, as Python has it, which would be taken for a file's."""


def failures() -> tuple[type[Exception], ...]:
    """What is raised where Spark fails."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError, Ended


@contextmanager
def asked() -> Iterator[None]:
    """Around what asks Spark and reads no file here: raises Ended where its process is gone."""
    from py4j.protocol import Py4JNetworkError

    try:
        yield
    except (Py4JNetworkError, ConnectionError, EOFError, TimeoutError) as error:
        raise Ended(f"its process on this machine has ended or does not answer ({type(error).__name__})") from None


@contextmanager
def said(where: str, what: str = "Spark failed, so there is no verdict") -> Iterator[None]:
    """Turns a failure of Spark's, such as an executor that cannot see the file, into Unusable."""
    try:
        with asked():
            yield
    except failures() as error:
        raise Unusable(f"{where}: {what}: {reason(error)}") from None


def reason(error: Exception) -> str:
    """Why Spark failed, in one line of its own."""
    text = str(error)
    if "on a stopped SparkContext" in text:
        return "its master does not answer, or has ended what was running"
    if "JAVA_GATEWAY_EXITED" in text:
        return "Java ended at once; what it said of it stands above"
    if "Traceback (most recent call last)" in text and (found := IN_PYTHON.findall(text)):
        mend = "; the Python of the executors needs pyarrow and polars" if found[-1].startswith(("ModuleNotFound", "PySparkImport", "Import")) else ""
        return f"in the Python of an executor, {found[-1][:300]}{mend}"
    return next((line.removeprefix(": ") for line in text.splitlines() if not UNHELPFUL.match(line)), type(error).__name__)[:400]


def no_parquet(error: Exception) -> bool:
    """Whether a file is to blame that is no Parquet, and not an executor that does not see it, or is lost."""
    from pyspark.errors import AnalysisException

    text = str(error)
    return isinstance(error, AnalysisException) or "CANNOT_READ_FILE_FOOTER" in text and "FileNotFoundException" not in text


class Patience:
    """In its block a job for which no executor comes is given up after `limits.PATIENCE`, where Spark would wait for ever: raises Unusable then.

    The context is stopped, so that all that is still to be asked of it fails at once.
    """

    def __init__(self, session, where: str):
        self._where, self._lost = where, False
        self._context, self._over = session.sparkContext._jsc.sc(), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join(10 * TICK)
        if self._lost:
            why = f"no executor came within {limits.PATIENCE:g} seconds; are workers there, with the cores and memory that are asked for?"
            raise Unusable(f"{self._where}: Spark failed, so there is no verdict: {why}") from None

    def _watch(self) -> None:
        waited = 0
        try:
            if self._context.isLocal():
                return
            tracker = self._context.statusTracker()
            while not self._over.wait(TICK):
                # The driver counts as an executor there.
                idle = len(tracker.getActiveJobIds()) and self._context.getExecutorMemoryStatus().size() < 2
                waited = waited + TICK if idle else 0
                if waited >= limits.PATIENCE:
                    self._lost = True
                    self._context.stop()
                    return
        except (*failures(), OSError, EOFError):  # it has ended: whoever waits for it is told so
            pass
