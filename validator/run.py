"""One validation from path to verdict."""

import os
import stat
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import polars as pl
from frictionless import FrictionlessException, Resource

import schemas

from . import descriptor, handover, keys, limits, rules
from .catalogue import RULES
from .findings import Finding, Tally
from .form import SAMPLE, form
from .ledger import coverage
from .package import PROFILE, open_package
from .scan import Changed, keyable, scan
from .tables import OPENERS, Table, TooLarge, open_content, open_regular, text_frame
from .tables import records as table_records
from .watchdog import Stuck, watchdog
from .wording import of_file

# The formats of tables that frictionless reads from a file; others lead to a database or a service.
FORMATS = {"csv", "tsv", "json", "jsonl", "ndjson", "geojson", "xlsx", "xls", "ods", "parquet", "inline", None, ""}


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


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Tells nobody how far a run is."""


def validate(where: str | Path, *, strict: bool = False, samples: int = limits.SAMPLES, block_size: int = limits.BLOCK, tell=silent) -> Report:
    """Checks a package whole. `samples` are listed a rule and file; `block_size` is in bytes; `tell` is called now and then
    with what is being done and how many bytes of how many have been read. Raises Unusable when there is nothing to check."""
    return Run(where, strict, samples, block_size, tell).report


class Run:
    """The steps of one validation, in order: descriptor, files, tables, keys, rules."""

    def __init__(self, where: str | Path, strict: bool, samples: int, block_size: int, tell=silent):
        self.report, self.tally = Report(str(where), strict=strict), Tally(samples)
        self.loaded = open_package(where)
        self.report.home, self.report.files = self.loaded.path.parent, self.loaded.files
        self.samples, self.block_size = samples, block_size
        self.tell, self.read, self.size = tell, 0, 0  # bytes
        self.tables: dict[str, Table] = {}
        self.cells: dict[str, Tally] = {}  # findings on the cells of tables, which mean nothing of an irregular one
        self.tally.add(*self.loaded.findings, *descriptor.findings(self.loaded))
        self.report.skipped += self.loaded.left_out
        self.report.complete = self.loaded.complete
        self.report.rules = [id for id, rule in RULES.items() if not rule.function and id != "EDT101"]
        if self.loaded.package:
            self._package()
        self.report.findings = sorted(self.tally.samples, key=lambda found: (found.file, found.row or 0, found.column or 0, found.rule))
        self.report.totals = self.tally.totals

    def _package(self) -> None:
        package, report = self.loaded.package, self.report
        report.title, report.version = self._about("title") or self._about("name"), self._about("version")
        self._strangers()
        unread = {resource.name for resource in package.resources if not self._openable(resource)}
        for resource in package.resources:
            if resource.name not in unread and resource.tabular:
                self._forget_references(resource, unread)
        for resource in package.resources:
            if resource.name not in unread and not self._guarded(resource, self._scan):
                unread.add(resource.name)
        for resource in package.resources:
            self.tell(f"checking {resource.path or resource.name}", self.read, self.size)
            if resource.name not in unread and self._guarded(resource, self._judge) and resource.name in self.tables:
                report.tables[resource.name] = self.tables[resource.name].rows
        if package.custom.get("conformsTo") == PROFILE:
            self.tell("checking the rules between columns, rows and tables", self.read, self.size)
            self._claim_rules()

    def _about(self, key: str) -> str:
        value = self.loaded.descriptor.get(key)
        return value if isinstance(value, str) else ""

    # ------------------------------------------------------------------------------------------------------- the files

    def _strangers(self) -> None:
        """Files that lie among the package's data and that no resource names."""
        home = self.loaded.path.parent
        data = {Path(path) for resource in self.loaded.package.resources for path in resource.paths}
        named = data | {Path(path) for path in self.loaded.sources.values()}
        for folder in sorted({path.parent for path in data if path.parent != Path()}):
            for entry in sorted(os.scandir(home / folder), key=lambda entry: entry.name) if (home / folder).is_dir() else []:
                known = folder / entry.name in named or entry.name.startswith(".") or entry.name.lower() == "readme.md"
                if entry.is_file() and not known:
                    self.tally.add(of_file("FIL104", str(folder / entry.name), "no resource has this path"))

    def _openable(self, resource: Resource) -> bool:
        """Whether each file of a resource is there, regular, not empty and within bounds; says so where not."""
        home = Path(resource.basepath or "")
        if resource.tabular and resource.format not in FORMATS:
            return self._lost("FIL102", resource, f'the format "{resource.format}" is none that is read from a file here')
        for name in resource.paths:
            path, reason = home / name, None
            try:
                status = path.stat()
                if not stat.S_ISREG(status.st_mode):
                    reason = "this is not a regular file"
                elif not status.st_size:
                    reason = "the file is empty; a table has at least a header line"
                else:
                    open_regular(path).close()
                    self.size += status.st_size
            except FileNotFoundError:
                reason = "there is no such file"
            except OSError as error:
                reason = error.strerror or str(error)
            if reason:
                return self._lost("FIL103", resource, reason, name)
        return self._guarded(resource, self._unpacks)

    def _unpacks(self, resource: Resource) -> None:
        """Raises TooLarge when a packed file holds more than is read, or a table that is read whole is larger."""
        if not resource.path or not resource.tabular:
            return
        path = Path(resource.basepath or "", resource.path)
        bound = f"{limits.MAX_UNPACKED // limits.MIB} MiB"
        if resource.compression == "zip" or resource.format in ("xlsx", "ods"):
            with zipfile.ZipFile(path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
        elif resource.compression in OPENERS:
            size = 0
            with open_content(resource, path) as content:
                while size <= limits.MAX_UNPACKED and (piece := content.read(limits.MIB)):
                    size += len(piece)
        else:
            size = path.stat().st_size if resource.format not in ("csv", "tsv") else 0
        if size > limits.MAX_UNPACKED:
            raise TooLarge(f"its content is larger than {bound}; unpack it, or save it as CSV")

    def _forget_references(self, resource: Resource, unread: set[str]) -> None:
        """Takes out references to tables that cannot be read: frictionless would lay the blame on this table."""
        kept = [key for key in resource.schema.foreign_keys if key["reference"]["resource"] not in unread]
        for key in resource.schema.foreign_keys:
            if key not in kept:
                columns, target = ", ".join(key["fields"]), key["reference"]["resource"]
                self.report.skipped.append(f'KEY103 on {resource.path}: column {columns} not checked, since "{target}" could not be read')
        if len(kept) < len(resource.schema.foreign_keys):
            resource.schema.foreign_keys = kept

    def _lost(self, rule: str, resource: Resource, reason: str, file: str | None = None) -> bool:
        """Enters that a resource could not be checked; returns False."""
        self.tally.add(of_file(rule, file or resource.path or resource.name, reason))
        self.report.complete = False
        return False

    def _guarded(self, resource: Resource, step) -> bool:
        """Takes one step for one resource; returns whether it could be taken, having said so where not."""
        try:
            step(resource)
        except TooLarge as error:
            return self._lost("FIL105", resource, str(error))
        except Changed:
            return self._lost("FIL107", resource, "its size or time of change is another than at the start")
        except Stuck as error:
            return self._lost("FIL106", resource, f"reading {error} took more than {limits.STUCK:g} seconds in one call")
        except handover.Failed as error:
            return self._lost("FIL106", resource, str(error))
        except OSError as error:
            return self._lost("FIL103", resource, error.strerror or str(error))
        except (zipfile.BadZipFile, EOFError, UnicodeError, LookupError, FrictionlessException) as error:
            return self._lost("FIL102", resource, str(error)[:200])
        return True

    # ------------------------------------------------------------------------------------------------------ the tables

    def _scan(self, resource: Resource) -> None:
        """Reads a CSV table's file once; leaves other resources to frictionless."""
        if not (resource.tabular and resource.path and resource.format in ("csv", "tsv")):
            return
        table = Table(resource, resource.path, Path(resource.basepath or "", resource.path))
        with watchdog("the file's dialect"), open_content(resource, table.path) as handle:
            table.form = form(resource, handle.read(SAMPLE))
        self.tables[resource.name], self.cells[resource.name] = table, Tally(self.samples)
        wanted = keys.needed(resource, self.loaded.package)
        schema = resource.schema
        if not schema.fields or not all(schema.has_field(name) and keyable(schema.get_field(name)) for name in wanted):
            table.form = table.form.irregular()
        scan(table, wanted, self._claims(resource), self.tally, self.cells[resource.name], self.block_size, self._read)

    def _read(self, table: Table, size: int) -> None:
        self.read += size
        self.tell(f"reading {table.file}", self.read, self.size)

    def _claims(self, resource: Resource) -> bool:
        return self.loaded.package.custom.get("conformsTo") == PROFILE and resource.name in schemas.COLUMNS

    def _judge(self, resource: Resource) -> None:
        """Enters the findings on cells and keys: ours where all is proven regular, else frictionless's."""
        table = self.tables.get(resource.name)
        if table and self._provable(table):
            self.tally.merge(self.cells[resource.name])
            keys.check(table, self.tables, self.tally)
            keys.check_ours(table, self.tally)
        elif table and table.regular:  # a table that it refers to is irregular
            self.tally.merge(self.cells[resource.name], only=[rule for rule in RULES if rule.startswith("HYG")])
            keys.check_ours(table, self.tally)
            self._hand_over(resource, table, None)
        else:
            self._hand_over(resource, table, Tally(self.samples))

    def _provable(self, table: Table) -> bool:
        targets = {name for name, _ in keys.references(table.resource)}
        known = all(name in self.tables and self.tables[name].regular for name in targets)
        return table.regular and known and keys.comparable(table.resource, self.loaded.package)

    def _hand_over(self, resource: Resource, table: Table | None, ours: Tally | None) -> None:
        standard = Tally(self.samples)
        try:
            handover.judge(resource, table, standard, ours)
        finally:  # what was found before it broke off is true all the same
            self.tally.merge(standard)
            if ours is not None:
                self.tally.merge(ours)
        if table and self._claims(resource):
            table.frame = text_frame(table, {n: r for n, r in enumerate(table_records(table), 1) if table.form.is_content(n, r.cells)})

    # ------------------------------------------------------------------------------------------------- the claim rules

    def _claim_rules(self) -> None:
        tables = {name: table for name, table in self.tables.items() if table.frame is not None}
        for name, fields in schemas.COLUMNS.items():
            lost = [f for f in fields if name in tables and f not in tables[name].names]
            if not self.loaded.package.has_resource(name) and self.report.complete or lost:
                what = f'the table "{name}"' if not lost else f'"{lost[0]}" in "{name}"'
                self.tally.add(of_file("PKG102", self.loaded.path.name, what))
        package = self.loaded.package
        facts = pl.DataFrame({"name": [package.name], "version": [package.version]}, schema={"name": pl.String, "version": pl.String})
        ran, skipped, frames = rules.run(tables, self.tally, facts)
        self.report.rules += ran
        self.report.skipped += skipped
        if {"SEG206", "SEG101", "ANC102"} <= set(ran):
            self.report.coverage = coverage(frames["segments"], frames["anchors"])
