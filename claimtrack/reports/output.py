"""Decides which report goes to which file, and writes the files, each whole or not at all."""

import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.paths import DESCRIPTOR
from claimtrack.core.visible import harmless, shorten
from claimtrack.core.writing import write_whole
from claimtrack.package.opened import open_package
from claimtrack.reports import FORMATS

STDOUT = "-"
ENDS = 4096  # bytes at the start and at the end of a file that tell what it is
# What every report has near its start or its end: JSON, SARIF, JUnit, HTML, GitHub commands, and text with its verdict.
REPORT = re.compile(
    rb'^\{\s*"format": ?"claim-tracking-report-'
    rb'|^\{\s*"\$schema": ?"[^"]*sarif[^"]*",(?s:.*)"name": "(?:claimtrack|claim-tracking-validator)"'
    rb'|^<\?xml [^>]*>\n<testsuites>(?s:.*)<property name="exit_code"'
    rb"|^<!doctype html>(?s:.*)validation report</title>"
    rb"|^::(?:error|warning|notice) [^\n]*title="
    rb"|^[^\n]+: [A-Z]{3}[0-9]{3} "
    rb"|\n[0-9,]+ tables?, [0-9,]+ rows?, [0-9,]+ rules? run\n"
    rb"|^could not be checked: "
)
BASELINE = re.compile(rb'^\{\s*"format": ?"claim-tracking-baseline-')


def pair(formats: list[str], outputs: list[str]) -> list[tuple[str, str]]:
    """Pairs formats with files, one pair for each report to write; `-` is standard output. Raises Unusable.

    If there are as many formats as files, they are paired in order. Without formats, a file's ending gives its format.
    Standard output gets text, unless it is among the files, or a single format is given without a file.
    """
    for name in formats:
        if name not in FORMATS:
            raise Unusable(
                f'there is no format "{name[:50]}"; '
                f"did you mean {get_close_matches(name.lower(), FORMATS, 1, 0)[0]}? "
                f"The formats are {', '.join(FORMATS)}"
            )
    if not formats:
        pairs = [("text" if output == STDOUT else _by_ending(output), output) for output in outputs]
    elif not outputs and len(formats) == 1:
        return [(formats[0], STDOUT)]
    elif len(formats) == len(outputs):
        pairs = list(zip(formats, outputs, strict=True))
    else:
        raise Unusable(
            f"{len(formats)} --format and {len(outputs)} --output cannot be paired; "
            "give each --format an --output (- is standard output), "
            "or leave --format out and let the files' endings say it"
        )
    places = [os.path.realpath(output) if output != STDOUT else output for output in outputs]
    twice = [output for number, output in enumerate(outputs) if places[number] in places[:number]]
    if twice:
        raise Unusable(f"two reports would go to {twice[0]}; give each --output a file of its own")
    return pairs if STDOUT in outputs else [("text", STDOUT), *pairs]


def _by_ending(output: str) -> str:
    """Returns the format that a file's ending names. Raises Unusable where it names none."""
    for name, ending in FORMATS.items():
        if ending and output.lower().endswith(ending):
            return name
    endings = ", ".join(ending for ending in FORMATS.values() if ending)
    raise Unusable(f"{output}: its ending says no format; end it in one of {endings}, or give --format before --output")


def refuse(
    outputs: list[str],
    packages: list[str],
    kept: Sequence[str | Path] = (),
    what: str = "--output",
    mark: re.Pattern[bytes] = REPORT,
) -> None:
    """Raises Unusable when an output file cannot be written, or would do harm.

    It would do harm where it replaces a file of a package, one of the `kept` files, or any file in which `mark` does
    not find that this program wrote it; and where it lies in a folder with data of a package. `what` is the option that
    named the file.
    """
    for output in (Path(name) for name in outputs if name != STDOUT):
        try:
            _refuse(output, packages, kept, what, mark)
        except (OSError, RuntimeError) as error:  # the name is too long; links form a circle
            words = getattr(error, "strerror", None) or "its links form a circle"
            raise Unusable(f"{what} {shorten(str(output))}: cannot be written: {words}; choose another file") from None


def _refuse(output: Path, packages: list[str], kept: Sequence[str | Path], what: str, mark: re.Pattern[bytes]) -> None:
    """Raises Unusable for one file of `refuse`."""
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
            raise Unusable(
                f"{what} {output}: this folder holds data of the package {package}; choose a folder beside it"
            )
    if target.is_file() and not _is_marked(target, mark):
        raise Unusable(
            f"{what} {output}: is there already, and was not written by {what}; "
            "choose another name, or delete the file first"
        )


def _is_marked(path: Path, mark: re.Pattern[bytes]) -> bool:
    """Tells whether a file is empty, or its first or last bytes have a mark. Raises OSError."""
    with path.open("rb") as handle:
        start = handle.read(ENDS)
        handle.seek(max(0, path.stat().st_size - ENDS))
        return not start or any(mark.search(part) for part in (start, b"\n" + handle.read()))


def _own(package: Path) -> tuple[set[Path], set[Path]]:
    """Returns the files of a package, and the folders within it that hold data."""
    try:
        opened = open_package(package)
    except Unusable:  # the validation itself reports the reason
        return {package.resolve(), (package / DESCRIPTOR).resolve()}, set()
    root = opened.root.resolve()
    files = {root / name for name in opened.files}
    data = {(root / name).parent for name, table in opened.files.items() if table is not None}
    return {package.resolve(), *files, *(file.resolve() for file in files)}, data - {root}


def to_stdout(text: str, form: str) -> None:
    """Prints a report of a format for programs. It is always UTF-8, whatever the encoding of the terminal is.

    What a terminal or a CI service would act on is spelt in a way that means the same in the format.
    """
    sys.stdout.flush()
    if form in ("junit", "html"):  # their renderers spell out all other signs
        text = text.replace("##", "#&#35;")
    elif form != "github":
        text = harmless(text)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def write(path: Path, text: str) -> None:
    """Writes a file whole or not at all. A path that is no regular file, such as /dev/stderr, is written to directly.

    Raises Unusable.
    """
    write_whole(path, text.encode("utf-8", "backslashreplace"))
