"""A plain descriptor is one that frictionless accepts, and what stands for its objects says what they say."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Package, system

from claimtrack.core.errors import Unusable
from claimtrack.package import described, plain_descriptor
from claimtrack.package.described import Described, library
from claimtrack.package.opened import OpenedPackage, open_package
from tests.conftest import ROOT
from tests.tools import fuzz_descriptors
from tests.tools.support import V2, resource, table, validate, write

PARTS = {
    "package": ("name", "version", "custom"),
    "resource": (
        "name", "path", "paths", "extrapaths", "format", "scheme", "compression", "innerpath", "encoding", "hash",
        "bytes", "fields", "rows", "tabular", "custom", "basepath",
    ),
    "schema": ("field_names", "fields_match", "missing_values", "primary_key", "foreign_keys", "custom"),
    "dialect": (
        "header", "header_rows", "header_join", "header_case", "comment_char", "comment_rows", "skip_blank_rows",
        "create_first_content_row()",
    ),
    "field": (
        "name", "type", "format", "constraints", "required", "rdf_type", "missing_values", "custom", "bare_number",
        "true_values", "false_values", "decimal_char", "group_char",
    ),
}  # fmt: skip
DEFINED = ("encoding", "hash", "missing_values", "bare_number", "decimal_char", "group_char", "header", "delimiter")
GOOD = {
    "$schema": V2,
    "name": "example",
    "title": "Ein Beispiel",
    "created": "2026-11-29T10:00:00Z",
    "version": "1.0.0",
    "keywords": ["a"],
    "licenses": [{"name": "CC0-1.0"}],
    "sources": [{"title": "A", "path": "https://example.org/a"}],
    "contributors": [{"title": "A", "email": "a.b@example.org", "role": "author", "more": 5}],
    "conformsTo": "https://example.org/profile",
}
FIELDS = [
    {"name": "id", "constraints": {"required": True, "unique": True, "pattern": "[a-z]+"}},
    {"name": "n", "type": "integer", "bareNumber": False, "missingValues": ["x"], "constraints": {"minimum": 0}},
    {"name": "d", "type": "date", "format": "%d.%m.%Y", "description": "A day", "example": "23.07.2023"},
    {"name": "b", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"], "rdfType": "https://example.org/b"},
    {"name": "x", "type": "number", "decimalChar": ",", "groupChar": ".", "codeList": "some", "sensitive": False},
    {"name": "u", "format": "uri", "example": "https://example.org/a"},
    {"name": "g", "type": "geopoint", "format": "array"},
    {"name": "o", "type": "object", "constraints": {"minLength": 1}},
]
MORE = [
    {},
    {"dialect": None},
    {"dialect": {"delimiter": ";", "header": True, "commentChar": "#", "caseSensitiveHeader": False}},
    {"encoding": "latin-1", "hash": "md5:" + "0" * 32, "bytes": 5, "rows": 3, "fields": 2},
    {"hash": "sha256:" + "a" * 64, "profile": "tabular-data-resource", "type": None, "mediatype": "text/csv"},
    {"hash": "0" * 32, "scheme": "file", "format": "csv", "sensitive": True},
    {"hash": "sha512:" + "a" * 128, "path": "data/t.TSV"},
    {"path": ["data/a.csv", "data/b.csv"], "homepage": "https://example.org"},
    {"path": "data/t.csv.gz"},
    {"path": ["t.csv.zip"]},
    {"missingValues": ["", "NA"], "uniqueKeys": [["n", "d"]], "primaryKey": "id"},
    {"primaryKey": ["id"], "foreignKeys": [{"fields": "n", "reference": {"resource": "", "fields": ["n"]}}]},
    {"foreignKeys": [{"fields": ["id", "n"], "reference": {"fields": ["n", "id"], "package": "x"}, "more": 1}]},
]


def told(more: dict) -> dict:
    """A descriptor of one table."""
    number = {"fields": more["fields"]} if "fields" in more else {}
    rest = {name: value for name, value in more.items() if name != "fields"}
    return {**copy.deepcopy(GOOD), "resources": [resource("t", copy.deepcopy(FIELDS), **rest) | number]}


def alike(ours: object, theirs: object, kind: str) -> None:
    """Fails where a part says something else than frictionless's own."""
    for name in PARTS[kind]:
        if name.endswith("()"):
            assert getattr(ours, name[:-2])() == getattr(theirs, name[:-2])(), name
        elif hasattr(theirs, name):
            mine, due = getattr(ours, name), getattr(theirs, name)
            assert (mine or None) == (due or None), (kind, name)
    for name in DEFINED:
        assert ours.has_defined(name) == theirs.has_defined(name), (kind, name)


