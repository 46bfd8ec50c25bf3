"""The record of what one run found and did. Every report format is made from it."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from claimtrack.core.findings import Finding, Unchecked
from claimtrack.core.rules import Rule
from claimtrack.core.standard_rules import STANDARD


class Count(NamedTuple):
    """How often one rule is broken in one file, and how many of these findings a report lists.

    `table` is the name of the table that the file holds, or None.
    """

    rule: str
    severity: str
    file: str
    table: str | None
    total: int
    listed: int


@dataclass
class Report:
    """What one run found and did.

    `totals` has the exact number of findings by rule and file. `findings` are only samples where a rule is broken very
    often in one file. `tables` maps a table's name to its number of rows. `files` maps a file's path in the package to
    the name of the table that it holds, or to None for the descriptor and other files that describe a table.

    `rules` has the ids of the rules that ran, `catalogue` every rule that could have run. `ignored` and `known` count
    by rule and file the findings that the user asked to leave out: `ignored` those of ignored rules, `known` those that
    a baseline lists. `not_checked` are the parts that were not checked, and `accepted` those of them that the user
    accepts by an ignored rule or by the baseline. `unopened` has the rule and file of each finding that says that a
    file could not be opened, which the user can accept, too. `stale` is the number of findings in the baseline that did
    not occur any more.
    """

    where: str
    title: str = ""
    version: str = ""
    findings: list[Finding] = field(default_factory=list)
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)
    tables: dict[str, int] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    summary: str = ""  # one sentence of the profile on the whole package
    # Faults of this program or of a library, and what they left unchecked.
    internal_errors: list[str] = field(default_factory=list)
    finished: bool = True  # False when a check ended early, so that the verdict covers only a part
    not_checked: list[Unchecked] = field(default_factory=list)
    accepted: list[Unchecked] = field(default_factory=list)
    unopened: set[tuple[str, str]] = field(default_factory=set)
    interrupted: bool = False  # by Ctrl-C
    strict: bool = False  # whether warnings count as errors
    error: str = ""  # why there was nothing to check
    root: Path | None = None  # the package's folder; None for an archive, which is unpacked only for the run
    files: dict[str, str | None] = field(default_factory=dict)
    ignored: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: Counter[tuple[str, str]] = field(default_factory=Counter)
    stale: int = 0
    unheeded: list[str] = field(default_factory=list)  # what the package's own settings ask for, and are not given
    settings: list[str] = field(default_factory=list)  # the settings files that were used, the user's or the package's
    catalogue: Mapping[str, Rule] = field(default_factory=lambda: STANDARD, repr=False)

    def counts(self) -> list[Count]:
        """Counts the findings of each rule in each file, all and listed ones, sorted by file and then by rule."""
        listed = self.listed()
        return [
            Count(
                rule,
                self.catalogue[rule].severity,
                file,
                self.files.get(file),
                total,
                len(listed.get((rule, file), [])),
            )
            for (rule, file), total in sorted(self.totals.items(), key=lambda item: item[0][::-1])
        ]

    @property
    def verdict(self) -> str:
        """One of: valid, invalid, incomplete (a part could not be checked), unusable (nothing could be checked)."""
        return "unusable" if self.error else ("valid", "invalid", "incomplete")[self.exit_code]

    @property
    def names(self) -> set[str]:
        """The names of all tables, also of those that were not checked."""
        parts = (part.table for part in (*self.not_checked, *self.accepted))
        return {name for name in (*self.files.values(), *parts) if name is not None}

    def listed(self) -> dict[tuple[str, str], list[Finding]]:
        """Groups the listed findings by rule and file."""
        listed: dict[tuple[str, str], list[Finding]] = {}
        for found in self.findings:
            listed.setdefault((found.rule, found.file), []).append(found)
        return listed

    def shown(self, file: str) -> str:
        """Returns a file's path from the user's view, so that terminals and editors make it clickable."""
        return str(self.root / file) if self.root else file

    def uri(self, file: str) -> str | None:
        """Returns a file's path from the working directory, with slashes, or None where it lies outside of it."""
        path = Path(os.path.relpath(self.root / file)) if self.root else None
        return path.as_posix() if path and ".." not in path.parts and not path.is_absolute() else None

    def total(self, severity: str) -> int:
        """Counts all findings of a severity, including those that are not in `findings`."""
        return sum(count for (rule, _), count in self.totals.items() if self.catalogue[rule].severity == severity)

    @property
    def exit_code(self) -> int:
        """0 for valid, 1 for errors found (or warnings, if strict), 2 for a check that could not cover everything."""
        return 2 if not self.complete else int(bool(self.total("error") or (self.strict and self.total("warning"))))

    @property
    def complete(self) -> bool:
        """Whether all was checked, but for the parts that the user accepts as not checked."""
        return self.finished and not self.not_checked and not self.unopened
