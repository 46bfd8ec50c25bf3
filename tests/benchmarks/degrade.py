"""How a check fares on tables unlike the clean ones: per byte against a clean table in the same run, and as they grow.

    python -m tests.benchmarks.degrade [--mib 2 4 8 16] [--rounds 3] [--python PYTHON] [--out docs/performance]

Each case is a package of about so many MiB. What the start of the command takes (measured on a package of one row) is
taken off; then the CPU time to a MiB is compared with that of the clean case of the same size. The exponent is the
slope of the logarithm of the time over that of the size: 1 is linear growth, 2 quadratic. A thousand tables are also
given to frictionless: the least that a table can cost is what it makes of the table's descriptor.
"""

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.tools.support import resource, write

from .compare import commands, measure, put

MIB = 2**20
ID, TEXT = (
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "R[0-9]{8}"}},
    {"name": "text", "type": "string"},
)
COUNT = {"name": "count", "type": "integer", "constraints": {"required": True, "minimum": 0}}
CODE = {"name": "code", "type": "string", "constraints": {"enum": ["event", "pattern", "forecast"]}}
DAY = {"name": "day", "type": "date"}
PLAIN = [ID, TEXT, COUNT, CODE, DAY]
WORDS = "the council said in July that the vote had been held before many members of the party could be heard"
Case = Callable[[Path, int], Path]


def one(fields: list[dict], row: Callable[[int], str], more: str = "") -> Case:
    """A package of one table with a key, of as many rows as make the size."""

    def build(folder: Path, size: int) -> Path:
        write(folder, [resource("t", fields, primaryKey="id")], {"data/t.csv": ""})
        with (folder / "data/t.csv").open("w", encoding="utf-8") as handle:
            written = handle.write(",".join(field["name"] for field in fields) + "\n")
            for number in range(10**9):
                if written >= size:
                    break
                written += handle.write(row(number))
            handle.write(more)
        return folder

    return build


def plain(number: int) -> str:
    return f'R{number:08},"So {WORDS[number % 40 :]}, or so",{number % 977},event,2023-07-{1 + number % 28:02}\n'


