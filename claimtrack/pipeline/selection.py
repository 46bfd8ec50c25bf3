"""Which findings count: `--select` and `--ignore`, each a list of `RULE[:table]`.

A rule is named by its id or by its first letters: `HYG` is every rule on form, `HYG1` those from HYG100 to HYG199. What is
left out is counted in the report, never dropped in silence.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import NamedTuple

from .catalogue import every
from .findings import Unusable
from .report import Report


class Pattern(NamedTuple):
    """The first letters of some rules' ids, and the one table that is meant (None: every file)."""

    rule: str
    table: str | None = None

    def matches(self, rule: str, table: str | None) -> bool:
        return rule.startswith(self.rule) and self.table in (None, table)


def parse(texts: Iterable[str], where: str) -> list[Pattern]:
    """Patterns from what was written `where`, several in one text being parted by commas. Raises Unusable when there is no such rule."""
    patterns = []
    for text in (part.strip() for given in texts for part in given.split(",")):
        rule, colon, table = text.partition(":")
        if not rule or colon and not table:
            raise Unusable(f'{where}: "{text[:100]}" is not of the form RULE or RULE:table, such as HYG109 or HYG109:claims')
        if not any(id.startswith(rule.upper()) for id in every()):
            from .explain import unknown  # here, since it is seldom needed

            raise Unusable(f"{where}: {unknown(rule, groups=True)}")
        patterns.append(Pattern(rule.upper(), table or None))
    return patterns


def check_tables(patterns: Iterable[Pattern], reports: list[Report], where: str) -> None:
    """Raises Unusable, with a suggestion, when a pattern names a table that no package has."""
    tables = sorted({table for report in reports for table in report.files.values() if table is not None})
    for pattern in patterns:
        if pattern.table not in (None, *tables) and not any(report.error for report in reports):
            near = get_close_matches(pattern.table, tables, 1, 0)
            raise Unusable(f'{where}: there is no table "{pattern.table[:100]}"' + (f"; did you mean {near[0]}?" if near else ": the package has none"))


def counting(report: Report, select: list[Pattern], ignore: list[Pattern]) -> Callable[[str, str | None], bool]:
    """Tells whether the findings of a rule in a file of the report's package count."""

    def counts(rule: str, file: str | None) -> bool:
        table = report.files.get(file)
        chosen = not select or any(pattern.matches(rule, table) for pattern in select)
        return chosen and not any(pattern.matches(rule, table) for pattern in ignore)

    return counts


def apply(report: Report, counts: Callable[[str, str | None], bool]) -> None:
    """Moves the findings that do not count from a report's `totals` to its `ignored`."""
    kept = Counter({key: number for key, number in report.totals.items() if counts(*key)})
    report.ignored = report.totals - kept
    report.totals = kept
    report.findings = [found for found in report.findings if (found.rule, found.file) in kept]
    report.rules = [id for id in report.rules if any(counts(id, file) for file in {None, *report.files})]
