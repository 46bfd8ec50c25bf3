"""Stands for frictionless's objects where a descriptor is certainly sound, so that frictionless need not be loaded.

Loading frictionless takes longer than checking a small package. The objects here have the names and values of
frictionless's own for a descriptor that `plain_descriptor` has accepted. Whatever else is asked of one of them is asked
of frictionless's own object, which is made then (`library`). What is changed here, the foreign keys of a table, is
changed there, too.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from claimtrack.core.paths import PACKED
from claimtrack.package.cell_readers import CellReader, ValueReader, cell_reader, value_reader
from claimtrack.package.refusals import listed
from claimtrack.package.table_schema import FALSE_VALUES, TRUE_VALUES, dict_of, list_of, names_of, with_lists

# The properties of a dialect that frictionless keeps in its part on CSV.
CSV = tuple("delimiter lineTerminator quoteChar doubleQuote escapeChar nullSequence skipInitialSpace".split())
FIELD = frozenset("name type title description format missingValues constraints rdfType example".split())
OF_TYPE = {  # the further properties of a field that frictionless knows, by the field's type
    "boolean": frozenset(["trueValues", "falseValues"]),
    "integer": frozenset(["bareNumber"]),
    "number": frozenset(["bareNumber", "floatNumber", "decimalChar", "groupChar"]),
}


class Described:
    """A part of a package. `told` is its description, and `known` has the properties that are not custom ones."""

    known: frozenset[str] = frozenset()

    def __init__(self, told: dict[str, Any]):
        self.told = told
        defined = (name for name, value in told.items() if name in self.known and value not in (None, {}))
        self._defined = [_snake(name) for name in defined]
        self.custom = {name: value for name, value in told.items() if name not in self.known}

    @property
    def library(self) -> Any:
        """The object of frictionless. It is made when it is asked for the first time."""
        raise NotImplementedError

    def list_defined(self) -> list[str]:
        """Returns the properties that the description has, as frictionless names them."""
        return list(self._defined)

    def has_defined(self, name: str) -> bool:
        """Tells whether the description has a property, which is given as frictionless names it."""
        return name in self._defined

    def get_defined(self, name: str, *, default: Any = None) -> Any:
        """Returns a property that the description has, or else `default`."""
        return getattr(self, name) if self.has_defined(name) else default

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python asks for such names to find out what an object can do
            raise AttributeError(name)
        return getattr(self.library, name)


class Field(Described):
    """A field of a Table Schema."""

    def __init__(self, told: dict[str, Any], schema: "Schema | None"):
        self.known = FIELD | OF_TYPE.get(told.get("type", "string"), frozenset())
        super().__init__(told)
        self.schema = schema
        self.beyond = dict[str, Any]()  # a field with constraints that `checks.beyond` applies is frictionless's
        self.name, self.type, self.format = told["name"], told.get("type", "string"), told.get("format", "default")
        self.constraints = dict(told.get("constraints", {}))
        self.rdf_type, self.missing_values = told.get("rdfType"), told.get("missingValues", [""])
        if self.type == "boolean":
            self.true_values = told.get("trueValues", TRUE_VALUES)
            self.false_values = told.get("falseValues", FALSE_VALUES)
        if self.type in ("integer", "number"):
            self.bare_number = told.get("bareNumber", True)
        if self.type == "number":
            self.decimal_char, self.group_char = told.get("decimalChar", "."), told.get("groupChar", "")

    @property
    def library(self) -> Any:
        """The field of frictionless."""
        if self.schema is None:
            raise AttributeError(f"a copy of the field {self.name} has no more than this")
        return self.schema.library.get_field(self.name)

    @property
    def required(self) -> bool:
        """Whether the field must have a value."""
        return self.constraints.get("required", False)

    @property
    def is_read_here(self) -> bool:
        """Whether cells are read without frictionless."""
        return self._read is not None

    @cached_property
    def _read(self) -> ValueReader | None:
        """The reader of values, or None where frictionless has it."""
        return value_reader(self.told)

    def create_value_reader(self) -> ValueReader:
        """Returns the function that reads a value, or returns None for what is none."""
        return self._read or self.library.create_value_reader()

    def create_cell_reader(self) -> CellReader:
        """Returns the function that reads a cell, and tells what the cell breaks."""
        if self._read is None:
            return self.library.create_cell_reader()
        own = self.has_defined("missing_values") or self.schema is None
        missing = self.missing_values if own else self.schema.missing_values  # type: ignore[union-attr]
        return cell_reader(self.told, self.constraints, missing, self._read)

    def to_copy(self) -> Any:
        """Returns a copy, which belongs to no schema yet. Its constraints can be changed."""
        return self.library.to_copy() if self._read is None else Field(self.told, None)


class Schema(Described):
    """A Table Schema."""

    known = frozenset(
        "$schema name type title description fields fieldsMatch missingValues primaryKey foreignKeys".split()
    )

    def __init__(self, told: dict[str, Any], resource: "Resource"):
        super().__init__(told)
        self._resource = resource
        self.fields = [Field(each, self) for each in told["fields"]]
        self.field_names = [field.name for field in self.fields]
        self._by_name = dict(zip(self.field_names, self.fields, strict=True))
        self.missing_values, self.fields_match = told.get("missingValues", [""]), told.get("fieldsMatch", "exact")
        self.primary_key = names_of(told.get("primaryKey"))
        self.foreign_keys = [with_lists(each) for each in list_of(told.get("foreignKeys"))]

    @property
    def library(self) -> Any:
        """The Table Schema of frictionless."""
        return self._resource.library.schema

    def has_field(self, name: str) -> bool:
        """Tells whether there is a field of a name."""
        return name in self._by_name

    def get_field(self, name: str) -> Any:
        """Returns the field of a name. frictionless raises its exception where there is none."""
        return self._by_name.get(name) or self.library.get_field(name)


class Control(Described):
    """The part of a dialect on CSV."""

    known, type = frozenset(CSV), "csv"

    def __init__(self, told: dict[str, Any], dialect: "Dialect"):
        super().__init__(told)
        self._dialect = dialect
        for name, value in told.items():
            setattr(self, _snake(name), value)

    @property
    def library(self) -> Any:
        """The part of frictionless's dialect."""
        return self._dialect.library.get_control(self.type)

    def to_descriptor(self) -> dict[str, Any]:
        """Returns the description."""
        return dict(self.told)


