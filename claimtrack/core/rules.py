"""Defines a rule: its id, its severity, its title, why it matters and how to mend what breaks it.

A rule between columns, rows or tables is one function with one docstring. The docstring's first line names the bad
condition; `Why:` and `Mend:` follow, and `Example:` may. The rule's slug is the function's name. `standard_rules` has
the rules that no function checks: those of the standard and of form. There is no registry: code that needs rules
receives them as arguments.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import ModuleType
from typing import Any, Literal, TypeVar

# "unchecked" marks the kinds of parts that were not checked, which are told apart from findings.
# A "note" tells what the standard allows and some readers mind; it never fails a package.
Severity = Literal["error", "warning", "note", "unchecked"]
Function = TypeVar("Function", bound=Callable[..., Any])

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")  # those of findings, the gravest first
BETWEEN_VERSIONS = ("comparison",)  # the `tables` of a rule that reads a comparison of two versions, and no table


@dataclass(frozen=True)
class Rule:
    """One rule.

    `tables` are the tables that it reads. Its findings are about the first of them, and about the columns `fields`
    there. `function` is None for a rule of the standard or of form, which the engine checks itself.
    """

    id: str
    slug: str
    severity: Severity
    title: str
    why: str
    mend: str
    example: str = ""
    tables: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    function: Callable[..., Any] | None = field(default=None, compare=False)


def rule(id: str, *fields: str, severity: Severity = "error") -> Callable[[Function], Function]:
    """Makes a function a rule between columns, rows or tables.

    The function itself does not change; it gets the rule as its attribute `.rule`. Its parameters name the tables that
    it reads. Each is a narwhals lazy frame with these columns:

    | column | type | null means |
    |---|---|---|
    | `_row` | integer, the record's number (the header is 1) | never |
    | one for each field of the Table Schema | integer, boolean, float, else text | the value is missing |
    | `x_from`, `x_to` for each EDTF field `x` | text, its first and last day as YYYY-MM-DD | missing, or no EDTF |

    The function returns the *bad* rows of its first table, with `_row`. A comparison with a missing value is null, so
    it never makes a row bad. `fields` are the columns that a finding names. `id` is three capitals and three digits.

    A rule between two versions has `comparison` as its only parameter, and yields its observations
    (`claimtrack.versions`).

    Raises ValueError where the docstring lacks its title, `Why:` or `Mend:`.
    """

    def made(function: Function) -> Function:
        title, why, mend, example = _read(function)
        tables = tuple(inspect.signature(function).parameters)
        slug = function.__name__.replace("_", "-")
        function.rule = Rule(  # type: ignore[attr-defined]
            id, slug, severity, title, why, mend, example, tables, fields, function
        )
        return function

    return made


def _read(function: Callable[..., Any]) -> tuple[str, str, str, str]:
    """Returns the title, the reason, the remedy and the example from a rule's docstring."""
    text = " ".join((inspect.getdoc(function) or "").split())
    form = r"(?P<title>.+?)\.? Why: (?P<why>.+) Mend: (?P<mend>.+?)(?: Example: (?P<example>.+))?"
    parts = re.fullmatch(form, text)
    if not parts:
        raise ValueError(f"the docstring of {function.__name__} lacks a title, Why: or Mend:")
    why, mend = (text[:1].upper() + text[1:] for text in parts.group("why", "mend"))
    return parts["title"], why, mend, parts["example"] or ""


def by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Maps rules by their ids. Raises ValueError where two rules have the same id: ids are never reused."""
    found: dict[str, Rule] = {}
    for each in rules:
        if each.id in found:
            raise ValueError(f"rule {each.id} is defined twice")
        found[each.id] = each
    return found


def rules_in(*modules: ModuleType) -> dict[str, Rule]:
    """Collects the rules that some modules define, by id. Raises ValueError where two rules have the same id."""
    functions = (each for module in modules for each in vars(module).values() if callable(each))
    own = (each for each in functions if each.__module__ in {module.__name__ for module in modules})
    return by_id(each.rule for each in own if isinstance(getattr(each, "rule", None), Rule))


def in_order(rules: Mapping[str, Rule], groups: Iterable[str]) -> list[Rule]:
    """Sorts rules by group, and by id within a group.

    The first three letters of an id name its group. The groups in `groups` come first, in that order. The others follow
    in the order in which `rules` first has them.
    """
    letters = [*groups, *(id[:3] for id in rules)]
    return sorted(rules.values(), key=lambda each: (letters.index(each.id[:3]), each.id))


def no_such_rule(id: str, rules: Mapping[str, Rule], groups: bool = False) -> str:
    """Makes the sentence that says that no rule has this id, and that suggests the most similar id.

    With `groups`, the suggestion may also be the name of a group of rules.
    """
    names = [*rules, *({rule[:3] for rule in rules} if groups else ())]
    near = min(names, key=lambda known: (-SequenceMatcher(None, id.upper(), known).ratio(), known))
    return f'there is no rule "{id[:50]}"; did you mean {near}? `claimtrack rules` lists them all'
