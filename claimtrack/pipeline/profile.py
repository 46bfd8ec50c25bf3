"""The claim-tracking profile: whether a package declares it, and what it lacks of the tables and columns that the rules rely on."""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from .catalogue import every
from .findings import Finding
from .package import PROFILE, Loaded
from .tables import Table
from .wording import of_file, shorten

ALIKE = 0.8  # of difflib's ratio: one word in six may differ, "claim-tracking" alone does not, "camtrap-dp" is far off
TELLING = {"statements", "segments", "claims", "calls", "anchors"}  # nobody has tables of all these names by chance
KINDS = ("type", "rdfType", "codeList")  # what the rules rely on of a column, beside its name


def columns() -> dict[str, dict[str, dict]]:
    """The tables of the profile, and the fields of their Table Schemas by name; loads the rules that rely on them."""
    every()
    from schemas import COLUMNS

    return COLUMNS


def undeclared(loaded: Loaded) -> Iterator[Finding]:
    """The finding on a package that all but declares the profile, or has its tables and declares none."""
    said = {name: value for name, value in loaded.descriptor.items() if _word(name).startswith("conform")}
    if loaded.descriptor.get("conformsTo") == PROFILE:
        return
    for name, value in said.items():
        if any(_alike(text) for text in _texts(value)):
            written = shorten(json.dumps({name: value}, ensure_ascii=False)[1:-1])
            yield of_file("PKG207", loaded.path.name, written)
            return
    names = {resource.get("name") for resource in loaded.descriptor["resources"] if isinstance(resource.get("name"), str)}
    if not said and names >= TELLING:
        yield of_file("PKG207", loaded.path.name, "there is no `conformsTo`, and the tables are " + ", ".join(sorted(TELLING)))


def _texts(value: object) -> list[str]:
    """The texts in a value of `conformsTo`, which others write as a list or as an object with an `@id`."""
    values = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    return [text for text in values if isinstance(text, str)]


def _word(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _alike(text: str) -> bool:
    """Whether a text is the profile's name, or nearly: in other case or joints, at the end of a URL, with a slip."""
    last = text.strip()[-200:].rstrip("/#").replace("#", "/").rpartition("/")[2]
    word, name = _word(last.removesuffix(".json")), _word(PROFILE)
    return len(word) < 2 * len(name) and SequenceMatcher(None, word, name).ratio() >= ALIKE


def lacks(loaded: Loaded, tables: Mapping[str, Table]) -> tuple[list[Finding], dict[str, set[str]]]:
    """What a package that declares the profile lacks of it: a finding for each table and column, and the columns by table.

    `tables` are those of the profile that could be read. One that could not has a finding of its own already.
    """
    findings, lacking = [], {}
    described = {str(resource.get("name")) for resource in loaded.descriptor["resources"]}
    for name, fields in columns().items():
        if name not in tables:
            if name not in described:
                findings.append(of_file("PKG102", loaded.path.name, f'there is no table "{name}"'))
            elif loaded.package.has_resource(name) and not Table.is_csv(loaded.package.get_resource(name)):
                findings.append(of_file("PKG102", loaded.path.name, f'the table "{name}" is not in a CSV file'))
            continue
        file = loaded.sources.get(f"{name}.schema", loaded.path.name)
        notes = {column: note for column, field in fields.items() if (note := _unlike(tables[name], column, field))}
        findings += [of_file("PKG102", file, f'the table "{name}" {note}', field=column) for column, note in notes.items()]
        lacking[name] = set(notes)
    return findings, lacking


def _unlike(table: Table, column: str, asked: dict) -> str | None:
    """What a table lacks of one column that the profile asks for, if anything."""
    schema = table.resource.schema
    if not schema.has_field(column) or table.index(column) is None:
        return f'has no column "{column}"'
    field = schema.get_field(column)
    found = {"type": field.type, "rdfType": field.rdf_type, "codeList": field.custom.get("codeList")}
    for kind in KINDS:
        if found[kind] != asked.get(kind):
            has = f'has in the column "{column}" the {kind} {json.dumps(found[kind])[:100]}' if found[kind] else f'has in the column "{column}" no {kind}'
            return f"{has}; expected {json.dumps(asked[kind]) if asked.get(kind) else 'none'}"
    return None
