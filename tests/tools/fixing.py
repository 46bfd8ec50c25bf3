"""What the tests of fixing share: a package of one table, and what is made of it."""

import json
from collections.abc import Collection
from pathlib import Path

from claimtrack.fixing import plan as fixing
from claimtrack.fixing.plan import Plan, write
from tests.tools.support import kept, seal

KEYED = {"fields": [{"name": "id", "type": "string"}, {"name": "words", "type": "string"}], "primaryKey": "id"}


def package(folder: Path, content: bytes, schema: dict = KEYED, **resource) -> Path:
    """A package of one table, its checksums as they should be."""
    folder.mkdir(exist_ok=True)
    (folder / "t.csv").write_bytes(content)
    descriptor = {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema} | resource]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    seal(folder)
    return folder


def plan(folder: Path, reseal: Collection[str] = (), in_order: bool = True) -> Plan:
    """What is to be done to a package."""
    return fixing.plan(kept(folder), reseal, in_order)


def fixed(folder: Path, in_order: bool = True) -> bytes:
    """The package's table once that is done; to do it twice is to do it once."""
    made = plan(folder, in_order=in_order)
    assert not made.refusals, made.refusals
    write(made)
    assert plan(folder, in_order=in_order).rewrites == []
    return (folder / "t.csv").read_bytes()
