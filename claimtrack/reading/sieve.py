"""The sieve: which rows are proven right without asking frictionless.

For every field there is an expression that is *sufficient* for frictionless to accept a cell, never necessary: it may
doubt a good cell, but passes no bad one. Nearly all rows drop out here, on any engine that narwhals knows (the same
expressions found the same rows on Polars, DuckDB and Spark); what is left is judged one by one in `cells`.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

import narwhals as nw
import polars as pl
from frictionless import Field

# Canonical lexical forms of Table Schema's types, https://datapackage.org/standard/table-schema/#field-types, within
# bounds that need no arithmetic: 18 digits fit 64 bits, no number is beyond a float, the years are those of Python.
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
    "duration": r"^P(?:[0-9]{1,3}[YMWD]|[0-9]{1,3}Y[0-9]{1,3}M|(?:[0-9]{1,3}D)?T(?:[0-9]{1,3}H(?:[0-9]{1,3}M)?|[0-9]{1,3}[MS]))$",
    "year": r"^[0-9]{4}$",
    "yearmonth": r"^[0-9]{4}-(?:0[1-9]|1[0-2])$",
}
# Letters that no text of these types has: an integer none at all, a date as YYYY-MM-DD neither, a number only those of Python's
# Decimal (`1e5`, `NaN`, `sNaN`, `Infinity`). A storm of such cells need not be read one by one.
ALIEN = {"integer": "[A-Za-z]", "date": "[A-Za-z]", "number": "[B-DG-HJ-MO-RU-XZb-dg-hj-mo-ru-xz]"}
EXACT = r"^-?(?:0|[1-9][0-9]{0,8})(?:[.][0-9]{1,6})?$"  # numbers of 15 digits, which a float tells apart
# The same of formats of a string. An address has at most 64 letters before the @ and 253 after it, 63 to a label (RFC 5321, 1034).
FORMATS = {
    "uri": r"^https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&#+-]*)?$",
    "email": r"^[A-Za-z0-9_]{1,30}(?:[.+-][A-Za-z0-9_]{1,16}){0,2}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,20}$",
    "uuid": r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
}

# Syntax on which the regular expressions of Python, Rust, RE2 and Java could differ, even over printable ASCII.
ODD = re.compile(r"\(\?(?!:)|\[[^\]]*\[|\[\^?\]|&&|--|~~|\|\||\{,|[*+?}]\+|\\[^dwsDWS.\-+*?()\[\]{}|^$/]")
BLANK = " \t\n\r"  # the white space of ASCII that can stand at a cell's edge; other white space is looked for in whole blocks
FORMULA = "=+-@"  # what makes a spreadsheet run a cell: https://owasp.org/www-community/attacks/CSV_Injection


def is_text(field: Field) -> bool:
    """Whether every text is a value of the field's type."""
    return field.type == "any" or field.type == "string" and field.format == "default"


def missing_values(field: Field) -> list[str]:
    """What stands for a missing value in a field: its own list, or else the schema's (as `Field.create_cell_reader`)."""
    return field.missing_values if field.has_defined("missing_values") or not field.schema else field.schema.missing_values


def matches(name: str, pattern: str) -> nw.Expr:
    """True where a cell of a column matches a declared pattern as a whole."""
    return nw.col(name).str.contains(f"^(?:{pattern})$")


def proof(field: Field, matches: Callable[[str, str], nw.Expr] = matches) -> nw.Expr:
    """True only where frictionless accepts the cell of a column of text (missing values as null); never null."""
    conditions = _conditions(field, matches)
    if conditions is None:
        return nw.lit(False)
    cell = nw.col(field.name)
    ok = nw.all_horizontal(*conditions, ignore_nulls=False) if conditions else nw.lit(True)
    return ~cell.is_null() & ok if field.required else cell.is_null() | ok


def hopeless(field: Field) -> bool:
    """Whether no cell of a field can be proven right."""
    return _conditions(field, matches) is None


