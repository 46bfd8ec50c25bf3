"""Our command against frictionless's on one package, turn by turn on one machine: the ratio of the medians.

    python -m tests.benchmarks.compare [PACKAGE] [--rounds 5]

Compile the installed packages first (`python -m compileall -q .venv`), or start-up is all that is measured.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MEASURE = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def run(command: list[str]) -> tuple[float, float]:
    """The seconds and the peak MiB of a command."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, int(done.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare", description=__doc__.split("\n", 1)[0])
    parser.add_argument("package", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    commands = {
        "ours": [sys.executable, str(ROOT / "validate.py"), str(options.package)],
        "frictionless": [str(Path(sys.executable).parent / "frictionless"), "validate", str(options.package / "datapackage.json")],
    }
    figures = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            figures[name].append(run(command))
    medians = {name: statistics.median(seconds for seconds, _ in found) for name, found in figures.items()}
    for name, found in figures.items():
        print(f"{name:<13} {medians[name]:7.2f} s (of {len(found)}: {min(found)[0]:.2f} to {max(found)[0]:.2f}), peak {max(peak for _, peak in found):,.0f} MiB")
    print(f"frictionless takes {medians['frictionless'] / medians['ours']:.2f} times as long")


if __name__ == "__main__":
    main()
