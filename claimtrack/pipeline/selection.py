"""Selects the findings that count: `--select` and `--ignore`, each a list of `RULE[:table]`.

RULE is a rule's id or its first characters: `HYG` is every rule on form, `HYG1` those from HYG100 to HYG199. The report
counts the findings that are left out. An ignored rule of the kind "unchecked" accepts that parts were not checked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Unchecked
from claimtrack.core.report import Report
from claimtrack.core.rules import Rule, no_such_rule


class Pattern(NamedTuple):
    """The first characters of some rules' ids, and a table's name (None: every file)."""

    rule: str
    table: str | None = None

    def matches(self, rule: str, table: str | None) -> bool:
        """Tells whether the pattern covers a rule in a table."""
        return rule.startswith(self.rule) and self.table in (None, table)


def parse(texts: Iterable[str], where: str, rules: Mapping[str, Rule]) -> list[Pattern]:
    """Parses patterns from texts, which may have several patterns with commas between them.

    Raises Unusable when there is no such rule; the text names `where`.
    """
    patterns = []
    for text in (part.strip() for given in texts for part in given.split(",")):
        rule, colon, table = text.partition(":")
        if not rule or (colon and not table):
            raise Unusable(
                f'{where}: "{text[:100]}" is not of the form RULE or RULE:table, such as HYG109 or HYG109:claims'
            )
        if not any(id.startswith(rule.upper()) for id in rules):
            raise Unusable(f"{where}: {no_such_rule(rule, rules, groups=True)}")
        patterns.append(Pattern(rule.upper(), table or None))
    return patterns


def check_tables(patterns: Iterable[Pattern], reports: list[Report], where: str) -> None:
    """Raises Unusable, with a suggestion, when a pattern names a table that no package has."""
    tables = sorted({name for report in reports for name in report.names})
    for pattern in patterns:
        if pattern.table is not None and pattern.table not in tables and not any(report.error for report in reports):
            near = get_close_matches(pattern.table, tables, 1, 0)
            raise Unusable(
                f'{where}: there is no table "{pattern.table[:100]}"'
                + (f"; did you mean {near[0]}?" if near else ": the package has none")
            )


def accepts(ignore: Iterable[Pattern], part: Unchecked) -> bool:
    """Tells whether some ignored rules accept that a part was not checked. `--select` accepts nothing."""
    return any(pattern.matches(part.rule, part.table) for pattern in ignore)


def accepts_missing(ignore: Iterable[Pattern], report: Report, rule: str, file: str) -> bool:
    """Tells whether an ignored rule accepts that a file could not be opened: it has to name the table."""
    table = report.files.get(file)
    return any(pattern.table is not None and pattern.matches(rule, table) for pattern in ignore)


def counting(report: Report, select: list[Pattern], ignore: list[Pattern]) -> Callable[[str, str | None], bool]:
    """Returns a function that tells whether the findings of a rule in a file of the report's package count."""

    def counts(rule: str, file: str | None) -> bool:
        table = report.files.get(file) if file else None
        chosen = not select or any(pattern.matches(rule, table) for pattern in select)
        return chosen and not any(pattern.matches(rule, table) for pattern in ignore)

    return counts


def apply(report: Report, counts: Callable[[str, str | None], bool]) -> None:
    """Moves the findings that do not count from a report's `totals` to its `ignored`."""
    kept = Counter({key: number for key, number in report.totals.items() if counts(*key)})
    report.ignored = report.totals - kept
    report.totals = kept
    report.kinds = Counter({kind: number for kind, number in report.kinds.items() if kind[:2] in kept})
    report.findings = [found for found in report.findings if (found.rule, found.file) in kept]
    report.rules = [id for id in report.rules if any(counts(id, file) for file in {None, *report.files})]
