"""Has frictionless make its package from a descriptor that `preparing` has made harmless.

frictionless is loaded by this module and by `loader`, which it needs to open files. `described` does without it where
it can.
"""

import re
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Package

import claimtrack.package.loader  # noqa: F401  # it gives frictionless the loader of files
from claimtrack.package.beyond import without_beyond
from claimtrack.package.preparing import Prepared
from claimtrack.package.refusals import listed
from claimtrack.package.sensitive import keep_out

PLACE = re.compile(r"[^A-Za-z0-9.]")  # what a name that frictionless accepts at any place does not have


def package_of(opened: Prepared, descriptor: dict[str, Any]) -> tuple[Package | None, list[str]]:
    """Returns frictionless's package for a descriptor, or None and the reasons why frictionless refuses it.

    frictionless refuses paths outside of the package's folder, which those of local copies are. It gets them once it
    has accepted the rest.
    """
    resources = [_acceptable(opened, resource) for resource in descriptor["resources"]]
    try:
        told = without_beyond({**descriptor, "resources": resources})
        package = Package.from_descriptor(told, basepath=str(opened.root))
    except FrictionlessException as error:
        notes = [reason.note for reason in error.reasons or [error.error]]
        # How a reason ends tells what it is about.
        return None, [note if len(note) < 1000 else f"{note[:500]}...{note[-400:]}" for note in notes]
    except Exception as error:  # frictionless raises other errors for properties of a type that it does not expect
        return None, [f"frictionless fails on it ({type(error).__name__}: {str(error)[:200]})"]
    for resource, said in zip(package.resources, descriptor["resources"], strict=True):
        resource.name = said["name"]
        if said["name"] in opened.odd_names:  # the standard's version 2 allows any, and frictionless looks once more
            resource._datapackage_version = "v2"
        if not opened.values:
            keep_out(resource)
        for key in ("path", "extrapaths"):
            if isinstance(said.get(key), (str, list)) and _has_copies(said[key]):
                setattr(resource, key, said[key])
        if resource.name in opened.without_schema:
            resource.detector.field_type = "any"  # else it would guess types, and find cells of others at fault
    return package, []


def _acceptable(opened: Prepared, resource: dict[str, Any]) -> dict[str, Any]:
    """Returns a resource with other texts in place of a name that frictionless refuses, and of paths of local copies.

    The endings of paths stay.
    """
    changed: dict[str, Any] = {}
    if resource["name"] in opened.odd_names:
        changed["name"] = f"odd-name-{opened.odd_names.index(resource['name'])}"
    for key in ("path", "extrapaths"):
        value = resource.get(key)
        if isinstance(value, (str, list)) and _has_copies(value):
            names = [
                f"copy{PLACE.sub('', ''.join(Path(each).suffixes[-2:]))}" if Path(each).is_absolute() else each
                for each in listed(value)
            ]
            changed[key] = names if isinstance(value, list) else names[0]
    return {**resource, **changed} if changed else resource


def _has_copies(value: str | list) -> bool:
    """Tells whether a path, or one in a list of paths, is absolute: only those of local copies are."""
    return any(Path(each).is_absolute() for each in listed(value))
