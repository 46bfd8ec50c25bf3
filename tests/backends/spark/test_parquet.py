"""Parquet files in Spark get the findings of the same table as CSV. Skipped where Spark is not installed."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from claimtrack.backends.spark.backend import Spark
from tests.tools.support import resource, validate, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.fixture
def parquet(tmp_path):
    """The same rows as CSV and as Parquet, in a package each."""
    fields = [
        INTEGER,
        TEXT,
        {"name": "d", "type": "date"},
        {"name": "x", "type": "number"},
        {"name": "b", "type": "boolean"},
    ]
    frame = pl.DataFrame(
        {
            "n": [1, 2, 2, None], "a": ["x", "=y", None, "\u202ez"],
            "d": [date(2023, 7, 23), None, date(2024, 1, 5), date(999, 1, 1)],
            "x": [0.5, 1e300, float("inf"), -1.0], "b": [True, False, None, True],
        }
    )  # fmt: skip
    fields[3]["constraints"] = {"minimum": 0}
    text = (
        "n,a,d,x,b\n1,x,2023-07-23,0.5,true\n2,=y,,1.0E300,false\n2,,2024-01-05,INF,\n,\u202ez,0999-01-01,-1.0,true\n"
    )
    more = {"primaryKey": ["n"]}
    as_csv = write(tmp_path / "csv", [resource("t", fields, **more)], {"data/t.csv": text})
    for name, rows in (("one", frame[:3]), ("two", frame[3:])):
        (tmp_path / "parquet/data").mkdir(parents=True, exist_ok=True)
        rows.write_parquet(tmp_path / f"parquet/data/{name}.parquet")
    declared = {
        "path": ["data/one.parquet", "data/two.parquet"],
        "format": "parquet",
        "dialect": None,
        "encoding": None,
    }
    as_parquet = write(tmp_path / "parquet", [resource("t", fields, **more, **declared)], {})
    return as_csv, as_parquet


def test_parquet_gets_the_findings_of_the_same_table_as_csv(session, parquet):
    as_csv, as_parquet = (validate(folder, backend=Spark(session)) for folder in parquet)
    assert as_csv.tables == as_parquet.tables == {"t": 4}
    found = [[(f.rule, f.row, f.field, f.value) for f in report.findings if f.row] for report in (as_csv, as_parquet)]
    assert sorted(found[0], key=str) == sorted(found[1], key=str)
    assert {"KEY101", "CEL102", "HYG107", "HYG110"} <= {rule for rule, *_ in found[0]}


def test_times_in_parquet_are_read_in_utc(session, tmp_path):
    field = {"name": "t", "type": "datetime", "constraints": {"enum": ["2023-07-23T10:00:00Z"]}}
    declared = {"path": "data/t.parquet", "format": "parquet", "dialect": None, "encoding": None}
    folder = write(tmp_path, [resource("t", [field], **declared)], {"data/readme.md": ""})
    for hour in (10, 11):
        pl.DataFrame({"t": [datetime(2023, 7, 23, hour, tzinfo=UTC)]}).write_parquet(folder / "data/t.parquet")
        found = [(f.rule, f.value) for f in validate(folder, backend=Spark(session)).findings if f.row]
        assert found == ([] if hour == 10 else [("CEL102", "2023-07-23T11:00:00Z")])


def test_parquet_of_other_columns_or_none_at_all_is_refused_in_a_sentence(session, parquet):
    _, folder = parquet
    (folder / "data/two.parquet").write_bytes(b"no parquet")
    report = validate(folder, backend=Spark(session))
    assert report.exit_code == 2 and [f.rule for f in report.findings] == ["FIL102"]
