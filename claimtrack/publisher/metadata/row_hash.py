"""The citation of a package, or of one row with a hash by which it can be proven unchanged.

The recipe of the hash, for whoever wants to check it with tools of their own: take the row's cells as text, exactly as they
are written in the CSV file; leave out empty cells; make of them a JSON object with the column names as keys and text as
values; write it in the canonical form of RFC 8785 (keys sorted, no white space, UTF-8); take the SHA-256 of those bytes. A
column added to the table later therefore changes no hash as long as the row is empty there, and none depends on the order of
columns or rows.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import rfc8785

from validator.findings import Unusable
from validator.seal import read_tables

from . import citation
from .facts import read_facts
from .tables import key, schemas


def content_hash(cells: Mapping[str, str]) -> str:
    """The SHA-256 of a row's content, as 64 lower-case hexadecimal digits, by the recipe above. Cells are text."""
    return hashlib.sha256(rfc8785.dumps({name: text for name, text in cells.items() if text})).hexdigest()


def find(package: Path, id: str) -> citation.Row:
    """The row with an id: a primary key, its parts joined by "/" where it has several, with "TABLE/" before it where two tables have it.

    Raises Unusable when there is no such row, or rows in several tables.
    """
    found, keys = [], {name: columns for name, schema in schemas(package).items() if (columns := key(schema))}
    for (name, columns), rows in zip(keys.items(), read_tables(package, *keys)):
        for row in rows:
            own = "/".join(row[column] for column in columns)
            if id in (own, f"{name}/{own}"):
                found.append(citation.Row(name, own, content_hash(row), row.get("version_retired") or None))
    if not found:
        raise Unusable(f'no row has the id "{id}"; give a primary key such as those in the first column of a table')
    if len(found) > 1:
        raise Unusable(f'the id "{id}" stands in several tables; write {" or ".join(f"{row.table}/{row.id}" for row in found)}')
    return found[0]


def text(package: Path, row: citation.Row | None, style: str) -> str:
    """The citation of the package, or of one row of it, in one of `citation.STYLES`. Raises Unusable."""
    return citation.STYLES[style](read_facts(package), row)


def compare(id: str, row: citation.Row, expected: str) -> int:
    """Says on standard error whether the row that was asked for as `id` is the one with the expected hash: 0 if so, 1 if not."""
    same = row.sha256 == expected.strip().lower().removeprefix("sha256:")
    print(f"{id}: {'unchanged' if same else f'not the row with the SHA-256 {expected}'}", file=sys.stderr)
    return int(not same)
