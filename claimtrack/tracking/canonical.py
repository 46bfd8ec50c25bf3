"""Makes the canonical text of a statement, in which positions are counted and hashes are computed."""

import hashlib
import re
import unicodedata

from claimtrack.core.visible import BLANKS

PROFILE = "canonical-text-1"

# The single and double quotation marks of Unicode's General Punctuation block, and the ASCII characters for them.
_QUOTES = str.maketrans(
    {**dict.fromkeys("\u2018\u2019\u201a\u201b", "'"), **dict.fromkeys("\u201c\u201d\u201e\u201f", '"')}
)
_WHITE_SPACE = re.compile(f"[{BLANKS}]+")


def canonical(text: str) -> str:
    """Converts a text to the profile `canonical-text-1`.

    The result is in Unicode NFC. Typographic quotes and apostrophes become ASCII. Every run of Unicode white space,
    including no-break spaces, becomes one space, and there is none at the ends. A second conversion changes nothing.

    Positions in the result count code points from 0, and an end is exclusive, as in the TextPositionSelector of W3C Web
    Annotation.
    """
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_QUOTES)).strip(" ")


def sha256(span: str) -> str:
    """Returns the SHA-256 of a span's UTF-8 bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(span.encode()).hexdigest()


def check_letters(*parts: object) -> str:
    """Returns eight check letters for the parts of a pointer, similar to the check digit of an ISBN.

    Without them, only a person who has the text could notice a wrong position or hash. They are the first eight
    hexadecimal digits of the SHA-256 of the parts, which are joined by spaces. The letters a to p stand for the digits
    0 to f, because a spreadsheet would read digits such as 417218e3 as a number.
    """
    return sha256(" ".join(str(part) for part in parts))[:8].translate(_LETTERS)


_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
