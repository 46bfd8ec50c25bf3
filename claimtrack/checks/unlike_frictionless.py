"""Tells where a Table Schema of version 2 says what frictionless does not follow; `docs/standard.md` lists each case.

Standard: https://datapackage.org/standard/table-schema/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from claimtrack.checks.json_profile import told
from claimtrack.core.findings import Finding, of_file
from claimtrack.core.visible import shorten
from claimtrack.package.beyond import categories
from claimtrack.package.table_schema import dict_of, fields_of, list_of


def unlike_frictionless(file: str, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """Yields the findings on fields of a Table Schema in which `file`, its descriptor, goes beyond frictionless."""
    for name, field in fields_of(schema).items():
        where = f'of the field "{shorten(name)}"'
        if field.get("type") == "integer" and isinstance(field.get("groupChar"), str):
            words = f"`groupChar` {where}; frictionless reads no integer with such marks"
            yield of_file("PKG209", file, words)
        values = categories(field)
        enum = list_of(dict_of(field.get("constraints")).get("enum"))
        if values and (more := [value for value in enum if str(value) not in map(str, values)]):
            yield of_file("PKG111", file, f"{told(more)} {where}; expected some of {told(values)}")
