"""Runs the rules of a profile on the tables of a package, with any backend."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from claimtrack.checks.messages import of_row
from claimtrack.core import limits
from claimtrack.core.backend import RuleEngine, Store, Verdict
from claimtrack.core.findings import Tally
from claimtrack.pipeline.profile import Columns, Profile
from claimtrack.reading.places import Places, Scanned
from claimtrack.reading.table import Table
from claimtrack.reading.text_frame import held_columns, nameable, text_frame

# A finding of these rules means that a cell's value cannot be trusted. A duplicate value can be trusted, so KEY102 is
# not among them.
BREAKING = ("TAB", "CEL", "KEY101", "KEY103")


@dataclass(frozen=True)
class Held:
    """A table and its rows, a frame of the backend's store.

    `stored` maps each field to the name of its column in the store.
    """

    scanned: Scanned
    rows: Any
    stored: Mapping[str, str]

    @property
    def table(self) -> Table:
        """The table as declared."""
        return self.scanned.table

    @property
    def places(self) -> Places:
        """The places of the table's records."""
        return self.scanned.places


@dataclass
class Outcome:
    """The result of running the rules.

    `ran` has the ids of the rules that ran, and `skipped` a line for each rule that could not run. `frames` are the
    typed tables by name, in the columns that `core.rules.rule` describes.
    """

    ran: list[str]
    skipped: list[str]
    frames: Mapping[str, Any]


def held_fields(columns: Columns, table: Table) -> dict[str, str]:
    """Returns the fields of a table that rules read, each with the name of its column in the store: its own name."""
    return {field.name: field.name for field in table.fields if field.name in columns and nameable(field.name)}


def hold_irregular(scanned: Scanned, columns: Columns, store: Store) -> None:
    """Adds the rows of an irregular table to the store, for the rules."""
    places, dialect, name = scanned.places, scanned.table.csv, scanned.table.name
    held, numbered = held_fields(columns, scanned.table), enumerate(places.read(), 1)
    content = ((number, record) for number, record in numbered if dialect.is_content(number, record.cells))
    store.add_rows(name, held_columns(text_frame(places, {}), held))  # it gives the columns of a table without rows
    while some := dict(islice(content, limits.RECORDS)):
        store.add_rows(name, held_columns(text_frame(places, some), held))


def coded(table: Table) -> dict[str, str]:
    """Returns the columns of a table whose `codeList` names a list of codes, each with the name of the list."""
    lists = {field.name: field.custom.get("codeList") for field in table.fields}
    return {name: codes for name, codes in lists.items() if isinstance(codes, str)}


def run_rules(
    profile: Profile,
    tables: Mapping[str, Held],
    tally: Tally,
    package: pl.DataFrame,
    lacking: Mapping[str, set[str]],
    engine: RuleEngine,
) -> Outcome:
    """Runs every rule whose tables exist, and adds its findings to `tally`, which has the findings of the standard.

    `package` is a frame of one row with the columns `name`, `version` and `created` (text, a day; each null where the
    descriptor has none).
    `lacking` has, by table, the columns of the profile that the table lacks or that have another type. Raises whatever
    a rule raises: that is an error in this program, never a finding.
    """
    broken = _broken(tables, tally, lacking)
    frames = {
        name: engine.typed(held.table.fields, held.rows, profile.columns[name].keys(), broken[name])
        for name, held in tables.items()
    }
    frames["package"] = engine.own(package)
    # The codes are told only if they are complete. Else a code would seem unknown if its column were missing.
    gaps = {"enums": _uncoded(profile, tables, lacking)}
    if not gaps["enums"]:
        frames["enums"] = _enums(tables, engine)
    known = [rule for rule in profile.rules_on_tables if rule.tables[0] in tables]
    wanted = {rule.id: tally.wants(rule.id, tables[rule.tables[0]].table.file, _named(rule.fields)) for rule in known}
    outcome, found = Outcome([], [], frames), {}
    for verdict in engine.verdicts(known, frames, wanted):
        found[verdict.rule.id] = verdict
    for rule in profile.rules_on_tables:
        lost = [gap for name in rule.tables if name not in frames for gap in gaps.get(name, [name])]
        lost = lost or [part for name in rule.tables for part in _parts(name, tables, broken.get(name, set()))]
        told = found.get(rule.id)
        if told is not None and told.absent is None:
            outcome.ran.append(rule.id)
            _enter(tables[rule.tables[0]], told, tally)
        elif lost:
            words = f"not checked, since {', '.join(lost)} did not pass the checks above"
            outcome.skipped.append(f"{rule.id} {rule.title}: {words}")
        elif told is not None and told.absent is not None:
            raise told.absent  # an error in the rule: every table and column that it may read exists
    return outcome


def _broken(tables: Mapping[str, Held], tally: Tally, lacking: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Returns, by table, the columns that are missing, and those with a cell that breaks the standard."""
    broken = defaultdict(set, {name: set(lacking.get(name, ())) for name in tables})
    for found in tally.samples:
        for name, held in tables.items():
            if found.file in held.table.files and found.rule.startswith(BREAKING):
                broken[name].update(found.field.split(", ") if found.field else held.table.names)
    return broken


def _parts(name: str, tables: Mapping[str, Held], columns: set[str]) -> list[str]:
    """Names columns of a table, or the table alone where these are all of them."""
    if name in tables and columns and columns >= {*tables[name].table.names}:
        return [name]
    return [f"{name}.{column}" for column in sorted(columns)]


def _named(fields: tuple[str, ...]) -> str | None:
    """Returns the fields as a finding names them."""
    return ", ".join(fields) or None


def _enter(held: Held, verdict: Verdict, tally: Tally) -> None:
    """Adds the findings on the rows that break a rule. Findings that the tally does not want are only counted."""
    rule, places = verdict.rule, held.places
    # If only the first rows are known, all findings are counted for the table's first file.
    known = len(verdict.rows) == verdict.total
    parts = places.by_file(verdict.rows) if known else [(held.table.file, verdict.rows)]
    for file, rows in parts:
        shown = rows[: tally.wants(rule.id, file, _named(rule.fields))].to_list()
        places.fetch(shown)
        tally.add(*(of_row(rule, places, row, rule.fields) for row in shown))
        rest = (len(rows) if known else verdict.total) - len(shown)
        tally.count(rule.id, file, rest, _named(rule.fields))


def _enums(tables: Mapping[str, Held], engine: RuleEngine) -> Any:
    """Returns the codes that the Table Schemas allow, as a frame of the engine.

    | column | type | null means |
    |---|---|---|
    | `list` | text, the name of a code list | never |
    | `code` | text, a code of the list | never |
    """
    pairs = {
        (codes, str(code))
        for held in tables.values()
        for name, codes in coded(held.table).items()
        for code in held.table.resource.schema.get_field(name).constraints.get("enum", [])
    }
    return engine.own(pl.DataFrame(sorted(pairs), schema={"list": pl.String, "code": pl.String}, orient="row"))


def _uncoded(profile: Profile, tables: Mapping[str, Held], lacking: Mapping[str, set[str]]) -> list[str]:
    """Returns the tables and columns with codes that are missing, or that are in `lacking`.

    The profile or the table's own Table Schema says that a column has codes.
    """
    gaps = []
    for name, fields in profile.columns.items():
        columns = {column for column, field in fields.items() if "codeList" in field}
        if name in tables:
            own = (columns | coded(tables[name].table).keys()) & lacking.get(name, set())
            gaps += [f"{name}.{column}" for column in sorted(own)]
        elif columns:
            gaps.append(name)
    return gaps
