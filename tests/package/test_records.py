"""Records of CSV: each with the line on which it begins, and the csv module left as it was."""

import csv
from collections.abc import Iterator

import pytest

from claimtrack.core import limits
from claimtrack.core.errors import TooLarge
from claimtrack.package.dialect import csv_dialect
from claimtrack.package.records import BadRecord, Record, large_cells, lines_of, records
from tests.tools.support import table, validate


def test_each_record_with_its_line_its_text_and_its_cells():
    text = 'a,b\n1,"x\ny"\n\n2,z\r\n3,"q""r"'
    assert list(records(lines_of(text, "t.csv"), csv_dialect({}))) == [
        Record(1, "a,b\n", ["a", "b"], "t.csv"),
        Record(2, '1,"x\ny"\n', ["1", "x\ny"], "t.csv"),
        Record(4, "\n", [], "t.csv"),
        Record(5, "2,z\r\n", ["2", "z"], "t.csv"),
        Record(6, '3,"q""r"', ["3", 'q"r'], "t.csv"),
    ]


@pytest.mark.parametrize(
    "text, line",
    [('a\nb\n"c" d\n', 3), ('a\n"b\nc" d\ne\n', 3), ('"a" b\n', 1), ('a\n"b\nc\n', 3)],
    ids=["in one line", "in two lines", "at the start", "closed nowhere"],
)
def test_a_bad_record_is_told_with_the_last_line_that_was_read(text, line):
    with pytest.raises(BadRecord) as error:
        list(records(lines_of(text), csv_dialect({}), strict=True))
    assert error.value.line == line and isinstance(error.value, csv.Error) and str(error.value)
    assert len(list(records(lines_of(text), csv_dialect({})))) >= 1  # who is not strict makes of it what it can


def test_the_lines_of_a_bad_record_are_counted_as_an_editor_does():
    lines = [("a\n", "b.csv", 7), ('"b" c\n', "b.csv", 8)]
    with pytest.raises(BadRecord) as error:
        list(records(lines, csv_dialect({}), strict=True))
    assert error.value.line == 8


@pytest.fixture
def bound() -> Iterator[int]:
    """The csv module's own bound on a cell, set by another program of the same process."""
    before = csv.field_size_limit(1000)
    yield 1000
    csv.field_size_limit(before)


def test_large_cells_are_taken_in_its_block_alone(bound):
    cell = "x" * (bound + 1)
    with large_cells():
        assert [record.cells for record in records(lines_of(cell), csv_dialect({}))] == [[cell]]
        assert csv.field_size_limit() == limits.MAX_CELL
    assert csv.field_size_limit() == bound
    with pytest.raises(BadRecord, match="field limit"):
        list(records(lines_of(cell), csv_dialect({})))


def test_the_bound_is_what_it_was_after_an_error_too(bound):
    with pytest.raises(ZeroDivisionError), large_cells():
        raise ZeroDivisionError
    assert csv.field_size_limit() == bound


def test_a_check_leaves_the_bound_as_it_was(bound, tmp_path):
    """Be the table regular, or read row by row."""
    for number, content in enumerate(("a\nx\n", 'a\nx"y\n')):
        assert validate(table(tmp_path / str(number), content, [{"name": "a", "type": "string"}])).exit_code == 0
        assert csv.field_size_limit() == bound


def test_a_record_of_too_many_lines_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELL_LINES", 3)
    assert len(list(records(lines_of('"a\nb\nc\nd"\n'), csv_dialect({})))) == 1
    with pytest.raises(TooLarge, match="line 2 goes on for more than 3 lines"):
        list(records(lines_of('a\n"a\nb\nc\nd\ne"\n'), csv_dialect({})))
