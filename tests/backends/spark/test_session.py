"""The session: what is missing is said, and why it does not start; nothing of Spark is loaded where nobody asks."""

import subprocess
import sys

from tests.conftest import ROOT
from tests.tools.support import in_a_process, table

INTEGER = {"name": "n", "type": "integer"}


def test_the_command_says_what_is_missing(tmp_path):
    package = table(tmp_path, "n\n1\n", [INTEGER])
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "pyspark.py").write_text("raise ImportError('hidden', name='pyspark')")
    done = in_a_process(package, "--backend", "spark", PYTHONPATH=str(hidden))
    assert done.returncode == 2 and "not installed" in done.stderr and "extra" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_says_that_there_is_no_java(tmp_path, pyspark):
    done = in_a_process(table(tmp_path, "n\n1\n", [INTEGER]), "--backend", "spark", PATH=str(tmp_path), JAVA_HOME="")
    assert done.returncode == 2 and "Java was not found" in done.stderr and "Traceback" not in done.stderr


def test_the_command_says_that_spark_does_not_start(tmp_path, pyspark):
    asked = {"PYSPARK_SUBMIT_ARGS": "--master local[many] --conf spark.ui.enabled=false pyspark-shell"}
    done = in_a_process(table(tmp_path, "n\n1\n", [INTEGER]), "--backend", "spark", **asked)
    assert done.returncode == 2 and "Spark does not start" in done.stderr and "local[many]" in done.stderr
    assert not done.stdout and "Traceback" not in done.stderr and "internal error" not in done.stderr


def test_without_the_option_nothing_of_spark_is_loaded(tmp_path):
    package = str(table(tmp_path, "n;x", [INTEGER]))
    loaded = "print(sorted(name for name in sys.modules if 'spark' in name))"
    program = f"import sys; from claimtrack.commands.main import main; main([{package!r}]); {loaded}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
