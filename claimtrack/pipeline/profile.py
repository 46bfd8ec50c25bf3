"""Profiles: the tables of one kind of package, and the rules between their columns, rows and tables.

The caller of a check passes in the profile; a package never brings its own. A package is checked against a profile when
its descriptor declares the profile in `conformsTo`.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, of_file
from claimtrack.core.report import Report
from claimtrack.core.rules import BETWEEN_VERSIONS, Rule
from claimtrack.core.standard_rules import STANDARD
from claimtrack.core.visible import shorten
from claimtrack.package.opened import OpenedPackage
from claimtrack.package.table_schema import dict_of, fields_of
from claimtrack.pipeline.strength import weaker_descriptor, weaker_fields, weaker_table
from claimtrack.reading.table import Table

# From this ratio of difflib on, a name counts as a misspelt profile. A text of six words may differ in one word.
# "claim-tracking" alone does not reach it, and "camtrap-dp" is far from it.
ALIKE = 0.8
KINDS = ("type", "rdfType", "codeList")  # the properties of a column on which rules rely, besides its name
Columns = Mapping[str, Mapping[str, Any]]  # the fields of a Table Schema by name


@dataclass(frozen=True)
class Profile:
    """A kind of package.

    A descriptor declares the profile by writing `name` in `conformsTo`. `table_schemas` has the Table Schema of each
    table that the rules read, and `rules` has the rules by id. `examples` has, by a rule's id, an example of what
    breaks the rule. `descriptor` is the JSON Schema of the package's descriptor; it may be empty.
    `telling` are names of tables that reveal this kind of package, because no other package has all of them by chance.
    It may be empty.

    `summary` makes one sentence about the whole package from the typed tables in `summary_tables`. It is called if
    every rule in `summary_rules` has run. Its arguments are narwhals lazy frames with the same columns as for rules;
    `claimtrack.core.frames.collect` fetches a result from any backend.
    """

    name: str
    table_schemas: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Rule]
    examples: Mapping[str, str] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    telling: frozenset[str] = frozenset()
    summary: Callable[..., str] | None = None
    summary_tables: Sequence[str] = ()
    summary_rules: frozenset[str] = frozenset()

    @property
    def loaded(self) -> "Profile":
        """The profile itself (`LazyProfile` has the same property)."""
        return self

    @cached_property
    def columns(self) -> Mapping[str, Columns]:
        """The fields of each Table Schema, by the names of table and field."""
        return {name: fields_of(schema) for name, schema in self.table_schemas.items()}

    @property
    def rules_on_tables(self) -> list[Rule]:
        """All rules except those between two versions."""
        return [rule for rule in self.rules.values() if rule.tables != BETWEEN_VERSIONS]

    @property
    def rules_between_versions(self) -> list[Rule]:
        """The rules between two versions, sorted by id."""
        found = [rule for rule in self.rules.values() if rule.tables == BETWEEN_VERSIONS]
        return sorted(found, key=lambda rule: rule.id)

    def schema(self, table: str, tables: Mapping[str, Any] | None = None) -> Any:
        """Makes the `pandera.polars.DataFrameSchema` of a table, for plain frames read from its CSV.

        `tables` are plain frames of other tables by name, for the rules across tables. Rules that read a table which is
        not in `tables` are left out. Raises KeyError where the profile has no such table.
        """
        from claimtrack.checks.plain_frames import schema_of  # only here, because it loads Pandera, which is slow

        return schema_of(table, self.table_schemas, self.rules_on_tables, tables or {})


@dataclass(frozen=True)
class LazyProfile:
    """A profile that is loaded only when a package declares it, so that other checks are quicker."""

    name: str
    telling: frozenset[str]
    load: Callable[[], Profile]

    @cached_property
    def loaded(self) -> Profile:
        """The profile itself, which is loaded on first use."""
        return self.load()


AnyProfile = Profile | LazyProfile


def catalogue(profiles: Iterable[Profile]) -> dict[str, Rule]:
    """Returns every rule that can run, by id: those of the standard and of form, and those of some profiles."""
    return STANDARD | {id: rule for profile in profiles for id, rule in profile.rules.items()}


def load(name: str) -> Profile:
    """Imports the profile `MODULE:NAME` as Python imports modules. Raises Unusable where there is none."""
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise Unusable(f'--profile "{name[:100]}" is not of the form MODULE:NAME, such as my_rules:PROFILE')
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError as error:
        raise Unusable(f'--profile "{name[:100]}": {error}; is the module where Python looks (PYTHONPATH)?') from None
    if not isinstance(found, Profile):
        raise Unusable(f'--profile "{name[:100]}": {attribute} in {module} is no claimtrack.Profile')
    return found


def _load_claim_tracking() -> Profile:
    """Imports the profile from the folder `schemas`.

    In an installation the folder is inside this package. In a checkout it is beside this package.
    """
    beside = Path(__file__).resolve().parents[2]
    inside = beside / "claimtrack" / "schemas"
    if inside.is_dir():
        return importlib.import_module("claimtrack.schemas").PROFILE
    there = str(beside)
    sys.path.insert(0, there)
    try:
        return importlib.import_module("schemas").PROFILE
    finally:
        sys.path.remove(there)


CLAIM_TRACKING = LazyProfile(
    "claim-tracking-package-1",
    frozenset({"statements", "segments", "claims", "calls", "anchors"}),
    _load_claim_tracking,
)


def declared(opened: OpenedPackage, profiles: Iterable[AnyProfile]) -> Profile | None:
    """Returns the profile that a package declares, if it is one of `profiles`, or None."""
    return next((profile.loaded for profile in profiles if profile.name == opened.conforms_to), None)


def new_report(opened: OpenedPackage, profile: Profile | None, strict: bool) -> Report:
    """Returns the report on a package before anything is found."""
    known = catalogue([profile] if profile else [])
    report = Report(str(opened.path), strict=strict, root=opened.root, files=opened.files, catalogue=known)
    report.rules = [id for id, rule in STANDARD.items() if not rule.function]
    return report


def undeclared(opened: OpenedPackage, profiles: Sequence[AnyProfile]) -> Iterator[Finding]:
    """Yields a finding on a package that seems to belong to a profile but does not declare it properly.

    Such a package misspells the declaration, or it has the profile's `telling` tables and declares no profile.
    """
    said = {name: value for name, value in opened.descriptor.items() if _word(name).startswith("conform")}
    if opened.is_made or opened.conforms_to in {profile.name for profile in profiles}:
        return
    for name, value in said.items():
        for profile in profiles:
            if any(_is_alike(text, profile.name) for text in _texts(value)):
                written = shorten(json.dumps({name: value}, ensure_ascii=False)[1:-1])
                yield of_file("PKG207", opened.path.name, f'{written}; expected "conformsTo": "{profile.name}"')
                return
    names = {resource["name"] for resource in opened.resources if isinstance(resource.get("name"), str)}
    for profile in profiles:
        if not said and profile.telling and names >= profile.telling:
            words = f"there is no `conformsTo`, and the tables are {', '.join(sorted(profile.telling))}"
            yield of_file("PKG207", opened.path.name, f'{words}; expected "conformsTo": "{profile.name}"')
            return


def _texts(value: object) -> list[str]:
    """Returns the texts in a value of `conformsTo`, which may also be a list, or an object with an `@id`."""
    values = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    return [text for text in values if isinstance(text, str)]


def _word(text: str) -> str:
    """Returns the letters and digits of a text, in lower case."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _is_alike(text: str, name: str) -> bool:
    """Tells whether a text is nearly a profile's name.

    It may differ in case or punctuation, stand at the end of a URL, or have a misspelling.
    """
    last = text.strip()[-200:].rstrip("/#").replace("#", "/").rpartition("/")[2]
    word, known = _word(last.removesuffix(".json")), _word(name)
    return len(word) < 2 * len(known) and SequenceMatcher(None, word, known).ratio() >= ALIKE


