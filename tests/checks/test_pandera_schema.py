"""Pandera decides: row for row what the same rules find on disk, whatever the environment says; of plain frames too."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import narwhals as nw
import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors

import schemas
from claimtrack.backends.local.backend import Local
from claimtrack.backends.local.in_memory import InMemory
from claimtrack.backends.local.on_disk import OnDisk
from claimtrack.backends.local.spill import SpillingStore
from claimtrack.core.backend import Verdict
from claimtrack.core.rules import BETWEEN_VERSIONS, Rule
from tests.conftest import ROOT
from tests.schemas.test_rules import DEFECTS
from tests.tools.example import Example
from tests.tools.support import PROFILE, RULES, claimtrack, in_a_process, read_descriptor, validate

DEFECTIVE = [id for id in DEFECTS if RULES[id].tables != BETWEEN_VERSIONS]


class BothWays(InMemory):
    """Asks every rule of Pandera, and of DuckDB for the same rows on disk; keeps what both say.

    What a rule reads is put on disk once, as long as it is the same from package to package.
    """

    def __init__(self) -> None:
        self.store = SpillingStore(1)
        self.there = OnDisk(self.store)
        self.frames: dict[str, tuple[pl.DataFrame, Any]] = {}
        self.asked: dict[
            str, tuple[list[pl.DataFrame], Verdict]
        ] = {}  # by rule, of which rows, and what was found there
        self.pairs: list[tuple[Verdict, Verdict]] = []

    def verdicts(
        self, rules: Sequence[Rule], frames: Mapping[str, Any], wanted: Mapping[str, int]
    ) -> Iterator[Verdict]:
        """The verdicts of Pandera."""
        here = {name: nw.from_native(frame).lazy().collect().to_native() for name, frame in frames.items()}
        for verdict in super().verdicts(rules, frames, wanted):
            self.pairs.append((verdict, self._on_disk(verdict.rule, here)))
            yield verdict

    def _on_disk(self, rule: Rule, here: Mapping[str, pl.DataFrame]) -> Verdict:
        read = [here[name] for name in rule.tables if name in here]
        before = self.asked.get(rule.id)
        if before is None or not _are_same(before[0], read):
            frames = {name: self._written(name, here[name]) for name in rule.tables if name in here}
            (verdict,) = self.there.verdicts([rule], frames, {rule.id: 10**6})
            self.asked[rule.id] = read, verdict
        return self.asked[rule.id][1]

    def _written(self, name: str, frame: pl.DataFrame) -> Any:
        if name not in self.frames or not _are_same([self.frames[name][0]], [frame]):
            self.frames[name] = frame, self.there.own(frame)
        return self.frames[name][1]


def _are_same(one: Collection[pl.DataFrame], other: Collection[pl.DataFrame]) -> bool:
    """Whether frames have the same rows, in any order."""
    pairs = list(zip(one, other, strict=True)) if len(one) == len(other) else []
    return bool(pairs) and all(
        a is b or (a.schema == b.schema and a.sort(a.columns).equals(b.sort(b.columns))) for a, b in pairs
    )


@pytest.fixture(scope="module")
def both_ways() -> Iterator[BothWays]:
    made = BothWays()
    yield made
    made.store.close()


@pytest.mark.slow
@pytest.mark.parametrize("id", DEFECTIVE)
def test_on_every_defect_pandera_finds_the_rows_found_on_disk(id: str, good: Example, both_ways, monkeypatch):
    good.edit(DEFECTS[id])
    if DEFECTS[id].get("redigest"):
        good.redigest()
    both_ways.pairs.clear()
    monkeypatch.setattr(Local, "rules", lambda self: both_ways)
    report = good.validate()
    assert len(both_ways.pairs) == len(PROFILE.rules_on_tables)
    for here, there in both_ways.pairs:
        assert (here.rule, here.rows.to_list(), here.total) == (there.rule, there.rows.to_list(), there.total)
        assert (here.absent is None) == (there.absent is None), here.rule.id
    assert id in {found.rule for found in report.findings}


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"PANDERA_VALIDATION_ENABLED": "False"},
        {"PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"},
        {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"},
    ],
    ids=str,
)
def test_the_environment_changes_no_verdict(good: Example, environment):
    for id in ("CLM102", "SEG202", "ACT101"):
        good.edit(DEFECTS[id])
    expected = {found.rule for found in good.validate().findings}
    done = in_a_process(good.folder, "--quiet", **environment)
    assert done.returncode == 1 and done.stderr == "" and {"CLM102", "SEG202", "ACT101"} <= expected
    assert {line.split(": ", 1)[1].split(" ", 1)[0] for line in done.stdout.splitlines()} == expected
    assert done.stdout == claimtrack(good.folder, "--quiet").stdout


def test_a_check_leaves_panderas_settings_as_they_are(good: Example):
    from pandera.config import get_config_context

    before = get_config_context().validation_enabled
    validate(good.folder)
    assert get_config_context().validation_enabled == before


def frames_of(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of a package as anyone would read them, all cells as text."""
    return {path.stem: frame_of(path.read_bytes()) for path in (folder / "data").glob("*.csv")}


@cache
def frame_of(content: bytes) -> pl.DataFrame:
    """A table as anyone would read it. Most tables are the same from defect to defect."""
    return pl.read_csv(content, infer_schema=False)


