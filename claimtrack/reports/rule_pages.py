"""Presents the rules to readers: a list of all, an explanation of one, and the address of its page."""

import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata

from claimtrack.core.rules import Rule, in_order
from claimtrack.core.standard_rules import FRICTIONLESS, GROUPS

RULES_URL = "CLAIMTRACK_RULES_URL"  # the environment variable with the address of the page docs/rules.md


def group(rule: Rule) -> str:
    """Returns the title of a rule's group, which its id's letters or else the table of its findings determine."""
    return GROUPS.get(rule.id[:3]) or rule.tables[0].replace("_", " ").capitalize()


def ordered(rules: Mapping[str, Rule]) -> list[Rule]:
    """Sorts rules for readers: those of the standard in the order of `GROUPS`, then those of each table, each by id."""
    return in_order(rules, GROUPS)


def listing(rules: Mapping[str, Rule]) -> str:
    """Returns one line for each rule, with its id, severity and title."""
    return "\n".join(f"{rule.id}  {rule.severity:<7}  {rule.title}" for rule in ordered(rules))


def explanation(rule: Rule, example: str) -> str:
    """Returns the full description of a rule."""
    lines = [f"{rule.id} {rule.slug} ({rule.severity})", f"{rule.title}.", f"Why: {rule.why}", f"Mend: {rule.mend}"]
    if example:
        lines.append(f"Example: {example}")
    if rule.fields:
        lines.append(f"Reads: {', '.join(rule.tables)}; names: {', '.join(rule.fields)}")
    if of_frictionless := [type for type, id in FRICTIONLESS.items() if id == rule.id]:
        lines.append(f"In frictionless: {', '.join(of_frictionless)}")
    return "\n".join(lines)


def anchor(rule: Rule) -> str:
    """Returns the anchor of a rule's section in docs/rules.md."""
    return f"{rule.id.lower()}-{rule.slug}"


def rule_page(rule: Rule) -> str | None:
    """Returns the address of a rule's section, or None where the address of the page is not known.

    The address of the page comes from the variable CLAIMTRACK_RULES_URL, which the GitHub action sets, or from the
    installed distribution.
    """
    base = os.environ.get(RULES_URL) or _installed_page()
    return f"{base}#{anchor(rule)}" if base else None


def _installed_page() -> str | None:
    """Returns the `Rules` address among the URLs of the installed distribution, or None."""
    try:
        said = metadata("claimtrack").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    return next((url.partition(",")[2].strip() for url in said if url.lower().startswith("rules,")), None)
