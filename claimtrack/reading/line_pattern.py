"""What a line has to look like for its record to be proven right: one pattern for all cells of a table.

A line that matches is one record of the declared fields; each of its cells is of its type and within its constraints, as far
as a pattern can tell; no text begins like a formula, has a blank at an edge or a mark that cannot be seen. What the pattern
cannot tell of a column is left to the column's expression in `sieve`. Like those it is sufficient, never necessary. It costs
one walk of a linear-time engine over the bytes, whatever it asks of them, and the cells that it speaks for need not be cut out.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

import polars as pl
from frictionless import Field

from . import sieve

QUOTES_AND_CONTROLS = r'"\x00-\x08\x0a-\x1f\x7f'  # and the line feed, but not the tab
# What `hygiene` looks for beyond ASCII, and the white space there that could stand at a cell's edge.
UNSEEN = r"\u{80}-\u{a0}\u{1680}\u{2000}-\u{200b}\u{2028}-\u{202f}\u{205f}\u{2060}\u{2066}-\u{2069}\u{3000}\u{feff}"
BEYOND = r"\u{80}-\u{10ffff}"  # all that is beyond ASCII
BLANK, START = r" \t", r"=+\-@ \t"  # what no tidy text ends or begins with: `sieve.BLANK` and `sieve.FORMULA` in a set
DELIMITERS = ",;|\t"  # those that no content below matches by itself
NEVER = "[^\\s\\S]"  # matches nothing
LONGEST = 200  # the highest number of characters that is counted: the pattern grows with it
VALUES = 200  # as many values are listed
DIGITS = 18  # before the point of a number, as in `sieve.CANONICAL`
# A part of a declared pattern so plain that it matches neither delimiter, quote, control nor anything beyond ASCII.
PART = re.compile(r"([A-Za-z0-9_/:#-]|\\[-./dw]|\[(?:[A-Z]-[A-Z]|[a-z]-[a-z]|[0-9]-[0-9]|[A-Za-z0-9_./:#])+-?\])([?*+]|\{\d{1,3}(?:,\d{0,3})?\})?")


@dataclass(frozen=True)
class Lines:
    """`pattern` is that of a line, or None where there is none; `ascii`, quicker to walk, matches those of its lines that are
    ASCII; `rest` names the columns that it cannot speak for alone; `blank`, if a record may have no value at all, is the
    pattern of such lines, which no cell gives away."""

    pattern: str | None
    ascii: str | None
    rest: list[str]
    blank: str | None = None

    @property
    def long(self) -> "Lines":
        """The same of records of several lines, joined by line feeds: those may stand within a quoted text."""

        def opened(pattern: str | None, beyond: str) -> str | None:
            inner = f'[^{QUOTES_AND_CONTROLS}{beyond}]|""'  # the first and the last character of a text have a set of their own
            return pattern and pattern.replace(inner, inner.replace(r"\x0a-", r"\x0b-"))

        return replace(self, pattern=opened(self.pattern, UNSEEN), ascii=opened(self.ascii, BEYOND))


def lines(fields: list[Field], delimiter: str) -> Lines:
    """The pattern of a table's lines."""
    names = [field.name for field in fields]
    if delimiter not in DELIMITERS:
        return Lines(None, None, names)
    cells = [cell(field, delimiter) for field in fields]
    pattern = f"^{re.escape(delimiter).join(found for found, _ in cells)}$"
    missing = [_spelt(sieve.missing_values(field), delimiter) for field in fields]
    needed = any(field.required for field, (_, whole) in zip(fields, cells) if whole)
    blank = None if needed else f"^{re.escape(delimiter).join(map(_either, missing))}$"
    if not (_compiles(pattern) and (blank is None or _compiles(blank))):
        return Lines(None, None, names)
    return Lines(pattern, pattern.replace(UNSEEN, BEYOND), [name for name, (_, whole) in zip(names, cells) if not whole], blank)


