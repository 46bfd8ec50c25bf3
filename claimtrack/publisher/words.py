"""Provides the words of the site in the reader's language, and puts dates, sizes and addresses in words."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

STRINGS = Path(__file__).parent / "site" / "strings"


def strings(language: str = "en") -> dict[str, dict[str, str]]:
    """Returns the words of the site in a language, in groups."""
    return tomllib.loads((STRINGS / f"{language}.toml").read_text(encoding="utf-8"))


def is_web(address: str) -> bool:
    """Tells whether a link may lead to an address: it must be a web address, and no script."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def host(address: str) -> str:
    """Returns the host of a web address, to show where a link leads."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def size(bytes: int) -> str:
    """Returns a file's size for readers. kB and MB are thousands and millions of bytes."""
    return f"{max(1, round(bytes / 1000))} kB" if bytes < 999_500 else f"{bytes / 1_000_000:.1f} MB"


def in_words(date: str, strings: dict) -> str:
    """Returns an EDTF date for readers, with approximate, uncertain and open dates in words."""
    first, slash, last = date.partition("/")
    if not slash:
        bare, mark = date.rstrip("~?%"), date[len(date.rstrip("~?%")) :]
        return strings[{"~": "about", "?": "perhaps", "%": "perhaps"}[mark]].format(date=bare) if mark else date
    first, last = (in_words(end, strings) if end not in ("", "..") else "" for end in (first, last))
    form = "range" if first and last else "until" if last else "since"
    return strings[form].format(first=first, last=last)
