"""Reading a table in blocks: what is proven regular, where findings stand, checksums, files that change meanwhile."""

import csv
import hashlib
import importlib.util
import io
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimtrack.backends.local import columns, reader, scan, shapes
from claimtrack.backends.local.blocks import Irregular, blocks
from claimtrack.backends.local.long_reader import LongReader
from claimtrack.core import limits
from claimtrack.core.errors import TooLarge
from claimtrack.pipeline.run import Run
from claimtrack.reading.places import MARKED, closing
from tests.tools.support import DIALECT, checked, standard, table, validate, verdict

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


def run(folder, block_size=20) -> Run:
    return checked(folder, samples=10**6, block_size=block_size)


def test_regular_tables_are_proven_regular(tmp_path):
    folder = table(tmp_path, 'n,a\n1,"x, ""y"""\n2,\n', [INTEGER, TEXT])
    assert run(folder).tables["t"].regular


@pytest.mark.parametrize("cell", ["x", "é", '"x\ny"', '"é\né"', '""'])
@pytest.mark.parametrize("small", [columns.SMALL, 0])
def test_sound_cells_are_proven_by_their_lines_and_not_judged(tmp_path, monkeypatch, cell, small):
    judged = []
    monkeypatch.setattr(columns, "SMALL", small)
    monkeypatch.setattr(reader, "check_cells", lambda *arguments: judged.append(arguments))
    made = run(table(tmp_path, f"n,a\n1,{cell}\n2,{cell}\n", [INTEGER, TEXT]))
    assert made.tables["t"].regular and judged == []


@pytest.mark.parametrize("small", [columns.SMALL, 0])
def test_an_empty_cell_is_a_value_where_another_text_stands_for_none(tmp_path, monkeypatch, small):
    monkeypatch.setattr(columns, "SMALL", small)
    needed = TEXT | {"constraints": {"required": True}}
    made = run(table(tmp_path, 'n,a\n,x\n-,\n1,""\n1,-\n', [INTEGER, needed], missingValues=["-"]), 10**6)
    assert made.tables["t"].regular and standard(made.report.findings) == verdict(tmp_path)


@pytest.mark.parametrize("many", [0, reader.MANY])
def test_the_form_of_cells_that_their_lines_do_not_prove_is_looked_at(tmp_path, monkeypatch, many):
    monkeypatch.setattr(reader, "MANY", many)
    fields = [INTEGER | {"constraints": {"exclusiveMaximum": 1000}}, TEXT]  # which no pattern of a line tells
    made = run(table(tmp_path, "n,a\n" + "1,x\n" * 9 + "007,x\n", fields), 10**6)
    assert [(f.rule, f.line) for f in made.report.findings] == [("HYG117", 11)]


@pytest.mark.parametrize("delimiter", [",", "|"])
@pytest.mark.parametrize("width", [shapes.FEW, shapes.FEW + 1])
@pytest.mark.parametrize("small", [columns.SMALL, 0])
def test_rows_in_doubt_of_a_wide_table_are_proven_to_have_as_many_cells(tmp_path, monkeypatch, width, delimiter, small):
    monkeypatch.setattr(columns, "SMALL", small)
    fields = [{"name": f"f{number}", "type": "integer"} for number in range(width)]
    rows = [[f"f{number}" for number in range(width)], ["x", f'"1{delimiter}"', *["1"] * (width - 2)]]
    for number, more in enumerate(([], ["1"])):
        content = "".join(delimiter.join(row) + "\n" for row in [*rows, ["x", *["1"] * (width - 1), *more]])
        made = run(table(tmp_path / str(number), content, fields, dialect=DIALECT | {"delimiter": delimiter}))
        found = standard(made.report.findings)
        assert made.tables["t"].regular and found == verdict(tmp_path / str(number))
        assert found["TAB102", "data/t.csv", 3, ""] == number


