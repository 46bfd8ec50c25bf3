"""Runs one validation, from an opened package to its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from claimtrack.backends.local.backend import Local, small_queries
from claimtrack.backends.protocol import Backend, ScanRequest
from claimtrack.checks.causes import Causes
from claimtrack.checks.declared import check_declared
from claimtrack.checks.descriptor import check_descriptor, forget_references, is_applicable, unsound_parts
from claimtrack.checks.json_profile import check_profiles
from claimtrack.checks.key_kinds import are_comparable, columns_of_keys
from claimtrack.checks.keys import check_keys, check_our_keys
from claimtrack.checks.texts import check_texts
from claimtrack.core import limits
from claimtrack.core.errors import LibraryFailed, NoRoom, Stuck
from claimtrack.core.findings import Tally
from claimtrack.core.loading import loading
from claimtrack.core.report import Report
from claimtrack.core.standard_rules import STANDARD
from claimtrack.core.watchdog import deadline
from claimtrack.package import files
from claimtrack.package.formats import why_unread
from claimtrack.package.opened import OpenedPackage, with_places
from claimtrack.package.records import large_cells
from claimtrack.package.shown_path import shown_path
from claimtrack.pipeline.dialects import with_dialect
from claimtrack.pipeline.guard import Guard
from claimtrack.pipeline.profile import AnyProfile, Profile, declared, lacks, new_report, undeclared
from claimtrack.pipeline.profile_rules import Held, held_fields, hold_irregular, run_rules
from claimtrack.pipeline.progress import Tell, silent
from claimtrack.reading.places import Scanned
from claimtrack.reading.table import Table

if TYPE_CHECKING:
    from frictionless import Package, Resource


def validate_opened(
    opened: OpenedPackage,
    profiles: Sequence[AnyProfile] = (),
    backend: Backend | None = None,
    strict: bool = False,
    samples: int = limits.SAMPLES,
    block_size: int = limits.BLOCK,
    tell: Tell = silent,
) -> Report:
    """Checks a whole package and returns the report.

    The package is checked against the one of `profiles` that it declares. At most `samples` findings are listed for
    one rule in one file, and the first in each column. `block_size` is the number of bytes of a table that are in
    memory at a time. `tell` is called with the current step, the number of bytes read and the number of all bytes.
    """
    engine: Backend = backend or Local()
    run = Run(opened, profiles, engine, strict, samples, block_size, tell)
    paths = [opened.root / name for name in opened.files]
    seconds = limits.SECONDS + limits.SECONDS_PER_MIB * files.size_together(paths) / limits.MIB
    # Spark has bounds of its own, and does most of its work in other processes.
    with large_cells(), deadline(seconds if isinstance(engine, Local) else float("inf")):
        run.check()
    return run.report


class Run:
    """One validation. Its steps are, in order: the descriptor, files, tables, keys, and the rules of a profile."""

    def __init__(
        self,
        opened: OpenedPackage,
        profiles: Sequence[AnyProfile],
        backend: Backend,
        strict: bool,
        samples: int,
        block_size: int,
        tell: Tell,
    ):
        self.opened, self.profiles, self.backend, self.tell = opened, profiles, backend, tell
        backend.values = opened.may_quote
        self.profile = declared(opened, profiles)
        self.report = new_report(opened, self.profile, strict)
        self.tally, self.samples, self.block_size, self.done, self.size = Tally(samples), samples, block_size, 0, 0
        self.tables: dict[str, Scanned] = {}  # the tables that could be read, by name
        self.guard = Guard(self.report, self.tally, backend.failures, opened.may_quote)
        self.columns_of_keys: dict[str, set[str]] = {}  # by table
        self.unpacked: Counter[str] = Counter()  # bytes of the content of compressed files, by resource
        self.read: dict[str, int] = {}  # by table, the number of rows that frictionless read
        self.lost: set[str] = set()  # the tables whose descriptions cannot be applied
        self.causes = Causes(opened)
        self.cells: dict[str, Tally] = {}  # by table, the findings on cells until they are known to be valid

    def check(self) -> None:
        """Runs all steps and fills `report`."""
        opened, report = self.opened, self.report
        self.tally.add(*opened.findings)
        self.guard.asks("the properties of the descriptor", lambda: self.tally.add(*check_descriptor(opened)))
        self.guard.asks("the profiles of the descriptor", lambda: self.tally.add(*check_profiles(opened)))
        self.guard.asks("the texts of the descriptor", lambda: self.tally.add(*check_texts(opened)))
        self.guard.asks("the declared profile", lambda: self.tally.add(*undeclared(opened, self.profiles)))
        if not (isinstance(self.backend, Local) and is_applicable(opened)):
            opened.ask_frictionless()
            for resource in opened.package.resources if opened.package else []:
                if not self.guard.takes(resource, self._take_out):
                    self.lost.add(resource.name)
        report.not_checked += opened.not_checked
        report.skipped += opened.left_out
        try:
            self.guard.asks("the package", self._check_package)
        except KeyboardInterrupt:
            report.interrupted = True
            self._stopped("after the interruption")
        except NoRoom as error:
            mend = "free some disk, name another folder in TMPDIR, or raise --memory"
            self._stopped(f"after the tables and keys beyond --memory found no room ({error}): {mend}")
        finally:
            self.backend.store.close()
        report.findings = with_places(opened, self.tally.samples)
        report.not_checked = with_places(opened, report.not_checked)
        report.totals, report.kinds = self.tally.totals, self.tally.kinds

    def _take_out(self, resource: Resource) -> None:
        """Removes what cannot be applied from the description of a table, with a finding or a note on it."""
        for part in unsound_parts(self.opened, resource):
            part.take_out()
            self.tally.add(*([part.finding] if part.finding else []))
            self.opened.left_out += [part.note] if part.note else []

    def _check_package(self) -> None:
        """Checks the files, and then the tables if there is a package."""
        package, report = self.opened.package, self.report
        if package is None:
            return
        report.title, report.version = self.opened.title, self.opened.text("version")
        self.guard.asks("the files beside the tables", lambda: self.tally.add(*files.strangers(self.opened)))
        self.size = sum(files.size_of(self.opened.root / name) for each in package.resources for name in each.paths)
        self.columns_of_keys = columns_of_keys(package)
        with small_queries() if self.size <= self.block_size else nullcontext():
            self._check_tables(package)

    def _check_tables(self, package: Package) -> None:
        """Reads the tables, and checks their keys and the rules of a profile."""
        report, sound = self.report, [each for each in package.resources if each.name not in self.lost]
        readable = [each for each in sound if self._openable(each) and self.guard.takes(each, self._scan)]
        unread = {resource.name for resource in package.resources} - {resource.name for resource in readable}
        self.tables = {name: table for name, table in self.tables.items() if name not in unread}
        unread |= {name for name, table in self.tables.items() if table.places.broken}
        for resource in (each for each in readable if each.tabular):
            report.skipped += forget_references(resource, unread, "could not be read whole")
            report.skipped += forget_references(resource, self.opened.without_schema, "has no Table Schema here")
        for resource in readable:
            shown = shown_path(resource) or resource.name
            self.tell(f"checking {shown}", self.done, self.size)
            if (judged := self.guard.takes(resource, self._judge)) and resource.name in self.tables:
                scanned = self.tables[resource.name]
                report.tables[resource.name] = scanned.rows if scanned.regular else scanned.places.rows
            elif resource.tabular and resource.name in self.read and ("FIL102", shown) not in self.tally.totals:
                report.tables[resource.name] = self.read[resource.name]
            _ = judged and self.guard.takes(resource, self._hold)
        if self.profile:
            self.tell("checking the rules between columns, rows and tables", self.done, self.size)
            self.guard.asks(f"the rules of {self.profile.name}", partial(self._check_rules, self.profile))

    def _stopped(self, when: str) -> None:
        """Ends the run early: the report has the findings so far, and says that they are not all."""
        self.report.finished = False
        self.report.skipped.append(f"everything {when}; what is listed was found before it")
        for name in list(self.cells):
            self._take_cells(name)

    def _openable(self, resource: Resource) -> bool:
        """Tells whether each file of a resource can be read within bounds. If not, this is noted."""
        beyond = self.backend.formats
        if why := why_unread(resource, self.opened.resource(resource.name), beyond):
            return self.guard.not_read("FIL109", resource, *why)
        if refused := files.refusal(resource, self.opened.source):
            name, reason = refused
            return self.guard.unopened(resource, reason, name if resource.extrapaths else shown_path(resource))
        within = partial(files.refuse_beyond_bounds, unpacked=self.unpacked)
        return resource.format in beyond or self.guard.takes(resource, within)

    def _hold(self, resource: Resource) -> None:
        """Holds a resource to what it declares of its file, as far as frictionless passes over it."""
        scanned, rows = self.tables.get(resource.name), self.report.tables.get(resource.name)
        for found in check_declared(self.opened, resource, scanned, rows):
            self.tally.add(found)

    def _scan(self, resource: Resource) -> None:
        """Reads the files of a table once. A resource of another format is skipped, unless the backend can read it."""
        is_csv = Table.is_csv(resource)
        if not is_csv and not (resource.tabular and resource.format in self.backend.formats):
            return
        name, source, on_cells = resource.name, self.opened.source, Tally(self.samples)
        self.cells[name] = on_cells
        keys, table = frozenset(self.columns_of_keys[name]), Table(resource, source)
        held = held_fields(self.profile.columns[name], table) if self._is_held(resource) and self.profile else None
        request = ScanRequest(keys, held, self.tally, on_cells, self.block_size, self._told)
        if not is_csv:
            self.tables[name] = self.backend.scan_columns(resource, source, request)
            return
        try:
            scanned = self.tables[name] = self.backend.scan(with_dialect(table, keys), request)
            self.causes.look_at(scanned, self.tally)
        except (LibraryFailed, Stuck):  # raised for a cell; findings on other cells are still true
            self._take_cells(name)
            raise

    def _told(self, file: str, size: int) -> None:
        """Reports that `size` more bytes of a file have been read."""
        self.done += size
        self.tell(f"reading {file}", self.done, self.size)

    def _is_held(self, resource: Resource) -> bool:
        """Tells whether the rules of a profile read a table."""
        return bool(self.profile and resource.name in self.profile.columns)

    def _judge(self, resource: Resource) -> None:
        """Adds the findings on cells and keys: our own if the table is proven regular, else those of frictionless."""
        scanned, store = self.tables.get(resource.name), self.backend.store
        if scanned and scanned.regular and self._is_provable(scanned):
            self._take_cells(resource.name)
            check_keys(scanned, store, self.tally)
            check_our_keys(scanned, store, self.tally)
        elif scanned and scanned.regular:  # it refers to a table that is irregular or has another kind of key
            ours = [rule for rule in STANDARD if rule.startswith(("HYG", "EDT"))]
            self._take_cells(resource.name, only=ours)
            check_our_keys(scanned, store, self.tally)
            if resource.format in self.backend.formats:
                why = "a table that it refers to has a form that only frictionless reads, and frictionless is not asked"
                self.guard.lost("FIL106", resource, f"its cells and references are not checked: {why} of this format")
            else:
                self._fall_back(resource, scanned, None)
        else:
            self._fall_back(resource, scanned, Tally(self.samples))

    def _take_cells(self, name: str, only: Sequence[str] | None = None) -> None:
        """Adds the findings on the cells of a table, once. An irregular table has none."""
        self.tally.merge(self.cells.pop(name), only)

    def _is_provable(self, scanned: Scanned) -> bool:
        """Tells whether all references of a table lead to regular tables, and can be compared."""
        targets = {key.resource for key in scanned.table.keys.foreign}
        known = all(name in self.tables and self.tables[name].regular for name in targets)
        package = self.opened.package
        return bool(package and known and are_comparable(scanned.table.resource, package))

    def _fall_back(self, resource: Resource, scanned: Scanned | None, ours: Tally | None) -> None:
        """Has frictionless read a table row by row.

        `ours` gets the findings that frictionless does not make. It is None where these are known already.
        """
        with loading():
            from claimtrack.checks.fallback import check_row_by_row  # only here, since it loads frictionless

        standard, places = Tally(self.samples), scanned.places if scanned else None
        try:
            file = shown_path(resource) or self.opened.path.name
            self.report.finished &= not (places and places.broken)
            with files.unchanged(resource, self.opened.source):
                self.read[resource.name] = check_row_by_row(resource, places, file, standard, ours, self.causes)
        finally:  # findings from before an exception are still true
            self.tally.merge(standard)
            if ours is not None:
                self.tally.merge(ours)
        if scanned and places and not scanned.regular and self._is_held(resource) and self.profile:
            hold_irregular(scanned, self.profile.columns[resource.name], self.backend.store)

    def _check_rules(self, profile: Profile) -> None:
        """Runs the rules of a profile, and adds its summary."""
        package, store = self.opened.package, self.backend.store
        assert package is not None
        tables = {}
        for name, scanned in self.tables.items():
            if name in profile.columns and (rows := store.rows_of(name)) is not None:
                tables[name] = Held(scanned, rows, held_fields(profile.columns[name], scanned.table))
        read = {name: (held.table, held.places.columns) for name, held in tables.items()}
        findings, lacking = lacks(profile, self.opened, read)
        self.tally.add(*findings)
        created = str(self.opened.descriptor.get("created") or "")[:10] or None
        facts = {"name": package.name, "version": package.version, "created": created}
        about = pl.DataFrame([facts], schema=dict.fromkeys(facts, pl.String))
        outcome = run_rules(profile, tables, self.tally, about, lacking, self.backend.rules())
        self.report.rules += outcome.ran
        self.report.skipped += outcome.skipped
        if self.opened.values and profile.summary and profile.summary_rules <= set(outcome.ran):
            import narwhals as nw  # only here, because a package without a profile does not need it

            frames = (nw.from_native(outcome.frames[name]).lazy() for name in profile.summary_tables)
            self.report.summary = profile.summary(*frames)
