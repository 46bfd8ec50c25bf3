"""The Data Package as one zip: the descriptor, every file that it names, the documents beside it, and a README of the zip's own."""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from validator.package import leads_inside
from validator.seal import read_descriptor

from .readme import DOCUMENTS

README = "README.md"
# A link or an image of Markdown; or code, first, which may look like one.
LINK = re.compile(r"(?P<code>```.*?```|`[^`\n]*`)|!?\[(?P<words>(?:`[^`\n]*`|[^\[\]`])*)\]\((?P<target>[^()\s]+)\)", re.DOTALL)


def members(package: Path) -> list[str]:
    """The paths inside a package that belong to it, sorted, the descriptor first."""
    path, descriptor = read_descriptor(package)
    named = {resource[key] for resource in descriptor["resources"] for key in ("path", "schema", "dialect") if isinstance(resource.get(key), str)}
    # A document is no part of the descriptor, so the validator has not seen where it leads.
    found = {name for name in DOCUMENTS if leads_inside(path.parent, name) and (path.parent / name).is_file()}
    return [path.name, *sorted(named | found)]


def pack(package: Path, readme: str, moment: datetime) -> bytes:
    """The zip. Its entries have a fixed order, time and mode.

    They are stored, not deflated: what a deflated file's bytes are depends on the zlib at hand, and the whole is small.
    """
    home = read_descriptor(package)[0].parent
    descriptor, *names = members(package)
    # A descriptor by another name is in the zip by the standard's, so that readers find it.
    content = {"datapackage.json": (home / descriptor).read_bytes(), README: readme.encode("utf-8")}
    content |= {name: (home / name).read_bytes() for name in names}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, raw in content.items():
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # Unix, wherever it was built
            archive.writestr(entry, closed(name, raw, content) if name.endswith(".md") else raw)
    return buffer.getvalue()


def closed(name: str, raw: bytes, names: Collection[str]) -> bytes:
    """A document in Markdown whose links into the package all lead to one of the named files; of others their words are left."""

    def kept(found: re.Match) -> str:
        path = (found["target"] or "").partition("#")[0]
        if found["code"] or not path or re.match("[A-Za-z][A-Za-z0-9+.-]*:", path):
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        return found[0] if path in names or any(one.startswith(f"{path}/") for one in names) else found["words"]

    return LINK.sub(kept, raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
