"""Files that lie beside those of the package."""

from tests.support import resource, rules, write
from validator.run import validate

TEXT = {"name": "v", "type": "string"}


def test_files_that_no_resource_names(tmp_path):
    files = {"data/t.csv": "v\nx\n", "data/t (copy).csv": "v\n", "data/README.md": "", "data/.hidden": "", "elsewhere/u.csv": "", "schemas/s.json": "{}"}
    report = validate(write(tmp_path, [resource("t", [TEXT])], files))
    assert [(f.rule, f.file) for f in report.findings] == [("FIL104", "data/t (copy).csv")]


def test_files_beside_the_descriptor_are_nobodys_business(tmp_path):
    assert not rules(write(tmp_path, [resource("t", [TEXT], path="t.csv")], {"t.csv": "v\nx\n", "LICENSE": ""}))
