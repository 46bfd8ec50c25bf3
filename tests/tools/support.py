"""What the engine's tests share: small packages written to a folder, and frictionless's verdict on them as ours are put."""

import json
from collections import Counter
from pathlib import Path

from frictionless import Package

from validator.findings import Finding
from validator.general import FRICTIONLESS
from validator.run import validate

V2 = "https://datapackage.org/profiles/2.0/datapackage.json"
DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True, "skipInitialSpace": False}
Key = tuple[str, str, int | None, str]  # rule, file, row, field


def resource(name: str, fields: list[dict], **more) -> dict:
    """A resource's descriptor, all of its form declared; `more` goes to the Table Schema or replaces a property."""
    schema = {"fields": fields, **{key: more.pop(key) for key in list(more) if key in SCHEMA}}
    told = {"name": name, "type": "table", "path": f"data/{name}.csv", "format": "csv", "encoding": "utf-8", "dialect": dict(DIALECT)}
    return {key: value for key, value in {**told, "schema": schema, **more}.items() if value is not None}


SCHEMA = ("primaryKey", "foreignKeys", "uniqueKeys", "missingValues", "fieldsMatch")


def write(folder: Path, resources: list[dict], files: dict[str, str | bytes], **more) -> Path:
    """Writes a package: its descriptor, and files by their path within it. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").write_text(json.dumps({"$schema": V2, "name": "example", "resources": resources, **more}))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def table(folder: Path, content: str | bytes, fields: list[dict], **more) -> Path:
    """Writes a package of one table, `data/t.csv`."""
    return write(folder, [resource("t", fields, **more)], {"data/t.csv": content})


def rules(folder: Path) -> set[tuple[str, int | None]]:
    """The rule and line of everything that we find in a package."""
    return {(found.rule, found.line) for found in validate(folder).findings}


def verdict(folder: Path) -> Counter[Key]:
    """What frictionless alone finds in a package, put as our rules have it. Raises what frictionless raises."""
    package, found = Package.from_descriptor(str(folder / "datapackage.json")), Counter()
    for resource_ in package.resources:
        report = resource_.validate(limit_errors=0)
        for error in [*report.errors, *(e for task in report.tasks for e in task.errors)]:
            rule = FRICTIONLESS.get(error.type, "FIL102")
            row = getattr(error, "row_number", None) if not rule.startswith("FIL") else None
            field = ""
            if rule.startswith("CEL") or error.type == "unique-error":
                field = error.field_name
            elif error.type == "foreign-key":
                field = ", ".join(error.field_names)
            elif error.type == "primary-key":
                field = ", ".join(resource_.schema.primary_key)
            found[rule, resource_.path or "datapackage.json", row, field] += 1
    return found


def standard(findings: list[Finding], parts: dict[str, str] | None = None) -> Counter[Key]:
    """Our findings without those that frictionless knows nothing of: form, descriptor, and `uniqueKeys` of several columns.

    `parts` are the further files of tables in several (`further`): frictionless knows their first file only, and drops the
    first line of every other unseen.
    """
    ours, parts = Counter(), parts or {}
    for found in findings:
        beyond = found.rule.startswith(("HYG", "PKG2")) or found.rule == "KEY102" and ", " in (found.field or "") or found.rule == "FIL104"
        if not beyond and not (found.rule == "TAB101" and found.file in parts):
            ours[found.rule, parts.get(found.file, found.file), found.row, found.field or ""] += 1
    return ours


def further(resources: list[dict]) -> dict[str, str]:
    """The further files of tables in several, each with the first."""
    return {path: told["path"][0] for told in resources if isinstance(told.get("path"), list) for path in told["path"][1:]}
