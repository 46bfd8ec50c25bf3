"""Opens the Spark session: that of `spark-submit` or of the environment, or else one on this machine."""

import os
import shutil
import sys
from typing import Any

from claimtrack.backends.spark.failures import said
from claimtrack.core.errors import Unusable

EXTRA = 'install the extra "spark" (`uv sync --extra spark`, or pip install "claimtrack[spark]")'
# If one of these variables is set, the user has decided how Spark runs.
TOLD = {"PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR", "MASTER"}


def session() -> Any:
    """Opens the session. Raises Unusable where Spark or Java is missing, or where Spark does not start."""
    try:
        import pyarrow  # noqa: F401  # imported only to find out whether it is installed
        from pyspark.sql import SparkSession
    except ImportError as error:
        words = f"{error.name} is not installed; {EXTRA}, or leave the option out"
        raise Unusable(f"--backend spark: {words}") from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        mend = "install a Java runtime (Debian: default-jre-headless), or set JAVA_HOME"
        raise Unusable(f"--backend spark: Java was not found, which Spark runs on; {mend}")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {"spark.ui.showConsoleProgress": "false", "spark.sql.session.timeZone": "UTC"}
    if not TOLD & os.environ.keys():
        # The user has not decided, so Spark runs on this machine and cannot be reached from the network.
        settings |= {
            "spark.master": "local[*]",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    submitted = os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    if not {"PYSPARK_GATEWAY_PORT", "SPARK_CONF_DIR"} & os.environ.keys() and "spark.log.level" not in submitted:
        settings["spark.log.level"] = "OFF"  # Java's traces would hide the one sentence that says what is wrong
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with said("--backend spark", "Spark does not start"):
            return builder.getOrCreate()
    except OSError as error:
        raise Unusable(f"--backend spark: Spark does not start: {error}") from None
