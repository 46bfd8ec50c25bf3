"""Keys, references and the order of rows, on both ways of reading a table."""

from collections import Counter

import pytest

from tests.tools.support import checked, resource, rules, standard, table, validate, verdict, write

INTEGER, TEXT = {"name": "n", "type": "integer"}, {"name": "a", "type": "string"}


@pytest.mark.parametrize("rest", ["", '3,"x\ny"\n', '3,x"y\n'], ids=["regular", "long", "irregular"])
@pytest.mark.parametrize(
    "rows, more, found",
    [
        ("1,x\n1,y\n", {"primaryKey": "n"}, ("KEY101", 3, 1)),
        (",x\n", {"primaryKey": "n"}, ("KEY101", 2, 1)),
        ("1,x\n2,y\n2,x\n", {"uniqueKeys": [["a"]]}, ("KEY102", 4, 3)),
        ("1,x\n", {"foreignKeys": [{"fields": "a", "reference": {"resource": "u", "fields": "a"}}]}, ("KEY103", 2, 3)),
    ],
)
def test_keys(tmp_path, rows, more, found, rest):
    resources = [resource("t", [INTEGER, TEXT], **more), resource("u", [TEXT])]
    report = validate(write(tmp_path, resources, {"data/t.csv": "n,a\n" + rows + rest, "data/u.csv": "a\nq\n"}))
    assert found in {(f.rule, f.line, f.column) for f in report.findings}


def test_references_to_a_table_in_another_encoding(tmp_path):
    key = [{"fields": "n", "reference": {"resource": "there", "fields": "n"}}]
    resources = [resource("here", [INTEGER], foreignKeys=key), resource("there", [INTEGER], encoding="utf-16")]
    write(tmp_path, resources, {"data/here.csv": "n\n1\nx\n", "data/there.csv": "n\n1\n"})
    report, theirs = validate(tmp_path), verdict(tmp_path)
    blamed = ("FIL102", "data/here.csv", None, "")  # frictionless says of this table that the other cannot be read
    assert standard(report.findings) == theirs - Counter([blamed]) + Counter([("CEL101", "data/here.csv", 3, "n")])
    assert theirs[blamed] and any("KEY103" in line and '"there"' in line for line in report.skipped)


def test_unique_keys_are_ours_on_both_ways(tmp_path):
    fields = [INTEGER, TEXT]
    for name, content in (
        ("regular", "n,a\n1,x\n1,y\n1,x\n,x\n,x\n"),
        ("long", 'n,a\n1,x\n1,"y\nz"\n1,x\n,x\n,x\n'),
        ("irregular", 'n,a\n1,x\n1,y"z\n1,x\n,x\n,x\n'),
    ):
        report = validate(table(tmp_path / name, content, fields, uniqueKeys=[["n", "a"]]))
        assert [(f.rule, f.row, f.field) for f in report.findings] == [("KEY102", 4, "n, a")], name


@pytest.mark.parametrize(
    "target",
    [
        "n\n1\n2\n",
        "n\n1\n\n2\n",
        'n\n1\n"2\n"\n',
        'n\n1\n2"\n',
        "n\n1,5\n2\n",
        "m\n1\n2\n",
        "n\n01\n+2\n",
        "n\nx\n\u0661\n",
        "n\n",
    ],
    ids=[
        "regular",
        "blank row",
        "line break in a cell",
        "quote in a cell",
        "row too long",
        "other header",
        "odd numbers",
        "no numbers",
        "no rows",
    ],
)
@pytest.mark.parametrize("kind", ["integer", "string", "number"])
def test_references_to_malformed_tables(tmp_path, target, kind):
    key = [{"fields": "n", "reference": {"resource": "there", "fields": "n"}}]
    resources = [resource("here", [{"name": "n", "type": kind}], foreignKeys=key), resource("there", [INTEGER])]
    write(tmp_path, resources, {"data/here.csv": "n\n1\n2\n3\n", "data/there.csv": target})
    assert standard(validate(tmp_path).findings) == verdict(tmp_path)


@pytest.mark.parametrize("kind", ["integer", "string"])
def test_references_to_a_table_without_a_schema(tmp_path, kind):
    key = [{"fields": "n", "reference": {"resource": "there", "fields": "n"}}]
    here, there = resource("here", [{"name": "n", "type": kind}], foreignKeys=key), resource("there", [], schema=None)
    write(tmp_path, [here, there], {"data/here.csv": "n\n1\n2\n", "data/there.csv": "n\n1\n"})
    report = validate(tmp_path)
    assert standard(report.findings) == verdict(tmp_path) and report.complete


@pytest.mark.parametrize(
    "kind, rows, line",
    [
        ("string", "a\nc\nb\nd\ne\n", 4),
        ("string", "a\nc\nb\nd\na\n", None),  # it seems to be in no order,
        ("string", "a\nb\n", None),
        ("string", "a10\na2\n", None),
        ("integer", "2\n10\n", None),
        ("integer", "10\n2\n", 3),
        ("string", 'a\n"c\nc"\nb\n', 5),
    ],
)
def test_order_of_rows(tmp_path, kind, rows, line):
    found = [
        (f.rule, f.line)
        for f in validate(table(tmp_path, "v\n" + rows, [{"name": "v", "type": kind}], primaryKey="v")).findings
        if f.rule == "HYG113"
    ]
    assert found == ([("HYG113", line)] if line else [])


