"""Finds the parts of a descriptor for which frictionless refuses it, and leaves out these parts alone.

frictionless refuses a whole package for one property. Each part is therefore tried alone: a property of the package,
of a resource, of a Table Schema, of a field, and a constraint. What remains is a description that frictionless accepts.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from claimtrack.core import limits
from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Finding, of_file, pointer_to
from claimtrack.core.visible import shorten
from claimtrack.package.refusals import listed
from claimtrack.package.table_schema import dict_of

Refused = Callable[[dict[str, Any]], list[str]]  # takes a descriptor, and returns the reasons of frictionless, if any
# The properties that are tried before all others, because the others rest on them; `profile` rests on all.
FIRST = ("scheme", "format", "compression", "innerpath", "extrapaths", "encoding", "dialect", "schema")
TABLE = {"name": "table", "path": "table.csv"}
LISTS = ("foreignKeys", "licenses", "sources", "contributors")  # one bad item of these costs that item alone


@dataclass
class Sound:
    """The sound parts of a descriptor.

    `about` has the properties of the package on which frictionless's verdict rests, `file` is the descriptor's name,
    and `findings` has what was left out. Without `values`, they do not quote the descriptor, which may hold data.
    """

    refused: Refused
    about: dict[str, Any]
    file: str
    values: bool = True
    findings: list[Finding] = field(default_factory=list)
    _tries: int = 0

    def package(self, descriptor: dict[str, Any]) -> None:
        """Adds a finding for each property of a package that frictionless refuses, except its resources."""
        others = {name: value for name, value in descriptor.items() if name not in {*self.about, "resources"}}
        table = {**TABLE, "profile": "tabular-data-resource", "schema": {"fields": [{"name": "a"}]}}
        base = {**self.about, "resources": [table]}
        self._sift(base, others, lambda candidate: candidate, "the package", self.file, ())

    def name(self, name: str, number: int, reasons: list[str]) -> None:
        """Adds a finding for the name of a resource."""
        words = f'"name" of the resource {number + 1}: {_said(reasons, self.values)}'
        self.findings.append(of_file("PKG101", self.file, words, pointer=pointer_to("resources", number, "name")))

    def resource(
        self, resource: dict[str, Any], number: int, schema_file: str | None, dialect_file: str | None
    ) -> dict[str, Any]:
        """Returns a resource without what frictionless refuses, and adds a finding for each such part.

        `number` is that of the resource, from 0. The files are those of its Table Schema and its dialect, where these
        have files of their own. Raises Unusable where the resource cannot be read without the part.
        """
        where, name = ("resources", number), f'the resource "{shorten(str(resource.get("name")))}"'
        sound: dict[str, Any] = {key: resource[key] for key in ("name", "path") if key in resource}
        if "path" not in resource and "data" in resource:
            sound["data"] = resource["data"]
        if reasons := self._tried(self._alone(sound)):
            raise Unusable(_said(reasons, self.values))
        rest = {key: value for key, value in resource.items() if key not in sound}
        if isinstance(rest.get("dialect"), dict) and self._tried(self._alone({**sound, "dialect": rest["dialect"]})):
            at: tuple = () if dialect_file else (*where, "dialect")
            rest["dialect"] = self._sift(
                {}, rest["dialect"], lambda told: self._alone({**sound, "dialect": told}), f"the dialect of {name}",
                dialect_file or self.file, at,
            )  # fmt: skip
        if isinstance(rest.get("schema"), dict) and self._tried(self._alone({**sound, "schema": rest["schema"]})):
            at = () if schema_file else (*where, "schema")
            rest["schema"] = self._schema(rest["schema"], name, schema_file or self.file, at)
        last = [key for key in rest if key not in FIRST and key != "profile"]
        ordered = {key: rest[key] for key in (*FIRST, *last, "profile") if key in rest}
        return self._sift(sound, ordered, self._alone, name, self.file, where)

    def _schema(self, schema: dict[str, Any], name: str, file: str, at: tuple) -> dict[str, Any]:
        """Returns a Table Schema without what frictionless refuses."""

        def table(told: dict[str, Any]) -> dict[str, Any]:
            return self._alone({**TABLE, "schema": told})

        fields = schema.get("fields")
        if not isinstance(fields, list):
            raise Unusable("`fields` of its Table Schema is no list")
        if self._tried(table({"fields": fields})):
            fields = [self._field(each, number, name, file, at) for number, each in enumerate(fields)]
        rest = {key: value for key, value in schema.items() if key != "fields"}
        known = [each["name"] for each in map(dict_of, fields) if isinstance(each.get("name"), str)]
        why = partial(_why_no_key, known)
        return self._sift({"fields": fields}, rest, table, f"the Table Schema of {name}", file, at, why=why)

    def _field(self, told: Any, number: int, name: str, file: str, at: tuple) -> Any:
        """Returns a field without what frictionless refuses."""

        def table(sound: dict[str, Any]) -> dict[str, Any]:
            return self._alone({**TABLE, "schema": {"fields": [sound]}})

        where = (*at, "fields", number)
        if not isinstance(told, dict) or not isinstance(told.get("name"), str):
            which = "a name that is no string" if isinstance(told, dict) and told.get("name") is not None else "no name"
            raise Unusable(f"the field {number + 1} of its Table Schema has {which}")
        if not self._tried(table(told)):
            return told
        which = f'the field "{shorten(told["name"])}" of {name}'
        sound = {"name": told["name"]}
        rest = {key: value for key, value in told.items() if key not in ("name", "constraints")}
        rest = {key: rest[key] for key in ("type", *rest) if key in rest}
        sound = self._sift(sound, rest, table, which, file, where)
        constraints = told.get("constraints")
        if not isinstance(constraints, dict):
            return self._sift(sound, {"constraints": constraints} if constraints else {}, table, which, file, where)
        kept = self._sift(
            {}, constraints, lambda some: table({**sound, "constraints": some}), which, file, (*where, "constraints"),
            "PKG104",
        )  # fmt: skip
        return {**sound, "constraints": kept}

    def _sift(
        self,
        sound: dict[str, Any],
        rest: dict[str, Any],
        of: Callable[[dict[str, Any]], dict[str, Any]],
        which: str,
        file: str,
        at: Iterable[str | int],
        rule: str = "PKG101",
        why: Callable[[str, Any], str | None] = lambda key, value: None,
    ) -> dict[str, Any]:
        """Returns `sound` with those properties of `rest` that frictionless accepts beside it.

        `of` makes the package that is tried from some properties. `which` says in words whose they are. `at` leads to
        them in `file`. `why` may say in words what is wrong with a property, or with an item of one in `LISTS`.
        """
        for key, value in rest.items():
            candidate = {**sound, key: value}
            if not (reasons := self._tried(of(candidate))):
                sound = candidate
                continue
            kept: list[Any] = []
            refused: list[tuple[list[str], Any, tuple[str | int, ...]]] = [(reasons, value, (key,))]
            if key in LISTS and isinstance(value, list) and not self._tried(of({**sound, key: []})):
                tried = [
                    (self._tried(of({**sound, key: [item]})), item, (key, place)) for place, item in enumerate(value)
                ]
                kept = [item for reasons, item, _ in tried if not reasons]
                refused = [each for each in tried if each[0]]
            for reasons, part, way in refused:
                words = f'"{shorten(key)}" of {which}: {why(key, part) or _said(reasons, self.values)}'
                self.findings.append(of_file(rule, file, words, pointer=pointer_to(*at, *way)))
            if kept:
                sound = {**sound, key: kept}
        return sound

    def _alone(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Makes a package of one resource."""
        return {**self.about, "resources": [resource]}

    def _tried(self, package: dict[str, Any]) -> list[str]:
        """Returns the reasons for which frictionless refuses a package. Raises Unusable."""
        self._tries += 1
        if self._tries > limits.MAX_TRIES:
            raise Unusable(f"the descriptor has more faults than can be told apart in {limits.MAX_TRIES:,} tries")
        return self.refused(package)


