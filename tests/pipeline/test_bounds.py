"""The work on a package has a bound on its sum, and what is over it is named as not checked."""

import gzip
import os
import time

import polars as pl
import pytest

from claimtrack.commands.main import main
from claimtrack.core import limits
from schemas import PROFILE
from tests.tools.example import Example
from tests.tools.support import resource, table, validate, write

TEXT = {"name": "a", "type": "string"}
# Not for the fast reader, so that frictionless reads it row by row.
SLOW = {"dialect": {"delimiter": ",", "quoteChar": "'", "skipInitialSpace": False, "header": True}}


def told(report, rule: str) -> list[str]:
    return [found.message for found in report.findings if found.rule == rule]


@pytest.mark.slow
def test_many_tables_on_one_file(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 10)  # enough for one table on a busy machine, and for all on none
    resources = [resource(f"t{n}", [TEXT], path="data/t.csv", **SLOW) for n in range(300)]
    folder = write(
        tmp_path, [*resources, resource("last", [TEXT])], {"data/t.csv": "a\n" + "x\n" * 20_000, "data/last.csv": "a\n"}
    )
    report = validate(folder)
    assert report.exit_code == 2
    assert 0 < len(report.tables) < 300 and report.internal_errors == []
    assert report.totals["FIL106", "data/t.csv"] >= 300 - len(report.tables)
    assert "longer than a package of this size may take" in told(report, "FIL106")[0]


def test_a_pattern_that_is_slow_on_every_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 2)
    field = TEXT | {"constraints": {"pattern": "(a+)+b"}}
    cells = "".join("a" * 20 + f"{n:04}\n" for n in range(10_000))
    report = validate(table(tmp_path, "a\n" + cells, [field]))
    assert "longer than a package of this size" in told(report, "FIL106")[0]


def test_packed_files_together(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_TOGETHER", 250_000)
    packed = gzip.compress(b"a\n" + b"x\n" * 50_000)
    resources = [resource(f"t{n}", [TEXT], path=f"data/t{n}.csv.gz", format=None) for n in range(4)]
    report = validate(write(tmp_path, resources, {f"data/t{n}.csv.gz": packed for n in range(4)}))
    assert sorted(report.tables) == ["t0", "t1"] and len(told(report, "FIL105")) == 2
    assert "packed files unpack to more than" in told(report, "FIL105")[0]


def test_a_packed_file_after_one_that_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 50_000)
    folder = write(
        tmp_path,
        [resource("t", [TEXT], path=["data/t.csv", "data/more.csv.gz"], format=None)],
        {"data/t.csv": "a\nx\n", "data/more.csv.gz": gzip.compress(b"a\n" + b"x\n" * 50_000)},
    )
    report = validate(folder)
    assert report.exit_code == 2 and "its content is larger than" in told(report, "FIL105")[0]


def test_the_rules_are_said_to_be_left_out(good: Example, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", -1)
    monkeypatch.setattr(limits, "SECONDS_PER_MIB", 0)
    report = good.validate()
    assert report.exit_code == 2 and len(told(report, "FIL106")) == len(PROFILE.columns)
    assert report.internal_errors == []


def test_a_file_under_many_names_counts_once(tmp_path):
    from claimtrack.package.files import size_together

    (tmp_path / "a").write_bytes(b"x" * 100)
    for n in range(5):
        (tmp_path / f"link{n}").symlink_to("a")
        os.link(tmp_path / "a", tmp_path / f"hard{n}")
    assert size_together([*tmp_path.iterdir(), tmp_path / "none"]) == 100


@pytest.mark.parametrize("rule", ["ANC106", "SEG206"])
def test_many_anchors_of_one_item_are_no_pairs(rule):
    """As pairs, a hundred thousand would be five billion."""
    import narwhals as nw

    from tests.tools.support import RULES

    count = 100_000
    anchors = pl.DataFrame({"start": range(0, 2 * count, 2)}).with_columns(
        end=pl.col("start") + 2, segment_id=pl.lit("S"), claim_id=pl.lit("C"), call_id=pl.lit(None, pl.String)
    )
    anchors = pl.concat([anchors, anchors.tail(1)]).with_row_index("_row")
    items = {
        "segments": pl.DataFrame({"_row": [2], "segment_id": ["S"], "start": [0], "end": [2 * count + 1]}),
        "claims": pl.DataFrame({"claim_id": ["C"], "status": ["active"]}),
        "calls": pl.DataFrame({"call_id": ["K"], "status": ["active"]}),
        "anchors": anchors,
    }
    start = time.process_time()
    found = RULES[rule].function(*(nw.from_native(items[name].lazy()) for name in RULES[rule].tables)).collect()
    assert found["_row"].to_list() == [count if rule == "ANC106" else 2] and time.process_time() - start < 10


def test_a_pointer_of_git_lfs_is_named(tmp_path):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    report = validate(table(tmp_path, pointer, [TEXT]))
    assert "a pointer of Git LFS" in told(report, "FIL103")[0] and report.exit_code == 2


@pytest.mark.parametrize("name", ["/dev/zero", "pipe", "x" * 300, "."])
def test_a_baseline_is_a_regular_file(tmp_path, monkeypatch, name, capsys):
    monkeypatch.chdir(table(tmp_path, "a\nx\n", [TEXT]))
    os.mkfifo("pipe")
    assert main([".", "--baseline", name]) == 2
    err = capsys.readouterr().err
    assert "cannot be read" in err and len(err.splitlines()) == 1 and "internal error" not in err


def test_git_is_asked_in_an_environment_of_its_own(tmp_path, monkeypatch):
    """No variable of git's leads it to another repository or program, and no replaced object is read."""
    import subprocess

    from claimtrack.package import revision

    seen = {}

    def asked(command, **options):
        seen.update(options["env"])
        return subprocess.CompletedProcess(command, 0, b"x\n", b"")

    monkeypatch.setattr(subprocess, "run", asked)
    for name in ("GIT_DIR", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS", "GIT_SSH_COMMAND", "GIT_REPLACE_REF_BASE"):
        monkeypatch.setenv(name, str(tmp_path))
    revision._git(tmp_path / "repository", "rev-parse", "HEAD")
    assert (
        seen.pop("GIT_CEILING_DIRECTORIES") == str(tmp_path) not in seen.values()
        and seen["GIT_NO_REPLACE_OBJECTS"] == "1"
    )
