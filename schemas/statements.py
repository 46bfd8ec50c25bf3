"""Rules between the columns of `statements`."""

import narwhals as nw

from claimtrack import rule

from .common import check_letters_differ, schema_of

schema = schema_of("statements")


@rule("STA101", "profile", "length", "sha256", "pointer_check")
def check_letters_do_not_fit(statements: nw.LazyFrame) -> nw.LazyFrame:
    """The check letters do not fit the profile, the length and the hash.

    Why: one of them was mistyped or damaged, and no pointer into the text can be trusted.
    Mend: run `claimtrack point` with a copy of the text.
    """
    return check_letters_differ(statements, "profile", "length", "sha256")
