"""Reports: one module a format, each with `render(reports) -> str` over what `validator.run` found in one or more packages.

All formats say the same: the findings that are listed, the exact totals by rule and file, what was skipped and why.
"""

import re
from importlib import import_module

TOOL = "claim-tracking-validator"
# A format's name, and the ending of files in it. `github` is for the log of a GitHub workflow, not for a file.
FORMATS = {"text": ".txt", "json": ".json", "sarif": ".sarif", "junit": ".xml", "github": None, "html": ".html"}

# What a terminal obeys, XML forbids or nobody can see: control characters, lone surrogates, non-characters, marks that reorder text.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def render(form: str, reports: list, **style) -> str:
    """Reports in one of `FORMATS`. `style` is for text only: `quiet`, `verbose`, `colour`. Imports no other renderer."""
    return import_module(f".as_{form}", __name__).render(reports, **style)


def printable(text: str) -> str:
    """A text on one line, in which what cannot be shown is spelt out as in Python. Packages are not to be trusted with a terminal."""
    return _UNSEEN.sub(lambda c: f"\\u{ord(c[0]):04x}", text)


def plural(count: int, word: str) -> str:
    """`1 error`, `2,000 errors`."""
    return f"{count:,} {word}{'s' * (count != 1)}"
