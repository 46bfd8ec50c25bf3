"""From a path to a Data Package: the descriptor is read as hostile input and every file it names must lie beside it."""

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from frictionless import FrictionlessException, Package

from . import limits
from .findings import Finding, Unusable
from .tables import open_regular
from .wording import of_file, shorten

DESCRIPTOR = "datapackage.json"
PROFILE = "claim-tracking-package-1"  # what a descriptor says in `conformsTo` to be held to the rules in schemas/
# The profiles of Data Package v1 that frictionless knows by name; any other it would fetch or open.
KNOWN_PROFILES = {None, "data-package", "tabular-data-package", "data-resource", "tabular-data-resource"}
# What says how a table is read; the rest of a resource describes it to people.
ESSENTIAL = {
    "name", "type", "path", "data", "extrapaths", "format", "mediatype", "encoding", "compression", "innerpath", "dialect", "schema", "bytes", "hash",
}  # fmt: skip


@dataclass
class Loaded:
    """A package that could be opened: what can be checked of it, what is wrong with its descriptor, and what was left out.

    `descriptor` is as written, with the Table Schemas and dialects that it names in place of their paths; `sources` says
    for a resource's name from which file its Table Schema came.
    """

    path: Path
    descriptor: dict
    package: Package | None = None
    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    complete: bool = True

    @property
    def files(self) -> dict[str, str | None]:
        """Every file of the package by its path in it, with the name of the table it holds; None for what describes tables."""
        described = {name: None for name in (self.path.name, *self.sources.values())}
        paths = [(str(r.get("name")), p) for r in self.descriptor["resources"] for key in ("path", "extrapaths") for p in _listed(r.get(key))]
        return described | {path: name for name, path in reversed(paths)}


def open_package(where: str | Path) -> Loaded:
    """The package at `where`, as far as it can be checked. Raises Unusable when there is no descriptor to speak of.

    frictionless stops at the first descriptor that breaks the standard; here only the resource at fault is left out.
    """
    loaded = _prepare(where)
    loaded.package, reasons = _package(loaded, loaded.descriptor)
    if loaded.package:
        return loaded
    loaded.findings += [of_file("PKG101", loaded.path.name, reason) for reason in reasons]
    kept, names = [], set()
    for number, resource in enumerate(loaded.descriptor["resources"], 1):
        name = str(resource.get("name"))
        sound = {key: value for key, value in resource.items() if key in ESSENTIAL}
        if name not in names and _package(loaded, _frame(loaded, [sound]))[0]:
            kept.append(sound)
        else:
            loaded.left_out.append(f'the resource "{name[:100]}" ({number}): not checked, since its description breaks the standard')
            loaded.complete = False
        names.add(name)
    loaded.package = _package(loaded, _frame(loaded, kept))[0] if kept else None
    return loaded


def _listed(value: object) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _frame(loaded: Loaded, resources: list[dict]) -> dict:
    """A descriptor with these resources and nothing else that could be at fault."""
    about = {key: loaded.descriptor[key] for key in ("$schema", "conformsTo") if isinstance(loaded.descriptor.get(key), str)}
    return {**about, "resources": resources}


def _package(loaded: Loaded, descriptor: dict) -> tuple[Package | None, list[str]]:
    """frictionless's package, or None and what it has against the descriptor."""
    try:
        return Package.from_descriptor(descriptor, basepath=str(loaded.path.parent)), []
    except FrictionlessException as error:
        return None, [shorten(reason.note, 500) for reason in error.reasons or [error.error]]
    except Exception as error:  # frictionless trips over properties of a type that it does not expect
        return None, [f"frictionless fails on it ({type(error).__name__}: {str(error)[:200]})"]