def _conditions(field: Field, matches: Callable[[str, str], nw.Expr]) -> list[nw.Expr] | None:
    """What a cell that is not missing has to meet, or None when nothing can be proven of this field."""
    cell, constraints = nw.col(field.name), dict(field.constraints)
    constraints.pop("required", None), constraints.pop("unique", None)
    texts, form = allowed(field, constraints), lexical_form(field)
    if texts is not None:  # of those, only the canonical ones: the others have to come to the notice of `hygiene`
        return [cell.is_in(texts), *([cell.str.contains(form)] if form else [])]
    if form is None:
        return None
    conditions = [cell.str.contains(form)] if form else []
    value = _value(field, conditions)
    for name, argument in constraints.items():
        if name == "pattern" and provable(argument):
            if re.search(r"\\[dwsDWS]", argument):  # these mean different characters beyond ASCII
                conditions.append(cell.str.contains("^[ -~]*$"))
            conditions.append(matches(field.name, argument))
        elif name == "minLength":
            conditions.append(cell.str.len_chars() >= argument)
        elif name == "maxLength":
            conditions.append(cell.str.len_chars() <= argument)
        elif name in BOUNDS and value is not None and finite(read := field.create_value_reader()(argument)):
            conditions.append(_within(field, value, name, read))
        else:
            return None
    return conditions


def refutation(field: Field) -> str | None:
    """A pattern found only in cells that are not of the field's type, whatever else they have; None where there is none."""
    return ALIEN.get(field.type) if lexical_form(field) else None


BOUNDS = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
STRICT = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


def allowed(field: Field, constraints: dict) -> list[str] | None:
    """The texts that a field with few values accepts, each approved by frictionless's own reader; None for other fields."""
    if field.type == "boolean":
        texts = [*field.true_values, *field.false_values]
    elif "enum" in constraints:
        texts = [str(value) for value in constraints["enum"]]
    else:
        return None
    if "enum" not in constraints:
        read = field.create_cell_reader()
        return [text for text in texts if not read(text)[1]]
    value = field.create_value_reader()
    rest = field.to_copy()
    del rest.constraints["enum"]
    rest.schema, read = field.schema, rest.create_cell_reader()
    try:  # a set, since frictionless looks through the whole list for each text
        values = {value(text) for text in constraints["enum"]}
        return [text for text in texts if value(text) in values and not read(text)[1]]
    except TypeError:  # lists and objects, which no set can hold
        return None


def lexical_form(field: Field) -> str | None:
    """A pattern whose matches are of the field's type; "" where every text is; None where there is no such pattern."""
    if is_text(field):
        return ""
    if field.type == "string":
        return FORMATS.get(field.format)
    plain = field.format == "default" and not {"group_char", "decimal_char", "bare_number"} & set(field.list_defined())
    return CANONICAL.get(field.type) if plain else None


def _value(field: Field, conditions: list[nw.Expr]) -> nw.Expr | None:
    """What bounds are compared with: a number, or a date as text, which sorts as the date does."""
    cell = nw.col(field.name)
    if field.type == "date":
        return cell
    if field.type in ("integer", "number"):
        return nw.when(conditions[0]).then(cell).cast(nw.Int64 if field.type == "integer" else nw.Float64)
    return None


def finite(bound: object) -> bool:
    """Whether a bound is not NaN, beside which frictionless fails, nor infinite."""
    return "n" not in str(bound).lower()


def within_64_bits(bound: int) -> int:
    """A bound, or one that is as far beyond every integer of 18 digits: Polars breaks off over larger ones."""
    return max(-(10**18), min(bound, 10**18))


def _within(field: Field, value: nw.Expr, name: str, argument: object) -> nw.Expr:
    """True only where a value is within a bound. Of two numbers that as floats are above one another so are the numbers; of those that are
    level as floats this is known only if both have few digits."""
    bound = {"date": str, "integer": within_64_bits, "number": float}[field.type](argument)
    if field.type != "number" or name not in STRICT:
        return BOUNDS[name](value, bound)
    beyond = BOUNDS[STRICT[name]](value, bound)
    return beyond | (value == bound) & nw.col(field.name).str.contains(EXACT) if re.search(EXACT, str(argument)) else beyond


