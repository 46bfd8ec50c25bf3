"""Values of cells are kept out of every report where the user or the descriptor asks for it; names and places stay."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimtrack import validate
from claimtrack.commands.main import main
from claimtrack.core.report import Report
from claimtrack.pipeline import baseline
from claimtrack.pipeline.check import check
from claimtrack.pipeline.profile import CLAIM_TRACKING
from claimtrack.pipeline.settings import Settings
from claimtrack.reports import FORMATS, render
from tests.tools import fuzz
from tests.tools.example import Example
from tests.tools.support import read_descriptor, resource, table, write

TEXT = {"name": "word", "type": "string"}
NUMBER = {"name": "word", "type": "integer"}
KEY = {"fields": [TEXT], "primaryKey": ["word"]}
# A fault for each way in which a value comes into a message: what the Table Schema says, and a file with MARK in it.
FAULTS: dict[str, tuple[dict, str | bytes]] = {
    "type": ({"fields": [NUMBER]}, "word\nMARK\n"),
    "pattern": ({"fields": [TEXT | {"constraints": {"pattern": "[0-9]"}}]}, "word\nMARK\n"),
    "enum": ({"fields": [TEXT | {"constraints": {"enum": ["a"]}}]}, "word\nMARK\n"),
    "length": ({"fields": [TEXT | {"constraints": {"maxLength": 2}}]}, "word\nMARK\n"),
    "array": (
        {"fields": [{"name": "word", "type": "array", "arrayItem": {"type": "integer"}}]},
        'word\n"[""MARK""]"\n',
    ),
    "list": ({"fields": [{"name": "word", "type": "list", "itemType": "integer"}]}, "word\n1;MARK\n"),
    "object": ({"fields": [{"name": "word", "type": "object"}]}, "word\n{MARK\n"),
    "primary key": (KEY, "word\nMARK\nMARK\n"),
    "primary key of a file that frictionless reads": (KEY, 'word\nMARK\nMARK\n"a"b\n'),
    "unique": ({"fields": [TEXT | {"constraints": {"unique": True}}]}, "word\nMARK\nMARK\n"),
    "unique keys": ({"fields": [TEXT], "uniqueKeys": [["word"]]}, "word\nMARK\nMARK\n"),
    "foreign key": (
        KEY | {"foreignKeys": [{"fields": ["word"], "reference": {"resource": "others", "fields": ["word"]}}]},
        "word\nMARK\n",
    ),
    "foreign key of a file that frictionless reads": (
        KEY | {"foreignKeys": [{"fields": ["word"], "reference": {"resource": "others", "fields": ["word"]}}]},
        'word\nMARK\n"a"b\n',
    ),
    "order": (KEY, "word\n" + "".join(f"{number}\n" for number in range(10, 60)) + "0MARK\n"),
    "a cell too many": ({"fields": [TEXT]}, "word\na,MARK\n"),
    "no header": ({"fields": [TEXT]}, "MARK\na\n"),
    "a header with a cell too many": ({"fields": [TEXT]}, "word,MARK\na,b\n"),
    "a header twice": ({"fields": [TEXT, {"name": "more", "type": "string"}]}, "MARK,MARK\na,b\n"),
    "a row for a header": ({"fields": [TEXT, {"name": "size", "type": "integer"}]}, "MARK,1\na,2\n"),
    "a column added": ({"fields": [TEXT, {"name": "size", "type": "integer"}]}, "word,MARK,size\na,b,2\n"),
    "another delimiter": ({"fields": [TEXT, {"name": "size", "type": "integer"}]}, "word;size;MARK\na;2;b\n"),
    "a quote": ({"fields": [TEXT]}, 'word\n"a"MARK\n'),
    "blank": ({"fields": [TEXT]}, "word\n MARK\n"),
    "formula": ({"fields": [TEXT]}, "word\n=MARK\n"),
    "control": ({"fields": [TEXT]}, "word\nMARK\x07\n"),
    "no-break": ({"fields": [TEXT]}, "word\nMARK\u200bx\n"),
    "direction": ({"fields": [TEXT]}, "word\nMARK\u202ex\n"),
    "decomposed": ({"fields": [TEXT]}, "word\nMARKe\u0301\n"),
    "Windows-1252": ({"fields": [TEXT]}, "word\nMARK\u0092\n"),
    "number": ({"fields": [{"name": "word", "type": "number"}]}, "word\nMARK\n"),
    "date": ({"fields": [{"name": "word", "type": "date"}]}, "word\nMARK\n"),
    "day of EDTF": ({"fields": [TEXT | {"rdfType": "http://id.loc.gov/datatypes/edtf/EDTF-level1"}]}, "word\nMARK\n"),
}


def package(folder: Path, fault: str, mark: str) -> Path:
    """A package with one fault, with `mark` in its cells."""
    told, content = FAULTS[fault]
    files = {"data/t.csv": str(content).replace("MARK", mark), "data/others.csv": "word\na\n"}
    return write(folder, [resource("t", **told), resource("others", **KEY)], files)


def told(report: Report) -> dict[str, str]:
    """All that can be told of a report, by form."""
    return {form: render(form, [report]) for form in FORMATS} | {"baseline": baseline.write(report)}


def checked(folder: Path, values: bool) -> Report:
    """The report on a package, as the command makes it."""
    return check(str(folder), Settings(), [CLAIM_TRACKING], values=values)


@pytest.mark.parametrize("fault", FAULTS)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(mark=st.text("bcdfghjkmpqrtvwxz", min_size=12, max_size=20))
def test_no_report_has_the_value_of_a_cell_at_fault(tmp_path_factory, fault, mark):
    folder = package(tmp_path_factory.mktemp("values"), fault, mark)
    shown, hidden = checked(folder, values=True), checked(folder, values=False)
    assert mark in told(shown)["json"], "the fault does not show the value in the first place"
    assert [form for form, text in told(hidden).items() if mark in text] == []
    assert hidden.totals == shown.totals and hidden.exit_code == shown.exit_code
    assert [one.place for one in hidden.findings] == [one.place for one in shown.findings]
    assert [one.rule for one in hidden.findings] == [one.rule for one in shown.findings]


@pytest.mark.parametrize("count", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_random_packages_keep_all_values_to_themselves(count, tmp_path, monkeypatch):
    mark, cell = "qzvkxwjq", fuzz.cell
    monkeypatch.setattr(fuzz, "cell", lambda rng, kind: cell(rng, kind) + (mark if rng.random() < 0.3 else ""))
    seen = 0
    for seed in range(count):
        folder = tmp_path / str(seed)
        resources, files = fuzz.package(random.Random(seed))
        write(folder, resources, files)
        shown, hidden = checked(folder, values=True), checked(folder, values=False)
        seen += mark in told(shown)["json"]
        assert [form for form, text in told(hidden).items() if mark in text] == [], f"seed {seed}"
        assert hidden.totals == shown.totals, f"seed {seed}"
    assert seen > count // 2  # else the fuzz would not try what it is for


def test_rules_of_a_profile_keep_values_to_themselves(good: Example):
    good.set("claims", "EX01-C001", "time_basis", "relative")
    good.set("claims", "EX01-C001", "time", "")
    good.set("claims", "EX01-C002", "hedge", "qzvkxwjq")
    shown, hidden = checked(good.folder, values=True), checked(good.folder, values=False)
    assert {found.rule for found in shown.findings} >= {"CLM102", "CEL102"}
    assert '"relative", ""' in told(shown)["text"] and "qzvkxwjq" in told(shown)["text"]
    for text in told(hidden).values():
        assert "qzvkxwjq" not in text and '"relative", ""' not in text
    assert "CLM102" in told(hidden)["text"] and '(column "time_basis", "time")' in told(hidden)["text"]


@pytest.mark.parametrize(
    "data", [["word", "MARK"], [["word"], ["MARK"], [" MARK", "MARK"]], [{"word": {"MARK": 1}}], "MARK"]
)
def test_values_in_a_descriptor_are_kept_out(tmp_path, data):
    mark = "qzvkxwjq"
    inline = json.loads(json.dumps(data).replace("MARK", mark))
    write(tmp_path, [resource("t", [NUMBER], path=None, format=None, encoding=None, dialect=None, data=inline)], {})
    assert [form for form, text in told(checked(tmp_path, values=False)).items() if mark in text] == []


def test_command_prints_and_writes_no_value(tmp_path, capfd):
    folder = table(tmp_path / "package", "word\nqzvkxwjq\n", [NUMBER])
    outputs = [tmp_path / f"report{ending}" for ending in FORMATS.values() if ending]
    given = [part for output in outputs for part in ("--output", str(output))]
    assert main(["check", str(folder), "--no-values", "-v", *given]) == 1
    said = "".join(capfd.readouterr())
    assert "data/t.csv:2:1: CEL101" in said and "(value kept out)" in said and '"word"' in said
    assert not any("qzvkxwjq" in text for text in [said, *(path.read_text(encoding="utf-8") for path in outputs)])
    assert main(["check", str(folder)]) == 1
    assert "qzvkxwjq" in capfd.readouterr().out


def test_baseline_without_values_knows_its_findings(tmp_path, capsys):
    folder, known = table(tmp_path / "package", "word\nqzvkxwjq\n", [NUMBER]), tmp_path / "known.json"
    assert main(["check", str(folder), "--no-values", "--write-baseline", str(known)]) == 0
    assert "qzvkxwjq" not in known.read_text(encoding="utf-8")
    assert main(["check", str(folder), "--no-values", "--baseline", str(known)]) == 0
    (folder / "data" / "t.csv").write_text("word\nqzvkxwjq\nanother\n", encoding="utf-8")
    assert main(["check", str(folder), "--no-values", "--baseline", str(known)]) == 1
    capsys.readouterr()


def test_sensitive_field_is_kept_out_and_its_neighbour_is_told(tmp_path):
    fields = [NUMBER | {"sensitive": True}, {"name": "other", "type": "integer"}]
    folder = table(tmp_path, "word,other\nqzvkxwjq,shown\n", fields)
    report = checked(folder, values=True)
    assert [(found.field, found.value) for found in report.findings] == [("word", None), ("other", "shown")]
    assert not any("qzvkxwjq" in text for text in told(report).values())
    assert not any(found.rule.startswith("PKG") for found in report.findings)  # a property that the standard allows


def test_what_belongs_to_no_field_may_be_of_a_sensitive_one(tmp_path):
    folder = table(tmp_path, "word,other\na,b,qzvkxwjq\n", [TEXT | {"sensitive": True}, {"name": "other"}])
    report = checked(folder, values=True)
    assert {found.rule for found in report.findings} >= {"TAB102"}
    assert not any("qzvkxwjq" in text for text in told(report).values())


def test_sensitive_resource_keeps_out_all_its_fields(tmp_path):
    folder = table(tmp_path, "word\nqzvkxwjq\n", [NUMBER], sensitive="yes")  # a slip, on the safe side
    assert read_descriptor(folder)["resources"][0]["sensitive"] == "yes"
    report = checked(folder, values=True)
    assert report.exit_code == 1 and not any("qzvkxwjq" in text for text in told(report).values())


def test_error_of_a_library_is_told_by_its_kind_alone(tmp_path, monkeypatch):
    def fails(*_arguments, **_options):
        raise ArithmeticError("of the cell qzvkxwjq")

    monkeypatch.setattr("claimtrack.pipeline.run.check_keys", fails)
    folder = table(tmp_path, "word\n=a\n", [TEXT])
    assert "qzvkxwjq" in "".join(checked(folder, values=True).internal_errors)
    hidden = "".join(checked(folder, values=False).internal_errors)
    assert "ArithmeticError" in hidden and "qzvkxwjq" not in hidden


def test_library_keeps_values_out_as_the_command_does(tmp_path):
    folder = table(tmp_path, "word\nqzvkxwjq\n", [NUMBER])
    assert "qzvkxwjq" in str(validate(folder).findings)
    report = validate(folder, values=False)
    assert [found.rule for found in report.findings] == ["CEL101"] and "qzvkxwjq" not in str(report)
