"""Every rule there is: its id, severity, title, why it matters and how to mend it.

A rule between columns, rows or tables is one function with one docstring: the first line names the bad condition, `Why:`
and `Mend:` follow, and perhaps `Example:`. Those functions live in `schemas/`; the rules that no table owns (of the
standard, of files, of descriptors) are in `general`. Ids are grouped by what they check and never reused.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

from . import startup


@dataclass(frozen=True)
class Rule:
    """One rule. `tables` are the tables it reads, the one that carries the finding first; `fields` are its columns there."""

    id: str
    severity: str
    title: str
    why: str
    mend: str
    example: str = ""
    tables: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    function: Callable | None = None


RULES: dict[str, Rule] = {}  # those that were loaded; of any package the general ones
BETWEEN_VERSIONS = ("comparison",)  # the `tables` of a rule that reads no table but a comparison of two versions of a package


def add(rule: Rule) -> None:
    """Enters a rule in the catalogue. Raises ValueError when its id is taken: ids are never reused."""
    if rule.id in RULES:
        raise ValueError(f"rule {rule.id} is defined twice")
    RULES[rule.id] = rule


def every() -> dict[str, Rule]:
    """All rules, by id. Loads those of claim tracking, which a check of any other package does without."""
    startup.load_rules()
    import schemas  # noqa: F401  (its rules enter the catalogue)

    return RULES


def rule(id: str, *fields: str, severity: str = "error") -> Callable:
    """Makes a function a rule between columns, rows or tables.

    The function's parameters name the tables it reads, as narwhals lazy frames with the row number in `_row` and, for
    every EDTF column `x`, its first and last day in `x_from` and `x_to`. It returns the *bad* rows of its first table;
    a comparison with a missing value is null and so never bad. `fields` are the columns a finding names.

    A rule between two versions has the one parameter `comparison` instead, and yields what it saw (`validator.history`).
    """

    def register(function: Callable) -> Callable:
        title, why, mend, example = _read(function)
        add(Rule(id, severity, title, why, mend, example, tuple(inspect.signature(function).parameters), fields, function))
        return function

    return register


def _read(function: Callable) -> tuple[str, str, str, str]:
    text = " ".join(inspect.getdoc(function).split())
    parts = re.fullmatch(r"(?P<title>.+?)\.? Why: (?P<why>.+) Mend: (?P<mend>.+?)(?: Example: (?P<example>.+))?", text)
    if not parts:
        raise ValueError(f"the docstring of {function.__name__} lacks a title, Why: or Mend:")
    return parts["title"], *(text[:1].upper() + text[1:] for text in parts.group("why", "mend")), parts["example"] or ""
