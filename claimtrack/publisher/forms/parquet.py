"""Each table as one Parquet file, its columns typed by the Table Schema."""

from pathlib import Path

import polars as pl

from .model import Dataset
from .tables import Table

TYPES = {"integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}


def frame(table: Table) -> pl.DataFrame:
    """The table as a frame: numbers and booleans as such, all else as text, missing values null."""
    return pl.DataFrame(table.rows, schema={field["name"]: TYPES.get(field.get("type"), pl.String) for field in table.fields})


def write(dataset: Dataset, folder: Path) -> list[Path]:
    """Writes a file a table and returns their paths. Each carries the dataset's citation in its metadata."""
    folder.mkdir()
    paths = []
    for table in dataset.tables.values():
        paths.append(folder / f"{table.name}.parquet")
        said = {"title": dataset.title, "version": dataset.version, "licence": dataset.licence.name, "table": table.name}
        frame(table).write_parquet(paths[-1], compression="zstd", metadata=said)
    return paths
