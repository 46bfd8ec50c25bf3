"""What is wrong with a descriptor that the standard lets pass, and what would make frictionless fail on every row."""

import re
import warnings
from collections.abc import Iterator
from functools import cache

from frictionless import Field, Resource

from . import profile
from .findings import Finding
from .keys import unique_keys
from .package import Loaded
from .wording import of_file

# The properties of Data Package v2 (https://datapackage.org/standard/), with those that frictionless adds. Other properties
# are allowed; one that all but equals a known one is taken for a slip.
PACKAGE = "$schema name id title description profile homepage version created contributors keywords image licenses sources resources"
RESOURCE = (
    "name type path data profile title description homepage format mediatype encoding bytes hash sources licenses dialect schema "
    "compression extrapaths innerpath scheme fields rows"
)
DIALECT = (
    "$schema name type title description header headerRows headerJoin headerCase commentRows commentChar skipBlankRows delimiter lineTerminator "
    "quoteChar doubleQuote escapeChar nullSequence skipInitialSpace property itemType itemKeys sheetNumber sheetName table csv excel json ods"
)
SCHEMA = "$schema name type title description fields fieldsMatch missingValues primaryKey foreignKeys uniqueKeys"
FIELD = (
    "name type title description format example constraints categories categoriesOrdered missingValues rdfType trueValues falseValues "
    "bareNumber decimalChar groupChar floatNumber arrayItem itemType delimiter"
)
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def findings(loaded: Loaded) -> Iterator[Finding]:
    """The findings on every resource of a package. Takes out of it what cannot be applied, so that the rest can be checked."""
    file = loaded.path.name
    yield from _slips(file, "of the package", loaded.descriptor, PACKAGE)
    yield from profile.undeclared(loaded)
    for resource in loaded.descriptor["resources"]:
        where = f'of the resource "{resource.get("name")}"'
        yield from _slips(file, where, resource, RESOURCE)
        if isinstance(resource.get("dialect"), dict):
            yield from _slips(loaded.sources.get(f"{resource.get('name')}.dialect", file), f"of the dialect {where}", resource["dialect"], DIALECT)
        if isinstance(resource.get("schema"), dict):
            yield from _schema(loaded.sources.get(f"{resource.get('name')}.schema", file), resource["schema"])
    for resource in loaded.package.resources if loaded.package else []:
        if resource.tabular:
            yield from _resource(loaded, resource)


def _slips(file: str, where: str, properties: dict, known: str) -> Iterator[Finding]:
    for name in properties:
        if meant := slip(name, known):
            yield of_file("PKG204", file, f'"{name}" {where}; expected "{meant}"')


def slip(name: str, known: str) -> str | None:
    """The one of the `known` names (in one text, with spaces between) of which `name` is a slip; None if of none.

    A slip has other case or joints, or one letter that is missing, wrong or too many. Short names are too like others to be told by a letter. A descriptor can hold a million names, so each costs a few
    look-ups: two words that differ in one letter are equal once a letter is left out of one or both.
    """
    names, variants = _known(known)
    if name in names or len(name) > 20:
        return None
    return next((variants[variant] for variant in _variants(name) if variant in variants), None)


@cache
def _known(names: str) -> tuple[set[str], dict[str, str]]:
    """The names in a text, and each by all of its variants."""
    known = names.split()
    return set(known), {variant: name for name in known for variant in _variants(name)}


def _variants(name: str) -> Iterator[str]:
    word = name.lower().replace("_", "").replace("-", "")
    yield word
    if len(word) >= 5:
        yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _schema(file: str, schema: dict) -> Iterator[Finding]:
    yield from _slips(file, "of the Table Schema", schema, SCHEMA)
    fields = schema.get("fields")
    for field in fields if isinstance(fields, list) else []:
        if not isinstance(field, dict):
            continue
        where = f'of the field "{field.get("name")}"'
        yield from _slips(file, where, field, FIELD)
        constraints = field.get("constraints") if isinstance(field.get("constraints"), dict) else {}
        if field.get("categories") and not constraints.get("enum"):
            yield of_file("PKG205", file, where.removeprefix("of "))
        if isinstance(constraints.get("pattern"), str) and ungrouped(constraints["pattern"]):
            yield of_file("PKG203", file, f'"{constraints["pattern"][:200]}" {where}')


