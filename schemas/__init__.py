"""What the tables must be: `<table>.json` (Table Schema) says what one cell may hold, `<table>.py` beside it what the cells
of a table must be to each other, `relations.py` and `tracking.py` what the tables must be to each other, and `versions.py`
what two versions of a package must be to each other.

Each rule is a function that returns the rows that break it; `validator.rules` runs it as a Pandera check (and
`validator.history` those of `versions.py`).
"""

import json
from pathlib import Path

from . import actors, anchors, calls, claims, codes, codings, evidence, follow_ups, item_rights, participants, segments, sources, statements
from . import relations, tracking, versions  # isort: skip

HERE = Path(__file__).parent

# The tables of a claim-tracking package, and the fields of their Table Schemas by name: the rules rely on them.
COLUMNS = {
    path.stem: {field["name"]: field for field in json.loads(path.read_text(encoding="utf-8"))["fields"]} for path in sorted(HERE.glob("*.json"))
}

__all__ = ["COLUMNS", "actors", "anchors", "calls", "claims", "codes", "codings", "evidence", "follow_ups", "item_rights", "participants"]
__all__ += ["relations", "segments", "sources", "statements", "tracking", "versions"]
