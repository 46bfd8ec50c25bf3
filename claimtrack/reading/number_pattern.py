"""Makes patterns of numbers within bounds."""

from decimal import Decimal

DIGITS = 18  # digits before the point of a number, as in `forms.CANONICAL`


def numbers(whole: bool, least: int | Decimal | None, most: int | Decimal | None) -> str | None:
    """Returns a pattern for numbers from `least` to `most`, or None where a simple pattern cannot tell the bounds.

    The lower bound may be 0, 1 or None. An upper bound of several digits is tightened to numbers with fewer digits.
    """
    low = None if least is None else 0 if least <= 0 else 1
    if (low and least is not None and (least > 1 or not whole)) or (most is not None and most < 1):
        return None
    # A bound may be 1e999999999, which would be too long to write out.
    most = None if most is None or most >= 10**DIGITS else int(most)
    fraction = "" if whole else "(?:[.][0-9]{1,30})?"
    if most is not None and most < 10:
        found = [f"[{low or 0}-{most}]"] if whole else [f"[0-{most - 1}]{fraction}", f"{most}(?:[.]0{{1,30}})?"]
    else:
        digits = DIGITS if most is None else min(DIGITS, len(str(most)) - 1)
        found = [f"[1-9][0-9]{{0,{digits - 1}}}{fraction}", *([] if low else [f"0{fraction}"])]
    below = f"-(?:{'' if whole else '0|'}[1-9][0-9]{{0,{DIGITS - 1}}}){fraction}"
    found += [below] if low is None else []
    return f"(?:{'|'.join(found)})"


def between(low: str, high: str) -> str:
    """Returns the pattern of the numbers from `low` to `high`, which have the same number of digits."""
    if not low:
        return ""
    first, last, rest = low[0], high[0], len(low) - 1
    if first == last:
        return first + between(low[1:], high[1:])
    inner = [f"[{int(first) + 1}-{int(last) - 1}][0-9]{{{rest}}}"] if int(last) - int(first) > 1 else []
    found = [first + between(low[1:], "9" * rest), *inner, last + between("0" * rest, high[1:])]
    return f"(?:{'|'.join(found)})"
