"""Tables in Parquet: read by DuckDB within bounds, with frictionless's verdict on each value."""

import datetime
import gzip
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from frictionless import Package

from claimtrack.core import limits, watchdog
from claimtrack.core.errors import OutOfTime
from claimtrack.core.standard_rules import FRICTIONLESS
from claimtrack.package import parquet
from tests.tools.support import Key, resource, standard, validate, verdict, write, zipped

NOON = datetime.datetime(2023, 7, 23, 12, 30, 5)
VALUES = {
    "integer": [1, -(2**60), None, 3],
    "number": [1.5, float("nan"), None, 1e300],
    "string": ["a", "\\x00 é", None, ""],
    "boolean": [True, False, None, True],
    "date": [NOON.date(), datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)],
    "datetime": [NOON, NOON.replace(microsecond=1), None, datetime.datetime(1, 1, 1)],
    "time": [NOON.time(), datetime.time(0), None, datetime.time(23, 59, 59)],
}


def bees(fields: list[dict], **more) -> dict:
    form = {"path": "data/bees.parquet", "format": None, "encoding": None, "dialect": None}
    return resource("bees", fields, **form | more)


def put(folder: Path, frame: pl.DataFrame, fields: list[dict], **more) -> Path:
    """Writes a package of one table in Parquet."""
    (folder / "data").mkdir(parents=True)
    frame.write_parquet(folder / "data" / "bees.parquet")
    return write(folder, [bees(fields, **more)], {})


def of_the_rows(folder: Path, frame: pl.DataFrame, fields: list[dict], **more) -> set[Key]:
    """What frictionless finds in the same rows, given to it as Python's values."""
    inline = write(
        folder / "inline", [resource("bees", fields, path=None, format=None, dialect=None, data=[], **more)], {}
    )
    package = Package.from_descriptor(str(inline / "datapackage.json"))
    package.resources[0].data = [frame.columns, *map(list, frame.rows())]
    errors = package.resources[0].validate(limit_errors=0).flatten(["type", "rowNumber", "fieldName"])
    return {(FRICTIONLESS[kind], "data/bees.parquet", row, field or "") for kind, row, field in errors}


@pytest.mark.parametrize("declared", [*VALUES, "any", "year"])
def test_the_verdict_on_values_is_that_of_frictionless(tmp_path, declared):
    """Columns of every type, each declared as one and the same."""
    frame = pl.DataFrame(VALUES)
    fields = [{"name": kind, "type": declared, "constraints": {"required": True}} for kind in VALUES]
    found = standard(validate(put(tmp_path, frame, fields)).findings)
    theirs = of_the_rows(tmp_path, frame, fields)
    assert set(found) == theirs and theirs


def test_other_types_of_columns(tmp_path):
    frame = pl.DataFrame(
        {
            "small": pl.Series([1, None], dtype=pl.UInt8),
            "half": pl.Series([0.5, None], dtype=pl.Float32),
            "exact": [Decimal("1.50"), Decimal(2)],
            "kind": pl.Series(["a", None], dtype=pl.Categorical),
            "moment": pl.Series([NOON.replace(tzinfo=datetime.UTC), None]),
        }
    )
    types = dict(zip(frame.columns, ["integer", "number", "number", "string", "datetime"], strict=True))
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    fields[-1]["constraints"] = {"maximum": "2023-07-23T12:30:04Z"}
    report = validate(put(tmp_path, frame, fields))
    assert [(found.rule, found.row, found.field) for found in report.findings] == [("CEL102", 2, "moment")]
    assert "2023-07-23 12:30:05+00:00" in report.findings[0].message and report.tables == {"bees": 2}


def test_names_that_differ_in_case_and_need_quotes(tmp_path):
    frame = pl.DataFrame({"a": ["x"], "A": [2], 'b"; --': ["y"], "_x": [3]})
    found = validate(put(tmp_path, frame, [{"name": name, "type": "integer"} for name in frame.columns])).findings
    assert [(each.rule, each.field, each.value) for each in found] == [("CEL101", "a", "x"), ("CEL101", 'b"; --', "y")]


