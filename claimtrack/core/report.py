"""The record of what one run found and did. Every report format is made from it."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from claimtrack.core.findings import Cause, Finding, Kind, Unchecked
from claimtrack.core.rules import Rule
from claimtrack.core.standard_rules import STANDARD


class Count(NamedTuple):
    """How often one rule is broken in one file, and how many of these findings a report lists.

    `table` is the name of the table that the file holds, or None. `consequences` are those that follow from another
    finding.
    """

    rule: str
    severity: str
    file: str
    table: str | None
    total: int
    listed: int
    consequences: int = 0


@dataclass
class Report:
    """What one run found and did.

    `totals` has the exact number of findings by rule and file. `findings` are only samples where a rule is broken very
    often in one file. `kinds` counts them by column, too, and by the finding from which they follow. `tables` maps a
    table's name to its number of rows. `files` maps a file's path in the package to the name of the table that it
    holds, or to None for the descriptor and other files that describe a table.

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
    kinds: Counter[Kind] = field(default_factory=Counter)
    folded: int = 0  # findings that `fold` has left out, since they follow from others
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
        listed, followed = self.listed(), self._followed()
        return [
            Count(
                rule,
                self.catalogue[rule].severity,
                file,
                self.files.get(file),
                total,
                len(listed.get((rule, file), [])),
                followed[rule, file],
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

    def causes(self) -> dict[Cause, int]:
        """Returns the listed findings from which others follow, each with the number of these."""
        told = {Cause(found.rule, found.file) for found in self.findings}
        causes: Counter[Cause] = Counter()
        for (_, _, _, cause), number in self.kinds.items():
            if cause in told:
                causes[cause] += number
        return causes

    def _followed(self) -> Counter[tuple[str, str]]:
        """Counts by rule and file the findings that follow from a listed one."""
        causes, followed = self.causes(), Counter[tuple[str, str]]()
        for (rule, file, _, cause), number in self.kinds.items():
            if cause in causes:
                followed[rule, file] += number
        return followed

    def fold(self) -> "Report":
        """Returns the report without the findings that follow from others, which are counted with these."""
        causes, followed = self.causes(), self._followed()
        if not causes:
            return self
        first: dict[Cause, Finding] = {}
        for found in self.findings:
            first.setdefault(Cause(found.rule, found.file), found)
        findings = []
        for found in self.findings:
            if found.follows_from in causes:
                continue
            cause = Cause(found.rule, found.file)
            told = cause in causes and first[cause] is found
            findings.append(_with_number(found, causes[cause]) if told else found)
        kinds = Counter({kind: number for kind, number in self.kinds.items() if kind[3] not in causes})
        totals, folded = self.totals - followed, followed.total()
        return replace(self, findings=findings, totals=totals, kinds=kinds, folded=folded)

    @property
    def consequences(self) -> int:
        """The number of findings that follow from others, and that are not among the errors and warnings."""
        return self.folded + self._followed().total()

    def total(self, severity: str) -> int:
        """Counts all findings of a severity, listed or not, save for those that follow from others."""
        followed = self._followed()
        return sum(
            count - followed[key] for key, count in self.totals.items() if self.catalogue[key[0]].severity == severity
        )

    @property
    def exit_code(self) -> int:
        """0 for valid, 1 for errors found (or warnings, if strict), 2 for a check that could not cover everything."""
        return 2 if not self.complete else int(bool(self.total("error") or (self.strict and self.total("warning"))))

    @property
    def complete(self) -> bool:
        """Whether all was checked, but for the parts that the user accepts as not checked."""
        return self.finished and not self.not_checked and not self.unopened


def _with_number(found: Finding, number: int) -> Finding:
    """Adds to a finding's message how many others follow from it."""
    words = "1 further finding follows" if number == 1 else f"{number:,} further findings follow"
    return replace(found, message=f"{found.message} ({words} from this)")