@pytest.mark.parametrize("rows", ["1:y\n", "x:y\n", "1:y:z\n", "1\n"])
@pytest.mark.parametrize("small", [columns.SMALL, 0])
def test_a_delimiter_for_which_lines_have_no_pattern(tmp_path, monkeypatch, rows, small):
    monkeypatch.setattr(columns, "SMALL", small)
    made = run(table(tmp_path, f"n:a\n{rows}", [INTEGER, TEXT], dialect=DIALECT | {"delimiter": ":"}))
    assert made.tables["t"].regular and standard(made.report.findings) == verdict(tmp_path)


def test_blocks_do_not_change_the_verdict(tmp_path):
    content = "n,a\n" + "".join(f"{i % 7},{'x' * (i % 5)}\n" for i in range(200)) + "x,\u00e9\n"
    folder = table(tmp_path, content, [INTEGER | {"constraints": {"unique": True}}, TEXT])
    whole = run(folder, 10**6).report.findings
    assert len(whole) > 100
    for size in (1, 50, 333):
        assert run(folder, size).report.findings == whole


@pytest.mark.parametrize(
    "content", ['n,a,b\n1,x,y\nbad,"p\nq",z\n2,"p, q",bad\n', 'n,a,b\n1,x,y\nbad,"p, ""q",z\n2,"p, q",bad\n']
)
def test_places_are_physical(tmp_path, content):
    fields = [INTEGER, TEXT, {"name": "b", "type": "string", "constraints": {"pattern": "[yz]"}}]
    lines = content.split("\n")
    for found in validate(table(tmp_path, content, fields)).findings:
        assert lines[found.line - 1][found.column - 1 :].startswith("bad"), found
    assert {f.rule for f in validate(tmp_path).findings} == {"CEL101", "CEL102"}


CELLS = st.text(st.sampled_from('aé",; \t=\u2028-\n'), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from(["1", "x", ""]), CELLS), max_size=6),
    width=st.integers(1, 2),
    always=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    ended=st.booleans(),
)
def test_small_blocks_are_split_as_large_ones(tmp_path, monkeypatch, rows, width, always, end, ended):
    """The first by Python, the others by Polars; `always`: every cell is quoted, `ended`: the last line is ended."""
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator=end, quoting=csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL).writerows(
        row[-width:] for row in rows
    )
    if width == 1:  # an empty cell alone in its row, which `csv` quotes
        lines = io.StringIO(lines.getvalue().replace('""' + end, end) if not always else lines.getvalue(), newline="")
    block = (lines.getvalue().removesuffix(end) + end * ended).encode()
    shutil.rmtree(tmp_path / "t", ignore_errors=True)
    known = (
        run(
            table(
                tmp_path / "t",
                "n,a\n1,x\n" if width == 2 else "a\nx\n",
                [INTEGER, TEXT][-width:],
                missingValues=["", "-"],
            )
        )
        .tables["t"]
        .places
    )
    for reading in (reader.Reader, LongReader):
        found = []
        for small in (columns.SMALL, 0):
            monkeypatch.setattr(columns, "SMALL", small)
            try:
                part = reading(known, frozenset({"a"}), keep=True).read(block, False)
            except Irregular:
                found.append(None)
            else:
                frames = (part.keys, part.frame, part.in_doubt.rows)
                held = [frame.to_dict(as_series=False) for frame in frames if frame is not None]
                found.append([part.rows, part.feeds, *held])
            monkeypatch.undo()
        assert found[0] == found[1], reading


LONG = [
    'n,a\n1,"x\ny"\n',
    'n,a\n1,"\n"\n2,"\n\n\n"\n3,x\n4,"a ""b\n""\n"\n5,"z\n"',
    'n,a\r\n1,"x\ny"\r\n2,z\r\n3,"x\r\n\r\ny"\r\n',
    'n,a\n1,"x\r\ny"\n2,z\n',
    "n,a\n" + "".join(f'{n},"{"words,  and " * (n % 7)}\nmore"\n{n},plain\n' for n in range(90)),
]


