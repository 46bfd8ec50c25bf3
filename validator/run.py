"""One validation from path to verdict."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from frictionless import FrictionlessException, Package

import schemas

from . import rules, standard
from .catalogue import RULES
from .findings import Finding
from .ledger import coverage
from .package import PROFILE, load
from .tables import Table, read


@dataclass
class Report:
    """What one run found and did. `tables` maps a table's name to its number of rows."""

    where: str
    title: str = ""
    version: str = ""
    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    coverage: str = ""
    complete: bool = True  # False when a table could not be read at all, so that the verdict is not the whole truth

    @property
    def exit_code(self) -> int:
        """0 valid, 1 errors found, 2 could not check everything."""
        return 2 if not self.complete else int(any(found.severity == "error" for found in self.findings))


def validate(where: str | Path) -> Report:
    """Checks a package whole. Raises Unusable when there is nothing to check."""
    report = Report(str(where))
    try:
        package = load(where)
    except FrictionlessException as error:
        descriptor = Path(where) / "datapackage.json" if Path(where).is_dir() else Path(where)
        report.findings += [standard.finding(reason, str(descriptor)) for reason in error.reasons or [error.error]]
        return report
    report.title, report.version = package.title or package.name or "", package.version or ""
    report.rules = [id for id, rule in RULES.items() if not rule.function]
    tables = {}
    for resource in package.resources:
        table = _read(resource, report)
        report.findings += standard.findings(resource, table)
        if table:
            tables[resource.name] = table
            report.tables[resource.name] = len(table.frame)
    if package.custom.get("conformsTo") == PROFILE:
        _claim_rules(package, tables, report)
    report.findings.sort(key=lambda found: (found.file, found.row or 0, found.column or 0, found.rule))
    return report


def _read(resource, report: Report) -> Table | None:
    """The table, or None with a finding where its file is missing, empty or not in the declared encoding."""
    path = Path(resource.basepath or "", resource.path)
    reason = None
    if not path.is_file():
        reason = "there is no such file" if not path.exists() else "this is not a regular file"
    elif not path.stat().st_size:
        reason = "the file is empty; a table has at least a header line"
    if reason:
        rule = RULES["FIL103"]
        report.findings.append(Finding(rule.id, rule.severity, resource.path, f"{rule.title}: {reason}", rule.mend))
        report.complete = False
        return None
    try:
        return read(resource)
    except (OSError, UnicodeDecodeError, LookupError):
        return None  # frictionless says why


def _claim_rules(package: Package, tables: dict[str, Table], report: Report) -> None:
    for name, fields in schemas.COLUMNS.items():
        lost = [f for f in fields if name in tables and f not in tables[name].resource.schema.field_names]
        if name not in tables and report.complete or lost:
            rule = RULES["PKG102"]
            what = f'the table "{name}"' if not lost else f'"{lost[0]}" in "{name}"'
            report.findings.append(Finding(rule.id, rule.severity, "datapackage.json", f"{rule.title}: {what}", rule.mend))
    facts = pl.DataFrame({"name": [package.name], "version": [package.version]}, schema={"name": pl.String, "version": pl.String})
    found, ran, report.skipped, frames = rules.run(tables, report.findings, facts)
    report.findings += found
    report.rules += ran
    if {"SEG206", "SEG101", "ANC102"} <= set(ran):
        report.coverage = coverage(frames["segments"], frames["anchors"])
