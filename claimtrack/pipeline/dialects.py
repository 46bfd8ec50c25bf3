"""Determines the dialect of a table, and whether the fast reader can read it with the table's keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from claimtrack.checks.key_kinds import is_keyable
from claimtrack.core.watchdog import watchdog
from claimtrack.package.dialect import dialect_of
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    from frictionless import Resource


def with_dialect(table: Table, keys: frozenset[str]) -> Table:
    """Adds the dialect of its first file to a table. It is not plain where the keys cannot be compared as texts.

    A table without a Table Schema gets that which frictionless guesses for it. `keys` are the columns of the table's
    keys. Raises Stuck, and what `dialect_of` raises.
    """
    with watchdog("the file's dialect"), table.content(table.file) as handle:
        dialect = dialect_of(table.resource, handle)
        resource = _with_guessed_schema(table.resource) if dialect.fast or dialect.plain else table.resource
    schema = resource.schema
    known = schema.fields and all(schema.has_field(key) and is_keyable(schema.get_field(key)) for key in keys)
    # DuckDB treats names that differ only in case as equal.
    if not known or len({key.casefold() for key in keys}) < len(keys):
        dialect = dialect.not_plain()
    return Table(resource, table.source, dialect)


def _with_guessed_schema(resource: Resource) -> Resource:
    """Returns a resource with the Table Schema that frictionless guesses from its first rows, if it declares none.

    It is returned as it is where it declares a part of one, and where the header is not the list of the fields that
    frictionless makes of it: only frictionless knows what it then says of the header.
    """
    told = resource.schema
    if told.fields or told.primary_key or told.foreign_keys or told.custom:
        return resource
    from frictionless import FrictionlessException

    from claimtrack.package.loader import files_beneath

    try:
        known = resource.to_copy()  # what is declared stays as it is
        with files_beneath(Path(resource.basepath or "")), resource.to_copy() as probe:
            known.schema = probe.schema
            is_exact = bool(probe.labels) and probe.labels == probe.schema.field_names
    except (FrictionlessException, OSError):
        return resource  # what is wrong is told when the table is read
    return known if is_exact else resource
