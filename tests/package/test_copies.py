"""Copies of packed files: many at a time, and nothing of them is left."""

import gzip
import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FEW_FILES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
from tests.tools.support import validate
report = validate(sys.argv[1])
print(report.exit_code, len(report.tables), *report.skipped)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_more_packed_tables_than_a_process_may_open_files(tmp_path):
    """On macOS a process may open 256 files."""
    (tmp_path / "package").mkdir()
    (tmp_path / "temporary").mkdir()
    resources = []
    for number in range(150):
        (tmp_path / "package" / f"{number}.csv.gz").write_bytes(gzip.compress(b"id\n1\n"))
        schema = {"fields": [{"name": "id", "type": "integer"}]}
        resources.append({"name": f"t{number}", "path": f"{number}.csv.gz", "schema": schema})
    (tmp_path / "package" / "datapackage.json").write_text(json.dumps({"resources": resources}))
    done = subprocess.run(
        [sys.executable, "-B", "-c", FEW_FILES, tmp_path / "package"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"TMPDIR": str(tmp_path / "temporary")},
    )
    assert done.stdout == "0 150\n", done.stdout + done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []
