"""The profile: its JSON Schema, what a package lacks of it, and packages that all but declare it."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import polars as pl
import pytest

from claimtrack.backends.local.backend import Local
from claimtrack.core.errors import Unusable
from claimtrack.core.findings import Tally
from claimtrack.package.table_io import read_rows, write_rows
from claimtrack.pipeline import profile
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.profile_rules import Held, held_fields, run_rules
from claimtrack.pipeline.run import Run
from claimtrack.reading.places import Scanned
from tests.tools import second_profile
from tests.tools.example import Example
from tests.tools.hostile import ROOT
from tests.tools.support import PROFILE, checked, claimtrack, resource, seal, table, validate, write

PATH = ROOT / "schemas" / "profile" / f"{PROFILE.name}.json"


@pytest.fixture
def json_schema() -> dict:
    return json.loads(PATH.read_text(encoding="utf-8"))


@pytest.fixture
def descriptor() -> dict:
    return json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def test_the_dataset_conforms(json_schema, descriptor):
    jsonschema.Draft202012Validator.check_schema(json_schema)
    jsonschema.validate(descriptor, json_schema)


def test_it_asks_for_the_tables_of_the_rules(json_schema):
    asked = [
        part["contains"]["properties"]["name"]["const"] for part in json_schema["properties"]["resources"]["allOf"]
    ]
    assert sorted(asked) == sorted(PROFILE.columns)


@pytest.mark.parametrize("name", ["conformsTo", "version", "resources"])
def test_a_descriptor_that_lacks_something_does_not_conform(json_schema, descriptor, name):
    del descriptor[name]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, json_schema)


@pytest.mark.parametrize("table", PROFILE.columns)
def test_a_descriptor_without_a_table_does_not_conform(json_schema, descriptor, table):
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != table]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(descriptor, json_schema)


# ----------------------------------------------------------------------------------------- what a package lacks of it

COLUMNS = [(table, column) for table, fields in PROFILE.columns.items() for column in fields]


def reshape(good: Example, table: str, change) -> None:
    """Applies `change` to a table's Table Schema."""
    path = good.folder / "schemas" / f"{table}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    change(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")


def drop(good: Example, table: str, column: str) -> None:
    """Takes a column out of a table and its Table Schema, and out of every key that names it."""

    def without(schema: dict) -> None:
        schema["fields"] = [field for field in schema["fields"] if field["name"] != column]
        for key in ("primaryKey", "uniqueKeys"):
            if json.dumps(column) in json.dumps(schema.get(key)):
                del schema[key]
        schema["foreignKeys"] = [key for key in schema.get("foreignKeys", []) if column not in key["fields"]]

    def unreferred(schema: dict) -> None:
        keys = schema.get("foreignKeys", [])
        schema["foreignKeys"] = [
            k for k in keys if (k["reference"]["resource"], k["reference"]["fields"]) != (table, [column])
        ]

    reshape(good, table, without)
    for other in PROFILE.columns:
        reshape(good, other, unreferred)
    names, rows = read_rows(good.path(table))
    write_rows(good.path(table), [name for name in names if name != column], rows, in_order=False)


def missed(table: str, column: str) -> tuple[str, str]:
    """File and message of the finding on a column that is not there."""
    return f"schemas/{table}.json", f'{PKG102}: the table "{table}" has no column "{column}"'


@pytest.mark.parametrize(
    "table, column",
    [
        pytest.param(table, column, id=f"{table}.{column}", marks=pytest.mark.slow if number % 6 else [])
        for number, (table, fields) in enumerate(PROFILE.columns.items())
        for column in [max(fields)]
    ],
)
def test_a_column_of_each_table_is_missed(good: Example, table, column):
    drop(good, table, column)
    report = good.validate()
    assert [(f.file, f.message) for f in report.findings if f.rule == "PKG102"] == [
        missed(table, column)
    ] and report.exit_code == 1


@pytest.fixture(scope="module")
def run(good_folder) -> Run:
    """A run over the smallest valid package, whose tables are thus read, and still held."""
    backend = Local()
    backend.store.close = lambda: None
    return checked(good_folder, backend)


