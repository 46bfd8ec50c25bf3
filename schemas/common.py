"""Expressions that rules of several tables share."""

from collections.abc import Callable
from functools import lru_cache

import narwhals as nw
import polars as pl

from validator.home import home, pieces
from validator.text import check_letters


def given(*columns: str) -> nw.Expr:
    """How many of the columns have a value."""
    return nw.sum_horizontal(*((~nw.col(name).is_null()).cast(nw.Int64) for name in columns))


def check_letters_differ(frame: nw.LazyFrame, *parts: str) -> nw.LazyFrame:
    """The rows whose `pointer_check` is not what `validator.text.check_letters` makes of the parts."""
    columns = ["pointer_check", *parts]
    differ = rowwise(lambda letters, *of: letters != check_letters(*of))
    return looked_at(frame.select("_row", *columns).drop_nulls(), differ, *columns)


def looked_at(frame: nw.LazyFrame, wrong: Callable[[pl.DataFrame], pl.Series], *columns: str) -> nw.LazyFrame:
    """The rows that are wrong by their `columns`, where no expression of all engines can tell: a piece of the table is brought here
    at a time, and `wrong` says of each of its rows whether it is. They are a frame of Polars, and of `_row` alone."""
    bad = [piece["_row"].filter(wrong(piece.select(columns))) for piece in pieces(frame, *columns)]
    return nw.from_native(pl.LazyFrame([pl.concat(bad) if bad else pl.Series("_row", [], dtype=pl.UInt32)]))


def rowwise(wrong: Callable[..., bool]) -> Callable[[pl.DataFrame], pl.Series]:
    """What asks a function of one row's values about all rows of a piece."""
    return lambda piece: pl.Series([wrong(*row) for row in piece.iter_rows()], dtype=pl.Boolean)


def not_begun_by(column: str, prefix: str) -> nw.Expr:
    """True where an id does not begin with the other column's value and a hyphen."""
    return nw.col(column).str.replace_all("-[A-Z]+[0-9]+$", "") != nw.col(prefix)


def at_odds(status: str = "status", retired: str = "version_retired") -> nw.Expr:
    """True where a row is retired without a version, or has such a version and is active."""
    return (nw.col(status) == "retired") == nw.col(retired).is_null()


def later_than_package(frame: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """The rows added or retired in a version later than the package's, or retired no later than they were added."""

    def number(version: str | None) -> tuple[int, ...] | None:
        return tuple(map(int, version.split("."))) if version else None

    current = number(home(package)["version"][0])
    retired = ["version_retired"] if "version_retired" in frame.collect_schema().names() else []

    @lru_cache(1000)  # most rows have the versions of the row before
    def late(version_added: str | None, version_retired: str | None = None) -> bool:
        added, withdrawn = number(version_added), number(version_retired)
        return bool(current and max(added or current, withdrawn or current) > current or added and withdrawn and withdrawn <= added)

    return looked_at(frame, rowwise(late), "version_added", *retired)


def source_at_odds(without: nw.Expr, *more: str) -> nw.Expr:
    """True where a row that says it has no source has one, or another lacks its source, author, confidence or one of `more`."""
    details = ["source_id", "said_by", "confidence", *more]
    return (without & (given(*details) > 0)) | (~without & (given(*details) < len(details)))


def item(*more: str) -> nw.Expr:
    """The id of the claim or call that a row is about, or of one of `more`, as `_item`."""
    return nw.coalesce(*(nw.col(name) for name in ("claim_id", "call_id", *more))).alias("_item")


def repeated(rows: nw.LazyFrame, *columns: str, of: nw.Expr | None = None) -> nw.LazyFrame:
    """The rows that have the values of an earlier row in `columns`, for the same item: a claim or call, or as `of` says."""
    first = rows.select("_row", item() if of is None else of, *columns).group_by("_item", *columns).agg(nw.col("_row").min())
    return rows.join(first, on="_row", how="anti")
