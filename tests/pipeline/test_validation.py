"""What is proven of a small package in the short way is what the usual way says of it."""

import csv
import dataclasses
import io
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimtrack.checks import small_table
from claimtrack.core.edtf import LEVEL_1
from claimtrack.core.report import Report
from claimtrack.package.opened import open_package
from claimtrack.pipeline import validation
from claimtrack.pipeline.run import validate_opened
from claimtrack.pipeline.validation import proven
from schemas import PROFILE
from tests.benchmarks import tiny
from tests.conftest import ROOT
from tests.tools import fuzz
from tests.tools.support import resource, table, write

ID = {"name": "id", "type": "integer", "constraints": {"required": True}}
TEXT = {"name": "a", "type": "string"}


def short(folder: Path) -> Report | None:
    """The report of the short way, or None where it cannot prove that nothing is to be told."""
    try:
        return proven(open_package(folder), (), False)
    except Exception:
        return None


def usual(folder: Path) -> Report:
    """The report of the usual way."""
    return validate_opened(open_package(folder))


def assert_same(folder: Path) -> bool:
    """Fails where the short way proves what the usual way does not say. Returns whether it proves the package."""
    report = short(folder)
    if report is not None:
        assert dataclasses.asdict(report) == dataclasses.asdict(usual(folder))
    return report is not None


@pytest.mark.parametrize(
    "content, fields, more",
    [
        ("id,a\n1,x\n2,y\n", [ID, TEXT], {"primaryKey": "id"}),
        ("id,a\n1,\"x, \"\"y\"\"\"\n2,\n", [ID, TEXT], {"primaryKey": "id", "missingValues": [""]}),
        ("id,a\r\n1,x\r\n2,y\r\n", [ID, TEXT], {"dialect": None}),
        ("id,a\n1,é\n2,ក្រុង\n", [ID, TEXT], {"encoding": "utf-8"}),
        ("id;a\n1;x\n", [ID, TEXT], {"dialect": {"delimiter": ";"}}),
        ("id,a\n3,x\n2,y\n1,z\n", [ID, TEXT], {"primaryKey": "id", "uniqueKeys": [["a"]]}),
        ("id,a\n1,x\n2,x\n", [ID, TEXT], {"foreignKeys": [{"fields": "id", "reference": {"fields": "id"}}]}),
        ("a\n2023-07-23\n2023\n2023-05~\n", [TEXT | {"rdfType": LEVEL_1}], {}),
        ("a\n1.5\n-2e3\n", [{"name": "a", "type": "number", "constraints": {"minimum": -5000, "maximum": 1.5}}], {}),
        ("a\ntrue\n0\n", [{"name": "a", "type": "boolean"}], {}),
        ("a\n23.07.2023\n", [{"name": "a", "type": "date", "format": "%d.%m.%Y"}], {}),
        ("a,id\nx,1\nNA,2\n", [TEXT | {"constraints": {"enum": ["x"]}, "missingValues": ["NA"]}, ID], {}),
        ("a\nabc\nzz\n", [TEXT | {"constraints": {"pattern": "(?:abc|zz)", "minLength": 2}}], {}),
    ],
)  # fmt: skip
def test_sound_packages_are_proven(tmp_path, content, fields, more):
    assert short(table(tmp_path, content, fields, **more)) is not None and assert_same(tmp_path)


@pytest.mark.parametrize(
    "content, fields, more",
    [
        ("id,a\n1,x\n1,y\n", [ID, TEXT], {"primaryKey": "id"}),
        ("id,a\n1,x\n2,y\n", [ID, TEXT], {"foreignKeys": [{"fields": "a", "reference": {"fields": "id"}}]}),
        ("id,a\n1,x\n,y\n", [ID | {"constraints": {}}, TEXT], {"primaryKey": "id"}),
        ("id,a\n1,x\n3,y\n2,z\n4,z\n", [ID, TEXT], {"primaryKey": "id"}),
        ("id,a\n1,x\n2,x\n", [ID, TEXT | {"constraints": {"unique": True}}], {}),
        ("id,a\n1,x\n2,x\n", [ID, TEXT], {"uniqueKeys": ["a"]}),
        ("id,a\n1,x \n", [ID, TEXT], {}),
        ("id,a\n1,=x\n", [ID, TEXT], {}),
        ("id,a\n01,x\n", [ID, TEXT], {}),
        ("id,a\n1,e\u0301\n", [ID, TEXT], {}),
        ("id,a\n1,x\u00a0y\n", [ID, TEXT], {}),
        ("id,a\n1,x\ty\x02\n", [ID, TEXT], {}),
        ("id,a\n1,x\n,\n", [ID | {"constraints": {}}, TEXT], {}),
        ("id,a \n1,x\n", [ID, TEXT], {}),
        ("a,id\nx,1\n", [ID, TEXT], {}),
        ("id,a\n1,x", [ID, TEXT], {}),
        ("id,a\r\n1,x\n", [ID, TEXT], {}),
        ("\ufeffid,a\n1,x\n", [ID, TEXT], {}),
        ("id;a\n1;x\n", [ID, TEXT], {"dialect": None}),
        ("id,a\n1,x\n", [ID, TEXT], {"bytes": 3}),
        ("id,a\n1,x\n", [ID, TEXT], {"hash": "sha256:" + "0" * 64}),
        ("id,a\n1,x\n", [ID, TEXT], {"hash": "shake_128:00"}),
        ("id,a\n1,x\n", [ID, TEXT], {"rows": 2}),
        ("id,a\n1,x\n", [ID, TEXT | {"title": "a\u200bb"}], {}),
        ("id,a\n1,x\n", [ID, TEXT | {"descripton": "x"}], {}),
        ("id,a\n", [ID, TEXT], {}),
        ("", [ID, TEXT], {}),
        ("a\n\nx\n", [TEXT], {}),
    ],
)  # fmt: skip
def test_what_is_to_be_told_is_never_proven(tmp_path, content, fields, more):
    number = {"rows": more.pop("rows")} if "rows" in more else {}
    write(tmp_path, [resource("t", fields, **more) | number], {"data/t.csv": content})
    assert short(tmp_path) is None


