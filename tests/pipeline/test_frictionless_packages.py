"""frictionless's own public test packages, made anew and small, each with frictionless's verdict beside ours.

frictionless (MIT licence) tests itself on a folder of small packages and states its verdict on each; the Data Package
standard and goodtables before it have examples of each kind of error. Here they are built from a line of description:
no file is theirs. The verdict is asked of frictionless when the test runs. Every type of error that frictionless has
must be yielded by some package, or be named in `UNREACHED` with the reason: a type that a new version brings makes a
test fail.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import frictionless
import pytest
from frictionless import FrictionlessException, Package

from tests.tools.support import DIALECT, further, resource, standard, validate, verdict, write

ID, NAME = {"name": "id", "type": "integer"}, {"name": "name", "type": "string"}
TWO = [ID, NAME]


@dataclass
class Shown:
    """A package: what it shows, the types of frictionless's errors on it, its resources, files and other properties."""

    what: str
    types: list[str]
    resources: list[dict]
    files: dict[str, str | bytes] = field(default_factory=dict)
    about: dict = field(default_factory=dict)


def one(what: str, types: str, content: str | bytes, fields: list[dict] | None = None, **more) -> Shown:
    """A package of one table."""
    counts = {"fields": more.pop("counted")} if "counted" in more else {}  # `fields` of a resource: how many there are
    told = resource("table", TWO if fields is None else fields, **more) | counts
    return Shown(what, types.split(), [told], {told["path"]: content})


def constrained(type_: str, cells: str, **constraints) -> Shown:
    """A table of one column with one constraint, and cells of which the last breaks it."""
    content = "id,v\n" + "".join(f'{number},"{cell}"\n' for number, cell in enumerate(cells.split(), 1))
    return one(
        f"{type_} with {json.dumps(constraints)}",
        "constraint-error",
        content,
        [ID, {"name": "v", "type": type_, "constraints": constraints}],
    )


def of_type(type_: str, good: str, bad: str, types: str = "type-error", **more) -> Shown:
    """A table of one column, with a cell that is of its type and one that is not."""
    told = {"name": "v", "type": type_, **more}
    return one(
        f"{type_} {json.dumps(more)}",
        types,
        "id,v\n" + "".join(f"{n},{quoted(cell)}\n" for n, cell in enumerate((good, bad), 1)),
        [ID, told],
    )


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def referring(what: str, types: str, here: str, there: str, **key) -> Shown:
    """People who live in cities: two tables, the first of which refers to the second."""
    key = {"fields": "city", "reference": {"resource": "cities", "fields": "id"}} | key
    people = resource("people", [ID, {"name": "city", "type": "integer"}, NAME], foreignKeys=[key])
    return Shown(
        what, types.split(), [people, resource("cities", TWO)], {"data/people.csv": here, "data/cities.csv": there}
    )


