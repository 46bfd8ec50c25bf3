"""Rules between the columns of `codes`."""

import narwhals as nw

from validator.catalogue import rule

from .common import given


@rule("COD101", "crosswalk_scheme", "crosswalk_code")
def half_a_crosswalk(codes: nw.LazyFrame) -> nw.LazyFrame:
    """A crosswalk has a scheme and no code, or a code and no scheme.

    Why: a number without its scheme means nothing.
    Mend: fill in both `crosswalk_scheme` and `crosswalk_code`, or empty both.
    """
    return codes.filter(given("crosswalk_scheme", "crosswalk_code") == 1)
