"""Finds the cells that a spreadsheet would run as formulas, and makes them harmless.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

SIGNS = "=+-@"  # a formula begins with one of these
FULL_WIDTH = "＝＋－＠"  # the same signs in full width, which some programs treat alike
# What a spreadsheet runs. A text that merely begins with a sign ("+Europa", "- first", "@home") is no formula: it has
# blanks between words, or is a name. After `+`, `-` and `@` a formula has a function, a cell's address or a DDE call.
_SUM = r"[\w.$:+*/^&<>=%-]*"  # the beginning of an expression, without blanks
_FUNCTION = r"[A-Za-z][\w.]*\([^\n]*\)[\w.$:+*/^&<>=%)!-]*\s*$"
_ADDRESS = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}\s*(?:$|[-+*/^&:<>=!])"
FORMULA = (
    rf"^(?:=\s*[\w\x22'({{\[@+$\\#-]|[=+@-]{_SUM}(?:\([^()\n]*\){_SUM})?\||[+@-]\s*{_SUM}{_FUNCTION}|[+-]\s*{_ADDRESS})"
)
# Programs strip some blanks before the sign. Some languages separate cells by another character than the comma, so that
# one of our cells may hold the beginnings of several.
_BEGINNING = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=[\s\ufeff\u200b]*[{re.escape(SIGNS)}{FULL_WIDTH}])|^(?=[\t\r\n])")


def inert(text: str) -> str:
    """Puts an apostrophe before each part of a text that a spreadsheet would run."""
    return _BEGINNING.sub("'", text)
