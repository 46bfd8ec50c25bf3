"""The rules for readers: a list, and one explained. `docs` makes a page of all of them."""

import json
import tomllib
from difflib import SequenceMatcher
from pathlib import Path

from .catalogue import Rule, every
from .general import FRICTIONLESS

DEFECTS = Path(__file__).parent.parent / "tests" / "packages" / "defects.toml"  # one defect a rule, which the tests make
GROUPS = {
    "PKG": "The descriptor", "FIL": "Files", "TAB": "Shape of a table", "CEL": "Cells", "KEY": "Keys", "EDT": "Dates", "HYG": "Form", "HIS": "Between two versions",
}  # fmt: skip


def group(rule: Rule) -> str:
    """What a rule checks: by the letters of its id, or the table that carries its findings."""
    return GROUPS.get(rule.id[:3]) or rule.tables[0].replace("_", " ").capitalize()


def ordered() -> list[Rule]:
    """All rules: the general ones in the order of `GROUPS`, then those of the tables, each group by id."""
    letters = [*GROUPS, *(id[:3] for id in every())]
    return sorted(every().values(), key=lambda rule: (letters.index(rule.id[:3]), rule.id))


def example(rule: Rule) -> str:
    """A rule's example: its own, or else the defect that its test makes; empty where the tests are not at hand."""
    if rule.example or not DEFECTS.exists():
        return rule.example
    defect = tomllib.loads(DEFECTS.read_text(encoding="utf-8")).get(rule.id, {})
    said = [f'`{column}` of {key} in `{table}` is {json.dumps(value, ensure_ascii=False) if value else "empty"}' for table, key, column, value in defect.get("set", [])]
    for table, row in defect.get("add", []):
        said.append(f"a row of `{table}` has " + ", ".join(f'`{name}` "{value}"' for name, value in row.items() if value))
    said += [f"`{table}` has no row {key}" for table, key in defect.get("drop", [])]
    return "; ".join(said)


def listing() -> str:
    """One line a rule: id, severity and title."""
    return "\n".join(f"{rule.id}  {rule.severity:<7}  {rule.title}" for rule in ordered())


def unknown(id: str, groups: bool = False) -> str:
    """A sentence that says that there is no rule of this id, and which is most like it; or, with `groups`, which group of rules."""
    names = [*every(), *({rule[:3] for rule in every()} if groups else ())]
    near = min(names, key=lambda known: (-SequenceMatcher(None, id.upper(), known).ratio(), known))
    return f'there is no rule "{id[:50]}"; did you mean {near}? --list-rules lists them all'


def explanation(id: str) -> str:
    """A rule in full. Raises KeyError, with a sentence that suggests the id most like it, when there is no such rule."""
    rule = every().get(id.upper())
    if rule is None:
        raise KeyError(unknown(id))
    lines = [f"{rule.id} ({rule.severity}) {rule.title}", f"Why: {rule.why}", f"Mend: {rule.mend}"]
    if found := example(rule):
        lines.append(f"Example: {found}")
    if rule.fields:
        lines.append(f"Reads: {', '.join(rule.tables)}; names: {', '.join(rule.fields)}")
    if of_frictionless := [type for type, id_ in FRICTIONLESS.items() if id_ == rule.id]:
        lines.append(f"In frictionless: {', '.join(of_frictionless)}")
    return "\n".join(lines)
