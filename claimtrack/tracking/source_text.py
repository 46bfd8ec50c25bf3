"""Reads the user's own copy of a statement, plain text or a page saved from the browser, as canonical text."""

import codecs
import os
import re
import sys
from pathlib import Path

from claimtrack.core.errors import Unusable
from claimtrack.core.marks import MOST, is_heaped
from claimtrack.core.opening import read_regular
from claimtrack.core.paths import is_file
from claimtrack.tracking.canonical import canonical

MAX_SOURCE = 64 * 2**20  # bytes of the longest page that is searched; it bounds the memory
# UTF-32 comes before UTF-16, because its byte-order mark begins with that of UTF-16.
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# HTML's rule is that a declaration counts if it is in the first 1024 bytes
# (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding).
_DECLARED = re.compile(rb"""<(?:meta[^>]+charset=|\?xml[^>]+encoding=)\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|article|main|section)\b", re.IGNORECASE)
# A browser breaks the line at these elements. It does not break it at other elements, such as links.
_BLOCKS = set(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol option p pre section summary table tbody "
    "td tfoot th thead title tr ul".split()
)
# Attributes of one element that are read. libxml2 compares each with all before it, so that more take very long.
MOST_ATTRIBUTES = 2000
_ATTRIBUTE = r"""[\s/]*+[^\s/>"'=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?+"""
_CROWDED = re.compile(rf"""<[a-z][^\s/>"'=]*+(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES}}}""", re.IGNORECASE)
_CUT = {"ERR_NO_MEMORY", "ERR_INTERNAL_ERROR", "ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG", "ERR_ATTRIBUTE_NOT_FINISHED"}
_UNSEEN = {"script", "style", "template", "noscript", "head", "iframe", "object", "svg", "textarea", "select"}


def read_source(name: str) -> str:
    """Reads a file, or standard input for `-`, as canonical text.

    Raises Unusable when it cannot be read as text, and also when only a part of it can: nothing may then be called
    absent.
    """
    try:
        raw = sys.stdin.buffer.read(MAX_SOURCE + 1) if name == "-" else _read(Path(name))
    except OSError as error:
        raise Unusable(f"{name}: the source cannot be read: {error.strerror}") from None
    if len(raw) > MAX_SOURCE:
        raise Unusable(f"{name}: larger than {MAX_SOURCE // 2**20} MiB; save the page alone, without what it loads")
    text = decode(raw, name)
    if is_heaped(text):
        words = f"has more than {MOST} combining marks in a row, as no text has"
        raise Unusable(f"{name}: {words}; save the statement alone")
    return canonical(visible_text(text, name) if _HTML.search(text[:10_000]) else text)


def _read(path: Path) -> bytes:
    """Reads a file, but at most one byte more than the bound allows. Raises Unusable and OSError."""
    if not is_file(path):
        words = "not a regular file" if os.path.lexists(path) else "there is no such file"
        raise Unusable(f"{path}: {words}; name a saved copy of the statement")
    return read_regular(path, MAX_SOURCE)


def decode(raw: bytes, name: str) -> str:
    """Decodes bytes. Raises Unusable where no encoding fits.

    The encoding is that of the byte-order mark, or else the one that the page declares, or else UTF-8, or else the one
    that charset-normalizer detects.
    """
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return _decode_as(raw, encoding, name)
    declared = _DECLARED.search(raw[:1024])
    if declared:
        return _decode_as(raw, declared[1].decode("ascii"), name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw).best()
        if best is None:
            raise Unusable(
                f"{name}: this is no text in any encoding known; save the page as HTML or as UTF-8 text"
            ) from None
        return str(best)


def _decode_as(raw: bytes, encoding: str, name: str) -> str:
    """Decodes bytes in the encoding that the page declares. Raises Unusable."""
    # Browsers read Latin-1 as Windows-1252, and pages rely on this for their quotation marks
    # (https://encoding.spec.whatwg.org/#names-and-labels).
    if encoding.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"):
        encoding = "cp1252"
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError):
        raise Unusable(f'{name}: not in the encoding "{encoding}" that it declares; save it again as UTF-8') from None


def visible_text(page: str, name: str = "the page") -> str:
    """Returns the visible text of an HTML page, with a line break where a browser breaks the line between elements.

    Raises Unusable where the page cannot be read whole; the text names `name`.
    """
    from lxml import etree, html

    mend = "save the statement as plain text"
    if _CROWDED.search(page):
        raise Unusable(f"{name}: an element has more than {MOST_ATTRIBUTES:,} attributes, as no page has; {mend}")
    # The parser gets bytes, because lxml refuses text with an encoding declaration. It fetches nothing.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=True)
    root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    if cut := next(
        (entry for entry in parser.error_log if entry.type_name in _CUT or "xcessive depth" in entry.message), None
    ):
        raise Unusable(f"{name}: could not be read whole ({cut.message}); {mend}")
    pieces = []
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces.append("" if unseen else element.tail or "")
            continue
        hidden = element.tag in _UNSEEN or element.get("hidden") is not None
        if event == "start":
            unseen += hidden
            if not unseen:
                pieces += ["\n" if element.tag in _BLOCKS else "", element.text or ""]
        else:
            unseen -= hidden
            if not unseen:
                pieces += ["\n" if element.tag in _BLOCKS else "", element.tail or ""]
    return "".join(pieces)
