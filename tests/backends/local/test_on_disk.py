"""Claim-tracking packages beyond `--memory`: on disk rules find what they find in memory, and no table comes whole."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from claimtrack.backends.local import spill
from claimtrack.backends.local.on_disk import OnDisk
from claimtrack.backends.local.spill import SpillingStore
from claimtrack.core import edtf, limits
from claimtrack.core.errors import NoRoom
from claimtrack.core.rules import BETWEEN_VERSIONS
from claimtrack.package.table_io import read_rows, write_rows
from tests.benchmarks.generate import tracked
from tests.conftest import ROOT
from tests.schemas.test_rules import DEFECTS, EDGES, read_table
from tests.tools.example import Example
from tests.tools.support import RULES, claimtrack, validate

# All that a report says of a package's content.
SAID = ("findings", "totals", "tables", "summary", "rules", "skipped", "complete", "internal_errors")


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def check(temporary):
    """Checks a package in memory and on disk, which has to say the same and to leave nothing; returns the report."""

    def both(folder: Path, **options):
        local, there = validate(folder, **options), validate(folder, memory=1, **options)
        assert {name: getattr(there, name) for name in SAID} == {name: getattr(local, name) for name in SAID}
        assert list(temporary.iterdir()) == []
        return there

    return both


@pytest.mark.parametrize("id", EDGES)
def test_edges(id: str):
    store = SpillingStore(1)
    try:
        rule, tables = RULES[id], {name: read_table(text) for name, text in EDGES[id].items()}
        frames = [nw.from_native(OnDisk(store).own(tables[name][0])) for name in rule.tables]
        expected = tables[rule.tables[0]][1]
        assert store.first_rows(rule.function(*frames), len(expected)) == (expected, len(expected))
        assert store.first_rows(rule.function(*frames), 0) == ([], len(expected))
    finally:
        store.close()


@pytest.mark.slow
def test_the_smallest_package(check, good: Example):
    report = check(good.folder)
    assert report.exit_code == 0 and report.summary.startswith("coverage 100 %") and not report.skipped


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_defects_of_every_rule(check, good: Example, part: int):
    ids = [id for id in DEFECTS if RULES[id].tables != BETWEEN_VERSIONS][part::3]
    for id in ids:
        with suppress(StopIteration):  # another defect took its row away
            good.edit(DEFECTS[id])
    good.redigest()
    assert len({found.rule for found in check(good.folder).findings} & set(ids)) > 20


@pytest.mark.slow
def test_a_table_that_is_not_regular_among_those_that_are(check, good: Example, monkeypatch):
    monkeypatch.setattr(limits, "RECORDS", 2)
    good.set("claims", "EX01-C002", "ambiguity_note", "a\nb")
    good.set("claims", "EX01-C001", "time_basis", "none")
    good.drop("participants", "EX01-P001")
    assert {"CLM102", "CLM202", "CEL102"} <= {found.rule for found in check(good.folder).findings}


@pytest.mark.slow
def test_a_cell_that_failed_its_type(check, good: Example):
    good.set("anchors", "EX01-A001", "start", "banana")
    assert any(line.startswith("ANC102") for line in check(good.folder).skipped)


@pytest.mark.slow
@pytest.mark.parametrize(
    "number, skipped", [("9" * 18, False), (str(2**63 - 1), True), ("9" * 19, True), ("9" * 30, True)]
)
def test_vast_numbers(check, good: Example, number: str, skipped: bool):
    good.set("segments", "EX01-S06", "end", number)
    report = check(good.folder)
    assert any("segments.end" in line for line in report.skipped) == skipped and report.exit_code == 1


@pytest.mark.slow
def test_dates_that_are_none_in_a_storm(check, good: Example):
    names, evidence = read_rows(good.path("evidence"))
    extra = [
        evidence[0] | {"evidence_id": f"EX01-E{number}", "event_date": f"2023-{number}-{number % 7}"}
        for number in range(1000, 1050)
    ]
    write_rows(good.path("evidence"), names, [*evidence, *extra])
    report = check(good.folder, samples=10)
    assert (
        report.totals["EDT101", "data/evidence.csv"] == 50
        and sum(found.rule == "EDT101" for found in report.findings) == 10
    )


@pytest.mark.parametrize(
    "id, columns",
    [
        ("SEG202", {"start": [n // 2 for n in range(50)], "ordinal": [n // 2 + n % 3 for n in range(50)]}),
        (
            "FUP103",
            {
                "follow_up_id": [f"A-F{100 + n // 2}" for n in range(50)],
                "recorded": [f"2024-01-{10 + n // 2 - n * 7 % 4}" for n in range(50)],
            },
        ),
    ],
)
def test_rows_that_share_their_place_are_taken_in_their_order(temporary, id: str, columns: dict):
    frame = pl.DataFrame(
        {"_row": range(2, 52), "statement_id": ["A"] * 50, **columns}, schema_overrides={"_row": pl.UInt32}
    )
    store, of = SpillingStore(1), RULES[id].function
    try:
        there, _ = store.first_rows(of(nw.from_native(OnDisk(store).own(frame))), 50)
    finally:
        store.close()
    assert there == of(nw.from_native(frame).lazy()).collect()["_row"].sort().to_list() != []


def change_fields(package: Example, table: str, change) -> None:
    """Gives a Table Schema other fields."""
    path = package.folder / "schemas" / f"{table}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(schema | {"fields": change(schema["fields"])}), encoding="utf-8")


@pytest.mark.slow
def test_columns_that_the_profile_does_not_know(check, good: Example):
    """Codes and dates in columns whose names differ in case from each other or one of the profile; and no list."""
    date = {"type": "string", "rdfType": edtf.LEVEL_1}
    more = [
        {"name": "Label", **date},
        {"name": "LABEL", "type": "string", "codeList": "new_list"},
        {"name": 'o"dd', "type": "string", "codeList": ["x"]},
    ]
    change_fields(good, "rights", lambda fields: [*fields, *more])
    names, rows = read_rows(good.path("rights"))
    write_rows(
        good.path("rights"),
        [*names, "Label", "LABEL", 'o"dd'],
        [row | {"Label": "2023-02-30", "LABEL": "x", 'o"dd': "y"} for row in rows],
    )
    names, codes = read_rows(good.path("codes"))
    write_rows(good.path("codes"), names, [*codes, codes[0] | {"list": "new_list", "code": "x"}])
    found = {(found.rule, found.field) for found in check(good.folder).findings}
    assert {("EDT101", "Label"), ("COD201", "list, code")} <= found


@pytest.mark.slow
def test_what_a_cell_says_is_never_taken_for_sql(check, good: Example):
    names, evidence = read_rows(good.path("evidence"))
    texts = [
        "'; DROP TABLE x; --",
        "\\' OR 1=1",
        "$1",
        "?",
        "{0}",
        "%s",
        '"',
        "''",
        "é'",
        "x' || read_text('/etc/passwd') || '",
    ]
    write_rows(
        good.path("evidence"),
        names,
        [row | {"event_date": text} for row, text in zip(evidence * 9, texts, strict=False)],
    )
    change_fields(
        good,
        "evidence",
        lambda fields: [{key: told for key, told in field.items() if key != "constraints"} for field in fields],
    )
    report = check(good.folder)
    assert {found.value for found in report.findings if found.rule == "EDT101"} >= set(texts)


def test_duckdb_reads_and_writes_nothing_else(temporary, tmp_path):
    import duckdb

    store = SpillingStore(1)
    try:
        store.add_rows("t", pl.DataFrame({"_row": [2]}))
        relation = store.rows_of("t")
        with pytest.raises(duckdb.PermissionException):
            relation.write_csv(str(tmp_path / "out.csv"))
        with pytest.raises(duckdb.PermissionException):
            relation.project(f"(SELECT content FROM read_text('{ROOT / 'README.md'}'))").fetchall()
    finally:
        store.close()


@pytest.mark.slow
def test_no_table_comes_here_whole(check, tmp_path, monkeypatch):
    package, brought = tracked(tmp_path / "package", statements=12), []
    monkeypatch.setattr(limits, "PIECE", 7)

    class Counted(spill._Stream):
        def __init__(self, relation):
            brought.append(relation.count("*").fetchall()[0][0])
            super().__init__(relation)

    monkeypatch.setattr(spill, "_Stream", Counted)
    report = check(package, block_size=3000)
    assert report.exit_code == 0 and min(report.tables[name] for name in ("claims", "anchors", "evidence")) > 90
    assert len(brought) > 100 and max(brought) == 7


@pytest.mark.slow
def test_what_is_held_keeps_to_the_budget(check, tmp_path, monkeypatch):
    package, spilled, before = tracked(tmp_path / "package", statements=60), [], SpillingStore._spill
    monkeypatch.setattr(SpillingStore, "_spill", lambda self: (spilled.append(self.held), before(self)))
    assert validate(package, memory=400_000, block_size=10_000).exit_code == 0
    assert max(spilled) < 400_000 + 100_000 and sum(held > 0 for held in spilled) > 3


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
from tests.tools.support import validate
report = validate(sys.argv[1], memory=1)
print(report.exit_code, *report.skipped, sep="\\n")
"""


