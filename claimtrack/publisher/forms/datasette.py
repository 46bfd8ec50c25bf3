"""Makes metadata for Datasette, which shows the SQLite file in a browser: `datasette dataset.sqlite -m metadata.json`.

Form: https://docs.datasette.io/en/stable/metadata.html
"""

from claimtrack.publisher.model import Dataset
from claimtrack.publisher.typed_tables import TypedTable

NAME, DATABASE = "metadata.json", "dataset"
LABELS = {"statements": "title", "claims": "claim", "calls": "demand", "actors": "name", "sources": "title"}
FACETS = 3  # columns of codes by which a table is offered to be filtered at once; each costs Datasette a query


def document(dataset: Dataset) -> dict:
    """Returns the metadata: the dataset's title, description and licence, and what each table and column is."""
    said = {
        "title": dataset.title,
        "description": dataset.description,
        "license": dataset.licence.title,
        "license_url": dataset.licence.path,
        "source": f"Version {dataset.version}",
        "source_url": dataset.url,
        "databases": {DATABASE: {"tables": {name: _table(table) for name, table in dataset.tables.items()}}},
    }
    return {name: value for name, value in said.items() if value}


def _table(table: TypedTable) -> dict:
    """Describes a table."""
    described = {field["name"]: field["description"] for field in table.fields if field.get("description")}
    names = [field["name"] for field in table.fields]
    said = {
        "title": table.resource.get("title"),
        "description": table.resource.get("description"),
        "columns": described,
        "label_column": LABELS.get(table.name) if LABELS.get(table.name) in names else None,
        "facets": list(table.coded)[:FACETS],
    }
    return {name: value for name, value in said.items() if value}
