"""Names the place of a table in findings, also where several tables share one file."""

from frictionless import Resource

# The property of a dialect that names one table among several of a file, by frictionless's name of the dialect's part.
CHOICES = {"excel": "sheet", "ods": "sheet", "json": "property"}


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
