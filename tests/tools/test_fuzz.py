"""The differential fuzzer: our verdict on random packages is frictionless's. More: `python -m tests.tools.fuzz`."""

from claimtrack.pipeline import run
from tests.tools import fuzz


def test_random_packages_get_frictionless_verdict():
    tables, fast, differences = fuzz.fuzz(count=120, seed=20_231_123)
    assert not differences, "\n".join(map(str, differences))
    assert 0 < fast < tables  # both ways were taken


def test_a_difference_is_told_with_its_seed(monkeypatch, tmp_path):
    monkeypatch.setattr(fuzz, "standard", lambda findings, parts: fuzz.Counter({("CEL101", "data/t0.csv", 2, "f0"): 1}))
    found = fuzz.compare(1, tmp_path)[2]
    assert found is not None and "seed 1" in str(found) and "CEL101" in str(found)


def test_an_error_of_ours_is_a_difference(monkeypatch, tmp_path):
    def fails(*_arguments):
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(run, "check_keys", fails)
    found = [difference for seed in range(5) if (difference := fuzz.compare(seed, tmp_path / str(seed))[2])]
    assert found and all("ZeroDivisionError: of ours" in str(difference) for difference in found)


def test_that_frictionless_fails_has_to_be_said(monkeypatch, tmp_path):
    def fails(*_arguments):
        raise ArithmeticError("of frictionless's")

    monkeypatch.setattr(fuzz, "verdict", fails)
    found = fuzz.compare(1, tmp_path)[2]
    assert found is not None and "failed" in str(found)
