"""What the tests of a release share."""

import csv
import io
import json
from pathlib import Path

from claimtrack.publisher.typed_tables import read_typed
from tests.conftest import ROOT
from tests.tools.example import Example
from tests.tools.support import kept

TABLES = read_typed(kept(ROOT))  # those of the shipped dataset


def describe(good: Example, **said) -> None:
    """Changes what a package's descriptor says; None takes a property out."""
    path = good.folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8")) | said
    path.write_text(
        json.dumps({key: value for key, value in descriptor.items() if value is not None}), encoding="utf-8"
    )


def flat_rows(release: Path, name: str) -> list[dict[str, str]]:
    """The rows of one of a release's flat tables."""
    return list(csv.DictReader(io.StringIO((release / name).read_text(encoding="utf-8-sig"), newline="")))


def source_row(id: str, **cells: str) -> dict:
    """A row of `sources`."""
    row = {
        "source_id": id,
        "publisher": "A paper",
        "kind": "news",
        "title": "A title",
        "url": f"https://example.org/{id}",
        "published": "",
    }
    return (
        row
        | {
            "published_basis": "none",
            "language": "en",
            "read": "whole",
            "independent": "true",
            "official": "false",
            "consulted": "2022-01-10",
        }
        | cells
    )


def evidence_row(id: str, source: str) -> dict:
    """A row of `evidence` that rests on a source."""
    row = {
        "evidence_id": id,
        "claim_id": "EX01-C001",
        "source_id": source,
        "relation": "corroborates",
        "event_date": "2021-03-05",
    }
    row |= {
        "finding": "The paper reports it as well.",
        "about": "act_meant",
        "said_by_id": "sailors-gazette",
        "official_position": "false",
        "confidence": "high",
    }
    return row | {"recorded": "2022-01-10", "version_added": "1.0.0"}