@pytest.mark.parametrize("size", [100, 5000])
def test_a_disk_that_is_full_is_said_in_a_sentence(good: Example, temporary, size: int):
    done = subprocess.run(
        [sys.executable, "-B", "-c", FULL, good.folder, str(size)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"TMPDIR": str(temporary)},
    )
    code, *skipped = done.stdout.splitlines()
    assert code == "2" and "beyond --memory found no room (" in skipped[-1] and "TMPDIR" in skipped[-1], done.stderr
    assert "Traceback" not in done.stderr and list(temporary.iterdir()) == []


def test_too_little_memory_for_duckdb_is_said_in_a_sentence(good: Example, temporary, monkeypatch):
    import duckdb

    def fails(*arguments):
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block\nPossible solutions:")

    monkeypatch.setattr(spill, "_Stream", fails)
    report = validate(good.folder, memory=1)
    assert report.exit_code == 2 and "(Out of Memory Error: could not allocate block)" in report.skipped[-1]
    assert list(temporary.iterdir()) == []


def test_an_error_of_ours_is_not_taken_for_a_full_disk():
    with pytest.raises(pl.exceptions.ColumnNotFoundError), spill.room():
        pl.DataFrame().select("a")
    with pytest.raises(NoRoom), spill.room():
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_in_the_systems_words_or_in_few(tmp_path):
    for said, told in (
        (f"{tmp_path}: No space left on device (os error 28)", "No space left on device"),
        ("x" * 201, "x" * 200),
    ):
        with pytest.raises(NoRoom) as error, spill.room():
            raise OSError(said)
        assert str(error.value) == told