def _prepare(where: str | Path) -> Loaded:
    """The descriptor at `where`, with every file that it names beside it and nothing left to fetch. Raises Unusable."""
    path = Path(where)
    if path.is_dir():
        path /= DESCRIPTOR
        if not path.exists():
            raise Unusable(no_package(Path(where)))
    descriptor = checked_descriptor(path)
    loaded = Loaded(path, descriptor)
    for owner in [descriptor, *descriptor["resources"]]:
        _drop_profile(loaded, owner)
        _refuse_outside(path, owner)
    for resource in descriptor["resources"]:
        for key in ("schema", "dialect"):
            if isinstance(resource.get(key), str):
                loaded.sources[f"{resource.get('name')}.{key}"] = resource[key]
                resource[key] = _json(path.parent / resource[key])
        if isinstance(resource.get("schema"), dict):
            _refuse_large(path, resource["schema"])
    return loaded


def no_package(folder: Path) -> str:
    """A sentence that says that a folder holds no descriptor, and what to name instead: the zips in it, as in the folder of a release."""
    zips = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip") if os.access(folder, os.R_OK) else []
    return f"{folder}: this folder holds no {DESCRIPTOR}; name " + (f"the zip in it, {zips[0]}" if zips else "a package's folder or its descriptor")


def _refuse_large(path: Path, schema: dict) -> None:
    """Raises Unusable for a Table Schema with more fields, or more values in a list, than can be checked in a bounded time."""
    fields = schema.get("fields") if isinstance(schema.get("fields"), list) else []
    if len(fields) > limits.MAX_COLUMNS:
        raise Unusable(f"{path}: a Table Schema has {len(fields):,} fields; at most {limits.MAX_COLUMNS:,} columns are checked")
    fields = [known for known in fields if isinstance(known, dict)]
    for owner in [schema, *fields, *(known["constraints"] for known in fields if isinstance(known.get("constraints"), dict))]:
        for name, value in owner.items():
            most = limits.MAX_KEYS if name in ("foreignKeys", "uniqueKeys") else limits.MAX_VALUES
            if isinstance(value, list) and len(value) > most:
                raise Unusable(f"{path}: {json.dumps(name)} has {len(value):,} values; at most {most:,} are checked, and a table can hold more")


def checked_descriptor(path: Path) -> dict:
    """The descriptor's JSON object, with a list of resources. Raises Unusable when it is anything else."""
    if not path.exists():
        raise Unusable(f"{path}: there is no such file; name a package's folder or its descriptor")
    if not path.is_file():
        raise Unusable(f"{path}: this is not a regular file; name a package's folder or its descriptor")
    if reason := something_else(path):
        raise Unusable(f"{path}: {reason}")
    return checked(_json(path), path)


def checked(descriptor: dict, where: object) -> dict:
    """The same descriptor, if it has a list of resources; `where` is for the message. Raises Unusable."""
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources or not all(isinstance(r, dict) for r in resources):
        raise Unusable(f'{where}: "resources" must be a list of at least one object; it names the tables')
    if len(resources) > limits.MAX_RESOURCES:
        raise Unusable(f"{where}: {len(resources):,} resources; at most {limits.MAX_RESOURCES:,} are checked")
    return descriptor


# What a file is that is named in place of a package, by its ending or its first bytes.
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".ods", ".parquet", ".jsonl", ".ndjson")
PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}


def something_else(path: Path) -> str | None:
    """What a file is, if it certainly is no descriptor, and what to name instead."""
    try:
        with open_regular(path) as handle:
            start = handle.read(8)
    except OSError:
        return None  # whoever reads it says why it cannot be read
    if start.startswith(b"PK"):
        return "a zip that is damaged or cut off; get it again, whole"
    if path.suffix.lower() == ".zip":
        return "not a zip, whatever its name says; get it again, whole"
    if packed := next((name for mark, name in PACKED.items() if start.startswith(mark)), None):
        return f"this is packed with {packed}; unpack it and name the package's folder, or pack the folder as a zip"
    if path.suffix.lower() in TABLES:
        there = next((folder / DESCRIPTOR for folder in path.parents[:2] if (folder / DESCRIPTOR).is_file()), None)
        return "this is a table by its name; name the package that it belongs to, by its folder or descriptor" + (f", such as {there}" if there else "")
    return None


def _json(path: Path) -> dict:
    """A JSON object from a file that nobody vouches for. Raises Unusable when it is anything else."""
    try:
        if not path.is_file():
            raise Unusable(f"{path}: there is no such regular file; the descriptor names it")
        with path.open("rb") as handle:
            return json_object(handle.read(limits.MAX_DESCRIPTOR + 1), path)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None