def _why_no_key(known: Sequence[str], key: str, value: Any) -> str | None:
    """Says what is wrong with the names in a primary or a foreign key, or returns None for another fault.

    `known` are the names of the fields.
    """
    if key == "primaryKey":
        names, kind = value, "the primary key"
    elif key == "foreignKeys" and isinstance(value, dict):
        names, kind = value.get("fields"), "the foreign key"
    else:
        return None
    names = [each for each in listed(names) if isinstance(each, str)]
    if lost := next((each for each in names if each not in known), None):
        alike = next((each for each in known if _plain(each) == _plain(lost)), None)
        meant = f'; is "{shorten(alike)}" meant?' if alike else ""
        return f'{kind} names "{shorten(lost)}", which is no field of the Table Schema{meant}'
    there = listed(dict_of(dict_of(value).get("reference")).get("fields"))
    if kind == "the foreign key" and len(names) != len(there):
        return f"{kind} has {len(names)} of this table's fields and {len(there)} in its `reference`; it needs as many"
    return None


def _plain(name: str) -> str:
    """Returns a name as it is compared to find a slip: without regard to case, blanks, hyphens and underscores."""
    return re.sub(r"[\W_]", "", name).lower()


UNSAID = "it is not as the standard demands"  # in place of a reason that may have values
# How jsonschema words what frictionless passes on, and how it is put here.
AT = r"(?: at property '.*')?$"
WORDED = [
    (
        re.compile(r'^constraint "\w+" is not supported by type "(?P<type>\w+)"$'),
        'the type "{type}" has no such constraint',
    ),
    (re.compile(r"^(?P<value>.*) is not one of \[(?P<list>[^\]]*)\]" + AT, re.DOTALL), "{value} is none of {list}"),
    (
        re.compile(r"^(?P<value>.*) is not valid under any of the given schemas" + AT, re.DOTALL),
        "{value} is of none of the forms that the standard allows",
    ),
    (
        re.compile(r"^(?P<value>.*) is not of type (?P<types>'\w+'(?:, '\w+')*)" + AT, re.DOTALL),
        "{value} is no {types}",
    ),
    (re.compile(r"^'(?P<name>[^']*)' is a required property" + AT), '"{name}" is missing'),
    (re.compile(r'^license requires "path" or "name": .*$', re.DOTALL), 'a license needs a "name" or a "path"'),
    (re.compile(r'^property "[^"]*" is not valid "datetime"$'), "it is no date and time as YYYY-MM-DDThh:mm:ssZ"),
    (re.compile(r'^property "[^"]*" is not valid "email"$'), '"email" is no e-mail address'),
    (re.compile(r'^profile "(?P<profile>[^"]*)" requires "schema".*$'), 'the profile "{profile}" asks for a "schema"'),
    (
        re.compile(r'^profile "(?P<profile>[^"]*)" requires all the resources.*$'),
        'the profile "{profile}" asks for the profile "tabular-data-resource" on every resource',
    ),
    (re.compile(r"^frictionless fails on it \(.*\)$", re.DOTALL), "frictionless fails on it"),
    (
        re.compile(r"^(?P<value>.*) does not match '\^\(\[-a-z0-9\._/\]\)\+\$'" + AT, re.DOTALL),
        "{value} has other characters than a to z, 0 to 9 and - . _ /",
    ),
    (
        re.compile(r"^(?P<value>.*) does not match '(?P<form>.*?)'" + AT, re.DOTALL),
        "{value} is not of the form {form}",
    ),
]