@cache
def provable(pattern: str) -> bool:
    """Whether a pattern means the same to a linear-time engine as to Python's."""
    if ODD.search(pattern):
        return False
    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
    except pl.exceptions.ComputeError:  # that engine refuses it, for its syntax or its size
        return False
    return True


def tidy(field: Field) -> nw.Expr | None:
    """True only where a text cell neither begins like a formula nor has a blank at an edge; None for other fields."""
    known = [str(value) for value in field.constraints.get("enum", [])]
    if not is_text(field) or known and all(text and text[0] not in FORMULA + BLANK and text[-1] not in BLANK for text in known):
        return None
    cell = nw.col(field.name)
    ends = nw.any_horizontal(*(cell.str.ends_with(blank) for blank in BLANK), ignore_nulls=False)
    return cell.is_null() | ~(cell.str.slice(0, 1).is_in([*FORMULA, *BLANK]) | ends)


# By column, the cells in doubt (`_row`, `cell`, and whether it is `proven` right, if not tidy); under None the rows (`_row`) that are blank.
Doubts = dict[str | None, pl.DataFrame]


class Sieve:
    """The expressions of one table's fields, made once. `matches` says how a declared pattern is asked, where the engine's
    own way will not do; `passes` is true of the rows that are proven right and tidy."""

    def __init__(self, fields: Iterable[Field], matches: Callable[[str, str], nw.Expr] = matches):
        fields = list(fields)
        self._proofs = {field.name: proof(field, matches) for field in fields}
        self._tidy = {field.name: test for field in fields if (test := tidy(field)) is not None}
        self._blank = nw.all_horizontal(*(nw.col(field.name).is_null() for field in fields), ignore_nulls=False)
        self.passes = nw.all_horizontal(*self._proofs.values(), *self._tidy.values(), ignore_nulls=False) & ~self._blank

    def proves(self, frame: pl.DataFrame, names: list[str]) -> pl.Series:
        """For each row of a frame of Polars, whether its cells of these columns are proven right."""
        proofs = (self._proofs[name] for name in names)
        return nw.from_native(frame).select("_row", _proven=nw.all_horizontal(*proofs, ignore_nulls=False)).to_native()["_proven"]

    def doubts(self, frame: pl.DataFrame, names: list[str] | None = None) -> Doubts:
        """What is in doubt of a frame of Polars: cells as text, missing values as null, and `_row`. With `names` only those columns are
        looked at, of rows that are known not to be blank."""
        blank = nw.lit(False) if names else self._blank
        names = names or list(self._proofs)
        tests = [*(self._proofs[name].alias(f"{i}") for i, name in enumerate(names)), *(self._tidy[name].alias(f"{i}tidy") for i, name in enumerate(names) if name in self._tidy)]
        told = nw.from_native(frame).select("_row", blank.alias("blank"), *tests).to_native()
        rows, blank, found = frame["_row"], told["blank"], {}
        if blank.any():
            found[None] = pl.DataFrame({"_row": rows.filter(blank)})
        for number, name in enumerate(names):
            proven = told[f"{number}"]
            doubtful = ~(proven & told[f"{number}tidy"] if name in self._tidy else proven) & ~blank
            if doubtful.any():
                cells = pl.DataFrame([rows, frame[name].alias("cell"), proven.alias("proven")]).filter(doubtful)
                found[name] = cells.with_columns(pl.col("cell") + "")  # written anew: a text that is only pointed at keeps its whole block in memory
        return found


def together(doubts: list[Doubts]) -> Doubts:
    """Doubts of several parts of a table as one, each column's in the order of the rows."""
    names = dict.fromkeys(name for part in doubts for name in part)
    whole = {name: pl.concat([part[name] for part in doubts if name in part]) for name in names}
    return {name: cells if cells["_row"].is_sorted() else cells.sort("_row") for name, cells in whole.items()}
