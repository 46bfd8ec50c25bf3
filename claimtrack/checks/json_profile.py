"""Holds descriptors to profiles of their own: JSON Schemas in the package, or local copies that the user names.

A profile is untrusted: it runs within bounds of time and depth, and a reference in it leads to a file of the package, a
local copy or the standard's own profile alone.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, not_checked, of_file
from claimtrack.core.visible import shorten
from claimtrack.core.watchdog import Stuck, watchdog
from claimtrack.package.json_object import json_object
from claimtrack.package.local_copies import read_copy, why_outside
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.preparing import STANDARD_PROFILE, bytes_of
from claimtrack.package.sensitive import KEPT_OUT

MOST = 100  # differences that are told of one profile
# Addresses of the JSON Schema of GeoJSON, which profiles refer to. frictionless brings a copy.
GEOJSON = {
    "http://json.schemastore.org/geojson",
    "http://json.schemastore.org/geojson.json",
    "https://json.schemastore.org/geojson.json",
    "https://geojson.org/schema/GeoJSON.json",
}


class _Unresolved(Exception):
    """A profile refers to something that is not at hand. The text says to what."""


def check_profiles(opened: OpenedPackage) -> Iterator[Finding]:
    """Yields what in a descriptor is not as its own profiles demand.

    Each profile that cannot be applied is added to the parts of the package that were not checked.
    """
    if not opened.profiles:
        return
    try:
        whole = json_object(bytes_of(opened.source, opened.source.descriptor), opened.path, [])
    except Unusable:  # it has changed since it was opened
        whole = opened.descriptor
    told = set()
    for pointer, name in dict.fromkeys(opened.profiles):
        if name == opened.conforms_to and not pointer:  # the rules of a profile of the user's own check this
            continue
        try:
            yield from _differences(opened, whole, pointer, name)
        except (Unusable, _Unresolved) as error:
            said = str(error).replace(f"{opened.root}/", "")
            if (name, said) not in told:  # one note for all resources with the same profile
                told.add((name, said))
                at = f"{pointer}/{_key(whole, pointer, name)}"
                opened.not_checked.append(not_checked("PKG103", opened.path.name, said, pointer=at))


def _key(whole: dict[str, Any], pointer: str, name: str) -> str:
    """Returns the property in which the part of a descriptor at `pointer` names a profile."""
    owner = _part(whole, pointer)
    return next((key for key in ("profile", "profiles", "$schema") if name in _listed(owner, key)), "profile")


def _listed(owner: Any, key: str) -> list[Any]:
    """Returns the value of a property as a list."""
    value = owner.get(key) if isinstance(owner, dict) else None
    return value if isinstance(value, list) else [value]


def _part(whole: Any, pointer: str) -> Any:
    """Returns the part of a descriptor to which a JSON Pointer leads, or None."""
    for key in pointer.split("/")[1:]:
        try:
            whole = whole[int(key)] if isinstance(whole, list) else whole.get(key)
        except (IndexError, ValueError, AttributeError):
            return None
    return whole


def _differences(opened: OpenedPackage, whole: dict[str, Any], pointer: str, name: str) -> Iterator[Finding]:
    """Yields a finding for each difference of a part of a descriptor from a profile. Raises Unusable, _Unresolved."""
    from jsonschema.exceptions import SchemaError, best_match
    from jsonschema.validators import Draft202012Validator, validator_for

    file, part = opened.path.name, _part(whole, pointer)
    if not isinstance(part, dict):  # a Table Schema in a file of its own
        number = int(pointer.split("/")[2])
        resource = opened.resources[number]
        file, part, pointer = opened.named.get(f"{resource['name']}.schema", file), resource.get("schema"), ""
    profile = _profile(opened, name)
    kind = validator_for(profile, default=Draft202012Validator)
    lost: list[str] = []
    try:
        with watchdog(f"the profile {shorten(name)}"):
            kind.check_schema(profile)
            for number, error in enumerate(kind(profile, registry=_registry(opened, name, lost)).iter_errors(part)):
                if number == MOST:
                    return
                cause = best_match([error]) or error
                at = pointer + "".join(
                    f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in cause.absolute_path
                )
                where = "/".join(map(str, cause.absolute_path))
                unlike = difference(cause, opened.may_quote)
                words = f'"{shorten(where)}" {unlike}' if where else unlike
                yield of_file("PKG109", file, f"{words} ({shorten(name)})", pointer=at or None)
    except SchemaError as error:
        raise _Unresolved(f'"{shorten(name)}" is no JSON Schema: {difference(error)}') from None
    except Stuck:
        raise _Unresolved(f'"{shorten(name)}" takes too long to apply') from None
    except RecursionError:
        raise _Unresolved(f'"{shorten(name)}" refers to itself without end') from None
    except Exception as error:  # a pattern that does not compile, or a reference that leads nowhere
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise _Unresolved(lost[0] if lost else f'"{shorten(name)}" cannot be applied: {shorten(words)}') from None


def _registry(opened: OpenedPackage, name: str, lost: list[str]) -> Any:
    """Returns the registry in which references of a profile are looked up. Adds to `lost` what leads nowhere."""
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    def retrieve(uri: str) -> Any:
        if STANDARD_PROFILE.fullmatch(uri):  # frictionless holds every descriptor to the standard
            return Resource.from_contents({}, DRAFT202012)
        if uri in GEOJSON:
            return Resource.from_contents(_geojson(), DRAFT202012)
        try:
            return Resource.from_contents(_profile(opened, uri, f'"{shorten(name)}" refers to '), DRAFT202012)
        except Unusable as error:
            lost.append(str(error))
            raise

    return Registry(retrieve=retrieve)  # type: ignore[call-arg]


@cache
def _geojson() -> dict[str, Any]:
    """Returns the JSON Schema of GeoJSON that frictionless brings."""
    import frictionless

    path = Path(frictionless.__file__).parent / "assets" / "profiles" / "geojson.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _profile(opened: OpenedPackage, name: str, before: str = "") -> dict[str, Any]:
    """Reads a profile from a local copy or from the package. Raises Unusable, with a text that begins with `before`."""
    if copy := opened.copies.path(name):
        return json_object(read_copy(copy), copy)
    if why := why_outside(opened.root, name):
        raise Unusable(f"{before}{why[0]}")
    if not opened.source.has(name):
        raise Unusable(f'{before}"{shorten(name)}", of which there is no file here')
    return json_object(bytes_of(opened.source, name), opened.root / name)


def difference(error: Any, values: bool = True) -> str:
    """Says in plain words how a value is not as a JSON Schema demands. `error` is a ValidationError of jsonschema.

    Without `values`, the value is left out: it may be a cell of data that stand in the descriptor.
    """
    value, due = error.instance, error.validator_value
    shown = told(value) if values else KEPT_OUT
    if error.validator == "required" and isinstance(due, list) and isinstance(value, dict):
        return f"lacks {', '.join(told(name) for name in due if name not in value)}"
    if error.validator == "additionalProperties" and isinstance(value, dict):
        known = error.schema.get("properties", {})
        return f"has more than is allowed: {', '.join(told(name) for name in value if name not in known)}"
    if error.validator in ("minItems", "minLength", "minProperties", "maxItems", "maxLength", "maxProperties"):
        return (
            f"has {len(value)} {_items(value)}; expected {due} or {'more' if error.validator[:3] == 'min' else 'fewer'}"
        )
    if error.validator in ("const", "pattern", "type", "minimum", "maximum", "enum", "format"):
        return f"is {shown}; expected the {error.validator} {told(due)}"
    return f"is {shown}, which its `{error.validator}` does not allow"


def _items(value: Any) -> str:
    """Returns the word for what a value consists of."""
    return "characters" if isinstance(value, str) else "properties" if isinstance(value, dict) else "items"


def told(value: object) -> str:
    """Returns a value as a message shows it."""
    return "none" if value is None else shorten(json.dumps(value, ensure_ascii=False))