@pytest.mark.parametrize("content", LONG)
@pytest.mark.parametrize("block_size", [1, 20, 10**6])
def test_line_breaks_in_cells_are_proven_regular(tmp_path, content, block_size):
    made = run(table(tmp_path, content, [INTEGER, TEXT]), block_size)
    assert made.tables["t"].regular
    records = list(csv.reader(io.StringIO(content, newline="")))
    assert made.tables["t"].rows == len(records) - 1
    for row, cells in enumerate(records, 1):
        found = made.tables["t"].places.record(row)
        lines, first = content.replace("\r\n", "\n").split("\n"), found.text.replace("\r\n", "\n").split("\n")[0]
        assert found.cells == cells and found.line == 1 + lines.index(first, found.line - 1)


@pytest.mark.parametrize("constraints, sound", [({"maxLength": 3}, "abc"), ({"minLength": 4}, "abcd")])
@pytest.mark.parametrize("end, within", [("\n", "\n"), ("\n", "\r\n"), ("\r\n", "\n"), ("\r\n", "\r\n")])
@pytest.mark.parametrize("small", [columns.SMALL, 0])
def test_a_line_break_in_a_cell_has_the_characters_that_the_file_has(
    tmp_path, monkeypatch, constraints, sound, end, within, small
):
    monkeypatch.setattr(columns, "SMALL", small)
    content = end.join(["n,a", *[f"1,{sound}"] * 9, f'1,"x{within}y"', ""])
    made = run(table(tmp_path, content, [INTEGER, TEXT | {"constraints": constraints}]), 10**6)
    assert made.tables["t"].regular and standard(made.report.findings) == verdict(tmp_path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("block_size", [1, 10**6])
def test_a_blank_line_among_the_only_cells_is_found(tmp_path, end, block_size):
    made = run(table(tmp_path, end.join(["a", "x", "", '"y\nz"', ""]), [TEXT]), block_size)
    assert [f.line for f in made.report.findings if f.rule == "TAB103"] == [3]


@pytest.mark.parametrize("row", ['1,"x\ny', '1,"x\ny"z', '1,x"y', '1,"x\ry"', '1,"x\n\x01"', '"1\n",x"\n'])
@pytest.mark.parametrize("block_size", [1, 20, 10**6])
def test_what_is_no_record_of_its_fields_is_not_proven(tmp_path, row, block_size):
    made = run(table(tmp_path, f'n,a\n1,"a\nb"\n{row}\n2,"c\nd"\n', [INTEGER, TEXT]), block_size)
    assert not made.tables["t"].regular


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("content", ["a\n\n1\n", "a\n1\n\n2\n", "a\n1\n\n", 'a\n1\n\n"2\n"\n'])
@pytest.mark.parametrize("small", [columns.SMALL, 0])
def test_a_blank_line_in_a_table_of_one_column_is_a_blank_row(tmp_path, monkeypatch, content, end, small):
    monkeypatch.setattr(columns, "SMALL", small)
    made = run(table(tmp_path, content.replace("\n", end), [TEXT], missingValues=["-"]), 10**6)
    assert made.tables["t"].regular == (end == "\n" or '"' not in content)  # a cell keeps its CR
    assert standard(made.report.findings) == verdict(tmp_path)


@pytest.mark.parametrize("missing", ["\u00e9", '"', "a,b", "a\nb", "NA"])
@pytest.mark.parametrize("fields", [[TEXT], [TEXT, INTEGER]], ids=["text", "more"])
def test_a_row_of_missing_values_alone_is_blank_however_they_are_written(tmp_path, missing, fields):
    cell, width = '"' + missing.replace('"', '""') + '"', len(fields)
    rows = [[cell] * width, ["1"] * width, *([[missing] * width] if missing.isalpha() else [])]
    content = "\n".join(map(",".join, [[field["name"] for field in fields], *rows, []]))
    made = run(table(tmp_path, content, fields, missingValues=[missing]), 10**6)
    found = standard(made.report.findings)
    assert found == verdict(tmp_path) and found["TAB103", "data/t.csv", 2, ""] and made.tables["t"].regular


@pytest.mark.parametrize("name", ["a ", "\u00a0a", "a"])
def test_a_name_with_blanks_at_an_edge_fits_no_label(tmp_path, name):
    found = standard(run(table(tmp_path, f"{name}\n1\n", [TEXT | {"name": name}])).report.findings)
    assert found == verdict(tmp_path) and bool(found) == (name != "a")


def test_quotes_that_stay_open_are_not_followed_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_LINE", 100)
    made = run(table(tmp_path, 'n,a\n1,"x\ny"\n2,"\n' + "z\n" * 100, [INTEGER, TEXT]), 10)
    assert not made.tables["t"].regular


@pytest.mark.parametrize(
    "share, block_size", [(0, 100_000), (1, 10**6), (0.5, 100_000)], ids=["LF", "CRLF", "LF, then CRLF"]
)
def test_findings_among_line_breaks_stand_where_they_are_in_the_file(tmp_path, share, block_size):
    rows = [
        f'{"bad" if n % 1000 == 7 else n},"{"x" * (1 + n % 90)}\n\ny","{"q" if n % 1000 else "=1"}"'
        for n in range(5000)
    ]
    content = "n,a,b\n" + "\n".join(rows) + "\n"
    at = len(content) - int(len(content) * share)
    content = content[:at] + content[at:].replace("\n", "\r\n")
    made = run(table(tmp_path, content, [INTEGER, TEXT, {"name": "b", "type": "string"}]), block_size)
    assert made.tables["t"].regular and len(made.tables["t"].places.marked[0].marks) > 5
    lines, found = content.split("\n"), [f for f in made.report.findings if f.line]
    assert [f.rule for f in found] == ["HYG110", "CEL101"] * 5
    assert all(lines[f.line - 1][f.column - 1 :].startswith("bad" if f.rule == "CEL101" else '"=1') for f in found)
    assert [f.line for f in found if f.rule == "CEL101"] == [2 + 3 * n for n in range(7, 5000, 1000)]


def test_findings_around_a_line_that_is_longer_than_marks_are_apart(tmp_path):
    long = "y" * 3 * MARKED
    for rows in ([f"x,{long}"], ["x,y", f"2,{long}", "x,z"], [f"1,{long}", "x,z", f"3,{long}"]):
        made = run(table(tmp_path, "\n".join(["n,a", *rows, ""]), [INTEGER, TEXT]), 10**6)
        assert [f.line for f in made.report.findings] == [
            line for line, row in enumerate(rows, 2) if row.startswith("x")
        ]


@pytest.mark.parametrize("digits, refused", [(10, False), (11, False), (12, True)])
def test_a_line_that_goes_on_beyond_the_bound_is_refused(tmp_path, monkeypatch, digits, refused):
    monkeypatch.setattr(limits, "MAX_LINE", 11)
    made = run(table(tmp_path, f"n\n{'1' * digits}\n", [INTEGER]), 1)
    assert ("FIL105" in {f.rule for f in made.report.findings}) is refused


@pytest.mark.parametrize("count", [None, 1])
def test_one_processor_is_enough(monkeypatch, count):
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    again = importlib.util.module_from_spec(scan.__spec__)
    scan.__spec__.loader.exec_module(again)
    assert again.WORKERS > 0


@pytest.mark.parametrize("rest", ["", '3,"x\ny"\n', '3,x"y\n'], ids=["regular", "long", "irregular"])
@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_checksums(tmp_path, rest, algorithm):
    content = "n,a\n1,x\n" + rest
    told = {"bytes": len(content), "hash": f"{algorithm}:{hashlib.new(algorithm, content.encode()).hexdigest()}"}
    assert validate(table(tmp_path / "right", content, [INTEGER, TEXT], **told)).findings == []
    wrong = table(tmp_path / "wrong", content.replace("x", "zz", 1), [INTEGER, TEXT], **told)
    assert [f.rule for f in validate(wrong).findings] == ["FIL101", "FIL101"]


@pytest.mark.parametrize("change", ["grows", "shrinks", "is touched"])
def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch, change):
    folder = table(tmp_path, "n\n" + "1\n" * 500, [INTEGER])
    path, before = folder / "data" / "t.csv", reader.Reader.read

    def read(self, *arguments):
        {
            "grows": lambda: path.write_text("n\n" + "1\n" * 900),
            "shrinks": lambda: path.write_text("n\n1\n"),
            "is touched": lambda: path.touch(),
        }[change]()
        return before(self, *arguments)

    monkeypatch.setattr(reader.Reader, "read", read)
    report = validate(folder, block_size=100)
    assert "FIL107" in {f.rule for f in report.findings} and report.exit_code == 2


