"""Checks the form of the texts in a descriptor: those for people, the names of fields, and cells that stand in it.

They are shown, copied and opened as the cells of a file are, so the same rules hold for them.
"""

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

from claimtrack.checks.characters import BIDI, C1, CONTROL, EDGE, INVISIBLE, NO_BREAK_AT_EDGE, SPACES, USUAL
from claimtrack.core.findings import Finding, of_file
from claimtrack.core.formula import FORMULA
from claimtrack.core.marks import is_composed, is_heaped
from claimtrack.core.visible import shorten
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.sensitive import KEPT_OUT, is_sensitive
from claimtrack.package.table_schema import dict_of, list_of

# Properties whose texts are for programs, and may consist of any characters.
TECHNICAL = set(
    "missingValues trueValues falseValues delimiter lineTerminator quoteChar escapeChar commentChar nullSequence "
    "headerJoin decimalChar groupChar pattern enum categories format example data".split()
)


def check_texts(opened: OpenedPackage) -> Iterator[Finding]:
    """Yields the findings on the form of the texts in a descriptor and in the Table Schemas that it names."""
    file, seen = opened.path.name, set[int]()
    package = {key: value for key, value in opened.descriptor.items() if key != "resources"}
    yield from _walk(file, "the package", package, seen)
    for number, resource in enumerate(opened.resources, 1):
        name = resource.get("name")
        where = f'the resource "{shorten(name, 100)}"' if isinstance(name, str) else f"the resource {number}"
        for key in ("schema", "dialect"):
            there = opened.named.get(f"{name}.{key}", file)
            yield from _walk(there, f"the {key} of {where}", resource.get(key), seen)
        rest = {key: value for key, value in resource.items() if key not in ("schema", "dialect")}
        yield from _walk(file, where, rest, seen)
        for field in list_of(dict_of(resource.get("schema")).get("fields")):
            label = field.get("name") if isinstance(field, dict) else None
            if isinstance(label, str):
                there = opened.named.get(f"{name}.schema", file)
                for rule in edges(label):
                    yield of_file(rule, there, f'the field "{shorten(label)}" of {where}')
        hidden = not opened.values or is_sensitive(resource)
        yield from _inline(file, where, resource.get("data"), hidden)


def _walk(file: str, where: str, value: Any, seen: set[int]) -> Iterator[Finding]:
    """Yields the findings on all texts in a value, with the property in which each stands."""
    level: list[tuple[str, Any]] = [("", value)]
    while level:
        key, each = level.pop()
        if isinstance(each, str):
            for rule in _faults(each):
                yield of_file(rule, file, f'"{shorten(key)}" of {where}: "{shorten(each)}"')
        elif isinstance(each, dict) and id(each) not in seen:
            seen.add(id(each))  # several resources can have one Table Schema
            for name, inner in each.items():
                level.append((name, inner if name not in TECHNICAL else None))
                if name not in TECHNICAL and _faults(name):
                    level.append(("a property", name))
        elif isinstance(each, list):
            level += [(key, inner) for inner in each]


def _inline(file: str, where: str, data: Any, hidden: bool) -> Iterator[Finding]:
    """Yields the findings on the cells of data that stand in the descriptor, labels included.

    With `hidden`, their texts are left out.
    """
    for number, row in enumerate(list_of(data), 1):
        cells = list(row.items()) if isinstance(row, dict) else [("", cell) for cell in list_of(row)]
        for label, cell in cells:
            texts = [text for text in (cell, label if number == 1 else "") if isinstance(text, str) and text]
            for text in texts:
                shown = KEPT_OUT if hidden else f'"{shorten(text)}"'
                for rule in (*_faults(text), *edges(text)):
                    yield of_file(rule, file, f"the data of {where}, row {number}: {shown}")


def _faults(text: str) -> list[str]:
    """Returns the rules on characters that a text breaks."""
    found = ["HYG106"] if re.search(CONTROL, text) else []
    if text.isascii():
        return found
    found += ["HYG118"] if re.search(C1, text) else []
    found += ["HYG107"] if re.search(BIDI, text) else []
    usual = reduce(lambda left, pattern: re.sub(pattern, r"\1\2", left), USUAL, text)
    at_edge = re.search(NO_BREAK_AT_EDGE, text)
    found += ["HYG108"] if at_edge or re.search(INVISIBLE, usual) else []
    found += ["HYG119"] if not at_edge and re.search(SPACES, usual) else []
    return found + (["HYG105"] if is_heaped(text) or not is_composed(text) else [])


def edges(text: str) -> list[str]:
    """Returns the rules on the first and last character of a cell that a text breaks."""
    return (["HYG109"] if re.search(EDGE, text) else []) + (["HYG110"] if re.search(FORMULA, text) else [])
