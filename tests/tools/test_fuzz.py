"""The differential fuzzer: our verdict on random packages is frictionless's. Many more: `python -m tests.fuzz`."""

from tests import fuzz


def test_random_packages_get_frictionless_verdict():
    tables, fast, differences = fuzz.fuzz(count=120, seed=20_231_123)
    assert not differences, "\n".join(map(str, differences))
    assert 0 < fast < tables  # both ways were taken


def test_a_difference_is_told_with_its_seed(monkeypatch, tmp_path):
    monkeypatch.setattr(fuzz, "standard", lambda findings, parts: fuzz.Counter({("CEL101", "data/t0.csv", 2, "f0"): 1}))
    found = fuzz.compare(1, tmp_path)[2]
    assert found is not None and "seed 1" in str(found) and "CEL101" in str(found)
