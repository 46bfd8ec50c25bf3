"""Annotations out of the package of docs/your-own.md, and in again."""

from pathlib import Path

import pytest

from tests.tools.support import files_in

WORDS = ("annotations", "LK24", "--source", "../LK24.txt")


@pytest.fixture
def came_back(lights, ended, point):
    """What a format is for: out of the package, through `edit` (of the file's bytes), and in again."""

    def run(form: str, edit=lambda content: content) -> dict[str, bytes]:
        done = ended(*WORDS, "--format", form, "--to", "../out")
        assert (done.code, done.err) == (0, ""), done.err
        Path("../in").write_bytes(edit(Path("../out").read_bytes()))
        done = ended(*WORDS, "--format", form, "--from", "../in", "--worksheet", "../made.csv")
        assert (done.code, done.err) == (0, ""), done.err
        done = point(Path("../made.csv").read_bytes())
        assert done.code == 1 and done.err == "", done.err  # 1: the claims have no evidence yet
        return files_in(lights)

    return run
