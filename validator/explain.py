"""The rules for readers: a list, one explained, and all of them as a page.

    python -m validator.explain     writes docs/rules.md
"""

import json
import tomllib
from difflib import SequenceMatcher
from pathlib import Path

import schemas  # noqa: F401  (its rules enter the catalogue)

from .catalogue import RULES, Rule
from .general import FRICTIONLESS

PAGE = Path("docs", "rules.md")
DEFECTS = Path(__file__).parent.parent / "tests" / "packages" / "defects.toml"  # one defect a rule, which the tests make
GROUPS = {
    "PKG": "The descriptor", "FIL": "Files", "TAB": "Shape of a table", "CEL": "Cells", "KEY": "Keys", "EDT": "Dates", "HYG": "Form",
}  # fmt: skip


def group(rule: Rule) -> str:
    """What a rule checks: by the letters of its id, or the table that carries its findings."""
    return GROUPS.get(rule.id[:3]) or rule.tables[0].replace("_", " ").capitalize()


def ordered() -> list[Rule]:
    """All rules: the general ones in the order of `GROUPS`, then those of the tables, each group by id."""
    letters = [*GROUPS, *(id[:3] for id in RULES)]
    return sorted(RULES.values(), key=lambda rule: (letters.index(rule.id[:3]), rule.id))


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


def explanation(id: str) -> str:
    """A rule in full. Raises KeyError, with a sentence that suggests the id most like it, when there is no such rule."""
    rule = RULES.get(id.upper())
    if rule is None:
        near = min(RULES, key=lambda known: (-SequenceMatcher(None, id.upper(), known).ratio(), known))
        raise KeyError(f'there is no rule "{id[:50]}"; did you mean {near}? --list-rules lists them all')
    lines = [f"{rule.id} ({rule.severity}) {rule.title}", f"Why: {rule.why}", f"Mend: {rule.mend}"]
    if found := example(rule):
        lines.append(f"Example: {found}")
    if rule.tables:
        lines.append(f"Reads: {', '.join(rule.tables)}; names: {', '.join(rule.fields)}")
    if of_frictionless := [type for type, id_ in FRICTIONLESS.items() if id_ == rule.id]:
        lines.append(f"In frictionless: {', '.join(of_frictionless)}")
    return "\n".join(lines)


def page() -> str:
    """`docs/rules.md`."""
    parts = [
        "# Rules\n",
        "Made by `python -m validator.explain`; do not edit. `python validate.py --explain ID` says the same of one rule.\n",
        "An error makes the package invalid (exit code 1), a warning does with `--strict`. Ids are never reused. The rules from "
        f"{GROUPS['PKG'].lower()} to form hold for every Data Package; the others for packages whose descriptor says "
        '`"conformsTo": "claim-tracking-package-1"` (`schemas/profile/claim-tracking-package-1.json` says what they consist of).\n',
    ]
    last = None
    for rule in ordered():
        if group(rule) != last:
            last = group(rule)
            parts.append(f"## {last}\n")
        parts.append(_entry(rule))
    return "\n".join(parts)


def _entry(rule: Rule) -> str:
    lines = [f"### {rule.id} · {rule.severity}\n", f"{rule.title}.\n", f"- Why: {rule.why}", f"- Mend: {rule.mend}"]
    if found := example(rule):
        lines.append(f"- Example: {found}")
    if rule.tables:
        lines.append(f"- Reads {', '.join(f'`{name}`' for name in rule.tables)}; names {', '.join(f'`{name}`' for name in rule.fields)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE}: {len(RULES)} rules")