@pytest.mark.slow
@pytest.mark.parametrize("table, column", COLUMNS, ids=".".join)
def test_each_column_of_the_profile_is_missed(run, table, column):
    """From the tables on, which is quicker than so many packages whole."""
    tables = {name: held(run, name, scanned) for name, scanned in run.tables.items()}
    cut = run.tables[table].table.resource.to_copy()
    cut.schema.remove_field(column)
    scanned = run.tables[table]
    declared = replace(scanned.table, resource=cut)
    tables[table] = held(run, table, replace(scanned, table=declared, places=replace(scanned.places, table=declared)))
    rows = tables[table].rows.drop(column)
    tables[table] = replace(tables[table], rows=rows)

    findings, lacking = profile.lacks(PROFILE, run.opened, {n: (t.table, t.places.columns) for n, t in tables.items()})
    assert [(f.file, f.message) for f in findings] == [missed(table, column)]
    tally = Tally()
    about = pl.DataFrame({"name": ["lighthouses"], "version": ["1.1.0"], "created": ["2022-01-10"]})
    outcome = run_rules(PROFILE, tables, tally, about, lacking, run.backend.rules())
    assert tally.samples == []  # no code, say, passes for unused because its column is not there
    asked = [rule.id for rule in PROFILE.rules_on_tables]
    assert sorted([*outcome.ran, *(line[:6] for line in outcome.skipped)]) == sorted(asked)


def held(run: Run, name: str, scanned: Scanned) -> Held:
    """A table with its rows."""
    return Held(scanned, run.backend.store.rows_of(name), held_fields(PROFILE.columns[name], scanned.table))


PKG102 = "A table or column that the declared profile asks for is missing, or is another than it asks for"


def test_everything_that_is_missing_is_named(good: Example):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    good.describe(resources=[r for r in descriptor["resources"] if r["name"] not in ("codings", "rights", "claims")])
    drop(good, "calls", "status")
    drop(good, "calls", "demand")
    drop(good, "anchors", "start")
    done = claimtrack(good.folder)
    assert done.returncode == 1 and done.stderr == ""
    for words in (
        'no table "codings"',
        'no table "rights"',
        'no table "claims"',
        '"calls" has no column "status"',
        '"calls" has no column "demand"',
        '"anchors" has no column "start"',
    ):
        assert words in done.stdout
    assert (
        "skipped: SEG101" not in done.stdout
        and "skipped: ANC102" in done.stdout
        and "not checked, since anchors.start did not" in done.stdout
    )


@pytest.mark.parametrize(
    "table, column, key, value, words",
    [
        ("segments", "start", "type", "string", 'the type "string"; expected "integer"'),
        ("claims", "time", "rdfType", None, "no rdfType; expected"),
        ("claims", "hedge", "codeList", None, 'no codeList; expected "hedge"'),
        ("claims", "claim", "codeList", "voice", 'the codeList "voice"; expected none'),
    ],
)
def test_a_column_that_is_another_than_the_profile_asks_for(good: Example, table, column, key, value, words):
    def change(schema: dict) -> None:
        field = next(field for field in schema["fields"] if field["name"] == column)
        field.pop(key, None)
        field.update({key: value} if value else {})
        if key == "type":
            field["constraints"] = {}

    reshape(good, table, change)
    report = good.validate()
    (message,) = (f.message for f in report.findings if f.rule == "PKG102")
    assert f'the table "{table}" has in the column "{column}" {words}' in message
    assert report.exit_code == 1 and any(f"{table}.{column}" in line for line in report.skipped)


def test_a_table_of_the_profile_that_is_no_file(good: Example):
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    for told in descriptor["resources"]:
        if told["name"] == "rights":
            for key in ("path", "format", "bytes", "hash", "encoding", "dialect"):
                del told[key]
            told["data"] = read_rows(good.path("rights"))[1]
    good.path("rights").unlink()
    good.describe(resources=descriptor["resources"])
    report = validate(good.folder)
    (message, *_) = (f.message for f in report.findings if f.rule == "PKG102")
    assert report.exit_code == 1 and 'the table "rights" is not in a CSV file' in message


def test_what_a_resource_lacks_is_told_once(good: Example):
    seal(good.folder)
    descriptor = json.loads((good.folder / "datapackage.json").read_text(encoding="utf-8"))
    for told, keys in zip(descriptor["resources"], [("bytes", "hash"), ("hash",), ("bytes", "encoding")], strict=False):
        for key in keys:
            del told[key]
    good.describe(resources=descriptor["resources"])
    messages = [f.message.partition(": ")[2] for f in validate(good.folder).findings if f.rule == "PKG102"]
    assert messages == [
        '"resources/0" lacks "bytes", "hash"',
        '"resources/1" lacks "hash"',
        '"resources/2" lacks "encoding", "bytes"',
    ]


@pytest.mark.parametrize("column", ["_end", "_used", "time_from", "_row", "start_right"])
def test_a_column_of_ones_own_keeps_no_rule_from_its_work(good: Example, column):
    for name in ("segments", "claims", "codes"):
        reshape(good, name, lambda schema: schema["fields"].append({"name": column, "type": "integer"}))
        names, rows = read_rows(good.path(name))
        write_rows(good.path(name), [*names, column], [row | {column: "7"} for row in rows])
    report = good.validate()
    assert report.exit_code == 0 and report.skipped == [], report.findings