@pytest.mark.parametrize(
    "rows, line",
    [
        ("1,b\n2,a\n10,a\n", None),
        ("1,b\n1,a\n", 3),
        ("1,a\n2,\n2,c\n", None),
        ("1,\n2,\n10,\n", None),
        ("2,a\n,b\n1,b\n0,c\n", 5),
    ],
    ids=["number first", "text second", "a part missing", "all second parts missing", "beyond a missing part"],
)
def test_order_of_rows_by_a_key_of_two_parts(tmp_path, rows, line):
    report = validate(table(tmp_path, "n,a\n" + rows, [INTEGER, TEXT], primaryKey=["n", "a"]))
    assert [(f.rule, f.line) for f in report.findings if f.rule != "KEY101"] == ([("HYG113", line)] if line else [])
    assert standard(report.findings) == verdict(tmp_path)


@pytest.mark.parametrize("rows", ["1,a\n1,a\n", "1,\n1,\n", "1,a\n1,b\n1,b\n2,a\n", "1,a\n2,a\n2,a\n"])
def test_a_key_of_two_parts_stands_twice_in_rows_in_order(tmp_path, rows):
    report = validate(table(tmp_path, "n,a\n" + rows, [INTEGER, TEXT], primaryKey=["n", "a"]))
    assert [f.rule for f in report.findings] == ["KEY101"] and standard(report.findings) == verdict(tmp_path)


@pytest.mark.parametrize("rows", [",x\n", "1,x\n,y\n", ",x\n,y\n"])
def test_a_key_without_a_value(tmp_path, rows):
    found = validate(table(tmp_path, "n,a\n" + rows, [INTEGER, TEXT], primaryKey="n")).findings
    assert [f.row for f in found if f.rule == "KEY101"] == [
        row for row, line in enumerate(rows.splitlines(), 2) if line.startswith(",")
    ]


def test_order_matters_only_with_a_key(tmp_path):
    assert not rules(table(tmp_path, "a\nb\na\n", [TEXT]))


def test_keys_of_addresses_are_told_from_their_texts(tmp_path):
    fields = [{"name": "url", "type": "string", "format": "uri", "constraints": {"unique": True}}]
    key = [{"fields": "url", "reference": {"resource": "there", "fields": "url"}}]
    resources = [resource("here", [{"name": "url", "type": "string"}], foreignKeys=key), resource("there", fields)]
    write(
        tmp_path,
        resources,
        {
            "data/here.csv": "url\nhttps://a.example/\nno address\n",
            "data/there.csv": "url\nhttps://a.example/\nno address\nhttps://a.example/\n",
        },
    )
    run = checked(tmp_path)
    assert all(table.regular for table in run.tables.values())
    assert standard(run.report.findings) == verdict(tmp_path)


MOMENTS = ["2023-07-23T10:00:00Z", "2023-07-23T10:00:00", "2023-07-23 10:00:00", "2023-07-23T17:00:00+07:00",
           "2023-07-23T10:00:00.000Z", "2023-07-23T10:00:00.5Z", "0001-01-01T00:00:00+07:00",
           "0001-01-01T01:00:00+08:00", "9999-12-31T23:00:00-07:00", "2023-02-30T10:00:00Z"]  # fmt: skip
TIMES = [
    "10:00:00",
    "10:00:00Z",
    "17:00:00+07:00",
    "10:00:00.0",
    "03:00:00+07:00",
    "20:00:00-07:00",
    "21:00:00-06:00",
    "02:00:00+06:00",
    "25:00:00",
]


@pytest.mark.parametrize(
    "kind, values",
    [
        ("datetime", MOMENTS),
        ("time", TIMES),
        ("boolean", ["true", "1", "false", "0", "x"]),
        ("yearmonth", ["2023-07", "2023-7", "2023-08"]),
    ],
)
def test_values_that_are_equal_are_one_key(tmp_path, kind, values):
    """Each with each, as a key, as a reference, and one by one in blocks."""
    column = {"name": "v", "type": kind}
    key = [{"fields": "v", "reference": {"resource": "u", "fields": "v"}}]
    for there in values:
        resources = [
            resource("t", [column | {"constraints": {"unique": True}}], foreignKeys=key),
            resource("u", [column], primaryKey="v"),
        ]
        folder = write(
            tmp_path / there,
            resources,
            {"data/t.csv": "\n".join(["v", *values, ""]), "data/u.csv": f"v\n{there}\n{values[0]}\n"},
        )
        made = checked(folder, block_size=1)
        assert all(made.tables[name].regular for name in "tu")
        assert standard(made.report.findings) == verdict(folder), there


def test_keys_of_several_types_have_no_order(tmp_path):
    """Inline data can hold numbers and texts in one column of any type."""
    fields = [{"name": "k", "type": "any"}, {"name": "n", "type": "integer"}]
    write(
        tmp_path,
        [
            resource(
                "t",
                fields,
                path=None,
                dialect=None,
                encoding=None,
                format=None,
                primaryKey=["k", "n"],
                data=[{"k": 1, "n": 1}, {"k": "1", "n": 1}, {"k": "1", "n": "x"}],
            )
        ],
        {},
    )
    report = validate(tmp_path)
    assert standard(report.findings) == verdict(tmp_path) and report.complete
    assert ("CEL101", 4) in {(f.rule, f.row) for f in report.findings}
