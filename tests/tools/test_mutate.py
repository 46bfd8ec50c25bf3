"""The shipped dataset, broken a cell at a time: each wrong cell is pointed at. All: `python -m tests.tools.mutate`.

The rules, broken an operator at a time: some test fails. All: `python -m tests.tools.mutate_rules`.
"""

import random
import subprocess
import sys

import pytest

from tests.tools import mutate, mutate_rules

pytestmark = pytest.mark.slow

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


def test_every_explained_mutant_is_one():
    """An explanation of a mutant that is no more would hide the next one of its name."""
    for file, reasons in mutate_rules.explained().items():
        assert reasons.keys() <= {mutant.name for mutant in mutate_rules.mutants(file)} and all(reasons.values()), file


def test_mutants_of_a_rule_are_tried_and_killed():
    words = [
        sys.executable,
        "-m",
        "tests.tools.mutate_rules",
        "--first",
        "--count",
        "2",
        "--seed",
        "3",
        "schemas/claims.py",
    ]
    done = subprocess.run(words, cwd=mutate_rules.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.startswith("2 of 2 mutants killed"), done.stdout + done.stderr


def test_what_a_mutant_is(monkeypatch, tmp_path):
    (tmp_path / "module.py").write_text("KEPT = ['a', 'b']\n\ndef rule(x):\n    return not x > 1 and -x\n")
    monkeypatch.setattr(mutate_rules, "ROOT", tmp_path)
    assert {mutant.name for mutant in mutate_rules.mutants("module.py")} == {
        "module: ['a', 'b'] -> ['b']", "module: ['a', 'b'] -> ['a']", "rule: not x > 1 and -x -> not x > 1 or -x",
        "rule: not x > 1 -> not not x > 1", "rule: x > 1 -> x >= 1", "rule: x > 1 -> x > 2", "rule: -x -> +x",
    }  # fmt: skip
