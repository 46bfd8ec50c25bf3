"""The shipped dataset, broken a cell at a time: each wrong cell is pointed at. All of them: `python -m tests.mutate`."""

from pathlib import Path

import pytest

from tests import mutate

SAMPLE = 60  # mutations, so that the test takes seconds; the script takes them all


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return mutate.Dataset(mutate.ROOT, tmp_path_factory.mktemp("mutations") / "package")


def test_wrong_cells_are_pointed_at():
    tried, missed = mutate.mutate(mutate.ROOT, rows=1, seed=2023, count=SAMPLE)
    assert sum(tried.values()) == SAMPLE and missed == []


def test_every_column_is_mutated(dataset):
    import random

    mutated = {(m.table, m.column) for m in dataset.mutations(random.Random(1), 1)}
    assert mutated == {(r.name, f.name) for r in dataset.package.resources for f in r.schema.fields}


def test_a_right_cell_is_not_pointed_at(dataset):
    same = dataset.tables["claims"][1][0]["claim"]
    assert dataset.caught(mutate.Mutation("claims", 0, "claim", "none", same)) == (False, [])


def test_the_dataset_is_left_as_it_was(dataset):
    for name, path in dataset.paths.items():
        assert (dataset.folder / path).read_bytes() == (Path(mutate.ROOT) / path).read_bytes(), name