def _said(reasons: list[str], values: bool) -> str:
    """Returns frictionless's reasons as one sentence, without the spelling of Python.

    Without `values`, what the descriptor has is left out: it may be a cell of data that stand in it.
    """
    told = []
    for reason in reasons[:3]:
        for form, words in WORDED:
            if found := form.match(reason):
                parts = found.groupdict()
                if "value" in parts:
                    parts["value"] = _as_json(parts["value"]) if values else "it"
                if "types" in parts:
                    parts["types"] = parts["types"].replace("'", "").replace(", ", " or ")
                if "list" in parts:
                    parts["list"] = parts["list"].replace("'", "")
                reason = words.format(**parts)
                break
        else:
            reason = reason if values else UNSAID
        told.append(reason)
    return shorten("; ".join(dict.fromkeys(told)), 500)


def _as_json(text: str) -> str:
    """Returns a plain value of Python, as its text shows it, as JSON shows it. Others are only shortened."""
    known = {"None": "null", "True": "true", "False": "false"}
    if re.fullmatch(r"'[^'\\]*'", text):
        return json.dumps(text[1:-1], ensure_ascii=False)
    kinds = {"[": "a list", "{": "an object", "'": "it", '"': "it"}
    return known.get(text) or kinds.get(text[:1]) or shorten(text)