def test_keys_and_references_to_other_tables(tmp_path):
    frame = pl.DataFrame({"bee": [1, 1, 2], "hive": ["a", "b", "c"]})
    fields = [{"name": "bee", "type": "integer"}, {"name": "hive", "type": "string"}]
    key = {"fields": "hive", "reference": {"resource": "hives", "fields": "hive"}}
    folder = put(tmp_path, frame, fields, primaryKey=["bee"], foreignKeys=[key])
    back = {"fields": "bee", "reference": {"resource": "bees", "fields": "bee"}}
    hives = resource("hives", [fields[1], fields[0]], foreignKeys=[back])
    told = [bees(fields, primaryKey=["bee"], foreignKeys=[key]), hives]
    found = validate(write(folder, told, {"data/hives.csv": "hive,bee\na,1\nb,9\n"})).findings
    places = {(each.rule, each.file, each.row) for each in found}
    assert places == {
        ("KEY101", "data/bees.parquet", 3),
        ("KEY103", "data/bees.parquet", 4),
        ("KEY103", "data/hives.csv", 3),
    }


def test_sizes_and_hashes(tmp_path):
    fields = [{"name": "bee", "type": "integer"}]
    folder = put(tmp_path, pl.DataFrame({"bee": [1]}), fields)
    raw = (folder / "data/bees.parquet").read_bytes()
    right = {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}
    assert not validate(write(folder, [bees(fields, **right)], {})).findings
    wrong = {"bytes": 1, "hash": "sha256:" + "0" * 64}
    assert [each.rule for each in validate(write(folder, [bees(fields, **wrong)], {})).findings] == ["FIL101"] * 2


@pytest.mark.parametrize("path, pack", [("data/b.parquet.gz", gzip.compress), ("data/b.zip", None)])
def test_a_packed_file(tmp_path, path, pack):
    fields = [{"name": "bee", "type": "integer"}]
    raw = (put(tmp_path / "plain", pl.DataFrame({"bee": ["x"]}), fields) / "data/bees.parquet").read_bytes()
    inner = {"innerpath": "in/bees.parquet"} if pack is None else {}
    content = pack(raw) if pack else zipped({"in/bees.parquet": raw})
    (found,) = validate(write(tmp_path / "p", [bees(fields, path=path, **inner)], {path: content})).findings
    assert (found.rule, found.file) == ("CEL101", "/".join([path, *inner.values()]))


@pytest.mark.parametrize("content", [b"PAR1", b"no Parquet", b"PAR1" + b"\xff" * 100 + b"\x40\0\0\0PAR1"])
def test_what_is_no_parquet_hides_no_other_table(tmp_path, content):
    fields = [{"name": "bee", "type": "integer"}]
    key = {"fields": "bee", "reference": {"resource": "bees", "fields": "bee"}}
    told = [bees(fields), resource("other", fields, foreignKeys=[key])]
    report = validate(write(tmp_path, told, {"data/bees.parquet": content, "data/other.csv": "bee\nx\n"}))
    assert [(each.rule, each.file) for each in report.findings] == [
        ("FIL102", "data/bees.parquet"),
        ("CEL101", "data/other.csv"),
    ]
    assert str(tmp_path) not in report.findings[0].message and not report.complete
    assert any(line.startswith("KEY103 on data/other.csv") for line in report.skipped)


