"""How often a command opens each file of a package: counted by Python itself, in a process of the command's own.

Every call of Python's that opens a file raises the audit event "open"
(https://docs.python.org/3/library/audit_events.html).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Two arguments come first: the package's folder, and the file for the counts.
COUNTING = """
import json, os, sys
from collections import Counter

folder, told, *words = sys.argv[1:]
counts = Counter()
# A file that is opened relative to its folder is told by its name alone. No two files of the packages share one.
named = {name: os.path.join(at, name) for at, _, names in os.walk(folder) for name in names}


def count(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):  # a number is of a file that was opened before
        told_as = os.fsdecode(arguments[0])
        path = os.path.realpath(named.get(told_as, told_as))
        if os.path.commonpath([folder, path]) == folder and os.path.isfile(path):
            counts[os.path.relpath(path, folder)] += 1


sys.addaudithook(count)
from claimtrack.commands.main import main

code = main(words)
opened = dict(counts)
with open(told, "w", encoding="utf-8") as file:
    json.dump(opened, file)
sys.exit(code)
"""


def openings(package: Path, told: Path, *words: str | Path) -> dict[str, int]:
    """How often a command opens each file of a package that it ends well with; `told` is a file to write to.

    Files that the package has and that are never opened are among them, with 0.
    """
    folder = Path(os.path.realpath(package))
    command = [sys.executable, "-c", COUNTING, str(folder), str(told), *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return dict.fromkeys(sorted(files), 0) | json.loads(told.read_text(encoding="utf-8"))
