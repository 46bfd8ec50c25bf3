"""Dates: the Extended Date/Time Format (ISO 8601-2), level 1, for the years 0000 to 9999.

Level 1 adds to plain dates: `2023~` (approximate), `2023?` (uncertain), `2023%` (both), `202X` and `2023-XX`
(unspecified digits), `2023-21` (a season) and open or unknown ends of an interval (`2018/..`, `/2023`).
Specification: https://www.loc.gov/standards/datetime/
"""

import re
from calendar import monthrange

LEVEL_1 = "http://id.loc.gov/datatypes/edtf/EDTF-level1"  # the `rdfType` of a column that holds EDTF dates

_DATE = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX|[0-9]XXX|XXXX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX)(?P<time>T.+)?)?)?(?P<qualifier>[?~%]?)"
)
_TIME = re.compile(r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:0[0-9]|1[0-4])(?::[0-5][0-9])?)?")
EARLIEST, LATEST = "0000-01-01", "9999-12-31"


def bounds(text: str) -> tuple[str, str]:
    """Returns the first and the last day that an EDTF date or interval can mean, as ISO dates (which sort as text).

    An open (`..`) or unknown (empty) end reaches to the edge of the calendar. A season counts as its whole year, since
    its place in the year depends on the hemisphere.

    Raises ValueError, with a reason for the user, when the text is not EDTF level 1 or names a day that does not exist.
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _date_bounds(text)
    if start in ("", "..") and end in ("", ".."):
        raise ValueError("an interval needs at least one date")
    first = EARLIEST if start in ("", "..") else _date_bounds(start)[0]
    last = LATEST if end in ("", "..") else _date_bounds(end)[1]
    if first > last:
        raise ValueError("the interval ends before it starts")
    return first, last


def _date_bounds(text: str) -> tuple[str, str]:
    """Returns the first and the last day that a date, which is no interval, can mean. Raises ValueError."""
    parts = _DATE.fullmatch(text)
    if not parts:
        raise ValueError("not a date of EDTF level 1")
    year, month, day, time = parts["year"], parts["month"], parts["day"], parts["time"]
    if time and (not _TIME.fullmatch(time) or parts["qualifier"] or "X" in text):
        raise ValueError("not a time of EDTF level 0")
    if ("X" in year and month not in (None, "XX")) or (month == "XX" and day not in (None, "XX")):
        raise ValueError("a digit is given after one left unspecified")
    low, high = year.replace("X", "0"), year.replace("X", "9")
    if month in (None, "XX") or (month in ("21", "22", "23", "24") and day is None):
        return f"{low}-01-01", f"{high}-12-31"
    if not 1 <= int(month) <= 12:
        raise ValueError("there is no such month or season")
    # Python's calendar starts at year 1. The Gregorian calendar repeats every 400 years, so year 0 is as year 400.
    last = monthrange(int(year) or 400, int(month))[1]
    if day in (None, "XX"):
        return f"{year}-{month}-01", f"{year}-{month}-{last}"
    if not 1 <= int(day) <= last:
        raise ValueError("there is no such day")
    return f"{year}-{month}-{day}", f"{year}-{month}-{day}"