def many(folder: Path, size: int) -> Path:
    """A thousand tables."""
    rows = "".join(map(plain, range(max(1, size // 1000 // 130))))
    tables = [resource(f"t{number}", PLAIN, primaryKey="id") for number in range(1000)]
    return write(folder, tables, {f"data/t{number}.csv": "id,text,count,code,day\n" + rows for number in range(1000)})


WIDE = [ID, *({"name": f"n{number}", "type": ("integer", "string", "date")[number % 3]} for number in range(999))]
CELLS = ",".join(("7", "a text", "2023-07-23")[number % 3] for number in range(999))
THOUSAND = "a thousand tables"
CASES: dict[str, Case] = {
    "clean": one(PLAIN, plain),
    "an error in every row, ten values": one(
        PLAIN, lambda n: f'R{n:08},"So {WORDS[n % 40 :]}, or so",many{n % 10},event,2023-07-23\n'
    ),
    "an error in every row, each another value": one(
        PLAIN, lambda n: f'R{n:08},"So {WORDS[n % 40 :]}, or so",many{n},event,2023-07-23\n'
    ),
    "an error in every cell": one(
        PLAIN, lambda n: f'r{n},"={WORDS[n % 40 :]} ",many,{"x" * (n % 9)}rumour,2023-02-30\n'
    ),
    "every key twice": one(PLAIN, lambda n: plain(n // 2)),
    "a column that no proof covers: a look-ahead": one(
        [*PLAIN, {"name": "odd", "type": "string", "constraints": {"pattern": "(?=a).+"}}],
        lambda n: plain(n)[:-1] + f",a{n}\n",
    ),
    "a column that no proof covers: base64": one(
        [*PLAIN, {"name": "packed", "type": "string", "format": "binary"}], lambda n: plain(n)[:-1] + f",{n:08}\n"
    ),
    "a column of e-mail addresses": one(
        [*PLAIN, {"name": "mail", "type": "string", "format": "email"}],
        lambda n: plain(n)[:-1] + f",a{n}@example.org\n",
    ),
    "a thousand columns": one(WIDE, lambda n: f"R{n:08},{CELLS}\n"),
    "cells of 100,000 characters": one([ID, TEXT], lambda n: f'R{n:08},"{WORDS * 1000}, so"\n'),
    "text beyond ASCII": one(PLAIN, lambda n: plain(n).replace("council", "conseil élu").replace("vote", "ការបោះឆ្នោត")),
    "a line break in a cell at the end": one(PLAIN, plain, 'R99999999,"a\nb",1,event,2023-07-23\n'),
    "a line break in every row": one(PLAIN, lambda n: plain(n).replace("or so", "or\nso")),
    THOUSAND: many,
}


def run(case: Case, size: int, python: str, rounds: int, way: str = "ours") -> tuple[float, float, float]:
    """The medians of CPU seconds and of peak memory in MiB over some rounds, and the package's size in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        package = case(Path(folder), size)
        measured = [measure(commands(package, python, every=False)[way])[0] for _ in range(rounds)]
        held = sum(path.stat().st_size for path in (package / "data").iterdir()) / MIB
    return statistics.median(m["cpu"] for m in measured), statistics.median(m["peak"] for m in measured), held


def slope(sizes: list[float], seconds: list[float]) -> float:
    """The exponent of growth: the least-squares slope of log seconds over log sizes."""
    x, y = [math.log(size) for size in sizes], [math.log(max(second, 1e-3)) for second in seconds]
    return statistics.linear_regression(x, y).slope


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.degrade", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mib", type=float, nargs="+", default=[2, 4, 8, 16])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument(
        "--out", type=Path, help="the page, without its ending, to write the table into; and a JSON file beside it"
    )
    options = parser.parse_args()
    start, _, _ = run(CASES["clean"], 1, options.python, 5)
    clean, rows, lines = (
        {},
        [],
        ["| case | CPU time to a MiB, in clean ones | growth | peak, MiB |", "|---|--:|--:|--:|"],
    )
    for name in options.case:
        net, sizes, peak = [], [], 0.0
        for mib in options.mib:
            cpu, peak, held = run(CASES[name], int(mib * MIB), options.python, options.rounds)
            net.append(max(cpu - start, 1e-3)), sizes.append(held)
        per_mib = net[-1] / sizes[-1]
        clean.setdefault("clean", per_mib)
        exponent = slope(sizes, net) if len(sizes) > 1 else math.nan
        rows.append(
            {
                "case": name,
                "times_clean": per_mib / clean["clean"],
                "exponent": exponent,
                "peak": peak,
                "mib": sizes,
                "net_cpu": net,
            }
        )
        lines.append(f"| {name} | {per_mib / clean['clean']:.1f} | {exponent:.2f} | {peak:,.0f} |")
        print(lines[-1], flush=True)
    beside = []
    if THOUSAND in options.case:
        seconds = [
            [run(many, int(mib * MIB), options.python, options.rounds, way)[0] for way in ("ours", "frictionless")]
            for mib in options.mib
        ]
        told = "; ".join(
            f"of {mib:g} MiB {ours:.1f} s, frictionless {theirs:.1f} s"
            for mib, (ours, theirs) in zip(options.mib, seconds, strict=True)
        )
        beside = [f"CPU time for {THOUSAND}, start-up and all: {told}.", ""]
        print("", *beside, sep="\n", flush=True)
    if options.out:
        sizes = " ".join(f"{mib:g}" for mib in options.mib)
        asked = f"--mib {sizes} --rounds {options.rounds} --python PYTHON --out docs/performance"
        command = f"python -m tests.benchmarks.degrade {asked}"
        off = f"start-up ({start:.2f} s of CPU time) taken off"
        rounds = f"medians of {options.rounds} rounds, at the largest size"
        measured = f"{date.today()}, {os.cpu_count()} cores; {rounds}; {off}."
        put(options.out.with_suffix(".md"), "degrade", [f"`{command}`", "", measured, "", *lines, "", *beside])
        options.out.with_suffix(".degrade.json").write_text(
            json.dumps({"start": start, "cases": rows}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