def test_a_file_that_is_cut_off_or_changed_inside(tmp_path):
    """Whatever byte is another one, the table is read or refused, and nothing fails."""
    fields = [{"name": "bee", "type": "integer"}, {"name": "hive", "type": "string"}]
    folder = put(tmp_path, pl.DataFrame({"bee": range(50), "hive": ["hive"] * 50}), fields)
    raw = (folder / "data/bees.parquet").read_bytes()
    for at in range(4, len(raw), max(1, len(raw) // 12)):
        for changed in (raw[:at], raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]):
            (folder / "data/bees.parquet").write_bytes(changed)
            validate(folder)


def test_what_unpacks_to_more_than_the_memory_is_refused(tmp_path, monkeypatch):
    """A few kilobytes that are many times the memory in one row group."""
    monkeypatch.setattr(limits, "LEAST", 32 * limits.MIB)
    frame = pl.DataFrame({"hive": ["x" * 8_000_000 + str(number) for number in range(9)]})
    folder = put(tmp_path, frame, [{"name": "hive", "type": "string"}])
    (found,) = validate(folder).findings
    assert found.rule == "FIL105" and f"more than {limits.LEAST // limits.MIB} MiB of memory" in found.message


def test_a_row_wider_than_a_cell_may_be_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELL", 10)
    frame = pl.DataFrame({"hive": ["123456"], "bee": ["78901"]})
    folder = put(tmp_path, frame, [{"name": name, "type": "string"} for name in frame.columns])
    assert [each.rule for each in validate(folder).findings] == ["FIL105"]


def test_wide_rows_are_fetched_a_few_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELL", 100)
    frame = pl.DataFrame({"hive": ["x" * 60] * 5})
    path = tmp_path / "b.parquet"
    frame.write_parquet(path)
    with path.open("rb") as handle, parquet.opened(handle.read) as reading:
        assert reading.width() == 60 and list(reading.rows()) == [["x" * 60]] * 5


def test_reading_on_is_not_taken_for_a_call_that_hangs(tmp_path, monkeypatch):
    monkeypatch.setattr(watchdog, "TICK", 0.001)
    path = tmp_path / "b.parquet"
    pl.DataFrame({"bee": pl.int_range(2_000_000, eager=True).cast(pl.String)}).write_parquet(path)
    with path.open("rb") as handle, watchdog.watchdog("a cell", 0.01):
        parquet.examine(handle)


@pytest.mark.parametrize("late, raised", [(True, OutOfTime), (False, KeyboardInterrupt)])
def test_an_interruption_is_what_it_is(tmp_path, monkeypatch, late, raised):
    """DuckDB raises RuntimeError where a signal interrupts it: that of the end of time, or that of Ctrl-C."""

    def interrupted(*_: object) -> None:
        raise RuntimeError("Query interrupted")

    pl.DataFrame({"bee": [1]}).write_parquet(tmp_path / "b.parquet")
    monkeypatch.setattr(parquet, "_columns", interrupted)
    monkeypatch.setattr(parquet, "is_late", lambda: late)
    with (tmp_path / "b.parquet").open("rb") as handle, pytest.raises(raised):
        parquet.examine(handle)


def test_lists_and_objects_are_not_read(tmp_path, ended):
    folder = put(tmp_path, pl.DataFrame({"hive": [[1, 2]]}), [{"name": "hive", "type": "array"}])
    done = ended("check", folder)
    assert done.code == 2 and 'the column "hive" has lists or objects' in done.out


def test_bytes_are_shown_as_digits(tmp_path):
    folder = put(tmp_path, pl.DataFrame({"hive": [b"\x01x"]}), [{"name": "hive", "type": "string"}])
    assert [each.value for each in validate(folder).findings] == ["0x0178"]


@pytest.mark.parametrize(
    "more, said",
    [
        ({"dialect": {"parquet": {"columns": ["bee"]}}}, "columns"),
        ({"path": ["a.parquet", "b.parquet"]}, "several files"),
    ],
)
def test_what_is_not_followed_is_not_checked(tmp_path, ended, more, said):
    told = bees([{"name": "bee", "type": "integer"}], **more)
    (tmp_path / "data").mkdir()
    for name in ("data/bees.parquet", "a.parquet", "b.parquet"):
        pl.DataFrame({"bee": [1]}).write_parquet(tmp_path / name)
    done = ended("check", write(tmp_path, [told], {}))
    assert done.code == 2 and "FIL109" in done.out and said in done.out


def test_a_bare_file_with_its_schema(tmp_path, ended):
    pl.DataFrame({"bee": [1, 0]}).write_parquet(tmp_path / "bees.parquet")
    schema = {"fields": [{"name": "bee", "type": "integer", "constraints": {"minimum": 1}}]}
    (tmp_path / "s.json").write_text(json.dumps(schema))
    done = ended("check", tmp_path / "bees.parquet", "--schema", tmp_path / "s.json")
    assert done.code == 1 and "bees.parquet: CEL102" in done.out and "row 3" in done.out


def test_frictionless_itself_where_it_can_read_parquet(tmp_path):
    """It needs pandas and PyArrow, which give no missing integers: they make them numbers."""
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pl.DataFrame({"bee": [1, 2], "hive": ["a", None], "day": [NOON.date(), None]})
    fields = [{"name": name, "type": "string"} for name in frame.columns]
    folder = put(tmp_path, frame, fields)
    assert standard(validate(folder).findings) == verdict(folder)
