"""The fuzzer of `publish`: a release, or a sentence. More: `python -m tests.tools.fuzz_publish`."""

import pytest

from claimtrack.publisher import build
from tests.tools import fuzz_publish


@pytest.mark.slow
def test_odd_packages_give_a_release_or_a_sentence():
    outcomes, faults = fuzz_publish.fuzz(count=2, seed=20_261_129)
    assert not faults, "\n".join(faults)
    assert outcomes["released"]


@pytest.mark.slow
def test_many_odd_packages_give_a_release_or_a_sentence():
    outcomes, faults = fuzz_publish.fuzz(count=60, seed=1)
    assert not faults, "\n".join(faults)
    assert outcomes["released"] > 20


@pytest.mark.slow
def test_a_crash_is_seen(monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(build, "_contents", fails)
    assert any("ZeroDivisionError" in line for line in fuzz_publish.fuzz(count=2, seed=20_261_129)[1])
