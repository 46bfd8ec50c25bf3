"""The Data Package as one zip: the descriptor, every file that it names, and the documents beside it."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from validator.seal import read_descriptor

# What a reader of the tables needs besides; each is taken along where the package has it.
DOCUMENTS = ("README.md", "CHANGELOG.md", "LICENSE-DATA.md", "CITATION.cff", "docs/codebook.md", "docs/datasheet.md")


def members(package: Path) -> list[str]:
    """The paths inside a package that belong to it, sorted, the descriptor first."""
    path, descriptor = read_descriptor(package)
    named = {resource[key] for resource in descriptor["resources"] for key in ("path", "schema", "dialect") if isinstance(resource.get(key), str)}
    home = path.parent.resolve()
    # A document is no part of the descriptor, so the validator has not seen where it leads.
    found = {name for name in DOCUMENTS if (home / name).is_file() and (home / name).resolve().is_relative_to(home)}
    return [path.name, *sorted(named | found)]


def pack(package: Path, moment: datetime) -> bytes:
    """The zip. Its entries have a fixed order, time and mode.

    They are stored, not deflated: what a deflated file's bytes are depends on the zlib at hand, and the whole is small.
    """
    home = read_descriptor(package)[0].parent
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in members(package):
            # A descriptor by another name is in the zip by the standard's, so that readers find it.
            entry = zipfile.ZipInfo("datapackage.json" if home / name == read_descriptor(package)[0] else name, moment.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # Unix, wherever it was built
            archive.writestr(entry, (home / name).read_bytes())
    return buffer.getvalue()