class Dialect(Described):
    """A dialect that says nothing of header or blank rows but what holds anyway."""

    known = frozenset("$schema name title description header commentChar".split())
    header, header_join, header_case = True, " ", True
    skip_blank_rows = False

    def __init__(self, told: dict[str, Any], resource: "Resource"):
        super().__init__(told)
        self._resource = resource
        self.header_rows, self.comment_rows, self.comment_char = [1], list[int](), told.get("commentChar")
        csv = {name: told[name] for name in CSV if name in told}
        self.controls = [Control(csv, self)] if csv else []

    @property
    def library(self) -> Any:
        """The dialect of frictionless."""
        return self._resource.library.dialect

    def has_control(self, kind: str) -> bool:
        """Tells whether there is a part on a format."""
        return bool(self.controls) and kind == Control.type

    def get_control(self, kind: str) -> Any:
        """Returns the part on a format. frictionless raises its exception where there is none."""
        return self.controls[0] if self.has_control(kind) else self.library.get_control(kind)

    def create_first_content_row(self) -> int:
        """Returns the number of the first record after the header."""
        return 2

    def create_comment_filter(self) -> Callable[[int, list[str]], bool] | None:
        """Returns the function that tells whether a record is no comment, or None where there are no comments."""
        mark = self.comment_char
        return (lambda _, cells: not (cells and cells[0].startswith(mark))) if mark else None

    def read_labels(self, sample: list[list[str]]) -> list[str]:
        """Returns the labels of the header, which is the first record unless that is a comment."""
        shown = self.create_comment_filter()
        return [cell.strip() for cell in sample[0]] if sample and (shown is None or shown(1, sample[0])) else []

    def create_blank_filter(self) -> None:
        """Returns None, since blank rows are not passed over."""


class Resource(Described):
    """A table in CSV files."""

    known = frozenset(
        "$schema name type title description homepage profile licenses sources path scheme mediatype format encoding "
        "hash bytes fields rows dialect schema".split()
    )
    tabular, innerpath = True, None

    def __init__(self, told: dict[str, Any], package: "Package"):
        super().__init__(told)
        self._package = package
        self.name, self.basepath, self.paths = told["name"], package.basepath, listed(told["path"])
        self.path, self.extrapaths = self.paths[0], self.paths[1:]
        self.scheme = told.get("scheme") or ("multipart" if self.extrapaths else "file")
        before, ending = ["", *self.path.lower().split(".")][-2:]
        self.compression = ending if ending in PACKED else None
        self.format = told.get("format") or (before if self.compression else ending)
        self.encoding, self.bytes = told.get("encoding"), told.get("bytes")
        self.fields, self.rows = told.get("fields"), told.get("rows")
        self.hash = _without_md5(told.get("hash"))
        self.read_with: Any = None  # the dialect of its file, once `dialect.dialect_of` has determined it
        self.schema, self.dialect = Schema(told["schema"], self), Dialect(dict_of(told.get("dialect")), self)

    @property
    def library(self) -> Any:
        """The resource of frictionless, with the foreign keys of all tables as they are now."""
        return self._package.with_foreign_keys().get_resource(self.name)


class Package(Described):
    """A package whose resources are all tables in CSV files.

    `make` makes the package of frictionless.
    """

    known = frozenset(
        "$schema name title description homepage profile licenses sources contributors keywords image version created "
        "resources".split()
    )

    def __init__(self, told: dict[str, Any], basepath: str, make: Callable[[], Any]):
        super().__init__(told)
        self._make, self.basepath = make, basepath
        self.name, self.version = told.get("name"), told.get("version")
        self.resources = [Resource(each, self) for each in told["resources"]]

    @cached_property
    def library(self) -> Any:
        """The package of frictionless."""
        return self._make()

    def with_foreign_keys(self) -> Any:
        """Returns the package of frictionless with the foreign keys of the tables as they are now."""
        for resource, there in zip(self.resources, self.library.resources, strict=True):
            if there.schema.foreign_keys != resource.schema.foreign_keys:
                there.schema.foreign_keys = resource.schema.foreign_keys
        return self.library

    def has_resource(self, name: str) -> bool:
        """Tells whether there is a resource of a name."""
        return any(each.name == name for each in self.resources)

    def get_resource(self, name: str) -> Any:
        """Returns the resource of a name. frictionless raises its exception where there is none."""
        return next((each for each in self.resources if each.name == name), None) or self.library.get_resource(name)


def library(part: Any) -> Any:
    """Returns frictionless's own object for a package, a resource, a dialect or a field."""
    return part.library if isinstance(part, Described) else part


def _snake(name: str) -> str:
    """Returns a property's name as frictionless writes it."""
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def _without_md5(said: str | None) -> str | None:
    """Returns a hash as frictionless keeps it: an MD5 without its name."""
    return said.removeprefix("md5:") if said else said
