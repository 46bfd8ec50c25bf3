"""Our command against others on packages of several sizes, turn by turn on one machine, with what each found.

    python -m tests.benchmarks.compare [PACKAGE] [--rounds 5]          one package: ours and frictionless
    python -m tests.benchmarks.compare --claims 10000 1000000 --out docs/performance

With `--claims`, packages of so many claims are generated, all ways are measured (`plain` has those written by hand),
and OUT.json, OUT.svg and the part of OUT.md between two marks are written; matplotlib draws, from the dependency group
`benchmark`. Compile the installed packages first (`uv sync --compile-bytecode`), or start-up is all that is measured.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

from claimtrack.core.standard_rules import FRICTIONLESS
from tests.tools.support import standard, validate

from .generate import generate

ROOT = Path(__file__).parent.parent.parent
PLAIN = {
    "plain Polars": "polars",
    "plain DuckDB": "duckdb",
    "floor: csv.reader": "csv",
    "floor: SHA-256": "sha256",
    "floor: read": "read",
}
# In a small process of its own, since a child's peak begins with that of its parent.
MEASURE = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
wall, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}), file=sys.stderr)
"""
LARGE = 5_000_000  # claims from which on one round is enough
Figures = dict[str, float]


def commands(package: Path, python: str, every: bool) -> dict[str, list[str]]:
    """The ways to check a package, by name."""
    found = {
        "ours": [python, str(ROOT / "validate.py"), str(package)],
        "frictionless": [
            str(Path(python).parent / "frictionless"),
            "validate",
            "--json",
            "--limit-errors",
            "1000000",
            str(package / "datapackage.json"),
        ],
    }
    return found | (
        {name: [python, "-m", "tests.benchmarks.plain", way, str(package)] for name, way in PLAIN.items()}
        if every
        else {}
    )


def measure(command: list[str], folder: Path = ROOT) -> tuple[Figures, str]:
    """What a command took (`wall` and `cpu` in seconds, `peak` of its memory in MiB) and what it printed."""
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, *command], stdout=out, stderr=subprocess.PIPE, cwd=folder, text=True
        )
        out.seek(0)
        return json.loads(done.stderr.splitlines()[-1]), out.read().decode()


def rounds(package: Path, python: str, count: int, every: bool) -> tuple[dict[str, Figures], dict[str, str]]:
    """The medians of each way over a number of rounds, in each of which all take a turn, and what each printed last."""
    figures, printed = {}, {}
    for _ in range(count):
        for name, command in commands(package, python, every).items():
            found, printed[name] = measure(command)
            figures.setdefault(name, []).append(found)
    return {
        name: {key: statistics.median(f[key] for f in found) for key in found[0]} for name, found in figures.items()
    }, printed


def of_frictionless(report: str) -> Counter:
    """The findings in frictionless's JSON report, as our rules have them: rule, file, row, field."""
    found = Counter()
    for task in json.loads(report)["tasks"]:
        for error in task["errors"]:
            rule = FRICTIONLESS[error["type"]]
            field = error.get("fieldName", "")
            if rule == "KEY103":
                field = ", ".join(error["fieldNames"])
            if rule == "KEY101":
                field = None  # frictionless does not name it
            found[rule, task["place"], error.get("rowNumber"), field] += 1
    return found


def agrees(package: Path, report: str) -> tuple[int, bool]:
    """How many findings frictionless has, and whether ours are the same in rule, file, row and field."""
    ours = Counter()
    for (rule, file, row, field), count in standard(validate(package, samples=10**7).findings).items():
        ours[rule, file, row, None if rule == "KEY101" else field] += count
    theirs = of_frictionless(report)
    return theirs.total(), ours == theirs


