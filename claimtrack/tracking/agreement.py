"""How far two coders agree: Krippendorff's alpha, computed from `data/codings.csv`.

    python -m validator.reliability [PACKAGE]

Alpha is 1 for full agreement and 0 for what chance would give (Krippendorff, Content Analysis, ch. 12; nominal metric; the
`krippendorff` package computes it). The interval is a percentile bootstrap: units are drawn anew with replacement.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import krippendorff
import numpy as np

from .seal import read_tables
from .tool import command

CODERS = ("first", "second")
DRAWS, SEED, LEVEL = 2000, 20231123, 0.95
POSITIONS = {"anchor_start": "start of an anchor, at each position of the text", "anchor_end": "end of an anchor, at each position of the text"}


@dataclass(frozen=True)
class Agreement:
    """Agreement on one variable. `alpha` and its interval are None where the coders used one value only: alpha has no meaning there."""

    variable: str
    units: int
    share: float
    alpha: float | None
    interval: tuple[float, float] | None


def agreements(package: Path) -> list[Agreement]:
    """Agreement on every variable, over the units that both coders coded."""
    rows, statements = read_tables(package, "codings", "statements")
    values = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["coder"] in CODERS and row["variable"] not in POSITIONS:
            values[row["variable"]][row["claim_id"] or row["call_id"]][row["coder"]] = row["value"]
    pairs = {
        variable: [tuple(unit[coder] for coder in CODERS) for unit in units.values() if len(unit) == len(CODERS)] for variable, units in values.items()
    }
    length = sum(int(statement["length"]) for statement in statements)
    for variable in POSITIONS:
        places = {c: {r["segment_id"] + r["value"] for r in rows if r["coder"] == c and r["variable"] == variable} for c in CODERS}
        named = set().union(*places.values())
        pairs[variable] = [tuple(str(p in places[c]) for c in CODERS) for p in sorted(named)] + [("False", "False")] * (length - len(named))
    return [_agreement(variable, coded) for variable, coded in pairs.items()]


def _agreement(variable: str, pairs: list[tuple[str, str]]) -> Agreement:
    domain = sorted({value for pair in pairs for value in pair})
    if not pairs:
        raise ValueError(f"no unit has a value of {variable} from both coders")
    # counts[u, v]: how many coders gave unit u the value v
    counts = np.array([[pair.count(value) for value in domain] for pair in pairs])
    share = sum(a == b for a, b in pairs) / len(pairs)
    if len(domain) == 1:
        return Agreement(variable, len(pairs), share, None, None)
    random = np.random.default_rng(SEED)
    draws = [_alpha(counts[random.integers(len(counts), size=len(counts))]) for _ in range(DRAWS)]
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile([alpha for alpha in draws if alpha is not None], [tail, 100 - tail])
    return Agreement(variable, len(pairs), share, _alpha(counts), (float(low), float(high)))


def _alpha(counts: np.ndarray) -> float | None:
    """Alpha of a sample, None where it holds one value only."""
    used = counts[:, counts.any(axis=0)]
    return float(krippendorff.alpha(value_counts=used, level_of_measurement="nominal")) if used.shape[1] > 1 else None


def table(package: Path) -> str:
    """The agreement on every variable, as a Markdown table."""
    lines = [f"| Variable | Units | Equal | Alpha | {LEVEL:.0%} interval |", "|---|---|---|---|---|"]
    for found in agreements(package):
        name = POSITIONS.get(found.variable, found.variable)
        alpha = "one value only" if found.alpha is None else f"{found.alpha:.2f}"
        interval = "" if found.interval is None else "{:.2f} to {:.2f}".format(*found.interval)
        lines.append(f"| {name} | {found.units:,} | {found.share:.1%} | {alpha} | {interval} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Prints the table for the package that the arguments name, the one in this folder if none is named."""
    return command("validator.reliability", lambda descriptor: table(descriptor.parent), given=arguments)


if __name__ == "__main__":
    sys.exit(main())
