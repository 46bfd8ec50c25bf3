"""The fuzzer of `fix`: what says the same before and after. More: `python -m tests.tools.fuzz_fix`."""

import pytest

from claimtrack.fixing import rewrite
from tests.tools import fuzz_fix


def test_random_packages_say_the_same_in_form():
    outcomes, faults = fuzz_fix.fuzz(count=60, seed=20_261_129)
    assert not faults, "\n".join(faults)
    assert outcomes["fixed"] > 10 and outcomes["refused"] > 10


@pytest.mark.slow
def test_many_random_packages_say_the_same_in_form():
    _, faults = fuzz_fix.fuzz(count=1000, seed=1)
    assert not faults, "\n".join(faults)


def test_a_changed_cell_is_seen(monkeypatch):
    as_csv = rewrite.as_csv
    monkeypatch.setattr(rewrite, "as_csv", lambda rows, *rest: as_csv([[*row[:-1], "x"] for row in rows], *rest))
    monkeypatch.setattr(rewrite, "_refuse_another_reading", lambda *_: None)
    faults = fuzz_fix.fuzz(count=30, seed=1)[1]
    assert any(": cells: " in line for line in faults)


def test_a_crash_is_seen(monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(rewrite, "as_csv", fails)
    faults = fuzz_fix.fuzz(count=20, seed=1)[1]
    assert any(": crash: 2 " in line for line in faults)