def test_an_interruption_while_rules_are_asked(good: Example, temporary, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(OnDisk, "verdicts", interrupted)
    report = validate(good.folder, memory=1)
    assert report.exit_code == 2 and "everything after the interruption" in report.skipped[-1]
    assert list(temporary.iterdir()) == []


def test_what_duckdb_makes_of_an_interruption_is_one_again():
    with pytest.raises(KeyboardInterrupt), spill.room():
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError), spill.room():
        raise RuntimeError("another")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are sent otherwise")
@pytest.mark.parametrize("sent", ["SIGTERM", "SIGHUP"])
def test_who_ends_the_command_finds_nothing_left(tmp_path, temporary, sent):
    package = tracked(tmp_path / "package", statements=300)
    command = [sys.executable, ROOT / "validate.py", "--memory=1", package]
    usual = partial(signal.signal, getattr(signal, sent), signal.SIG_DFL)  # under `nohup` it would be ignored
    with subprocess.Popen(
        command,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=usual,
    ) as process:
        while process.poll() is None and not list(temporary.glob("*/*")):
            time.sleep(0.01)
        process.send_signal(getattr(signal, sent))
        _, err = process.communicate(timeout=60)
    assert process.returncode in (128 + getattr(signal, sent), 2) and err == b"" and list(temporary.iterdir()) == []


KILLED = """
import os, signal, sys
from claimtrack.backends.local.spill import SpillingStore
from tests.tools.support import validate
SpillingStore.rows_of = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
validate(sys.argv[1], memory=1)
"""


@pytest.mark.skipif(os.name != "posix", reason="no process is killed so elsewhere")
@pytest.mark.slow
def test_what_a_killed_run_left_goes_with_the_next_one(good: Example, temporary):
    command = [sys.executable, "-B", "-c", KILLED, str(good.folder)]
    done = subprocess.run(command, cwd=ROOT, env={"TMPDIR": str(temporary)})
    assert done.returncode == -signal.SIGKILL and len(list(temporary.iterdir())) == 1
    (temporary / "another program's").mkdir()
    assert validate(good.folder, memory=1).exit_code == 0
    assert [path.name for path in temporary.iterdir()] == ["another program's"]


@pytest.mark.slow
def test_the_command_says_nothing_else(tmp_path):
    package = tracked(tmp_path / "package", statements=100)
    in_memory, on_disk = claimtrack(package), claimtrack(package, "--memory=1")
    assert (on_disk.returncode, on_disk.stdout, on_disk.stderr) == (0, in_memory.stdout, "")


@pytest.mark.parametrize("frame", [None, pl.DataFrame({"_row": [2], "claim_id": ["a"]})], ids=["no table", "no column"])
def test_a_rule_that_asks_for_what_is_not_there_finds_nothing(temporary, frame: pl.DataFrame | None):
    store, rule = SpillingStore(1), RULES["CLM102"]
    try:
        engine = OnDisk(store)
        frames = {} if frame is None else {"claims": engine.own(frame)}
        (verdict,) = engine.verdicts([rule], frames, {rule.id: 10})
        assert verdict.absent is not None and verdict.rows.is_empty() and verdict.total == 0
    finally:
        store.close()
