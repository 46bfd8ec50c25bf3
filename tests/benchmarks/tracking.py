"""Claim-tracking packages as they grow: what a check of all rules takes, with `--memory` and all in memory.

    python -m tests.benchmarks.tracking [--statements 3000 10000 30000 100000] [--memory 512] [--python PYTHON]
                                        [--out docs/performance]

frictionless, which checks the standard alone, takes a turn up to the size `--against`, and a run without a budget up to
`--whole`.
"""

import argparse
import os
import re
import sys
from datetime import date
from pathlib import Path

from .compare import commands, measure, packaged, put
from .generate import tracked

UNBOUND = 10**6  # MiB: as good as no budget


def rows_checked(report: str) -> str:
    """How many rows a report of ours says that a valid package has. Raises ValueError for any other report."""
    found = re.search(r"^18 tables, ([\d,]+) rows, \d+ rules run$", report, re.MULTILINE)
    if not found or report.splitlines()[-1] != "valid":
        raise ValueError(f"not all was checked and found valid: {report[-500:]}")
    return found[1]


def line(statements: int, options: argparse.Namespace) -> str:
    """A row of the table: the ways measured at this size, each with wall and CPU seconds and its peak in MiB."""
    with packaged(str(statements), lambda folder: tracked(folder, statements), options.packages) as package:
        ways = commands(package, options.python, every=False)
        bound, report = measure([*ways["ours"], f"--memory={options.memory}"])
        cells = [
            f"{statements:,}",
            rows_checked(report),
            f"{sum(path.stat().st_size for path in (package / 'data').iterdir()) / 2**20:,.0f}",
        ]
        others = [measure([*ways["ours"], f"--memory={UNBOUND}"])[0]] if statements <= options.whole else [None]
        others += [measure(ways["frictionless"])[0]] if statements <= options.against else [None]
    for figures in (bound, *others):
        cells += (
            [f"{figures['wall']:.1f}", f"{figures['cpu']:.1f}", f"{figures['peak']:,.0f}"] if figures else ["–"] * 3
        )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tracking", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--statements", type=int, nargs="+", default=[3000, 10_000, 30_000, 100_000])
    parser.add_argument("--memory", type=int, default=512, help="MiB for `--memory`")
    parser.add_argument(
        "--whole", type=int, default=100_000, help="the largest size that is also checked all in memory"
    )
    parser.add_argument("--against", type=int, default=3000, help="the largest size that frictionless is measured on")
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="the Python that runs what is measured: of an environment without `dev`, as users have it",
    )
    parser.add_argument("--packages", type=Path, help="a folder where generated packages are kept, and taken from")
    parser.add_argument("--out", type=Path, help="the page, without its ending, to write the table into")
    options = parser.parse_args()
    ways = [f"`--memory {options.memory}`", "all in memory", "frictionless, the standard alone"]
    lines = [
        f"| statements | rows | MiB | {' | '.join(f'{way}: wall, s | CPU, s | peak, MiB' for way in ways)} |",
        "|--:" * 12 + "|",
    ]
    for statements in options.statements:
        lines.append(line(statements, options))
        print(lines[-1], flush=True)
    if options.out:
        sizes = f"--statements {' '.join(map(str, options.statements))} --memory {options.memory}"
        more = f"--whole {options.whole} --against {options.against} --python PYTHON --out docs/performance"
        command = f"`python -m tests.benchmarks.tracking {sizes} {more}`"
        told = f"{date.today()}, {os.cpu_count()} cores; one round. Load at the end: {os.getloadavg()[1]:.1f}."
        put(options.out.with_suffix(".md"), "tracking", [command, "", told, "", *lines, ""])


if __name__ == "__main__":
    main()
