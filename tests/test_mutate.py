"""A sample of `python -m tests.mutate`, which tries every column of every table."""

from tests.mutate import run

SEED = 7


def test_wrong_cells_are_caught_where_they_are():
    tried, survived = run(sample=20, seed=SEED)
    assert tried == 20 and survived == [], f"seed {SEED}"
