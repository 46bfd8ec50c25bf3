"""The benchmark's package and its ways of checking it, at a size that takes no time: all find what was put in."""

import subprocess
import sys
from collections import Counter

import pytest

from tests.benchmarks import compare, generate, plain, tiny
from tests.conftest import ROOT
from validator.run import validate

FAULTS = 26


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return generate.generate(tmp_path_factory.mktemp("package"), claims=200, faults=FAULTS, seed=1)


def test_the_same_seed_gives_the_same_bytes(package, tmp_path):
    again = generate.generate(tmp_path, claims=200, faults=FAULTS, seed=1)
    assert all((again / path.relative_to(package)).read_bytes() == path.read_bytes() for path in package.rglob("*") if path.is_file())


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
    assert report.exit_code == 0 and report.tables["claims"] == 24 and report.coverage.startswith("coverage 100 %")
