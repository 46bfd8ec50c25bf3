"""The benchmark's package and its ways of checking it, at a size that takes no time: all find what was put in."""

import subprocess
import sys
from collections import Counter

import pytest

from tests.benchmarks import compare, degrade, generate, plain, site, tiny, tracking
from tests.conftest import ROOT
from tests.tools.site import first_view
from tests.tools.support import validate

FAULTS = 26


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return generate.generate(tmp_path_factory.mktemp("package"), claims=200, faults=FAULTS, seed=1)


def test_the_same_seed_gives_the_same_bytes(package, tmp_path):
    again = generate.generate(tmp_path, claims=200, faults=FAULTS, seed=1)
    assert all(
        (again / path.relative_to(package)).read_bytes() == path.read_bytes()
        for path in package.rglob("*")
        if path.is_file()
    )


def test_ours_finds_what_frictionless_finds_and_plain_polars_as_many(package):
    figures, report = compare.measure(compare.commands(package, sys.executable, every=False)["frictionless"])
    found, same = compare.agrees(package, report)
    assert same
    assert found >= FAULTS  # the same cell can break a pattern and a key
    assert found == plain.with_polars(package)
    assert min(figures.values()) > 0


def test_a_difference_would_be_seen(package):
    report = '{"tasks": []}'
    assert compare.agrees(package, report) == (0, False)


@pytest.mark.parametrize("way", ["read", "sha256", "csv"])
def test_the_floors_find_nothing(package, way):
    command = [sys.executable, "-m", "tests.benchmarks.plain", way, str(package)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "None\n"


def test_the_small_packages_have_the_faults_that_they_are_named_for(tmp_path):
    for what, package in tiny.packages(tmp_path).items():
        found = Counter({rule: count for (rule, _), count in validate(package).totals.items()})
        assert found == (tiny.FOUND if "5 faults" in what else {}), what


def test_the_claim_tracking_package_is_valid_whatever_its_size(tmp_path):
    report = validate(generate.tracked(tmp_path, statements=3), strict=True)
    assert report.exit_code == 0 and report.tables["claims"] == 24 and report.summary.startswith("coverage 100 %")


@pytest.mark.slow
def test_a_claim_tracking_package_is_measured_only_where_all_of_it_is_checked(tmp_path):
    package = generate.tracked(tmp_path, statements=3)
    figures, report = compare.measure([sys.executable, "validate.py", str(package)])
    assert (
        int(tracking.rows_checked(report).replace(",", "")) == sum(validate(package).tables.values())
        and min(figures.values()) > 0
    )
    (package / "data/claims.csv").write_text("claim_id\n")
    with pytest.raises(ValueError):
        tracking.rows_checked(compare.measure([sys.executable, "validate.py", str(package)])[1])


FOUND = {  # by case of `degrade`, the rules that find something; the other cases are clean
    "an error in every row, ten values": {"CEL101"}, "an error in every row, each another value": {"CEL101"},
    "an error in every cell": {"CEL101", "CEL102", "HYG109", "HYG110", "HYG113"}, "every key twice": {"KEY101"},
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", degrade.CASES)
def test_the_odd_tables_are_odd_only_as_they_are_named(tmp_path, case):
    report = validate(degrade.CASES[case](tmp_path, 20_000))
    assert {rule for rule, _ in report.totals} == FOUND.get(case, set())


def test_growth_is_an_exponent():
    assert degrade.slope([1, 2, 4, 8], [3, 12, 48, 192]) == pytest.approx(2)


def test_growth_of_a_site_is_told_without_its_start():
    results = [{"statements": count, "cpu": 2 + 3 * count**1.5} for count in (10, 1000, 100_000)]
    assert site.growth(results) == pytest.approx(1.5, abs=0.01)


@pytest.mark.slow
def test_a_site_is_measured_as_it_is_published(tmp_path):
    seen = []

    def loads(folder):
        seen.append(folder)
        return 12.0, first_view(folder)

    one, three = (site.measured(count, sys.executable, loads) for count in (1, 3))
    assert [folder.name for folder in seen] == ["site", "site"] and three["files"] > one["files"] > 0
    assert 0 < one["view"] < one["finding"] and three["cpu"] > 0 and one["usable"] == 12
    lines = site.table([one, three])
    assert len({line.count("|") for line in lines}) == 1 and lines[2].startswith("| 1 | ")


def test_each_benchmark_keeps_to_its_part_of_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Prose\n")
    for part, lines in (("a", ["1"]), ("b", ["2"]), ("a", ["3"])):
        compare.put(page, part, lines)
    text = page.read_text()
    assert "1" not in text and text.index("# Prose") < text.index("3") < text.index("2")
