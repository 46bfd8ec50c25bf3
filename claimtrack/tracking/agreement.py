"""Measures how far two coders agree: Krippendorff's alpha, computed from `data/codings.csv`.

Alpha is 1 for full agreement and 0 for the agreement expected by chance (Krippendorff, Content Analysis, ch. 12). The
metric is nominal, and the `krippendorff` package computes it. The interval is a percentile bootstrap, which resamples
the units with replacement. Both libraries are of the extra `agreement`, and are loaded only where values were coded
twice: every other command does without them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claimtrack.core.errors import Unusable
from claimtrack.package.opened import OpenedPackage

if TYPE_CHECKING:
    import numpy as np

CODERS = ("first", "second")
DRAWS, SEED, LEVEL = 2000, 20231123, 0.95
# Below the one no conclusion should be drawn, from the other on it is firm (Krippendorff, Content Analysis, ch. 12).
LOW, FIRM = 0.667, 0.8
POSITIONS = {
    "anchor_start": "start of an anchor, at each position of the text",
    "anchor_end": "end of an anchor, at each position of the text",
}
RIGHTS = {"right_id": "rights engaged, each right of each item"}
LABELS = POSITIONS | RIGHTS
UNITS = ("claim_id", "call_id", "evidence_id", "follow_up_id", "participant_id")


@dataclass(frozen=True)
class Agreement:
    """The agreement on one variable.

    `share` is the share of units with equal values. `alpha` and its interval are None where the coders used only one
    value, because alpha is then undefined. `counts` has, for each pair of values (the first coder's, the second's), the
    number of units.
    """

    variable: str
    units: int
    share: float
    alpha: float | None
    interval: tuple[float, float] | None
    counts: Mapping[tuple[str, str], int]


def agreements(opened: OpenedPackage) -> list[Agreement]:
    """Computes the agreement on every variable, over the units that both coders coded.

    Raises Unusable where a variable has no such unit.
    """
    rows, statements = map(opened.rows, ("codings", "statements"))
    values: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["coder"] in CODERS and row["variable"] not in LABELS:
            unit = next(filter(None, (row[name] for name in UNITS)))
            values[row["variable"]][unit][row["coder"]] = row["value"]
    first, second = CODERS
    pairs = {
        variable: [(unit[first], unit[second]) for unit in units.values() if len(unit) == len(CODERS)]
        for variable, units in values.items()
    }
    length = sum(int(statement["length"]) for statement in statements)
    for variable in POSITIONS:
        own = [row for row in rows if row["variable"] == variable]
        places = {coder: {row["segment_id"] + row["value"] for row in own if row["coder"] == coder} for coder in CODERS}
        named = set().union(*places.values())
        coded = [(str(place in places[first]), str(place in places[second])) for place in sorted(named)]
        pairs[variable] = coded + [("False", "False")] * (length - len(named))
    if rights := _rights(rows, [row["right_id"] for row in opened.rows("rights")]):
        pairs["right_id"] = rights
    return [_agreement(variable, coded) for variable, coded in pairs.items()]


def _rights(rows: list[dict[str, str]], rights: list[str]) -> list[tuple[str, str]]:
    """Returns, for each right of each item that both coders coded for rights, whether each found it engaged.

    An item may engage several rights, so each right of it is a unit with two values. A coder who found none has the one
    row "none".
    """
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if row["variable"] == "right_id" and row["coder"] in CODERS:
            found[row["claim_id"] or row["call_id"]][row["coder"]].add(row["value"])
    first, second = CODERS
    both = [item for item in found.values() if len(item) == len(CODERS)]
    return [(str(right in item[first]), str(right in item[second])) for item in both for right in rights]


def _agreement(variable: str, pairs: list[tuple[str, str]]) -> Agreement:
    """Computes the agreement on one variable. `pairs` has both values of each unit. Raises Unusable without units."""
    domain = sorted({value for pair in pairs for value in pair})
    if not pairs:
        words = "agreement is that of two on the same units; have both code some"
        raise Unusable(f"no unit has a value of {variable} from both coders; {words}")
    import numpy as np

    # counts[u, v] is the number of coders who gave the unit u the value v.
    counts = np.array([[pair.count(value) for value in domain] for pair in pairs])
    share = sum(a == b for a, b in pairs) / len(pairs)
    if len(domain) == 1:
        return Agreement(variable, len(pairs), share, None, None, Counter(pairs))
    random = np.random.default_rng(SEED)
    draws = [_alpha(counts[random.integers(len(counts), size=len(counts))]) for _ in range(DRAWS)]
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile([alpha for alpha in draws if alpha is not None], [tail, 100 - tail])
    return Agreement(variable, len(pairs), share, _alpha(counts), (float(low), float(high)), Counter(pairs))


def _alpha(counts: "np.ndarray") -> float | None:
    """Computes the alpha of a sample, or None where it has only one value."""
    import krippendorff

    used = counts[:, counts.any(axis=0)]
    return float(krippendorff.alpha(value_counts=used, level_of_measurement="nominal")) if used.shape[1] > 1 else None


def table(opened: OpenedPackage) -> str:
    """Returns the agreement on every variable as a Markdown table, then the values where alpha is below `LOW`."""
    lines = [f"| Variable | Units | Equal | Alpha | {LEVEL:.0%} interval | Conclusions |", "|---|---|---|---|---|---|"]
    every = agreements(opened)
    for found in every:
        name = LABELS.get(found.variable, found.variable)
        alpha = "one value only" if found.alpha is None else f"{found.alpha:.2f}"
        interval = "" if found.interval is None else "{:.2f} to {:.2f}".format(*found.interval)
        lines.append(
            f"| {name} | {found.units:,} | {found.share:.1%} | {alpha} | {interval} | {_conclusions(found.alpha)} |"
        )
    for found in every:
        if found.variable not in LABELS and found.alpha is not None and found.alpha < LOW:
            lines += ["", *_confusion(found)]
    return "\n".join(lines)


def _conclusions(alpha: float | None) -> str:
    """Says what conclusions an alpha allows, or "" where it is undefined."""
    return "" if alpha is None else "firm" if alpha >= FIRM else "tentative" if alpha >= LOW else "none to be drawn"


def _confusion(found: Agreement) -> list[str]:
    """Returns the units by value as a Markdown table: the first coder's values down, the second's across."""
    domain = sorted({value for pair in found.counts for value in pair})
    head = f"| `{found.variable}`: first coder down, second across | {' | '.join(domain)} |"
    rows = [[str(found.counts.get((first, second), 0)) for second in domain] for first in domain]
    lines = [f"| {first} | {' | '.join(row)} |" for first, row in zip(domain, rows, strict=True)]
    return [head, "|---" * (len(domain) + 1) + "|", *lines]
