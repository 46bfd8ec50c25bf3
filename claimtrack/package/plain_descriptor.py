"""Tells whether a descriptor is certainly sound, so that frictionless need not be loaded to find out.

`is_plain` is sufficient but not necessary: it may leave a sound descriptor to frictionless, but accepts none that
frictionless refuses. Tests hold it to frictionless on the descriptors of the fuzz. A plain package has tables in CSV
files alone, each with a Table Schema. A property that neither the standard nor frictionless knows may have any value.

Standard: https://datapackage.org/standard/
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from claimtrack.core.paths import PACKED
from claimtrack.package.cell_readers import BOUNDS, CONSTRAINTS, value_reader
from claimtrack.package.described import CSV
from claimtrack.package.table_schema import names_of

Test = Callable[[Any], bool]

VERSION = re.compile(r"https?://datapackage\.org/profiles/(?P<version>[12])\.\d/[a-z]+\.json")
NAME = re.compile(r"[-a-z0-9._/]+")  # of a package, resource, Table Schema or dialect in version 1
PATH = re.compile(rf"(?:[\w ()+@=,.-]+/)*[\w ()+@=,.-]+\.(?:csv|tsv)(?:\.(?:{'|'.join(PACKED)}))?", re.IGNORECASE)
CREATED = re.compile(r"[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
EMAIL = re.compile(
    r"[A-Za-z][A-Za-z0-9]{0,20}(?:[._-][A-Za-z0-9]{1,20}){0,2}"
    r"@(?:[a-z][a-z0-9]{0,20}(?:-[a-z0-9]{1,20})?\.){1,3}[a-z]{2,6}"
)
HASH = re.compile(r"(?:md5:)?[0-9a-f]{32}|sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
# The further types of fields whose cells frictionless itself reads, and their constraints.
OTHERS: dict[str, tuple[str, ...]] = {
    "yearmonth": ("required", *BOUNDS, "enum"),
    **dict.fromkeys(("duration", "geopoint", "geojson"), ("required", "enum")),
    **dict.fromkeys(("array", "object"), ("required", "minLength", "maxLength", "enum")),
}
EXAMPLE = ("type", "format", "trueValues", "falseValues")  # what frictionless reads an example with
FORMATS = {"string": ("default", "uri", "email", "uuid", "binary"), "geojson": ("default", "topojson")}


def is_plain(descriptor: Mapping[str, Any]) -> bool:
    """Tells whether a descriptor with its Table Schemas and dialects in place is certainly sound, and plain."""
    said = descriptor.get("$schema")
    version = VERSION.fullmatch(said) if isinstance(said, str) else None
    if said is not None and version is None:
        return False
    is_second = bool(version and version["version"] == "2")
    if not _holds(descriptor, PACKAGE) or not (is_second or _named(descriptor)):
        return False
    resources = descriptor["resources"]
    if not all(isinstance(each, dict) and _is_table(each, is_second) for each in resources):
        return False
    if len({each["name"] for each in resources}) < len(resources):
        return False
    is_tabular = descriptor.get("profile") == "tabular-data-package"
    return not is_tabular or all(each.get("profile") == "tabular-data-resource" for each in resources)


def _is_table(told: Mapping[str, Any], is_second: bool) -> bool:
    """Tells whether a resource is certainly sound, and a table in CSV files."""
    return (
        _holds(told, RESOURCE)
        and {"name", "path", "schema"} <= told.keys()
        and bool(told["name"])
        and (is_second or _named(told))
        and _is_schema(told["schema"], is_second)
    )


def _is_schema(told: Mapping[str, Any], is_second: bool) -> bool:
    """Tells whether a Table Schema is certainly sound."""
    if not _holds(told, SCHEMA) or not told.get("fields"):
        return False
    fields = told["fields"]
    if not all(isinstance(each, dict) and _is_field(each, is_second) for each in fields):
        return False
    names = {each["name"] for each in fields}
    if len(names) < len(fields) or not names.issuperset(names_of(told.get("primaryKey"))):
        return False
    return all(names.issuperset(names_of(key["fields"])) for key in told.get("foreignKeys", []))


def _is_field(told: Mapping[str, Any], is_second: bool) -> bool:
    """Tells whether a field is certainly sound."""
    kind = told.get("type", "string")
    if not _holds(told, FIELD) or not told.get("name") or not isinstance(kind, str):
        return False
    known = CONSTRAINTS.get(kind) or OTHERS.get(kind)
    form = told.get("format", "default")
    if known is None or form not in FORMATS.get(kind, (form,)) or form.startswith("fmt:"):
        return False
    if is_second and "categories" in told:  # which frictionless passes over, and `checks.beyond` applies
        return False
    constraints = told.get("constraints", {})
    if not constraints.keys() <= {*known, "unique"} or not _holds(constraints, CONSTRAINT):
        return False
    if not is_second and constraints.keys() & {"exclusiveMinimum", "exclusiveMaximum"}:
        return False
    return not told.get("example") or _is_example(told)


def _is_example(told: Mapping[str, Any]) -> bool:
    """Tells whether the example of a field is certainly a value of its type."""
    example = told["example"]
    read = value_reader({name: told[name] for name in EXAMPLE if name in told})  # as frictionless reads it
    return read is not None and isinstance(example, (str, int, float)) and read(example) is not None


def _holds(told: Mapping[str, Any], tests: Mapping[str, Test]) -> bool:
    """Tells whether the value of each property that has a test passes it."""
    return all(tests[name](value) for name, value in told.items() if name in tests)


def _named(told: Mapping[str, Any]) -> bool:
    """Tells whether a name, if there is one, has the form that version 1 of the standard asks for."""
    return "name" not in told or NAME.fullmatch(told["name"]) is not None


def _never(_value: Any) -> bool:
    """Tells that no value of a property is plain."""
    return False


def _text(value: Any) -> bool:
    """Tells whether a value is a text."""
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    """Tells whether a value is a list of texts."""
    return isinstance(value, list) and all(map(_text, value))


def _flag(value: Any) -> bool:
    """Tells whether a value is true or false."""
    return isinstance(value, bool)


def _count(value: Any) -> bool:
    """Tells whether a value is a whole number above 0. What 0 says is told by `checks.declared`."""
    return type(value) is int and value > 0


def _length(value: Any) -> bool:
    """Tells whether a value is a whole number."""
    return type(value) is int


def _one_of(*texts: str) -> Test:
    """Makes the test of a property with a few values."""
    return lambda value: isinstance(value, str) and value in texts


def _form(pattern: re.Pattern[str]) -> Test:
    """Makes the test of a text of one form."""
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _each(tests: Mapping[str, Test], needs: tuple[str, ...] = ()) -> Test:
    """Makes the test of a list of objects, each with at least one of some properties, if any are named."""

    def holds(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(each, dict) and _holds(each, tests) and (not needs or any(each.get(name) for name in needs))
            for each in value
        )

    return holds


def _created(value: Any) -> bool:
    """Tells whether a value is a moment in UTC."""
    if not (isinstance(value, str) and CREATED.fullmatch(value)):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _object(value: Any) -> bool:
    """Tells whether a value is an object."""
    return isinstance(value, dict)


def _path(value: Any) -> bool:
    """Tells whether a value has the path of a CSV file in the package, which may be packed, or several paths."""
    paths = value if isinstance(value, list) else [value]
    return bool(paths) and all(isinstance(each, str) and PATH.fullmatch(each) and ".." not in each for each in paths)


def _key(value: Any) -> bool:
    """Tells whether a value names one or more columns."""
    return bool(value) and (_text(value) or _texts(value))


def _reference(value: Any) -> bool:
    """Tells whether a value is the reference of a foreign key."""
    return isinstance(value, dict) and _key(value.get("fields")) and _text(value.get("resource", ""))


def _foreign_keys(value: Any) -> bool:
    """Tells whether a value is a list of foreign keys, each with as many columns here as there."""
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and _key(each.get("fields"))
        and _reference(each.get("reference"))
        and len(names_of(each["fields"])) == len(names_of(each["reference"]["fields"]))
        for each in value
    )


def _dialect(value: Any) -> bool:
    """Tells whether a value is a dialect of CSV that says of header and comments what holds anyway."""
    return isinstance(value, dict) and all(
        DIALECT[name](each) if name in DIALECT else not isinstance(each, dict) for name, each in value.items()
    )


ABOUT = {"title": _text, "description": _text, "$schema": _form(VERSION)}
FROM = {"title": _text, "path": _text, "email": _form(EMAIL)}
WHOSE = {
    **ABOUT,
    "name": _text,
    "homepage": _text,
    "licenses": _each({"name": _text, "path": _text, "title": _text}, ("name", "path")),
    "sources": _each(FROM),
    "contributors": _each({**FROM, "organisation": _text, "role": _text}),
    **dict.fromkeys(("profiles", "missingValues", "$frictionless"), _never),
}
PACKAGE: dict[str, Test] = {
    **WHOSE,
    "profile": _one_of("data-package", "tabular-data-package"),
    "keywords": _texts,
    "image": _text,
    "version": _text,
    "created": _created,
    "resources": lambda value: isinstance(value, list) and bool(value),
    **dict.fromkeys(("type", "fields"), _never),
}
RESOURCE: dict[str, Test] = {
    **WHOSE,
    "type": _one_of("table"),
    "profile": _one_of("data-resource", "tabular-data-resource"),
    "path": _path,
    "scheme": _one_of("file"),
    "format": _one_of("csv", "tsv"),
    "mediatype": _text,
    "encoding": _text,
    "hash": _form(HASH),
    **dict.fromkeys(("bytes", "fields", "rows"), _count),
    "schema": _object,
    "dialect": _dialect,
    **dict.fromkeys(("data", "url", "compression", "extrapaths", "innerpath", "stats", "layout"), _never),
}
SCHEMA: dict[str, Test] = {
    **ABOUT,
    "name": _form(NAME),
    "type": _never,
    "fields": lambda value: isinstance(value, list),
    "fieldsMatch": _one_of("exact"),
    "missingValues": _texts,
    "primaryKey": _key,
    "foreignKeys": _foreign_keys,
}
FIELD: dict[str, Test] = {
    "name": _text,
    "title": _text,
    "description": _text,
    "format": _text,
    "missingValues": _texts,
    "constraints": _object,
    "rdfType": _text,
    **dict.fromkeys(("trueValues", "falseValues"), _texts),
    **dict.fromkeys(("bareNumber", "floatNumber"), _flag),
    **dict.fromkeys(("decimalChar", "groupChar"), _text),
    **dict.fromkeys(("required", "arrayItem"), _never),
}
CONSTRAINT: dict[str, Test] = {
    **dict.fromkeys(("required", "unique"), _flag),
    "pattern": _text,
    "enum": lambda value: isinstance(value, list),
    **dict.fromkeys(("minLength", "maxLength"), _length),
}
DIALECT: dict[str, Test] = {
    **ABOUT,
    "name": _form(NAME),
    "header": lambda value: value is True,
    **dict.fromkeys((*CSV, "commentChar"), _text),
    **dict.fromkeys(("doubleQuote", "skipInitialSpace"), _flag),
    **dict.fromkeys(("type", "csv", "headerRows", "headerJoin", "headerCase", "commentRows", "skipBlankRows"), _never),
}
