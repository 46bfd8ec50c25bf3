"""Puts the files of a package into a standard form without changing their meaning.

The form is: UTF-8 without a byte-order mark (or the declared encoding); the declared line break and delimiter (else the
file's own, if it has one, and a comma); quotes only where cells need them; texts in Unicode NFC without blanks at their
end; no blank lines; rows in the order of their primary key, if that is asked for or the package declares a profile; and
in the descriptor the size and SHA-256 of every file, as far as they are declared. If any of this would change the
meaning of a cell, a key or a row, or if a file is not the one that the descriptor describes, everything is refused and
nothing is written.
"""

import difflib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from claimtrack.core.errors import Unusable
from claimtrack.core.limits import MAX_DESCRIPTOR
from claimtrack.core.opening import open_regular
from claimtrack.core.visible import BLANKS, shorten, visible
from claimtrack.core.writing import clear, staged_copies, write_together
from claimtrack.fixing.layout import with_checksums
from claimtrack.fixing.rewrite import Refusal, Rewrite, Table, left_alone, rewrite
from claimtrack.package.checksums import checksums, fits
from claimtrack.package.dialect import is_csv
from claimtrack.package.json_object import json_object
from claimtrack.package.local_copies import URL, why_outside
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.records import large_cells
from claimtrack.package.table_schema import dict_of, keys_of, list_of
from claimtrack.package.yaml_text import is_yaml

MAX_DIFF = 20_000  # the most lines of a file for a diff: the time grows with the square of their number


@dataclass
class Plan:
    """The changes to make in a package. If there is any refusal, none of them is made.

    `left` says which files are left alone, and why. `files` are all files that were looked at.
    """

    root: Path
    files: list[str] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def plan(opened: OpenedPackage, reseal: Collection[str] = (), in_order: bool = False) -> Plan:
    """Plans the changes that bring a package into form. Writes nothing.

    With `in_order`, and in a package that declares a profile, rows are sorted by their primary key. `reseal` are the
    names of resources that are taken as they are, though the descriptor's `bytes` or `hash` describes another file.
    Raises Unusable when a part cannot be read, or when there is no such resource.
    """
    source, descriptor = opened.source, opened.as_written()
    result, seen, stale = Plan(opened.root), set(), []
    _refuse_unknown(opened, descriptor, reseal)
    for number, resource in enumerate(descriptor["resources"], 1):
        names = resource.get("path")
        names = [names] if isinstance(names, str) else names if isinstance(names, list) else []
        shown = resource.get("name") or f"resource {number}"
        if len(names) != 1 or not isinstance(names[0], str):
            result.left.append(f"{shown}: left alone, since it is not in one file of its own")
            continue
        (name,) = names
        if why := why_outside(opened.root, name):
            if not URL.match(name):
                raise Unusable(f"{opened.path}: {why[0]}; {why[1]}")
            result.left.append(f"{shown}: left alone, since {why[0]}")
            continue
        raw = source.read(name)
        _refuse_link(opened.root, name)
        if PurePosixPath(name) in seen and not _holds_several(resource, name):
            raise Unusable(f"{opened.path}: two resources have the file {name}; give each its own")
        seen.add(PurePosixPath(name))
        if PurePosixPath(name) == PurePosixPath(source.descriptor):
            result.left.append(f"{shown}: left alone, since it is the descriptor itself")
            continue
        result.files.append(name)
        if not fits(resource, raw) and resource.get("name") not in reseal and not _was_stopped(opened, name, raw):
            result.refusals.append(_damaged(resource, name, raw))
            continue
        made = _rewritten(opened, resource, name, raw, result, in_order or opened.conforms_to is not None)
        if made is None:
            continue
        if made.did:
            result.rewrites.append(made)
        # A package of a profile declares both. What others do not declare is not added.
        asked = resource if opened.conforms_to is None else checksums(made.new)
        facts = {key: value for key, value in checksums(made.new).items() if key in asked}
        if any(resource.get(key) != value for key, value in facts.items()):
            words = " (the file was another than the descriptor said)" if not fits(resource, raw) else ""
            stale.append(f"{shown}{words}")
            resource.update(facts)
    if stale:
        result.rewrites.append(_descriptor(opened, descriptor, stale))
    return result


def _refuse_unknown(opened: OpenedPackage, descriptor: dict[str, Any], names: Collection[str]) -> None:
    """Raises Unusable for names that no resource has."""
    known = [resource.get("name") for resource in descriptor["resources"]]
    for name in names:
        if name not in known:
            near = get_close_matches(name, [str(one) for one in known], 1, 0)[0]
            raise Unusable(f'{opened.path}: there is no resource "{name}" to reseal; did you mean "{near}"?')


def _holds_several(resource: dict[str, Any], name: str) -> bool:
    """Tells whether a file may hold several tables: a zip, a workbook or one of JSON, none of which is rewritten."""
    return bool(resource.get("compression") or resource.get("innerpath")) or not is_csv(resource, name)