def cell(field: Field, delimiter: str) -> tuple[str, bool]:
    """A pattern of a field's cells as they stand in a line, and whether it alone proves them right."""
    missing = sieve.missing_values(field)
    content = _content(field, delimiter)
    if content is not None and field.required and any(re.fullmatch(content, value) for value in missing):
        content = None  # the pattern could take what stands for a missing value for a value
    if content is not None:
        found = [content, f'"{content}"']
    elif (bounds := _bounds(field)) is not None and not (field.required and set(missing) - {""}):
        low, high = bounds
        found = _text(delimiter, max(low, 1) if field.required and missing else low, high)
    elif sieve.is_text(field):
        return _either(_text(delimiter, 0, None)), False
    else:
        return _either(_any(delimiter)), False
    return _either(found if field.required else [*_listed(missing, delimiter), *found]), True


def _either(patterns: list[str]) -> str:
    return f"(?:{'|'.join(patterns)})"


def _listed(values: list[str], delimiter: str) -> list[str]:
    """Patterns of these texts as cells; of the plain ones among them, since to leave one out is safe."""
    return _spelt([value for value in values if re.fullmatch("[ -~]*", value) and not set(value) & {'"', delimiter}], delimiter)


def _spelt(values: list[str], delimiter: str) -> list[str]:
    """Patterns of these texts as cells, bare where a cell may be, and quoted."""
    spelt = []
    for value in values:
        quoted = re.escape(value.replace('"', '""'))
        spelt += [f'"{quoted}"'] if set(value) & {'"', delimiter} else [quoted, f'"{quoted}"']
    return spelt


def _any(delimiter: str) -> list[str]:
    """Patterns of a cell with any content."""
    return [f"[^{QUOTES_AND_CONTROLS}{UNSEEN}{re.escape(delimiter)}]*", f'"(?:[^{QUOTES_AND_CONTROLS}{UNSEEN}]|"")*"']


def _text(delimiter: str, low: int, high: int | None) -> list[str]:
    """Patterns of a cell with a tidy text of `low` to `high` characters."""
    kept = QUOTES_AND_CONTROLS + UNSEEN
    bare, held = kept + re.escape(delimiter), '|""'
    return [
        _sized(f"[^{bare}{START}]", f"[^{bare}]", f"[^{bare}{BLANK}]", low, high),
        '"' + _sized(f"(?:[^{kept}{START}]{held})", f"(?:[^{kept}]{held})", f"(?:[^{kept}{BLANK}]{held})", low, high) + '"',
    ]


def _sized(first: str, inner: str, last: str, low: int, high: int | None) -> str:
    """A pattern of `low` to `high` characters, given those of the first (which may be the last), the inner ones and the last."""
    if high is not None and low > high:
        return NEVER
    if high == 0:
        return ""
    most = "" if high is None else max(high - 2, 0)
    more = f"{inner}{{{max(low - 2, 0)},{most}}}{last}"
    if low > 1:
        return first + more
    some = first if high == 1 else f"{first}(?:{more})?"
    return some if low == 1 else f"(?:{some})?"


def _bounds(field: Field) -> tuple[int, int | None] | None:
    """The lengths that a field of text allows, if it asks for nothing else that a pattern cannot tell."""
    asked = {name: value for name, value in field.constraints.items() if name not in ("required", "unique")}
    low, high = asked.pop("minLength", 0), asked.pop("maxLength", None)
    known = sieve.is_text(field) and not asked and low <= LONGEST and (high or 0) <= LONGEST
    return (low, high) if known else None


def _content(field: Field, delimiter: str) -> str | None:
    """A pattern of what stands in the cells of a field of few or plain values; None where there is none."""
    constraints = {name: value for name, value in field.constraints.items() if name not in ("required", "unique")}
    allowed, form = sieve.allowed(field, constraints), sieve.lexical_form(field)
    if allowed is not None:
        tidy = [text for text in allowed if (not form or re.search(form, text)) and (not sieve.is_text(field) or _tidy(text))]
        plain = _listed(tidy, delimiter)[::2]
        return _either(plain) if 0 < len(plain) <= VALUES else None
    if form:
        return _within(form[1:-1], field, constraints)
    if form == "" and list(constraints) == ["pattern"]:
        return _plain(constraints["pattern"])
    return None


