"""What coverage-guided fuzzing began with, and what it broke: `python -m tests.tools.fuzz_bytes` looks for more."""

from collections import Counter

import pytest

from tests.tools import fuzz_bytes


@pytest.mark.parametrize("target", fuzz_bytes.TARGETS)
def test_inputs_of_the_fuzzer_end_as_they_must(tmp_path, target):
    inputs = sorted(fuzz_bytes.seeds(target, tmp_path / "seeds").iterdir())
    assert inputs
    for path in inputs:
        fuzz_bytes.TARGETS[target](path.read_bytes(), tmp_path / "packages" / path.name)


def test_a_fault_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz_bytes.command, "main", lambda _arguments: 3)
    with pytest.raises(AssertionError):
        fuzz_bytes.descriptor(b"{}", tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(fuzz_bytes, "verdict", lambda _folder: Counter({("CEL101", "data/t.csv", 2, "n"): 1}))
    with pytest.raises(AssertionError, match="only frictionless"):
        fuzz_bytes.rows(b"", tmp_path)
