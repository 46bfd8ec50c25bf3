"""Primary keys, unique values and references, of regular tables: on columns of keys alone, without the rest of the rows."""

from collections.abc import Callable, Mapping

import polars as pl
from frictionless import Field, Package, Resource

from . import sieve
from .findings import Tally
from .tables import Table
from .wording import enter

AGAIN = "an earlier row has the same"
CANONICAL = ("integer", "date", "year")  # types whose canonical texts are equal exactly where the values are


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


def keyable(field: Field) -> bool:
    """Whether equality of a field's values can be told from texts; other key columns are left to frictionless."""
    return sieve.is_text(field) or field.type in CANONICAL and field.format == "default" and not field.has_defined("bare_number")


def canonical(field: Field) -> Callable[[pl.Series], pl.Series]:
    """Turns a column of a keyable field, as text, into one whose texts are equal where the values are; what is no value is null."""
    if sieve.is_text(field):
        return lambda column: column
    read = field.create_cell_reader()

    def texts(column: pl.Series) -> pl.Series:
        proven = column.str.contains(sieve.CANONICAL[field.type]) | column.is_null()
        if field.type != "year" and proven.all():
            return column
        values = {text: read(text)[0] for text in column.unique().drop_nulls()}
        return column.replace_strict({text: None if value is None else str(value) for text, value in values.items()}, return_dtype=pl.String, default=None)

    return texts


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
    if names := schema.primary_key:
        void = pl.all_horizontal(pl.col(names).is_null())
        enter(tally, "KEY101", table, keys.filter(void)["_row"], names, "expected a value")
        if not _ascending(keys, names):
            enter(tally, "KEY101", table, keys.filter(~void & _repeated(names))["_row"], names, AGAIN)
    for field in schema.fields:
        if field.constraints.get("unique"):
            again = keys.filter(_repeated([field.name]) & pl.col(field.name).is_not_null())
            enter(tally, "KEY102", table, again["_row"], [field.name], AGAIN)
    for key in schema.foreign_keys:
        names, there = key["fields"], key["reference"]["fields"]
        name = key["reference"]["resource"] or table.name
        target = tables[name].keys.select(pl.col(old).alias(f"_{i}") for i, old in enumerate(there))
        source = keys.select("_row", *(pl.col(old).alias(f"_{i}") for i, old in enumerate(names)))
        on = [f"_{i}" for i in range(len(names))]
        source = source.filter(~pl.all_horizontal(pl.col(on).is_null()))
        lost = source.join(target, on=on, how="anti", nulls_equal=True).sort("_row")
        enter(tally, "KEY103", table, lost["_row"], names, f'expected a value of {name}.{", ".join(there)}')


def check_ours(table: Table, tally: Tally) -> None:
    """Adds what frictionless does not look for: `uniqueKeys`, and the order of the rows."""
    for names in unique_keys(table.resource):
        # As in SQL, whose UNIQUE the standard names, a row with a missing part is let pass.
        again = table.keys.drop_nulls(names).filter(_repeated(names))
        enter(tally, "KEY102", table, again["_row"], names, AGAIN)
    names = table.resource.schema.primary_key
    if names and table.rows > 1:
        enter(tally, "HYG113", table, table.keys.filter(_below_its_predecessor(table)).head(1)["_row"], names)


def _ascending(keys: pl.DataFrame, names: list[str]) -> bool:
    """Whether each row's one-column key is greater, as a text, than that of the row before: then none stands twice."""
    return len(names) == 1 and bool((keys[names[0]].slice(1) > keys[names[0]].slice(0, max(len(keys) - 1, 0))).all(ignore_nulls=False))


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
