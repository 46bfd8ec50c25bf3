"""Builds one pattern for all cells of a table. A line that matches it is a valid record.

A matching line is one record of the declared fields. Each of its cells is of its type and within its constraints, as
far as a pattern can tell. No text begins like a formula, has a blank at an edge or holds an invisible character. The
column's expression in `sieve` checks what the pattern cannot tell about a column. Like those expressions, the pattern
is sufficient but not necessary: it may miss a valid line, but never matches an invalid one. It is fast: a linear-time
engine walks over the bytes once, however much the pattern checks, and columns that it covers need not be split off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from claimtrack.reading import forms
from claimtrack.reading.letters import BEYOND_ASCII, UNSEEN, Letters
from claimtrack.reading.number_pattern import between, numbers

if TYPE_CHECKING:
    from frictionless import Field

# No tidy text ends with BLANK or begins with START: `forms.BLANK` and `formula.SIGNS`, written as in a set.
BLANK, START = r" \t", r"=+\-@ \t"
DELIMITERS = ",;|\t"  # delimiters that no pattern of a cell's content matches
NEVER = "[^\\s\\S]"  # matches nothing
LONGEST = 200  # the highest number of characters that a pattern counts: its size grows with it
VALUES = 200  # the highest number of values that a pattern lists
# A plain part of a declared pattern. It matches no delimiter, quote, control character or character beyond ASCII.
_LETTER = r"[A-Za-z0-9_/:#-]|\\[-./dw]"
_SET = r"\[(?:[A-Z]-[A-Z]|[a-z]-[a-z]|[0-9]-[0-9]|[A-Za-z0-9_./:#])+-?\]"
PART = re.compile(rf"({_LETTER}|{_SET})([?*+]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}})?")


@cache
def _compiles(pattern: str) -> bool:
    """Tells whether the engine accepts a pattern."""
    import polars as pl  # only here, because the proof of a small package does without

    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:  # it is too large, for example for a thousand columns
        return False
    return True


@dataclass(frozen=True)
class LinePattern:
    """The patterns of a table's lines.

    `pattern` is for any line. `ascii` is for a line in ASCII, and is faster. Both are None where there is no pattern.
    `rest` are the columns that the patterns do not fully check. `blank` is the pattern of a line without any value, if
    `pattern` could match such a line. `beyond` are the characters beyond ASCII that a line must not have. `compiles`
    tells whether the engine that is to use the patterns accepts one.
    """

    fields: Sequence[Field]
    delimiter: str
    feeds: bool = False
    beyond: str = UNSEEN
    compiles: Callable[[str], bool] = _compiles

    @property
    def long(self) -> LinePattern:
        """The patterns for records of several lines, in which line feeds may stand within a quoted text."""
        return LinePattern(self.fields, self.delimiter, True, self.beyond, self.compiles)

    @cached_property
    def pattern(self) -> str | None:
        """The pattern of any line, or None."""
        return self._of(self._cells)

    @cached_property
    def ascii(self) -> str | None:
        """The pattern of a line in ASCII, or None."""
        letters = Letters(BEYOND_ASCII, self.feeds)
        return self.pattern and self._of([cell.written(self.delimiter, letters) for cell in self._contents])

    @cached_property
    def rest(self) -> list[str]:
        """The columns that a match does not fully check."""
        return [cell.field.name for cell in self._contents if self.pattern is None or not cell.is_whole]

    @property
    def blank(self) -> str | None:
        """The pattern of a line in which every value is missing, or None where `pattern` cannot match such a line."""
        return self._blank if self.pattern is not None else None

    @cached_property
    def _contents(self) -> list[_Cell]:
        return [_Cell.of(field, self.delimiter) for field in self.fields]

    @cached_property
    def _cells(self) -> list[str]:
        return [cell.written(self.delimiter, Letters(self.beyond, self.feeds)) for cell in self._contents]

    @cached_property
    def _blank(self) -> str | None:
        if any(cell.field.required for cell in self._contents if cell.is_whole):
            return None
        missing = [_either(_spelt(forms.missing_values(field), self.delimiter)) for field in self.fields]
        return f"^{re.escape(self.delimiter).join(missing)}$"

    def _of(self, cells: list[str]) -> str | None:
        """Joins the patterns of the cells, or returns None where the engine cannot use the result."""
        pattern = f"^{re.escape(self.delimiter).join(cells)}$"
        blank = self._blank is None or self.compiles(self._blank)
        known = self.delimiter in DELIMITERS and self.compiles(pattern) and blank
        return pattern if known else None


@dataclass(frozen=True)
class _Cell:
    """The known facts about the cells of a field: a pattern of their content, or else the `lengths` of a text.

    `lengths` are the least and the greatest number of characters; the greatest may be None. `is_whole` is whether a
    pattern made from these facts checks a cell fully.
    """

    field: Field
    missing: list[str]  # patterns of the texts that mean a missing value
    content: str | None
    lengths: tuple[int, int | None] | None
    is_whole: bool

    @classmethod
    def of(cls, field: Field, delimiter: str) -> _Cell:
        """Collects the facts about a field."""
        values = forms.missing_values(field)
        content = _content(field, delimiter)
        if content is not None and field.required and any(re.fullmatch(content, value) for value in values):
            content = None  # the pattern would match a missing value, which a required field does not allow
        lengths = _lengths(field) if content is None else None
        if lengths and field.required:
            lengths = None if set(values) - {""} else (max(lengths[0], 1) if values else lengths[0], lengths[1])
        missing = [] if field.required else _listed(values, delimiter)
        whole = content is not None or lengths is not None
        return cls(field, missing, content, lengths or ((0, None) if forms.is_text(field) else None), whole)

    def written(self, delimiter: str, letters: Letters) -> str:
        """Returns the pattern of the cells as they are written in a line."""
        if self.content is not None:
            found = [self.content, f'"{self.content}"']
        elif self.lengths:
            found = _text(letters, delimiter, *self.lengths)
        else:
            found = _any(letters, delimiter)
        return _either([*self.missing, *found] if self.is_whole else found)


def _either(patterns: list[str]) -> str:
    """Returns a pattern that matches what one of the patterns matches."""
    return f"(?:{'|'.join(patterns)})"


def _listed(values: list[str], delimiter: str) -> list[str]:
    """Returns patterns of the plain texts among `values` as cells. It is safe to leave out the others."""
    return _spelt([value for value in values if _is_plain(value, delimiter)], delimiter)


def _is_plain(text: str, delimiter: str) -> bool:
    """Tells whether a text is printable ASCII without a quote or a delimiter."""
    return re.fullmatch("[ -~]*", text) is not None and not set(text) & {'"', delimiter}


def _spelt(values: list[str], delimiter: str) -> list[str]:
    """Returns patterns of texts as cells: quoted, and also unquoted where the text allows it."""
    spelt = []
    for value in values:
        quoted = re.escape(value.replace('"', '""'))
        spelt += [f'"{quoted}"'] if set(value) & {'"', delimiter} else [quoted, f'"{quoted}"']
    return spelt


def _any(letters: Letters, delimiter: str) -> list[str]:
    """Returns the patterns of a cell with any content, unquoted and quoted."""
    return [f"{letters.bare(delimiter)}*", f'"{letters.quoted()}*"']


def _text(letters: Letters, delimiter: str, low: int, high: int | None) -> list[str]:
    """Returns the patterns of a cell with a tidy text of `low` to `high` characters, unquoted and quoted."""
    bare = letters.bare(delimiter, START), letters.bare(delimiter), letters.bare(delimiter, BLANK)
    quoted = letters.quoted(START), letters.quoted(), letters.quoted(BLANK)
    return [_sized(bare, low, high), f'"{_sized(quoted, low, high)}"']


def _sized(characters: tuple[str, str, str], low: int, high: int | None) -> str:
    """Returns the pattern of `low` to `high` characters from the patterns of a first (or only), inner and last one."""
    first, inner, last = characters
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


def _lengths(field: Field) -> tuple[int, int | None] | None:
    """Returns the lengths that a text field allows, or None where it has constraints that a pattern cannot check."""
    asked = _constraints(field)
    low, high = asked.pop("minLength", 0), asked.pop("maxLength", None)
    tellable = forms.is_text(field) and not forms.is_edtf(field)
    known = tellable and not asked and low <= LONGEST and (high or 0) <= LONGEST
    return (low, high) if known else None


def _constraints(field: Field) -> dict[str, Any]:
    """Returns the constraints of a field that concern a single value which is not missing."""
    told = {**field.constraints, **getattr(field, "beyond", {})}
    return {name: value for name, value in told.items() if name not in ("required", "unique")}


def _content(field: Field, delimiter: str) -> str | None:
    """Returns the pattern of a cell's content for a field with few values or a plain form, or None."""
    constraints = _constraints(field)
    if forms.is_edtf(field):
        return None if constraints else forms.EDTF[1:-1]
    allowed, form = forms.allowed(field, constraints), forms.lexical_form(field)
    if allowed is not None:
        tidy = [text for text in allowed if _is_canonical(field, form, text) and _is_plain(text, delimiter)]
        return _either([re.escape(text) for text in tidy]) if 0 < len(tidy) <= VALUES else None
    if form:
        return _within(form[1:-1], field, constraints)
    if form == "" and list(constraints) == ["pattern"]:
        return _plain(constraints["pattern"])
    return None


