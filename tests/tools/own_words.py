"""What belongs to the project, and how its words are held against a text that it may not carry."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Facts that may stand as they are: the title of the statement, and the post of the person it quotes.
FACTS = [
    "Cambodia: Election takes place under cloud of human rights crisis",
    "interim Deputy Regional Director for Research",
]


def words(text: str) -> list[str]:
    """The words of a text in lower case, without apostrophes."""
    return re.findall(r"[a-z0-9]+", re.sub("['\u2019]", "", text.lower()))


def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    """Every run of so many words."""
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def tracked_files() -> list[Path]:
    """The files that are the project's own, or would be once added."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this copy is no git checkout, so its own files cannot be told from others")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
