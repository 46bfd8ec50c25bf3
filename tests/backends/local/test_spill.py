"""Keys in memory and on disk: the same verdict, within the budget, and nothing left behind."""

import shutil
import subprocess
import sys
import tempfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimtrack.backends.local.spill import SpillingStore
from claimtrack.checks.keys import lost, repeated
from claimtrack.core import limits
from tests.benchmarks.generate import generate
from tests.conftest import ROOT
from tests.tools.support import claimtrack, table, validate

TEXTS = st.sampled_from([None, "", "a", "b", "ab", "a'b", "ក"])
PART = pl.DataFrame({"_row": [2], "k": ["x"]})
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=12)


def plainly(rows: list[tuple], there: list[tuple]) -> tuple[list[int], list[int]]:
    """The rows that stand again, and those that lead nowhere, found one by one; rows are counted from 2."""
    again = [number for number, row in enumerate(rows, 2) if row in rows[: number - 2]]
    return again, [number for number, row in enumerate(rows, 2) if row != (None, None) and row not in there]


@given(rows=ROWS, there=ROWS)
@pytest.mark.parametrize("budget", [10**9, pytest.param(1, marks=pytest.mark.slow)], ids=["in memory", "on disk"])
def test_repeated_and_lost_keys(budget, rows, there):
    store = SpillingStore(budget)
    try:
        for name, pairs in (("here", rows), ("there", there)):
            columns = {"_row": range(2, len(pairs) + 2), "a": [a for a, _ in pairs], "b": [b for _, b in pairs]}
            frame = pl.DataFrame(columns, schema={"_row": pl.UInt32, "a": pl.String, "b": pl.String})
            for at in range(0, max(len(frame), 1), 5):
                store.add_keys(name, frame.slice(at, 5))
        here, elsewhere, names = store.keys_of("here"), store.keys_of("there"), ["a", "b"]
        found = repeated(here, names, store.engine), lost(here, names, elsewhere, names, store.engine)
        for bad, expected in zip(found, plainly(rows, there), strict=True):
            assert store.first_rows(bad, 100) == (expected, len(expected))
            assert store.first_rows(bad, 1) == (expected[:1], len(expected))
        assert store.spilled == (budget == 1 and bool(rows or there))
    finally:
        store.close()


def test_on_disk_the_verdict_is_the_same_and_nothing_stays(tmp_path, monkeypatch):
    package = generate(tmp_path / "package", claims=3000, faults=40, seed=3)
    (tmp_path / "keys").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "keys"))
    in_memory = validate(package)
    spilled = []
    before = SpillingStore._spill
    monkeypatch.setattr(SpillingStore, "_spill", lambda self: (spilled.append(self.held), before(self)))
    assert validate(package, memory=50_000, block_size=20_000).findings == in_memory.findings != []
    assert len(spilled) > 5 and max(spilled) < 50_000 + 20_000
    assert list((tmp_path / "keys").iterdir()) == []


def test_on_disk_each_kind_of_key_is_checked(tmp_path):
    fields = [{"name": "a", "type": "string"}, {"name": "b", "type": "string", "constraints": {"unique": True}}]
    key = [{"fields": "b", "reference": {"resource": "", "fields": "a"}}]
    package = table(
        tmp_path, "a,b\nx,x\n,x\ny,z\ny,\n", fields, primaryKey="a", uniqueKeys=[["a", "b"]], foreignKeys=key
    )
    found = [(f.rule, f.row) for f in validate(package, memory=1).findings]
    assert (
        found
        == [(f.rule, f.row) for f in validate(package).findings]
        == [("KEY101", 3), ("KEY102", 3), ("KEY103", 4), ("KEY101", 5)]
    )


@pytest.mark.parametrize("memory, code", [("1", 0), ("0", 2), ("-3", 2), ("many", 2), ("", 2)])
def test_the_option(tmp_path, memory, code):
    package = generate(tmp_path / "package", claims=50, faults=0, seed=1)
    done = claimtrack(package, f"--memory={memory}")
    assert done.returncode == code and "Traceback" not in done.stderr
    assert code == 0 or "--memory" in done.stderr


def test_keys_that_fit_need_no_database(tmp_path):
    package = str(generate(tmp_path, 50, 5, 1))
    program = f"import sys, claimtrack; claimtrack.validate({package!r}); print('duckdb' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_a_table_that_is_dropped_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    store = SpillingStore(1)
    store.add_keys("a", PART)
    assert list(tmp_path.rglob("*.parquet"))
    store.drop("a")
    assert not list(tmp_path.rglob("*.parquet"))
    store.close()


def test_what_is_held_is_counted():
    store, size = SpillingStore(), PART.estimated_size()
    store.add_keys("t", PART)
    assert store.held == size
    store.add_rows("t", PART)
    assert store.held == size + limits.ASKED * size
    store.drop("t")
    assert store.held == 0


def test_what_fits_the_budget_exactly_stays():
    store = SpillingStore(2 * PART.estimated_size())
    try:
        store.add_keys("t", PART)
        store.add_keys("t", PART)
        assert not store.spilled
        store.add_keys("t", PART)
        assert store.spilled and store.held == 0
    finally:
        store.close()


def test_a_temporary_folder_that_is_gone_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    store = SpillingStore(1)
    store.add_keys("a", PART)
    for folder in tmp_path.iterdir():
        shutil.rmtree(folder)
    store.drop("a")
    store.close()


def test_on_disk_fields_whose_names_differ_by_case_are_kept_apart(tmp_path):
    fields = [{"name": "A", "type": "string"}, {"name": "a", "type": "string"}]
    key = {"fields": "A", "reference": {"resource": "", "fields": "a"}}
    package = table(tmp_path, "A,a\n2,1\n1,2\n9,3\n", fields, primaryKey=["a"], foreignKeys=[key])
    for memory in (10**9, 1):
        assert [(f.rule, f.row) for f in validate(package, memory=memory).findings] == [("KEY103", 4)]
