"""The shipped dataset, broken a cell at a time: each wrong cell is pointed at. All of them: `python -m tests.mutate`."""

import random

import pytest

from tests import mutate

SAMPLE, SEED = 20, 7  # the script takes all mutations; a sample keeps the test to seconds


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return mutate.Dataset(mutate.ROOT, tmp_path_factory.mktemp("mutations") / "package")


def test_wrong_cells_are_pointed_at():
    tried, missed = mutate.mutate(mutate.ROOT, rows=1, seed=SEED, count=SAMPLE)
    assert sum(tried.values()) == SAMPLE and missed == [], f"seed {SEED}"


def test_every_column_is_mutated(dataset):
    mutated = {(m.table, m.column) for m in dataset.mutations(random.Random(SEED), 1)}
    assert mutated == {(r.name, f.name) for r in dataset.package.resources for f in r.schema.fields}


def test_a_right_cell_is_not_pointed_at(dataset):
    same = dataset.tables["claims"][1][0]["claim"]
    assert dataset.caught(mutate.Mutation("claims", 0, "claim", "none", same)) == (False, [])
    for name, path in dataset.paths.items():  # and the copy is left as it was
        assert (dataset.folder / path).read_bytes() == (mutate.ROOT / path).read_bytes(), name