@pytest.mark.parametrize("content", ["n\n1\n", 'n\n"1\n"\n', 'n\n1"x\n'], ids=["regular", "long", "irregular"])
def test_a_file_that_vanishes_while_it_is_read(tmp_path, monkeypatch, content):
    folder = table(tmp_path, content, [INTEGER])

    def vanishing(handle, size, **more):
        for block in blocks(handle, size, **more):
            (folder / "data" / "t.csv").unlink()
            yield block

    monkeypatch.setattr(scan, "blocks", vanishing)
    report = validate(folder)
    assert {f.rule for f in report.findings} & {"FIL103", "FIL107"} and report.exit_code == 2
    assert all("data/t.csv" in f.place for f in report.findings)


@given(
    lines=st.lists(st.text('ab"\n', max_size=6).map(lambda text: text.encode() + b"\n"), max_size=20),
    buffer=st.integers(1, 9),
    most=st.integers(1, 60),
)
def test_lines_are_read_until_quotes_are_closed(lines, buffer, most):
    """Whatever of them the buffer holds; the rest is still to be read."""
    data = b"".join(lines)
    handle = io.BufferedReader(io.BytesIO(data), buffer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAX_LINE", most)
        found = closing(handle)
    end = next(
        (end for end in range(1, len(data) + 1) if data[:end].endswith(b"\n") and data[:end].count(b'"') % 2), most
    )
    assert found == (data[:end] if end < most else b"")
    assert not found or handle.read() == data[end:]


@given(
    lines=st.lists(st.integers(0, 12).map(lambda length: b"x" * length), max_size=12),
    ended=st.booleans(),
    size=st.integers(1, 40),
)
def test_how_long_a_line_may_be_does_not_depend_on_the_blocks(lines, ended, size):
    data = b"\n".join(lines) + b"\n" * ended
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAX_LINE", 10)
        try:
            found = list(blocks(io.BufferedReader(io.BytesIO(data)), size))
        except TooLarge:
            found = None
    assert (found is None) == any(len(line) > 10 for line in lines)
    assert found is None or (b"".join(found) == data and all(block.endswith(b"\n") for block in found[:-1]))


@pytest.mark.parametrize("done", [False, True])
def test_an_interruption_while_a_block_is_taken_over_loses_nothing_and_doubles_nothing(tmp_path, monkeypatch, done):
    folder = table(tmp_path, "n\nx\n1\n" + "1\n" * 2 * scan.WORKERS, [INTEGER])
    whole, before, met = validate(folder).findings, reader.Reader.take, []

    def take(self, number, block, tally):
        met.append((number, block.rows))
        if done or len(met) > 1:
            before(self, number, block, tally)
        if len(met) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(reader.Reader, "take", take)
    report = validate(folder, block_size=3)
    assert (
        report.exit_code == 2 and met[0] == met[1] != met[2] and report.findings == whole and report.totals.total() == 1
    )


@pytest.mark.parametrize("many", [0, reader.MANY])
def test_rows_in_doubt_are_judged_before_they_are_too_many(tmp_path, monkeypatch, many):
    judged, before = [], reader.check_cells

    def check_cells(places, doubts, tally):
        judged.append(len(doubts["n"]))
        before(places, doubts, tally)

    monkeypatch.setattr(reader, "MANY", many)
    monkeypatch.setattr(reader, "HELD", 20)
    monkeypatch.setattr(reader, "check_cells", check_cells)
    made = run(table(tmp_path, "n\n" + "x\n" * 100, [INTEGER]), 20)
    assert sum(judged) == made.report.totals.total() == 100 and max(judged) < 20 + 20
