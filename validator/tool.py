"""What the project's small commands (`python -m validator.seal` and others) have in common: one package, one sentence where it fails."""

import csv
import os
import sys
from collections.abc import Callable
from pathlib import Path

from .findings import Unusable
from .package import PROFILE, open_package
from .text import visible


def command(module: str, work: Callable[[Path], str | None], claims: bool = True, given: list[str] | None = None) -> int:
    """Runs `work` on the package that the command line names, else on this folder; prints what it returns. The exit code: 0, or 2 if it failed.

    `work` gets the path of the package's descriptor. With `claims` only a claim-tracking package will do.
    """
    given = sys.argv[1:] if given is None else given
    try:
        if len(given) > 1 or any(not name.strip() or name.startswith("-") for name in given):
            raise Unusable(f"usage: python -m {module} [PACKAGE], a package's folder or its descriptor; this folder if none is named")
        said = work(descriptor_of(Path(given[0] if given else "."), claims))
    except Unusable as error:
        print(visible(f"{module}: {error}"), file=sys.stderr)
        return 2
    except FAILURES as error:
        print(visible(f"{module}: {sentence(error)}"), file=sys.stderr)
        return 2
    try:
        if said:
            print(said, flush=True)
    except BrokenPipeError:  # the reader has seen enough, as `head` does after ten lines
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def descriptor_of(package: Path, claims: bool = True) -> Path:
    """The path of a package's descriptor, given that or its folder. Raises Unusable when there is no package, or none that `claims`."""
    loaded = open_package(package)  # which refuses one that names files elsewhere
    if claims and loaded.descriptor.get("conformsTo") != PROFILE:
        raise Unusable(f'{package}: this is for claim-tracking packages ("conformsTo": "{PROFILE}"); name one')
    return loaded.path


# How a file fails that cannot be opened, or is not what the dataset's own files are.
FAILURES = (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, csv.Error)


def sentence(error: Exception) -> str:
    """What one of `FAILURES` says, for a person."""
    if isinstance(error, OSError):
        return f"{error.filename}: cannot be read or written: {error.strerror}; correct the path"
    if isinstance(error, UnicodeDecodeError):
        return f"a file is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8, and run validate.py, which names it"
    return f"a file is not what it should be ({type(error).__name__}: {error}); run validate.py, which says where"
