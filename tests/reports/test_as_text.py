"""The text report: an overview by rule and column, errors before warnings and marked, the help of a rule once."""

import re
from pathlib import Path

import pytest

from claimtrack.reports import FORMATS
from tests.tools.support import claimtrack, resource, table, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "s", "type": "string"}


def lines(folder: Path, *options: str) -> list[str]:
    """What the command prints of a package, line by line, without the folder of the package."""
    return claimtrack(folder, *options).stdout.replace(f"{folder}/", "").splitlines()


def test_it_begins_with_an_overview_by_rule_and_column(tmp_path):
    content = "n,s\n" + "x, \n" * 1200 + "1,=1+1\n"
    text = lines(table(tmp_path, content, [INTEGER, TEXT]))
    assert text[:4] == [
        '  1,200  CEL101 error    data/t.csv column "n"',
        '  1,200  HYG109 warning  data/t.csv column "s"',
        '      1  HYG110 warning  data/t.csv column "s"',
        "",
    ]


def test_errors_come_before_warnings_and_are_marked(tmp_path):
    text = lines(table(tmp_path, "n,s\n1, a\nx,b\n", [INTEGER, TEXT]), "--quiet")
    assert [line.partition(" ")[2][:15] for line in text] == ["CEL101 error: A", "HYG109 warning:"]


def test_a_rule_gives_its_help_once(tmp_path):
    text = lines(table(tmp_path, "n,s\nx, a\ny, b\nz,c\n", [INTEGER, TEXT]))
    helps = [line for line in text if line.startswith("    mend: ")]
    assert len(helps) == len(set(helps)) == 2
    assert text[text.index(helps[0]) - 1].startswith("data/t.csv:2:1: CEL101 error: ")


def test_a_single_finding_needs_no_overview(tmp_path):
    assert lines(table(tmp_path, "n,s\nx,a\n", [INTEGER, TEXT]))[0].startswith("data/t.csv:2:1: CEL101 error: ")


def test_the_overview_names_a_few_columns_of_many(tmp_path):
    fields = [{"name": f"c{number}", "type": "integer"} for number in range(9)]
    content = ",".join(field["name"] for field in fields) + "\n" + ",".join("x" * 9) + "\n"
    text = lines(table(tmp_path, content, fields))
    assert '  1  CEL101 error    data/t.csv column "c4"' in text and "c5" not in "".join(text[:6])
    assert text[5] == "  4  CEL101 error    data/t.csv in 4 other columns"


def test_an_absent_cell_is_told_once(tmp_path):
    """On its own line; that it is required is told with it. An empty cell that is required is told as ever."""
    fields = [INTEGER, TEXT | {"constraints": {"required": True}}]
    for name, end in (("regular", ""), ("irregular", '"a"b,c\n')):
        folder = table(tmp_path / name, f"n,s\n1\n2,\n{end}", fields)
        text = [line for line in lines(folder, "--quiet") if "TAB102" in line or "CEL102" in line]
        assert len(text) == 2 and text[0].startswith("data/t.csv:2:1: TAB102 error: "), text
        assert text[0].endswith("(1 further finding follows from this)")
        assert text[1].startswith("data/t.csv:3:3: CEL102 error: ")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_tells_the_cause_with_the_number_of_what_follows(tmp_path, form):
    """And lists what follows in JSON alone."""
    fields = [INTEGER, TEXT, {"name": "d", "type": "date"}]
    folder = write(tmp_path, [resource("t", fields)], {"data/t.csv": "n;s;d\n" + "1;a;2001-01-02\n" * 20})
    text = claimtrack(folder, "--format", form).stdout
    number = r'"consequences": 23' if form == "json" else r"23 further findings follow"
    assert re.search(number, text) and "TAB104" in text
    assert ("expected an integer" in text) == (form == "json")
