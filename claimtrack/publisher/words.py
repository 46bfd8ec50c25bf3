"""Puts dates, sizes and addresses in words, in the words of a language (`claimtrack.publisher.language`)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

# A day or a month. Other dates are shown as they stand.
CALENDAR = re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-9]{2}))?")


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


def size(bytes: int, strings: Mapping[str, str]) -> str:
    """Returns a file's size for readers. kB and MB are thousands and millions of bytes."""
    if bytes < 999_500:
        return strings["kb"].format(n=max(1, round(bytes / 1000)))
    return strings["mb"].format(n=f"{bytes / 1_000_000:.1f}".replace(".", strings["decimal"]))


def in_words(date: str, strings: Mapping[str, Any]) -> str:
    """Returns an EDTF date for readers, with approximate, uncertain and open dates in words."""
    first, slash, last = date.partition("/")
    if not slash:
        bare, mark = date.rstrip("~?%"), date[len(date.rstrip("~?%")) :]
        said = _calendar(bare, strings)
        return strings[{"~": "about", "?": "perhaps", "%": "perhaps"}[mark]].format(date=said) if mark else said
    first, last = (in_words(end, strings) if end not in ("", "..") else "" for end in (first, last))
    form = "range" if first and last else "until" if last else "since"
    return strings[form].format(first=first, last=last)


def _calendar(date: str, strings: Mapping[str, Any]) -> str:
    """Returns a day or a month as a language writes it, and any other date as it stands."""
    if not (found := CALENDAR.fullmatch(date)):
        return date
    year, month, day = found.group("year", "month", "day")
    name = strings["months"][int(month) - 1]
    if day is None:
        return strings["month"].format(year=year, month=month, name=name)
    number = strings["first"] if day == "01" else day.removeprefix("0")
    return strings["day"].format(year=year, month=month, day=day, name=name, number=number)
