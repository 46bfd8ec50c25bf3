"""Expressions that the rules of several tables share. `claimtrack.core.rules.rule` describes the frames of rules."""

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import narwhals as nw
import polars as pl

from claimtrack import rule
from claimtrack.core.frames import collect, pieces
from claimtrack.core.rules import Severity
from claimtrack.core.version_number import parts
from claimtrack.tracking.canonical import check_letters


def schema_of(table: str) -> Callable[..., Any]:
    """Returns the function that makes the Pandera schema of a table.

    It is called as `claims.schema()`, or as `claims.schema(tables)` to include rules across tables.
    """

    def schema(tables: Mapping[str, Any] | None = None) -> Any:
        """Makes the `pandera.polars.DataFrameSchema` of the table, for a plain frame read from its CSV.

        `tables` are plain frames of other tables by name. Rules that read a table which is not among them are left out.
        """
        from . import PROFILE  # only here, because the profile itself imports the tables

        return PROFILE.schema(table, tables)

    return schema


def given(*columns: str) -> nw.Expr:
    """Makes the expression that counts the columns that have a value."""
    return nw.sum_horizontal(*((~nw.col(name).is_null()).cast(nw.Int64) for name in columns))


def check_letters_differ(frame: nw.LazyFrame, *parts: str) -> nw.LazyFrame:
    """Returns the rows whose `pointer_check` differs from the check letters of the parts (`_row` only)."""
    columns = ["pointer_check", *parts]
    differ = rowwise(lambda letters, *of: letters != check_letters(*of))
    return looked_at(frame.select("_row", *columns).drop_nulls(), differ, *columns)


def looked_at(frame: nw.LazyFrame, wrong: Callable[[pl.DataFrame], pl.Series], *columns: str) -> nw.LazyFrame:
    """Returns the rows that a Python function finds wrong, for a rule that no expression can state on all engines.

    The table is fetched a piece at a time, as a Polars frame of the `columns`. `wrong` tells for each row of a piece
    whether it is wrong (Boolean). The result is a frame with the column `_row` only, which is never null.
    """
    bad = [piece["_row"].filter(wrong(piece.select(columns))) for piece in pieces(frame, *columns)]
    return nw.from_native(pl.LazyFrame([pl.concat(bad) if bad else pl.Series("_row", [], dtype=pl.UInt32)]))


def rowwise(wrong: Callable[..., bool]) -> Callable[[pl.DataFrame], pl.Series]:
    """Makes a function for all rows of a piece from a function for the values of one row."""
    return lambda piece: pl.Series([wrong(*row) for row in piece.iter_rows()], dtype=pl.Boolean)


def not_begun_by(column: str, prefix: str) -> nw.Expr:
    """Makes the expression that is true where an id is not the value of `prefix`, a hyphen, letters and a number."""
    return nw.col(column).str.replace_all("-[A-Z]+[0-9]+$", "") != nw.col(prefix)


def at_odds(status: str = "status", retired: str = "version_retired") -> nw.Expr:
    """Makes the expression that is true where a row is retired without a version, or active with such a version."""
    return (nw.col(status) == "retired") == nw.col(retired).is_null()


def later_than_package(frame: nw.LazyFrame, package: nw.LazyFrame) -> nw.LazyFrame:
    """Returns the rows that were added or retired in a version later than the package's (`_row` only).

    It also returns the rows that were retired in the version in which they were added, or before. `package` has one row
    with the column `version`. Rows name releases, so the package's version counts as the release that it leads to:
    `1.1.0-rc1` as `1.1.0`.
    """
    version = parts(collect(package)["version"][0])
    current = version.finalize_version() if version else None
    retired = ["version_retired"] if "version_retired" in frame.collect_schema().names() else []

    @lru_cache(1000)  # most rows have the versions of the row before
    def late(version_added: str | None, version_retired: str | None = None) -> bool:
        added, withdrawn = parts(version_added), parts(version_retired)
        return bool(
            (current and max(added or current, withdrawn or current) > current)
            or (added and withdrawn and withdrawn <= added)
        )

    return looked_at(frame, rowwise(late), "version_added", *retired)


def reached(spans: nw.LazyFrame, *group: str) -> nw.LazyFrame:
    """Adds the column `_before`: how far the spans of a group reach that begin before a span. It is null for the first.

    `spans` has the columns `_row`, `start`, `end` and those of `group`, without missing values. Of spans that begin at
    one place, the one with the lower `_row` is first. The time is that of sorting: pairs of spans are not compared.
    """
    for name, of in (("_reach", nw.col("end").cum_max()), ("_before", nw.col("_reach").shift(1))):
        spans = spans.with_columns(of.over(*group, order_by=["start", "_row"]).alias(name))
    return spans


