"""Refuses lists without bound in a Table Schema."""

import json
from pathlib import Path
from typing import Any

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.package.table_schema import dict_of, list_of


def listed(value: object) -> list[str]:
    """Returns the texts in a property that may be one text or a list of texts."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def refuse_large(path: Path, schema: dict[str, Any]) -> None:
    """Raises Unusable for a Table Schema with more fields, or a list of more values, than `limits` allows."""
    fields = list_of(schema.get("fields"))
    if len(fields) > limits.MAX_COLUMNS:
        words = f"a Table Schema has {len(fields):,} fields; at most {limits.MAX_COLUMNS:,} columns are checked"
        raise Unusable(f"{path}: {words}")
    fields = [known for known in fields if isinstance(known, dict)]
    constraints = [dict_of(known.get("constraints")) for known in fields]
    for owner in [schema, *fields, *constraints]:
        for name, value in owner.items():
            most = limits.MAX_KEYS if name in ("foreignKeys", "uniqueKeys") else limits.MAX_VALUES
            if isinstance(value, list) and len(value) > most:
                words = f"has {len(value):,} values; at most {most:,} are checked, and a table can hold more"
                raise Unusable(f"{path}: {json.dumps(name)} {words}")