def all_alike(ours: described.Package, theirs: Package) -> None:
    """Fails where any part of a package says something else than frictionless's own."""
    alike(ours, theirs, "package")
    for mine, due in zip(ours.resources, theirs.resources, strict=True):
        alike(mine, due, "resource")
        alike(mine.schema, due.schema, "schema")
        alike(mine.dialect, due.dialect, "dialect")
        assert [each.type for each in mine.dialect.controls] == [each.type for each in due.dialect.controls]
        for one, other in zip(mine.dialect.controls, due.dialect.controls, strict=True):
            assert one.to_descriptor() == {k: v for k, v in other.to_descriptor().items() if k != "type"}
        for one, other in zip(mine.schema.fields, due.schema.fields, strict=True):
            alike(one, other, "field")


def opened(folder: Path, descriptor: dict) -> OpenedPackage:
    """A package opened from its descriptor alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    return open_package(folder)


@pytest.mark.parametrize("more", MORE, ids=str)
def test_what_stands_for_a_package_says_what_frictionless_s_says(tmp_path, more):
    package = opened(tmp_path, told(more)).package
    assert isinstance(package, described.Package)
    all_alike(package, library(package))


def test_version_1_and_the_profile_of_tables(tmp_path):
    old = told({"profile": "tabular-data-resource"}) | {"profile": "tabular-data-package"}
    del old["$schema"]
    package = opened(tmp_path, old).package
    assert isinstance(package, described.Package)
    all_alike(package, library(package))


ODD = [
    *fuzz_descriptors.ODD,
    "default",
    "fmt:%Y",
    ["csv"],
    {"name": "a"},
    {"path": "b"},
    3,
    "t",
    "2023-02-30T10:00:00Z",
]


def disturbed(seed: int) -> dict:
    """A descriptor, most of which is sound, with an odd value or two."""
    chance = random.Random(seed)
    made = told(chance.choice(MORE))
    if chance.random() < 0.3:
        del made["$schema"]
    for _ in range(chance.randint(1, 2)):
        table_ = made["resources"][0] if isinstance(made.get("resources"), list) and made["resources"] else {}
        schema = table_.get("schema") if isinstance(table_, dict) else None
        fields = schema.get("fields") if isinstance(schema, dict) else None
        owners = [made, table_, schema, *(fields if isinstance(fields, list) else [])]
        owners += [each.get("constraints") for each in owners if isinstance(each, dict)]
        owners += [table_.get("dialect") if isinstance(table_, dict) else None]
        owner = chance.choice([each for each in owners if isinstance(each, dict)])
        known = [*owner, *fuzz_descriptors.PROPERTIES, *fuzz_descriptors.CONSTRAINTS, "scheme", "stats", "layout"]
        owner[chance.choice(known)] = copy.deepcopy(chance.choice(ODD))
    return made


@pytest.mark.parametrize("first", range(0, 2000, 250))
def test_no_descriptor_is_plain_that_frictionless_refuses(tmp_path, first):
    plain = 0
    for seed in range(first, first + 250):
        descriptor = disturbed(seed)
        try:
            found = opened(tmp_path, descriptor)
        except (Unusable, UnicodeEncodeError):
            continue
        if isinstance(found.package, described.Package):
            plain += 1
            try:
                theirs = library(found.package)
            except AssertionError as error:
                pytest.fail(f"seed {seed}: {error}")
            all_alike(found.package, theirs)
    assert plain > 25  # else nothing was compared


def test_every_property_that_frictionless_knows_is_looked_at():
    """A property that a new version of frictionless knows must not be taken for one that may have any value."""
    fields = [system.select_field_class(kind) for kind in (*plain_descriptor.CONSTRAINTS, *plain_descriptor.OTHERS)]
    resource_ = system.select_resource_class("table")
    pairs = [(Package, plain_descriptor.PACKAGE), (resource_, plain_descriptor.RESOURCE)]
    loaded = sys.modules["frictionless"]
    pairs += [(loaded.Schema, plain_descriptor.SCHEMA), (loaded.Dialect, plain_descriptor.DIALECT)]
    pairs += [(kind, plain_descriptor.FIELD) for kind in fields]
    for kind, tests in pairs:
        known = set(kind.metadata_ensure_profile()["properties"])
        assert known <= {*tests, "type", "example"}, known - set(tests)


@pytest.mark.parametrize(
    "more, fields",
    [
        ({"type": "json"}, FIELDS),
        ({"path": "data/t.json"}, FIELDS),
        ({"path": "../t.csv"}, FIELDS),
        ({"path": "data/$HOME.csv"}, FIELDS),
        ({"dialect": {"header": False}}, FIELDS),
        ({"dialect": {"csv": {"delimiter": ";"}}}, FIELDS),
        ({"compression": "gz"}, FIELDS),
        ({"bytes": 0}, FIELDS),
        ({"schema": None}, FIELDS),
        ({}, [{"name": "a", "type": "list"}]),
        ({}, [{"name": "a", "format": "wkt"}]),
        ({}, [{"name": "a", "categories": ["x"]}]),
        ({}, [{"name": "a", "title": None}]),
        ({}, [{"name": "a", "constraints": {"minimum": 1}}]),
        ({}, [{"name": "a", "type": "integer", "example": "x"}]),
        ({}, [{"name": "a"}, {"name": "a"}]),
    ],
    ids=str,
)
def test_what_is_not_plain_is_left_to_frictionless(tmp_path, more, fields):
    made = {**GOOD, "resources": [resource("t", fields, **more)]}
    assert not isinstance(opened(tmp_path, made).package, Described)


def test_a_plain_package_is_checked_without_frictionless(tmp_path):
    """What frictionless is not needed for is told without it: types, constraints, keys, forms."""
    fields = [
        {"name": "id", "type": "integer", "constraints": {"minimum": 1}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
        {"name": "day", "type": "date"},
    ]
    folder = table(tmp_path, "id,kind,day\n1,a,2023-07-23\n0,c,2023-02-30\n1, a,x\n", fields, primaryKey="id")
    program = (
        "import sys\nfrom claimtrack.commands.main import main\n"
        "code = main([sys.argv[1], '-q'])\nprint(code, 'frictionless' in sys.modules)"
    )
    words = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "1 False"
    found = {line.split(": ")[1].split()[0] for line in done.stdout.splitlines()[:-1]}
    assert found == {"CEL101", "CEL102", "KEY101", "HYG109", "HYG113"}


def test_what_can_be_applied_to_no_cell_is_told_by_frictionless_s_package(tmp_path):
    """A plain descriptor may still say what cannot be applied: then frictionless's own objects are made and changed."""
    fields = [{"name": "a", "type": "integer", "constraints": {"maximum": "x"}}, {"name": "b", "type": "integer"}]
    folder = write(
        tmp_path,
        [
            resource("t", fields, foreignKeys=[{"fields": "b", "reference": {"resource": "lost", "fields": "x"}}]),
            resource("u", [{"name": "a"}], path="data/u.csv"),
        ],
        {"data/t.csv": "a,b\n1,x\n", "data/u.csv": "a\nx\n"},
    )
    assert isinstance(open_package(folder).package, described.Package)
    assert sorted(found.rule for found in validate(folder).findings) == ["CEL101", "PKG104", "PKG105"]


def test_a_reference_to_a_table_that_cannot_be_read_is_forgotten_there_too(tmp_path):
    """A table that only frictionless reads, and that refers to one that is not there, gets no finding for it."""
    keys = [{"fields": "b", "reference": {"resource": "u", "fields": "a"}}]
    folder = write(
        tmp_path,
        [resource("t", [{"name": "a"}, {"name": "b"}], foreignKeys=keys), resource("u", [{"name": "a"}])],
        {"data/t.csv": 'a,b\n"x"y,q\n'},
    )
    report = validate(folder)
    assert sorted({found.rule for found in report.findings}) == ["FIL103", "HYG115"]
    assert any("KEY103" in note for note in report.skipped)
