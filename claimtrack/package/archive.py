"""Opens a package that is a zip: unpacks it, within bounds, into a temporary folder that is removed afterwards."""

import contextlib
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.paths import DESCRIPTOR, DESCRIPTORS, TABLES, says_inside
from claimtrack.core.writing import temporary_folder


@contextlib.contextmanager
def opened(where: str | Path) -> Iterator[Path]:
    """Gives the path from which the package at `where` can be read.

    A zip is unpacked into a temporary folder; any other path is given as it is, also that of a workbook, which is a zip
    of another kind. Raises Unusable when a zip is damaged,
    encrypted or not safe to unpack.
    """
    path = Path(where)
    if path.suffix.lower() in TABLES or not path.is_file() or not zipfile.is_zipfile(path):
        yield path
        return
    with contextlib.ExitStack() as stack:
        try:
            root = stack.enter_context(temporary_folder())
        except OSError as error:
            raise Unusable(f"{path}: a zip, and no folder to unpack it into ({error}); TMPDIR can name one") from None
        archive, files, top = listed(path)
        try:
            with archive:
                for name, entry in files.items():
                    _unpack(path, archive, entry, root / name)
        except Unusable:
            raise
        except Exception as error:  # zipfile, zlib, lzma, bz2 and the file system each raise exceptions of their own
            raise Unusable(
                f"{path}: a zip that cannot be unpacked: {str(error).replace(str(root), '')[:200]}"
            ) from None
        try:
            yield root / top
        except Unusable as error:  # its text names the temporary folder, which the user does not know
            raise Unusable(str(error).replace(str(root / top), str(path))) from None


def refuse_crowded(path: Path) -> None:
    """Raises Unusable for a zip with a directory longer than `limits.MAX_DIRECTORY`.

    Python reads the whole directory of a zip when it opens it, which takes long for a very long one.
    """
    with path.open("rb") as handle:
        refuse_crowded_directory(handle, str(path))


def refuse_crowded_directory(handle: BinaryIO, where: str = "") -> None:
    """Raises Unusable for an open zip as `refuse_crowded` does. The text names `where`."""
    # The last bytes hold the record that ends the directory, with the longest comment that it can have, and before it
    # those of ZIP64 (APPNOTE.TXT, 4.3.14 to 4.3.16). Any that could be meant counts: readers differ in which they take.
    length = handle.seek(0, os.SEEK_END)
    handle.seek(max(0, length - 2**16 - 22 - 76))
    end = handle.read()
    told = [end[found.end() + 8 : found.end() + 12] for found in re.finditer(b"PK\5\6", end)]
    told += [end[found.end() + 36 : found.end() + 44] for found in re.finditer(b"PK\6\6", end)]
    if any(limits.MAX_DIRECTORY < int.from_bytes(size, "little") <= length for size in told):
        words = f"a zip whose directory is longer than {limits.MAX_DIRECTORY // limits.MIB} MiB; pack the package alone"
        raise Unusable(f"{where}: {words}")


def listed(path: Path) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo], str]:
    """Opens a zip, and returns it with its files by name and with the folder in it that holds the package.

    Raises Unusable in the same cases as `opened`.
    """
    refuse_crowded(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unusable(f"{path}: a zip that cannot be unpacked: {str(error)[:200]}; get it again, whole") from None
    files = entries(path, archive)
    return archive, files, top_folder(path, files)


def entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Returns the files in a zip, by name. Raises Unusable for unsafe entries and for too many or too large ones."""
    files: dict[str, zipfile.ZipInfo] = {}
    for number, entry in enumerate(archive.infolist()):
        name, shown = entry.filename, json.dumps(entry.filename[:200])
        path_in_it = str(PurePosixPath(name))
        if number >= limits.MAX_ENTRIES:
            raise Unusable(f"{path}: a zip of more than {limits.MAX_ENTRIES:,} entries; pack the package alone")
        if not name or not says_inside(name) or len(name) > limits.MAX_PATH:
            raise Unusable(
                f"{path}: the zip's entry {shown} leads outside it; pack the package's folder with plain relative names"
            )
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Unusable(f"{path}: the zip's entry {shown} is a link or a device; pack the file itself")
        if entry.flag_bits & 1:
            raise Unusable(f"{path}: the zip's entry {shown} is encrypted; pack it without a password")
        if entry.is_dir():
            continue
        if path_in_it in files:
            raise Unusable(f"{path}: the zip's entry {shown} stands twice; keep one")
        files[path_in_it] = entry
    size, packed = sum(e.file_size for e in files.values()), sum(e.compress_size for e in files.values())
    if size > limits.MAX_ARCHIVE:
        raise Unusable(
            f"{path}: a zip of {size:,} bytes unpacked; at most {limits.MAX_ARCHIVE:,} are checked, "
            "so unpack it and name the folder"
        )
    if size > limits.MAX_RATIO * packed + limits.MIB:
        raise Unusable(
            f"{path}: a zip of {packed:,} bytes that unpacks to {size:,}, as no honest tables do; "
            "unpack it and name the folder if you trust it"
        )
    return files


def top_folder(path: Path, names: dict) -> str:
    """Returns the folder in a zip that holds the package: "" for the top, or one folder directly in it.

    An archive of a repository has its files in such a folder. Raises Unusable where there is no descriptor in either
    place, or where several folders have one.
    """
    if any(name in names for name in DESCRIPTORS):
        return ""
    folders = sorted({name.partition("/")[0] for name in names if name.partition("/")[2] in DESCRIPTORS})
    if len(folders) != 1:
        raise Unusable(
            f"{path}: this zip holds no {DESCRIPTOR} at its top or in one folder there; pack the package's folder"
        )
    return folders[0]


def _unpack(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path) -> None:
    """Unpacks one entry into a new file. Raises Unusable where it is longer than it declares."""
    to.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as source, to.open("xb") as target:
        while piece := source.read(limits.MIB):
            left -= len(piece)
            if left < 0:
                shown = json.dumps(entry.filename[:200])
                raise Unusable(f"{path}: the zip's entry {shown} is longer than it declares; pack it anew")
            target.write(piece)