def table(claims: int, size: int, figures: dict[str, Figures], found: dict[str, str]) -> list[str]:
    """One Markdown table: a way a row."""
    base = figures["frictionless"]
    lines = [
        f"## {claims:,} claims ({size / 2**20:,.0f} MiB)",
        "",
        "| | times as fast as frictionless | by CPU time | wall, s | CPU, s | peak, MiB | found |",
    ]
    lines.append("|---|--:|--:|--:|--:|--:|---|")
    for name, f in figures.items():
        times = f"{base['wall'] / f['wall']:.1f} | {base['cpu'] / f['cpu']:.1f}"
        own = f"{f['wall']:.2f} | {f['cpu']:.2f} | {f['peak']:,.0f}"
        lines.append(f"| {name} | {times} | {own} | {found.get(name, '–')} |")
    return [*lines, ""]


def plot(results: list[dict], path: Path) -> None:
    """Rows against seconds and against memory, both on logarithmic axes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "performance"
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    for name in results[0]["figures"]:
        rows = [r["rows"] for r in results if name in r["figures"]]
        for axes, key in ((left, "wall"), (right, "peak")):
            axes.loglog(
                rows,
                [r["figures"][name][key] for r in results if name in r["figures"]],
                marker="o",
                label=name,
                lw=3 if name == "ours" else 1.2,
            )
    left.set(xlabel="rows", ylabel="seconds", title="time")
    right.set(xlabel="rows", ylabel="MiB", title="peak memory")
    left.legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def compared(claims: int, options: argparse.Namespace) -> tuple[dict, list[str]]:
    """Every way on a package of so many claims: the figures, and their table in Markdown."""
    with claims_packaged(claims, options) as package:
        size = sum(path.stat().st_size for path in (package / "data").iterdir())
        count = options.rounds if claims < LARGE else 1
        figures, printed = rounds(package, options.python, count, every=True)
        total, same = agrees(package, printed["frictionless"])
    found = {name: printed[name].strip() for name in list(PLAIN)[:2]}
    found |= {
        "frictionless": str(total),
        "ours": f"the same {total}: rule, file, row, field" if same else "NOT the same",
    }
    return {"claims": claims, "bytes": size, "rounds": count, "figures": figures, "found": found}, table(
        claims, size, figures, found
    )


def alone(claims: int, options: argparse.Namespace) -> tuple[dict, list[str]]:
    """Our command and the floors on a package of so many claims that others would take hours for.

    What is found is compared in number with what frictionless finds in a small package with as many faults.
    """
    with claims_packaged(10_000, options) as package:
        expected, _ = agrees(package, measure(commands(package, options.python, every=False)["frictionless"])[1])
    with claims_packaged(claims, options) as package:
        size = sum(path.stat().st_size for path in (package / "data").iterdir())
        ways = commands(package, options.python, every=True)
        ways = {
            "ours": [*ways["ours"], f"--memory={options.memory}"],
            **{name: way for name, way in ways.items() if name.startswith("floor")},
        }
        measured = {name: measure(way) for name, way in ways.items()}
    figures = {name: of_way for name, (of_way, _) in measured.items()}
    errors = int(re.search(r"([\d,]+) errors?, ", measured["ours"][1])[1].replace(",", ""))
    found = {"ours": f"{errors} errors of {expected} that there are"}
    lines = [
        f"## {claims:,} claims ({size / 2**20:,.0f} MiB), ours alone, `--memory {options.memory}`",
        "",
        "| | wall, s | CPU, s | peak, MiB | found |",
        "|---|--:|--:|--:|---|",
    ]
    lines += [
        f"| {name} | {f['wall']:.1f} | {f['cpu']:.1f} | {f['peak']:,.0f} | {found.get(name, '–')} |"
        for name, f in figures.items()
    ]
    return {
        "claims": claims,
        "bytes": size,
        "rounds": 1,
        "memory": options.memory,
        "figures": figures,
        "found": found,
    }, [*lines, ""]


@contextmanager
def packaged(name: str, make: Callable[[Path], Path], kept: Path | None) -> Iterator[Path]:
    """A package that `make` writes into a folder; in the folder `kept`, if there is one, it stays under this name."""
    with tempfile.TemporaryDirectory() as folder:
        package = (kept or Path(folder)) / name
        package.mkdir(parents=True, exist_ok=True)
        yield package if (package / "datapackage.json").exists() else make(package)


def claims_packaged(claims: int, options: argparse.Namespace) -> AbstractContextManager[Path]:
    """A generated package of so many claims."""
    return packaged(
        f"{claims}-{options.faults}", lambda folder: generate(folder, claims, options.faults, seed=1), options.packages
    )


def report(options: argparse.Namespace) -> None:
    """Measures all ways on generated packages and writes the tables, the figures and the plot."""
    results, lines, out = [], [], options.out
    for sizes, way in ((options.claims, compared), (options.alone, alone)):
        for claims in sizes:
            result, of_size = way(claims, options)
            results.append(
                {
                    **result,
                    "rows": claims + max(1, claims // 2) + max(1, claims // 50),
                    "faults": min(options.faults, claims),
                }
            )
            lines += of_size
            print("\n".join(of_size), flush=True)
    shown = out.relative_to(ROOT) if out.is_relative_to(ROOT) else out
    more = f" --alone {' '.join(map(str, options.alone))} --memory {options.memory}" if options.alone else ""
    claims = " ".join(map(str, options.claims))
    asked = f"--claims {claims} --faults {options.faults} --rounds {options.rounds}{more} --python PYTHON --out {shown}"
    command = f"python -m tests.benchmarks.compare {asked}"
    rounds_ = (
        f"medians of {options.rounds} rounds (of one from {LARGE:,} claims on), in each of which every way took a turn"
    )
    machine = f"{date.today()}, {os.cpu_count()} cores; {rounds_}. Load at the end: {os.getloadavg()[1]:.1f}."
    out.with_suffix(".json").write_text(
        json.dumps(
            {"command": command, "date": str(date.today()), "cores": os.cpu_count(), "results": results}, indent=1
        )
        + "\n"
    )
    picture = f"![Rows against seconds, and against peak memory, both axes logarithmic]({out.name}.svg)"
    put(out.with_suffix(".md"), "compare", [f"`{command}`", "", machine, "", picture, "", *lines])
    plot(results, out.with_suffix(".svg"))


def put(page: Path, part: str, lines: list[str]) -> None:
    """Writes what a benchmark measured between its two marks in a page; at the page's end where there are none yet."""
    begin, end = f"<!-- {part}: written by tests/benchmarks -->", f"<!-- end of {part} -->"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    before, _, rest = text.partition(begin)
    page.write_text(
        "\n".join([before.rstrip("\n") + "\n" if before else "", begin, "", *lines, end])
        + (rest.partition(end)[2] or "\n"),
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare", description=__doc__.split("\n", 1)[0])
    parser.add_argument("package", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="the Python that runs what is measured: of an environment without `dev`, as users have it",
    )
    parser.add_argument("--claims", type=int, nargs="+", help="sizes of the packages to generate")
    parser.add_argument(
        "--alone", type=int, nargs="+", default=[], help="sizes at which only ours and the floors are measured"
    )
    parser.add_argument("--memory", type=int, default=512, help="MiB for `--memory` at those sizes")
    parser.add_argument("--packages", type=Path, help="a folder where generated packages are kept, and taken from")
    parser.add_argument("--faults", type=int, default=130)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "performance")
    options = parser.parse_args()
    if options.claims:
        report(options)
        return
    figures, _ = rounds(options.package.resolve(), options.python, options.rounds, every=False)
    for name, f in figures.items():
        print(f"{name:<13} {f['wall']:7.2f} s, CPU {f['cpu']:7.2f} s, peak {f['peak']:,.0f} MiB")
    print(f"frictionless takes {figures['frictionless']['wall'] / figures['ours']['wall']:.2f} times as long")


if __name__ == "__main__":
    main()