def add_code(good: Example, table: str, column: str, code: str) -> None:
    """Gives a column of codes one more, in the Table Schema."""

    def change(schema: dict) -> None:
        (field,) = (field for field in schema["fields"] if field["name"] == column)
        field["constraints"]["enum"].append(code)

    reshape(good, table, change)


def test_an_open_list_of_codes_may_have_more(good: Example):
    add_code(good, "claims", "place", "LVA")
    good.add("codes", {"list": "country", "code": "LVA", "label": "Latvia", "definition": "The Republic of Latvia."})
    good.set("claims", "EX01-C001", "place", "LVA")
    assert [found.rule for found in good.validate().findings] in (
        [],
        ["STA204"],
    )  # a warning: no claim is placed at home


def test_a_list_of_codes_that_rules_rely_on_may_not(good: Example):
    add_code(good, "claims", "voice", "choir")
    found = {found.rule: found for found in good.validate().findings}
    assert found.keys() == {"PKG102", "COD203"}  # the profile does not have it, and no row says what it means
    assert found["PKG102"].field == "voice" and '"choir"' in found["PKG102"].message


def test_a_code_is_told_only_where_the_columns_of_codes_are_known(good: Example):
    good.add("codes", {"list": "country", "code": "LVA", "label": "Latvia", "definition": "The Republic of Latvia."})
    assert [found.rule for found in good.validate().findings] == ["COD201"]
    drop(good, "claims", "place")
    assert any(line.startswith("COD201 ") and "claims.place" in line for line in good.validate().skipped)


# ------------------------------------------------------------------------------------------- who all but declares it


@pytest.mark.parametrize(
    "said",
    [
        {"conformsTo": "Claim-Tracking-Package-1"},
        {"conformsTo": "claim_tracking_package_1"},
        {"conformsTo": "claim-tracking-package-2"},
        {"conformsTo": "claim-tracking-package"},
        {"conformsTo": "claims-tracking-package-1 "},
        {"conformsTo": "https://example.org/claim-tracking-package-1"},
        {"conformsTo": "https://example.org/profiles/claim-tracking-package-1.json"},
        {"conformsTo": "https://example.org/profiles#claim-tracking-package-1"},
        {"conformsTo": ["claim-tracking-package-1"]},
        {"conformsTo": {"@id": "https://example.org/claim-tracking-package-1/"}},
        {"conformsto": "claim-tracking-package-1"},
        {"conforms_to": "claim-tracking-package-1"},
        {"conforms": "claim-tracking-package-1"},
    ],
    ids=str,
)
def test_a_slip_in_the_declaration_is_said(tmp_path, said):
    package = write(tmp_path, [resource("t", [{"name": "n", "type": "integer"}])], {"data/t.csv": "n\n1\n"}, **said)
    report = validate(package)
    assert [f.rule for f in report.findings] == ["PKG207"] and report.exit_code == 0
    (found,) = report.findings
    assert next(iter(said)) in found.message and f'expected "conformsTo": "{PROFILE.name}"' in found.message
    assert '"conformsTo"' in found.mend
    assert claimtrack(package, "--strict").returncode == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"conformsTo": "camtrap-dp-1.0"},
        {"conformsTo": ["https://example.org/tracking"]},
        {"conformsTo": 1},
        {"conformsTo": "x" * 10**6},
        {"conformsTo": []},
    ],
    ids=lambda said: str(said)[:60],
)
def test_other_packages_are_left_in_peace(tmp_path, said):
    package = table(tmp_path, "n\n1\n", [{"name": "n", "type": "integer"}])
    path = package / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | said))
    assert validate(package).findings == []


def test_the_tables_of_the_profile_without_its_name(good: Example):
    good.describe(conformsTo=None)
    path = good.folder / "datapackage.json"
    path.write_text(
        json.dumps({key: value for key, value in json.loads(path.read_text()).items() if key != "conformsTo"})
    )
    report = validate(good.folder)
    assert [f.rule for f in report.findings] == ["PKG207"] and "there is no `conformsTo`" in report.findings[0].message
    good.describe(conformsTo="a profile of another house")
    assert validate(good.folder).findings == []


# ------------------------------------------------------------------------------------------------ a profile of others

LAMPS = second_profile.PROFILE
FILES = {
    "data/lamps.csv": "lamp,height,street,lit\nL1,0.5,Quay,2023-01\nL2,4.5,Lane,\nL3,6,,\n",
    "data/streets.csv": "street,length\nLane,\nQuay,300\n",
}


def lit(folder: Path, conforms_to: str = LAMPS.name, **files: str) -> Path:
    """A package of lamps and streets."""
    resources = []
    for name, schema in LAMPS.table_schemas.items():
        resources.append(resource(name, schema["fields"], primaryKey=schema["primaryKey"]))
    told = FILES | {f"data/{name}.csv": content for name, content in files.items()}
    return write(folder, resources, told, conformsTo=conforms_to)


