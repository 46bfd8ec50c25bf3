"""Finds faults of a descriptor that the standard allows, and parts on which frictionless would fail for every row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from claimtrack.checks.beyond import apply_beyond
from claimtrack.checks.constraints import Unsound, unsound_field
from claimtrack.checks.json_profile import told
from claimtrack.checks.key_kinds import unequal
from claimtrack.checks.misspelt import DIALECT, FIELD, PACKAGE, RESOURCE, SCHEMA, slips
from claimtrack.checks.unlike_frictionless import unlike_frictionless
from claimtrack.core.errors import Stuck
from claimtrack.core.findings import Finding, of_file, pointer_to
from claimtrack.core.version_number import parts
from claimtrack.core.visible import shorten
from claimtrack.core.watchdog import watchdog
from claimtrack.package.beyond import is_version_2
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.shown_path import shown_path
from claimtrack.package.table_schema import dict_of, names_of

if TYPE_CHECKING:
    from frictionless import Resource

# A version that is a year, a month or a day.
CALENDAR = r"(?:19|20)[0-9]{2}(?:[-.](?:0?[1-9]|1[0-2])(?:[-.](?:0?[1-9]|[12][0-9]|3[01]))?)?"


def check_descriptor(opened: OpenedPackage) -> list[Finding]:
    """Returns the findings on the properties of a descriptor and of every resource in it."""
    file = opened.path.name
    found = [*slips(file, "of the package", opened.descriptor, PACKAGE), *_version(file, opened.descriptor)]
    for number, resource in enumerate(opened.resources, 1):
        name = resource.get("name")
        where = f'of the resource "{shorten(name)}"' if isinstance(name, str) else f"of the resource {number}"
        found += slips(file, where, resource, RESOURCE)
        if isinstance(resource.get("dialect"), dict):
            there = opened.named.get(f"{name}.dialect", file)
            found += slips(there, f"of the dialect {where}", resource["dialect"], DIALECT)
        if isinstance(resource.get("schema"), dict):
            there = opened.named.get(f"{name}.schema", file)
            found += _schema(there, resource["schema"])
            found += unlike_frictionless(there, resource["schema"]) if is_version_2(opened.descriptor) else []
    for part in opened.package.resources if opened.package else []:
        if part.tabular:
            found += _resource(file, part, opened.without_schema)
    return found


def unsound_parts(opened: OpenedPackage, resource: Resource) -> list[Unsound]:
    """Returns the formats, constraints and keys of a table that cannot be applied.

    frictionless would fail on them, or report every row.
    """
    if not resource.tabular or not resource.schema.fields:
        return []
    file = opened.named.get(f"{resource.name}.schema", opened.path.name)
    fields = [part for field in resource.schema.fields for part in unsound_field(file, field)]
    if is_version_2(opened.descriptor):
        for name, reason in apply_beyond(resource, dict_of(opened.resource(resource.name).get("schema"))).items():
            found = of_file("PKG104", file, f'a constraint of the field "{name}"; {reason}')
            fields.append(Unsound(lambda: None, found))
    return [*fields, *_keys(opened, resource, file)]


def is_applicable(opened: OpenedPackage) -> bool:
    """Tells whether a package is plain, and all can be applied that its Table Schemas say."""
    try:
        with watchdog("the Table Schemas", float("inf")):
            return bool(opened.described) and not any(unsound_parts(opened, each) for each in opened.described)
    except (Exception, Stuck):  # it is told of the table in which it is, once frictionless has read the descriptor
        return False


def _version(file: str, descriptor: dict) -> Iterator[Finding]:
    """Yields a finding for a version that is no release of Semantic Versioning."""
    said = descriptor.get("version")
    if not isinstance(said, str):
        return
    version = parts(said)
    if version is None and re.fullmatch(CALENDAR, said):
        return
    if version is None:
        yield of_file("PKG208", file, f'"{shorten(said)}" is no version of https://semver.org/')
    elif version.prerelease or version.build:
        kind = "a pre-release" if version.prerelease else "a build"
        yield of_file("PKG208", file, f'"{shorten(said)}" is {kind} of {version.finalize_version()}')


def _schema(file: str, schema: dict) -> Iterator[Finding]:
    """Yields the findings on the properties of a Table Schema and of its fields."""
    yield from slips(file, "of the Table Schema", schema, SCHEMA)
    fields = schema.get("fields")
    for number, field in enumerate(fields if isinstance(fields, list) else [], 1):
        if not isinstance(field, dict):
            continue
        name = field.get("name")
        where = f'of the field "{shorten(name)}"' if isinstance(name, str) else f"of the field {number}"
        yield from slips(file, where, field, FIELD)
        given = field.get("constraints")
        constraints = given if isinstance(given, dict) else {}
        if field.get("categories") and not constraints.get("enum"):
            yield of_file("PKG205", file, where.removeprefix("of "))
        if isinstance(constraints.get("pattern"), str) and is_ungrouped(constraints["pattern"]):
            yield of_file("PKG203", file, f'"{constraints["pattern"][:200]}" {where}')


def is_ungrouped(pattern: str) -> bool:
    """Tells whether a pattern has an alternation outside of every group.

    frictionless reads `a|b` as `^a|b$`, which also accepts `axx`.
    """
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    depth = 0
    for character in bare:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            return True
    return False


def _resource(file: str, resource: Resource, without_schema: set[str]) -> Iterator[Finding]:
    """Yields a finding for each property that a table should declare and does not.

    `without_schema` are the tables whose Table Schema cannot be applied, which is told already.
    """
    if not resource.schema.fields and resource.name not in without_schema:
        yield of_file("PKG206", file, f'the resource "{resource.name}"')


def _keys(opened: OpenedPackage, resource: Resource, file: str) -> Iterator[Unsound]:
    """Yields the keys of a table that name something missing, or that name a field twice.

    A key that names a field twice is replaced by one that names it once, which means the same.
    """
    schema = resource.schema
    once = list(dict.fromkeys(schema.primary_key))
    if once != schema.primary_key:
        yield Unsound(partial(setattr, schema, "primary_key", once))
    said = schema.custom.get("uniqueKeys", [])
    unique = [key if isinstance(key, list) else [key] for key in said] if isinstance(said, list) else []
    sound = [_once(key) for key in unique if _is_sound(key, resource)]
    if "uniqueKeys" in schema.custom and sound != said:
        yield Unsound(partial(schema.custom.__setitem__, "uniqueKeys", sound))
    for key in unique:
        if not _is_sound(key, resource):
            found = of_file("PKG106", file, f'{told(_once(key))} of the resource "{resource.name}"')
            yield Unsound(lambda: None, found)
    for number, reference in enumerate(schema.foreign_keys):
        reason, note = _astray(opened, resource, reference)
        at = _pointer(opened, resource, "foreignKeys", number)
        if reason or note:
            lost = of_file("PKG105", file, reason, pointer=at) if reason else None
            yield Unsound(partial(_drop, resource, reference), lost, note)
        elif words := _unlike(opened, resource, reference):
            yield Unsound(lambda: None, of_file("PKG110", file, words, pointer=at))


def _pointer(opened: OpenedPackage, resource: Resource, *parts: str | int) -> str:
    """Returns the JSON Pointer of a part of a table's Table Schema, which may be in a file of its own."""
    if f"{resource.name}.schema" in opened.named:
        return pointer_to(*parts)
    numbers = (number for number, told in enumerate(opened.resources) if told.get("name") == resource.name)
    return pointer_to("resources", next(numbers, 0), "schema", *parts)