def _is_canonical(field: Field, form: str | None, text: str) -> bool:
    """Tells whether a text that a field allows has the canonical form of its type, or is tidy in a text field."""
    if form and not re.search(form, text):
        return False
    return not forms.is_text(field) or forms.is_tidy(text)


def _within(form: str, field: Field, constraints: Mapping[str, Any]) -> str | None:
    """Returns a pattern for values within the field's bounds, or None. It may miss valid values; others check those."""
    if not constraints:
        return form
    if not constraints.keys() <= {"minimum", "maximum"} or field.type not in ("integer", "number", "date"):
        return None
    read = field.create_value_reader()
    least, most = (read(constraints[name]) if name in constraints else None for name in ("minimum", "maximum"))
    if not all(map(forms.finite, (least or 0, most or 0))):
        return None
    if field.type == "date":
        first = 1000 if least is None else least.year + ((least.month, least.day) != (1, 1))
        last = 9999 if most is None else most.year - ((most.month, most.day) != (12, 31))
        return form.replace(forms.YEAR, between(str(first), str(last)), 1) if 1000 <= first <= last else None
    return numbers(field.type == "integer", least, most)


def _plain(pattern: str) -> str | None:
    """Returns a declared pattern if it is a plain sequence of parts, or None.

    Its first and last part must match a character, so that no match begins like a formula or has a blank at an edge.
    """
    pattern, parts, at = pattern.removeprefix("^").removesuffix("$"), [], 0
    while found := PART.match(pattern, at):
        parts.append(found)
        at = found.end()
    if not parts or at < len(pattern):
        return None
    first, last = parts[0], parts[-1]
    optional = any((part[2] or "").startswith(("?", "*", "{0", "{,")) for part in (first, last))
    if optional or first[1] in ("-", r"\-") or first[1].endswith("-]"):
        return None
    # These sets of ASCII characters mean the same to every engine. The column's expression checks all other cells.
    return "".join(part[0].replace(r"\d", "[0-9]").replace(r"\w", "[A-Za-z0-9_]") for part in parts)
