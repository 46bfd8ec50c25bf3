"""Mutation testing of the rules and the engine: one thing at a time is turned into another, and some test has to fail.

    python -m tests.tools.mutate_rules [--count N] [--seed 1] [--seconds N] [--first] [FILE ...]

FILES are the modules to mutate (default: the rules in `schemas/` and the parts of the engine that give the verdict). A
mutant that no test kills is printed and makes the exit code 1, unless `tests/packages/equivalent.toml` says why it
means the same as the original; so does an explanation of a mutant that a test kills. `--first` tries only the tests
that are likeliest to kill a mutant: quick, and it finds more survivors than there are.

Why not mutmut or cosmic-ray. mutmut (3.8) leaves out every function with a decorator, which all rules have, and
whatever stands outside functions, such as the sieve's patterns; cosmic-ray (8.7) starts a new interpreter for each
mutant, whose imports take longer than the tests. Here each mutant is a forked child of a process that has imported all
libraries and forgets the project: it imports the project anew with the one module changed, in memory, and runs the
tests.
"""

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.util
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ROOT / "tests" / "packages"
# Seconds of processor time that the tests of one mutant may take; one that takes longer never ends. The first tests
# take two to eight, all of them a minute.
FIRST, ALL = 30, 240
LIBRARIES = (
    "frictionless.formats.csv",
    "frictionless.resources",
    "hypothesis",
    "narwhals",
    "pandera.errors",
    "pandera.polars",
    "polars",
    "pytest",
    "tests.schemas.test_rules",
)
SWAPS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# What decides on a module's mutants, the likeliest first. The fuzzer comes last: it is the slowest and most thorough.
ENGINE = [
    "tests/checks/test_cells.py",
    "tests/checks/test_keys.py",
    "tests/package/test_dialect.py",
    "tests/checks/test_hygiene.py",
    "tests/backends/local/test_scan.py",
    "tests/pipeline/test_run.py",
    "tests/tools/test_fuzz.py",
]
SPILL, ON_DISK = "tests/backends/local/test_spill.py", "tests/backends/local/test_on_disk.py"
READING = ["tests/backends/local/test_scan.py", "tests/reading/test_line_pattern.py", *ENGINE]
TESTS = {
    "claimtrack/reading/forms.py": ["tests/reading/test_forms.py", "tests/reading/test_sieve.py", *ENGINE],
    "claimtrack/reading/sieve.py": ["tests/reading/test_sieve.py", *ENGINE],
    "claimtrack/reading/letters.py": ["tests/reading/test_letters.py", "tests/reading/test_line_pattern.py", *ENGINE],
    "claimtrack/reading/line_pattern.py": ["tests/reading/test_line_pattern.py", *ENGINE],
    "claimtrack/reading/number_pattern.py": ["tests/reading/test_line_pattern.py", *ENGINE],
    "claimtrack/checks/key_kinds.py": ["tests/checks/test_keys.py", *ENGINE],
    "claimtrack/checks/keys.py": ["tests/checks/test_keys.py", *ENGINE],
    "claimtrack/checks/cells.py": ENGINE,
    "claimtrack/checks/dates.py": ["tests/checks/test_dates.py", *ENGINE],
    "claimtrack/checks/hygiene.py": ["tests/checks/test_hygiene.py", *ENGINE],
    "claimtrack/package/cell_readers.py": ["tests/package/test_cell_readers.py", *ENGINE],
    "claimtrack/package/guesses.py": ["tests/package/test_guesses.py", "tests/package/test_dialect.py", *ENGINE],
    "claimtrack/package/plain_descriptor.py": ["tests/package/test_described.py", *ENGINE],
    "claimtrack/package/checksums.py": ["tests/package/test_checksums.py", *ENGINE],
    "claimtrack/package/dialect.py": ["tests/package/test_dialect.py", *ENGINE],
    "claimtrack/package/records.py": ["tests/package/test_records.py", *ENGINE],
    "claimtrack/package/table_schema.py": ["tests/package/test_table_schema.py", *ENGINE],
    "claimtrack/backends/local/block.py": READING,
    "claimtrack/backends/local/blocks.py": READING,
    "claimtrack/backends/local/columns.py": READING,
    "claimtrack/backends/local/long_reader.py": READING,
    "claimtrack/backends/local/reader.py": READING,
    "claimtrack/backends/local/scan.py": READING,
    "claimtrack/backends/local/spill.py": [f"{SPILL}::test_on_disk_each_kind_of_key_is_checked", SPILL, ON_DISK],
    "claimtrack/backends/local/on_disk.py": [f"{ON_DISK}::test_edges", ON_DISK],
    "claimtrack/core/frames.py": [f"{ON_DISK}::test_no_table_comes_here_whole", ON_DISK],
    "schemas/identity.py": ["tests/versions/test_comparison.py"],
    "schemas/versions.py": ["tests/versions/test_comparison.py"],
}
EDGES = "tests/schemas/test_rules.py::test_edges"
RULES = ["tests/schemas/test_rules.py", "tests/test_dataset.py", "tests/tracking/test_agreement.py"]


