"""Where reports go: which format to which file, and the writing of it, whole or not at all."""

import contextlib
import os
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path

from ..findings import Unusable
from ..package import open_package
from . import FORMATS

STDOUT = "-"


def pair(formats: list[str], outputs: list[str]) -> list[tuple[str, str]]:
    """Each report to write, as format and file; `-` is standard output. Raises Unusable with a sentence for the user.

    As many formats as files go together in order; without formats a file's ending says its format. Standard output gets
    text, unless it is asked for something else or a format stands alone.
    """
    for name in formats:
        if name not in FORMATS:
            raise Unusable(f'there is no format "{name[:50]}"; did you mean {get_close_matches(name.lower(), FORMATS, 1, 0)[0]}? The formats are {", ".join(FORMATS)}')
    if not formats:
        pairs = [("text" if output == STDOUT else _by_ending(output), output) for output in outputs]
    elif not outputs and len(formats) == 1:
        return [(formats[0], STDOUT)]
    elif len(formats) == len(outputs):
        pairs = list(zip(formats, outputs))
    else:
        raise Unusable(
            f"{len(formats)} --format and {len(outputs)} --output cannot be paired; give each --format an --output (- is standard output), "
            "or leave --format out and let the files' endings say it"
        )
    places = [os.path.realpath(output) if output != STDOUT else output for output in outputs]
    twice = [output for number, output in enumerate(outputs) if places[number] in places[:number]]
    if twice:
        raise Unusable(f"two reports would go to {twice[0]}; give each --output a file of its own")
    return pairs if STDOUT in outputs else [("text", STDOUT), *pairs]


def _by_ending(output: str) -> str:
    for name, ending in FORMATS.items():
        if ending and output.lower().endswith(ending):
            return name
    endings = ", ".join(ending for ending in FORMATS.values() if ending)
    raise Unusable(f"{output}: its ending says no format; end it in one of {endings}, or give --format before --output")


def refuse(outputs: list[str], packages: list[str], kept: list[str] = (), what: str = "--output") -> None:
    """Raises Unusable when a file cannot be written, or would lie among the data of a package or in place of a file of it, or of one to be `kept`."""
    for output in (Path(name) for name in outputs if name != STDOUT):
        if output.is_dir():
            raise Unusable(f"{what} {output}: this is a folder; name a file in it")
        if not output.absolute().parent.is_dir():
            raise Unusable(f"{what} {output}: there is no folder {output.parent}; make it first")
        target = output.resolve()
        if target in [Path(name).resolve() for name in kept]:
            raise Unusable(f"{what} {output}: this file is read in the same run; choose another name")
        for package in packages:
            taken, folders = _own(Path(package))
            if target in taken:
                raise Unusable(f"{what} {output}: this is a file of the package {package}; choose another name")
            if target.parent in folders:
                raise Unusable(f"{what} {output}: this folder holds data of the package {package}; choose a folder beside it")


def _own(package: Path) -> tuple[set[Path], set[Path]]:
    """The files of a package, and the folders within it that hold data."""
    try:
        loaded = open_package(package)
    except Unusable:  # whoever validates it says why
        return {package.resolve(), (package / "datapackage.json").resolve()}, set()
    home = loaded.path.parent.resolve()
    files = {home / name for name in loaded.files}
    data = {(home / name).parent for name, table in loaded.files.items() if table is not None}
    return {package.resolve(), *files, *(file.resolve() for file in files)}, data - {home}


def to_stdout(text: str) -> None:
    """Prints a report for programs, whose encoding is UTF-8 whatever the terminal's is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def write(path: Path, text: str) -> None:
    """Writes a file whole or not at all; what is no regular file, such as /dev/stderr, is written as it is. Raises Unusable."""
    try:
        _write(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise Unusable(f"{path}: cannot be written: {error.strerror}; choose another file") from None


def _write(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=".validate-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
