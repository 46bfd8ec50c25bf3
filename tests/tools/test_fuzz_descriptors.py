"""Short runs of the fuzzers of what describes a package. More: `python -m tests.tools.fuzz_descriptors`."""

import pytest

from claimtrack.checks import keys
from claimtrack.pipeline import run
from tests.tools import fuzz_descriptors, fuzz_schemas
from tests.tools.example import Example


@pytest.mark.slow
def test_no_descriptor_ends_in_an_internal_error():
    assert fuzz_descriptors.fuzz(count=50, seed=77) == []


@pytest.mark.slow
def test_no_descriptor_of_many_ends_in_an_internal_error():
    assert fuzz_descriptors.fuzz(count=1000, seed=78) == []


def test_an_internal_error_is_seen(monkeypatch, tmp_path):
    def fails(*_arguments):
        raise ZeroDivisionError("of ours")

    assert keys.check_keys is run.check_keys
    monkeypatch.setattr(run, "check_keys", fails)
    monkeypatch.setattr(run.Run, "_fall_back", fails)
    found = [line for seed in range(20) for line in fuzz_descriptors.failures(seed, tmp_path / str(seed))]
    assert found and all("ZeroDivisionError" in line or "internal" in line for line in found)


@pytest.mark.slow
def test_no_looser_schema_is_valid():
    assert fuzz_schemas.fuzz(count=6, seed=78) == []


@pytest.mark.slow
def test_no_looser_schema_of_many_is_valid():
    assert fuzz_schemas.fuzz(count=150, seed=79) == []


@pytest.mark.slow
def test_a_looser_schema_that_nobody_notices_is_seen(good: Example, tmp_path, monkeypatch):
    monkeypatch.setattr("claimtrack.pipeline.profile.weaker_table", lambda *_: iter(()))
    monkeypatch.setattr("claimtrack.pipeline.profile.weaker_fields", lambda *_: iter(()))
    found = [fuzz_schemas.failure(seed, good.folder, tmp_path / f"copy{seed}") for seed in range(0, 12, 2)]
    assert any(line and "nothing is said of" in line for line in found)