def standing(anchors: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """Returns the anchors of items that are not retired. A retired item rests on nothing, and covers nothing."""
    for key, items in (("claim_id", claims), ("call_id", calls)):
        retired = items.filter(nw.col("status") == "retired").select(key)
        anchors = anchors.join(retired, on=key, how="anti")
    return anchors


def source_at_odds(without: nw.Expr, *more: str) -> nw.Expr:
    """Makes the expression that is true where a row and its details about a source contradict each other.

    The details are the source, who says so, the confidence and the columns `more`. A row that says that it has no
    source (`without`) must have none of them, and any other row must have all.
    """
    details = ["source_id", "said_by_id", "confidence", *more]
    return (without & (given(*details) > 0)) | (~without & (given(*details) < len(details)))


def item(*more: str) -> nw.Expr:
    """Makes the column `_item`: the id of the claim or call that a row is about, or else the value of one of `more`."""
    return nw.coalesce(*(nw.col(name) for name in ("claim_id", "call_id", *more))).alias("_item")


def repeated(rows: nw.LazyFrame, *columns: str, of: nw.Expr | None = None) -> nw.LazyFrame:
    """Returns the rows that have the same values in `columns` as an earlier row about the same item.

    The item is the claim or call, or what the expression `of` gives as `_item`.
    """
    first = (
        rows.select("_row", item() if of is None else of, *columns)
        .group_by("_item", *columns)
        .agg(nw.col("_row").min())
    )
    return rows.join(first, on="_row", how="anti")


def alike(column: str) -> nw.Expr:
    """Makes the expression for a text without what tells no two texts apart: letter case, punctuation, white space."""
    return nw.col(column).str.to_lowercase().str.replace_all(r"[\p{P}\p{Z}\s]+", " ").str.replace_all("^ | $", "")


def told_before(rows: nw.LazyFrame, *columns: str) -> nw.LazyFrame:
    """Returns the rows that have the same `columns` as an earlier row, and a finding that is alike."""
    told = rows.filter(~nw.any_horizontal(*(nw.col(name).is_null() for name in columns), ignore_nulls=True))
    told = told.with_columns(alike("finding").alias("_finding"))
    first = told.group_by(*columns, "_finding").agg(nw.col("_row").min())
    return told.join(first.select("_row"), on="_row", how="anti")


def publication(items: nw.LazyFrame, statements: nw.LazyFrame, key: str) -> nw.LazyFrame:
    """Gives the statement of each item and its publication.

    | column | type | null means |
    |---|---|---|
    | `key` | text, the id of an item | never |
    | `_of` | text, the id of its statement | never |
    | `_first`, `_last` | text, the first and last day on which it can have been published | never |
    """
    days = statements.select(
        nw.col("statement_id").alias("_of"),
        nw.col("published_from").alias("_first"),
        nw.col("published_to").alias("_last"),
    )
    return items.select(key, nw.col("statement_id").alias("_of")).join(days, on="_of", how="inner")


def on(
    check: Callable[..., Any], table: str, id: str, *fields: str, severity: Severity = "error"
) -> Callable[..., Any]:
    """Makes a check that holds for several tables the rule `id` on one of them.

    The first parameter of `check` stands for that table; the others name the further tables that it reads. The rule
    takes its slug and its docstring from `check`.
    """

    def checked(*frames: nw.LazyFrame) -> nw.LazyFrame:
        """Runs the check."""
        return check(*frames)

    first = inspect.Parameter(table, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    others = list(inspect.signature(check).parameters.values())[1:]
    checked.__signature__ = inspect.Signature([first, *others])  # type: ignore[attr-defined]
    checked.__name__, checked.__doc__, checked.__module__ = check.__name__, check.__doc__, check.__module__
    return rule(id, *fields, severity=severity)(checked)


def of_items(claims: nw.LazyFrame, calls: nw.LazyFrame) -> nw.LazyFrame:
    """Gives the statement and the versions of every claim and call.

    | column | type | null means |
    |---|---|---|
    | `_item` | text, the id of a claim or call | never |
    | `_of` | text, the id of its statement | never |
    | `_added` | text, the version in which it was added | never |
    | `_retired` | text, the version in which it was retired | it is active |
    | `_status` | text, "active" or "retired" | never |
    """
    columns = {"_of": "statement_id", "_added": "version_added", "_retired": "version_retired", "_status": "status"}
    return nw.concat(
        [
            items.select(nw.col(key).alias("_item"), *(nw.col(name).alias(to) for to, name in columns.items()))
            for items, key in ((claims, "claim_id"), (calls, "call_id"))
        ],
        how="vertical",
    )


def with_item(rows: nw.LazyFrame, claims: nw.LazyFrame, calls: nw.LazyFrame, *keys: str) -> nw.LazyFrame:
    """Adds to each row what `of_items` gives of the claim or call that it is about. Rows about neither are left out.

    `keys` are the columns with its id: `claim_id`, `call_id` or, as by default, both.
    """
    about = nw.coalesce(*(nw.col(name) for name in keys or ("claim_id", "call_id"))).alias("_item")
    return rows.with_columns(about).join(of_items(claims, calls), on="_item", how="inner")
