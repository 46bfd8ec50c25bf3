"""Files that lie beside those of the package."""

from tests.tools.support import resource, rules, validate, write

TEXT = {"name": "v", "type": "string"}


def test_files_that_no_resource_names(tmp_path):
    files = {
        "data/t.csv": "v\nx\n",
        "data/t (copy).csv": "v\n",
        "data/README.md": "",
        "data/.hidden": "",
        "elsewhere/u.csv": "",
        "schemas/s.json": "{}",
    }
    report = validate(write(tmp_path, [resource("t", [TEXT])], files))
    assert [(f.rule, f.file) for f in report.findings] == [("FIL104", "data/t (copy).csv")]


def test_files_beside_the_descriptor_are_nobodys_business(tmp_path):
    assert not rules(write(tmp_path, [resource("t", [TEXT], path="t.csv")], {"t.csv": "v\nx\n", "LICENSE": ""}))


def test_a_table_in_another_format_and_the_file_of_a_resource_that_is_left_out_are_known(tmp_path):
    files = {"data/t.csv": "v\nx\n", "data/t.xlsx": "", "data/t.csv.gz": "", "data/u.csv": "v\nx\n", "data/w.csv": ""}
    left_out = resource("u", [TEXT]) | {"title": 5}
    report = validate(write(tmp_path, [resource("t", [TEXT]), left_out], files))
    assert [f.file for f in report.findings if f.rule == "FIL104"] == ["data/w.csv"]
