"""Other people's packages: our command against frictionless's, turn by turn, with what each says of them.

    python -m tests.benchmarks.real FOLDER... [--rounds 3] [--python PYTHON] [--out docs/real-packages]

Each FOLDER holds packages as its sub-folders. `real.toml` beside this module says where each is from, and whether what
we find beyond frictionless is true; a finding that nobody has judged ends the command with exit code 1. The table is
written into the page OUT.md, where one is named. It has places and numbers, and no value of any cell.
"""

import argparse
import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from claimtrack.core.paths import DESCRIPTORS
from claimtrack.core.standard_rules import FRICTIONLESS, STANDARD

from .compare import ROOT, measure, put

KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
BY_PLACE = ("TAB10", "CEL101", "CEL102", "KEY")  # rules whose findings are compared one by one
SHAPE = ("TAB104", "TAB105", "TAB106", "TAB107")  # our own words for the cause of frictionless's errors
Place = tuple[str, str, int | None, str]  # rule, table, row, field


@dataclass
class Measured:
    """What both say of one package, and the least CPU time that each took, in seconds."""

    name: str
    theirs: str
    ours: str
    agree: str
    times: tuple[float, float]
    beyond: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)


def commands(descriptor: Path, python: str) -> list[list[str]]:
    """The command of frictionless and ours, each with all findings as JSON."""
    # frictionless takes no absolute path, and is run in the package's folder.
    theirs = [str(Path(python).parent / "frictionless"), "validate", descriptor.name, "--json"]
    ours = [python, str(ROOT / "validate.py"), str(descriptor), "--format", "json", "--max-samples", "100000000"]
    return [[*theirs, "--limit-errors", "100000000"], ours]


def _compared(rule: str) -> bool:
    return rule.startswith(BY_PLACE) and rule not in SHAPE


def places_of_frictionless(report: dict[str, Any]) -> Counter[Place]:
    """The places of frictionless's errors on cells, keys and shape, as `places_of_ours` has them."""
    found: Counter[Place] = Counter()
    for task in report["tasks"]:
        for error in task["errors"]:
            if _compared(rule := FRICTIONLESS[error["type"]]):
                name = ", ".join(error["fieldNames"]) if rule == "KEY103" else error.get("fieldName") or ""
                found[rule, task["name"], error.get("rowNumber"), _field(rule, name)] += 1
    return found


def places_of_ours(package: dict[str, Any]) -> Counter[Place]:
    """The places of our findings on cells, keys and shape: rule, table, row and, where both name it, field."""
    return Counter(
        (one["rule"], one["table"], one["row"], _field(one["rule"], one["field"] or ""))
        for one in package["findings"]
        if _compared(one["rule"])
    )


def _field(rule: str, name: str) -> str:
    """The name of the field, or nothing where only one of the two names it."""
    return "" if rule == "KEY101" or rule.startswith("TAB") else name


def measured(folder: Path, python: str, rounds: int) -> Measured:
    """Runs both on the package in a folder, turn by turn."""
    descriptor = next(folder / name for name in DESCRIPTORS if (folder / name).exists())
    times: list[list[float]] = [[], []]
    said = ["", ""]
    for _ in range(rounds):
        for number, command in enumerate(commands(descriptor, python)):
            figures, said[number] = measure(command, folder)
            times[number].append(figures["cpu"])
    least = (min(times[0]), min(times[1]))
    theirs, ours = _parsed(said[0]), json.loads(said[1])["packages"][0]
    read = theirs is not None and sum(task["stats"].get("rows") or 0 for task in theirs["tasks"]) > 0
    verdict = "no answer" if theirs is None else "valid" if theirs["valid"] else "invalid"
    same = read and theirs is not None and places_of_frictionless(theirs) == places_of_ours(ours)
    refused = read and not ours["tables"]
    agree = "refused" if refused else "yes" if same else "NO" if read else "–"
    beyond: Counter[str] = Counter()
    for total in ours["totals"]:
        if total["rule"] not in (*FRICTIONLESS.values(), *SHAPE):
            beyond[total["rule"]] += total["total"]
    unchecked = Counter(part["rule"] for part in ours["not_checked"])
    return Measured(folder.name, verdict, ours["verdict"], agree, least, beyond, unchecked)