def zipped(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return held.getvalue()


SOUND = "id,name\n1,english\n2,中国人\n"
PACKAGES = [
    # ------------------------------------------------------------------------------------------- tables that are valid
    one("a table", "", SOUND),
    one("a table with a header alone", "", "id,name\n"),
    one("a byte-order mark", "", b"\xef\xbb\xbf" + SOUND.encode()),
    one("lines that end in CR LF", "", SOUND.replace("\n", "\r\n")),
    one("lines that end in CR", "", SOUND.replace("\n", "\r")),
    one("doubled quotes", "", 'id,name\n1,"a ""quoted"" name"\n'),
    one("escaped quotes", "", 'id,name\n1,"a \\"quoted\\" name"\n', dialect=DIALECT | {"escapeChar": "\\"}),
    one("quotes of another kind", "", "id,name\n1,'a, b'\n", dialect=DIALECT | {"quoteChar": "'"}),
    one("semicolons", "", SOUND.replace(",", ";"), dialect=DIALECT | {"delimiter": ";"}),
    one("tabs", "", SOUND.replace(",", "\t"), path="data/table.tsv", format="tsv", dialect=None),
    one("a line break in a cell", "", 'id,name\n1,"two\nlines"\n2,b\n'),
    one("Latin-1, declared", "", "id,name\n1,é\n".encode("latin-1"), encoding="iso-8859-1"),
    one("UTF-16, declared", "", SOUND.encode("utf-16"), encoding="utf-16"),
    one("an encoding that is guessed", "", SOUND, encoding=None),
    one("a dialect that is guessed", "", SOUND.replace(",", ";"), dialect=None),
    one("a schema that is inferred", "", SOUND, schema=None),
    one("no header", "", "1,english\n2,b\n", dialect=DIALECT | {"header": False}),
    one("a header of two rows", "", "id,na\n,me\n1,a\n", dialect=DIALECT | {"headerRows": [1, 2], "headerJoin": ""}),
    one("a header in the second row", "", "about,this\nid,name\n1,a\n", dialect=DIALECT | {"headerRows": [2]}),
    one("labels in another case", "", "ID,Name\n1,a\n", dialect=DIALECT | {"headerCase": False}),
    one(
        "rows of comment",
        "",
        "# about\nid,name\n# more\n1,a\n",
        dialect=DIALECT | {"commentChar": "#", "headerRows": [2]},
    ),
    one("a row of comment by its number", "", "id,name\nabout\n1,a\n", dialect=DIALECT | {"commentRows": [2]}),
    one("blank rows that are skipped", "", "id,name\n\n1,a\n\n", dialect=DIALECT | {"skipBlankRows": True}),
    one("blanks after delimiters", "", "id, name\n1, a\n", dialect=DIALECT | {"skipInitialSpace": True}),
    one("missing values", "", "id,name\n-,a\nn/a,b\n", missingValues=["-", "n/a"]),
    one("missing values with labels", "", "id,name\n-,a\n", missingValues=[{"value": "-", "label": "not asked"}]),
    one("missing values of one field", "", "id,name\n-,-\n", [ID | {"missingValues": ["-"]}, NAME]),
    one("a file packed by gzip", "", gzip.compress(SOUND.encode()), path="data/table.csv.gz"),
    one("a file packed by zip", "", zipped(table=SOUND), path="data/table.csv.zip"),
    one(
        "a file in a zip of several",
        "",
        zipped(other="x\n", table=SOUND),
        path="data/table.csv.zip",
        innerpath="table.csv",
    ),
    one("a number of bytes and a hash", "", "id,name\n1,a\n", bytes=12, hash="97570fe1797bcf3e469b9a17b9f0abf4"),
    one("numbers of fields and rows", "", "id,name\n1,a\n", rows=1, counted=2),
    Shown(
        "a table in two files",
        [],
        [resource("table", TWO, path=["data/one.csv", "data/two.csv"])],
        {"data/one.csv": "id,name\n1,a\n", "data/two.csv": "2,b\n"},
    ),
    Shown(
        "rows in the descriptor",
        [],
        [{"name": "table", "type": "table", "data": [["id", "name"], [1, "a"]], "schema": {"fields": TWO}}],
    ),
    Shown(
        "rows in the descriptor, by name",
        [],
        [{"name": "table", "type": "table", "data": [{"id": 1, "name": "a"}], "schema": {"fields": TWO}}],
    ),
    Shown(
        "rows in the descriptor, no header",
        [],
        [
            {
                "name": "table",
                "type": "table",
                "data": [["1", "a"]],
                "dialect": {"header": False},
                "schema": {"fields": TWO},
            }
        ],
    ),
    Shown(
        "JSON",
        [],
        [resource("table", TWO, path="data/table.json", format="json", dialect=None)],
        {"data/table.json": '[["id", "name"], [1, "a"]]'},
    ),
    Shown(
        "JSON lines",
        [],
        [resource("table", TWO, path="data/table.jsonl", format="jsonl", dialect=None)],
        {"data/table.jsonl": '{"id": 1, "name": "a"}\n'},
    ),
    Shown(
        "a file that is no table",
        [],
        [resource("table", TWO), {"name": "file", "path": "data/file.txt"}],
        {"data/table.csv": SOUND, "data/file.txt": "text"},
    ),
    Shown(
        "a schema and a dialect in files of their own",
        [],
        [resource("table", [], schema="schema.json", dialect="dialect.json")],
        {"data/table.csv": SOUND, "schema.json": json.dumps({"fields": TWO}), "dialect.json": json.dumps(DIALECT)},
    ),
    Shown(
        "a package with everything that describes it",
        [],
        [resource("table", TWO, title="Table", description="Words", sources=[{"title": "Us"}])],
        {"data/table.csv": SOUND},
        {
            "title": "Package",
            "description": "Words",
            "version": "1.0.0",
            "created": "2024-01-01T00:00:00Z",
            "keywords": ["word"],
            "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
            "contributors": [{"title": "Us"}],
        },
    ),
    Shown(
        "rows in the descriptor, with faults",
        ["type-error", "missing-cell", "primary-key", "blank-row"],
        [
            {
                "name": "table",
                "type": "table",
                "data": [["id", "name"], ["x", "a"], [1], [1, "b"], ["", ""]],
                "schema": {"fields": TWO, "primaryKey": "id"},
            }
        ],
    ),
    # ------------------------------------------------------------------------------------------------- headers and rows
    one(
        "everything at once",
        "blank-label duplicate-label missing-cell blank-row extra-cell",
        "id,name,,name\n1,a\n2,b\n\n3,c,,d,e\n",
        schema=None,
    ),
    one("a blank label", "blank-label", "id,\n1,a\n"),
    one("a header of blank labels", "blank-label", ",\n1,a\n"),
    one("a header that is blank", "", "\n1,a\n"),
    one("a duplicate label", "duplicate-label", "id,id\n1,2\n"),
    one("a label too many", "extra-label", "id,name,more\n1,a,x\n"),
    one("a label missing", "missing-label", "id\n1\n"),
    one("labels in another order", "incorrect-label type-error", "name,id\na,1\n"),
    one("labels in another case than the fields", "incorrect-label", "ID,NAME\n1,a\n"),
    one("labels in any order", "", "name,id\na,1\n", fieldsMatch="equal"),
    one("labels of which all must be fields", "missing-label", "id\n1\n", fieldsMatch="subset"),
    one("fields of which all must be labels", "", "id\n1\n", fieldsMatch="superset"),
    one("no label that is a field", "unmatched-header", "one,two\n1,a\n", fieldsMatch="partial"),
    one("a blank row", "blank-row", "id,name\n1,a\n\n2,b\n"),
    one("a row of empty cells", "blank-row", "id,name\n1,a\n,\n2,b\n"),
    one("several blank rows", "blank-row", "id,name\n\n\n1,a\n\n"),
    one("a row that is too short", "missing-cell", "id,name\n1\n2,b\n"),
    one("rows that are too long", "extra-cell", "id,name\n1,a,x\n2,b,x,y\n"),
    one("rows too short and too long", "missing-cell extra-cell", "id,name\n1\n2,b,x\n3,c\n"),
    one("a comma for a semicolon", "incorrect-label missing-label type-error", "id;name\n1;a\n"),
    # ------------------------------------------------------------------------------------------------------------ cells
    of_type("integer", "1", "1.5"),
    of_type("integer", "1 km", "km", bareNumber=False),
    of_type("number", "1.5", "one"),
    of_type("number", "1.234,5", "1,2,3", decimalChar=",", groupChar="."),
    of_type("number", "95%", "%", bareNumber=False),
    of_type("boolean", "true", "yes"),
    of_type("boolean", "ja", "true", trueValues=["ja"], falseValues=["nein"]),
    of_type("date", "2024-02-29", "2023-02-29"),
    of_type("date", "29/02/2024", "2024-02-29", format="%d/%m/%Y"),
    of_type("time", "10:00:00", "25:00:00"),
    of_type("datetime", "2024-02-29T10:00:00Z", "2024-02-30T10:00:00Z"),
    of_type("year", "2024", "24-"),
    of_type("yearmonth", "2024-02", "2024-13"),
    of_type("duration", "P1Y", "1Y"),
    of_type("geopoint", "1,2", "181,2"),
    of_type("geopoint", "[1, 2]", "1,2", format="array"),
    of_type("geopoint", '{"lon": 1, "lat": 2}', "1,2", format="object"),
    of_type("geojson", '{"type": "Point", "coordinates": [1, 2]}', "{}"),
    of_type("object", "{}", "[]"),
    of_type("array", "[1]", "{}"),
    of_type("list", "1,2", "1,x", itemType="integer"),
    of_type("string", "a@example.org", "a", format="email"),
    of_type("string", "https://example.org/", "example", format="uri"),
    of_type("string", "95eb0b9a-4fd6-4d55-a4d0-4a1a2b6c1a11", "95eb", format="uuid"),
    of_type("string", "YQ==", "b", format="binary"),
    of_type("any", "a", "1", ""),
    constrained("string", "a b ?", pattern="[a-z]"),
    constrained("string", "aa a", minLength=2),
    constrained("string", "a aaa", maxLength=2),
    constrained("integer", "2 1", minimum=2),
    constrained("integer", "2 3", maximum=2),
    constrained("integer", "2 1", exclusiveMinimum=1),
    constrained("integer", "1 2", exclusiveMaximum=2),
    constrained("number", "0.1 0.09", minimum="0.1"),
    constrained("date", "2024-01-02 2023-12-31", minimum="2024-01-01"),
    constrained("integer", "1 2 3", enum=[1, "2"]),
    constrained("string", "a b c", enum=["a", "b"]),
    constrained("array", "[1] []", minLength=1),
    one(
        "a value that is required",
        "constraint-error",
        "id,name\n1,\n",
        [ID, NAME | {"constraints": {"required": True}}],
    ),
    one(
        "a value that is required and whose column is missing",
        "missing-label",
        "id\n1\n",
        [ID, NAME | {"constraints": {"required": True}}],
    ),
    one(
        "three faults in one row",
        "type-error constraint-error",
        "id,name,age\nx,abc,-1\n",
        [
            ID,
            NAME | {"constraints": {"maxLength": 2}},
            {"name": "age", "type": "integer", "constraints": {"minimum": 0}},
        ],
    ),
    # ------------------------------------------------------------------------------------------------------------- keys
    one(
        "a value that stands twice",
        "unique-error",
        "id,name\n1,a\n2,a\n",
        [ID, NAME | {"constraints": {"unique": True}}],
    ),
    one(
        "a value that stands twice, and one that is none",
        "unique-error type-error",
        "id,n\n1,100\n2,bad\n3,100\n4,0\n5,0\n",
        [ID, {"name": "n", "type": "number", "constraints": {"unique": True}}],
    ),
    one("missing values in a unique column", "", "id,name\n1,\n2,\n", [ID, NAME | {"constraints": {"unique": True}}]),
    one("a primary key that stands twice", "primary-key", "id,name\n1,a\n1,b\n", primaryKey="id"),
    one("a primary key that is missing", "primary-key", "id,name\n,a\n", primaryKey="id"),
    one(
        "a primary key that is unique besides",
        "primary-key unique-error",
        "id,name\n1,a\n1,b\n",
        [ID | {"constraints": {"unique": True}}, NAME],
        primaryKey="id",
    ),
    one("a composite primary key", "", "id,name\n1,a\n1,b\n2,a\n", primaryKey=["id", "name"]),
    one(
        "a composite primary key that stands twice",
        "primary-key blank-row",
        "id,name\n1,a\n1,b\n,c\n1,b\n,\n",
        primaryKey=["id", "name"],
    ),
    one("a primary key of a label that is missing", "missing-label", "id\n1\n", primaryKey="name"),
    one(
        "a reference to the table itself",
        "foreign-key",
        "id,name,up\n1,a,\n2,b,1\n3,c,9\n",
        [*TWO, {"name": "up", "type": "integer"}],
        foreignKeys=[{"fields": "up", "reference": {"resource": "", "fields": "id"}}],
    ),
    referring("references", "", "id,city,name\n1,1,a\n2,2,b\n3,,c\n", "id,name\n1,x\n2,y\n"),
    referring("a reference to nowhere", "foreign-key", "id,city,name\n1,1,a\n2,3,b\n", "id,name\n1,x\n2,y\n"),
    referring("references to an empty table", "foreign-key", "id,city,name\n1,1,a\n", "id,name\n"),
    referring(
        "a composite reference",
        "foreign-key",
        "id,city,name\n1,1,x\n2,1,y\n3,,x\n4,,\n",
        "id,name\n1,x\n2,y\n",
        fields=["city", "name"],
        reference={"resource": "cities", "fields": ["id", "name"]},
    ),
    referring(
        "a reference to a table with faults",
        "foreign-key blank-row type-error",
        "id,city,name\n1,1,a\n2,2,b\n",
        "id,name\n1,x\n\nq,y\n",
    ),
    # ------------------------------------------------------------------------------------------------------------ files
    one("another number of bytes", "byte-count", SOUND, bytes=40),
    one("another MD5", "hash-count", SOUND, hash="md5:" + "0" * 32),
    one("another SHA-256", "hash-count", SOUND, hash="sha256:" + "0" * 64),
    one("a header row that the file does not have", "source-error", SOUND, dialect=DIALECT | {"headerRows": [9]}),
    one("another number of rows", "row-count", SOUND, rows=3),
    one("another number of fields", "field-count", SOUND, counted=3),
    one(
        "the statistics of version 1",
        "hash-count byte-count field-count row-count",
        SOUND,
        stats={"md5": "0" * 32, "bytes": 1, "fields": 1, "rows": 1},
    ),
    one("Latin-1, declared as UTF-8", "encoding-error", "id,name\n1,é\n".encode("latin-1")),
    one(
        "Latin-1 in the last of many lines",
        "encoding-error",
        b"id,name\n" + (b"1," + b"a" * 1000 + b"\n") * 200 + "1,é\n".encode("latin-1"),
    ),
    one("an encoding that nobody knows", "encoding-error", SOUND, encoding="bad-encoding"),
    one("a file of a byte-order mark alone", "source-error", b"\xef\xbb\xbf"),
    one("no ZIP", "compression-error", "PK", path="data/table.csv.zip"),
    one("a ZIP that holds no file", "encoding-error", zipped(), path="data/table.csv.zip"),
    one(
        "a ZIP without the file that is named",
        "encoding-error",
        zipped(other="x\n"),
        path="data/table.csv.zip",
        innerpath="table.csv",
    ),
    one("no gzip", "compression-error", "id,name\n", path="data/table.csv.gz"),
    one("no bzip2", "scheme-error", "id,name\n", path="data/table.csv.bz2"),
    Shown(
        "no JSON",
        ["source-error"],
        [resource("table", TWO, path="data/table.json", format="json", dialect=None)],
        {"data/table.json": "[["},
    ),
]

FIELD = {"fields": [{"name": "id", "type": "integer"}]}
# Descriptors that frictionless refuses: the type of the error and, with it, of its reasons.
REFUSED = {
    "two resources of one name": ("package-error", {"resources": [resource("table", TWO)] * 2}),
    "missing values in the wrong place": (
        "package-error",
        {"resources": [resource("table", TWO)], "missingValues": ["-"]},
    ),
    "fields in the wrong place": ("package-error", {"resources": [resource("table", TWO)], "fields": TWO}),
    "a licence without name and path": (
        "package-error",
        {"resources": [resource("table", TWO)], "licenses": [{"title": "free"}]},
    ),
    "no date": ("package-error", {"resources": [resource("table", TWO)], "created": "yesterday"}),
    "a resource without a name": ("resource-error", {"resources": [{"path": "data/table.csv"}]}),
    "a resource without data": ("resource-error", {"resources": [{"name": "table"}]}),
    "data that is a text": ("resource-error", {"resources": [{"name": "table", "data": "text"}]}),
    "fields that are no list": ("schema-error", {"resources": [resource("table", TWO, schema={"fields": "bad"})]}),
    "a primary key that names no field": ("schema-error", {"resources": [resource("table", TWO, primaryKey="bad")]}),
    "a foreign key without a reference": (
        "schema-error",
        {"resources": [resource("table", TWO, foreignKeys=[{"fields": "id"}])]},
    ),
    "a field of no known type": ("field-error", {"resources": [resource("table", [{"name": "id", "type": "bad"}])]}),
    "a constraint that is none of the type's": (
        "field-error",
        {"resources": [resource("table", [{"name": "id", "type": "integer", "constraints": {"minLength": 1}}])]},
    ),
    "a header that is neither true nor false": (
        "dialect-error",
        {"resources": [resource("table", TWO, dialect={"header": "bad"})]},
    ),
}
# Types that no validation of a package gives, with the reason; `frictionless.errors` has them all the same.
CHECKS = "a check that has to be asked for: frictionless does not make it, nor do we"
PARENT = "no error of its own: it stands for the types below it"
OTHERS = "of an object that is no part of a Data Package"
UNREACHED = {
    **dict.fromkeys(
        [
            "table-dimensions",
            "deviated-value",
            "deviated-cell",
            "required-value",
            "duplicate-row",
            "row-constraint",
            "truncated-value",
        ],
        CHECKS,
    ),
    **dict.fromkeys(["forbidden-value", "sequential-value", "ascii-value"], CHECKS),
    **dict.fromkeys(
        [
            "data-error",
            "table-error",
            "row-error",
            "cell-error",
            "header-error",
            "label-error",
            "file-error",
            "metadata-error",
        ],
        PARENT,
    ),
    **dict.fromkeys(
        ["catalog-error", "dataset-error", "checklist-error", "check-error", "inquiry-error", "inquiry-task-error"],
        OTHERS,
    ),
    **dict.fromkeys(
        ["detector-error", "pipeline-error", "step-error", "report-error", "report-task-error", "stats-error"], OTHERS
    ),
    "error": "the general type; frictionless yields it alone where a library is not installed, and here all are",
    "format-error": "a format that needs another library: such a table is refused before frictionless is asked "
    "(tests/tools/hostile.py)",
    "blank-header": "frictionless 5.21 takes a header without labels for one that is not there, and looks no further",
    "control-error": "the control of a dialect is checked as part of the dialect",
}


def build(shown: Shown, folder: Path) -> Path:
    return write(folder, shown.resources, shown.files, **shown.about)


def errors_of(folder: Path) -> Iterator[str]:
    """The types of the errors that frictionless alone finds in a package."""
    for told in Package.from_descriptor(str(folder / "datapackage.json")).resources:
        report = told.validate(limit_errors=0)
        yield from (
            error.type for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]
        )