def lacks(
    profile: Profile, opened: OpenedPackage, tables: Mapping[str, tuple[Table, Sequence[str]]]
) -> tuple[list[Finding], dict[str, set[str]]]:
    """Finds what a package lacks of the profile that it declares, and what it has weaker than the profile asks for.

    Returns a finding for each of them, and the missing columns by table. `tables` are the tables that could be read,
    each with the names of its columns. A table that could not be read has a finding already.
    """
    findings, lacking = [], {}
    package, described = opened.package, {str(resource.get("name")) for resource in opened.resources}
    for name, fields in profile.columns.items():
        if name not in tables:
            if name not in described:
                findings.append(of_file("PKG102", opened.path.name, f'there is no table "{name}"'))
            elif package and package.has_resource(name) and not Table.is_csv(package.get_resource(name)):
                words = f'the table "{name}" is not in a CSV file'
                findings.append(of_file("PKG102", opened.path.name, words))
            continue
        table, columns = tables[name]
        file = opened.named.get(f"{name}.schema", opened.path.name)
        notes = {column: _unlike(table, columns, column, asked) for column, asked in fields.items()}
        lacking[name] = {column for column, note in notes.items() if note}
        findings += [
            of_file("PKG102", file, f'the table "{name}" {note}', field=column)
            for column, note in notes.items()
            if note
        ]
        asked, found = profile.table_schemas[name], dict_of(opened.resource(name).get("schema"))
        findings += [of_file("PKG102", file, f'the table "{name}" {note}') for note in weaker_table(name, asked, found)]
        findings += [
            of_file("PKG102", file, f'the table "{name}" {note} in the column "{column}"', field=column)
            for column, note in weaker_fields(asked, found)
            if not notes[column]
        ]
    if profile.descriptor:
        with suppress(Unusable):  # for values that are no JSON, which are told already
            weaker = weaker_descriptor(profile.descriptor, opened.as_written(), opened.may_quote)
            findings += [of_file("PKG102", opened.path.name, note) for note in weaker]
    return findings, lacking


def _unlike(table: Table, columns: Sequence[str], column: str, asked: Mapping[str, Any]) -> str | None:
    """Says how a table fails to have a column that the profile asks for, or returns None."""
    schema = table.resource.schema
    if not schema.has_field(column) or column not in columns:
        return f'has no column "{column}"'
    field = schema.get_field(column)
    found = {"type": field.type, "rdfType": field.rdf_type, "codeList": field.custom.get("codeList")}
    for kind in KINDS:
        if found[kind] != asked.get(kind):
            has = f"the {kind} {json.dumps(found[kind])[:100]}" if found[kind] else f"no {kind}"
            expected = json.dumps(asked[kind]) if asked.get(kind) else "none"
            return f'has in the column "{column}" {has}; expected {expected}'
    return None
