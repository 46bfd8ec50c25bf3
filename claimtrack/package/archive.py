"""Opens a package that was handed over as one zip: unpacked into a temporary folder, within bounds, and removed afterwards."""

import contextlib
import json
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from . import limits
from .findings import Unusable
from .package import says_inside


@contextlib.contextmanager
def opened(where: str | Path) -> Iterator[Path]:
    """The path at which the package at `where` can be read: itself, or a temporary folder with what the zip holds.

    Raises Unusable when a zip is damaged, encrypted or not safe to unpack.
    """
    path = Path(where)
    if not path.is_file() or not zipfile.is_zipfile(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="validate-") as folder:
        home = Path(folder).resolve()
        archive, files, top = listed(path)
        try:
            with archive:
                for name, entry in files.items():
                    _unpack(path, archive, entry, home / name)
        except Unusable:
            raise
        except Exception as error:  # zipfile, zlib, lzma, bz2 and the file system each raise their own
            raise Unusable(f"{path}: a zip that cannot be unpacked: {str(error).replace(str(home), '')[:200]}") from None
        try:
            yield home / top
        except Unusable as error:  # its text names the temporary folder
            raise Unusable(str(error).replace(str(home / top), str(path))) from None


def refuse_crowded(path: Path) -> None:
    """Raises Unusable for a zip with so many entries that to list them would take long: Python reads the whole directory first."""
    tail = 2**16 + 22  # bytes that the record of the directory's end takes, its comment included (APPNOTE.TXT, 4.3.16)
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - tail))
        end = handle.read()
    at = end.rfind(b"PK\5\6")
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > limits.MAX_DIRECTORY:
        raise Unusable(f"{path}: a zip whose directory is longer than {limits.MAX_DIRECTORY // limits.MIB} MiB; pack the package alone")


def listed(path: Path) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo], str]:
    """A zip, the files in it by name, and the folder in it that holds the package. Raises Unusable as `opened` does."""
    refuse_crowded(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unusable(f"{path}: a zip that cannot be unpacked: {str(error)[:200]}; get it again, whole") from None
    files = entries(path, archive)
    return archive, files, root(path, files)


def entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files that a zip holds, by name. Raises Unusable when there is anything in it that no package needs."""
    files: dict[str, zipfile.ZipInfo] = {}
    for number, entry in enumerate(archive.infolist()):
        name, shown = entry.filename, json.dumps(entry.filename[:200])
        path_in_it = str(PurePosixPath(name))
        if number >= limits.MAX_ENTRIES:
            raise Unusable(f"{path}: a zip of more than {limits.MAX_ENTRIES:,} entries; pack the package alone")
        if not name or not says_inside(name) or len(name) > limits.MAX_PATH:
            raise Unusable(f"{path}: the zip's entry {shown} leads outside it; pack the package's folder with plain relative names")
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
        raise Unusable(f"{path}: a zip of {size:,} bytes unpacked; at most {limits.MAX_ARCHIVE:,} are checked, so unpack it and name the folder")
    if size > limits.MAX_RATIO * packed + limits.MIB:
        raise Unusable(f"{path}: a zip of {packed:,} bytes that unpacks to {size:,}, as no honest tables do; unpack it and name the folder if you trust it")
    return files


def root(path: Path, names: dict) -> str:
    """The folder in a zip that holds the package: the top, or the one folder in which all lies, as in archives of a repository."""
    if "datapackage.json" in names:
        return ""
    folders = [name.partition("/")[0] for name in names if name.count("/") == 1 and name.endswith("/datapackage.json")]
    if len(folders) != 1:
        raise Unusable(f"{path}: this zip holds no datapackage.json at its top or in one folder there; pack the package's folder")
    return folders[0]


def _unpack(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path) -> None:
    """Writes one entry, no more of it than the bytes that it declares."""
    to.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as source, to.open("xb") as target:
        while piece := source.read(limits.MIB):
            left -= len(piece)
            if left < 0:
                raise Unusable(f"{path}: the zip's entry {json.dumps(entry.filename[:200])} is longer than it declares; pack it anew")
            target.write(piece)
