"""Packs the Data Package as one zip: the descriptor, every file that it names, the documents, and a README."""

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from datetime import datetime

from claimtrack.core.paths import DESCRIPTOR
from claimtrack.package.opened import OpenedPackage
from claimtrack.publisher.forms.readme import DOCUMENTS

README = "README.md"
# A link or an image in Markdown. Code is matched first, because it may look like a link.
LINK = re.compile(
    r"(?P<code>```.*?```|`[^`\n]*`)|!?\[(?P<words>(?:`[^`\n]*`|[^\[\]`])*)\]\((?P<target>[^()\s]+)\)", re.DOTALL
)


def members(opened: OpenedPackage) -> list[str]:
    """Returns the paths of the files that belong to a package, sorted, with the descriptor first."""
    files = {resource["path"] for resource in opened.resources if isinstance(resource.get("path"), str)}
    # The descriptor does not name the documents. `has` checks that their paths stay inside the package.
    documents = {name for name in DOCUMENTS if opened.source.has(name)}
    return [opened.path.name, *sorted({*files, *opened.named.values(), *documents})]


def pack(opened: OpenedPackage, beside: Mapping[str, str], moment: datetime) -> bytes:
    """Returns the bytes of the zip. Its entries have a fixed order, time and mode.

    `beside` are the texts, by name, of what is made for the zip. A file of the package takes precedence.

    They are stored and not compressed, because compressed bytes depend on the zlib version and the package is small.
    """
    descriptor, *names = members(opened)
    # In the zip, the descriptor always has the name of the standard, so that readers find it.
    content = {DESCRIPTOR: opened.source.read(descriptor)}
    content |= {name: text.encode("utf-8") for name, text in beside.items()}
    content |= {name: opened.source.read(name) for name in names}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, raw in content.items():
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # always Unix, on whatever system it is built
            archive.writestr(entry, closed(name, raw, content) if name.endswith(".md") else raw)
    return buffer.getvalue()


def closed(name: str, raw: bytes, names: Collection[str]) -> bytes:
    """Removes the links of a Markdown document that lead to a file which is not among `names`. Their words stay.

    `name` is the path of the document, and `raw` its bytes. Links to the web and within the document stay.
    """

    def kept(found: re.Match) -> str:
        """Returns a link as it is, or only its words."""
        path = (found["target"] or "").partition("#")[0]
        if found["code"] or not path or re.match("[A-Za-z][A-Za-z0-9+.-]*:", path):
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        return found[0] if path in names or any(one.startswith(f"{path}/") for one in names) else found["words"]

    return LINK.sub(kept, raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