@pytest.mark.parametrize("memory", [512 * 2**20, 0], ids=["in memory", "on disk"])
def test_a_second_profile_has_its_rules_run(tmp_path, memory):
    report = validate(lit(tmp_path), memory, profiles=(CLAIM_TRACKING, LAMPS))
    assert [(f.rule, f.severity, f.file, f.line, f.field, f.value) for f in report.findings] == [
        ("LMP101", "error", "data/lamps.csv", 2, "height", "0.5"),
        ("LMP201", "warning", "data/lamps.csv", 3, "street", "Lane"),
    ]
    assert report.findings[0].message.startswith("The lamp hangs lower than a person stands: ")
    assert report.findings[0].mend == "Correct `height`, in metres."
    assert report.summary == "the tallest lamp hangs 6.0 m high"
    assert {"LMP101", "LMP201"} <= set(report.rules) and not any(id.startswith("CLM") for id in report.rules)
    assert (report.exit_code, report.skipped) == (1, [])


def test_a_second_profile_is_held_to_its_columns(tmp_path):
    folder = lit(tmp_path, streets="street\nLane\nQuay\n")
    descriptor = json.loads((folder / "datapackage.json").read_text())
    del descriptor["resources"][1]["schema"]["fields"][1]
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    report = validate(folder, profiles=(LAMPS,))
    assert [(f.rule, f.field) for f in report.findings] == [("LMP101", "height"), ("PKG102", "length")]
    assert report.findings[1].message == f'{PKG102}: the table "streets" has no column "length"'
    assert report.skipped == [
        f"LMP201 {LAMPS.rules['LMP201'].title}: not checked, since streets.length did not pass the checks above"
    ]


def test_dates_of_a_second_profile_are_dates(tmp_path):
    report = validate(lit(tmp_path, lamps="lamp,height,street,lit\nL1,2,,2023-02-30\n"), profiles=(LAMPS,))
    assert [(f.rule, f.line, f.value) for f in report.findings] == [("EDT101", 2, "2023-02-30")]


def test_a_profile_that_is_not_handed_in_has_no_say(tmp_path):
    report = validate(lit(tmp_path))
    assert report.findings == [] and report.summary == "" and "LMP101" not in report.rules


def test_a_slip_in_the_name_of_a_second_profile_is_said(tmp_path):
    report = validate(lit(tmp_path, conforms_to="Lamps 1"), profiles=(CLAIM_TRACKING, LAMPS))
    (found,) = report.findings
    assert found.rule == "PKG207" and '"conformsTo": "Lamps 1"; expected "conformsTo": "lamps-1"' in found.message


def test_tables_that_tell_no_profile_are_no_slip(tmp_path):
    """The names `lamps` and `streets` may be those of any package: the profile names no tables that tell."""
    folder = lit(tmp_path)
    descriptor = json.loads((folder / "datapackage.json").read_text())
    del descriptor["conformsTo"]
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    assert validate(folder, profiles=(CLAIM_TRACKING, LAMPS)).findings == []


def test_a_summary_is_not_made_of_broken_cells(tmp_path):
    report = validate(lit(tmp_path, lamps="lamp,height,street,lit\nL1,high,,\n"), profiles=(LAMPS,))
    assert [f.rule for f in report.findings] == ["CEL101"] and report.summary == ""
    assert [line[:6] for line in report.skipped] == ["LMP101"]


@pytest.mark.parametrize(
    "name, words",
    [
        ("", "is not of the form MODULE:NAME, such as my_rules:PROFILE"),
        ("tests.tools.second_profile", "is not of the form MODULE:NAME"),
        (":PROFILE", "is not of the form MODULE:NAME"),
        ("tests.tools.second_profile:", "is not of the form MODULE:NAME"),
        ("no_such_module:PROFILE", "No module named 'no_such_module'; is the module where Python looks (PYTHONPATH)?"),
        ("tests.tools.second_profile:NONE", "NONE in tests.tools.second_profile is no claimtrack.Profile"),
        ("tests.tools.second_profile:LAMPS", "LAMPS in tests.tools.second_profile is no claimtrack.Profile"),
    ],
)
def test_what_is_no_profile_is_refused_in_a_sentence(name, words):
    with pytest.raises(Unusable) as refused:
        profile.load(name)
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_a_profile_is_loaded_by_its_name():
    assert profile.load("tests.tools.second_profile:PROFILE") is LAMPS


def test_the_profile_of_claim_tracking_is_what_its_place_holder_says():
    """The engine knows it by name alone, and loads the rest once a package declares it."""
    assert (PROFILE.name, PROFILE.telling) == (CLAIM_TRACKING.name, CLAIM_TRACKING.telling)