def json_object(raw: bytes, path: object) -> dict:
    """A JSON object from bytes that nobody vouches for; `path` is where they come from. Raises Unusable when they are anything else."""
    if len(raw) > limits.MAX_DESCRIPTOR:
        raise Unusable(f"{path}: larger than {limits.MAX_DESCRIPTOR // limits.MIB} MiB; a descriptor is a small JSON file")
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}; save the descriptor as UTF-8") from None
    except json.JSONDecodeError as error:
        what = "the file is empty" if not raw else f"not JSON: {error.msg}"
        raise Unusable(f"{path}:{error.lineno}:{error.colno}: {what}; a descriptor is a JSON object") from None
    except RecursionError:
        raise Unusable(f"{path}: nested too deeply to be a descriptor") from None
    except Refused as error:
        raise Unusable(f"{path}: {error}") from None
    except ValueError:
        raise Unusable(f"{path}: a number in it has more digits than can be read; a descriptor needs no such number") from None
    if not isinstance(value, dict):
        raise Unusable(f"{path}: a descriptor is a JSON object, with braces")
    if _deeper(value, limits.MAX_DEPTH):
        raise Unusable(f"{path}: nested too deeply to be a descriptor")
    return value


def _deeper(value: dict | list, depth: int) -> bool:
    """Whether objects and lists lie within each other deeper than `depth`."""
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer) if isinstance(inner, (dict, list))]
    return bool(level)


class Refused(ValueError):
    """An object of JSON that is not read. Its text says why."""


def _unique(pairs: list[tuple[str, object]]) -> dict:
    if len(pairs) > limits.MAX_PROPERTIES:
        raise Refused(f"an object has {len(pairs):,} properties; at most {limits.MAX_PROPERTIES:,} are read")
    result = {}
    for key, value in pairs:
        if key in result:
            raise Refused(f"the property {json.dumps(key[:200])} stands twice in one object; keep one")
        result[key] = value
    return result


def _drop_profile(loaded: Loaded, owner: dict) -> None:
    """Takes out a profile that frictionless would fetch or open, and says so: what it demands is then not checked."""
    for key in ("profile", "profiles"):
        profiles = owner.get(key)
        for profile in profiles if isinstance(profiles, list) else [profiles]:
            if isinstance(profile, str) and profile not in KNOWN_PROFILES:
                loaded.findings.append(of_file("PKG103", loaded.path.name, json.dumps(profile[:200])))
                loaded.complete = False
                owner.pop(key, None)


def _refuse_outside(descriptor: Path, owner: dict) -> None:
    """Raises Unusable when a package or resource names a file elsewhere, by URL, absolute path, `..` or symbolic link."""
    named = [owner.get(key) for key in ("schema", "dialect", "url", "innerpath")]
    for key in ("path", "extrapaths"):
        paths = owner.get(key, [])
        named += paths if isinstance(paths, list) else [paths]
    for name in named:
        if isinstance(name, str) and not leads_inside(descriptor.parent, name):
            raise Unusable(f"{descriptor}: {json.dumps(name[:200])} leads outside the package; name a file inside its folder")
    if owner.get("scheme") not in (None, "file"):
        raise Unusable(f"{descriptor}: the scheme {json.dumps(str(owner['scheme'])[:200])} leads outside the package; name a file inside its folder")


def leads_inside(home: Path, name: str) -> bool:
    """Whether a path, as a package names it, stays in the package's folder, symbolic links followed; there need be no file."""
    if len(name) > limits.MAX_PATH or not says_inside(name):
        return False
    try:
        end = (home / name).resolve()
    except (OSError, RuntimeError):  # a name too long; links that lead round in a circle
        return False
    return end.is_relative_to(home.resolve()) and not end.is_symlink()  # what such links end in from Python 3.13 on


def says_inside(name: str) -> bool:
    """Whether a path is, by its words alone, one inside a package."""
    pure = PurePosixPath(name)
    return not (re.search(r"[:\\\x00]", name) or pure.is_absolute() or ".." in pure.parts)
