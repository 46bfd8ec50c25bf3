# /// script
# requires-python = ">=3.11"
# dependencies = ["datasette==0.65.5"]
# ///
"""Datasette serves a release's SQLite file with its metadata: titles, descriptions, facets, labels, and the views.

Usage: `uv run --script tests/readers/read_datasette.py DIST`. It is asked within this process, and opens no port.
"""

import asyncio
import json
import sqlite3
import sys
from pathlib import Path

from datasette.app import Datasette
from markupsafe import escape


async def wrong(release: Path) -> list[str]:
    """Asks for every table and view, and returns what is amiss."""
    metadata = json.loads((release / "metadata.json").read_text(encoding="utf-8"))
    server = Datasette([], immutables=[str(release / "dataset.sqlite")], metadata=metadata)
    await server.invoke_startup()
    found = []
    front = (await server.client.get("/")).text
    found += [] if html_of(metadata["license"]) in front and html_of(metadata["title"]) in front else ["the front page"]
    with sqlite3.connect(release / "dataset.sqlite") as connection:
        kinds = dict(connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
    for name, kind in kinds.items():
        page = await server.client.get(f"/dataset/{name}")
        told = await server.client.get(f"/dataset/{name}.json?_shape=objects&_labels=on")
        if page.status_code != 200 or told.status_code != 200 or not told.json()["rows"]:
            found.append(f"{kind} {name}: {page.status_code}, {told.status_code}")
        about = metadata["databases"]["dataset"]["tables"].get(name)
        shown = not about or all(html_of(text) in page.text for text in about["columns"].values())
        if not shown or (about and about.get("facets") and "facet-results" not in page.text):
            found.append(f"{kind} {name}: what its columns mean is not shown")
    row = (await server.client.get("/dataset/evidence.json?_shape=objects&_labels=on&_size=1")).json()["rows"][0]
    found += [] if isinstance(row["claim_id"], dict) else [f"a reference has no label: {row['claim_id']}"]
    unknown = metadata["databases"]["dataset"]["tables"].keys() - kinds.keys()
    print(f"datasette: {len(kinds)} tables and views served")
    return found + [f"described, and not there: {name}" for name in sorted(unknown)]


def html_of(text: str) -> str:
    """A text as Datasette's templates show it."""
    return str(escape(text))


if __name__ == "__main__":
    amiss = asyncio.run(wrong(Path(sys.argv[1])))
    print("\n".join(amiss) or "datasette: nothing amiss")
    sys.exit(bool(amiss))
