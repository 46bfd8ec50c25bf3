"""The canonical text of a statement: the one form in which positions are counted and hashes taken."""

import hashlib
import re
import unicodedata

PROFILE = "canonical-text-1"

# The single and the double quotation marks of Unicode's General Punctuation block, and what they are folded to.
_QUOTES = str.maketrans({**dict.fromkeys("\u2018\u2019\u201a\u201b", "'"), **dict.fromkeys("\u201c\u201d\u201e\u201f", '"')})
# Unicode's White_Space property, spelt out: Python's own \s adds four control characters that other languages do not.
BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_WHITE_SPACE = re.compile(f"[{BLANKS}]+")


def canonical(text: str) -> str:
    """The text in profile `canonical-text-1`.

    Unicode NFC; typographic quotes and apostrophes to ASCII; every run of Unicode white space, no-break spaces
    included, to one space; ends stripped. Applying it twice changes nothing. Positions in the result count code points
    from 0, ends exclusive, as W3C Web Annotation's TextPositionSelector does.
    """
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_QUOTES)).strip(" ")


def visible(text: str) -> str:
    """A text with what cannot be seen, or would steer a terminal, spelt out: no line break of it begins a line of ours."""
    return text if text.isprintable() else "".join(map(_spelt, text))


def _spelt(character: str) -> str:
    """A character, or its code point where Unicode's general category is one of Other (C) or a separator (Z) but for the space."""
    code = ord(character)
    return character if character.isprintable() else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def sha256(span: str) -> str:
    """The SHA-256 of a span's UTF-8 bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(span.encode()).hexdigest()


def check_letters(*parts: object) -> str:
    """Eight letters over the parts of a pointer, as an ISBN has a check digit over its number.

    A slip in a position or a hash would otherwise show only to those who have the text. They are the first eight
    hexadecimal digits of the SHA-256 of the parts, joined by spaces, written with the letters a to p for 0 to 15: digits
    such as 417218e3 would be taken for a number by a spreadsheet.
    """
    return sha256(" ".join(str(part) for part in parts))[:8].translate(_LETTERS)


_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