def test_a_file_that_no_resource_names_is_told(tmp_path):
    write(tmp_path, [resource("t", [TEXT])], {"data/t.csv": "a\nx\n", "data/other.csv": "a\n"})
    assert short(tmp_path) is None and [found.rule for found in usual(tmp_path).findings] == ["FIL104"]


def test_a_package_of_a_profile_is_left_to_its_rules():
    assert proven(open_package(ROOT), (PROFILE,), False) is None


def test_a_large_package_is_left_to_polars(tmp_path, monkeypatch):
    folder = table(tmp_path, "a\nx\n", [TEXT])
    assert short(folder)
    monkeypatch.setattr(validation, "SMALL", 3)
    assert short(folder) is None


SLOW = (
    "".join(f"[a-z]{{0,{90 + n}}}" for n in range(9)) + "X"
)  # which Python's engine tries in every way on a long cell


def test_a_pattern_that_python_is_slow_at_is_given_up_in_time(tmp_path, monkeypatch):
    """Many tables, none of them slow enough by itself: the time is that of all together."""
    monkeypatch.setattr(validation, "SECONDS", 0.2)
    monkeypatch.setattr(small_table, "_may_take_long", lambda _: False)
    told = [resource(f"t{n}", [TEXT | {"constraints": {"pattern": SLOW}}]) for n in range(3)]
    write(tmp_path, told, {f"data/t{n}.csv": "a\n" + "abcdefghij" * 4 + "\n" for n in range(3)})
    report = validation.validate(open_package(tmp_path), ())
    assert {found.rule for found in report.findings} == {"CEL102"} or report.finished is False


@pytest.mark.parametrize("pattern", ["(a+)+b", "a*a*a*b", "(?:a|aa){2,}", "[a-z]{0,9}[a-z]{1,}[a-z]*"])
def test_a_pattern_that_may_take_long_is_left_to_polars(tmp_path, pattern):
    assert short(table(tmp_path, "a\naab\n", [TEXT | {"constraints": {"pattern": pattern}}])) is None


def test_where_nothing_can_be_stopped_the_short_way_is_not_taken(tmp_path, monkeypatch):
    folder = table(tmp_path, "a\nx\n", [TEXT])
    monkeypatch.setattr(validation, "proven", lambda *_: pytest.fail("the short way is taken"))
    with ThreadPoolExecutor(1) as threads:
        report = threads.submit(validation.validate, open_package(folder)).result()
    assert report.exit_code == 0 and report.tables == {"t": 1}


def test_the_packages_of_the_benchmark_are_proven(tmp_path):
    for what, folder in tiny.packages(tmp_path).items():
        if "no fault" in what:
            assert assert_same(folder), what


ROWS = st.lists(
    st.tuples(
        st.one_of(st.integers(-3, 12).map(str), st.sampled_from(["", "x", "1.0", "007", "2", "3"])),
        st.one_of(st.sampled_from(["a", "b", "", "NA", "é", " a", "-", "a\u00a0b"]), st.text("ab é,\"'=-", max_size=4)),
        st.sampled_from(["2023-07-23", "2023-02-29", "2024-02-29", "", "23 July"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=250, deadline=None)
@given(ROWS, st.sampled_from(["id", "a", ["id", "a"], None]), st.booleans(), st.booleans())
@example([("1", "a", "2023-07-23"), ("2", "b", "")], "id", True, False)
def test_whatever_is_proven_is_so(tmp_path_factory, rows, primary, is_unique, refers):
    folder = tmp_path_factory.mktemp("small")
    fields = [
        {
            "name": "id",
            "type": "integer",
            "constraints": {"unique": True, "maximum": 9} if is_unique else {"minimum": -2},
        },
        {"name": "a", "missingValues": ["NA", ""]},
        {"name": "d", "type": "date"},
    ]
    told = {"primaryKey": primary} if primary else {}
    if refers:
        told["foreignKeys"] = [{"fields": ["a"], "reference": {"resource": "t", "fields": ["a"]}}]
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows([["id", "a", "d"], *rows])
    assert_same(table(folder, held.getvalue(), fields, **told))


@pytest.mark.slow
def test_whatever_is_proven_of_odd_packages_is_so(tmp_path):
    """The packages of the fuzz are mostly at fault; of those that are not, some are proven."""
    for seed in range(600):
        assert_same(write(tmp_path / str(seed), *fuzz.package(random.Random(seed))))