def ungrouped(pattern: str) -> bool:
    """Whether a pattern has an alternation outside every group: frictionless reads `a|b` as `^a|b$`, which accepts `axx`."""
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern, flags=re.DOTALL)
    depth = 0
    for character in bare:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            return True
    return False


def _resource(loaded: Loaded, resource: Resource) -> Iterator[Finding]:
    file, name = loaded.path.name, f'the resource "{resource.name}"'
    if resource.path and resource.format in ("csv", "tsv"):
        control = resource.dialect.get_control("csv") if resource.dialect.has_control("csv") else None
        if not (control and control.has_defined("delimiter")):
            yield of_file("PKG201", file, name)
        if not resource.has_defined("encoding"):
            yield of_file("PKG202", file, name)
    if not resource.schema.fields:
        yield of_file("PKG206", file, name)
        return
    where = loaded.sources.get(f"{resource.name}.schema", file)
    for field in resource.schema.fields:
        yield from _constraints(where, field)
    yield from _keys(loaded, resource, where)


def _constraints(file: str, field: Field) -> Iterator[Finding]:
    """Constraints that cannot be applied; they are taken out of the field, since frictionless would fail on every cell."""
    read = field.create_value_reader()
    for name in list(field.constraints):
        argument, reason = field.constraints[name], None
        if name == "pattern":
            try:
                with warnings.catch_warnings(action="ignore"):
                    re.compile(f"^{argument}$")
            except (re.error, RecursionError, OverflowError) as error:
                reason = f"{type(error).__name__}: {error}"
        elif name in BOUNDS and read(argument) is None:
            reason = f'it is no {field.type}: "{str(argument)[:200]}"'
        if reason:
            del field.constraints[name]
            yield of_file("PKG104", file, f'"{name}" of the field "{field.name}"; {reason}')


def _once(key: list) -> list:
    """A key with each of its fields once; what is no field's name stays as it is, to be told."""
    return [name for at, name in enumerate(key) if name not in key[:at]]


def _keys(loaded: Loaded, resource: Resource, file: str) -> Iterator[Finding]:
    """Keys that name what is not there; references are then taken out, since frictionless would blame every row."""
    schema, package, sound = resource.schema, loaded.package, []
    schema.primary_key = list(dict.fromkeys(schema.primary_key))  # to name a field twice says no more than to name it once
    if "uniqueKeys" in schema.custom:
        schema.custom["uniqueKeys"] = [_once(key) for key in unique_keys(resource)]
    for names in unique_keys(resource):
        if not all(isinstance(name, str) and schema.has_field(name) for name in names) or not names:
            yield of_file("PKG106", file, f"{names} of the resource \"{resource.name}\"")
            schema.custom["uniqueKeys"] = [key for key in unique_keys(resource) if key != names]
    for key in schema.foreign_keys:
        name, names = key["reference"]["resource"] or resource.name, key["reference"]["fields"]
        if not package.has_resource(name):
            known = any(str(other.get("name")) == name for other in loaded.descriptor["resources"])
            if known:
                loaded.left_out.append(f'KEY103 on "{resource.name}": references to "{name}" not checked, since that resource is not')
            else:
                yield of_file("PKG105", file, f'there is no resource "{name}"')
        elif not package.get_resource(name).tabular:
            yield of_file("PKG105", file, f'the resource "{name}" is no table')
        elif (there := package.get_resource(name).schema).fields and (lost := [n for n in names if not there.has_field(n)]):
            yield of_file("PKG105", file, f'the resource "{name}" has no field "{lost[0]}"')
        else:
            sound.append(key)
    schema.foreign_keys = sound
