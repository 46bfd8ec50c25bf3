"""Rules between the columns of `sources`."""

import narwhals as nw

from validator.catalogue import rule


@rule("SRC101", "published", "consulted")
def published_after_consulted(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The source was published after it was consulted.

    Why: one of the two dates is wrong, and dates decide what can be evidence for what.
    Mend: correct `published` or `consulted`.
    """
    return sources.filter(nw.col("published_from") > nw.col("consulted_to"))


@rule("SRC102", "published_basis", "published")
def date_and_basis_at_odds(sources: nw.LazyFrame) -> nw.LazyFrame:
    """The source has a date without a basis, or a basis without a date.

    Why: a date whose origin is unknown cannot be weighed.
    Mend: say how the date is known in `published_basis`, or write "none" there and leave `published` empty.
    """
    return sources.filter((nw.col("published_basis") == "none") != nw.col("published").is_null())
