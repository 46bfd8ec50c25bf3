"""Determines the dialect of a table, and whether the fast reader can read it with the table's keys."""

from claimtrack.checks.keys import is_keyable
from claimtrack.core.watchdog import watchdog
from claimtrack.package.dialect import SAMPLE, dialect_of
from claimtrack.reading.table import Table


def with_dialect(table: Table, keys: frozenset[str]) -> Table:
    """Adds the dialect of its first file to a table. It is not plain where the keys cannot be compared as texts.

    `keys` are the columns of the table's keys. Raises Stuck, and what `dialect_of` raises.
    """
    schema = table.resource.schema
    with watchdog("the file's dialect"), table.content(table.file) as handle:
        dialect = dialect_of(table.resource, handle.read(SAMPLE))
    known = schema.fields and all(schema.has_field(key) and is_keyable(schema.get_field(key)) for key in keys)
    # DuckDB treats names that differ only in case as equal.
    if not known or len({key.casefold() for key in keys}) < len(keys):
        dialect = dialect.not_plain()
    return Table(table.resource, table.source, dialect)