def _tidy(text: str) -> bool:
    return bool(text) and text[0] not in sieve.FORMULA + sieve.BLANK and text[-1] not in sieve.BLANK


def _within(form: str, field: Field, constraints: dict) -> str | None:
    """The form of values of a type that lie within its bounds: of most of them, since what it leaves out is only doubted."""
    if not constraints:
        return form
    if not constraints.keys() <= {"minimum", "maximum"} or field.type not in ("integer", "number", "date"):
        return None
    read = field.create_value_reader()
    least, most = (read(constraints[name]) if name in constraints else None for name in ("minimum", "maximum"))
    if not all(map(sieve.finite, (least or 0, most or 0))):
        return None
    if field.type == "date":
        first = 1000 if least is None else least.year + ((least.month, least.day) != (1, 1))
        last = 9999 if most is None else most.year - ((most.month, most.day) != (12, 31))
        return form.replace(sieve.YEAR, _between(str(first), str(last)), 1) if 1000 <= first <= last else None
    return _numbers(field.type == "integer", least, most)


def _numbers(whole: bool, least, most) -> str | None:
    """The form of numbers of at least 0 or 1, or any, and of at most `most`, or of fewer digits."""
    low = None if least is None else 0 if least <= 0 else 1
    if low and (least > 1 or not whole) or most is not None and most < 1:
        return None
    most = None if most is None or most >= 10**DIGITS else int(most)  # a bound may be 1e999999999, which is never to be written out
    fraction = "" if whole else "(?:[.][0-9]{1,30})?"
    if most is not None and most < 10:
        found = [f"[{low or 0}-{most}]"] if whole else [f"[0-{most - 1}]{fraction}", f"{most}(?:[.]0{{1,30}})?"]
    else:
        digits = DIGITS if most is None else min(DIGITS, len(str(most)) - 1)
        found = [f"[1-9][0-9]{{0,{digits - 1}}}{fraction}", *([] if low else [f"0{fraction}"])]
    below = f"-(?:{'' if whole else '0|'}[1-9][0-9]{{0,{DIGITS - 1}}}){fraction}"
    return _either([*found, *([below] if low is None else [])])


def _between(low: str, high: str) -> str:
    """The pattern of the numbers from `low` to `high`, which have as many digits."""
    if not low:
        return ""
    (first, *_), (last, *_), rest = low, high, len(low) - 1
    if first == last:
        return first + _between(low[1:], high[1:])
    inner = [f"[{int(first) + 1}-{int(last) - 1}][0-9]{{{rest}}}"] if int(last) - int(first) > 1 else []
    return _either([first + _between(low[1:], "9" * rest), *inner, last + _between("0" * rest, high[1:])])


def _plain(pattern: str) -> str | None:
    """A declared pattern, if it is plain: parts one after the other, of which the first and the last stand at least once
    and neither begin like a formula nor are blank."""
    pattern, parts, at = pattern.removeprefix("^").removesuffix("$"), [], 0
    while found := PART.match(pattern, at):
        parts.append(found)
        at = found.end()
    if not parts or at < len(pattern):
        return None
    first, last = parts[0], parts[-1]
    if any((part[2] or "").startswith(("?", "*", "{0", "{,")) for part in (first, last)) or first[1] in ("-", r"\-") or first[1].endswith("-]"):
        return None
    # Within ASCII these mean the same to every engine, and what is beyond is left to the column's expression.
    return "".join(part[0].replace(r"\d", "[0-9]").replace(r"\w", "[A-Za-z0-9_]") for part in parts)


@cache
def _compiles(pattern: str) -> bool:
    """Whether the engine takes a pattern."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:  # too large: a thousand columns, say
        return False
    return True
