"""Lists every rule, or explains one."""

import argparse

from claimtrack.commands.options import Parser, add_profiles, filled
from claimtrack.commands.options import parser as parser_of
from claimtrack.core.errors import Unusable


def parser() -> Parser:
    """Returns the parser of `rules`'s options."""
    words = "List every rule, a line each; or explain one: why it matters, how to mend what breaks it, an example."
    made = parser_of("rules", "[ID]", words, "rules", "rules CLM102", "rules time-and-basis-at-odds")
    made.add_argument("id", nargs="?", type=filled, metavar="ID", help="a rule's id or slug")
    add_profiles(made)
    return made


def run(options: argparse.Namespace) -> int:
    """Prints one rule, or all if none is named."""
    from claimtrack.commands.profiles import profiles_of
    from claimtrack.core.rules import no_such_rule
    from claimtrack.pipeline.profile import catalogue
    from claimtrack.reports import rule_pages

    profiles = [profile.loaded for profile in profiles_of(options.profile)]
    rules = catalogue(profiles)
    if options.id is None:
        print(rule_pages.listing(rules))
        return 0
    slugs = {rule.slug: rule for rule in rules.values()}
    rule = rules.get(options.id.upper()) or slugs.get(options.id.lower())
    if rule is None:
        raise Unusable(f"claimtrack rules: {no_such_rule(options.id, rules)}")
    examples = {id: example for profile in profiles for id, example in profile.examples.items()}
    print(rule_pages.explanation(rule, rule.example or examples.get(rule.id, "")))
    return 0
