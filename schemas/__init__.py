"""Defines what the tables of a claim-tracking package must be.

`<table>.json` (Table Schema) says what one cell may hold. `<table>.py` beside it has the rules between the cells of a
table. Between tables there are `text.py`, `parties.py`, `roles.py`, `conduct.py`, `relations.py`, `tracking.py`,
`answers.py`, `adjudication.py`, `ids.py`, `days.py` and `times.py`; `addresses.py`, `letters.py`, `doubles.py` and
`mentions.py` have the rules on what several tables have, `identity.py` and `versions.py` those between two versions of
a package. Each rule is a function that returns the rows that break it. `defects.toml` has a defect for each rule that
breaks this rule and no other.

`PROFILE` has all of this for the engine. For a notebook, each table has a Pandera schema:

    import polars as pl
    from schemas import claims

    claims.schema().validate(pl.read_csv("data/claims.csv"), lazy=True)

In an installation, the package is `claimtrack.schemas`, and the import is `from claimtrack.schemas import claims`.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claimtrack import Profile
from claimtrack.core.rules import rules_in

from . import (
    actors,
    addresses,
    adjudication,
    anchors,
    answers,
    calls,
    claims,
    codes,
    codings,
    conduct,
    criteria,
    days,
    doubles,
    evidence,
    follow_ups,
    grounds,
    identity,
    ids,
    item_rights,
    letters,
    mentions,
    participants,
    parties,
    relations,
    responses,
    reviews,
    rights,
    roles,
    segments,
    sources,
    statements,
    text,
    times,
    tracking,
    versions,
)

FOLDER = Path(__file__).parent
TABLES = [
    actors,
    anchors,
    calls,
    claims,
    codes,
    codings,
    criteria,
    evidence,
    follow_ups,
    grounds,
    item_rights,
    participants,
    responses,
    reviews,
    rights,
    segments,
    sources,
    statements,
]

BETWEEN_TABLES = [
    text,
    parties,
    roles,
    conduct,
    relations,
    tracking,
    answers,
    adjudication,
    ids,
    days,
    times,
    addresses,
    letters,
    doubles,
    mentions,
    identity,
    versions,
]


def pandera_schemas(tables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns the Pandera schema of every table, by name.

    `tables` are plain frames of tables by name. Rules that read a table which is not among them are left out.
    """
    return {name: PROFILE.schema(name, tables) for name in PROFILE.table_schemas}


def _table_schema(name: str) -> dict[str, Any]:
    """Reads the Table Schema of a table."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _example(defect: Mapping[str, Any]) -> str:
    """Describes a defect of `defects.toml` in words."""
    said = [
        f"`{column}` of {key} in `{table}` is {json.dumps(value, ensure_ascii=False) if value else 'empty'}"
        for table, key, column, value in defect.get("set", [])
    ]
    for table, row in defect.get("add", []):
        cells = ", ".join(f'`{name}` "{value}"' for name, value in row.items() if value)
        said.append(f"a row of `{table}` has {cells}")
    said += [f"`{table}` has no row {key}" for table, key in defect.get("drop", [])]
    return "; ".join(said)


class _Examples(Mapping[str, str]):
    """Maps a rule's id to an example of what breaks it. The examples are read on first use."""

    def __init__(self) -> None:
        self._made: dict[str, str] | None = None

    def _all(self) -> dict[str, str]:
        """Returns all examples, by the rule's id."""
        if self._made is None:
            defects = tomllib.loads((FOLDER / "defects.toml").read_text(encoding="utf-8"))
            self._made = {id: _example(defect) for id, defect in defects.items()}
        return self._made

    def __getitem__(self, id: str) -> str:
        return self._all()[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


PROFILE = Profile(
    name="claim-tracking-package-1",
    table_schemas={name: _table_schema(name) for name in sorted(path.stem for path in FOLDER.glob("*.json"))},
    rules=rules_in(*TABLES, *BETWEEN_TABLES),
    examples=_Examples(),
    descriptor=json.loads((FOLDER / "profile" / "claim-tracking-package-1.json").read_text(encoding="utf-8")),
    telling=frozenset({"statements", "segments", "claims", "calls", "anchors"}),
    summary=text.summary,
    summary_tables=("segments", "anchors", "claims", "calls"),
    # These rules read every column that the summary needs.
    summary_rules=frozenset({"SEG101", "SEG205", "SEG206", "ANC102", "CLM101", "CAL101", "CLM110", "CAL103"}),
)

__all__ = ["PROFILE", "pandera_schemas", *(table.__name__.rpartition(".")[2] for table in TABLES)]
