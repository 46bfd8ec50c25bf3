"""Reads a reader's own copy of a statement, plain text or a page saved from the browser, as canonical text."""

import codecs
import re
import sys
from pathlib import Path

from .findings import Unusable
from .text import canonical

MAX_SOURCE = 64 * 2**20  # bytes; the longest page worth searching, and a bound on memory
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
# HTML's rule: a declaration counts if it stands in the first 1024 bytes (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding).
_DECLARED = re.compile(rb"""<(?:meta[^>]+charset=|\?xml[^>]+encoding=)\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|article|main|section)\b", re.IGNORECASE)
# What a browser shows as running text breaks at these; at any other element, such as a link, it does not.
_BLOCKS = set(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr html li main menu nav ol option p pre section summary table tbody td tfoot th thead title tr ul".split()
)
_UNSEEN = {"script", "style", "template", "noscript", "head", "iframe", "object", "svg", "textarea", "select"}


def read_source(name: str) -> str:
    """The canonical text of a file, or of standard input for `-`. Raises Unusable when it cannot be read as text."""
    try:
        raw = sys.stdin.buffer.read(MAX_SOURCE + 1) if name == "-" else _read(Path(name))
    except OSError as error:
        raise Unusable(f"{name}: the source cannot be read: {error.strerror}") from None
    if len(raw) > MAX_SOURCE:
        raise Unusable(f"{name}: larger than {MAX_SOURCE // 2**20} MiB; save the page alone, without what it loads")
    text = decode(raw, name)
    return canonical(visible_text(text) if _HTML.search(text[:10_000]) else text)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise Unusable(f"{path}: {'not a regular file' if path.exists() else 'there is no such file'}; name a saved copy of the statement")
    with path.open("rb") as handle:
        return handle.read(MAX_SOURCE + 1)


def decode(raw: bytes, name: str) -> str:
    """Bytes as text: by byte order mark, as declared in the page, as UTF-8, or else as charset-normalizer detects.

    Raises Unusable when none of these fits.
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
            raise Unusable(f"{name}: this is no text in any encoding known; save the page as HTML or as UTF-8 text") from None
        return str(best)


def _decode_as(raw: bytes, encoding: str, name: str) -> str:
    # Browsers read Latin-1 as Windows-1252, and pages rely on it for their quotation marks (https://encoding.spec.whatwg.org/#names-and-labels).
    if encoding.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"):
        encoding = "cp1252"
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unusable(f'{name}: not in the encoding "{encoding}" that it declares; save it again as UTF-8') from None


def visible_text(page: str) -> str:
    """The running text of an HTML page, with a line break wherever a browser breaks the line between elements."""
    from lxml import etree, html

    # Bytes, since lxml refuses text with an encoding declaration; the parser fetches nothing.
    root = html.document_fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", no_network=True, recover=True))
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
