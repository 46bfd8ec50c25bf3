"""Commands that are stopped leave old or new. More: `python -m tests.tools.kill_points`."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.tools import kill_points
from tests.tools.support import CALM

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the commands are stopped in forked processes")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own: one that has used Polars cannot be forked."""
    words = [sys.executable, "-m", "tests.tools.kill_points", *arguments]
    return subprocess.run(words, cwd=ROOT, env=os.environ | CALM, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("trial, most", [("release", 6), ("fix", 4), ("report", 2)])
def test_what_is_stopped_leaves_old_or_new(trial, most):
    done = run(trial, "--most", str(most), "--seed", "20261129")
    assert done.stdout.strip() == f"{trial}: {most} stops, 0 faults", done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "trial, options",
    [
        ("release", ["--most", "60"]),
        ("publish", ["--most", "20"]),  # all of them by command: they take an hour
        ("publish-new", ["--most", "10"]),
        ("fix", []),
        ("report", []),
        ("prepare", ["--rotate"]),
        ("new", ["--most", "40"]),
        ("add", ["--rotate"]),
        ("point", ["--rotate"]),
        ("annotations", []),
        ("annotations-in", []),
        ("layers", []),
    ],
)
def test_what_is_stopped_anywhere_leaves_old_or_new(trial, options):
    done = run(trial, *options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_mixed_or_left_over_is_seen(tmp_path):
    """A program that writes in place, and cleans up nothing."""
    program = """
import sys
from pathlib import Path
from tests.tools.kill_points import Trial, try_all

def careless():
    for name in "ab":
        Path(name).unlink()
        with open(name, "w") as file:
            file.write("new")
            file.flush()
        Path(".claimtrack-0").mkdir(exist_ok=True)
    Path(".claimtrack-0").rmdir()
    raise SystemExit(0)

def make(folder):
    for name in "ab":
        (folder / name).write_text("old")

print(try_all(Trial("careless", make, [], run=careless), ["KILL", "TERM"]))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "mixed" in done.stdout and "left over" in done.stdout and "does not complete" in done.stdout, done.stderr


def test_a_full_disk_takes_a_part_and_then_nothing(tmp_path, monkeypatch):
    stops = kill_points.Stops(2, "FULL", False)
    write = stops._wrapped(os.write, "write")
    with (tmp_path / "a").open("wb") as file:
        assert write(file.fileno(), b"1234") == 4
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                write(file.fileno(), b"5678")
    assert (tmp_path / "a").read_bytes() == b"12345656"