@dataclass(frozen=True)
class Mutant:
    """A module with one change: where it is, in which function, what was and what is there, and the new source."""

    file: str
    line: int
    function: str
    before: str
    after: str
    source: str
    rule: str | None = None

    @property
    def name(self) -> str:
        """What tells it from others whatever its line is; in a function that has the same expression twice, both."""
        return f"{self.function}: {self.before} -> {self.after}"


# ----------------------------------------------------------------------------------------------------------- to mutate


def mutants(file: str) -> Iterator[Mutant]:
    """Every mutant of a module, by its path below the project's folder."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    owners = {
        inner: node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for inner in ast.walk(node)
    }
    parents = {inner: node for node in ast.walk(tree) for inner in ast.iter_child_nodes(node)}
    places = {node: number for number, node in enumerate(ast.walk(tree))}
    for node, number in places.items():
        shown = node
        while isinstance(shown, (ast.Constant, ast.keyword)):  # "1 -> 2" would say little
            shown = parents[shown]
        for change in _changes(node):
            changed = list(ast.walk(copy.deepcopy(tree)))
            change(changed[number])
            after, source = ast.unparse(changed[places[shown]]), ast.unparse(ast.fix_missing_locations(changed[0]))
            owner = owners.get(node)
            yield Mutant(
                file, node.lineno, getattr(owner, "name", "module"), ast.unparse(shown), after, source, _rule(owner)
            )


def _rule(owner: ast.AST | None) -> str | None:
    """The id of the rule that a function is."""
    for decorator in getattr(owner, "decorator_list", []):
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "rule":
            return decorator.args[0].value
    return None


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    """The ways to change a node; each is done in place, to a copy of it."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            yield lambda copied, at=at, operator=operator: copied.ops.__setitem__(at, SWAPS[type(operator)]())
    elif isinstance(node, (ast.BinOp, ast.BoolOp)) and type(node.op) in SWAPS and not _is_text(node):
        yield lambda copied: setattr(copied, "op", SWAPS[type(copied.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.USub, ast.Not)):
        yield _drop_negation
    elif isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        yield lambda copied: setattr(
            copied, "value", not copied.value if isinstance(copied.value, bool) else copied.value + 1
        )
    elif (
        isinstance(node, (ast.List, ast.Set))
        and len(node.elts) > 1
        and all(isinstance(each, ast.Constant) for each in node.elts)
    ):
        for at in range(len(node.elts)):
            yield lambda copied, at=at: copied.elts.pop(at)


def _is_text(node: ast.AST) -> bool:
    """Whether `+` joins texts or lists: to subtract those is no mutant but an error."""
    sides = (getattr(node, "left", None), getattr(node, "right", None))
    return any(
        isinstance(side, (ast.List, ast.JoinedStr)) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in sides
    )


def _drop_negation(copied: ast.UnaryOp) -> None:
    if isinstance(copied.op, ast.USub):
        copied.op = ast.UAdd()
    else:  # twice is not at all, and keeps the node
        copied.operand = ast.UnaryOp(copied.op, copied.operand)


# -------------------------------------------------------------------------------------------------------------- to try


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a mutant's source, and leaves the others to Python."""

    def __init__(self, mutant: Mutant):
        self.mutant, self.module = mutant, mutant.file.removesuffix(".py").replace("/", ".")

    def find_spec(self, name, path=None, target=None):
        if name == self.module:
            return importlib.util.spec_from_file_location(name, ROOT / self.mutant.file, loader=self)
        return None

    def exec_module(self, module) -> None:
        exec(compile(self.mutant.source, self.mutant.file, "exec"), module.__dict__)


def tests_of(mutant: Mutant, first: bool) -> list[str]:
    """The tests that could kill a mutant; with `first`, those that are likeliest to, such as its own rule's defect."""
    every = TESTS.get(mutant.file, RULES)
    if not first:
        return every
    if mutant.rule is None:
        return [EDGES] if every is RULES else every[:1]
    return [
        f"{every[0]}::test_defect_yields_its_rule_and_no_other[{mutant.rule}]",
        "tests/schemas/test_rules.py::test_the_smallest_package_is_valid",
    ]


def warm_up() -> None:
    """Imports what tests need, so that no child has to.

    Polars must not compute here: its threads do not outlive a fork.
    """
    os.environ["POLARS_MAX_THREADS"] = "1"  # the tables are small, and threads that wait for work burn time
    for name in LIBRARIES:
        importlib.import_module(name)


def killed(tests: list[str], seconds: int, mutant: Mutant) -> bool:
    """Whether some test fails on a mutant, or does not come to an end within so many seconds of processor time."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1), os.dup2(silence, 2)
            os.chdir(ROOT)
            sys.meta_path.insert(0, Changed(mutant))
            _edges(mutant)
            code = _pytest(tests)
        finally:
            os._exit(code)
    end = time.monotonic() + 20 * seconds  # should it wait for ever instead of working for ever
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _edges(mutant: Mutant) -> None:
    """Runs the test of a rule's edges, or of all, without pytest, whose start takes twenty times as long.

    Raises what it raises.
    """
    from tests.schemas import test_rules

    if not mutant.file.startswith("schemas/"):
        return
    _forget("schemas")
    test_rules.RULES.update(importlib.import_module("schemas").PROFILE.rules)
    for id in [mutant.rule] if mutant.rule else test_rules.EDGES:
        if id in test_rules.EDGES:
            test_rules.test_edges(id)


def _pytest(tests: list[str]) -> int:
    import pytest

    _forget("claimtrack", "schemas", "tests", "validate")
    return int(pytest.main(["-q", "-x", "-m", "", "-p", "no:cacheprovider", *tests]))


def _forget(*packages: str) -> None:
    """Has modules of the project imported anew when they are needed next."""
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


# ---------------------------------------------------------------------------------------------------------- to account


def explained() -> dict[str, dict[str, str]]:
    """Why some mutants survive, by file and `Mutant.name`."""
    return tomllib.loads((PACKAGES / "equivalent.toml").read_text(encoding="utf-8"))


def modules() -> list[str]:
    """The modules to mutate: the rules, and what of the engine gives the verdict."""
    rules = sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "schemas").glob("*.py") if path.name != "__init__.py"
    )
    return rules + [file for file in TESTS if file.startswith("claimtrack/")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutate_rules", description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="*", help="modules to mutate, below the project's folder")
    parser.add_argument("--count", type=int, help="this many mutants, chosen at random, instead of all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="end after this time, and say how many were tried"
    )
    parser.add_argument("--first", action="store_true", help="only the tests that are likeliest to kill a mutant")
    options = parser.parse_args()
    every, known = [mutant for file in options.files or modules() for mutant in mutants(file)], explained()
    chosen = random.Random(options.seed).sample(every, min(options.count, len(every))) if options.count else every
    warm_up()
    for mutant in {
        mutant.file: mutant for mutant in chosen
    }.values():  # what changes nothing has to survive, or nothing is shown
        same = replace(mutant, source=(ROOT / mutant.file).read_text(encoding="utf-8"))
        if killed(tests_of(same, True), FIRST, same):
            print(f"{mutant.file}: its tests fail as it is: {', '.join(tests_of(same, True))}")
            return 1
    end, tried, survived, equivalent, wrong = time.monotonic() + options.seconds, 0, 0, 0, 0
    for mutant in chosen:
        if time.monotonic() > end:
            break
        tried += 1
        if sys.stderr.isatty():
            print(f"{tried} of {len(chosen)}", end="\r", file=sys.stderr)
        why = known.get(mutant.file, {}).get(mutant.name)
        if killed(tests_of(mutant, True), FIRST, mutant) or (
            not options.first and killed(tests_of(mutant, False), ALL, mutant)
        ):
            if why:
                wrong += 1
                print(f"killed, though explained as equivalent: {mutant.file}:{mutant.line}: {mutant.name}", flush=True)
        elif why:
            equivalent += 1
        else:
            survived += 1
            print(f"survived: {mutant.file}:{mutant.line}: {mutant.name}", flush=True)
    dead = f"{tried - survived - equivalent} of {tried} mutants killed"
    print(f"{dead}, {equivalent} equivalent, {survived} survived; there are {len(every):,}")
    return int(bool(survived or wrong))


if __name__ == "__main__":
    sys.exit(main())
