"""From a path to a Data Package: the descriptor is read as hostile input and every file it names must lie beside it."""

import json
from pathlib import Path, PurePosixPath

from frictionless import FrictionlessException, Package

from .findings import Unusable

MAX_DESCRIPTOR = 10 * 2**20  # bytes; a descriptor is a page of text, and parsing costs many times its size
PROFILE = "claim-tracking-package-1"  # what a descriptor says in `conformsTo` to be held to the rules in schemas/


def load(where: str | Path) -> Package:
    """The package at `where`: a folder that holds `datapackage.json`, or a descriptor by any name.

    Nothing outside the descriptor's folder is opened and nothing is fetched. Raises Unusable when there is no
    descriptor to speak of, FrictionlessException when there is one and it breaks the standard.
    """
    path = Path(where)
    if path.is_dir():
        path /= "datapackage.json"
        if not path.exists():
            raise Unusable(f"{where}: this folder holds no datapackage.json; name a package's folder or its descriptor")
    descriptor = read_descriptor(path)
    for owner in [descriptor, *descriptor["resources"]]:
        _refuse_outside(path, owner)
    return Package.from_descriptor(descriptor, basepath=str(path.parent))


def read_descriptor(path: Path) -> dict:
    """The descriptor's JSON object, with a list of resources. Raises Unusable when it is anything else."""
    if not path.exists():
        raise Unusable(f"{path}: there is no such file; name a package's folder or its descriptor")
    if not path.is_file():
        raise Unusable(f"{path}: this is not a regular file; name a package's folder or its descriptor")
    try:
        if path.stat().st_size > MAX_DESCRIPTOR:
            raise Unusable(f"{path}: larger than {MAX_DESCRIPTOR // 2**20} MiB; a descriptor is a small JSON file")
        descriptor = json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=_unique)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}; save the descriptor as UTF-8") from None
    except json.JSONDecodeError as error:
        what = "the file is empty" if not path.stat().st_size else f"not JSON: {error.msg}"
        raise Unusable(f"{path}:{error.lineno}:{error.colno}: {what}; a descriptor is a JSON object") from None
    except RecursionError:
        raise Unusable(f"{path}: nested too deeply to be a descriptor") from None
    except KeyError as error:
        raise Unusable(f"{path}: the property {error} stands twice in one object; keep one") from None
    if not isinstance(descriptor, dict):
        raise Unusable(f"{path}: a descriptor is a JSON object, with braces")
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not resources or not all(isinstance(r, dict) for r in resources):
        raise Unusable(f'{path}: "resources" must be a list of at least one object; it names the tables')
    return descriptor


def _unique(pairs: list[tuple[str, object]]) -> dict:
    result = {}
    for key, value in pairs:
        if key in result:
            raise KeyError(key)
        result[key] = value
    return result


def _refuse_outside(descriptor: Path, owner: dict) -> None:
    """Raises Unusable when a package or resource names a file elsewhere, by URL, absolute path, `..` or symbolic link."""
    home = descriptor.parent.resolve()
    paths = owner.get("path", [])
    named = [*(paths if isinstance(paths, list) else [paths]), *(owner.get(key) for key in ("schema", "dialect", "profile"))]
    for name in named:
        if not isinstance(name, str):
            continue
        pure = PurePosixPath(name)
        if ":" in name or "\\" in name or pure.is_absolute() or ".." in pure.parts or not (home / name).resolve().is_relative_to(home):
            raise Unusable(f"{descriptor}: {json.dumps(name[:200])} leads outside the package; name a file inside its folder")
