"""The backend that needs no cluster: Polars in memory, and DuckDB on disk."""
