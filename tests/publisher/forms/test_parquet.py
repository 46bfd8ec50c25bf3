"""The tables as Parquet."""

import duckdb
import polars as pl
import pytest

from tests.tools.publishing import TABLES


@pytest.mark.parametrize("name", TABLES)
def test_parquet_is_the_table(release, name):
    path = release / "parquet" / f"{name}.parquet"
    assert pl.read_parquet(path).rows(named=True) == list(TABLES[name].rows)
    rows = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in rows.description]
    assert [dict(zip(names, row, strict=True)) for row in rows.fetchall()] == list(TABLES[name].rows)
