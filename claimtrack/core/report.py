"""What one run found and did: the one record that every format of report is made from."""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .catalogue import RULES
from .findings import Finding


class Count(NamedTuple):
    """How often a rule is broken in a file, of which `table` is the table, and how many of these findings a report lists."""

    rule: str
    severity: str
    file: str
    table: str | None
    total: int
    listed: int


@dataclass
class Report:
    """What one run found and did.

    `findings` are samples once a rule has found very much in one file: `totals` has the exact number by rule and file.
    `tables` maps a table's name to its number of rows, `files` a file's path in the package to the table it holds (None: the
    descriptor, or what describes a table). `ignored` and `known` count, as `totals` does, what was left out on the user's
    word: by rule, or as known to a baseline; `stale` is how much of the baseline was not found any more.
    """

    where: str
    title: str = ""
    version: str = ""
    findings: list[Finding] = field(default_factory=list)
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)
    tables: dict[str, int] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    coverage: str = ""
    complete: bool = True  # False when something could not be read at all, so that the verdict is not the whole truth
    interrupted: bool = False  # by Ctrl-C
    strict: bool = False  # whether warnings count as errors
    error: str = ""  # why there was nothing to check
    home: Path | None = None  # the package's folder; None for an archive, which is unpacked only for the run
    files: dict[str, str | None] = field(default_factory=dict)
    ignored: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: Counter[tuple[str, str]] = field(default_factory=Counter)
    stale: int = 0
    settings: list[str] = field(default_factory=list)  # the files of the user's, or the package's, that had a say

    def counts(self) -> list[Count]:
        """How often each rule is broken in each file, and how many of these findings are listed; by file, then rule."""
        listed = self.listed()
        return [
            Count(rule, RULES[rule].severity, file, self.files.get(file), total, len(listed.get((rule, file), [])))
            for (rule, file), total in sorted(self.totals.items(), key=lambda item: item[0][::-1])
        ]

    @property
    def verdict(self) -> str:
        """One of: valid, invalid, incomplete (not all of it could be read), unusable (nothing could)."""
        return "unusable" if self.error else ("valid", "invalid", "incomplete")[self.exit_code]

    def listed(self) -> dict[tuple[str, str], list[Finding]]:
        """The findings that are listed, by rule and file."""
        listed: dict[tuple[str, str], list[Finding]] = {}
        for found in self.findings:
            listed.setdefault((found.rule, found.file), []).append(found)
        return listed

    def shown(self, file: str) -> str:
        """A file of the package as the user would name it: what terminals and editors make clickable."""
        return str(self.home / file) if self.home else file

    def uri(self, file: str) -> str | None:
        """A file's path from the working directory, with slashes; None where it lies elsewhere."""
        path = Path(os.path.relpath(self.home / file)) if self.home else None
        return path.as_posix() if path and ".." not in path.parts and not path.is_absolute() else None

    def total(self, severity: str) -> int:
        """How many findings there are of a severity, those included that are not among `findings`."""
        return sum(count for (rule, _), count in self.totals.items() if RULES[rule].severity == severity)

    @property
    def exit_code(self) -> int:
        """0 valid, 1 errors found (or warnings, if strict), 2 could not check everything."""
        return 2 if not self.complete else int(bool(self.total("error") or self.strict and self.total("warning")))
