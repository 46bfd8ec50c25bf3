"""Names the place of a table in findings, also where several tables share one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claimtrack.package.table_schema import dict_of

if TYPE_CHECKING:
    from frictionless import Resource

# The property of a dialect that names one table among several of a file, by frictionless's name of the dialect's part.
CHOICES = {"excel": "sheet", "ods": "sheet", "json": "property"}
# What the standard calls these properties, by the ending of the file, with frictionless's name of the dialect's part.
# Source: https://datapackage.org/standard/table-dialect/
STANDARD = {
    "xlsx": ("excel", ("sheetName", "sheetNumber")),
    "json": ("json", ("property",)),
}


def shown_path(resource: Resource) -> str:
    """Returns the path under which findings name a table's file, or "" where the data is in the descriptor.

    It is the path of the (first) file. If the resource chooses one table among several of the file, what it chooses
    follows after a slash: `tables.zip/one.csv`, `book.xlsx/Sheet1`.
    """
    path = resource.path or ""
    if not path or resource.extrapaths:
        return path
    parts = [path, resource.innerpath if resource.compression == "zip" else None]
    if resource.tabular:
        controls = {control.type: control for control in resource.dialect.controls}
        parts += [controls[name].get_defined(choice) for name, choice in CHOICES.items() if name in controls]
    return "/".join(str(part) for part in parts if part)


def follow_standard(resource: dict[str, Any]) -> None:
    """Says in frictionless's words which table of its file a resource chooses in those of the standard.

    frictionless passes over the standard's own words, and would read the first sheet.
    """
    path, said = resource.get("innerpath") or resource.get("path"), dict_of(resource.get("dialect"))
    ending = resource.get("format") or (path.rpartition(".")[2].lower() if isinstance(path, str) else None)
    if not isinstance(ending, str) or ending not in STANDARD:
        return
    part, names = STANDARD[ending]
    chosen = next((said[name] for name in names if name in said), None)
    if chosen is not None and CHOICES[part] not in dict_of(said.get(part)):
        resource["dialect"] = {**said, part: {**dict_of(said.get(part)), CHOICES[part]: chosen}}
