"""One validation from path to verdict."""

import zipfile
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

import narwhals as nw
import polars as pl
from frictionless import FrictionlessException, Resource

from . import descriptor, files, handover, keys, limits, profile, rules
from .catalogue import RULES
from .findings import Tally
from .form import SAMPLE, form
from .home import NoRoom
from .keystore import KeyStore
from .ledger import coverage
from .package import PROFILE, open_package
from .report import Report
from .scan import Changed, scan
from .tables import Table, TooLarge, Unreadable, open_content, records, text_frame
from .watchdog import Stuck, watchdog
from .wording import of_file


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Tells nobody how far a run is."""


def validate(where: str | Path, *, strict: bool = False, samples: int = limits.SAMPLES, block_size: int = limits.BLOCK, memory: int = limits.MEMORY, engine=None, tell=silent) -> Report:
    """Checks a package whole and returns what was found. Raises Unusable when there is nothing to check.

    `samples` findings are listed for one rule in one file; `block_size`, in bytes, is how much of a table is in memory at
    a time and `memory`, also in bytes, how much of the keys, and of the rows that rules of claim tracking look across: neither changes anything in the verdict. `tell` is called now and then with what is being done, and how many bytes of
    how many have been read. `engine` reads the tables, if it is not to be this machine alone: `spark.Spark`.
    """
    run = Run(where, strict, samples, block_size, memory, engine, tell)
    run.check()
    return run.report


class Run:
    """One validation. Its steps, in order: descriptor, files, tables, keys, rules between columns and tables."""

    def __init__(self, where: str | Path, strict: bool = False, samples: int = limits.SAMPLES, block_size: int = limits.BLOCK, memory: int = limits.MEMORY, engine=None, tell=silent):
        self.report, self.tally = Report(str(where), strict=strict), Tally(samples)
        self.loaded = open_package(where)
        self.report.home, self.report.files = self.loaded.path.parent, self.loaded.files
        self.samples, self.block_size = samples, block_size
        self.engine, self.store = engine, engine.store if engine else KeyStore(memory)
        self.tell, self.done, self.size = tell, 0, 0  # bytes
        self.tables: dict[str, Table] = {}  # the CSV tables that could be read, by name
        self.stuck = 0  # tables given up on, since a call did not come back
        self.garbled: set[str] = set()  # files that are not what is declared: of references to them frictionless has its own verdict
        self.needed: dict[str, set[str]] = {}  # the columns of keys, by table
        self.read: dict[str, int] = {}  # how many rows frictionless read of a table
        self.cells: dict[str, Tally] = {}  # findings on their cells, which mean nothing of an irregular table

    def check(self) -> None:
        """Takes all steps; `report` then says what was found."""
        self.tally.add(*self.loaded.findings, *descriptor.findings(self.loaded))
        self.report.skipped += self.loaded.left_out
        self.report.complete = self.loaded.complete
        self.report.rules = [id for id, rule in RULES.items() if not rule.function and id != "EDT101"]  # that one goes with the claim rules
        try:
            if self.loaded.package:
                self._check_package()
        except KeyboardInterrupt:
            self.report.interrupted = True
            self._stopped("after the interruption")
        except NoRoom as error:
            mend = "free some disk, name another folder in TMPDIR, or raise --memory"
            self._stopped(f"after the tables and keys beyond --memory found no room ({error}): {mend}")
        finally:
            self.store.close()
        self.report.findings = sorted(self.tally.samples, key=lambda found: (found.file, found.row or 0, found.column or 0, found.rule))
        self.report.totals = self.tally.totals

    def _check_package(self) -> None:
        package, report = self.loaded.package, self.report
        report.title, report.version = self._about("title") or self._about("name"), self._about("version")
        self.tally.add(*files.strangers(self.loaded))
        tables = [self.report.home / name for name, table in self.report.files.items() if table is not None]
        self.size = sum(path.stat().st_size for path in tables if path.is_file())
        self.needed = keys.needed(package)
        readable = [resource for resource in package.resources if self._openable(resource) and self._guarded(resource, self._scan)]
        unread = {resource.name for resource in package.resources} - {resource.name for resource in readable}
        self.tables = {name: table for name, table in self.tables.items() if name not in unread}
        for resource in readable:
            if resource.tabular:
                self._forget_references(resource, unread - self.garbled)
        for resource in readable:
            self.tell(f"checking {resource.path or resource.name}", self.done, self.size)
            if self._guarded(resource, self._judge) and resource.name in self.tables:
                report.tables[resource.name] = self.tables[resource.name].rows
            elif resource.tabular and ("FIL102", resource.path) not in self.tally.totals and resource.name in self.read:
                report.tables[resource.name] = self.read[resource.name]
        if package.custom.get("conformsTo") == PROFILE:
            self.tell("checking the rules between columns, rows and tables", self.done, self.size)
            self._claim_rules()

    def _stopped(self, when: str) -> None:
        """It cannot go on: the report says what was found so far, and that it is not all."""
        self.report.complete = False
        self.report.skipped.append(f"everything {when}; what is listed was found before it")
        for name, found in self.cells.items():
            if name not in self.report.tables and self.tables[name].regular:
                self.tally.merge(found)

    def _about(self, key: str) -> str:
        value = self.loaded.descriptor.get(key)
        return value if isinstance(value, str) else ""

    # ------------------------------------------------------------------------------------------------------- the files

    def _openable(self, resource: Resource) -> bool:
        """Whether each file of a resource can be read, within bounds; says so where not."""
        beyond = self.engine.formats if self.engine else ()
        if resource.tabular and resource.format not in files.FORMATS and resource.format not in beyond:
            return self._lost("FIL102", resource, f'the format "{resource.format}" is not read here; save the table as CSV')
        if refused := files.refusal(resource):
            name, reason = refused
            return self._lost("FIL103", resource, reason, name)
        return resource.format in beyond or self._guarded(resource, files.bound)

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

    def _guarded(self, resource: Resource, step: Callable[[Resource], None]) -> bool:
        """Takes one step for one resource; returns whether it could be taken, having said so where not."""
        if self.stuck == limits.MAX_STUCK:
            return self._lost("FIL106", resource, f"not checked, since {limits.MAX_STUCK} tables before it took too long")
        try:
            step(resource)
        except TooLarge as error:
            return self._lost("FIL105", resource, str(error))
        except Unreadable as error:
            return self._lost("FIL102", resource, str(error))
        except Changed:
            return self._lost("FIL107", resource, "its size or time of change is another than at the start")
        except Stuck as error:
            self.stuck += 1
            return self._lost("FIL106", resource, f"reading {error} took more than {limits.STUCK:g} seconds in one call")
        except handover.Failed as error:
            return self._lost("FIL106", resource, str(error))
        except OSError as error:
            return self._lost("FIL103", resource, error.strerror or str(error))
        except (zipfile.BadZipFile, EOFError, UnicodeError, LookupError, FrictionlessException) as error:
            if isinstance(error, (KeyError, IndexError)):
                raise  # an error of ours; an encoding that Python lacks is a LookupError and no more
            self.garbled.add(resource.name)
            return self._lost("FIL102", resource, str(error)[:200])
        return True

    # ------------------------------------------------------------------------------------------------------ the tables

    def _scan(self, resource: Resource) -> None:
        """Reads a CSV table's file once; leaves other resources to frictionless, but for those that the engine can read."""
        if resource.tabular and self.engine and resource.format in self.engine.formats:
            found, wanted = Tally(self.samples), self.needed[resource.name]
            self.cells[resource.name] = found
            self.tables[resource.name] = self.engine.scan_columns(resource, wanted, self._claims(resource), self.tally, found)
            return
        if not Table.is_csv(resource):
            return
        table = Table(resource, resource.path, Path(resource.basepath or "", resource.path))
        with watchdog("the file's dialect"), open_content(resource, table.path) as handle:
            table.form = form(resource, handle.read(SAMPLE))
        self.tables[resource.name], self.cells[resource.name] = table, Tally(self.samples)
        wanted = self.needed[resource.name]
        schema = resource.schema
        known = schema.fields and all(schema.has_field(name) and keys.keyable(schema.get_field(name)) for name in wanted)
        if not known or len({name.casefold() for name in wanted}) < len(wanted):  # names that DuckDB would take for one
            table.form = table.form.irregular()
        read = self.engine.scan if self.engine else scan
        keep = partial(self._keep, table) if self._claims(resource) else None
        try:
            read(table, wanted, keep, self.store, self.tally, self.cells[resource.name], self.block_size, self._told)
        except (handover.Failed, Stuck):  # over a cell: what was found before is true all the same
            self.tally.merge(self.cells[resource.name])
            raise

    def _told(self, table: Table, size: int) -> None:
        """Tells that so many bytes more of a table have been read."""
        self.done += size
        self.tell(f"reading {table.file}", self.done, self.size)

    def _claims(self, resource: Resource) -> bool:
        """Whether the rules of claim tracking look at a table."""
        return self.loaded.package.custom.get("conformsTo") == PROFILE and resource.name in profile.columns()

    def _keep(self, table: Table, part: pl.DataFrame) -> None:
        """Keeps some more rows of a table for them."""
        self.store.keep(table.name, rules.narrowed(table, part))

    def _judge(self, resource: Resource) -> None:
        """Enters the findings on cells and keys: ours where all is proven regular, else frictionless's."""
        table = self.tables.get(resource.name)
        if table and self._provable(table):
            self.tally.merge(self.cells[resource.name])
            keys.check(table, self.store, self.tally)
            keys.check_ours(table, self.store, self.tally)
        elif table and table.regular:  # a table that it refers to is irregular
            self.tally.merge(self.cells[resource.name], only=[rule for rule in RULES if rule.startswith("HYG")])
            keys.check_ours(table, self.store, self.tally)
            if table.source:
                why = "a table that it refers to has a form that only frictionless reads, and frictionless is not asked of this format"
                self._lost("FIL106", resource, f"its cells and references are not checked: {why}")
            else:
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
            self.read[resource.name] = handover.judge(resource, table, resource.path or self.loaded.path.name, standard, ours)
        finally:  # what was found before it broke off is true all the same
            self.tally.merge(standard)
            if ours is not None:
                self.tally.merge(ours)
        if table and not table.regular and self._claims(resource):
            content = ((n, record) for n, record in enumerate(records(table), 1) if table.form.is_content(n, record.cells))
            self._keep(table, text_frame(table, {}))  # which tells the columns of a table without rows
            while some := dict(islice(content, limits.RECORDS)):
                self._keep(table, text_frame(table, some))

    # ------------------------------------------------------------------------------------------------- the claim rules

    def _claim_rules(self) -> None:
        for name, table in self.tables.items():
            table.frame = self.store.rows_of(name) if table.frame is None else table.frame
        tables = {name: table for name, table in self.tables.items() if table.frame is not None}
        findings, lacking = profile.lacks(self.loaded, tables)
        self.tally.add(*findings)
        package = self.loaded.package
        facts = pl.DataFrame({"name": [package.name], "version": [package.version]}, schema={"name": pl.String, "version": pl.String})
        engine = self._rules_engine()
        ran, skipped, frames = rules.run(tables, self.tally, facts, lacking, engine)
        self.report.rules += ran
        self.report.skipped += skipped
        if {"SEG101", "SEG205", "SEG206", "ANC102"} <= set(ran):  # which read every column that the coverage is counted from
            self.report.coverage = coverage(*(nw.from_native(frames[name]).lazy() for name in ("segments", "anchors")))

    def _rules_engine(self) -> rules.Local:
        if self.engine:
            return self.engine.rules()
        if not self.store.spilled:
            return rules.Local()
        from .disk_rules import Disk  # here, since what fits in memory need not wait for it

        return Disk(self.store)
