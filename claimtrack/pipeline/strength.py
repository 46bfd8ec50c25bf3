"""Holds a descriptor and its Table Schemas to those of a profile: what is weaker there is told, with the difference.

A package may promise more than its profile: fewer codes, a narrower bound, one more key. It may not promise less, since
whoever reads `conformsTo` relies on the whole profile. A code list that the profile marks with `openCodeList`, such as
the countries, may have other codes, since no rule relies on which they are.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from claimtrack.checks.json_profile import difference, told
from claimtrack.core.visible import shorten
from claimtrack.package.table_schema import READING, dict_of, fields_of, keys_of, list_of

# For each bound, its twin that leaves out the bound itself, and whether a greater value is stricter.
BOUNDS = {
    "minimum": ("exclusiveMinimum", True),
    "exclusiveMinimum": (None, True),
    "maximum": ("exclusiveMaximum", False),
    "exclusiveMaximum": (None, False),
    "minLength": (None, True),
    "maxLength": (None, False),
}
DEFAULTS = {"type": "string", "format": "default"}
MOST = 100  # differences of a descriptor that are told


def weaker_fields(asked: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields each field of a Table Schema that is weaker than the profile's, with the difference in words.

    `asked` is the Table Schema of the profile, `found` that of the package. Fields that only one of them has are left
    to others.
    """
    due, there = fields_of(asked), fields_of(found)
    keys = keys_of(found, "")
    alone = {key[0] for key in (*keys.unique, keys.primary) if len(key) == 1}
    for name, field in due.items():
        if name not in there:
            continue
        for key in READING - {"type"}:  # the type is compared before the rules run
            if field.get(key, DEFAULTS.get(key)) != there[name].get(key, DEFAULTS.get(key)):
                yield name, f"has the {key} {told(there[name].get(key))}; expected {told(field.get(key))}"
        constraints, given = dict_of(field.get("constraints")), dict_of(there[name].get("constraints"))
        for key, value in constraints.items():
            if key == "enum" and field.get("openCodeList") is True:
                value = given.get("enum") or value  # any codes, but not none
            if not (key == "unique" and name in alone) and not _is_held(key, value, given):
                yield name, f"has the {key} {told(given.get(key))}; expected {told(value)} or stricter"


def weaker_table(table: str, asked: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yields, in words, each property of a whole Table Schema that is weaker than the profile's.

    Keys on columns that are missing are left to others.
    """
    due, given, there = keys_of(asked, table), keys_of(found, table), fields_of(found).keys()
    if due.primary and due.primary != given.primary and {*due.primary} <= there:
        yield f"has the primary key {told(given.primary or None)}; expected {told(due.primary)}"
    unique = [set(key) for key in (*given.unique, given.primary) if key]
    yield from (
        f"has no unique key {told(key)}"
        for key in due.unique_keys
        if {*key} <= there and not any(each <= {*key} for each in unique)
    )
    kept = [(key.fields, key.resource, key.there) for key in given.foreign]
    for key in due.foreign:
        if (key.fields, key.resource, key.there) not in kept and {*key.fields} <= there:
            yield f"has no foreign key from {told(key.fields)} to {told(key.there)} of {told(key.resource)}"
    for name, default in (("missingValues", [""]), ("fieldsMatch", "exact"), ("appendOnly", False)):
        value, said = asked.get(name, default), found.get(name, default)
        if value not in (said, False) and [value] != said:
            yield f"has the {name} {told(said)}; expected {told(value)}"


def _is_held(key: str, due: Any, given: Mapping[str, Any]) -> bool:
    """Tells whether the constraints of a field are at least as strict as one of the profile's."""
    codes = [str(code) for code in list_of(given.get("enum"))]
    if key == "enum":
        return bool(codes) and {*codes} <= {str(code) for code in due}
    if key in ("required", "unique"):
        return not due or given.get(key) is True
    if key == "pattern":
        return given.get(key) == due or (bool(codes) and all(re.fullmatch(due, code) for code in codes))
    if key not in BOUNDS:
        return given.get(key) == due
    twin, greater = BOUNDS[key]
    values = [given[name] for name in (key, twin or key) if name in given]
    return any(_reaches(value, due, greater) for value in values)


def _reaches(value: Any, due: Any, greater: bool) -> bool:
    """Tells whether a bound is the same as another one or stricter, if both are numbers."""
    kinds = [type(each) in (int, float) for each in (value, due)]
    return value == due or (all(kinds) and ((value > due) if greater else (value < due)))


def weaker_descriptor(asked: Mapping[str, Any], descriptor: Mapping[str, Any], values: bool = True) -> list[str]:
    """Returns, in words, what of a descriptor does not conform to the JSON Schema of a profile.

    Missing tables are left to others. At most `MOST` differences are told, and without `values` no value in them.
    """
    from jsonschema import Draft202012Validator  # only here, because a package without a profile does not need it

    differences = []
    for error in Draft202012Validator(asked).iter_errors(descriptor):
        if "contains" in error.schema:  # the tables
            continue
        where = "/".join(map(str, error.absolute_path))
        words = difference(error, values)
        said = f'"{shorten(where)}" {words}' if where else f"the package {words}"
        if said not in differences:  # what lacks two properties breaks the JSON Schema twice, and is told with both
            differences.append(said)
        if len(differences) == MOST:
            break
    return differences
