"""Mutation testing of the rules: one operator of a rule at a time is turned into another, and some test has to fail.

    python -m tests.mutate_rules [--count 30] [--seed 1] [--seconds 600] [FILE ...]

FILES are the modules to mutate (default: the rules in `schemas/`). Each mutant is tried in a copy of the project; survivors
are printed with their line. The time box ends the run early and says how many mutants were tried.
"""

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SWAPS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Every mutant of a module: its line, what was changed, and the new source."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for mutate in _changes(node):
            changed = copy.deepcopy(tree)
            told = mutate(list(ast.walk(changed))[number])
            yield node.lineno, told, ast.unparse(ast.fix_missing_locations(changed))


def _changes(node: ast.AST) -> Iterator:
    """The ways to change a node; each is done to a copy of it and says what it did."""

    def compare(copied: ast.Compare) -> str:
        copied.ops[0] = SWAPS[type(copied.ops[0])]()
        return f"comparison becomes {type(copied.ops[0]).__name__}"

    def operate(copied: ast.BinOp) -> str:
        copied.op = SWAPS[type(copied.op)]()
        return f"operator becomes {type(copied.op).__name__}"

    def uninvert(copied: ast.UnaryOp) -> str:
        copied.op = ast.UAdd() if isinstance(copied.op, ast.USub) else ast.Invert()
        copied.operand = ast.UnaryOp(ast.Invert(), copied.operand) if isinstance(copied.op, ast.Invert) else copied.operand
        return "negation is dropped"

    def count(copied: ast.Constant) -> str:
        copied.value += 1
        return f"{copied.value - 1} becomes {copied.value}"

    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield compare
    elif isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        yield operate
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.USub)):
        yield uninvert
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield count


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate_rules", description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="*", type=Path, help="modules to mutate, below the project's folder")
    parser.add_argument("--count", type=int, default=30, help="how many mutants, chosen at random (default: 30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600, help="the time box (default: 600)")
    parser.add_argument("--tests", nargs="+", default=["tests/test_rules.py"], help="the tests that have to fail")
    options = parser.parse_args()
    files = options.files or [path.relative_to(ROOT) for path in sorted((ROOT / "schemas").glob("*.py")) if path.name != "__init__.py"]
    every = [(file, *mutant) for file in files for mutant in mutants((ROOT / file).read_text(encoding="utf-8"))]
    chosen, end, survived, tried = random.Random(options.seed).sample(every, min(options.count, len(every))), time.monotonic() + options.seconds, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder, "project")
        shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(".git", ".venv", ".tools", "__pycache__", ".pytest_cache", ".hypothesis"))
        for file, line, told, source in chosen:
            if time.monotonic() > end:
                break
            before = (copied / file).read_text(encoding="utf-8")
            (copied / file).write_text(source, encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", "-m", "pytest", "-q", "-x", *options.tests], cwd=copied, capture_output=True, check=False)
            (copied / file).write_text(before, encoding="utf-8")
            tried += 1
            if done.returncode == 0:
                survived += 1
                print(f"survived: {file}:{line}: {told}", flush=True)
    print(f"{tried - survived} of {tried} mutants killed, of {len(every):,} that there are (seed {options.seed})")
    return int(bool(survived))


if __name__ == "__main__":
    sys.exit(main())