@pytest.mark.parametrize("shown", PACKAGES, ids=lambda shown: shown.what)
def test_verdict_is_frictionless(tmp_path, shown):
    theirs = verdict(build(shown, tmp_path))
    for block_size in (1, 10**6):  # bytes: a line at a time, and all at once
        report = validate(tmp_path, samples=10**6, block_size=block_size)
        assert standard(report.findings, further(shown.resources)) == theirs
    assert set(errors_of(tmp_path)) == set(shown.types)  # it shows what it says


@pytest.mark.parametrize("what", REFUSED)
def test_descriptor_that_frictionless_refuses(tmp_path, what):
    type_, about = REFUSED[what]
    write(tmp_path, files={"data/table.csv": SOUND}, **about)
    with pytest.raises(FrictionlessException) as refusal:
        Package.from_descriptor(str(tmp_path / "datapackage.json"))
    assert type_ in {refusal.value.error.type, *(reason.type for reason in refusal.value.reasons)}
    report = validate(tmp_path)
    said = [found for found in report.findings if found.rule in ("PKG101", "PKG104")]
    assert said and all(found.line and found.column for found in said), report.findings
    assert report.tables or report.exit_code == 2


def test_every_type_of_error_is_yielded_or_explained():
    def below(kind: type) -> Iterator[str]:
        for sub in kind.__subclasses__():
            if sub.__module__.startswith("frictionless."):
                yield sub.type
            yield from below(sub)

    known = {frictionless.Error.type, *below(frictionless.Error)}
    yielded = {type_ for shown in PACKAGES for type_ in shown.types} | {type_ for type_, _ in REFUSED.values()}
    assert known - yielded - UNREACHED.keys() == set(), (
        "types that are new: make a package for each, or say why there is none"
    )
    assert (yielded | UNREACHED.keys()) - known == set(), "types that are no more"
    assert yielded & UNREACHED.keys() == set()
