"""Patterns and lists that recognise the cells that are certainly of their field's type.

Every engine for regular expressions gives these patterns the same meaning.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from claimtrack.core.edtf import LEVEL_1
from claimtrack.core.formula import SIGNS

if TYPE_CHECKING:
    from frictionless import Field

# The canonical forms of Table Schema's types (https://datapackage.org/standard/table-schema/#field-types). Their bounds
# make sure that no later step fails: integers of 18 digits fit 64 bits, every number fits a float, and Python has dates
# for all these years.
YEAR = "[1-9][0-9]{3}"
DATE = YEAR + r"-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
TIME = CLOCK + r"(?:[.][0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
CANONICAL = {
    "integer": r"^(?:0|-?[1-9][0-9]{0,17})$",
    "number": r"^-?(?:0|[1-9][0-9]{0,17})(?:[.][0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?$",
    "date": f"^{DATE}$",
    "time": f"^{TIME}$",
    "datetime": f"^{DATE}[T ]{TIME}$",
    "duration": (
        r"^P(?:[0-9]{1,3}[YMWD]|[0-9]{1,3}Y[0-9]{1,3}M"
        r"|(?:[0-9]{1,3}D)?T(?:[0-9]{1,3}H(?:[0-9]{1,3}M)?|[0-9]{1,3}[MS]))$"
    ),
    "year": r"^[0-9]{4}$",
    "yearmonth": r"^[0-9]{4}-(?:0[1-9]|1[0-2])$",
}
# Letters that prove that a cell is not of the type. An integer and a date (YYYY-MM-DD) have no letters; a number has
# only those of Python's Decimal (`1e5`, `NaN`, `sNaN`, `Infinity`). Many such cells can be rejected without reading
# each of them.
ALIEN = {"integer": "[A-Za-z]", "date": "[A-Za-z]", "number": "[B-DG-HJ-MO-RU-XZb-dg-hj-mo-ru-xz]"}
EXACT = r"^-?(?:0|[1-9][0-9]{0,8})(?:[.][0-9]{1,6})?$"  # numbers of up to 15 digits, which are distinct as floats
# The canonical forms of a string's formats. An address has at most 64 letters before the @ and 253 after it, and a
# label at most 63 (RFC 5321, RFC 1034).
FORMATS = {
    "uri": r"^https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&#+-]*)?$",
    "email": (
        r"^[A-Za-z0-9_]{1,30}(?:[.+-][A-Za-z0-9_]{1,16}){0,2}"
        r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,20}$"
    ),
    "uuid": r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
}

# Dates of EDTF level 1 (`core.edtf`) that are certainly valid: a year, a month or a day, with or without a qualifier.
EDTF = f"^(?:{YEAR}(?:-(?:0[1-9]|1[0-2]))?|{DATE})[?~%]?$"
# The white space of ASCII that can stand at the edge of a cell. Other white space is searched for in whole blocks.
BLANK = " \t\n\r"

# Syntax to which the regular expressions of Python, Rust, RE2 and Java could give different meanings, even for
# printable ASCII.
ODD = re.compile(r"\(\?(?!:)|\[[^\]]*\[|\[\^?\]|&&|--|~~|\|\||\{,|[*+?}]\+|\\[^dwsDWS.\-+*?()\[\]{}|^$/]")


def is_edtf(field: Field) -> bool:
    """Tells whether a field's `rdfType` says that it holds EDTF."""
    return field.rdf_type == LEVEL_1


def is_text(field: Field) -> bool:
    """Tells whether every text is a value of the field's type."""
    return field.type == "any" or (field.type == "string" and field.format == "default")


def is_tidy(text: str) -> bool:
    """Tells whether a text is not empty, does not begin like a formula and has no ASCII white space at an edge."""
    return bool(text) and text[0] not in SIGNS + BLANK and text[-1] not in BLANK


def missing_values(field: Field) -> list[str]:
    """Returns the texts that mean a missing value: the field's list, else the schema's (`Field.create_cell_reader`)."""
    if field.has_defined("missing_values") or not field.schema:
        return field.missing_values
    return field.schema.missing_values


def truth_values(field: Any) -> tuple[list[str], list[str]]:
    """Returns the texts that mean true in a boolean field, and those that mean false."""
    return field.true_values, field.false_values


def refutation(field: Field) -> str | None:
    """Returns a pattern that matches some part of a cell only if the cell is not of the field's type, or None."""
    return ALIEN.get(field.type) if lexical_form(field) else None


def allowed(field: Field, constraints: dict) -> list[str] | None:
    """Returns the texts that a boolean field or a field with `enum` or `categories` accepts, or None for other fields.

    Each text has been accepted by frictionless's own reader.
    """
    if beyond := getattr(field, "beyond", None):  # its reader applies these, too
        read = field.create_cell_reader()
        texts = [str(value) for value in beyond.get("categories", [])]
        return [text for text in texts if not read(text)[1]] if texts else None
    if field.type == "boolean":
        texts = [*chain(*truth_values(field))]
    elif "enum" in constraints:
        texts = [str(value) for value in constraints["enum"]]
    else:
        return None
    if "enum" not in constraints:
        read = field.create_cell_reader()
        return [text for text in texts if not read(text)[1]]
    value = field.create_value_reader()
    rest = field.to_copy()  # Python's own `copy` would lose which properties are defined
    del rest.constraints["enum"]
    rest.schema, read = field.schema, rest.create_cell_reader()
    try:  # a set is quicker: frictionless would search the whole list for each text
        values = {value(text) for text in constraints["enum"]}
        return [text for text in texts if value(text) in values and not read(text)[1]]
    except Exception:  # lists and objects, which a set cannot hold; values with which a library fails
        return None


def lexical_form(field: Field) -> str | None:
    """Returns a pattern whose matches are of the field's type: "" if every text is, None if there is no pattern."""
    if getattr(field, "beyond", None):  # constraints that `checks.beyond` applies to each cell
        return None
    if is_text(field):
        return ""
    if field.type == "string":
        return FORMATS.get(field.format)
    plain = field.format == "default" and not {"group_char", "decimal_char", "bare_number"} & set(field.list_defined())
    return CANONICAL.get(field.type) if plain else None


def finite(bound: object) -> bool:
    """Tells whether a bound is finite and not NaN (with which frictionless fails)."""
    return "n" not in str(bound).lower()


def within_64_bits(bound: int) -> int:
    """Returns a bound that fits 64 bits and has the same effect on integers of 18 digits.

    Polars fails on larger bounds.
    """
    return max(-(10**18), min(bound, 10**18))


@cache
def provable(pattern: str) -> bool:
    """Tells whether a pattern means the same to a linear-time engine as to Python's."""
    if ODD.search(pattern):
        return False
    import polars as pl  # only here, because the proof of a small package does without

    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
    except pl.exceptions.ComputeError:  # the engine refuses the syntax or the size of the pattern
        return False
    return True
