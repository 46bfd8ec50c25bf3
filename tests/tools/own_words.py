"""What belongs to the project, and what of a text that it may not carry may stand in it all the same."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from claimtrack.package.table_io import read_rows

ROOT = Path(__file__).parents[2]
# Facts that may stand as they are, for `claimtrack prove`, too: titles of statements, and what the settings name.
FACTS = [
    *(row["title"] for row in read_rows(ROOT / "data" / "statements.csv")[1]),
    *tomllib.loads((ROOT / "validate.toml").read_text(encoding="utf-8"))["may-share"],
]


def tracked_files() -> list[Path]:
    """The files that are the project's own, or would be once added."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this copy is no git checkout, so its own files cannot be told from others")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
