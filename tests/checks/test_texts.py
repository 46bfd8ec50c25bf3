"""The texts of a descriptor have the form that cells have to have."""

import pytest

from tests.tools.support import resource, table, validate, write


def rules(report) -> list[str]:
    return sorted(found.rule for found in report.findings)


@pytest.mark.parametrize(
    "text, rule",
    [
        ("a\x07b", "HYG106"),
        ("a\u202eb", "HYG107"),
        ("a\u00a0b", "HYG119"),
        ("a\u200bb", "HYG108"),
        ("e\u0301", "HYG105"),
    ],
)
@pytest.mark.parametrize("where", ["package", "contributor", "resource", "schema", "field", "property"])
def test_a_text_in_any_place(tmp_path, text, rule, where):
    field = {"name": "a", "type": "string"} | ({"description": text} if where == "field" else {})
    more = {"description": text} if where == "resource" else {"x" + text: 1} if where == "property" else {}
    about = {"title": text} if where == "package" else {}
    about |= {"contributors": [{"title": text}]} if where == "contributor" else {}
    told = resource("t", [field], **more)
    if where == "schema":
        told["schema"]["title"] = text
    assert rules(validate(write(tmp_path, [told], {"data/t.csv": "a\nx\n"}, **about))) == [rule]


def test_line_breaks_and_what_programs_need_are_allowed(tmp_path):
    field = {"name": "a", "type": "string", "description": "one\n\ttwo", "missingValues": ["\u00a0", ""]}
    assert rules(validate(table(tmp_path, "a\nx\n", [field]))) == []


@pytest.mark.parametrize("label, rule", [(" a", "HYG109"), ("=a", "HYG110"), ("a\u200b", "HYG108")])
def test_a_label(tmp_path, label, rule):
    assert rule in rules(validate(table(tmp_path, f"{label}\nx\n", [{"name": label, "type": "string"}])))


def test_data_that_stand_in_the_descriptor(tmp_path):
    form = {"path": None, "format": None, "encoding": None, "dialect": None}
    told = resource("t", [{"name": "a", "type": "string"}], data=[["a"], ["=1+1"], ["b\u202e"], [" c"]], **form)
    report = validate(write(tmp_path, [told], {}))
    assert rules(report) == ["HYG107", "HYG109", "HYG110"]
    assert 'the data of the resource "t", row 2: "=1+1"' in report.findings[-1].message + report.findings[0].message + (
        report.findings[1].message
    )


def test_a_heap_of_marks_takes_no_time(tmp_path):
    heap = "a" + "\u0316\u0301" * 200_000
    assert rules(validate(table(tmp_path, "a\nx\n", [{"name": "a", "type": "string", "title": heap}]))) == ["HYG105"]
