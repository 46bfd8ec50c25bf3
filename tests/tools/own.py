"""docs/your-own.md, step by step: what a user types there, taken within this process or by a shell."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from claimtrack.package.table_io import read_rows
from tests.tools.support import ROOT

PAGE = (ROOT / "docs" / "your-own.md").read_text(encoding="utf-8")
IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
IDENTITY |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
Run = Callable[..., object]


def blocks() -> list[str]:
    """The blocks of the page that are typed into a shell."""
    return re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def files() -> dict[str, str]:
    """The files that the page has one write, by path: the statement's text, the worksheet and rows to add."""
    return {
        found[1]: found[3]
        for block in blocks()
        for found in re.finditer(r"cat > (\S+) <<'(\w+)'\n(.*?\n)\2\n", block, re.DOTALL)
    }


WORKSHEET = "../LK24.csv"
TEXT, SHEET = files()["../LK24.txt"], files()[WORKSHEET]


def commands() -> Iterator[list[str]]:
    """The words after `claimtrack` of each of the page's commands, in order."""
    today = datetime.now(UTC).date().isoformat()
    for block in blocks():
        for line in block.splitlines():
            if line.startswith("claimtrack "):
                line = line.replace("$(date -u +%F)", today).replace("$TOOL", "claimtrack").removesuffix(" || true")
                yield shlex.split(line)[1:]


def follow(folder: Path, run: Run, until: str = "publish") -> Path:
    """Takes the page's steps in a folder, the last of them the command of this name. Returns the package's folder."""
    for words in commands():
        if words[0] in ("bump", "prepare", "diff", "prove"):  # what only history and a clean form need
            continue
        for path, text in files().items():
            if path != WORKSHEET or words[0] == "point":  # `add` writes it first
                (folder / Path(path).name).write_text(text, encoding="utf-8")
        done = run(
            *(str(folder / Path(word).name) if word.startswith("../") or word == "lights" else word for word in words)
        )
        assert done in (0, 1), (words, done)
        if words[0] == until:
            break
    return folder / "lights"


def commit(folder: Path, message: str) -> None:
    """Commits all that is in a folder, in a repository of its own."""
    words = [["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", message]]
    for each in words:
        setting = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *setting, *each], cwd=folder, check=True, capture_output=True)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    return read_rows(folder / "data" / f"{name}.csv")[1]


def copied(source: Path, to: Path) -> Path:
    """A copy of the folder in which the page was followed: the package's folder in it."""
    return Path(shutil.copytree(source, to)) / "lights"
