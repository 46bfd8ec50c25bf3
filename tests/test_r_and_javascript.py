"""docs/r-and-javascript.md: each of its blocks, run as it stands where its interpreter and library can be had."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from claimtrack.package.table_io import read_rows
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "r-and-javascript.md").read_text(encoding="utf-8")
(R, FRICTIONLESS), (API, CSV) = (re.findall(rf"```{name}\n(.*?)```", PAGE, re.DOTALL) for name in ("r", "js"))
ROWS = {name: read_rows(ROOT / "data" / f"{name}.csv")[1] for name in ("claims", "evidence", "follow_ups", "sources")}


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with the tables, as the page asks for, in which libraries may be installed."""
    for name in ("data", "schemas", "datapackage.json"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def program(name: str, where: str) -> str:
    """The path of an interpreter. Without it, the test is skipped."""
    return shutil.which(name) or pytest.skip(f"there is no {name} here ({where}), so the block was not run")


def ran(folder: Path, *words: str) -> str:
    """What a program printed, which must have ended well."""
    done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def counts(said: str) -> Counter[str]:
    """A table of R: a line of names and a line of numbers below it, as often as the width asks for."""
    lines = [line.split() for line in said.splitlines() if line.strip()]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return Counter({name: int(number) for names, numbers in pairs for name, number in zip(names, numbers, strict=True)})


def in_r(folder: Path, block: str) -> str:
    rscript = program("Rscript", "r-base-core")
    (folder / "block.R").write_text(f"options(width = 200)\n{block}", encoding="utf-8")
    return ran(folder, rscript, "--vanilla", "block.R")


def in_node(folder: Path, block: str) -> str:
    node = program("node", "nodejs")
    (folder / "block.mjs").write_text(block, encoding="utf-8")
    return ran(folder, node, "block.mjs")


def test_r_reads_the_tables(folder):
    claims = {row["claim_id"] for row in ROWS["claims"]}
    expected = Counter(row["relation"] for row in ROWS["evidence"] if row["claim_id"] in claims)
    assert counts(in_r(folder, R)) == expected


@pytest.mark.slow
def test_frictionless_for_r_reads_the_package(folder):
    rscript = program("Rscript", "r-base-core")
    has = ["--vanilla", "-e", 'quit(status = !requireNamespace("frictionless", quietly = TRUE))']
    if subprocess.run([rscript, *has], capture_output=True, check=False).returncode:
        pytest.skip("R has no package frictionless here, so the block was not run")
    expected = Counter(row["commitment"] for row in ROWS["claims"])
    assert +counts(in_r(folder, FRICTIONLESS)) == expected


@pytest.mark.slow
def test_node_reads_the_json_of_a_release(folder, release):
    (folder / "dist").symlink_to(release)
    id = re.search(r"[A-Z]+[0-9]+-C[0-9]+", API)[0]
    parts = [row for row in read_rows(ROOT / "data" / "participants.csv")[1] if row["claim_id"] == id]
    names = {row["actor_id"]: row["name"] for row in read_rows(ROOT / "data" / "actors.csv")[1]}
    expected = [f"{row['role']}: {names[row['actor_id']] or row['actor_id']}" for row in parts]
    assert parts and sorted(in_node(folder, API).splitlines()) == sorted(expected)


@pytest.mark.slow
def test_node_reads_the_tables(folder):
    done = subprocess.run(
        [program("npm", "npm"), "install", "--silent", "--no-audit", "--ignore-scripts", "csv-parse"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("npm cannot install csv-parse here, so the block was not run")
    publishers = {row["source_id"]: row["publisher"] for row in ROWS["sources"]}
    found = [row for row in ROWS["follow_ups"] if row["status"] != "no_update_found"]
    expected = [f"{row['call_id']} {row['as_of']} {row['status']} {publishers[row['source_id']]}" for row in found]
    assert expected and in_node(folder, CSV).splitlines() == expected


def test_the_language_of_the_blocks_is_told():
    assert PAGE.count("```") == 2 * len([R, FRICTIONLESS, API, CSV])
