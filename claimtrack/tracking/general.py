"""The general lists: codes for statements of any kind, countries, languages, and the rights of UDHR and ICCPR.

A new package has the codes of all lists but countries and languages, of which it takes those that it needs. A right is
taken when a claim or call engages it. Sources: ISO 3166-1 and ISO 639-1 for the codes of countries and languages; the
articles are those of the Universal Declaration of Human Rights and the International Covenant on Civil and Political
Rights, with some of CAT, CEDAW and CRPD.
"""

import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from claimtrack.package.table_io import read_rows

FOLDER = Path(__file__).parent / "general"
ON_DEMAND = ("country", "language")  # the lists of which a package has only the codes that it needs


@cache
def codes() -> dict[tuple[str, str], dict[str, str]]:
    """Returns the rows of the general `codes` by list and code."""
    return {(row["list"], row["code"]): row for row in read_rows(FOLDER / "codes.csv")[1]}


@cache
def rights() -> dict[str, dict[str, str]]:
    """Returns the rows of the general `rights` by id."""
    return {row["right_id"]: row for row in read_rows(FOLDER / "rights.csv")[1]}


def like(right: str) -> list[str]:
    """Returns the ids of rights that somebody may have meant: near in spelling, or with such a word in the label."""
    words = {word for word in re.split("[^a-z]+", right.lower()) if len(word) > 3}
    labelled = [id for id, row in rights().items() if words & set(re.split("[^a-z]+", row["label"].lower()))]
    return list(dict.fromkeys([*labelled, *get_close_matches(right, rights(), 2)]))[:4]