def about(folder: Path) -> pl.DataFrame:
    """What rules read of the descriptor."""
    described = read_descriptor(folder)
    return pl.DataFrame({key: described[key][:10] for key in ("name", "version", "created")})


def faults(schema: pa.DataFrameSchema, frame: Any) -> set[tuple[str, str | None, int | None]]:
    """What a schema has against a frame: the rule or Pandera's own check, the column, and the row (from 0)."""
    with pytest.raises(SchemaErrors) as error:
        schema.validate(frame, lazy=True)
    cases = error.value.failure_cases
    return set(cases.select("check", "column", "index").rows())


def test_the_shipped_tables_are_valid_for_their_schemas():
    tables = frames_of(ROOT)
    made = schemas.pandera_schemas(tables)
    assert made.keys() == tables.keys()
    for name, schema in made.items():
        assert isinstance(schema, pa.DataFrameSchema) and schema.validate(tables[name], lazy=True) is tables[name]


@pytest.mark.parametrize("id", [id for id in DEFECTIVE if RULES[id].tables])
def test_each_schema_rejects_each_defect_of_its_table_by_itself(good: Example, id: str):
    good.edit(DEFECTS[id])
    if DEFECTS[id].get("redigest"):
        good.redigest()
    name, tables = RULES[id].tables[0], frames_of(good.folder)
    schema = PROFILE.schema(name, {**tables, "package": about(good.folder)})
    assert {check for check, _, _ in faults(schema, tables[name])} == {id}


@pytest.mark.parametrize("id", ["CLM102", "CLM202", "ANC102", "SEG202", "EVI101", "COD201"])
def test_a_broken_rule_is_a_failure_case_with_its_row(good: Example, id: str):
    """Also of rules across tables, and of codes."""
    good.edit(DEFECTS[id])
    found = {each.row - 2 for each in good.validate().findings if each.rule == id}
    tables, own = frames_of(good.folder), RULES[id]
    schema = PROFILE.schema(own.tables[0], tables)
    cases = faults(schema, tables[own.tables[0]])
    assert found and {(check, row) for check, _, row in cases if check == id} == {(id, row) for row in found}
    assert {column for check, column, _ in cases if check == id} == {own.fields[0]}


def test_rules_that_need_a_table_that_is_not_there_are_left_out(good: Example):
    good.edit(DEFECTS["CLM202"])
    claims = frames_of(good.folder)["claims"]
    across = [rule for rule in PROFILE.rules_on_tables if rule.tables[0] == "claims" and len(rule.tables) > 1]
    assert len(across) > 3
    checks = {check.error for column in PROFILE.schema("claims").columns.values() for check in column.checks}
    assert not checks & {rule.id for rule in across if set(rule.tables[1:]) - {"enums"}}
    assert PROFILE.schema("claims").validate(claims) is claims


def test_what_a_field_says_is_checked_of_plain_cells(good: Example):
    """Each kind of constraint, by Pandera's own checks; a cell that cannot be read is told first, and by itself."""
    claims = frames_of(good.folder)["claims"]
    first = pl.int_range(len(claims)) == 0

    def with_cell(column: str, value: str | None) -> pl.DataFrame:
        return claims.with_columns(pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))

    schema = PROFILE.schema("claims")
    assert faults(schema, with_cell("claim", None)) >= {("not_nullable", "claim", 0)}
    assert {
        check
        for check, column, row in faults(schema, with_cell("claim_id", "no id"))
        if (column, row) == ("claim_id", 0)
    }
    assert {check for check, column, _ in faults(schema, with_cell("claim_type", "rumour")) if column == "claim_type"}
    anchors = frames_of(good.folder)["anchors"]
    bad = anchors.with_columns(start=pl.when(pl.int_range(len(anchors)) == 1).then(pl.lit("banana")).otherwise("start"))
    assert ("CEL101", "start", 1) in faults(PROFILE.schema("anchors"), bad)
    twice = pl.concat([anchors, anchors.head(1)])
    assert any("unique" in check for check, _, _ in faults(PROFILE.schema("anchors"), twice))


def test_cells_may_have_the_types_that_a_reader_gave_them(good: Example):
    text = frames_of(good.folder)["anchors"]
    typed = pl.read_csv(good.path("anchors"), try_parse_dates=False)
    assert typed.schema != text.schema
    schema = PROFILE.schema("anchors")
    assert schema.validate(typed, lazy=True) is typed
    broken = typed.with_columns(end=pl.col("start") - 1)
    assert {check for check, _, _ in faults(schema, broken)} == {
        check for check, _, _ in faults(schema, broken.cast(pl.String))
    }


def test_a_rule_that_raises_is_no_failure_case(good: Example, monkeypatch):
    def raises(_claims):
        raise ZeroDivisionError("in a rule")

    rule = RULES["CLM102"]
    monkeypatch.setitem(
        PROFILE.rules,
        "CLM102",
        Rule(rule.id, rule.slug, rule.severity, "", "", "", tables=("claims",), function=raises),
    )
    with pytest.raises(ZeroDivisionError):
        PROFILE.schema("claims").validate(frames_of(good.folder)["claims"], lazy=True)
