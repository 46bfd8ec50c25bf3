"""Reads a descriptor as hostile input, and the Table Schemas, dialects and profiles that it names.

Each part that cannot be read is noted as not checked, with its place, and costs that part alone.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, Unchecked, not_checked, of_file, pointer_to
from claimtrack.core.opening import open_beneath
from claimtrack.core.visible import shorten
from claimtrack.package.json_object import Odd, json_object
from claimtrack.package.local_copies import Copies, read_copy, why_outside
from claimtrack.package.refusals import listed, refuse_large
from claimtrack.package.shown_path import follow_standard
from claimtrack.package.sources import Folder, something_else
from claimtrack.package.table_schema import dict_of, list_of

# The profiles of Data Package v1 that frictionless knows by name. It would fetch or open any other.
KNOWN_PROFILES = {None, "data-package", "tabular-data-package", "data-resource", "tabular-data-resource"}
# The standard's own profiles, by their addresses. frictionless holds every descriptor to them.
STANDARD_PROFILE = re.compile(
    r"https?://(?:datapackage\.org/profiles/[12]\.\d+|(?:specs\.)?frictionlessdata\.io/schemas"
    r"|schemas\.frictionlessdata\.io)/[a-z-]+\.json#?"
)
PATHS = ("path", "extrapaths", "url", "innerpath")  # the properties that name files of a table


@dataclass
class Prepared:
    """A descriptor that has been read, and what is wrong with it so far.

    `descriptor` is as written, except that the Table Schemas and dialects stand in place of their paths, that each
    resource has a name of its own, and that paths of local copies stand in place of what they are copies of. `named`
    has the files of Table Schemas and dialects by resource and property (`claims.schema`). `unread` has the numbers
    (from 0) of the resources that are left out, `without_schema` the names of those that are checked without their
    Table Schema. `profiles` has what a profile is to be applied to, as a JSON Pointer, with the profile's name.
    `odd_names` has the names of resources that frictionless refuses. `is_made` tells whether the descriptor is in no
    file but was made for a table, whose file then stands in the descriptor's place.
    """

    source: Folder
    copies: Copies = field(default_factory=Copies)
    descriptor: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    not_checked: list[Unchecked] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)
    without_schema: set[str] = field(default_factory=set)
    profiles: list[tuple[str, str]] = field(default_factory=list)
    odd_names: list[str] = field(default_factory=list)
    is_made: bool = False
    values: bool = True  # whether messages may have values of cells

    @property
    def root(self) -> Path:
        """The folder in which the descriptor lies."""
        return self.source.root

    @property
    def path(self) -> Path:
        """The descriptor's path."""
        return self.source.root / self.source.descriptor

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources of the descriptor."""
        return self.descriptor["resources"]

    def leave_out(self, number: int, reason: str, rule: str = "PKG108", mend: str = "", key: str = "") -> None:
        """Leaves the resource with a number (from 0) out of the check, and says why. `key` is the property at fault."""
        if number not in self.unread:
            name = str(self.resources[number].get("name"))
            told = reason.replace(f"{self.root}/", "")  # a zip's is a temporary folder, which the user does not know
            words = f'"{shorten(name, 100)}" (resource {number + 1}): {told}'
            pointer = pointer_to("resources", number, *([key] if key else []))
            self.not_checked.append(not_checked(rule, self.path.name, words, _sentence(mend), name, pointer))
            self.unread.add(number)


def prepare(opened: Prepared) -> None:
    """Reads the descriptor in the folder of `opened`, and what it names.

    Afterwards the resources that are not left out name no file outside of the folder but local copies, and no profile
    that would be fetched. Raises Unusable where the descriptor cannot be read at all.
    """
    path = opened.path
    if not opened.is_made:
        _read(opened)
    resources = opened.descriptor.get("resources")
    if not isinstance(resources, list) or not resources:
        raise Unusable(f'{path}: "resources" must be a list of at least one object; it names the tables')
    _take_profiles(opened, opened.descriptor)
    _only_objects(opened)
    _give_names(opened)
    parts: dict[str, dict[str, Any]] = {}
    for number, resource in enumerate(opened.resources):
        if number in opened.unread:
            continue
        _take_profiles(opened, resource, "resources", number)
        _place_files(opened, number, resource)
        for key in ("dialect", "schema"):
            if isinstance(resource.get(key), str):
                _put_in_place(opened, number, key, parts)
        follow_standard(resource)
        if isinstance(resource.get("schema"), dict):
            _take_profiles(opened, resource["schema"], "resources", number, "schema")
            for field in filter(lambda each: isinstance(each, dict), list_of(resource["schema"].get("fields"))):
                field.pop("$schema", None)  # frictionless would read the version of the standard from it, or fail
        try:
            refuse_large(path, dict_of(resource.get("schema")))
        except Unusable as error:
            opened.leave_out(number, str(error).removeprefix(f"{path}: "), key="schema")


def _read(opened: Prepared) -> None:
    """Reads the file of the descriptor. Raises Unusable."""
    raw = bytes_of(opened.source, opened.source.descriptor)
    if reason := something_else(opened.path, raw):
        raise Unusable(f"{opened.path}: {reason}")
    odd: list[Odd] = []
    opened.descriptor = json_object(raw, opened.path, odd)
    opened.findings += [_oddity(opened.path.name, each) for each in odd]


def bytes_of(folder: Folder, name: str) -> bytes:
    """Reads a JSON file, but at most one byte more than the bound allows. Raises Unusable."""
    path = folder.root / name
    if folder.keep:
        return folder.read(name)
    try:
        if not path.is_file():
            raise Unusable(f"{shorten(str(path), 500)}: there is no such regular file; the descriptor names it")
        with open_beneath(folder.root, name) as handle:
            return handle.read(limits.MAX_DESCRIPTOR + 1)
    except OSError as error:
        raise Unusable(f"{shorten(str(path), 500)}: cannot be read: {error.strerror}") from None


def _oddity(file: str, odd: Odd) -> Finding:
    """Makes a finding about something in a JSON file that was passed over."""
    line, column = odd.place or (None, None)
    found = of_file("PKG101", file, odd.note, line)
    return Finding(**{**vars(found), "column": column})


def _only_objects(opened: Prepared) -> None:
    """Leaves out what is no object among the resources, and the resources that are too many."""
    resources = opened.resources
    for number, resource in enumerate(resources):
        if not isinstance(resource, dict):
            resources[number] = {"name": f"resource {number + 1}"}
            opened.leave_out(number, "it is no object", mend="describe the resource as a JSON object")
        if number + 1 >= limits.MAX_RESOURCES:
            break
    more = range(limits.MAX_RESOURCES, len(resources))
    if more:
        words = f"the resources from {more.start + 1:,} to {more.stop:,}: at most {limits.MAX_RESOURCES:,} are checked"
        pointer = pointer_to("resources", more.start)
        mend = "Split the package."
        opened.not_checked.append(not_checked("PKG108", opened.path.name, words, mend, pointer=pointer))
        opened.unread.update(more)
        resources[more.start :] = [dict_of(each) for each in resources[more.start :]]


def _give_names(opened: Prepared) -> None:
    """Gives each resource that lacks a name, or shares it with an earlier one, a name of its own, and says so."""
    file = opened.path.name
    said = [each.get("name") for each in opened.resources]
    times = Counter(name for name in said if isinstance(name, str))
    taken = set(times)
    for number, (resource, name) in enumerate(zip(opened.resources, said, strict=True)):
        if number not in opened.unread and isinstance(name, str) and len(name) > limits.MAX_PATH:
            words = f"its name has {len(name):,} characters; at most {limits.MAX_PATH:,} are read"
            opened.leave_out(number, words, key="name")
        if number in opened.unread or (isinstance(name, str) and name and name not in said[:number]):
            continue
        pointer = pointer_to("resources", number)
        if isinstance(name, str) and name:
            resource["name"] = _free(name, taken)
            first = said.index(name)
            if first == max(at for at in range(number) if said[at] == name):  # told once
                numbers = ", ".join(str(at + 1) for at, each in enumerate(said) if each == name)
                words = f'the name "{shorten(name, 100)}" is not unique: the resources {numbers} have it'
                opened.findings.append(of_file("PKG101", file, words, pointer=f"{pointer}/name"))
            continue
        where = next(iter(listed(resource.get("path"))), "")
        stem = re.sub(r"[^a-z0-9_-]+", "-", PurePosixPath(where).name.partition(".")[0].lower()).strip("-")
        resource["name"] = _free(stem or "resource", taken, stem not in taken and bool(stem))
        which = f"the resource {number + 1}" + (f" ({shorten(where, 100)})" if where else "")
        lacks = "no name" if name is None or name == "" else "a name that is no string"
        words = f'{which} has {lacks}; it is called "{resource["name"]}" here'
        opened.findings.append(of_file("PKG101", file, words, pointer=pointer))


def _free(name: str, taken: set[str], as_it_is: bool = False) -> str:
    """Returns a name that no resource has: the name itself, or with a number."""
    number = 2
    free = name
    while free in taken or not as_it_is:
        free, as_it_is = f"{name}-{number}", True
        number += 1
    taken.add(free)
    return free


def _take_profiles(opened: Prepared, owner: dict[str, Any], *way: str | int) -> None:
    """Notes the profiles of a package, resource or Table Schema that are not the standard's, to be applied later.

    What frictionless would fetch or open is removed. It only reads the version of the standard from `$schema`.
    """
    for key in ("profile", "profiles", "$schema"):
        said = owner.get(key)
        own = [
            name
            for name in (said if isinstance(said, list) else [said])
            if isinstance(name, str) and name not in KNOWN_PROFILES and not STANDARD_PROFILE.fullmatch(name)
        ]
        opened.profiles += [(pointer_to(*way), name) for name in own]
        known = said is None or (isinstance(said, str) and said in KNOWN_PROFILES)
        if key != "$schema" and not known and (own or isinstance(said, str)):
            owner.pop(key)


def _place_files(opened: Prepared, number: int, resource: dict[str, Any]) -> None:
    """Puts local copies in place of the files of a resource, and leaves it out where a file lies outside."""
    for key in PATHS:
        value = resource.get(key)
        if isinstance(value, list) and not all(isinstance(each, str) for each in value):
            words = f'"{key}" has something else than texts'
            opened.leave_out(number, f"its path is none of the standard: {words}", key=key)
            pointer = pointer_to("resources", number, key)
            opened.findings.append(of_file("PKG101", opened.path.name, words, pointer=pointer))
            return
        for name in listed(value):
            if copy := opened.copies.path(name) if key != "innerpath" else None:
                opened.source.allow(copy)
                value = [str(copy) if each == name else each for each in listed(value)]
                resource[key] = value if isinstance(resource[key], list) else value[0]
            elif why := why_outside(opened.root, name):
                opened.leave_out(number, why[0], "FIL108", why[1], key)
                return
    if resource.get("scheme") == "multipart":  # frictionless's word for several files: their list says the same
        del resource["scheme"]
    if resource.get("scheme") not in (None, "file"):
        scheme = shorten(str(resource["scheme"]))
        opened.leave_out(number, f'files of the scheme "{scheme}" are not read', "FIL108", key="scheme")


def _put_in_place(opened: Prepared, number: int, key: str, parts: dict[str, dict[str, Any]]) -> None:
    """Puts a Table Schema or a dialect in place of its path. A table whose dialect is not known is left out."""
    resource = opened.resources[number]
    name = resource[key]
    copy = opened.copies.path(name)
    file = str(copy) if copy else name
    opened.named[f"{resource['name']}.{key}"] = file
    why = None if copy else why_outside(opened.root, name)
    try:
        if why:
            raise Unusable(why[0])
        if file not in parts:
            odd: list[Odd] = []
            raw = read_copy(copy) if copy else bytes_of(opened.source, name)
            parts[file] = json_object(raw, opened.root / file, odd)
            opened.findings += [_oddity(file, each) for each in odd]
        resource[key] = parts[file]
    except Unusable as error:
        told = str(error).replace(f"{opened.root}/", "")
        mend = why[1] if why else ""
        opened.named.pop(f"{resource['name']}.{key}")
        if key == "dialect":
            opened.leave_out(number, f"its dialect cannot be applied: {told}", "PKG107", mend, key)
            return
        without_schema(opened, number, told, mend)


def without_schema(opened: Prepared, number: int, reason: str, mend: str = "") -> None:
    """Notes that a table is checked without its Table Schema: its shape, but neither types nor keys."""
    resource = opened.resources[number]
    words = f'types, constraints and keys of "{shorten(resource["name"], 100)}" (resource {number + 1}): {reason}'
    pointer = pointer_to("resources", number, "schema")
    note = not_checked("PKG107", opened.path.name, words, _sentence(mend), resource["name"], pointer)
    opened.not_checked.append(note)
    opened.without_schema.add(resource["name"])
    resource.pop("schema")
    for owner in (resource, opened.descriptor):  # both demand a Table Schema
        if str(owner.get("profile")).startswith("tabular-data-"):
            owner.pop("profile")


def _sentence(words: str) -> str:
    """Returns words as a sentence of their own, or "" where there are none."""
    return f"{words[:1].upper()}{words[1:]}." if words else ""