def _parsed(text: str) -> dict[str, Any] | None:
    """The JSON report of frictionless, or None where it gave none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def judged(rule: str, package: str) -> str:
    """Whether what a rule finds in a package is "true" or "false"; "unjudged" where nobody has said so."""
    found = [one["judged"] for one in KNOWN["judged"] if one["rule"] == rule and package in one["packages"]]
    return found[0] if found else "unjudged"


def unjudged(results: Iterable[Measured]) -> list[str]:
    """The findings beyond frictionless that nobody has judged."""
    return [
        f"{rule} in {one.name}"
        for one in results
        for rule in sorted(one.beyond)
        if judged(rule, one.name) == "unjudged"
    ]


def fails_if_strict(one: Measured) -> bool:
    """Whether a package that frictionless calls valid fails by its warnings alone."""
    return any(STANDARD[rule].severity == "warning" for rule in one.beyond)


def table(results: list[Measured]) -> list[str]:
    """The results as a table in Markdown: a package a row, then the sums."""
    lines = [
        "| repository, folder | commit | frictionless | ours | same findings | CPU, s: frictionless | ours | "
        "beyond frictionless | not checked |",
        "|---|---|---|---|---|--:|--:|---|---|",
    ]
    known = {each["name"]: each for each in KNOWN["package"]}
    for one in results:
        origin = known.get(one.name, {"repository": one.name, "commit": "", "folder": ""})
        place = f"{origin['repository']} {origin['folder']}".strip()
        beyond = ", ".join(f"{rule} {count:,} ({judged(rule, one.name)})" for rule, count in sorted(one.beyond.items()))
        unchecked = ", ".join(f"{rule} {count:,}" for rule, count in sorted(one.unchecked.items()))
        cells = [place, origin["commit"][:10] or "–", one.theirs, one.ours, one.agree]
        cells += [f"{time:.2f}" for time in one.times] + [beyond or "–", unchecked or "–"]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", *sums(results)]


def sums(results: list[Measured]) -> list[str]:
    """What all packages say together, in sentences."""
    read = [one for one in results if one.agree != "–"]
    sound = [one for one in results if one.theirs == "valid"]
    strict = [one for one in sound if fails_if_strict(one)]
    true = [one for one in strict if any(judged(rule, one.name) == "true" for rule in _warnings(one))]
    agree = Counter(one.agree for one in read)
    more = [one.times[1] - one.times[0] for one in read if one.times[1] > one.times[0]]
    least = [sum(times) for times in zip(*(one.times for one in read), strict=True)] or [0.0, 0.0]
    return [
        f"{len(results)} packages; frictionless reads rows of {len(read)}. The findings on cells, keys and shape",
        f"are the same in {agree['yes']} of these, and {agree['refused']} are refused whole here.",
        f"CPU time over them: {least[0]:.1f} s frictionless, {least[1]:.1f} s ours;",
        f"ours took more on {len(more)} of them, by {max(more, default=0):.2f} s at most.",
        "",
        f"frictionless calls {len(sound)} packages valid. `--strict` fails {len(strict)} of them: {len(true)} for",
        f"at least one warning that is judged true, and {len(strict) - len(true)} for others alone.",
        "",
    ]


def _warnings(one: Measured) -> list[str]:
    """The rules on a package that are warnings."""
    return [rule for rule in one.beyond if STANDARD[rule].severity == "warning"]


def reasons() -> list[str]:
    """What was judged, and why, as a table in Markdown."""
    lines = ["| rule | severity | packages | judged | why |", "|---|---|--:|---|---|"]
    for one in KNOWN["judged"]:
        cells = [one["rule"], STANDARD[one["rule"]].severity, str(len(one["packages"])), one["judged"], one["reason"]]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.real", description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="the Python that runs what is measured: of an environment without `dev`, as users have it",
    )
    parser.add_argument("--out", type=Path, help="the page, without its ending, to write the table into")
    options = parser.parse_args()
    found = [path.parent for folder in options.folders for name in DESCRIPTORS for path in folder.glob(f"*/{name}")]
    results = []
    for folder in sorted(set(found), key=lambda each: each.name.lower()):
        results.append(measured(folder.resolve(), options.python, options.rounds))
        print(results[-1], flush=True)
    lines = table(results)
    print("\n".join(lines[-8:]))
    if options.out:
        command = (
            f"`python -m tests.benchmarks.real FOLDER... --rounds {options.rounds} --python PYTHON --out {options.out}`"
        )
        about = f"{date.today()}, {os.cpu_count()} cores; the least CPU time of {options.rounds} rounds."
        put(options.out.with_suffix(".md"), "real", [command, "", about, "", *lines, *reasons()])
    left = unjudged(results)
    print("\n".join(f"unjudged: {each}" for each in left))
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