def _unlike(opened: OpenedPackage, resource: Resource, key: dict) -> str | None:
    """Says of a reference that can be followed why no value matches, or returns None. The types are then unlike."""
    assert opened.package is not None
    target = opened.package.get_resource(key["reference"]["resource"] or resource.name)
    pairs = unequal(resource, target, names_of(key["fields"]), names_of(key["reference"]["fields"]))
    return "; ".join(
        f'"{shorten(one)}" of "{resource.name}" is of the type {resource.schema.get_field(one).type}, and '
        f'"{shorten(other)}" of "{target.name}", to which it refers, of the type {target.schema.get_field(other).type}'
        for one, other in pairs
    )


def forget_references(resource: Resource, unread: set[str], why: str) -> list[str]:
    """Removes references to tables that cannot be compared, because frictionless would report them as faults here.

    Returns a note on each. `unread` are the names of these tables, and `why` says what is with them.
    """
    keys = resource.schema.foreign_keys
    kept = [key for key in keys if key["reference"]["resource"] not in unread]
    notes = [
        f"KEY103 on {shown_path(resource)}: column {', '.join(names_of(key['fields']))} not checked, "
        f'since "{key["reference"]["resource"]}" {why}'
        for key in keys
        if key not in kept
    ]
    if notes:
        resource.schema.foreign_keys = kept
    return notes


def _once(key: list) -> list:
    """Returns a key with each item only once. An item that is no field's name is kept, so that a finding names it."""
    return [name for at, name in enumerate(key) if name not in key[:at]]


def _is_sound(key: list, resource: Resource) -> bool:
    """Tells whether a key names only fields of the resource, and at least one."""
    return bool(key) and all(isinstance(name, str) and resource.schema.has_field(name) for name in key)


def _drop(resource: Resource, key: dict) -> None:
    """Removes a foreign key from frictionless's resource."""
    resource.schema.foreign_keys = [each for each in resource.schema.foreign_keys if each is not key]


def _astray(opened: OpenedPackage, resource: Resource, key: dict) -> tuple[str | None, str | None]:
    """Returns the reason why a reference cannot be followed, or else a note on what is not checked.

    The reason is a fault of the descriptor. The note stands for a reference to a resource that is not checked. Both are
    None for a reference that can be followed.
    """
    package, reference = opened.package, key["reference"]
    assert package is not None
    name, fields, there = reference["resource"] or resource.name, names_of(key["fields"]), names_of(reference["fields"])
    if isinstance(elsewhere := reference.get("package"), str):
        words = f'references to "{shorten(name)}" of another package, "{shorten(elsewhere)}", not checked'
        return None, f'KEY103 on "{resource.name}": {words}'
    if not fields or len(fields) != len(there):
        return f'it names {len(fields)} columns of "{resource.name}" and {len(there)} of "{name}"', None
    if not package.has_resource(name):
        if any(str(other.get("name")) == name for other in opened.resources):
            return None, f'KEY103 on "{resource.name}": references to "{name}" not checked, since that resource is not'
        if opened.is_made:
            return None, f'KEY103 on "{resource.name}": references to "{name}" not checked, since the table is alone'
        return f'there is no resource "{name}"', None
    target = package.get_resource(name)
    if not target.tabular:
        return f'the resource "{name}" is no table', None
    lost = [field for field in there if not target.schema.has_field(field)]
    if target.schema.fields and lost:
        return f'the resource "{name}" has no field "{lost[0]}"', None
    return None, None
