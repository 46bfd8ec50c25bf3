"""Writes each table as one Parquet file, with columns of the types in the Table Schema."""

import io

import polars as pl

from claimtrack.publisher.model import Dataset
from claimtrack.publisher.typed_tables import TypedTable

TYPES = {"integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}


def frame(table: TypedTable) -> pl.DataFrame:
    """Makes a frame from a table.

    | column | type | null means |
    |---|---|---|
    | one for each field | Int64, Float64, Boolean, else String (dates too) | the value is missing |
    """
    return pl.DataFrame(
        table.rows, schema={field["name"]: TYPES.get(field.get("type", ""), pl.String) for field in table.fields}
    )


def contents(dataset: Dataset) -> dict[str, bytes]:
    """Returns the bytes of a file for each table, by the table's name.

    The metadata of each file have the dataset's title, version and licence.
    """
    made = {}
    for table in dataset.tables.values():
        said = {
            "title": dataset.title,
            "version": dataset.version,
            "licence": dataset.licence.name,
            "table": table.name,
        }
        buffer = io.BytesIO()
        frame(table).write_parquet(buffer, compression="zstd", metadata=said)
        made[table.name] = buffer.getvalue()
    return made
