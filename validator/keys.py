"""Primary keys, unique values and references, of regular tables: on columns of keys alone, without the rest of the rows."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl
from frictionless import Field, Package, Resource

from . import sieve
from .findings import Tally
from .tables import Table
from .wording import of_row


def needed(resource: Resource, package: Package) -> set[str]:
    """The fields of a table that some key is made of, its own or one that refers to it."""
    schema = resource.schema
    keys = [schema.primary_key, *unique_keys(resource), *(key["fields"] for key in schema.foreign_keys)]
    keys += [[field.name] for field in schema.fields if field.constraints.get("unique")]
    keys += [fields for other in package.resources for target, fields in references(other) if target == resource.name]
    return {name for key in keys for name in key}


def references(resource: Resource) -> list[tuple[str, list[str]]]:
    """The tables that a table refers to, by name, and the fields there."""
    keys = resource.schema.foreign_keys if resource.tabular else []
    return [(key["reference"]["resource"] or resource.name, key["reference"]["fields"]) for key in keys]


def unique_keys(resource: Resource) -> list[list[str]]:
    """Table Schema's `uniqueKeys` (https://datapackage.org/standard/table-schema/#uniqueKeys), which frictionless ignores."""
    keys = resource.schema.custom.get("uniqueKeys", [])
    return [key if isinstance(key, list) else [key] for key in keys] if isinstance(keys, list) else []


def kind(field: Field) -> str:
    """Fields of one kind have equal key texts exactly where their values are equal."""
    return "text" if sieve.is_text(field) else {"year": "integer"}.get(field.type, field.type)


def comparable(resource: Resource, package: Package) -> bool:
    """Whether each reference of a table leads to fields that exist and are of the same kind."""
    for key in resource.schema.foreign_keys:
        name = key["reference"]["resource"] or resource.name
        target = package.get_resource(name).schema if package.has_resource(name) else None
        if target is None or not all(map(target.has_field, key["reference"]["fields"])):
            return False
        pairs = zip(map(resource.schema.get_field, key["fields"]), map(target.get_field, key["reference"]["fields"]))
        if any(kind(mine) != kind(theirs) for mine, theirs in pairs):
            return False
    return True


def check(table: Table, tables: Mapping[str, Table], tally: Tally) -> None:
    """Adds what frictionless would find in a table's keys. All tables that it refers to are regular."""
    schema, keys = table.resource.schema, table.keys
    for names in [schema.primary_key] if schema.primary_key else []:
        void = pl.all_horizontal(pl.col(names).is_null())
        bad = keys.filter(void | _repeated(names)).with_columns(_void=void)
        _add(table, "KEY101", names, bad.filter(pl.col("_void")), tally, "expected a value")
        _add(table, "KEY101", names, bad.filter(~pl.col("_void")), tally, "an earlier row has the same")
    for field in schema.fields:
        if field.constraints.get("unique"):
            again = keys.filter(_repeated([field.name]) & pl.col(field.name).is_not_null())
            _add(table, "KEY102", [field.name], again, tally, "an earlier row has the same")
    for key in schema.foreign_keys:
        names, there = key["fields"], key["reference"]["fields"]
        name = key["reference"]["resource"] or table.name
        target = tables[name].keys.select(pl.col(old).alias(f"_{i}") for i, old in enumerate(there))
        source = keys.select("_row", *(pl.col(old).alias(f"_{i}") for i, old in enumerate(names)))
        on = [f"_{i}" for i in range(len(names))]
        source = source.filter(~pl.all_horizontal(pl.col(on).is_null()))
        lost = source.join(target, on=on, how="anti", nulls_equal=True).sort("_row")
        _add(table, "KEY103", names, lost, tally, f'expected a value of {name}.{", ".join(there)}')


def check_ours(table: Table, tally: Tally) -> None:
    """Adds what frictionless does not look for: `uniqueKeys`, and the order of the rows."""
    for names in unique_keys(table.resource):
        # As in SQL, whose UNIQUE the standard names, a row with a missing part is let pass.
        again = table.keys.drop_nulls(names).filter(_repeated(names))
        _add(table, "KEY102", names, again, tally, "an earlier row has the same")
    names = table.resource.schema.primary_key
    if names and table.rows > 1:
        _add(table, "HYG113", names, table.keys.filter(_below_its_predecessor(table)).head(1), tally)


def _repeated(names: list[str]) -> pl.Expr:
    return ~(pl.col(names[0]) if len(names) == 1 else pl.struct(names)).is_first_distinct()


def _below_its_predecessor(table: Table) -> pl.Expr:
    """True for a row whose primary key sorts below that of the row before: by code points, integers by size."""
    below, level = pl.lit(False), pl.lit(True)
    for name in table.resource.schema.primary_key:
        column = pl.col(name)
        if kind(table.resource.schema.get_field(name)) == "integer":
            column = column.cast(pl.Float64, strict=False)
        below |= level & (column < column.shift(1))
        level &= column == column.shift(1)
    return below


def _add(table: Table, rule: str, names: Iterable[str], bad: pl.DataFrame, tally: Tally, note: str = "") -> None:
    names = list(names)
    wanted = tally.wants(rule, table.file, ", ".join(names))
    tally.add(*_findings(table, rule, names, bad["_row"][:wanted], note))
    tally.count(rule, table.file, len(bad) - min(wanted, len(bad)))


def _findings(table: Table, rule: str, names: list[str], rows: Iterable[int], note: str) -> Iterator:
    return (of_row(rule, table, row, names, note) for row in rows)