def _damaged(resource: dict[str, Any], name: str, raw: bytes) -> str:
    """Makes the sentence on a file that its resource's `bytes` and `hash` do not describe."""
    facts = checksums(raw)
    told = " and ".join(f"{key} {shorten(str(resource[key]))}" for key in facts if resource.get(key) is not None)
    found = f"{facts['bytes']:,} bytes, {facts['hash']}"
    option = f"--reseal {resource['name']}" if isinstance(resource.get("name"), str) else "--reseal, and give it a name"
    mend = f"get the file again, or, if the change is meant, say so by {option}"
    return f"{name}: another file than the descriptor says ({told}; it has {found}); {mend}"


def _was_stopped(opened: OpenedPackage, name: str, raw: bytes) -> bool:
    """Tells whether a file is one that an earlier run put in form before it was stopped.

    That run has then left the descriptor that it would have written last.
    """
    for path in staged_copies(opened.root):
        try:
            with open_regular(path) as handle:
                copy = json_object(handle.read(MAX_DESCRIPTOR + 1), path)
        except (OSError, Unusable):  # it is a table, or was cut short
            continue
        for resource in map(dict_of, list_of(copy.get("resources"))):
            if resource.get("path") == name and resource.get("hash") and fits(resource, raw):
                return True
    return False


def _rewritten(
    opened: OpenedPackage, resource: dict[str, Any], name: str, raw: bytes, result: Plan, in_order: bool
) -> Rewrite | None:
    """Returns a resource's file in form, or None where this is refused. The reason is added to `result`."""
    same = Rewrite(name, raw, raw, "utf-8", [])
    if not is_csv(resource, name):
        return same
    dialect, schema = opened.source.part(resource.get("dialect")), opened.source.part(resource.get("schema"))
    known = opened.package.resources if opened.package else []
    found = next((one for one in known if one.name == resource.get("name") and one.path == name), None)
    reason = "its description breaks the standard" if found is None else left_alone(resource, dialect)
    if reason or found is None:
        result.left += {f"{name}: left alone, since {reason}"} - {*result.left}
        return same
    try:
        with large_cells():
            return rewrite(Table(name, found, dialect, schema, _referenced(opened, resource["name"]), in_order), raw)
    except Refusal as refusal:
        result.refusals.append(str(refusal))
        return None


def _referenced(opened: OpenedPackage, name: str) -> set[str]:
    """Returns the columns of a table to which foreign keys of any table lead."""
    keys = [keys_of(dict_of(one.get("schema")), str(one.get("name"))) for one in opened.resources]
    return {column for each in keys for key in each.foreign if key.resource == name for column in key.there}


def _descriptor(opened: OpenedPackage, descriptor: dict[str, Any], stale: list[str]) -> Rewrite:
    """Returns the descriptor with new checksums. `stale` names the resources that had old ones. Raises Unusable."""
    old = opened.source.read(opened.source.descriptor)
    if is_yaml(opened.path.name):
        raise Unusable(f"{opened.path}: is YAML, which is only read here; write the new bytes and hash there by hand")
    new = with_checksums(old.decode(), descriptor["resources"]).encode()
    return Rewrite(opened.path.name, old, new, "utf-8", [f"bytes and hash of {', '.join(stale)}"])


def _refuse_link(root: Path, name: str) -> None:
    """Raises Unusable for a symbolic link, because replacing the link would not change the file that it leads to."""
    if (root / name).resolve() != root.resolve() / name:
        words = "is reached by a symbolic link, which is not rewritten; put the file itself there"
        raise Unusable(f"{root / name}: {words}")


def write(plan: Plan) -> None:
    """Carries out a plan. The descriptor is replaced last, so that a second run completes one that was killed.

    What killed runs have left is removed. Raises Unusable when a file cannot be written, or has changed since it was
    read; all files are then as before.
    """
    for each in plan.rewrites:
        path = plan.root / each.name
        try:
            same = path.read_bytes() == each.old
        except OSError as error:
            raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
        if not same:
            raise Unusable(f"{path}: was changed while it was looked at; nothing is written; try again")
    write_together({plan.root / each.name: each.new for each in plan.rewrites})
    for folder in {plan.root, *((plan.root / name).parent for name in plan.files)}:
        clear(folder)


def summary(plan: Plan) -> list[str]:
    """Returns a line for each file that says what is done to it, or why it is left alone."""
    return [visible(line) for line in [*(f"{each.name}: {', '.join(each.did)}" for each in plan.rewrites), *plan.left]]


def diff(plan: Plan) -> Iterator[str]:
    """Yields the changes as a unified diff. Invisible characters are spelt out, so that changed lines look changed."""
    for each in plan.rewrites:
        encoding = "utf-8" if each.encoding == "utf-8-sig" else each.encoding
        old, new = (raw.decode(encoding).split("\n") for raw in (each.old, each.new))
        name = visible(each.name)
        if max(len(old), len(new)) > MAX_DIFF:
            yield f"{name}: {len(old):,} lines, too many for a diff: {', '.join(each.did)}"
            continue
        yield from difflib.unified_diff([*map(_shown, old)], [*map(_shown, new)], name, name, lineterm="")


def _shown(line: str) -> str:
    """Returns a line as the diff shows it."""
    if not unicodedata.is_normalized("NFC", line):
        return line.encode("unicode_escape").decode()
    text = line.rstrip(BLANKS)
    return visible(text) + line[len(text) :].encode("unicode_escape").decode()
